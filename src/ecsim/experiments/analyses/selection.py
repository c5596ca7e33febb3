"""Selection of the best arm, with what can be said of the probability that the choice is right."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses import selection_findings
from ecsim.experiments.analyses.selection_runs import (
    SelectionOutcome,
    SelectionRuns,
    figure_of,
    procedure_of,
    run_procedure,
)
from ecsim.experiments.analyses.toolkit import (
    Analysis,
    Executor,
    Ledger,
    Plan,
    Progress,
    Runner,
    execute_task,
    say,
    titled,
    write_results,
)
from ecsim.statistics.comparison import paired
from ecsim.statistics.selection import Selection

LEVEL = 0.95


def select(
    plan: Plan, folder: Path, executor: Executor, *, progress: Progress = None
) -> tuple[Analysis, SelectionOutcome]:  # fmt: skip
    """Make as many runs as it takes to choose the best arm, and write the tables and ``analysis/selection.json``.

    The tables hold the runs that the choice was made from, some arms with more replications than others. Runs that the
    ledger holds are not made again, so a selection that was killed goes on, and comes to the same choice.

    Parameters
    ----------
    plan : of an experiment with ``[selection]`` and no design
    folder : of the results
    executor : where runs are made; how many at once changes the time alone
    progress : told how many runs are made, of how many

    Raises
    ------
    EcsimError
        If there is no ``[selection]``, it does not fit the experiment, or a run failed that the choice needs.
    """
    procedure = procedure_of(plan, executor.workers)
    settings = plan.experiment.selection
    assert settings is not None
    plan = replace(plan, design=None)
    with Ledger(folder) as ledger:
        _write_plan(plan, folder)
        runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, None, progress)
        result = run_procedure(plan, procedure, runner, settings.outcome)
        counts = dict(zip(plan.arms, result.replications, strict=True))
        runs = SelectionRuns(plan, ledger, range(max(counts.values())), counts)
        write_results(runs, folder)
        figures: dict[str, list[float]] = {arm: [] for arm in plan.arms}
        for task in runs.tasks():
            figures[task.arm].append(figure_of(task, ledger, settings.outcome))
    outcome = SelectionOutcome(plan, settings, result, figures)
    analysis = analyse(outcome)
    analysis.write(folder)
    return analysis, outcome


def _write_plan(plan: Plan, folder: Path) -> None:
    """Write a line for every run that may be made."""
    settings = plan.experiment.selection
    assert settings is not None
    others = (len(plan.arms) - 1) * settings.first if settings.procedure == "ocba" else 0
    most = {"replications": settings.most - others, "stopping": None}
    replace(plan, experiment=plan.experiment.model_copy(update=most)).write(folder)


def analyse(outcome: SelectionOutcome) -> Analysis:
    """Return the analysis of a selection that has ended."""
    return Analysis(
        name="selection",
        kind="selection",
        title=say("selection.title"),
        settings=_settings(outcome),
        findings=selection_findings.findings(outcome),
        notes=selection_findings.notes(outcome),
        tables=titled(arms=_arms(outcome), stages=_stages(outcome)),
    )


def _settings(outcome: SelectionOutcome) -> dict[str, Any]:
    result, settings, plan = outcome.result, outcome.settings, outcome.plan
    return {
        **settings.model_dump(mode="json"), "unit": plan.catalogue.unit(settings.outcome),
        "better": plan.catalogue.sense(settings.outcome), "arms": plan.arms, "chosen": outcome.arm,
        "probability_of_choice": None if math.isnan(result.probability) else result.probability,
        "promised": result.promised, "runs": result.total,
        "runs_of_equal_shares": max(result.replications) * len(plan.arms), "statement": result.statement,
        "level": LEVEL,
    }  # fmt: skip


def _arms(outcome: SelectionOutcome) -> pd.DataFrame:
    """Return a row an arm: its mean, its difference to the chosen arm over replications both have, when it went."""
    best = np.array(outcome.figures[outcome.arm])
    rows = []
    for arm in outcome.plan.arms:
        figures = np.array(outcome.figures[arm])
        common = min(len(figures), len(best))
        level = paired(figures, np.zeros(len(figures)), LEVEL)
        row: dict[str, Any] = {
            "arm": arm, "chosen": arm == outcome.arm, "replications": len(figures), "mean": level.mean,
            "low": level.low, "high": level.high, "sd": level.sd,
        }  # fmt: skip
        gap = paired(figures[:common], best[:common], LEVEL)
        ends = (gap.mean, gap.low, gap.high) if arm != outcome.arm else (0.0, np.nan, np.nan)
        rows.append(row | dict(zip(("difference", "difference_low", "difference_high"), ends, strict=True)))
    gone = [_ruled_out(outcome.result, place) for place in range(len(rows))]
    return pd.DataFrame(rows).assign(ruled_out_after=pd.Series(gone, dtype=object))


def _ruled_out(result: Selection, place: int) -> int | None:
    return next((stage.replications for stage in result.stages if place not in stage.survivors), None)


def _stages(outcome: SelectionOutcome) -> pd.DataFrame:
    names, before, rows = outcome.plan.arms, set(range(len(outcome.plan.arms))), []
    for stage in outcome.result.stages:
        left = set(stage.survivors)
        rows.append(
            {"replications": stage.replications, "survivors": ", ".join(names[i] for i in sorted(left)),
             "ruled_out": ", ".join(names[i] for i in sorted(before - left))}
        )  # fmt: skip
        before = left
    return pd.DataFrame(rows, columns=["replications", "survivors", "ruled_out"])
