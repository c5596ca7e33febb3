"""Executing a task: of the simulation, or of a plain function; the only module here that simulates."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ecsim.experiments.running.task import Result, Task
from ecsim.kernel.identity import code_version
from ecsim.kernel.models import model_of_content
from ecsim.kernel.toolkit import Model, Scenario, Variant, simulate
from ecsim.statistics.function import call, make_importable


def identity(model: Model[Any, Any], scenario: Scenario) -> str:
    """Return what all runs of a scenario share: scenario, parameters, what else it opens with, and code."""
    parameters = {name: p.value for name, p in model.parameters(scenario).by_name.items()}
    sources = dict(model.hooks.sources(scenario))
    content = [scenario.digest(), parameters, sources, code_version(model, scenario)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def execute_task(task: Task) -> Result:
    """Return what came of a task: of a function, or of the simulation."""
    if "function" in task.payload:
        make_importable(task.payload["home"])
        return Result(call(task.payload["function"], task.payload["parameters"], task.seed))
    return run_simulation_task(task)


def run_simulation_task(task: Task) -> Result:
    """Return the result of a simulated run: outcomes, what else is known of it, and its tables if they are kept."""
    payload = task.payload
    model = model_of_content(payload["scenario"], trust=True)
    scenario = model.scenario.model_validate(payload["scenario"])
    if "invariance" not in payload:
        return _simulated(model, scenario, task)
    with changed(model, scenario, payload["invariance"], task.replication) as (other_model, other_scenario):
        return _simulated(other_model, other_scenario, task)


def _simulated(model: Model[Any, Any], scenario: Scenario, task: Task) -> Result:
    payload = task.payload
    measurement = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    begun = time.perf_counter()
    run = simulate(model, scenario, task.seed, watchers=[measurement])
    facts = {"root": run.root.root, "events": run.root.events, "seconds": round(time.perf_counter() - begun, 3)}
    record = measurement.record(tables=payload["tables"], detail=payload["detail"], further=payload["further"])
    return Result(record.outcomes, {**facts, **record.facts}, record.tables)


@contextmanager
def changed(
    model: Model[Any, Any], scenario: Scenario, name: str, number: int
) -> Iterator[tuple[Model[Any, Any], Scenario]]:  # fmt: skip
    """Yield a model and a scenario under an invariance of the model; files that it makes go with the block.

    Parameters
    ----------
    name : of the invariance
    number : of the replication: another one, another variant

    Raises
    ------
    InapplicableError
        If it makes no sense for the scenario.
    """
    invariance = next(known for known in model.invariances if known.name == name)
    with TemporaryDirectory(prefix="ecsim-") as folder:
        yield invariance.apply(model, scenario, Variant(number, Path(folder)))
