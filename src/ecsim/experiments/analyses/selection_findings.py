"""Findings of a selection: who was chosen, with which probability, at what cost."""

from __future__ import annotations

import math
from statistics import fmean

from ecsim.experiments.analyses.formats import amount, listed, paragraph, percent, present, say, shortest
from ecsim.experiments.analyses.selection_runs import SelectionOutcome
from ecsim.kernel.text import Text


def findings(outcome: SelectionOutcome) -> tuple[Text, ...]:
    """Return who was chosen and how sure that is, then who is as good, then what it took."""
    return present((_choice(outcome), _equally_good(outcome), _cost(outcome)))


def _choice(outcome: SelectionOutcome) -> Text:
    result, settings = outcome.result, outcome.settings
    title, arm = outcome.plan.catalogue.title(settings.outcome), outcome.plan.arm_titles[outcome.arm]
    least = amount(outcome.plan.catalogue.unit(settings.outcome), settings.difference, write=shortest)
    if result.promised:
        sure = percent(result.probability)
        return say("selection.promised", outcome=title, arm=arm, least=least, probability=sure)
    if math.isnan(result.probability):
        left = [outcome.plan.arm_titles[outcome.plan.arms[place]] for place in result.survivors]
        return say(
            "selection.budget_ended", outcome=title, arm=arm, most=settings.most, count=len(left),
            left=listed(left, "comma"),
        )  # fmt: skip
    what = say("selection.the_best") if settings.difference == 0.0 else say("selection.near_the_best", least=least)
    sure = f"{100.0 * min(result.probability, 0.999):.1f} %"
    return say("selection.estimated", outcome=title, arm=arm, what=what, probability=sure)


def _equally_good(outcome: SelectionOutcome) -> Text | None:
    """Return which arms lie so close to the chosen one in these runs that the choice between them does not matter."""
    chosen = outcome.figures[outcome.arm]
    gaps = {
        arm: fmean(a - b for a, b in zip(figures, chosen, strict=False))
        for arm, figures in outcome.figures.items()
        if arm != outcome.arm
    }
    near = [outcome.plan.arm_titles[arm] for arm, gap in gaps.items() if abs(gap) < outcome.settings.difference]
    if not near:
        return None
    if len(near) == 1:
        return say("selection.equally_good_one", arms=listed(near))
    return say("selection.equally_good", arms=listed(near))


def _cost(outcome: SelectionOutcome) -> Text:
    """Return how many runs it took, and who went after how many."""
    result, titles = outcome.result, outcome.plan.arm_titles
    whole = max(result.replications) * len(titles)
    head = (
        say("selection.cost", runs=result.total)
        if whole == result.total
        else say("selection.cost_and_saving", runs=result.total, whole=whole)
    )
    gone = [
        say("selection.ruled_out_arm", arm=titles[outcome.plan.arms[place]], replications=stage.replications)
        for before, stage in zip(result.stages, result.stages[1:], strict=False)
        for place in before.survivors
        if place not in stage.survivors
    ]
    return paragraph([head, say("selection.ruled_out", arms=listed(gone, "comma")) if gone else None])


def notes(outcome: SelectionOutcome) -> tuple[Text, ...]:
    """Return what a reader must know to not be misled."""
    return say(f"selection_notes.{outcome.settings.procedure}"), say("selection_notes.intervals")
