"""Who orders how many parcels, where they wait, what they cost to fetch (docs/model.md 4.2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import binom, poisson

from dear_shops import saving_by_hand
from ecsim.kernel.parameters import Value
from ecsim.rural.events.households import BuyerAdopted, ParcelsOrdered
from ecsim.rural.events.logistics import PoolFormed, TariffMoved
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.events.stations import StationClosed, StationOpened
from ecsim.rural.households.access import open_stations
from ecsim.rural.readings import internet_level
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, made, same, take, tiny_region

STEADY: Mapping[str, Value] = {
    "buying.order_growth": 0.0, "buying.festival_factor": 1.0, "buying.lapse_weeks": 5000, "buying.order_sigma": 0.0,
}  # fmt: skip
"""Every week is like the first, and households differ by income alone."""
SAVED = (1 + 4.664 / 58.08) * (1 + 0.02 * 3408 / 3600) - 1
FELT = np.exp(SAVED - 1.957 / 58.08)
"""What household 4 makes of saving and cost of a parcel (`test_fetching_a_parcel_worked_by_hand`)."""


def ordered(region: Region, events: Events, weeks: int = 1) -> np.ndarray:
    """Return the parcels of each household in each week, shape (weeks, households)."""
    found = np.zeros((weeks, len(region.world.state.households)), np.int64)
    take(region, "adopt_buying")  # it looks where parcels wait
    for week in range(weeks):
        events.clear()
        take(region, "order_goods", week=week)
        rows = events.of(ParcelsOrdered)
        found[week, rows["household"]] = rows["parcels"]
    return found


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    numbers = {"buying.parcels_per_head": 400.0}  # so many that the tail of the law is reached
    region, events = tiny_region(opened=LIVELY, numbers=numbers)
    orders = 0
    for act in before_each(region, "order_goods", weeks=40):
        world, h, c = region.world, region.world.state.households, region.world.state.counties
        terms, access, calendar = region.terms.buying, region.terms.access, region.calendar
        buyers = np.flatnonzero(h.buyer)
        season = terms.festival_factor if calendar.festival(world.week) else 1.0
        years = 7 * world.week / 365.25
        growth = (1 + terms.order_growth) ** (
            terms.order_growth_years * (1 - np.exp(-years / terms.order_growth_years))
        )
        growth = growth * np.array([settled_by_hand(region, int(i)) for i in buyers])
        online = h.internet_rank[buyers] < internet_level(world.state, world.day)[h.county[buyers]]
        helped = h.at_station[buyers] & open_stations(world.state)[h.village[buyers]]
        trip = trip_by_hand(region, buyers)
        saving = saving_by_hand(region)[h.village[buyers]]
        cost = trip + c.down_tariff_fen[h.county[buyers]]
        felt = np.exp(terms.cost_sensitivity * (saving - cost / terms.basket_fen))
        rate = region.setting.buying.orders_a_week[buyers] * growth * season * felt * (online | helped)
        luck = {
            name: world.draws.uniform(name, world.week, buyers)
            for name in ("order_goods", "fetch_at_station", "order_itself")
        }
        counts = poisson.ppf(luck["order_goods"], h.weight[buyers] * rate).astype(int)
        stop = region.here.stop[h.village[buyers]]
        share = np.where(stop < 0, 0.0, np.where(online, access.served_share, 1.0))
        handed_over = np.clip(binom.ppf(luck["fetch_at_station"], counts, share), 0, counts).astype(int)
        itself = luck["order_itself"] < 1 - (1 - 1 / h.weight[buyers]) ** counts
        some = counts > 0
        who, parcels = buyers[some], counts[some]
        spread = np.sqrt(np.log(1 + (np.exp(terms.basket_sigma**2) - 1) / parcels))
        basket = np.exp(spread * world.draws.normal("basket", world.week, who) - spread**2 / 2)
        cause = h.buyer_seq[who]
        events.clear()
        act(region)
        found = events.of(ParcelsOrdered)
        same(
            found, household=who, parcels=parcels, handed_over=handed_over[some], itself=itself[some], each=False,
            stop=stop[some], cause=cause,
        )  # fmt: skip
        np.testing.assert_allclose(found["trip_fen"], trip[some] * parcels, atol=0.5001)
        np.testing.assert_allclose(found["spent_fen"], parcels * terms.basket_fen * basket, atol=0.5001)
        np.testing.assert_allclose(found["saved_fen"], found["spent_fen"] * saving[some], atol=0.5001)
        orders += len(who)
    assert orders > 60


def settled_by_hand(region: Region, household: int) -> float:
    """Return the share of its own level that a buyer orders: all of it 13 weeks on, 0.3 of it at first."""
    began = region.world.state.households.buyer_day[household]
    return 1.0 if began < 0 else min(1.0, 0.3 + 0.7 * (region.world.day - began) / 91.0)


def trip_by_hand(region: Region, rows: np.ndarray) -> np.ndarray:
    """Return fen a parcel: share of special trips x 2 x (hours x value of time + km x vehicle) / parcels a trip."""
    h, access = region.world.state.households, region.terms.access
    way, path = h.way_m[rows] / 1000.0, region.here.path_m[h.village[rows]] / 1000.0
    hours = way / access.walk_km_an_hour + path / access.fetch_km_an_hour
    yuan = hours * access.value_of_time_yuan_an_hour + (way + path) * access.vehicle_yuan_a_km
    return np.asarray(100.0 * access.special_trip_share * 2.0 * yuan / access.parcels_a_trip)


def test_fetching_a_parcel_worked_by_hand() -> None:
    # Household 4: 863 m to the committee on foot, 6,097 m on to the township: 0.863/4 + 6.097/18 = 0.2158 + 0.3387
    # hours at 8 yuan = 4.436 yuan, 6.960 km at 0.3 yuan = 2.088 yuan; there and back 13.05 yuan, of which three trips
    # of ten are made for parcels alone, two parcels a trip: 13.05 x 0.3 / 2 = 1.957 yuan. A parcel is worth 0.08 x 220
    # + 0.92 x 44 = 58.08 yuan; 0.08 x 220 x 0.15 + 0.92 x 44 x 0.05 = 4.664 of it are saved against the seat's shops,
    # 8.03 %. The village is 3,408 s from there and its shops 1.893 % dearer: 1.0803 x 1.01893 - 1 = 10.076 % are.
    region, events = tiny_region(numbers=STEADY | {"buying.parcels_per_head": 1000.0, "buying.basket_sigma": 0.0})
    count = int(ordered(region, events)[0, 4])
    assert count > 0
    found = {name: int(values[0]) for name, values in events.of(ParcelsOrdered).items()}
    assert found["household"] == 4
    assert found["trip_fen"] == pytest.approx(195.7 * count, abs=0.1 * count)
    assert (found["spent_fen"], found["saved_fen"]) == (5808 * count, round(SAVED * 5808 * count))


@pytest.mark.parametrize(("county", "expected"), [(0, 1.533), (1, 0.7665)])
def test_a_county_orders_its_parcels_a_head_in_the_first_year(county: int, expected: float) -> None:
    # 3 parcels a head over the year in whose middle the market has grown by half of 45 %: 3 / 1.45^0.5 = 2.4914 at the
    # opening; for 32 people 79.7 a year, 1.533 a week; for 16 half of it.
    region, events = tiny_region(numbers=STEADY)
    weeks = 2000
    found = ordered(region, events, weeks)
    here = region.world.state.households.county == county
    assert found[:, here].sum(axis=1).mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / weeks))


def test_orders_grow_by_the_year_and_swell_before_festivals() -> None:
    # Week 52 is 364 days or 0.9966 years on, in which growth that fades over 8 years is as that of 8 (1 - e^-0.1246) =
    # 0.9370 years: 1.15^0.9370 = 1.1399; double eleven (week 45 begins on 12 November, 0.8624 years on, as 0.8175)
    # raises it by 1.6.
    still = STEADY | {"buying.order_growth": 0.15, "buying.festival_factor": 1.6}
    region, events = tiny_region(numbers=still | {"buying.parcels_per_head": 400.0})
    take(region, "adopt_buying")
    rates = {}
    for week in (0, 45, 52):
        luck = region.world.draws.uniform("order_goods", week, [4])[0]
        events.clear()
        take(region, "order_goods", week=week)
        found = events.of(ParcelsOrdered)
        rates[week] = luck, int(found["parcels"][found["household"] == 4].sum())
    rate = region.setting.buying.orders_a_week[4] * FELT
    for week, factor in ((0, 1.0), (45, 1.6 * 1.15**0.8175), (52, 1.1399)):
        luck, count = rates[week]
        assert count == poisson.ppf(luck, rate * factor)


def test_dearer_delivery_and_longer_ways_never_bring_more_orders() -> None:
    busy = STEADY | {"buying.parcels_per_head": 100.0}
    plain = ordered(*tiny_region(numbers=busy), weeks=30)
    region, events = tiny_region(numbers=busy)
    region.world.publish(TariffMoved(county=[0, 1], down_fen=[2000, 2000], up_fen=[0, 0], cost_fen=[1, 1]))
    dearer = ordered(region, events, weeks=30)
    assert (dearer <= plain).all()
    assert dearer.sum() < plain.sum()


def test_whoever_does_not_mind_the_cost_orders_the_same_at_any_tariff() -> None:
    careless = STEADY | {"buying.parcels_per_head": 100.0, "buying.cost_sensitivity": 0.0}
    plain = ordered(*tiny_region(numbers=careless), weeks=10)
    region, events = tiny_region(numbers=careless)
    region.world.publish(TariffMoved(county=[0, 1], down_fen=[2000, 2000], up_fen=[0, 0], cost_fen=[1, 1]))
    np.testing.assert_array_equal(ordered(region, events, weeks=10), plain)


def test_dear_village_shops_raise_orders_of_who_minds_and_what_is_saved() -> None:
    busy = STEADY | {"buying.parcels_per_head": 100.0}
    two_of_county_1 = {HouseholdsBaselined: {"buyer": {11: True}, "weight": 100_000, "internet_rank": 1}}
    for minds in (0.0, 1.0):
        parcels, saved = [], []
        for rise in (0.0, 0.1):
            numbers = busy | {"buying.cost_sensitivity": minds, "buying.shop_price_rise": rise}
            region, events = tiny_region(numbers=numbers, opened=two_of_county_1)
            found = ordered(region, events, weeks=20)
            parcels.append(found[:, [10, 11]].sum(axis=0))
            saved.append(region.setting.buying.saving)
        # Of these two the one in village 4 is 0.2486 hours from the seat, the other 0.11: 0.1 x 1.0803 x 0.1386 = 1.5 %
        # more that it saves, so 1.5 % more orders against the other's; the county orders what it does.
        ratios = [int(far) / int(near) for far, near in parcels]
        assert ratios[1] / ratios[0] == pytest.approx(1 + 0.015 * minds, abs=0.003)
        assert (saved[1] > saved[0]).all()


@pytest.mark.parametrize("rise", [0.0, 0.05])
def test_what_nobody_saves_nobody_gains(rise: float) -> None:
    free = STEADY | {"buying.parcels_per_head": 100.0, "buying.saving_durables": 0.0, "buying.saving_everyday": 0.0}
    region, events = tiny_region(numbers=free | {"buying.shop_price_rise": rise})
    ordered(region, events)
    assert bool(events.of(ParcelsOrdered)["saved_fen"].any()) == (rise > 0)


@pytest.mark.parametrize("weight", [1, 5, 200])
def test_orders_of_all_that_a_household_stands_for_come_one_by_one(weight: int) -> None:
    """Their count is a Poisson count of their whole rate: mean and variance are equal whatever the weight."""
    weights = {HouseholdsBaselined: {"weight": weight}}
    region, events = tiny_region(numbers=STEADY | {"buying.parcels_per_head": 8.0}, opened=weights)
    weeks = 2000
    mine = ordered(region, events, weeks)[:, 4]
    rate = weight * region.setting.buying.orders_a_week[4] * FELT
    assert mine.mean() == pytest.approx(rate, abs=4 * np.sqrt(rate / weeks))
    assert mine.var() == pytest.approx(rate, rel=4 * np.sqrt(2 / weeks) + 4 / np.sqrt(rate * weeks))


@pytest.mark.parametrize("weight", [1, 5, 200])
def test_whether_the_household_itself_ordered_hangs_on_its_own_rate_alone(weight: int) -> None:
    weights = {HouseholdsBaselined: {"weight": weight}}
    region, events = tiny_region(numbers=STEADY | {"buying.parcels_per_head": 4.0}, opened=weights)
    take(region, "adopt_buying")
    weeks, ordered_itself = 2000, 0
    for week in range(weeks):
        events.clear()
        take(region, "order_goods", week=week)
        rows = events.of(ParcelsOrdered)
        ordered_itself += int(rows["itself"][rows["household"] == 4].sum())
        assert weight > 1 or rows["itself"].all()
    chance = 1 - np.exp(-region.setting.buying.orders_a_week[4] * FELT)
    assert ordered_itself == pytest.approx(weeks * chance, abs=4 * np.sqrt(weeks * chance * (1 - chance)))


def test_spending_varies_as_that_of_single_parcels_does() -> None:
    """The mean of n baskets has the mean and an n-th of the variance of one, exp(0.6^2) - 1 = 0.4333."""
    region, events = tiny_region(
        numbers=STEADY | {"buying.parcels_per_head": 40.0}, opened={HouseholdsBaselined: {"weight": 20}}
    )
    take(region, "adopt_buying")
    relative, parcels = [], []
    for week in range(1500):
        events.clear()
        take(region, "order_goods", week=week)
        rows = events.of(ParcelsOrdered)
        relative += (rows["spent_fen"] / rows["parcels"] / 5808.0).tolist()
        parcels += rows["parcels"].tolist()
    off = (np.array(relative) - 1.0) * np.sqrt(np.array(parcels))
    assert off.mean() == pytest.approx(0.0, abs=4 * np.sqrt(0.4333 / len(off)))
    assert off.var() == pytest.approx(0.4333, rel=0.1)


def test_of_a_villages_parcels_the_served_share_is_handed_over_there() -> None:
    region, events = tiny_region(numbers=STEADY | {"buying.parcels_per_head": 400.0})
    station_in_village_3(region)
    take(region, "adopt_buying")
    handed_over = total = 0
    for week in range(200):
        events.clear()
        take(region, "order_goods", week=week)
        rows = events.of(ParcelsOrdered)
        at_stop = rows["stop"] == 3
        handed_over += int(rows["handed_over"].sum())
        total += int(rows["parcels"][at_stop].sum())
        assert not rows["handed_over"][~at_stop].any()
    assert handed_over / total == pytest.approx(0.42, abs=4 * np.sqrt(0.42 * 0.58 / total))


def station_in_village_3(region: Region) -> None:
    """Open a station that takes parcels, and a pool that brings them."""
    region.world.publish(made(PoolFormed, county=[0], pool=[6]))
    region.world.publish(made(StationOpened, station=[0], village=[3], design=[2], operator=[-1], project=[-1]))


def test_parcels_wait_at_the_station_for_those_it_serves_and_for_those_it_orders_for() -> None:
    """Of households 6 and 7 neither has internet; the station orders for the first, and nobody for the second."""
    busy = STEADY | {"buying.parcels_per_head": 400.0, "access.served_share": 0.0}
    region, events = tiny_region(numbers=busy, opened={InternetBaselined: {"share": 300_000}})
    station_in_village_3(region)
    region.world.publish(BuyerAdopted(household=[6, 7], at_station=[True, False]))
    ordered(region, events)
    found = events.of(ParcelsOrdered)
    columns = (found[name].tolist() for name in ("household", "stop", "parcels", "handed_over"))
    waits = {who: (stop, handed == parcels) for who, stop, parcels, handed in zip(*columns, strict=True)}
    assert waits == {4: (3, False), 5: (3, False), 6: (3, True), 10: (-1, False)}
    mine = found["household"] == 6
    assert not found["handed_over"][~mine].any()
    assert region.world.state.villages.handed_parcels.tolist() == [0, 0, 0, found["parcels"][mine].sum(), 0, 0]


def test_who_was_helped_orders_alone_once_it_has_internet_and_not_at_all_without_its_station() -> None:
    busy = STEADY | {"buying.parcels_per_head": 400.0, "access.served_share": 0.0}
    for online, closed, orders in ((True, False, True), (True, True, True), (False, False, True), (False, True, False)):
        level = 1_000_000 if online else 300_000
        region, events = tiny_region(numbers=busy, opened={InternetBaselined: {"share": level}})
        station_in_village_3(region)
        region.world.publish(BuyerAdopted(household=[6], at_station=[True]))
        if closed:
            region.world.publish(StationClosed(station=[0], reason=[0]))
        assert bool(ordered(region, events)[0, 6]) == orders
        assert bool(events.of(ParcelsOrdered)["handed_over"].any()) == (not online and not closed)


def test_nobody_orders_where_nobody_has_internet() -> None:
    """Not even with a keeper's help: the keeper is of the same county."""
    busy = STEADY | {"buying.parcels_per_head": 400.0}
    region, events = tiny_region(numbers=busy, opened={InternetBaselined: {"share": 0}})
    station_in_village_3(region)
    region.world.publish(BuyerAdopted(household=[6, 7], at_station=[True, True]))
    assert not ordered(region, events, weeks=20).any()
