"""What outcomes, and the differences between arms, hang on: the analysis that an experiment's design is made for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.analyses import sensitivity_words as words
from ecsim.experiments.analyses.analysis import Analysis, Part, Said
from ecsim.experiments.analyses.best_arm_shares import best_arm_shares
from ecsim.experiments.analyses.design_runs import (
    DesignRuns,
    chosen_outcomes,
    refuse_unknown_outcomes,
    refuse_without_design,
    run_design,
)
from ecsim.experiments.analyses.indices import MAIN, METHODS, Method, OutcomeSensitivity, sensitivity_of_outcome
from ecsim.experiments.analyses.wording import named
from ecsim.experiments.running.ensemble import Progress
from ecsim.experiments.running.executors import Executor
from ecsim.experiments.running.plan import Plan
from ecsim.statistics.outcomes import Missing
from ecsim.statistics.sensitivity import LUCK

LEADING = 3
"""Parameters a figure that the short table holds."""


def sensitivity(
    plan: Plan, folder: Path, executor: Executor, *, outcomes: Sequence[str] = (), missing: Missing = "refuse",
    progress: Progress = None,
) -> tuple[Analysis, DesignRuns]:  # fmt: skip
    """Make the missing runs of an experiment, analyse them by its design, and write ``analysis/sensitivity.json``.

    Parameters
    ----------
    outcomes : which; by default the experiment's own choice, else all
    missing : what to do where an outcome is no number or a run failed: ``refuse``, or ``drop`` what belongs to it

    Raises
    ------
    EcsimError
        If there is no design, an outcome is not known, or a run failed and is not to be dropped.
    """
    refuse_without_design(plan, "sensitivity asks what happens at the points of one")
    refuse_unknown_outcomes(plan, outcomes)
    designed = run_design(plan, folder, executor, missing, progress)
    analysis = analyse(designed, chosen_outcomes(designed, outcomes), missing)
    analysis.write(folder)
    return analysis, designed


def analyse(designed: DesignRuns, outcomes: Sequence[str], missing: Missing = "refuse") -> Analysis:
    """Return the analysis of runs that are made."""
    hanging = [found for outcome in outcomes for found in _of_outcome(designed, outcome, missing)]
    shares = pd.concat([best_arm_shares(designed, outcome, missing) for outcome in outcomes], ignore_index=True)
    method = METHODS[designed.design.kind]
    several = len(designed.plan.arms) > 1
    return Analysis(
        name="sensitivity",
        kind="sensitivity",
        title=Said("Which assumptions the answer depends on", "结论取决于哪些假设"),
        settings=_settings(designed, outcomes, method, missing, hanging),
        findings=words.findings(designed, hanging, shares if several else None),
        notes=words.notes(designed, hanging, shares),
        tables={
            "leading": Part(Said("What each figure depends on most", "各项结果最主要的影响因素"), _leading(hanging)),
            **({"winners": Part(Said("Where each arm is best", "各方案在多大范围内最优"), shares)} if several else {}),
            **({"middle": Part(Said("With all parameters in the middle", "全部参数取中间值时"), _middle(hanging))}
               if method == "tornado" else {}),
            "indices": Part(Said("All indices", "全部指数"), _indices(hanging)),
            "outcomes": Part(Said("Outcomes", "结果指标"), named(outcomes, designed.plan.known)),
            "parameters": Part(Said("What is uncertain", "不确定的参数"), _parameters(designed)),
        },
    )  # fmt: skip


def _settings(
    designed: DesignRuns,
    outcomes: Sequence[str],
    method: Method,
    missing: Missing,
    hanging: Sequence[OutcomeSensitivity],
) -> dict[str, Any]:
    return {
        "method": method, "index": MAIN[method], "design": designed.design.kind, "points": len(designed.design),
        "blocks": designed.design.blocks, "blocks_used": min(one.found.blocks for one in hanging),
        "replications": designed.replications, "level": hanging[0].found.level, "missing": missing,
        "outcomes": list(outcomes), "arms": designed.plan.arms, "reference": designed.reference,
    }  # fmt: skip


def _of_outcome(designed: DesignRuns, outcome: str, missing: Missing) -> list[OutcomeSensitivity]:
    """Return what differences hang on, then what the arms' own figures do."""
    gaps = [
        sensitivity_of_outcome(designed, outcome, arm, designed.reference, designed.difference(outcome, arm), missing)
        for arm in designed.others
    ]
    own = [
        sensitivity_of_outcome(designed, outcome, arm, None, designed.level(outcome, arm), missing)
        for arm in designed.plan.arms
    ]
    return [*gaps, *own]


def _indices(hanging: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    parts = []
    for one in hanging:
        rows = one.found.indices.copy()
        for place, (name, value) in enumerate([("outcome", one.outcome), ("arm", one.arm), ("against", one.against)]):
            rows.insert(place, name, value or "")
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _leading(hanging: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    """Return the weightiest parameters of each figure, and its luck."""
    rows, places = [], []
    for one in hanging:
        index = MAIN[one.found.method]
        shown = [(name, index) for name in one.found.ranking(index)[:LEADING]]
        shown += [(LUCK, "luck_share")] if LUCK in set(one.found.indices.parameter) else []
        for place, (name, kind) in enumerate(shown, 1):
            figure = one.found.of(name, kind)
            rows.append(
                {"outcome": one.outcome, "arm": one.arm, "against": one.against or "", "parameter": name, "index": kind,
                 "value": figure.value, "low": figure.low, "high": figure.high,
                 "told_apart": name in one.told or name == LUCK}
            )  # fmt: skip
            places.append(None if name == LUCK else place)
    return pd.DataFrame(rows).assign(place=pd.Series(places, dtype=object))


def _middle(hanging: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    rows = [
        {"outcome": one.outcome, "arm": one.arm, "against": one.against or "", "value": one.middle} for one in hanging
    ]
    return pd.DataFrame(rows)


def _parameters(designed: DesignRuns) -> pd.DataFrame:
    rows = [
        {"parameter": name, "distribution": told.distribution, "range": told.told, "unit": told.unit,
         "source": told.source}
        for name, told in designed.design.space.parameters.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)
