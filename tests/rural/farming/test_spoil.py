"""What is lost of stocks in a week, and what cold stores save of it (docs/model.md 4.4)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural import farming
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import FacilityOpened
from ecsim.rural.events.market import CropHarvested, StockSpoiled
from ecsim.rural.events.opening import CropsBaselined, CropSeasonsBaselined, HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, made, same, take, tiny_region

POTATO, WALNUT, TEA, STRAWBERRY = range(4)
FALLOW = {CropSeasonsBaselined: {"share": 0}}
"""Nothing comes in but what a test publishes."""


def in_stock(region: Region, *crops: int) -> None:
    """Bring in the whole year of some crops."""
    region.world.publish(CropHarvested(crop=list(crops), share=[1_000_000] * len(crops)))


def cold_store(region: Region, county: int, grams: int) -> None:
    """Open a cold store in a county."""
    region.world.publish(
        made(FacilityOpened, facility_kind=[ProjectKind.COLD_STORE], county=[county], capacity_g=[grams], township=[-1])
    )


def lost(region: Region, events: Events) -> dict[int, int]:
    """Return the share that each crop loses in a week, millionths."""
    events.clear()
    take(region, "harvest")
    found = events.of(StockSpoiled)
    return dict(zip(found["crop"].tolist(), found["share"].tolist(), strict=True))


def test_losses_worked_by_hand() -> None:
    # Potatoes keep 120 days, longer than 60: 2 % are lost over that time, 1 - 0.98^(7/120) = 0.001178 a week.
    # Strawberries keep 5 days: a quarter is lost over their life, of which a week is at most one: 1 - 0.75^(7/7) =
    # 0.25. Tea keeps 540 days: 1 - 0.98^(7/540) = 0.000262. Walnuts are not in stock.
    region, events = tiny_region(opened=FALLOW)
    in_stock(region, POTATO, TEA, STRAWBERRY)
    assert lost(region, events) == {POTATO: 1178, TEA: 262, STRAWBERRY: 250_000}
    # Household 9 had 800,000 g of strawberries.
    assert region.world.state.plots.stock_g[4] == 600_000


def test_a_cold_store_with_room_for_all_worked_by_hand() -> None:
    # In the cold 6 % are lost instead of a quarter: 0.06 a week; for half the stock 0.25 + 0.5 x (0.06 - 0.25) = 0.155.
    for grams, share in ((800_000, 60_000), (10**9, 60_000), (400_000, 155_000), (0, 250_000)):
        region, events = tiny_region(opened=FALLOW)
        in_stock(region, STRAWBERRY)
        cold_store(region, 1, grams)
        assert lost(region, events) == {STRAWBERRY: share}


def test_a_cold_store_helps_its_own_county_and_goods_that_need_it_alone() -> None:
    region, events = tiny_region(opened=FALLOW)
    in_stock(region, POTATO, TEA, STRAWBERRY)
    cold_store(region, 0, 10**12)
    assert lost(region, events) == {POTATO: 1178, TEA: 262, STRAWBERRY: 250_000}


def test_goods_that_keep_take_no_room_in_the_cold() -> None:
    region, events = tiny_region(opened=FALLOW)
    in_stock(region, TEA, STRAWBERRY)
    cold_store(region, 1, 800_000)  # as much as there are strawberries
    assert lost(region, events) == {TEA: 262, STRAWBERRY: 60_000}


def test_room_is_shared_by_what_is_stored_for_all_households() -> None:
    # Household 9 stands for two: 1.6 t of strawberries, room for half of them.
    region, events = tiny_region(opened=FALLOW | {HouseholdsBaselined: {"weight": {9: 2}}})
    in_stock(region, STRAWBERRY)
    cold_store(region, 1, 800_000)
    assert lost(region, events) == {STRAWBERRY: 155_000}


def test_losses_over_the_shelf_life_are_what_the_numbers_say() -> None:
    # 26 weeks of 14 days each twice: after 364 days potatoes that keep 182 have lost 2 % twice, 1 - 0.98^2 = 0.0396.
    opened = FALLOW | {CropsBaselined: {"shelf_days": {POTATO: 182}}}
    region, events = tiny_region(opened=opened)
    in_stock(region, POTATO)
    for _ in range(52):
        lost(region, events)
    assert region.world.state.plots.stock_g[0] / 10_675_895 == pytest.approx(0.98**2, abs=1e-4)


def test_where_nothing_is_in_stock_nothing_is_lost() -> None:
    region, events = tiny_region(opened=FALLOW)
    assert lost(region, events) == {}
    region, events = tiny_region(opened=FALLOW, numbers={"farming.loss_plain": 0.0, "farming.loss_keeping": 0.0})
    in_stock(region, POTATO, STRAWBERRY)
    assert set(lost(region, events).values()) == {0}


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY)
    rows = 0
    for _ in before_each(region, "harvest", weeks=70):
        farming.harvest(region.world, region.terms.farming, region.calendar)
        s, terms = region.world.state, region.terms.farming
        stored = np.bincount(s.plots.crop, s.plots.stock_g * s.households.weight[s.plots.household], 4)
        room = min(1.0, s.counties.cold_g[1] / max(stored[STRAWBERRY], 1))
        over_life = [terms.loss_keeping] * 3 + [terms.loss_plain + room * (terms.loss_cold - terms.loss_plain)]
        weekly = [
            1 - (1 - loss) ** (7 / max(days, 7)) for loss, days in zip(over_life, (120, 300, 540, 5), strict=True)
        ]
        crops = [crop for crop in range(4) if stored[crop] > 0]
        events.clear()
        farming.spoil(region.world, terms)
        same(events.of(StockSpoiled), crop=crops, share=[round(1e6 * weekly[crop]) for crop in crops])
        same(events.of(StockSpoiled), cause=s.crops.stock_seq[crops])
        rows += len(crops)
    assert rows > 90
