"""The goods economy of a week and of two years as a whole: what must hold however it comes about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from dealing import CROPS
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    BasesHarvested,
    Channel,
    CropsBaselined,
    CropSeasonsBaselined,
    DealerKind,
    DealersTraded,
    LotSold,
    OrdersArrived,
    OrdersFilled,
)
from ecsim.rural.region import Region
from tiny import LIVELY, Events, Opened, lively_run, run, tiny_region

YEAR = 52


def year(numbers: Mapping[str, Value] | None = None, opened: Opened | None = None) -> tuple[Region, Events]:
    """Return the lively region after a year."""
    region, events = tiny_region(opened={**LIVELY, **(opened or {})}, numbers=numbers)
    run(region, YEAR)
    return region, events


def sums(events: Events) -> dict[str, int]:
    """Return grams ordered and filled, in sold form."""
    filled = events.of(OrdersFilled)
    return {
        "ordered": int(events.of(OrdersArrived)["ordered_g"].sum()), "filled": int(filled["filled_g"].sum()),
        "paid": int(filled["paid_fen"].sum()),
    }  # fmt: skip


def test_what_each_dealer_bought_is_what_its_lots_hold_week_by_week() -> None:
    region, events = lively_run()
    state, lots, traded = region.world.state, events.of(LotSold), events.of(DealersTraded)
    weight = state.households.weight[state.plots.household[lots["plot"]]].astype(np.int64)
    many = len(state.dealers)
    own = state.dealers.kind[lots["dealer"]] < DealerKind.SHOPS
    for name, column in (("bought_g", "sold_g"), ("paid_fen", "received_fen")):
        key = lots["day"] * many + lots["dealer"]
        by_lots: dict[int, int] = {}
        for at, amount in zip(key[own].tolist(), (lots[column] * weight)[own].tolist(), strict=True):
            by_lots[at] = by_lots.get(at, 0) + amount
        by_dealer = dict(zip((traded["day"] * many + traded["dealer"]).tolist(), traded[name].tolist(), strict=True))
        assert {k: v for k, v in by_lots.items() if v} == {k: v for k, v in by_dealer.items() if v}


def test_every_gram_is_with_somebody() -> None:
    # Opening stocks, what growers sold and bases harvested, less what was sent, sold in bulk and spoilt, is in stock.
    region, events = lively_run()
    state, traded, filled = region.world.state, events.of(DealersTraded), events.of(OrdersFilled)
    opening = tiny_region(opened=LIVELY)[0].world.state.dealers
    own = state.dealers.kind[filled["dealer"]] < DealerKind.SHOPS
    came = events.of(BasesHarvested)["harvested_g"].sum() + traded["bought_g"].sum()
    went = filled["sent_g"][own].sum() + traded["bulk_g"].sum() + traded["spoilt_g"].sum()
    assert opening.stock_g.sum() + came - went == state.dealers.stock_g.sum()
    assert (state.dealers.stock_g >= 0).all()


def test_without_orders_nothing_is_sold_online_and_growers_sell_as_ever() -> None:
    _, events = year(opened={CropsBaselined: {"demand_g": 0}})
    assert sums(events) == {"ordered": 0, "filled": 0, "paid": 0}
    assert set(events.of(LotSold)["channel"].tolist()) <= {Channel.TRADER, Channel.COOPERATIVE, Channel.FIRM}
    assert events.of(LotSold)["sold_g"].sum() > 0


def test_without_harvest_no_more_is_sent_than_was_in_stock() -> None:
    region, _ = tiny_region(opened=LIVELY)
    state = region.world.state
    weight = state.households.weight[state.plots.household]
    there = np.bincount(state.plots.crop, state.plots.stock_g * weight, CROPS)
    there += np.bincount(state.dealers.crop, state.dealers.stock_g, CROPS)
    region, events = year({"farming.yield_level": 0.0})
    filled, state = events.of(OrdersFilled), region.world.state
    sent = np.bincount(state.dealers.crop[filled["dealer"]], filled["sent_g"], CROPS)
    assert (sent <= there).all()
    assert sent.sum() > 0
    assert sums(events)["filled"] < sums(year()[1])["filled"]


def test_carriage_ten_times_as_dear_sells_less_and_no_fees_sell_more() -> None:
    usual = sums(year()[1])
    dear, free = (
        sums(year({f"selling.{name}": level})[1]) for name, level in (("carriage_level", 10.0), ("fee_level", 0.0))
    )
    assert dear["ordered"] < 0.5 * usual["ordered"]
    assert free["ordered"] > 1.02 * usual["ordered"]
    assert dear["filled"] < usual["filled"] < free["filled"]


def test_more_harvest_never_sells_less_online() -> None:
    filled = [sums(year({"farming.yield_level": level})[1])["filled"] for level in (0.1, 0.5, 1.0)]
    assert filled == sorted(filled)


def test_sellers_who_plan_ahead_fill_what_is_ordered() -> None:
    # Walnuts come in once a year and keep: nine tenths and more of the orders of a year are filled.
    opened: Opened = {
        CropSeasonsBaselined: {
            "crop": np.repeat(np.arange(CROPS), 52), "week_of_year": np.tile(np.arange(52), CROPS), "share": 19_231,
        }
    }  # fmt: skip
    found = sums(year(opened=opened)[1])
    assert found["filled"] == pytest.approx(found["ordered"], rel=0.1)


def test_dealers_begin_on_the_path_of_demand() -> None:
    # The facts' demand is the first year's mean; at 28 % a year, ln 1.28 = 0.24686, it begins with 0.24686/0.28 of it,
    # but for what later years' other rates bend of it.
    region, _ = tiny_region(numbers={"market.county_sigma": 0.0})
    np.testing.assert_allclose(region.goods.wanted_above_path(), 0.0, atol=1e-4)
    state = region.world.state
    expected = np.bincount(state.dealers.crop, state.dealers.forecast_g, CROPS)
    assert expected[1] == pytest.approx(266_667 / 52 * 0.24686 / 0.28, rel=5e-3)
