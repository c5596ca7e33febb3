"""One member of an ensemble: the only module here that knows the simulation."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.events.codes import StationStatus
from ecsim.events.opening import VillagesBaselined
from ecsim.indicators import OUTCOMES, TARGETS, Board, region_of
from ecsim.regions.pack import RegionPack, load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import rule_parameters
from ecsim.simulation.genesis import code_version
from ecsim.simulation.simulate import simulate

BENCHMARK_IDS = {"retail": {2019: "K19b", 2020: "K20b", 2021: "K21b"}, "farm": {2019: "K19d"}}
"""Official national growth by year (evidence.csv); later years of farm products are taken from the last known."""


def identity(scenario: Scenario, seed: int) -> str:
    """Return what makes a run what it is: scenario, parameters, region, seed and code."""
    parameters = {name: p.value for name, p in rule_parameters(scenario).by_name.items()}
    content = [scenario.digest(), parameters, load_pack(scenario.region).digest, seed, code_version()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def benchmarks(pack: RegionPack) -> dict[str, dict[int, float]]:
    """Return the official national growth that the targets are scored against."""
    found = {name: {year: pack.series[key] for year, key in years.items()} for name, years in BENCHMARK_IDS.items()}
    for year in (2020, 2021, 2022):
        for known in found.values():
            known.setdefault(year, known[max(y for y in known if y < year)])
    return found


def report_dates(scenario: Scenario) -> list[dt.date]:
    """Return quarter ends of the run, and the last whole week's end."""
    last = scenario.start + dt.timedelta(days=7 * scenario.weeks - 1)
    ends = [
        dt.date(year, month, day) for year in range(2018, 2023) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
    ]
    return [date for date in ends if scenario.start <= date <= last] + [last]


def run_member(content: Mapping[str, Any], arm: str, seed: int, detail: bool) -> dict[str, Any]:
    """Run one member and return its row, its indicators and, for one member an arm, its stations."""
    scenario = Scenario.model_validate(content)
    pack = load_pack(scenario.region)
    board = Board(scenario.start, scenario.weeks, benchmarks(pack))
    begun = time.perf_counter()
    run = simulate(scenario, seed, watchers=[board])
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
