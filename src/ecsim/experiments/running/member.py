"""One member of an ensemble: the only module here that knows the simulation."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.experiments.running.task import Result, Task
from ecsim.experiments.verdicts import marks_of
from ecsim.kernel.identity import code_version
from ecsim.rural.events.codes import StationStatus
from ecsim.rural.events.opening import VillagesBaselined
from ecsim.rural.indicators import Board, Milestones, region_of, report_dates
from ecsim.rural.model import MODEL
from ecsim.rural.regions.pack import pack_digest
from ecsim.rural.rules import rule_parameters
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate


def identity(scenario: Scenario) -> str:
    """Return what all runs of a scenario share: scenario, parameters, region and code."""
    parameters = {name: p.value for name, p in rule_parameters(scenario).by_name.items()}
    content = [scenario.digest(), parameters, pack_digest(scenario.region), code_version(MODEL, scenario)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def run_member(task: Task) -> Result:
    """Return what came of one member: outcomes of the region, targets by county, and its tables if they are kept."""
    payload = task.payload
    scenario = Scenario.model_validate(payload["scenario"])
    board = Board.of(scenario)
    milestones = Milestones()
    begun = time.perf_counter()
    run = simulate(scenario, task.seed, watchers=[board, milestones])
    facts = {"root": run.root.root, "events": run.root.events, "seconds": round(time.perf_counter() - begun, 3)}
    last = report_dates(scenario)[-1]
    wanted = [*board.shown, *payload["further"]]
    given = [name for name in board.available.outcomes() if board.available.reason(name) is None]
    outcomes = board.outcomes_named(dict.fromkeys([*given, *wanted]))
    met, lacking = board.met(last), board.available.targets_lacking(last)
    found = {name: region_of(name, outcomes[name]) for name in wanted}
    found["targets_met"] = float(np.nansum(list(met.values()), axis=0).mean())
    found |= {
        f"met_{name}": float("nan") if name in lacking else float(np.nansum(counties)) for name, counties in met.items()
    }
    facts["met"] = {name: marks_of(counties) for name, counties in met.items()}
    tables = _tables(board, scenario, outcomes, milestones, payload["detail"]) if payload["tables"] else {}
    return Result(found, facts, tables)


def _tables(
    board: Board, scenario: Scenario, outcomes: Mapping[str, Any], milestones: Milestones, detail: bool
) -> dict[str, list[dict[str, Any]]]:
    return {
        "indicators": _indicators(board, scenario),
        "counties": _counties(outcomes),
        "spending": [board.spending_yuan()],
        "stations": _stations(board) if detail else [],
        "weekly": _weekly(board),
        "milestones": milestones.rows() if detail else [],
    }


def _indicators(board: Board, scenario: Scenario) -> list[dict[str, Any]]:
    rows = []
    for date in report_dates(scenario):
        values, met = board.values(date), board.met(date)
        for target in board.targets:
            for county, (value, yes) in enumerate(zip(values[target.name], met[target.name], strict=True)):
                rows.append(
                    {"county": county, "date": date.isoformat(), "indicator": target.name,
                     "value": float(value), "target": target.value, "met": None if np.isnan(yes) else bool(yes)}
                )  # fmt: skip
    return rows


def _counties(outcomes: Mapping[str, Any]) -> list[dict[str, Any]]:
    many = len(next(iter(outcomes.values())))
    return [{"county": county, **{name: float(v[county]) for name, v in outcomes.items()}} for county in range(many)]


def _weekly(board: Board) -> list[dict[str, Any]]:
    total, farm = board.sales.total().sum(axis=1), board.sales.series("farm").sum(axis=1)
    parcels = board.parcels.series("delivered").sum(axis=1)
    return [
        {"week": week, "retail_yuan": total[week] / 100, "farm_yuan": farm[week] / 100,
         "parcels": parcels[week]}
        for week in range(board.weeks)
    ]  # fmt: skip


def _stations(board: Board) -> list[dict[str, Any]]:
    register, day = board.register, 7 * board.weeks
    rows = []
    for station, status in sorted(board.stations.status(day).items()):
        village = board.stations.village[station]
        rows.append(
            {
                "village": village,
                "county": int(register.village_county[village]),
                "latitude": int(register.column(VillagesBaselined, "latitude")[village]) / 1e6,
                "longitude": int(register.column(VillagesBaselined, "longitude")[village]) / 1e6,
                "status": StationStatus(status).name.lower(),
                "poor_village": bool(register.column(VillagesBaselined, "poor")[village]),
            }
        )
    return rows
