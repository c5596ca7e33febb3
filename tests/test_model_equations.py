"""Equations of docs/model.md, written out again in the page's symbols on the tiny region, give what the rules give."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.rural import market
from ecsim.rural.events.codes import CropForm, DealerKind, IncomeSource
from ecsim.rural.events.goods import DealersAdjusted
from ecsim.rural.events.market import (
    BackgroundIncomeMoved,
    BrandBuilt,
    BrandsMoved,
    FarmPriceMoved,
    HouseholdShocksDrawn,
    OrdersArrived,
    StockSpoiled,
)
from ecsim.rural.goods.prices import online_prices
from ecsim.rural.households import access, buying, learning
from ecsim.rural.model import MODEL
from ecsim.rural.readings import sellers_by_crop
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
    r = 100 * v("durables_share") * v("durable_yuan") * v("saving_durables") / basket
    r += 100 * (1 - v("durables_share")) * v("everyday_yuan") * v("saving_everyday") / basket
    road = state.villages.road_seconds + state.townships.road_seconds[state.villages.township]
    saving = ((1 + r) * (1 + v("shop_price_rise") * road / 3600) - 1)[h.village]
    ordered = 52 * setting.orders_a_week * np.exp(v("cost_sensitivity") * (saving - fetch / basket)) * buyer * h.weight
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
    others = np.exp(v("contagion_poor") * h.poor + v("contagion_schooling") * h.schooling_years)
    assert np.allclose(setting.contagion, others / np.average(others, weights=h.weight))
    pull = np.exp(v("saving_pull") * (saving - np.average(saving, weights=h.weight)))
    assert np.allclose(setting.pull, pull)


def test_4_3_cost_of_a_shop(started: tuple[Region, Events]) -> None:
    region, _ = started
    v = numbers_of(region, "learning")
    poor = np.array([False, True])
    hours = v("hours_a_week") * np.array([1.0, v("poor_effort")])
    cost = 100 * (hours * v("wage_yuan_a_day") / 8 + v("shop_yuan_a_week"))
    assert np.allclose(learning.effort_fen(poor, region.terms.learning), cost)


def test_4_4_loss_by_form(started: tuple[Region, Events]) -> None:
    region, events = started
    c, v = region.world.state.crops, numbers_of(region, "farming")
    spoiled = events.of(StockSpoiled)
    crop, share = spoiled["crop"], spoiled["share"] / ONE
    assert not region.world.state.counties.cold_g.any()  # no cold store yet

    def good(days: float) -> F64:
        return (1 - v("loss_plain")) ** ((days / c.shelf_days[crop]) ** v("loss_exponent"))

    fresh = (1 - v("waiting_share")) * (1 - good(v("gate_days"))) + v("waiting_share") * (1 - good(v("waiting_days")))
    form = c.form[crop]
    assert {CropForm.FRESH, CropForm.DRIED} <= set(form.tolist())
    loss = np.select(
        [form == CropForm.FRESH, form == CropForm.KEPT, form == CropForm.DRIED],
        [fresh, np.full(len(crop), v("loss_kept")), v("loss_dried") / c.shelf_days[crop]],
    )
    assert np.allclose(share, loss, atol=1e-6)


def price_and_net(region: Region) -> tuple[F64, F64]:
    """Return the week's online price and what a sale leaves of a kilogram raw, where there is no brand yet."""
    state, v, g = region.world.state, numbers_of(region, "selling"), numbers_of(region, "goods")
    c, counties, m = state.crops, state.counties, numbers_of(region, "market")
    y, opening, farm, days = c.conversion / ONE, c.online_price_fen, c.farm_price_fen, v("travel_days")
    least = np.maximum(100 * g("parcel_yuan") * opening / (100 * g("order_yuan")), v("line_haul_fen_a_kg"))
    before, now = (
        level * least + up[c.county]
        for level, up in ((1.0, counties.opening_up_fen), (v("carriage_level"), counties.up_tariff_fen))
    )
    price = m("price_level") * (opening + g("cost_pass_through") * (now - before))
    loss = np.clip(v("loss_a_day") * days * np.minimum(1, days / np.maximum(c.shelf_days / 10, 1)), 0, 1)
    cost = (v("fee_level") * v("platform_fee") + v("advertising") + loss) * price + v("packing_fen_a_kg") + now
    cost = cost + v("finding_cost") * np.maximum(price - 2.0 * farm, 0)
    return price, np.where(opening > 0, y * (price - cost) - c.processing_fen, 0.0)


def test_4_5_net_of_a_sale_and_traders_over_a_county(started: tuple[Region, Events]) -> None:
    region, _ = started
    state, (price, net) = region.world.state, price_and_net(region)
    assert (net != 0).any()
    terms = region.terms
    still = np.zeros(len(state.dealers))
    found = online_prices(state, terms.goods, terms.market, terms.selling, terms.packing, still)
    # who holds stock pays who packs: h_K hours a kilogram and h_P a parcel of p_O yuan
    work, c = numbers_of(region, "commerce"), state.crops
    hours = work("hours_a_kg") + work("hours_a_parcel") * price / (100 * numbers_of(region, "goods")("order_yuan"))
    wages = np.where(c.online_price_fen > 0, c.conversion / ONE * hours * 100 * work("job_wage_yuan_an_hour"), 0.0)
    paid = np.isin(state.dealers.kind, (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE, DealerKind.MERCHANTS))
    assert np.allclose(net[state.dealers.crop] - (wages[state.dealers.crop] * paid), found.net_fen)
    p, h = state.plots, state.households
    village = h.village[p.household]
    worth = p.output_g * state.crops.farm_price_fen[p.crop].astype(float) * h.weight[p.household]
    mean = np.bincount(h.county[p.household], worth * region.setting.selling.trader_factor[village])
    assert np.allclose(mean, np.bincount(h.county[p.household], worth))


def test_4_6_growth_of_a_county(started: tuple[Region, Events]) -> None:
    region, _ = started
    v = numbers_of(region, "market")
    terms, calendar, week = region.terms.market, region.calendar, 150  # late in 2020
    rates = terms.farm_rates(region.setting.goods.usual)
    growth = market.county_growth(region.world, terms, rates, calendar, week)
    z, sigma = region.world.draws.normal("growth_of_county", 0, np.arange(len(growth))), v("county_sigma")
    years = 7 * week / 365.25 - 0.5
    assert calendar.start == dt.date(2018, 1, 1)
    level = market.log_growth(rates, 2018, 2018 + 7 * week / 365.25)
    assert np.allclose(growth, np.exp(level + sigma * z * years - (sigma * years) ** 2 / 2))


def test_4_6_the_means_of_calendar_years_grow_at_the_rates_asked_for() -> None:
    moments, rates = (np.arange(52) + 0.5) / 52, market.Rates(0.28, 0.35, 0.12)
    years = range(2017, 2025)
    means = [np.mean(np.exp([market.log_growth(rates, 2018, year + part) for part in moments])) for year in years]
    assert np.allclose(np.array(means[1:]) / means[:-1] - 1, [0.28, 0.28, 0.35, *[0.12] * 4], atol=1e-9)
    assert means[1] == pytest.approx(1.0, abs=1e-9)


def test_4_6_a_year_with_lockdown_grows_at_its_rate_lockdown_included() -> None:
    # 28 of the 366 days of 2020 are of lockdown weeks: with a factor of 0.5 the year's mean factor is 0.96175.
    region, _ = tiny_region()
    shares = region.calendar.lockdown_shares()
    assert shares == ((2020, pytest.approx(28 / 366)),)
    usual = market.UsualYears.of(region.terms.market, region.calendar)
    assert usual.goods == ((2020, pytest.approx(0.96175, abs=1e-5)),)
    moments, rates = (np.arange(52) + 0.5) / 52, market.Rates(0.28, 0.35, 0.12, usual.goods)
    means = [
        np.mean(np.exp([market.log_growth(rates, 2018, year + part) for part in moments])) for year in range(2018, 2023)
    ]
    sold = np.array(means) * [1, 1, 0.96175, 1, 1]
    assert np.allclose(sold[1:] / sold[:-1] - 1, [0.28, 0.35, 0.12, 0.12], atol=1e-5)


def test_4_6_orders_of_the_first_week() -> None:
    region, events = tiny_region()
    take(region, "take_orders", week=0)
    c, v, g = region.world.state.crops, numbers_of(region, "market"), numbers_of(region, "goods")
    price, net = price_and_net(region)
    orders = events.of(OrdersArrived)
    crop = orders["crop"]
    assert len(crop) > 0
    assert (orders["price_fen"] == np.rint(price[crop])).all()
    weeks = [v("festival_factor") if region.calendar.festival(week) else 1.0 for week in range(52)]
    terms = region.terms.market
    rates = terms.farm_rates(region.setting.goods.usual)
    growth = market.county_growth(region.world, terms, rates, region.calendar, 0)[c.county]
    d, shops = region.world.state.dealers, sellers_by_crop(region.world.state, region.world.state.households.shops)
    there = d.alive & ((d.kind != DealerKind.SHOPS) | (shops[d.crop] > 0))  # stations have no size before they open
    listed = np.where(net > 0, np.bincount(d.crop, d.size / ONE * there, len(c)), 0.0)
    season = c.demand_season[:, 0] / ONE * 52 * weeks[0] / np.mean(weeks)
    wanted = c.demand_g / 52 * growth * season * listed * (1 + g("outside")) / (listed + g("outside"))
    assert np.allclose(orders["ordered_g"], wanted[crop], rtol=1e-4, atol=1.0)


def test_4_6_traders_price(started: tuple[Region, Events]) -> None:
    region, events = started
    c, v = region.world.state.crops, numbers_of(region, "market")
    before, world = c.price_fen.copy(), region.world
    events.clear()
    wanted = np.linspace(-0.1, 0.1, len(c))
    market.move_prices(world, region.terms.market, wanted)
    glut = 1 - v("price_response") * (c.harvest_factor / ONE - 1 - wanted)
    target = v("price_level") * c.farm_price_fen * np.maximum(glut, 0.1)
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


def test_4_7_bid_and_forecast_of_dealers(started: tuple[Region, Events]) -> None:
    region, events = started
    g, state = numbers_of(region, "goods"), region.world.state
    adjusted = events.of(DealersAdjusted)
    weeks = np.unique(adjusted["day"])
    assert len(weeks) == 4
    last = adjusted["day"] == weeks[-1]
    rows, before = adjusted["dealer"][last], adjusted["day"] == weeks[-2]
    at = {int(dealer): bid for dealer, bid in zip(adjusted["dealer"][before], adjusted["bid"][before], strict=True)}
    wanted, offered = (adjusted[name][last].astype(float) for name in ("wanted_g", "offered_g"))
    known = np.array([int(dealer) in at for dealer in rows])
    assert known.any()
    gap = np.divide(wanted - offered, wanted + offered, out=np.zeros(len(rows)), where=wanted + offered > 0)
    bid = np.array([at.get(int(dealer), 0) / ONE for dealer in rows]) + g("bid_speed") * gap
    assert np.allclose(adjusted["bid"][last][known] / ONE, np.clip(bid, 0, g("resale_margin"))[known], atol=1e-4)
    assert (state.dealers.bid <= g("resale_margin") * ONE + 1).all()


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
