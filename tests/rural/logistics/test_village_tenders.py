"""Tenders for the delivery to villages (docs/model.md 4.9)."""

from __future__ import annotations

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import (
    DeliveryReachSet,
    OperatorLeft,
    OperatorsSettled,
    RoundsDriven,
    TourTenderAwarded,
)
from ecsim.rural.logistics.delivery_plan import carriers
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import Events, made, tiny_region

POST, SMALL, LARGE = 3, 4, 5
POOL = 6
"""Of the post and the large courier of county 1."""


def week_of_tender(own: tuple[int, int] = (1000, 1000), **numbers: Value) -> tuple[Region, Events]:
    """Return county 1 after its first tender, where own rounds of the pool and the small one cost so much a parcel."""
    given = {"review_weeks": 4, "tender_sigma": 0.0, **numbers}
    region, events = tiny_region(numbers={f"logistics.{name}": value for name, value in given.items()})
    assert pooled(region, 1, (POST, LARGE)) == POOL
    station(region, 4)
    for week in range(4):
        delivered(region, (10, 40, 4), week=week)
    accounts = {"operator": [POOL, SMALL], "hub_fen": own, "hub_mparcels": [1000, 1000], "wait_minutes": [3000] * 2}
    region.world.publish(made(OperatorsSettled, **accounts))
    events.clear()
    delivered(region, (10, 40, 4), week=4)
    return region, events


def test_who_asks_least_carries_on_to_villages_from_the_same_week_on() -> None:
    for own, wins in (((1000, 1100), POOL), ((1100, 1000), SMALL)):
        region, events = week_of_tender(own)
        found, rounds = events.of(TourTenderAwarded), events.of(RoundsDriven)
        assert (found["county"].tolist(), found["operator"].tolist(), found["bids"].tolist()) == ([1], [wins], [2])
        assert set(rounds["operator"][rounds["village_tour"]].tolist()) == {wins}
        assert carriers(region.world.state)[1] == wins
        reach = events.of(DeliveryReachSet)
        assert set(reach["operator"][reach["village_days"] > 0].tolist()) == {wins}


def test_the_price_is_own_rounds_and_the_tours() -> None:
    prices = [int(week_of_tender(own)[1].of(TourTenderAwarded)["price_fen"][0]) for own in ((1000, 9000), (1500, 9000))]
    assert prices[1] - prices[0] == 500
    assert prices[0] > 1000


def test_others_must_ask_less_by_a_lead() -> None:
    # Tours cost both of them the same, so a tenth less is asked for if own rounds are cheaper by more than that.
    assert week_of_tender((9000, 2000), tender_lead=0.1)[1].of(TourTenderAwarded)["operator"].tolist() == [SMALL]
    for own in ((1010, 1000), (9000, 2000)):
        _, events = week_of_tender(own, tender_lead=1.0)
        assert events.of(TourTenderAwarded)["operator"].tolist() == [POOL]


def test_luck_decides_among_equals() -> None:
    asked = [week_of_tender(tender_sigma=sigma)[1].of(TourTenderAwarded)["price_fen"][0] for sigma in (0.0, 0.3)]
    assert asked[1] < asked[0]  # the lowest of two


def test_it_is_held_again_when_it_is_due_or_who_had_it_has_gone() -> None:
    region, events = week_of_tender((1100, 1000), tender_weeks=8)
    for week in (5, 6, 7, 8):
        delivered(region, (10, 40, 4), week=week)
    assert events.rows(TourTenderAwarded) == 1
    for week in (9, 10, 11, 12):
        delivered(region, (10, 40, 4), week=week)
    assert events.rows(TourTenderAwarded) == 2

    region, events = week_of_tender((1100, 1000), tender_weeks=10_000)
    region.world.publish(made(OperatorLeft, operator=[SMALL], heir=[POOL]))
    assert carriers(region.world.state)[1] == POOL
    delivered(region, (10, 40, 4), week=8)
    assert events.of(TourTenderAwarded)["operator"].tolist() == [SMALL, POOL]


def test_without_joint_delivery_there_is_none() -> None:
    region, events = tiny_region(numbers={"logistics.review_weeks": 4})
    station(region, 4)
    for week in range(5):
        delivered(region, (10, 40, -1), week=week)
    assert not events.rows(TourTenderAwarded)
    assert carriers(region.world.state)[1] == POST
