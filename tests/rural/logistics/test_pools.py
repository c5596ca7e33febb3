"""Who joins a joint pool, and how its cost is shared (docs/model.md 4.9)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    OperatorJoinedPool,
    OperatorKind,
    OperatorLeftPool,
    OperatorsBaselined,
    OperatorSharesMoved,
    RoadsBaselined,
)
from ecsim.rural.logistics import PoolOffer
from ecsim.rural.logistics.delivery_plan import Load, rounds_of_share
from ecsim.rural.logistics.frequencies import weekly_yuan
from ecsim.rural.region import Region
from tiny import Events, Opened, tiny_region

Sharing = Literal["shapley", "parcels"]
SEAT = 0
SHARES: Opened = {OperatorsBaselined: {"share": {0: 100_000, 1: 300_000, 2: 600_000}}}
"""Of county 0: the post, a small courier and a large one."""


def offered(
    parcels: float, sharing: Sharing = "shapley", *, opened: Opened | None = None, hurdle: float = 0.0
) -> tuple[Region, Events]:
    """Return county 0 after a pool was offered that reckons with so many parcels a week in each township."""
    numbers: dict[str, Value] = {"logistics.pool_hurdle": hurdle}
    region, events = tiny_region(opened=opened, numbers=numbers)
    weekly = np.full(len(region.world.state.townships), parcels)
    events.clear()
    PoolOffer(region.terms.logistics, region.setting.roads, weekly, sharing).form(region.world, 0, -1)
    return region, events


def saved(events: Events) -> float:
    """Return the share of what all cost alone that the pool saves."""
    found = events.of(OperatorJoinedPool)
    return float(1.0 - found["pays_fen"].sum() / found["alone_fen"].sum())


def test_what_one_costs_alone_worked_by_hand() -> None:
    # One stop at the seat, 300 seconds: 1.667 yuan a round; 10 parcels a week: 6 days (4.2 x 10 = 6.5 squared), 3.5 x 2
    # x 10 / 6 of delay.
    region, _ = tiny_region()
    state, terms = region.world.state, region.terms.logistics
    weekly = np.array([0.0, 0.0, 25.0])
    rounds = rounds_of_share(
        state, region.setting.roads, terms, 4, Load.of(terms, OperatorKind.COURIER, 400_000), weekly
    )
    cost = weekly_yuan(terms, rounds, weekly[rounds.place] * 0.4, OperatorKind.COURIER)
    assert cost == pytest.approx(6 * (60 / 12 + 15) * 300 / 3600 + 7 * 10 / 6)


@pytest.mark.parametrize("sharing", ["shapley", "parcels"])
def test_nobody_pays_more_than_alone_and_all_together_what_their_rounds_cost(sharing: Sharing) -> None:
    region, events = offered(50.0, sharing, opened=SHARES)
    found, terms = events.of(OperatorJoinedPool), region.terms.logistics
    assert found["operator"].tolist() == [0, 1, 2]
    assert (found["pays_fen"] <= found["alone_fen"]).all()
    weekly = np.full(len(region.world.state.townships), 50.0)
    rounds = rounds_of_share(
        region.world.state, region.setting.roads, terms, 0, Load.of(terms, OperatorKind.POOL), weekly
    )
    assert found["pays_fen"].sum() == round(100 * weekly_yuan(terms, rounds, weekly[rounds.place], OperatorKind.POOL))


def test_by_parcels_who_has_few_pays_little() -> None:
    pays = {rule: offered(50.0, rule, opened=SHARES)[1].of(OperatorJoinedPool)["pays_fen"] for rule in _RULES}
    assert pays["parcels"][0] < pays["shapley"][0]
    assert pays["parcels"][2] > pays["shapley"][2]


_RULES: tuple[Sharing, Sharing] = ("shapley", "parcels")


def test_a_pool_saves_most_where_parcels_are_few() -> None:
    shares = [saved(offered(parcels)[1]) for parcels in (100.0, 300.0, 900.0, 2700.0)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 2 * shares[-1]


def test_and_where_the_way_is_long() -> None:
    far: Opened = {RoadsBaselined: {"metres": {0: 90_000, 7: 90_000}, "seconds": {0: 9_000, 7: 9_000}}}
    assert saved(offered(500.0, opened=far)[1]) > saved(offered(500.0)[1])


def test_fewer_join_the_more_has_to_be_saved() -> None:
    many = [offered(100.0, hurdle=hurdle)[1].rows(OperatorJoinedPool) for hurdle in (0.0, 0.5, 100.0)]
    assert many[0] == 3
    assert many == sorted(many, reverse=True)
    assert many[-1] == 1


def test_who_joins_would_join_again_with_the_same_others() -> None:
    for seed in range(6):
        region, events = tiny_region(seed=seed, numbers={"logistics.pool_hurdle": 1.0})
        weekly = np.full(len(region.world.state.townships), 100.0)
        PoolOffer(region.terms.logistics, region.setting.roads, weekly, "shapley").form(region.world, 0, -1)
        found, o = events.of(OperatorJoinedPool), region.world.state.operators
        luck = region.world.draws.uniform("join_pool", 0, o.number[found["operator"]])
        courier = o.kind[found["operator"]] == OperatorKind.COURIER
        assert (1 - found["pays_fen"] / found["alone_fen"] >= luck)[courier].all()


def test_a_review_of_the_same_parcels_changes_nothing() -> None:
    for seed in range(4):
        region, events = tiny_region(seed=seed, numbers={"logistics.pool_hurdle": 1.0})
        weekly = np.full(len(region.world.state.townships), 100.0)
        offer = PoolOffer(region.terms.logistics, region.setting.roads, weekly, "shapley")
        offer.form(region.world, 0, -1)
        events.clear()
        offer.review(region.world, weekly)
        assert not events.kinds()


def reviewed(parcels: float, *, then: float, hurdle: float) -> tuple[Region, Events]:
    """Return county 0 after a pool was formed at some parcels a week, and the review of it at others."""
    region, events = offered(then, hurdle=hurdle)
    weekly = np.full(len(region.world.state.townships), parcels)
    events.clear()
    PoolOffer(region.terms.logistics, region.setting.roads, weekly, "shapley").review(region.world, weekly)
    return region, events


def test_members_leave_when_parcels_have_grown_and_it_saves_them_too_little() -> None:
    region, events = reviewed(50.0, then=5.0, hurdle=0.4)
    found, o = events.of(OperatorLeftPool), region.world.state.operators
    assert len(found["operator"])
    assert (o.kind[found["operator"]] == OperatorKind.COURIER).all()
    assert (o.pool[found["operator"]] == -1).all()
    luck = region.world.draws.uniform("join_pool", 0, o.number[found["operator"]])
    assert (1 - found["pays_fen"] / found["alone_fen"] < luck).all()
    pool = region.world.state.counties.pool[0]
    members = np.flatnonzero(o.pool[: region.world.state.count("operators")] == pool)
    assert o.share[pool] == o.share[members].sum()
    assert o.vans[pool] == o.vans[members].sum()
    assert not events.rows(OperatorSharesMoved)


def test_others_join_when_it_would_save_them_enough() -> None:
    region, events = reviewed(5.0, then=50.0, hurdle=0.4)
    found = events.of(OperatorJoinedPool)
    assert len(found["operator"])
    assert (region.world.state.operators.pool[found["operator"]] == region.world.state.counties.pool[0]).all()
