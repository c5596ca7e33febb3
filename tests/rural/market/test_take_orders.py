"""Online orders of a week: demand, season, visibility, price, reach and what can be packed (docs/model.md 4.6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import FacilityOpened
from ecsim.rural.events.market import (
    BrandBuilt,
    BrandsMoved,
    CooperativeFailed,
    EnterpriseClosed,
    MarketingDone,
    OrdersArrived,
)
from ecsim.rural.events.opening import CropsBaselined, HouseholdsBaselined
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.region import Region
from tiny import LIVELY, before_each, made, run, same, take, tiny_region

SELLERS = ("household_g", "station_g", "cooperative_g", "enterprise_g")
STEADY = {"market.county_sigma": 0.0, "market.festival_factor": 1.0}
SHOPS = {HouseholdsBaselined: {"seller": {3: True, 4: True}}}
"""Potatoes and walnuts of county 0 are sold by one shop each, by cooperatives and by an enterprise."""
POTATO_DEMAND = 336_842


def ordered(region: Region, events: Any, week: int = 0) -> dict[str, np.ndarray]:
    """Return the week's orders."""
    events.clear()
    take(region, "take_orders", week=week)
    return events.of(OrdersArrived)  # type: ignore[no-any-return]


def test_the_first_week_worked_by_hand() -> None:
    # Nothing has changed since the opening: a year's demand of 336,842 g is 6,477.7 a week, of which shops get 12 %,
    # cooperatives 33 %, enterprises the rest: 777, 2,137 and 3,562 g (55 %). There are no stations yet.
    found = ordered(*tiny_region(opened=SHOPS, numbers=STEADY))
    same(found, crop=[0, 1, 2, 3], station_g=[0, 0, 0, 0], price_fen=[500, 3000, 20_000, 4000])
    assert [int(found[name][0]) for name in SELLERS] == [777, 0, 2137, 3562]
    assert pytest.approx(6477.7, abs=0.05) == POTATO_DEMAND / 52


def test_crops_that_nobody_sold_at_the_opening_are_not_reached_by_that_kind() -> None:
    # Nobody keeps a shop of county 1's crops, no cooperative handles tea, no enterprise sells county 1's farm products:
    # the attraction left is that of cooperatives for strawberries, 0.33, so 0.33 x 2 / 1.33 of the demand is reached.
    found = ordered(*tiny_region(opened=SHOPS, numbers=STEADY))
    assert [int(found[name][2]) for name in SELLERS] == [0, 0, 0, 0]
    assert [int(found[name][3]) for name in SELLERS] == [0, 0, int(23_077 / 52 * 0.66 / 1.33), 0]


def test_less_to_choose_from_loses_buyers_to_the_outside_worked_by_hand() -> None:
    # Without its one enterprise county 0 attracts A = 0.12 + 0.33 = 0.45; with as much outside, A(1 + O)/(A + O) =
    # 0.45 x 2 / 1.45 = 0.62069 of the demand is reached: 4,020.6 g, of which shops get 12/45 and cooperatives 33/45.
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    region.world.publish(EnterpriseClosed(enterprise=[0]))
    found = ordered(region, events)
    assert [int(found[name][0]) for name in SELLERS] == [1072, 0, 2948, 0]
    assert sum(int(found[name][0]) for name in SELLERS) == pytest.approx(POTATO_DEMAND / 52 * 0.62069, abs=2)


def test_stations_attract_by_the_villages_they_serve() -> None:
    # Two of county 0's four villages have a station: attraction 0.05 x 2/4 = 0.025 beside the opening's 1, of which the
    # reached share is 1.025 x 2 / 2.025 = 1.01235; stations get 0.025/1.025 of 6,477.7 x 1.01235 = 6,557.7: 159.9.
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    for station, village in ((0, 1), (1, 3)):
        region.world.publish(
            made(StationOpened, station=[station], village=[village], design=[2], operator=[-1], project=[-1])
        )
    assert ordered(region, events)["station_g"][0] == 159


def test_a_brand_raises_the_price_half_way_and_orders_with_it() -> None:
    # A premium of 0.10 at the farm gate is 0.10 x 0.3 x 0.4/0.1 = 0.12 of willingness to pay online; half is passed on:
    # potatoes cost 530 fen, and (1.06/1.12)^-1.5 = 1.0861 times as many are ordered.
    plain = ordered(*tiny_region(opened=SHOPS, numbers=STEADY))
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    built = region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    found = ordered(region, events)
    same(found, price_fen=[530, 3180, 20_000, 4000])
    np.testing.assert_allclose(found["enterprise_g"][:2] / plain["enterprise_g"][:2], 1.0861, atol=2e-3)
    assert found["cause"][:2].tolist() == [built.first] * 2
    np.testing.assert_array_equal(found["cooperative_g"][2:], plain["cooperative_g"][2:])


def test_the_prefectures_brand_is_carried_where_it_earns_more_than_the_countys_own() -> None:
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    region.world.publish(BrandBuilt(brand=[0, 2], spent_fen=[10**8, 10**8]))
    region.world.publish(BrandsMoved(brand=[0, 2], stock_fen=[10**8, 10**8], premium=[50_000, 100_000]))
    same(ordered(region, events), price_fen=[530, 3180, 21_200, 4240])


def test_traceability_is_paid_for_too() -> None:
    # 5 % of willingness to pay, half passed on: 2.5 % on the price.
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    region.world.publish(made(FacilityOpened, facility_kind=[ProjectKind.TRACEABILITY], county=[1], township=[-1]))
    same(ordered(region, events), price_fen=[500, 3000, 20_500, 4100])


def test_growth_festivals_and_the_lockdown() -> None:
    # Week 45 (12 November 2018) is double eleven, 1.5; week 110 (10 February 2020) lies in the lockdown, 0.75; growth
    # is 28 % a year. Packing is let be.
    roomy = {"market.county_sigma": 0.0, "market.packing_headroom": 1e6}
    first = ordered(*tiny_region(opened=SHOPS, numbers=roomy))["enterprise_g"][0]
    for week, season in ((52, 1.0), (45, 1.5), (110, 0.75)):
        found = ordered(*tiny_region(opened=SHOPS, numbers=roomy), week=week)["enterprise_g"][0]
        assert found / first == pytest.approx(1.28 ** (7 * week / 365.25) * season, rel=1e-3)


def test_no_more_is_ordered_than_can_be_packed() -> None:
    # County 0 can pack 1.5 times its opening's 547,368 g a year, 15,789 g a week; visibility of three asks for twice
    # that. A line of 5 kg a week adds as much.
    for line, room in ((0, 15_789), (5_000, 20_789)):
        region, events = tiny_region(opened=SHOPS, numbers=STEADY)
        region.world.publish(MarketingDone(county=[0], visibility=[3_000_000]))
        region.world.publish(
            made(FacilityOpened, facility_kind=[ProjectKind.PACKING_LINE], county=[0], capacity_g=[line], township=[-1])
        )
        found = ordered(region, events)
        assert sum(int(found[name][:2].sum()) for name in SELLERS) == pytest.approx(room, abs=8)


def test_visibility_moves_orders_in_proportion() -> None:
    plain = ordered(*tiny_region(opened=SHOPS, numbers=STEADY))
    region, events = tiny_region(opened=SHOPS, numbers=STEADY)
    shown = region.world.publish(MarketingDone(county=[0], visibility=[1_200_000]))
    found = ordered(region, events)
    np.testing.assert_allclose(found["enterprise_g"][:2], 1.2 * plain["enterprise_g"][:2], atol=2)
    same(found, cause=[shown.first] * 2 + plain["cause"][2:].tolist())


def test_twice_the_demand_is_twice_the_orders() -> None:
    plain = ordered(*tiny_region(opened=SHOPS, numbers=STEADY))
    demand = tiny_region()[0].world.state.crops.demand_g
    double = ordered(*tiny_region(opened=SHOPS | {CropsBaselined: {"demand_g": 2 * demand}}, numbers=STEADY))
    for name in SELLERS:
        np.testing.assert_allclose(double[name], 2 * plain[name], atol=2)


def test_where_prices_do_not_matter_a_brand_sells_no_more() -> None:
    numb = STEADY | {"market.elasticity": 0.0}
    region, events = tiny_region(opened=SHOPS, numbers=numb)
    region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    np.testing.assert_array_equal(
        ordered(region, events)["enterprise_g"], ordered(*tiny_region(opened=SHOPS, numbers=numb))["enterprise_g"]
    )


def test_what_sellers_get_adds_up_to_the_demand_reached_whoever_they_are() -> None:
    region, events = tiny_region(opened=LIVELY)
    run(region, 30)
    region.world.publish(CooperativeFailed(cooperative=[0, 1]))
    total = ordered(region, events, week=31)
    region.world.publish(CooperativeFailed(cooperative=[2]))
    fewer = ordered(region, events, week=31)
    assert (fewer["cooperative_g"] <= total["cooperative_g"]).all()
    assert (
        fewer["enterprise_g"][0] > total["enterprise_g"][0]
    )  # its competitors gain what it does not lose to the outside


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY)
    s, opening = region.world.state, attractions(region)
    demand = [float(s.crops.demand_g[crop]) for crop in range(4)]
    pack = [1.5 * (demand[0] + demand[1]) / 52, 1.5 * (demand[2] + demand[3]) / 52]
    stations = 0
    for act in before_each(region, "take_orders", weeks=117):
        world, terms, c = region.world, region.terms.market, s.counties
        week, years = world.week, 7 * world.week / 365.25
        season = 1.5 if region.calendar.festival(week) else 1.0
        season *= 0.75 if region.calendar.lockdown(week) else 1.0
        now, grams, wanted = attractions(region), [], [0.0, 0.0]
        for crop, county in enumerate((0, 0, 1, 1)):
            brand = max(int(s.brands.premium[county]), int(s.brands.premium[2])) / 1e6 * 0.3 * 0.4 / 0.1
            premium = brand + (0.05 if c.traceable[county] else 0.0)
            own = terms.county_sigma * world.draws.normal("growth_of_county", 0, county)
            growth = 1.28**years * np.exp(own * years)
            pull = ((1 + 0.5 * premium) / (1 + premium)) ** -1.5
            share = [0.12, 0.05, 0.33, 0.55]
            parts = [w * (n / o if o else 0.0) for w, n, o in zip(share, now[crop], opening[crop], strict=True)]
            parts[1] = 0.05 * now[crop][1]
            inside = sum(parts)
            reached = 2 * inside / (inside + 1)
            total = demand[crop] / 52 * growth * pull * season * c.visibility[county] / 1e6 * reached
            wanted[county] += total
            grams.append([total * part / inside if inside else 0.0 for part in parts])
        room = [min(1.0, (pack[i] + c.packing_g[i]) / max(wanted[i], 1)) for i in (0, 1)]
        events.clear()
        act(region)
        found = events.of(OrdersArrived)
        for place, name in enumerate(SELLERS):
            expected = [grams[crop][place] * room[crop // 2] for crop in range(4)]
            np.testing.assert_allclose(found[name], np.floor(expected), atol=1)
        stations += int(found["station_g"].sum())
    assert stations > 0


def attractions(region: Region) -> list[list[float]]:
    """Return sellers, share of villages with a station, cooperatives and enterprises' sales of each crop."""
    s = region.world.state
    h, p, k, e, v = s.households, s.plots, s.cooperatives, s.enterprises, s.villages
    found = []
    for crop, county in enumerate((0, 0, 1, 1)):
        growers = p.household[p.crop == crop]
        shops = float((h.weight * h.seller)[growers].sum())
        served = [v.station[i] >= 0 and s.stations.status[v.station[i]] == 1 for i in range(6) if v.county[i] == county]
        firms = (e.county == county) & e.alive & (e.kind > 0)
        found.append(
            [
                shops,
                sum(served) / int(s.counties.villages[county]),
                float((k.alive & (k.crop == crop)).sum()),
                float(e.yearly_fen[firms].sum()),
            ]
        )
    return found
