"""The runs by which laws of limits are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from ecsim.experiments.running.simulation_task import changed
from ecsim.experiments.running.task import Result, Task
from ecsim.experiments.scenario_runs import RunWanted, ScenarioRuns
from ecsim.kernel.limits import LawRun, LimitLaw, Maker, Switch
from ecsim.kernel.models import model_of_content
from ecsim.kernel.toolkit import Model, Scenario, simulate
from ecsim.scenario.merged import shipped_policy

ROOT = "root"
"""The figure that says whether two runs are the same: the first 48 bits of the Merkle root, which a float holds."""
_ROOT_DIGITS = 12


def laws_of(model: Model[Any, Any], scenario: Scenario) -> Sequence[LimitLaw]:
    """Return the laws of limits that a model states, and those that hang on a scenario of it."""
    further: Callable[[Scenario], Sequence[LimitLaw]] | None = model.view("limits_of_scenario")
    return (*(model.view("limits") or ()), *(further(scenario) if further else ()))


def law_maker(runs: ScenarioRuns, seed: int, failures: list[str]) -> Maker:
    """Return what makes runs of a scenario for laws.

    Parameters
    ----------
    runs : makes and keeps them, with `measure_laws` as its work
    seed : the same for every run
    failures : told the runs that failed, in words
    """

    def make(wanted: Sequence[LawRun], outcomes: Sequence[str]) -> Sequence[Mapping[str, float]]:
        asked = [RunWanted(seed, _changes(run), run.invariance, run.after_another, run.without) for run in wanted]
        made = runs.figures(asked, outcomes)
        failures.extend(made.failures)
        return made.runs

    return make


def _changes(run: LawRun) -> Mapping[str, Any]:
    """Return what a run changes, its policy first: further changes are of that policy."""
    if not run.policy:
        return run.changes
    return {"policy": shipped_policy(run.policy), **run.changes}


def measure_laws(task: Task) -> Result:
    """Return the outcomes and figures of laws of a run: the work of a task."""
    payload = task.payload
    model = model_of_content(payload["scenario"], trust=True)
    scenario = model.scenario.model_validate(payload["scenario"])
    if payload["after_another"]:
        simulate(model, scenario, task.seed + 1)
    pushed = changed(model, scenario, payload["invariance"], 0) if "invariance" in payload else None
    with pushed or nullcontext((model, scenario)) as (other_model, other_scenario):
        return Result(_figures(other_model, other_scenario, task.seed, payload))


def _figures(model: Model[Any, Any], scenario: Scenario, seed: int, payload: Mapping[str, Any]) -> dict[str, float]:
    """Return outcomes of a run, what it has of the indicators that are asked for, and the figures of laws."""
    measurement = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    laws, outcomes = model.view("law_figures"), payload["further"]
    watcher, switch = laws(scenario) if laws else None, _switch(model, scenario, payload.get("without", ()))
    watchers = [measurement, *filter(None, (watcher, switch))]
    run = simulate(model, scenario, seed, watchers=watchers, without=switch)
    figures = {**(watcher.figures(run.state) if watcher else {}), **(switch.figures() if switch else {})}
    own = {ROOT: float(int(run.root.root[:_ROOT_DIGITS], 16)), **figures}
    given = {*own, *model.measures.labels(scenario)}
    further = [name for name in outcomes if name not in given and _is_outcome(model, scenario, name)]
    record = measurement.record(tables=False, detail=False, further=further)
    indicators = {figure.name: figure.whole for figure in measurement.measured() if figure.name in outcomes}
    return {**indicators, **record.outcomes, **own}


def _switch(model: Model[Any, Any], scenario: Scenario, names: Sequence[str]) -> Switch | None:
    """Return what takes events out of a run; None where no switch is named."""
    made: Callable[[Sequence[str], Scenario], Switch] | None = model.view("law_switches")
    return made(names, scenario) if made and names else None


def _is_outcome(model: Model[Any, Any], scenario: Scenario, name: str) -> bool:
    """Return whether the model measures an outcome of a name; counts by target come by themselves."""
    try:
        model.measures.label(name, scenario)
    except ValueError:
        return False
    return True
