"""What an operator's own parcel costs, what it charges and earns (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import DeliveryCosted, DeliveryReachSet, OperatorsSettled, RoundsDriven, TariffMoved
from parcels import delivered, pooled
from tiny import Events, made, tiny_region

POST, SMALL, LARGE = 3, 4, 5
"""Operators of county 1: 0.2, 0.4 and 0.4 of its parcels."""


def accounts(weeks: int = 1, **numbers: Value) -> tuple[Events, dict[str, NDArray[np.int64]]]:
    """Return what happened in weeks in which county 1 got many parcels, then few; and its operators' last accounts."""
    region, events = tiny_region(numbers={f"logistics.{name}": value for name, value in numbers.items()})
    for week in range(weeks):
        delivered(region, (10, 400 if week < 4 else 40, -1), week=week)
    return events, last(events)


def last(events: Events) -> dict[str, NDArray[np.int64]]:
    """Return the last account of each operator of county 1."""
    found = events.of(OperatorsSettled)
    rows = (found["day"] == found["day"].max()) & np.isin(found["operator"], (POST, SMALL, LARGE))
    return {name: values[rows] for name, values in found.items()}


def test_only_those_that_drive_keep_accounts() -> None:
    region, events = tiny_region()
    pool = pooled(region, 1, (POST, SMALL))
    events.clear()
    delivered(region, (10, 40, -1))
    assert events.of(OperatorsSettled)["operator"].tolist() == [0, 1, 2, LARGE, pool]


def test_the_first_account_worked_by_hand() -> None:
    # In the first week all that an operator brings is on its rounds, whose cost is theirs alone: moving cost over
    # parcels, less the same of the county.
    events, found = accounts()
    rounds, costed = events.of(RoundsDriven), events.of(DeliveryCosted)
    parcels = np.bincount(rounds["operator"], rounds["parcels_down"])[POST:]
    moving = sum(costed[f"{part}_fen"] for part in ("vehicle", "distance", "crew"))
    fen = np.bincount(costed["operator"], moving)[POST:]
    np.testing.assert_array_equal(found["hub_mparcels"], 1000 * parcels)
    np.testing.assert_allclose(found["hub_fen"], fen, atol=2)
    apart = fen / parcels - fen.sum() / parcels.sum()
    county = events.of(TariffMoved)["cost_fen"][1]
    np.testing.assert_allclose(found["cost_fen"], county + apart, atol=1)
    np.testing.assert_allclose(found["apart_fen"], apart, atol=1)
    assert found["charge_fen"].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found["margin_fen"], 0.1 * found["cost_fen"], atol=1)


def test_costs_by_the_parcels_on_rounds_make_the_countys() -> None:
    events, found = accounts(weeks=9)
    mean = (found["cost_fen"] * found["hub_mparcels"]).sum() / found["hub_mparcels"].sum()
    assert mean == pytest.approx(events.of(TariffMoved)["cost_fen"][-1], abs=1)
    assert len(set(found["cost_fen"].tolist())) > 1


def test_what_is_dearer_than_at_the_opening_is_charged_for_by_each() -> None:
    """The large one comes every day from the fifth week on, whatever that costs it."""
    region, events = tiny_region(numbers={"logistics.review_weeks": 4, "logistics.share_speed": 0.0})
    for week in range(8):
        delivered(region, (10, 40, -1), week=week)
        if week % 4 == 0:
            columns = {"operator": [LARGE], "township": [2], "township_days": [1 + 5 * (week == 4)]}
            region.world.publish(made(DeliveryReachSet, **columns))
    found = last(events)
    apart, charge = found["cost_fen"] - events.of(TariffMoved)["cost_fen"][-1] - found["apart_fen"], found["charge_fen"]
    assert charge[2] > charge[1]
    base = events.of(TariffMoved)["cost_fen"][1]
    county = 0.7 * (events.of(TariffMoved)["cost_fen"][-1] - base)
    np.testing.assert_allclose(charge, county + 0.7 * apart, atol=1.5)


def test_all_charge_alike_where_own_costs_do_not_show() -> None:
    events, found = accounts(weeks=9, review_weeks=4, own_tariff=0.0)
    assert len(set(found["charge_fen"].tolist())) == 1
    assert found["charge_fen"][0] == events.of(TariffMoved)["down_fen"][-1]


def test_the_county_is_charged_the_mean_by_shares() -> None:
    events, found = accounts(weeks=9, review_weeks=4, share_speed=0.0)
    assert len(set(found["charge_fen"].tolist())) > 1
    mean = (found["charge_fen"] * [0.2, 0.4, 0.4]).sum()
    assert events.of(TariffMoved)["down_fen"][-1] == np.floor(mean + 0.5)


def test_who_earns_nothing_is_lean_and_counts_the_weeks() -> None:
    assert accounts(weeks=3, operator_margin=0.3)[1]["lean_weeks"].tolist() == [0, 0, 0]
    assert accounts(weeks=3, operator_margin=-0.5)[1]["lean_weeks"].tolist() == [3, 3, 3]


def test_a_wait_follows_the_days_that_vans_come() -> None:
    # Once a week leaves a parcel 3.5 days on average: 5,040 minutes; twice half of it.
    region, events = tiny_region()
    delivered(region, (10, 40, -1))
    columns = {"operator": [POST, SMALL], "township": [2, 2], "township_days": [1, 2]}
    region.world.publish(made(DeliveryReachSet, **columns))
    delivered(region, (10, 40, -1), week=1)
    assert last(events)["wait_minutes"][:2].tolist() == [5040, 2520]
