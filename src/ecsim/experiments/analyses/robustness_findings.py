"""Findings of a robustness analysis: who is first under how many metrics, how steadily, and at what regret."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.experiments.analyses.arm_ranking import ArmRanking
from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.formats import amount, listed, percent, present, say
from ecsim.kernel.text import Text

STEADY = 0.9
"""Share of samples from which a first place is called steady."""


def findings(runs: DesignRuns, ranking: ArmRanking) -> tuple[Text, ...]:
    """Return who comes first on an outcome, where metrics disagree, how steady that is, and what regret it costs."""
    if not ranking.distinguishing:
        return (say("robustness.no_difference", outcome=runs.catalogue.title(ranking.outcome)),)
    return present((_first(runs, ranking), _others(runs, ranking), _steadiness(runs, ranking), _regret(runs, ranking)))


def _first(runs: DesignRuns, ranking: ArmRanking) -> Text:
    arm, metrics = next(iter(ranking.wins().items()))
    return say(
        "robustness.first", outcome=runs.catalogue.title(ranking.outcome), futures=ranking.table.shape[1],
        arm=runs.plan.arm_titles[arm], won=len(metrics), metrics=len(ranking.distinguishing),
    )  # fmt: skip


def _others(runs: DesignRuns, ranking: ArmRanking) -> Text | None:
    """Return who else comes first, and under which metrics."""
    others = [
        say("robustness.other_first", arm=runs.plan.arm_titles[arm], metrics=_metrics(metrics))
        for arm, metrics in list(ranking.wins().items())[1:]
        if metrics
    ]
    if not others:
        return None
    title = runs.catalogue.title(ranking.outcome)
    return say("robustness.others_first", outcome=title, others=listed(others, "semicolon"))


def _metrics(names: Sequence[str]) -> Text:
    return listed((say(f"metrics.{name}") for name in names), "comma")


def _steadiness(runs: DesignRuns, ranking: ArmRanking) -> Text:
    """Return how often the leader stays first when futures are drawn again."""
    arm, metrics = next(iter(ranking.wins().items()))
    rows = ranking.stability[(ranking.stability.strategy == arm) & ranking.stability.metric.isin(metrics)]
    least = rows.sort_values("first", kind="stable").iloc[0]
    return say(
        "robustness.steadiness", outcome=runs.catalogue.title(ranking.outcome), arm=runs.plan.arm_titles[arm],
        share=percent(float(least["first"])), metric=say(f"metrics.{least['metric']}"),
        verdict=say("robustness.steady") if least["first"] >= STEADY else say("robustness.not_steady"),
    )  # fmt: skip


def _regret(runs: DesignRuns, ranking: ArmRanking) -> Text:
    title, names, worst = runs.catalogue.title(ranking.outcome), runs.plan.arm_titles, ranking.regret.max(axis=1)
    unit = runs.catalogue.unit(ranking.outcome)
    low, high = (amount(unit, float(end)) for end in (worst.min(), worst.max()))
    least = [names[str(arm)] for arm in worst.index[worst == worst.min()]]
    most = [names[str(arm)] for arm in worst.index[worst == worst.max()]]
    if len(least) == len(names):
        return say("robustness.same_regret", outcome=title, low=low)
    return say("robustness.regret", outcome=title, least=listed(least), low=low, most=listed(most), high=high)


def notes(runs: DesignRuns, rankings: Sequence[ArmRanking]) -> tuple[Text, ...]:
    """Return what a reader must know to not be misled."""
    return present(
        (
            say("robustness_notes.futures"),
            say("robustness_notes.regret"),
            say("robustness_notes.extremes"),
            _design(runs.design.kind),
            _random_variation(runs),
            _dropped(runs, rankings),
        )
    )


def _design(kind: str) -> Text | None:
    if kind in ("grid", "one_at_a_time"):
        return say("robustness_notes.by_hand")
    return say("robustness_notes.repeated_values") if kind in ("saltelli", "morris") else None


def _random_variation(runs: DesignRuns) -> Text | None:
    """Return how far random variation reaches into the figures of a future."""
    if not runs.random:
        return None
    if runs.replications < 2:
        return say("robustness_notes.one_run")
    return say("robustness_notes.means", replications=runs.replications)


def _dropped(runs: DesignRuns, rankings: Sequence[ArmRanking]) -> Text | None:
    lost = len(runs.design) - min(ranking.table.shape[1] for ranking in rankings)
    return say("robustness_notes.dropped", lost=lost, futures=len(runs.design)) if lost else None
