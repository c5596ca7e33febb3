"""One member of an ensemble: the only module here that knows the simulation."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.events.codes import StationStatus
from ecsim.events.opening import VillagesBaselined
from ecsim.indicators import OUTCOMES, TARGETS, Board, Milestones, benchmarks, region_of, report_dates
from ecsim.regions.pack import load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import rule_parameters
from ecsim.simulation.genesis import code_version
from ecsim.simulation.simulate import simulate


def identity(scenario: Scenario, seed: int) -> str:
    """Return what makes a run what it is: scenario, parameters, region, seed and code."""
    parameters = {name: p.value for name, p in rule_parameters(scenario).by_name.items()}
    content = [scenario.digest(), parameters, load_pack(scenario.region).digest, seed, code_version()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def run_member(content: Mapping[str, Any], arm: str, seed: int, detail: bool) -> dict[str, Any]:
    """Run one member and return its row, its indicators and, for one member an arm, its stations and milestones."""
    scenario = Scenario.model_validate(content)
    pack = load_pack(scenario.region)
    board = Board(scenario.start, scenario.weeks, benchmarks(pack))
    begun = time.perf_counter()
    milestones = Milestones()
    run = simulate(scenario, seed, watchers=[board, milestones])
    seconds = time.perf_counter() - begun
    outcomes = board.outcomes()
    last = report_dates(scenario)[-1]
    met = board.met(last)
    row = {"arm": arm, "seed": seed, "root": run.root.root, "events": run.root.events, "seconds": round(seconds, 3)}
    row |= {name: region_of(name, outcomes[name]) for name in OUTCOMES if name in outcomes}
    row["targets_met"] = float(np.mean(sum(met[target.name].astype(int) for target in TARGETS)))
    row |= {f"met_{name}": int(found.sum()) for name, found in met.items()}
    return {
        "row": row,
        "indicators": _indicators(board, scenario, arm, seed),
        "counties": _counties(outcomes, arm, seed),
        "spending": {"arm": arm, "seed": seed, **board.spending_yuan()},
        "stations": _stations(board, arm) if detail else [],
        "weekly": _weekly(board, arm, seed),
        "milestones": [{"arm": arm, **step} for step in milestones.rows()] if detail else [],
    }


def _indicators(board: Board, scenario: Scenario, arm: str, seed: int) -> list[dict[str, Any]]:
    rows = []
    for date in report_dates(scenario):
        values, met = board.values(date), board.met(date)
        for target in TARGETS:
            for county, (value, yes) in enumerate(zip(values[target.name], met[target.name], strict=True)):
                rows.append(
                    {"arm": arm, "seed": seed, "county": county, "date": date.isoformat(), "indicator": target.name,
                     "value": float(value), "target": target.value, "met": bool(yes)}
                )  # fmt: skip
    return rows


def _counties(outcomes: Mapping[str, Any], arm: str, seed: int) -> list[dict[str, Any]]:
    many = len(next(iter(outcomes.values())))
    return [
        {"arm": arm, "seed": seed, "county": county, **{name: float(v[county]) for name, v in outcomes.items()}}
        for county in range(many)
    ]


def _weekly(board: Board, arm: str, seed: int) -> list[dict[str, Any]]:
    total, farm = board.sales.total().sum(axis=1), board.sales.series("farm").sum(axis=1)
    parcels = board.parcels.series("delivered").sum(axis=1)
    return [
        {"arm": arm, "seed": seed, "week": week, "retail_yuan": total[week] / 100, "farm_yuan": farm[week] / 100,
         "parcels": parcels[week]}
        for week in range(board.weeks)
    ]  # fmt: skip


def _stations(board: Board, arm: str) -> list[dict[str, Any]]:
    register, day = board.register, 7 * board.weeks
    rows = []
    for station, status in sorted(board.stations.status(day).items()):
        village = board.stations.village[station]
        rows.append(
            {
                "arm": arm,
                "village": village,
                "county": int(register.village_county[village]),
                "latitude": int(register.column(VillagesBaselined, "latitude")[village]) / 1e6,
                "longitude": int(register.column(VillagesBaselined, "longitude")[village]) / 1e6,
                "status": StationStatus(status).name.lower(),
                "poor_village": bool(register.column(VillagesBaselined, "poor")[village]),
            }
        )
    return rows
