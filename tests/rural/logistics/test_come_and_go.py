"""Operators that leave counties and couriers that come (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import OperatorKind
from ecsim.rural.events.logistics import (
    OperatorEntered,
    OperatorLeft,
    OperatorSharesMoved,
    OperatorsSettled,
    ParcelsWaiting,
    RoundsDriven,
    TariffMoved,
)
from ecsim.rural.logistics import review_operators
from ecsim.rural.logistics.delivery_plan import Load, rounds_of_share
from ecsim.rural.logistics.frequencies import rounds_yuan
from ecsim.rural.region import Region
from ecsim.rural.units import ONE
from parcels import delivered, pooled
from tiny import Events, made, tiny_region

POST, SMALL, LARGE = 3, 4, 5
"""Of county 1: 0.2, 0.4 and 0.4 of its parcels. Operators 6 and 7 are outside counties 0 and 1."""
PAYS = 100_000
"""Fen a parcel above the opening, at which whoever comes earns more than enough."""
OUTSIDE = {"parameters.opening_trade.couriers_outside": 1}


def opened(**numbers: Value) -> tuple[Region, Events]:
    """Return the region with a courier outside each county, and reviews every four weeks."""
    numbers = {"review_weeks": 4, "share_price": 0.0, "share_delay": 0.0, **numbers}
    return tiny_region(OUTSIDE, numbers={f"logistics.{name}": value for name, value in numbers.items()})


def settled(
    region: Region,
    *,
    lean: tuple[int, int, int] = (0, 0, 0),
    margin: tuple[int, int, int] = (1, 1, 1),
    cost: int = 200,
    charge: int = 0,
) -> None:
    """Let county 1 have accounts: a parcel cost 200 fen at the opening, and costs and is charged so much now."""
    publish = region.world.publish
    publish(made(TariffMoved, county=[0, 1], cost_fen=[200, 200]))
    publish(made(TariffMoved, county=[1], cost_fen=[cost], down_fen=[charge]))
    weekly = region.pool_offer.weekly[region.world.state.townships.county == 1].sum() * np.array([0.2, 0.4, 0.4])
    account = made(
        OperatorsSettled,
        operator=[POST, SMALL, LARGE],
        lean_weeks=lean,
        margin_fen=margin,
        hub_fen=np.rint(10 * weekly).astype(np.int64),
        hub_mparcels=np.rint(1000 * weekly).astype(np.int64),
        usual_wait_minutes=[3000] * 3,
        wait_minutes=[3000] * 3,
    )
    publish(account)


def reviewed(region: Region, events: Events, week: int = 4) -> None:
    """Take one review of operators."""
    events.clear()
    region.world.day = 7 * week
    review_operators(region.world, region.pool_offer)


def shares(region: Region) -> list[int]:
    """Return shares of the operators of county 1 and of who is outside it."""
    return region.world.state.operators.share[[POST, SMALL, LARGE, 7]].tolist()


def test_who_has_lost_for_too_long_leaves_and_its_share_goes_to_the_others() -> None:
    region, events = opened(exit_months=6, entry_share=0.0, share_speed=1.0)
    settled(region, lean=(0, 23, 24))
    reviewed(region, events)
    found = events.of(OperatorLeft)
    assert (found["operator"].tolist(), found["heir"].tolist(), found["lean_weeks"].tolist()) == ([LARGE], [POST], [24])
    assert shares(region) == [333_333, 666_667, 0, 0]


def test_of_several_that_lose_the_one_that_loses_most_leaves_first() -> None:
    region, events = opened(exit_months=6, entry_share=0.0)
    settled(region, lean=(0, 100, 100), margin=(1, -9, -8))
    reviewed(region, events)
    assert events.of(OperatorLeft)["operator"].tolist() == [SMALL]


def test_the_post_stays_whatever_it_loses() -> None:
    region, events = opened(exit_months=6, entry_share=0.0)
    settled(region, lean=(500, 0, 0))
    reviewed(region, events)
    assert not events.rows(OperatorLeft)


def test_nobody_leaves_where_patience_has_no_end() -> None:
    region, events = opened(exit_months=1000, entry_share=0.0)
    settled(region, lean=(0, 200, 200))
    reviewed(region, events)
    assert not events.kinds()


def test_reviews_happen_when_they_are_due_alone() -> None:
    region, events = opened(exit_months=6, entry_share=0.0)
    settled(region, lean=(0, 0, 100))
    reviewed(region, events, week=5)
    assert not events.kinds()


def test_what_waits_for_who_leaves_is_brought_by_its_heir() -> None:
    region, events = opened(exit_months=6, entry_share=0.0)
    settled(region, lean=(0, 0, 100))
    waits = {"operator": [POST, LARGE], "township": [2, 2], "village": [-1, -1], "parcels": [3, 5]}
    region.world.publish(made(ParcelsWaiting, **waits, waited_days=[3, 10]))
    reviewed(region, events)
    reaches, townships = region.world.state.reaches, len(region.world.state.townships)
    rows = [POST * townships + 2, LARGE * townships + 2]
    assert (reaches.waiting[rows].tolist(), reaches.waiting_days[rows].tolist()) == ([8, 0], [13, 0])
    events.clear()
    delivered(region, (10, 40, -1), week=5)
    assert set(events.of(RoundsDriven)["operator"].tolist()) == {POST, SMALL}


def test_who_leaves_a_pools_county_leaves_it_to_the_pool() -> None:
    region, events = opened(exit_months=6, entry_share=0.0)
    settled(region, lean=(0, 0, 100))
    pool = pooled(region, 1, (POST, SMALL))
    reviewed(region, events)
    assert events.of(OperatorLeft)["heir"].tolist() == [pool]
    share = region.world.state.operators.share
    assert share[pool] == share[POST] + share[SMALL] == ONE


def test_a_courier_comes_where_it_would_earn_more_than_its_cost_and_a_hurdle() -> None:
    """It draws 0.1 of what all others draw together; rounds of these cost 10 fen a parcel."""
    for charge, comes in ((0, False), (PAYS, True)):
        region, events = opened(entry_share=0.1)
        settled(region, charge=charge)
        reviewed(region, events)
        assert events.of(OperatorEntered)["operator"].tolist() == [7] * comes
    found, terms, state = events.of(OperatorEntered), region.terms.logistics, region.world.state
    share = round(ONE * 0.1 / 1.1)
    weekly = region.pool_offer.weekly
    rounds = rounds_of_share(state, region.setting.roads, terms, 7, Load.of(terms, OperatorKind.COURIER, share), weekly)
    its = weekly[np.unique(rounds.place)].sum() * share / ONE
    hub = 100 * rounds_yuan(terms, rounds, weekly[rounds.place] * share / ONE, OperatorKind.COURIER).sum()
    assert found["hub_fen"] == pytest.approx(hub, abs=1)
    assert found["costs_fen"] == pytest.approx((200 + hub / its - 10) * its, abs=1)
    assert found["earns_fen"] == pytest.approx((1.1 * 200 + PAYS) * its, abs=1)
    assert sum(shares(region)) == ONE
    assert shares(region)[3] == pytest.approx(0.25 * share, abs=2)


@pytest.mark.parametrize("numbers", [{"entry_share": 0.0}, {"entry_hurdle": 1000.0}])
def test_nobody_comes_without_a_share_or_beyond_the_hurdle(numbers: dict[str, Value]) -> None:
    region, events = opened(**numbers)
    settled(region, charge=PAYS)
    reviewed(region, events)
    assert not events.rows(OperatorEntered)


def test_who_came_drives_and_has_its_parcels() -> None:
    region, events = opened(entry_share=0.3, share_speed=1.0)
    settled(region, charge=PAYS)
    reviewed(region, events)
    events.clear()
    for week in (5, 6):
        delivered(region, (10, 400, -1), week=week)
    rounds = events.of(RoundsDriven)
    brought = np.bincount(rounds["operator"], rounds["parcels_down"], 8)
    assert brought[7] / brought.sum() == pytest.approx(0.3 / 1.3, abs=0.02)
    assert 7 in events.of(OperatorsSettled)["operator"]


def test_who_left_may_come_again() -> None:
    region, events = opened(exit_months=6, entry_share=0.1)
    settled(region, lean=(0, 0, 100))
    reviewed(region, events)
    settled(region, charge=PAYS)
    reviewed(region, events, week=8)
    assert events.of(OperatorEntered)["operator"].tolist() == [LARGE]
    assert region.world.state.operators.attraction[LARGE] == 100_000
    assert events.rows(OperatorSharesMoved)
