"""Tables of a run by county, week and station, as an experiment keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.rural.events.codes import StationStatus
from ecsim.rural.events.opening import VillagesBaselined
from ecsim.rural.indicators.board import Board
from ecsim.rural.indicators.calendar import report_dates
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.scenario import Scenario


def tables_of(
    board: Board, scenario: Scenario, outcomes: Mapping[str, Any], milestones: Milestones, *, detail: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return rows by table; those with a row a station or step only in ``detail``."""
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
