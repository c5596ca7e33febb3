"""What keeping goods costs growers: feed of live animals, room in a cold store (docs/model.md 4.4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import ColdRoomLet, KeepingCharged, KeepingPaid
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.market import CropHarvested
from ecsim.rural.events.opening import (
    CropsBaselined,
    CropSeasonsBaselined,
    HouseholdsBaselined,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.region import Region
from ecsim.rural.regions.dealers import OrdinaryYear
from ecsim.rural.regions.margins import county_totals
from ecsim.rural.regions.opening import Opening, default_numbers, open_region
from ecsim.rural.regions.pack import load_pack
from tiny import Events, Opened, facility, same, take, tiny_region, tiny_scenario

TEA = 2
FALLOW: Opened = {CropSeasonsBaselined: {"share": 0}, PlotsBaselined: {"stock_g": 0}}
LIVE: Opened = {
    **FALLOW, CropsBaselined: {"form": {TEA: 0}, "feed_fen": {TEA: 50}}, HouseholdsBaselined: {"weight": {9: 2}},
}  # fmt: skip
"""Tea as live animals, 133 kg with each of the two households that row 9 stands for and 27 kg with household 11."""
FRESH: Opened = {
    **FALLOW, CropsBaselined: {"form": {TEA: 2}, "cold": {TEA: True}, "shelf_days": {TEA: 5}},
    HouseholdsBaselined: {"weight": {9: 2}},
}  # fmt: skip
"""The same as fresh goods that need the cold."""


def kept(opened: Opened, numbers: dict[str, Value] | None = None) -> tuple[Region, Events]:
    """Return a region where a year's harvest of tea was kept until the first week's harvest, and what happened."""
    region, events = tiny_region(opened=opened, numbers=numbers)
    region.world.publish(CropHarvested(crop=[TEA], share=[1_000_000]))
    store = facility(ProjectKind.COLD_STORE, county=[1], capacity_g=[6_000], township=[-1])
    region.world.publish(store)
    take(region, "harvest")
    return region, events


def test_feed_of_what_is_kept_worked_by_hand() -> None:
    # 2 x 132.986 + 27.014 = 292.986 kg at 50 fen are 14,649.3 fen; household 9's part is 265.972/292.986 of it.
    region, events = kept(LIVE)
    same(events.of(KeepingCharged), crop=[TEA], kept_g=[292_986], charged_fen=[14_649])
    assert region.world.state.plots.keeping_fen.tolist() == [0, 0, 0, 13_298, 0, 1_351]
    assert events.of(KeepingCharged)["cause"].tolist() == events.of(CropHarvested)["seq"].tolist()


@pytest.mark.parametrize(("level", "fen"), [(0.0, []), (1.5, [21_974])])
def test_the_level_of_feed_scales_it_and_none_costs_nothing(level: float, fen: list[int]) -> None:
    _, events = kept(LIVE, {"farming.feed_level": level})
    assert events.of(KeepingCharged)["charged_fen"].tolist() == fen


def test_what_comes_in_this_week_has_not_been_kept_and_other_goods_need_no_feed() -> None:
    region, events = tiny_region(opened=LIVE)
    take(region, "harvest")
    assert events.rows(KeepingCharged) == 0
    region, events = tiny_region()
    assert region.world.state.plots.stock_g.sum() > 0
    take(region, "harvest")
    assert events.rows(KeepingCharged) == 0


def test_who_has_goods_in_a_cold_store_owes_its_fee_to_the_fen() -> None:
    # 7 % of 292.986 kg wait, 20.5 kg; the store takes 6 kg x 7/3 = 14 kg of it, at 0.3 yuan: 420 fen, shared by stock.
    region, events = kept(FRESH)
    same(events.of(ColdRoomLet), crop=[TEA], stored_g=[14_000], fee_fen=[420])
    same(events.of(KeepingCharged), crop=[TEA], kept_g=[14_000], charged_fen=[420])
    assert events.of(KeepingCharged)["cause"].tolist() == events.of(ColdRoomLet)["seq"].tolist()
    assert region.world.state.plots.keeping_fen.tolist() == [0, 0, 0, 381, 0, 39]


def test_it_is_paid_once_in_four_weeks_and_owed_no_longer() -> None:
    region, events = kept(LIVE)
    take(region, "harvest", week=1)
    take(region, "pay_keeping", week=4)
    charged = events.of(KeepingCharged)
    same(events.of(KeepingPaid), plot=[3, 5], paid_fen=[26_596, 2_702], cause=[charged["seq"][-1]] * 2)
    assert region.world.state.plots.keeping_fen.sum() == 0
    events.clear()
    take(region, "pay_keeping", week=8)
    assert events.rows(KeepingPaid) == 0


def test_a_product_charged_twice_in_a_batch_is_charged_as_in_two() -> None:
    together, _ = tiny_region(opened=LIVE)
    apart, _ = tiny_region(opened=LIVE)
    for region in (together, apart):
        region.world.publish(CropHarvested(crop=[TEA], share=[1_000_000]))
    together.world.publish(KeepingCharged(crop=[TEA, TEA], kept_g=[1, 1], charged_fen=[101, 33]))
    for fen in (101, 33):
        apart.world.publish(KeepingCharged(crop=[TEA], kept_g=[1], charged_fen=[fen]))
    found = [region.world.state.plots.keeping_fen.tolist() for region in (together, apart)]
    assert found[0] == found[1]
    assert sum(found[0]) == 134


def test_income_of_the_opening_is_the_fact_with_what_feed_usually_costs_taken_off() -> None:
    # What plots bring less is other family business: the two together are the same share of income in every county.
    pack, start = load_pack("yunnan_2018"), tiny_scenario().start
    held = []
    for level in (0.0, 1.0):
        year = OrdinaryYear.of(default_numbers(), Calendar(start, pack.seasons))
        ordinary = replace(year, farming=replace(year.farming, feed_level=level))
        opening = open_region(pack, 0.0005, start, ordinary=ordinary)
        held.append((opening, county_totals(opening, len(pack.counties))))
    live = sorted({product.county for product in pack.products if product.feed_yuan > 0})
    facts = np.array([county.income_yuan for county in pack.counties])
    (free, _), (fed, totals) = held
    np.testing.assert_allclose(totals["rural income a head, yuan"], facts, rtol=1e-6)
    more = other_business(fed) - other_business(free)
    assert np.flatnonzero(more > 1e5).tolist() == live
    assert np.all(more >= 0)


def other_business(opening: Opening) -> np.ndarray:
    """Return family business beside the plots, fen a year by county."""
    h = opening.of(HouseholdsBaselined)
    town = opening.of(VillagesBaselined).township[h.village]
    return np.bincount(opening.of(TownshipsBaselined).county[town], h.business_fen * h.weight)
