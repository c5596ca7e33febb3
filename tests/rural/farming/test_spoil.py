"""What is lost of stocks in a week, and what cold stores save of it (docs/model.md 4.4)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural import farming
from ecsim.rural.events import ColdRoomLet, FarmPriceMoved
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.market import CropHarvested, StockSpoiled
from ecsim.rural.events.opening import CropsBaselined, CropSeasonsBaselined, HouseholdsBaselined, PlotsBaselined
from ecsim.rural.region import Region
from tiny import LIVELY, Events, Opened, before_each, facility, same, take, tiny_region

POTATO, WALNUT, TEA, STRAWBERRY = range(4)
FALLOW: Opened = {CropSeasonsBaselined: {"share": 0}, PlotsBaselined: {"stock_g": 0}}
"""Nothing is there or comes in but what a test publishes."""


def in_stock(region: Region, *crops: int) -> None:
    """Bring in the whole year of some crops."""
    region.world.publish(CropHarvested(crop=list(crops), share=[1_000_000] * len(crops)))


def cold_store(region: Region, county: int, grams: int) -> None:
    """Open a cold store in a county."""
    region.world.publish(facility(ProjectKind.COLD_STORE, county=[county], capacity_g=[grams], township=[-1]))


def lost(region: Region, events: Events) -> dict[int, int]:
    """Return the share that each crop loses in a week, millionths."""
    events.clear()
    take(region, "harvest")
    found = events.of(StockSpoiled)
    return dict(zip(found["crop"].tolist(), found["share"].tolist(), strict=True))


def berries(
    *, cold_g: int = 0, opened: Opened | None = None, numbers: dict[str, Value] | None = None
) -> tuple[int, Events]:
    """Return what household 9's 800 kg of strawberries lose in a week, millionths, and what happened."""
    region, events = tiny_region(opened={**FALLOW, **(opened or {})}, numbers=numbers)
    in_stock(region, STRAWBERRY)
    cold_store(region, 1, cold_g)
    return lost(region, events)[STRAWBERRY], events


def test_losses_of_each_form_worked_by_hand() -> None:
    # Potatoes are kept: 0.5 % a week. Walnuts are dried and keep 300 days: 0.35/300. The leaf of tea waits on the bush.
    # Strawberries keep 5 days: half a day at the gate loses 1 - 0.75^(0.1^1.5) = 0.009056; 7 % wait 3 days, which lose
    # 1 - 0.75^(0.6^1.5) = 0.125163: 0.93 x 0.009056 + 0.07 x 0.125163 = 0.017183.
    region, events = tiny_region(opened=FALLOW)
    in_stock(region, POTATO, WALNUT, TEA, STRAWBERRY)
    assert lost(region, events) == {POTATO: 5_000, WALNUT: 1_167, STRAWBERRY: 17_183}
    assert region.world.state.plots.stock_g[3] == 132_986
    assert region.world.state.plots.stock_g[4] == 800_000 - int(800_000 * 0.017183)
    assert not events.rows(ColdRoomLet)


def test_a_cold_store_with_room_for_all_worked_by_hand() -> None:
    # 7 % of 800 kg are 56 kg, three days each: a store of 24 kg holds them in turn. In the cold they keep four times as
    # long and lose 1 - 0.75^(0.15^1.5) = 0.016574: 0.108589 is saved, 6,080 g, for 30 fen a kilogram.
    share, events = berries(cold_g=24_000)
    assert share == 9_582  # 0.017183 - 0.07 x 0.108589
    same(events.of(ColdRoomLet), crop=[STRAWBERRY], stored_g=[56_000], saved_g=[6_080], fee_fen=[1_680])
    assert berries(cold_g=10**9)[0] == 9_582
    assert berries()[0] == 17_183


def test_a_store_half_as_large_saves_half() -> None:
    share, events = berries(cold_g=12_000)
    same(events.of(ColdRoomLet), stored_g=[28_000], saved_g=[3_040], fee_fen=[840])
    assert share == pytest.approx((17_183 + 9_582) / 2, abs=1)


def test_room_is_not_let_where_it_saves_less_than_the_fee() -> None:
    # A kilogram at 10 yuan saves 0.108589 of it, 1.09 yuan; a fee of 1.08 is paid, of 1.09 not.
    assert berries(cold_g=10**9, numbers={"farming.room_fee_yuan": 1.08})[1].rows(ColdRoomLet) == 1
    assert berries(cold_g=10**9, numbers={"farming.room_fee_yuan": 1.09})[1].rows(ColdRoomLet) == 0


def test_a_cold_store_helps_its_own_county_and_fresh_goods_that_need_it_alone() -> None:
    region, events = tiny_region(opened=FALLOW)
    in_stock(region, POTATO, WALNUT, TEA, STRAWBERRY)
    cold_store(region, 0, 10**12)
    assert lost(region, events) == {POTATO: 5_000, WALNUT: 1_167, STRAWBERRY: 17_183}
    warm: Opened = {**FALLOW, CropsBaselined: {"cold": False}}
    assert berries(cold_g=10**12, opened=warm)[0] == 17_183


def test_room_goes_first_to_what_is_worth_most() -> None:
    # Tea as fresh goods that need the cold, which keep as short: at 100 yuan it saves ten times as much a kilogram.
    both: Opened = {**FALLOW, CropsBaselined: {"form": {TEA: 2}, "cold": {TEA: True}, "shelf_days": {TEA: 5}}}
    region, events = tiny_region(opened=both)
    in_stock(region, TEA, STRAWBERRY)  # 160 kg and 800 kg
    cold_store(region, 1, 6_000)  # 14 kg in turn
    lost(region, events)
    same(events.of(ColdRoomLet), crop=[TEA, STRAWBERRY], stored_g=[11_200, 2_800])
    region.world.publish(FarmPriceMoved(crop=[TEA], price_fen=[900]))
    lost(region, events)
    assert events.of(ColdRoomLet)["crop"].tolist() == [STRAWBERRY]


def test_room_is_shared_by_what_is_stored_for_all_households() -> None:
    # Household 9 stands for two: 1.6 t, of which 112 kg wait; there is room for half of them.
    share, events = berries(cold_g=24_000, opened={HouseholdsBaselined: {"weight": {9: 2}}})
    same(events.of(ColdRoomLet), stored_g=[56_000])
    assert share == pytest.approx((17_183 + 9_582) / 2, abs=1)


def test_where_nothing_is_in_stock_or_lost_nothing_spoils() -> None:
    region, events = tiny_region(opened=FALLOW)
    assert lost(region, events) == {}
    none: dict[str, Value] = {"farming.loss_plain": 0.0, "farming.loss_kept": 0.0, "farming.loss_dried": 0.0}
    region, events = tiny_region(opened=FALLOW, numbers=none)
    in_stock(region, POTATO, WALNUT, TEA, STRAWBERRY)
    assert lost(region, events) == {}


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY)
    cold_store(region, 1, 2_000)
    rows = let = 0
    for _ in before_each(region, "harvest", weeks=70):
        farming.harvest(region.world, region.terms.farming, region.calendar)
        s, t = region.world.state, region.terms.farming
        stored = np.bincount(s.plots.crop, s.plots.stock_g * s.households.weight[s.plots.household], 4)
        at_once, waited, cooled = (
            1 - 0.75 ** ((days / life) ** 1.5) for days, life in ((t.gate_days, 5), (t.waiting_days, 5), (3, 20))
        )
        worth = (waited - cooled) * s.crops.price_fen[STRAWBERRY] / 100 > t.room_fee_yuan
        room = int(min(t.waiting_share * stored[STRAWBERRY], s.counties.cold_g[1] * 7 / 3)) if worth else 0
        fresh = (1 - t.waiting_share) * at_once + t.waiting_share * waited
        fresh -= room / max(stored[STRAWBERRY], 1) * (waited - cooled)
        share = [t.loss_kept, t.loss_dried / 300, 0.0, fresh]
        crops = [crop for crop in (POTATO, WALNUT, STRAWBERRY) if stored[crop] > 0]
        events.clear()
        farming.spoil(region.world, t)
        same(events.of(StockSpoiled), crop=crops, share=[round(1e6 * share[crop]) for crop in crops])
        same(events.of(StockSpoiled), cause=s.crops.stock_seq[crops])
        assert events.of(ColdRoomLet)["stored_g"].tolist() == ([room] if room else [])
        rows, let = rows + len(crops), let + events.rows(ColdRoomLet)
    assert rows > 90
    assert let > 5
