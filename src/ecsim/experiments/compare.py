"""Arms side by side: make what is missing, write the tables, say what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.errors import EcsimError
from ecsim.experiments.comparison import against, probability_of_best
from ecsim.experiments.config import Experiment
from ecsim.experiments.designs import Design
from ecsim.experiments.running.ensemble import Progress, Runner
from ecsim.experiments.running.executors import Executor, LocalProcesses
from ecsim.experiments.running.ledger import Ledger, writing
from ecsim.experiments.running.plan import Plan, made_ready, work
from ecsim.experiments.running.results import Ended, write_tables
from ecsim.experiments.stopping import Decision, Verdict, decide_together
from ecsim.indicators import OUTCOMES, TARGETS

BLOCKS = 200
"""Means of replications from which the bootstrap draws, at most."""
SCENARIO = "scenario."
"""Keys of ``--set`` that begin so are of every arm's scenario."""
KEYS = ("arm", "point", "replication", "seed", "root", "events")


@dataclass(frozen=True)
class Comparison:
    """What an experiment found, as tables."""

    experiment: Experiment
    folder: Path
    runs: pd.DataFrame
    summary: pd.DataFrame
    failed: tuple[str, ...]
    stopped: Decision | None = None
    unused: int = 0
    """Finished runs in the folder that the plan does not have: of another configuration, or other code."""


def compare(
    experiment: Path | str, out: Path | None = None, *, replications: int | None = None, workers: int | None = None,
    sample: float | None = None, changes: Mapping[str, Any] | None = None, executor: Executor | None = None,
    progress: Progress = None,
) -> Comparison:  # fmt: skip
    """Run an experiment, as far as its runs are not made already, and return its tables.

    Parameters
    ----------
    experiment : folder with ``experiment.toml``, or that file
    out : folder for the results; by default ``results/<name>``
    replications : in place of the experiment's own
    sample : share of the households to follow, in place of the scenario's own
    changes : other values of the experiment, by dotted key
    workers : processes; by default one a core
    executor : where runs are made, in place of processes of this machine

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a whole arm failed.
    """
    plan = planned(experiment, replications, sample, changes)
    folder = out or Path("results") / plan.experiment.name
    own = executor or LocalProcesses(workers)
    try:
        found = compare_plan(plan, folder, own, progress=progress)
    finally:
        if executor is None:
            own.close()
    assert found is not None
    return found


def compare_plan(
    plan: Plan, folder: Path, executor: Executor, shard: tuple[int, int] | None = None, progress: Progress = None
) -> Comparison | None:
    """Make what is missing of a plan and return its comparison; of a part of it (``shard``) there is none yet."""
    with Ledger(folder) as ledger:
        with writing(folder):
            plan.write(folder)
        runner = Runner(work, executor, ledger, plan.experiment.seconds_a_run, shard, progress)
        if shard is not None:
            runner.make([task for number in range(plan.experiment.most) for task in plan.tasks(number)])
            return None
        ended, stopped = run_until_enough(plan, runner)
        return written(ended, folder, stopped)


def merge(plan: Plan, folder: Path, parts: Sequence[Path]) -> Comparison:
    """Return the comparison of an experiment whose parts were made apart; the parts stay as they are.

    Raises
    ------
    EcsimError
        If a folder holds no part, or a run of the plan is in none of them.
    """
    with Ledger(folder) as ledger:
        with writing(folder):
            plan.write(folder)
        ledger.merge(parts)
        numbers = range(plan.experiment.replications)
        every = [task for number in numbers for task in plan.tasks(number)]
        lacking = [task for task in every if not ledger.has(task.run) and task.run not in ledger.failed]
        if lacking:
            raise EcsimError(
                f"{folder}: {len(lacking)} of {len(every)} runs are in none of the parts, the first is of "
                f"{lacking[0].arm}, replication {lacking[0].replication}; make their part, or name it"
            )
        return written(Ended(plan, ledger, numbers), folder)


def planned(
    experiment: Path | str, replications: int | None = None, sample: float | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """Return the plan of an experiment with some of its values replaced; ``scenario.end`` is that of every arm."""
    told = dict(changes or {}) | ({"replications": replications} if replications is not None else {})
    own = {key: value for key, value in told.items() if not key.startswith(SCENARIO)}
    of_scenario = {key.removeprefix(SCENARIO): value for key, value in told.items() if key.startswith(SCENARIO)}
    return made_ready(Path(experiment), own, of_scenario | ({"sample": sample} if sample is not None else {}))


def run_until_enough(plan: Plan, runner: Runner) -> tuple[Ended, Decision | None]:
    """Make runs until the experiment's own number of replications, or until its stopping rule has enough."""
    if plan.experiment.stopping is None:
        numbers = range(plan.experiment.replications)
        runner.make([task for number in numbers for task in plan.tasks(number)])
        return Ended(plan, runner.ledger, numbers), None
    return _run_by_rule(plan, runner)


def _run_by_rule(plan: Plan, runner: Runner) -> tuple[Ended, Decision]:
    rule = plan.experiment.stopping
    assert rule is not None
    upto = min(rule.least, rule.most)
    while True:
        tasks = [task for number in range(upto) for task in plan.tasks(number)]
        runner.make(tasks, total=len(tasks))
        gaps, failed = _gaps(plan, runner.ledger, range(upto))
        decision = max(
            decide_together(dict.fromkeys(gaps, rule.rule()), gaps, failed).values(), key=lambda found: found.half_width
        )
        if decision.verdict is not Verdict.GO_ON:
            good = [number for number in range(upto) if number not in failed]
            return Ended(plan, runner.ledger, good[: decision.n]), decision
        upto = min(rule.most, max(upto + 1, decision.suggested))


def _gaps(plan: Plan, ledger: Ledger, numbers: range) -> tuple[dict[str, dict[int, float]], set[int]]:
    """Return each arm's difference to the reference by replication, and the replications in which a run failed."""
    rule = plan.experiment.stopping
    assert rule is not None
    reference = plan.experiment.reference
    gaps: dict[str, dict[int, float]] = {arm: {} for arm in plan.arms if arm != reference}
    failed = set()
    for number in numbers:
        found = {task.arm: ledger.lines.get(task.run) for task in plan.tasks(number)}
        if any(line is None for line in found.values()):
            failed.add(number)
            continue
        known = next(line["outcomes"] for line in found.values() if line)
        if rule.outcome not in known:
            raise EcsimError(f"stopping.outcome is {rule.outcome!r}; choose one of the outcomes: {', '.join(known)}")
        figures = {arm: float(line["outcomes"][rule.outcome]) for arm, line in found.items() if line}
        for arm, told in gaps.items():
            told[number] = figures[arm] - figures[reference]
    return gaps, failed


def written(ended: Ended, folder: Path, stopped: Decision | None = None) -> Comparison:
    """Write the tables of what has ended and return the comparison."""
    experiment = ended.plan.experiment
    with writing(folder):
        runs = write_tables(ended, folder)
        summary = (
            summarise(runs, experiment.reference, ended.plan.design) if len(ended.plan.arms) > 1 else pd.DataFrame()
        )
        summary.to_csv(folder / "summary.csv", index=False)
    return Comparison(experiment, folder, runs, summary, tuple(ended.failures()), stopped, unused(ended))


def unused(ended: Ended) -> int:
    """Return how many finished runs lie in the folder that the plan does not have."""
    others = ended.ledger.lines.keys() - {task.run for task in ended.tasks()}
    if not others:
        return 0
    numbers = range(ended.plan.experiment.most)
    return len(others - {task.run for number in numbers for task in ended.plan.tasks(number)})


def summarise(runs: pd.DataFrame, reference: str, design: Design | None = None) -> pd.DataFrame:
    """Return for every outcome and arm the mean, the paired difference to the reference and how sure it is.

    Returns
    -------
    Columns outcome, unit, arm, mean, sd, n, difference, low, high (95 %, this row alone), family_low, family_high (all
    arms at once), p_holm, best (share of bootstrap samples in which the arm's mean is largest). Differences are taken
    run by run: same point, same replication. ``n`` counts what is independent: replications, and of a design its blocks
    (means over their points and replications), since runs of a block share luck or place.
    """
    known = [name for name in runs.columns if name not in KEYS and not runs[name].isna().all()]
    return pd.concat([_of_outcome(runs, name, reference, design) for name in known], ignore_index=True)


def _independent(wide: pd.DataFrame, design: Design | None) -> pd.DataFrame:
    """Return the figures of what is independent, a row each, from figures by point and replication."""
    if design is None or design.blocks == 1:
        return wide.groupby("replication").mean()
    block = design.block[wide.index.get_level_values("point").to_numpy(np.int64)]
    return wide.groupby(block).mean()


def _of_outcome(runs: pd.DataFrame, name: str, reference: str, design: Design | None) -> pd.DataFrame:
    every = runs.pivot(index=["point", "replication"], columns="arm", values=name)[list(dict.fromkeys(runs.arm))]
    wide = _independent(every.dropna(), design)
    rows = pd.DataFrame(
        {"outcome": name, "unit": unit_of(name), "arm": wide.columns, "mean": wide.mean().to_numpy(),
         "sd": wide.std(ddof=1).to_numpy(), "n": len(wide)}
    )  # fmt: skip
    for column in ("difference", "low", "high", "family_low", "family_high"):
        rows[column] = 0.0
    rows["p_holm"], rows["best"] = 1.0, float("nan")
    if len(wide) < 2:
        return rows
    table = wide.reset_index(drop=True)
    found = against(table, reference).set_index("arm")
    for place, arm in enumerate(rows.arm):
        if arm == reference:
            continue
        gap = found.loc[arm]
        rows.loc[place, ["difference", "low", "high"]] = gap["mean"], gap["low"], gap["high"]
        rows.loc[place, ["family_low", "family_high", "p_holm"]] = gap["family_low"], gap["family_high"], gap["p_holm"]
    rows["best"] = probability_of_best(_in_blocks(table))["best_mean"].to_numpy()
    return rows


def _in_blocks(table: pd.DataFrame) -> pd.DataFrame:
    """Return means of equally many replications each, as many as the bootstrap of a mean needs; few are left alone.

    Means of independent blocks are as good as the replications themselves, and 50,000 of these would take gigabytes.
    """
    size = -(-len(table) // BLOCKS)
    if size == 1:
        return table
    whole = table.iloc[: len(table) // size * size]
    return whole.groupby(np.arange(len(whole)) // size).mean()


def unit_of(outcome: str) -> str:
    """Return the unit of an outcome of the simulation; of a function's, nothing."""
    if outcome in OUTCOMES:
        return OUTCOMES[outcome].unit
    if outcome == "targets_met":
        return "targets a county"
    return "counties" if outcome.removeprefix("met_") in {target.name for target in TARGETS} else ""
