"""Who orders how many parcels, what they cost to fetch, and who stops buying (docs/model.md 4.2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import poisson

from ecsim.kernel.parameters import Value
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.events.logistics import PoolFormed, TariffMoved
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, made, same, take, tiny_region

STEADY: Mapping[str, Value] = {"buying.order_growth": 0.0, "buying.festival_factor": 1.0, "buying.lapse_weeks": 5000}
"""Every week is like the first."""


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


def test_counts_are_those_of_a_poisson_law_by_inversion() -> None:
    numbers = {"buying.parcels_per_head": 400.0}  # so many that the tail of the law is reached
    region, events = tiny_region(opened=LIVELY, numbers=numbers)
    orders = 0
    for act in before_each(region, "order_goods", weeks=40):
        world, h, c = region.world, region.world.state.households, region.world.state.counties
        terms, access, calendar = region.terms.buying, region.terms.access, region.calendar
        buyers = np.flatnonzero(h.buyer)
        season = terms.festival_factor if calendar.festival(world.week) else 1.0
        growth = (1 + terms.order_growth) ** (7 * world.week / 365.25)
        trip = trip_by_hand(region, buyers)
        felt = np.exp(-terms.cost_sensitivity * (trip + c.down_tariff_fen[h.county[buyers]]) / terms.basket_fen)
        rate = region.setting.buying.orders_a_week[buyers] * growth * season * felt
        counts = np.minimum(poisson.ppf(world.draws.uniform("order_goods", world.week, buyers), rate), 60).astype(int)
        who = buyers[counts > 0]
        stop = np.where(
            (world.draws.uniform("fetch_at_station", world.week, who) < access.served_share) | h.at_station[who],
            region.here.stop[h.village[who]], -1,
        )  # fmt: skip
        basket = terms.basket_fen * np.exp(
            terms.basket_sigma * world.draws.normal("basket", world.week, who) - terms.basket_sigma**2 / 2
        )
        cause = h.buyer_seq[who]
        events.clear()
        act(region)
        found = events.of(ParcelsOrdered)
        same(found, household=who, parcels=counts[counts > 0], stop=stop, cause=cause)
        np.testing.assert_allclose(found["trip_fen"], (trip * counts)[counts > 0], atol=0.5001)
        np.testing.assert_allclose(found["spent_fen"], counts[counts > 0] * basket, atol=0.5001)
        orders += len(who)
    assert orders > 60


def trip_by_hand(region: Region, rows: np.ndarray) -> np.ndarray:
    """Return fen a parcel: share of special trips x 2 x (hours x value of time + km x vehicle) / parcels a trip."""
    h, access = region.world.state.households, region.terms.access
    way, path = h.way_m[rows] / 1000.0, region.here.path_m[h.village[rows]] / 1000.0
    hours = way / access.walk_km_an_hour + path / access.fetch_km_an_hour
    yuan = hours * access.value_of_time_yuan_an_hour + (way + path) * access.vehicle_yuan_a_km
    return np.asarray(100.0 * access.special_trip_share * 2.0 * yuan / access.parcels_a_trip)


def test_fetching_a_parcel_worked_by_hand() -> None:
    # Household 4: 863 m to the committee on foot, 7,329 m on to the township: 0.863/4 + 7.329/18 = 0.2158 + 0.4072
    # hours at 8 yuan = 4.983 yuan, 8.192 km at 0.3 yuan = 2.458 yuan; there and back 14.88 yuan, of which three trips
    # of ten are made for parcels alone, two parcels a trip: 14.88 x 0.3 / 2 = 2.232 yuan. A parcel is worth 0.08 x 220
    # + 0.92 x 44 = 58.08 yuan; 0.08 x 220 x 0.15 + 0.92 x 44 x 0.05 = 4.664 of it are saved.
    region, events = tiny_region(numbers={"buying.parcels_per_head": 1000.0, "buying.basket_sigma": 0.0})
    count = int(ordered(region, events)[0, 4])
    assert count > 0
    found = {name: int(values[0]) for name, values in events.of(ParcelsOrdered).items()}
    assert found["household"] == 4
    assert found["trip_fen"] == pytest.approx(223.2 * count, abs=0.1 * count)
    assert (found["spent_fen"], found["saved_fen"]) == (5808 * count, round(466.4 * count))


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
    # Week 52 is 364 days on: 1.15^(364/365.25) = 1.1495; double eleven (week 45 begins on 12 November) raises it by
    # 1.6.
    region, events = tiny_region(numbers={"buying.parcels_per_head": 400.0, "buying.lapse_weeks": 5000})
    take(region, "adopt_buying")
    rates = {}
    for week in (0, 45, 52):
        luck = region.world.draws.uniform("order_goods", week, [4])[0]
        events.clear()
        take(region, "order_goods", week=week)
        found = events.of(ParcelsOrdered)
        rates[week] = luck, int(found["parcels"][found["household"] == 4].sum())
    rate = region.setting.buying.orders_a_week[4] * np.exp(-2.232 / 58.08)
    for week, factor in ((0, 1.0), (45, 1.6 * 1.15 ** (7 * 45 / 365.25)), (52, 1.1495)):
        luck, count = rates[week]
        assert count == min(60, poisson.ppf(luck, rate * factor))


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


def test_twice_the_weights_order_as_much_a_household() -> None:
    busy = STEADY | {"buying.parcels_per_head": 100.0}
    doubled = {HouseholdsBaselined: {"weight": 2}}
    np.testing.assert_array_equal(
        ordered(*tiny_region(numbers=busy), weeks=10), ordered(*tiny_region(numbers=busy, opened=doubled), weeks=10)
    )


def test_whoever_has_not_ordered_for_long_stops_being_a_buyer() -> None:
    region, events = tiny_region(numbers={"buying.parcels_per_head": 0.0})
    take(region, "adopt_buying")
    region.world.day = 7
    joined = region.world.publish(BuyerAdopted(household=[7], at_station=[False]))
    events.clear()
    for week in range(2, 42):  # the last order of buyers of the opening was on day 0, 39 weeks are borne with
        take(region, "order_goods", week=week)
        gone = events.of(BuyerLapsed)["household"].tolist()
        assert gone == ([] if week < 40 else [4, 5, 10] if week == 40 else [4, 5, 10, 7])
    assert events.of(BuyerLapsed)["cause"][-1] == joined.first
    assert not events.rows(ParcelsOrdered)
    assert not region.world.state.households.buyer.any()
    assert region.world.state.villages.buyers.sum() == 0


def test_parcels_wait_at_the_station_for_those_it_serves_and_for_those_it_orders_for() -> None:
    region, events = tiny_region(numbers=STEADY | {"buying.parcels_per_head": 400.0, "access.served_share": 0.0})
    region.world.publish(made(PoolFormed, county=[0], pool=[6]))
    region.world.publish(made(StationOpened, station=[0], village=[3], design=[2], operator=[-1], project=[-1]))
    region.world.publish(BuyerAdopted(household=[6, 7], at_station=[True, False]))
    ordered(region, events)
    found = events.of(ParcelsOrdered)
    here = {int(i): int(stop) for i, stop in zip(found["household"], found["stop"], strict=True)}
    assert here == {4: -1, 5: -1, 6: 3, 7: -1, 10: -1}
    handed = found["parcels"][found["stop"] == 3].sum()
    assert region.world.state.villages.handed_parcels.tolist() == [0, 0, 0, handed, 0, 0]
