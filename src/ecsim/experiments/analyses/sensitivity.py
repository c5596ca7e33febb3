"""Sensitivity of outcomes and of the differences between arms: the analysis that an experiment's design is for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.analyses import sensitivity_findings
from ecsim.experiments.analyses.best_arm_shares import best_arm_shares
from ecsim.experiments.analyses.design_runs import (
    DesignRuns,
    chosen_outcomes,
    refuse_unknown_outcomes,
    refuse_without_design,
    run_design,
)
from ecsim.experiments.analyses.indices import MAIN, METHODS, OutcomeSensitivity, sensitivity_of_outcome
from ecsim.experiments.analyses.toolkit import Analysis, Executor, Plan, Progress, outcome_table, say, titled
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
    runs = run_design(plan, folder, executor, missing, progress)
    analysis = analyse(runs, chosen_outcomes(runs, outcomes), missing)
    analysis.write(folder)
    return analysis, runs


def analyse(runs: DesignRuns, outcomes: Sequence[str], missing: Missing = "refuse") -> Analysis:
    """Return the analysis of runs that are made."""
    results = [result for outcome in outcomes for result in _of_outcome(runs, outcome, missing)]
    shares = pd.concat([best_arm_shares(runs, outcome, missing) for outcome in outcomes], ignore_index=True)
    several, tornado = len(runs.plan.arms) > 1, METHODS[runs.design.kind] == "tornado"
    return Analysis(
        name="sensitivity",
        kind="sensitivity",
        title=say("sensitivity.title"),
        settings=_settings(runs, outcomes, missing, results),
        findings=sensitivity_findings.findings(runs, results, shares if several else None),
        notes=sensitivity_findings.notes(runs, results, shares),
        tables=titled(
            leading=_leading(results),
            winners=shares if several else None,
            middle=_middle(results) if tornado else None,
            indices=_indices(results),
            outcomes=outcome_table(outcomes, runs.catalogue),
            parameters=_parameters(runs),
        ),
    )


def _settings(
    runs: DesignRuns, outcomes: Sequence[str], missing: Missing, results: Sequence[OutcomeSensitivity]
) -> dict[str, Any]:
    method = METHODS[runs.design.kind]
    return {
        "method": method, "index": MAIN[method], "design": runs.design.kind, "points": len(runs.design),
        "blocks": runs.design.blocks, "blocks_used": min(result.sensitivity.blocks for result in results),
        "replications": runs.replications, "level": results[0].sensitivity.level, "missing": missing,
        "outcomes": list(outcomes), "arms": runs.plan.arms, "reference": runs.reference,
    }  # fmt: skip


def _of_outcome(runs: DesignRuns, outcome: str, missing: Missing) -> list[OutcomeSensitivity]:
    """Return the sensitivity of the differences to the reference, then of the arms' own figures."""
    pairs = [*((arm, runs.reference) for arm in runs.others), *((arm, None) for arm in runs.plan.arms)]
    return [sensitivity_of_outcome(runs, outcome, arm, against, missing) for arm, against in pairs]


def _indices(results: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    parts = []
    for result in results:
        rows = result.sensitivity.indices.copy()
        for place, (name, value) in enumerate(_head(result).items()):
            rows.insert(place, name, value)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _head(result: OutcomeSensitivity) -> dict[str, str]:
    """Return the columns that say which figure a row is about."""
    return {"outcome": result.outcome, "arm": result.arm, "against": result.against or ""}


def _leading(results: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    """Return the weightiest parameters of each figure, and its random variation."""
    rows, places = [], []
    for result in results:
        index = MAIN[result.sensitivity.method]
        shown = [(name, index) for name in result.sensitivity.ranking(index)[:LEADING]]
        shown += [(LUCK, "luck_share")] if LUCK in set(result.sensitivity.indices.parameter) else []
        for place, (name, kind) in enumerate(shown, 1):
            figure = result.sensitivity.of(name, kind)
            rows.append(
                {**_head(result), "parameter": name, "index": kind, "value": figure.value, "low": figure.low,
                 "high": figure.high, "told_apart": name in result.significant or name == LUCK}
            )  # fmt: skip
            places.append(None if name == LUCK else place)
    return pd.DataFrame(rows).assign(place=pd.Series(places, dtype=object))


def _middle(results: Sequence[OutcomeSensitivity]) -> pd.DataFrame:
    return pd.DataFrame([{**_head(result), "value": result.middle} for result in results])


def _parameters(runs: DesignRuns) -> pd.DataFrame:
    rows = [
        {"parameter": name, "distribution": parameter.distribution, "range": parameter.told, "unit": parameter.unit,
         "source": parameter.source}
        for name, parameter in runs.design.space.parameters.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)
