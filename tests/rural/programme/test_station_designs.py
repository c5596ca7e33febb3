"""A station design's capital cost and lead time: who pays, who takes up an offer, when stations open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, WorksFinished
from ecsim.rural.events.stations import StationOffered
from ecsim.rural.region import Region
from ecsim.rural.scenario import StationDesign
from tiny import take, tiny_region, tiny_scenario

QUICK = {
    "start": "2018-11-26",
    "parameters.funds.plan_lag_weeks": 2,
    "parameters.funds.pooled_delay_weeks": 0,
    "parameters.funds.county_capacity": 20.0,
    "parameters.offices.time_sigma": 0.0,
    "parameters.procurement.fewest_bidders": 1,
}


def designs(**values: float) -> dict[str, Any]:
    """Return the shipped designs with some values of the one that policies use."""
    told = [each.model_dump(mode="json") for each in tiny_scenario().designs]
    for key, value in values.items():
        told[2][key] |= {"value": value, "low": None, "high": None}
    return {"designs": told}


def planned(**values: float) -> dict[str, Any]:
    """Return the approved projects of stations in the tiny region."""
    region, events = tiny_region(QUICK | designs(**values))
    for week in range(4):
        take(region, "govern", week=week)
    plan = events.of(ProjectApproved)
    return {name: column[plan["project_kind"] == ProjectKind.STATIONS] for name, column in plan.items()}


@pytest.mark.parametrize(
    ("capex_yuan", "central_yuan"),
    [(6_000.0, 50_000), (12_000.0, 100_000), (14_400.0, 120_000), (15_000.0, 120_000), (20_000.0, 120_000)],
)
def test_central_money_pays_its_part_of_ten_stations_and_no_more_than_the_project_may(
    capex_yuan: float, central_yuan: int
) -> None:
    """With a tenth each of local and social money on top, 120,000 yuan carry ten stations of 14,400."""
    plan = planned(capex_yuan=capex_yuan)
    assert set(plan["central_fen"]) == {100 * central_yuan}
    assert set(plan["local_fen"]) == set(plan["social_fen"]) == {10 * central_yuan}


def own_part(region: Region) -> float:
    return region.station_offer.own_part_fen(
        region.world.state, int(np.flatnonzero(region.world.state.projects.kind == ProjectKind.STATIONS)[0])
    )


def offered(capex_yuan: float, months: int = 24, elsewhere: float = 0.0) -> tuple[int, float]:
    """Return how many offers are taken up, and what a keeper adds to the capital cost."""
    numbers = {
        "parameters.stations.capital_months": months, "parameters.stations.grant_months": min(months, 24),
        "parameters.stations.optimism_sigma": 0.0, "parameters.stations.wage_sigma": 0.0,
        "parameters.stations.reservation_yuan": elsewhere,
    }  # fmt: skip
    region, events = tiny_region(QUICK | numbers | designs(capex_yuan=capex_yuan, lead_weeks=1.0))
    for week in range(12):
        take(region, "govern", "begin_service", week=week)
    return int(events.of(StationOffered)["accepted"].sum()), own_part(region)


def test_a_keeper_adds_what_the_project_does_not_pay_and_refuses_where_it_is_too_much() -> None:
    cheap, dear, dearest = offered(14_400.0), offered(20_000.0), offered(200_000.0)
    assert cheap[1] == 0.0
    assert dear[1] == pytest.approx(100 * 5_600.0)
    assert cheap[0] >= dear[0] >= dearest[0]
    assert cheap[0] > 0
    assert dearest[0] == 0


def test_the_more_months_he_gives_it_the_more_of_it_a_keeper_bears() -> None:
    taken = [
        offered(capex, months=months, elsewhere=-200.0)[0]
        for capex in (20_000.0, 24_000.0, 30_000.0) for months in (12, 60)
    ]  # fmt: skip
    assert all(few <= many for few, many in zip(taken[::2], taken[1::2], strict=True))
    assert taken[::2] != taken[1::2]


@pytest.mark.parametrize(("lead_weeks", "batch_weeks"), [(8.0, 0), (3.0, 0), (3.0, 2)])
def test_works_on_stations_end_after_the_batch_and_the_design_had_their_time(
    lead_weeks: float, batch_weeks: int
) -> None:
    region, events = tiny_region(QUICK | {"projects.stations.lead_weeks": batch_weeks} | designs(lead_weeks=lead_weeks))
    for week in range(24):
        take(region, "govern", week=week)
    award, plan = events.of(ContractAwarded), events.of(ProjectApproved)
    stations = set(plan["project"][plan["project_kind"] == ProjectKind.STATIONS].tolist())
    mine = [row for row, project in enumerate(award["project"]) if project in stations]
    days = {
        int(project): int(day)
        for batch, stamp in events.batches
        if isinstance(batch, ContractAwarded)
        for project in batch.project
        for day in [stamp.day]
    }
    weeks = {(int(award["due_day"][row]) - days[int(award["project"][row])]) / 7 for row in mine}
    assert weeks == {lead_weeks + batch_weeks}
    assert stations <= set(events.of(WorksFinished)["project"].tolist())


@pytest.mark.parametrize(("on_a_shop", "builds_on"), [(True, "shop"), (False, "nothing")])
def test_a_design_from_before_timetables_is_open_every_day(on_a_shop: bool, builds_on: str) -> None:
    told = tiny_scenario().designs[2].model_dump(mode="json")
    for key in ("builds_on", "needs_broadband", "days_a_week"):
        del told[key]
    design = StationDesign.model_validate(told | {"reuses_outlet": on_a_shop})
    assert (design.builds_on, design.needs_broadband, design.days_a_week.value) == (builds_on, False, 7.0)
