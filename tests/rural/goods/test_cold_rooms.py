"""Cold rooms of dealers: what they save, whom they pay, and what public stores take of them (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest
from test_trading import NOTHING

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, FacilityUsed, Mechanism, ProjectKind
from ecsim.rural.goods.cold_rooms import keep_cold, rooms_aimed_at, rooms_wanted, saved_by_cold
from ecsim.rural.goods.losses import kept_share
from ecsim.rural.goods.packing_lines import user_cost_fen
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.goods.trading import trade
from ecsim.rural.region import Region
from tiny import Events, facility

COSTLY: dict[str, Value] = {"goods.cold_room_yuan": 4.0}


def berries(room_g: int = 0, **columns: int) -> dict[str, int]:
    """Return merchants of strawberries, which last five days."""
    return dealer(DealerKind.MERCHANTS, STRAWBERRY, room_g=room_g, **columns)


def opened(*dealers: dict[str, int], public_g: int = 0, **numbers: Value) -> tuple[Region, Events]:
    """Return the region with some dealers and a public store."""
    region, events = dealing(*dealers, numbers=COSTLY | numbers)
    if public_g:
        region.world.publish(
            facility(kind=ProjectKind.COLD_STORE, mechanism=Mechanism.COLD_ROOM, county=1, capacity_g=public_g)
        )
    return region, events


def cold_of(region: Region, let_g: int = 0) -> tuple[list[int], list[int], list[int], list[float]]:
    """Return what of their stock the dealers from 4 on keep cold, rent and pay, and the share they lose."""
    let = np.zeros(len(region.world.state.crops), np.int64)
    let[STRAWBERRY] = let_g
    found = keep_cold(region.world.state, region.terms.goods, region.terms.farming, let)
    return tuple(column[4:6].tolist() for column in found)  # type: ignore[return-value]


def test_what_finds_room_loses_what_cold_goods_lose_and_the_rest_more_worked_by_hand() -> None:
    # Of ten kilograms four are cold, at 0.30 yuan each.
    region, _ = opened(berries(4_000, stock_g=10_000))
    farming = region.terms.farming
    warm, cold = (1.0 - kept_share(7.0, np.array([life]), farming)[0] for life in (5.0, 5.0 * farming.cold_life))
    (cooled, *_), (rented, *_), (fen, *_), (lost, *_) = cold_of(region)
    assert (cooled, rented, fen) == (4_000, 0, 120)
    assert lost == pytest.approx(0.4 * cold + 0.6 * warm)


def test_goods_that_are_not_fresh_need_no_room() -> None:
    region, _ = opened(dealer(DealerKind.MERCHANTS, WALNUT, stock_g=10_000, room_g=10_000))
    assert [column[0] for column in cold_of(region)[:3]] == [0, 0, 0]


def test_where_rooms_cost_nothing_all_is_kept_cool_and_nobody_pays() -> None:
    region, _ = opened(berries(0, stock_g=10_000), **{"goods.cold_room_yuan": 0.0})
    farming = region.terms.farming
    *_, (fen, _), (lost, _) = cold_of(region)
    assert fen == 0
    assert lost == pytest.approx(1.0 - kept_share(7.0, np.array([5.0 * farming.cold_life]), farming)[0])


def test_who_lacks_room_rents_what_growers_leave_in_proportion() -> None:
    # Four kilograms that stay half a week fill two of the nine of a public store: seven are left for fourteen.
    region, _ = opened(
        berries(2_000, stock_g=6_000), berries(0, stock_g=10_000), public_g=9_000, **{"farming.waiting_days": 3.5}
    )
    cooled, rented, _, _ = cold_of(region, let_g=4_000)
    assert rented == [2_000, 5_000]
    assert cooled == [4_000, 5_000]


def test_cold_that_is_worth_less_than_it_costs_is_left_off() -> None:
    region, _ = opened()
    cheap = rooms_wanted(
        np.array([1_000.0, 1_000.0]), np.array([52.0, 52.0]), np.array([29.0, 100.0]), region.terms.farming,
        region.terms.goods,
    )  # fmt: skip
    assert cheap.tolist() == [0.0, 1_000.0]


def test_a_room_pays_where_a_year_of_what_it_saves_is_more_than_its_user_cost() -> None:
    region, _ = opened(berries())
    goods, farming = region.terms.goods, region.terms.farming
    cost = user_cost_fen(goods, goods.cold_room_yuan)
    worth = np.array([0.99, 1.01]) * cost / 10.0 + 100.0 * farming.room_fee_yuan
    assert rooms_wanted(np.full(2, 7.0), np.full(2, 10.0), worth, farming, goods).tolist() == [0.0, 7.0]


def test_public_stores_take_the_place_of_a_share_of_private_rooms() -> None:
    aims = []
    for public in (0, 10**9):
        region, _ = opened(berries(forecast_g=10_000), public_g=public, **{"goods.crowding_out": 0.4})
        cover = region.setting.goods.cover_g
        aims.append(float(rooms_aimed_at(region.world.state, region.terms.goods, region.terms.farming, cover)[4]))
    assert aims[0] == pytest.approx(10_000 * region.setting.goods.cover_g[STRAWBERRY].max())
    assert aims[1] == pytest.approx(0.6 * aims[0])


def test_rent_reaches_who_runs_the_store_and_leaves_the_dealers_cash() -> None:
    region, events = opened(berries(0, stock_g=10_000), public_g=6_000)
    zero = np.zeros(len(region.world.state.dealers))
    events.clear()
    terms = region.terms
    trade(
        region.world, terms.goods, terms.dealing, terms.farming,
        Sourcing(zero, zero, zero, zero, zero.astype(np.int64)), NOTHING, np.zeros(4, np.int64), 20,
    )  # fmt: skip
    used = events.of(FacilityUsed)
    assert (used["used_g"].tolist(), used["fees_fen"].tolist()) == ([6_000], [180])
    assert region.world.state.dealers.cash_fen[4] == -180


def test_a_week_in_the_cold_saves_nothing_of_what_keeps() -> None:
    region, _ = opened()
    c = region.world.state.crops
    saved = saved_by_cold(c.form, c.shelf_days.astype(np.float64), region.terms.farming)
    assert np.flatnonzero(saved > 0).tolist() == [STRAWBERRY]
