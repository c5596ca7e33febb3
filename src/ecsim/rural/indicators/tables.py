"""Tables of a run by county, week and station, as an experiment keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.rural.events import StationStatus, VillagesBaselined
from ecsim.rural.indicators.calendar import report_dates
from ecsim.rural.indicators.county_scorecard import CountyScorecard
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.scenario import Scenario


def tables_of(
    card: CountyScorecard, scenario: Scenario, outcomes: Mapping[str, Any], milestones: Milestones, *, detail: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return rows by table; those with a row a station or step only in ``detail``.

    Parameters
    ----------
    outcomes : figures by county that the table of counties shows, by name
    milestones : what counted the programme's steps
    detail : whether stations and milestones are told too

    Returns
    -------
    Rows by table: ``indicators``, ``counties``, ``spending``, ``stations``, ``weekly``, ``milestones``
    """
    return {
        "indicators": _indicators(card, scenario),
        "counties": _counties(outcomes),
        "spending": [card.spending_yuan()],
        "stations": _stations(card) if detail else [],
        "weekly": _weekly(card),
        "milestones": milestones.rows() if detail else [],
    }


def _indicators(card: CountyScorecard, scenario: Scenario) -> list[dict[str, Any]]:
    rows = []
    for date in report_dates(scenario):
        values, met = card.values(date), card.met(date)
        for target in card.targets:
            for county, (value, yes) in enumerate(zip(values[target.name], met[target.name], strict=True)):
                rows.append(
                    {"county": county, "date": date.isoformat(), "indicator": target.name,
                     "value": float(value), "target": target.value, "met": None if np.isnan(yes) else bool(yes)}
                )  # fmt: skip
    return rows


def _counties(outcomes: Mapping[str, Any]) -> list[dict[str, Any]]:
    counties = len(next(iter(outcomes.values())))
    return [
        {"county": county, **{name: float(v[county]) for name, v in outcomes.items()}} for county in range(counties)
    ]


def _weekly(card: CountyScorecard) -> list[dict[str, Any]]:
    total, farm = card.sales.total().sum(axis=1), card.sales.series("farm").sum(axis=1)
    parcels = card.parcels.series("delivered").sum(axis=1)
    return [
        {"week": week, "retail_yuan": total[week] / 100, "farm_yuan": farm[week] / 100,
         "parcels": parcels[week]}
        for week in range(card.weeks)
    ]  # fmt: skip


def _stations(card: CountyScorecard) -> list[dict[str, Any]]:
    index, day = card.index, 7 * card.weeks
    rows = []
    for station, status in sorted(card.stations.status(day).items()):
        village = card.stations.village[station]
        rows.append(
            {
                "village": village,
                "county": int(index.village_county[village]),
                "latitude": int(index.column(VillagesBaselined, "latitude")[village]) / 1e6,
                "longitude": int(index.column(VillagesBaselined, "longitude")[village]) / 1e6,
                "status": StationStatus(status).name.lower(),
                "poor_village": bool(index.column(VillagesBaselined, "poor")[village]),
            }
        )
    return rows
