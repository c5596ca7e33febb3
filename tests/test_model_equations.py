"""Equations of docs/model.md, written out again in the page's symbols on the tiny region, give what the rules give."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.rural import commerce, market
from ecsim.rural.events.codes import IncomeSource
from ecsim.rural.events.market import (
    BackgroundIncomeMoved,
    BrandBuilt,
    BrandsMoved,
    FarmPriceMoved,
    HouseholdShocksDrawn,
    OrdersArrived,
    StockSpoiled,
)
from ecsim.rural.households import access, buying, learning, selling
from ecsim.rural.model import MODEL
from ecsim.rural.region import Region
from ecsim.rural.state import ONE
from tiny import Events, take, tiny_region

F64 = NDArray[np.float64]


def numbers_of(region: Region, group: str) -> Callable[[str], Any]:
    """Return the values of a group of parameters, by key."""
    return lambda key: region.parameters.by_name[f"{group}.{key}"].value


@pytest.fixture
def started() -> tuple[Region, Events]:
    """Return the region with four whole weeks behind it."""
    region, events = tiny_region()
    for week in range(4):
        take(region, *(step.name for step in MODEL.steps if week % step.every == step.turn), week=week)
    return region, events


def test_4_1_fetching(started: tuple[Region, Events]) -> None:
    region, _ = started
    state, v = region.world.state, numbers_of(region, "access")
    h, path_m = state.households, region.here.path_m
    way, path = h.way_m / 1000.0, path_m[h.village] / 1000.0
    s_t, n_t, v_t, c_t = (
        v("special_trip_share"), v("parcels_a_trip"), v("value_of_time_yuan_an_hour"), v("vehicle_yuan_a_km"),
    )  # fmt: skip
    v_w, v_f = v("walk_km_an_hour"), v("fetch_km_an_hour")
    fetch = 200 * s_t / n_t * (way * (v_t / v_w + c_t) + path * (v_t / v_f + c_t))
    assert fetch.min() > 0
    assert np.allclose(fetch, access.fetching_fen(h.way_m, path_m[h.village], region.terms.access))
    assert np.allclose(way / v_w + path / v_f, access.fetching_hours(h.way_m, path_m[h.village], region.terms.access))


def test_4_2_level_of_orders(started: tuple[Region, Events]) -> None:
    region, _ = started
    state, v = region.world.state, numbers_of(region, "buying")
    h, setting = state.households, region.setting.buying
    opened, _ = tiny_region()
    buyer, here = (
        opened.world.state.households.buyer,
        access.pick_up(opened.world.state, opened.settings.designs, opened.setting.near),
    )
    assert buyer.any()
    basket = 100 * (v("durables_share") * v("durable_yuan") + (1 - v("durables_share")) * v("everyday_yuan"))
    fetch = access.fetching_fen(h.way_m, here.path_m[h.village], region.terms.access)
    ordered = 52 * setting.orders_a_week * np.exp(-v("cost_sensitivity") * fetch / basket) * buyer * h.weight
    counties = len(state.counties)
    people = np.bincount(h.county, h.weight * h.persons.astype(float), counties)
    wanted = v("parcels_per_head") * (1 + v("market_growth")) ** -0.5 * people
    some = np.bincount(h.county, buyer, counties) > 0
    assert np.allclose(np.bincount(h.county, ordered, counties)[some], wanted[some])
    income = buying.income_per_head_fen(state)
    eager = np.exp(
        v("age_slope") * h.age_class + v("schooling_slope") * h.schooling_years + v("income_slope") * np.log(income)
    )
    assert np.allclose(setting.eagerness, eager / np.average(eager, weights=h.weight))


def test_4_3_cost_of_a_shop(started: tuple[Region, Events]) -> None:
    region, _ = started
    v = numbers_of(region, "learning")
    poor = np.array([False, True])
    hours = v("hours_a_week") * np.array([1.0, v("poor_effort")])
    cost = 100 * (hours * v("wage_yuan_a_day") / 8 + v("shop_yuan_a_week"))
    assert np.allclose(learning.effort_fen(poor, region.terms.learning), cost)


def test_4_4_spoilage(started: tuple[Region, Events]) -> None:
    region, events = started
    c, v = region.world.state.crops, numbers_of(region, "farming")
    spoiled = events.of(StockSpoiled)
    crop, share = spoiled["crop"], spoiled["share"] / ONE
    assert len(crop) > 0
    shelf = c.shelf_days[crop]
    loss = np.where(shelf <= v("spoilable_days"), v("loss_plain"), v("loss_keeping"))  # no cold store yet
    assert not region.world.state.counties.cold_g.any()
    assert np.allclose(share, 1 - (1 - loss) ** (7 / np.maximum(shelf, 7)), atol=1e-6)


def shop(region: Region) -> F64:
    state, v = region.world.state, numbers_of(region, "selling")
    c = state.crops
    y, price, farm, days = c.conversion / ONE, c.orders_price_fen, c.farm_price_fen, v("travel_days")
    loss = np.clip(v("loss_a_day") * days * np.minimum(1, days / np.maximum(c.shelf_days / 10, 1)), 0, 1)
    kept = price * (1 - v("platform_fee") - v("advertising") - loss)
    kept = kept - v("finding_cost") * np.maximum(price - 2.0 * farm, 0) - v("packing_fen_a_kg")
    kept = y * (kept - v("line_haul_fen_a_kg") - state.counties.up_tariff_fen[c.county]) - c.processing_fen
    return np.where(c.online_price_fen > 0, kept, 0.0)


def test_4_5_shop_price_and_traders_over_a_county(started: tuple[Region, Events]) -> None:
    region, _ = started
    state, found = region.world.state, shop(region)
    assert (found != 0).any()
    assert np.allclose(found, selling.shop_price_fen(state, region.terms.selling))
    p, h = state.plots, state.households
    village = h.village[p.household]
    worth = p.output_g * state.crops.farm_price_fen[p.crop].astype(float) * h.weight[p.household]
    mean = np.bincount(h.county[p.household], worth * region.setting.selling.trader_factor[village])
    assert np.allclose(mean, np.bincount(h.county[p.household], worth))


def test_4_6_online_price_and_orders(started: tuple[Region, Events]) -> None:
    region, events = started
    c, v = region.world.state.crops, numbers_of(region, "market")
    orders = events.of(OrdersArrived)
    first = orders["crop"] == orders["crop"][0]
    crop = orders["crop"][0]
    assert (orders["price_fen"][first] == round(c.online_price_fen[crop] * v("price_level"))).all()  # no brand yet
    region.world.day = 0
    growth = market.county_growth(region.world, region.terms.market, v("growth"), 2.0)
    z = region.world.draws.normal("growth_of_county", 0, np.arange(len(growth)))
    assert np.allclose(growth, np.exp((np.log(1 + v("growth")) + v("county_sigma") * z) * 2.0))


def test_4_6_traders_price(started: tuple[Region, Events]) -> None:
    region, events = started
    c, v = region.world.state.crops, numbers_of(region, "market")
    before, world = c.price_fen.copy(), region.world
    events.clear()
    market.move_prices(world, region.terms.market)
    target = (
        v("price_level") * c.farm_price_fen * np.maximum(1 - v("price_response") * (c.harvest_factor / ONE - 1), 0.1)
    )
    z = world.draws.normal("price_shock", world.week, np.arange(len(c)))
    price = np.rint((before + v("price_lag") * (target - before)) * np.exp(v("price_sigma") * z))
    moved = events.of(FarmPriceMoved)
    assert len(moved["crop"]) > 0
    assert (moved["price_fen"] == price[moved["crop"]]).all()


def test_4_6_premium_of_a_county_s_brand(started: tuple[Region, Events]) -> None:
    region, events = started
    v = numbers_of(region, "market")
    c = region.world.state.crops
    region.world.publish(BrandBuilt(brand=[0], spent_fen=[10_000_000]))
    market.move_brands(region.world, region.terms.market, region.setting.market)
    moved = events.of(BrandsMoved)
    stock = 10_000_000 * (1 - v("brand_fading")) ** (1 / 52)
    carried = v("brand_carried_share") * c.output_g / 1000 * c.farm_price_fen + c.demand_g / 1000 * c.online_price_fen
    x = (stock / (v("brand_half") * carried[c.county == 0].sum())) ** v("brand_exponent")
    assert moved["stock_fen"].tolist() == [int(stock)]
    assert moved["premium"] / ONE == pytest.approx(v("brand_highest_farm") * x / (1 + x), abs=1e-6)


def test_4_7_offer_of_cooperatives(started: tuple[Region, Events]) -> None:
    region, _ = started
    state, v = region.world.state, numbers_of(region, "commerce")
    k, c = state.cooperatives, state.crops
    region.world.writable.cooperatives.capacity_g[:] = 50_000  # none here has members, and so none has room
    bulk = (c.price_fen * (1 + v("bulk_margin")) * (1 - v("bulk_cost")))[k.crop]
    alive = np.maximum(np.bincount(k.crop[k.alive], minlength=len(c)), 1)
    each = c.orders_cooperative_g / (c.conversion / ONE) / alive
    online = np.minimum(1, each[k.crop] / np.maximum(k.capacity_g, 1))
    worth = online * np.maximum(np.maximum(shop(region), 0)[k.crop], bulk) + (1 - online) * bulk
    offer = np.maximum(v("cooperative_share_paid") * worth, c.price_fen[k.crop] * (k.cash_fen > 0))
    offer = np.where(k.alive & (k.capacity_g > 0), offer, 0.0)
    assert (offer > 0).any()
    found = commerce.cooperative_offer_fen(state, region.terms.commerce, region.terms.selling)
    assert np.allclose(found, offer)


def test_4_9_days_a_week_and_cost_of_a_round() -> None:
    region, _ = tiny_region()
    v = numbers_of(region, "logistics")
    hours, km = 3.0, 80.0
    yuan = v("van_yuan_a_day") * hours / v("day_hours") + v("van_yuan_a_km") * km + v("crew_yuan_an_hour") * hours
    assert region.terms.logistics.round_yuan(3600 * hours, 1000 * km) == pytest.approx(yuan)


def test_4_13_background_income() -> None:
    region, events = tiny_region()
    take(region, "move_background_income", week=52)
    moved, v = events.of(BackgroundIncomeMoved), numbers_of(region, "income")
    years = 7 * 52 / 365.25
    growth = (1 + v("growth")) ** (years - 0.5)
    gains = moved["poor"] & np.isin(moved["source"], (IncomeSource.WAGES, IncomeSource.TRANSFERS))
    assert np.allclose(moved["factor"][~gains] / ONE, growth, atol=1e-6)
    h, c, p = region.world.state.households, region.world.state.crops, region.world.state.plots
    farm = np.bincount(p.household, p.output_g * (c.farm_price_fen * c.net_margin / ONE / 1000)[p.crop], len(h))
    gaining = growth * (h.wages_fen + h.transfers_fen)
    other = growth * (h.business_fen + h.property_fen) + farm
    opening = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen + farm
    way = np.clip(0.5 + (years - 1) / v("catch_up_years"), 0, 1)
    for county in (0, 1):
        here = h.county == county
        poor = here & h.poor
        lifted = moved["factor"][gains & (moved["county"] == county)][0] / ONE / growth
        income = gaining * np.where(poor, lifted, 1) + other
        ratio, start = (
            of[poor].sum() / h.persons[poor].sum() / (of[here].sum() / h.persons[here].sum())
            for of in (income, opening)
        )
        assert ratio == pytest.approx(start + way * (v("poor_ratio_reached") - start), abs=1e-5)


def test_4_13_shocks_of_a_year() -> None:
    region, events = tiny_region()
    take(region, "draw_household_shocks", week=0)
    drawn, v, h = events.of(HouseholdShocksDrawn), numbers_of(region, "income"), region.world.state.households
    shock = region.world.draws.lognormal("household_shock", 2018, np.arange(len(h)), v("shock_sigma"))
    income = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
    for group in ((h.county == county) & (h.poor == poor) for county in (0, 1) for poor in (False, True)):
        mean = (income * shock)[group].sum() / income[group].sum()
        assert np.allclose(drawn["factor"][group] / ONE, shock[group] / mean, atol=1e-6)
