"""The monthly accounts of stations, and what the purse pays of running grants (docs/model.md 4.8)."""

from __future__ import annotations

import numpy as np
import pytest
from station_cases import offering

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Channel, Funder, Group
from ecsim.rural.events.funds import PaymentMade
from ecsim.rural.events.market import CropHarvested, LotSold
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.events.stations import StationIdled, StationOpened, StationsSettled
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OPERATORS, PROVINCE, county_account, prefecture_account
from parcels import orders_of
from tiny import LIVELY, Events, Opened, before_each, made, same, take, tiny_region

STAND_ALONE, UPGRADED_SHOP, INTEGRATED, MOBILE, SUPPLY_OUTLET, VILLAGE_HALL = range(6)
PLAIN: dict[str, Value] = {
    "stations.services_spread": 0.0, "stations.keeper_exit": 0.0, "stations.wage_sigma": 0.0
}  # fmt: skip
MONTH = 8
"""A week 56 days on."""


def station(region: Region, village: int, design: int = INTEGRATED) -> int:
    """Open a station today and return its number."""
    number = region.world.state.count("stations")
    event = made(StationOpened, station=[number], village=[village], design=[design], operator=[-1], project=[-1])
    region.world.publish(event)
    return number


def filled(region: Region, fen: int, account: int = prefecture_account(0)) -> None:
    """Put money into an account."""
    region.world.publish(
        made(PaymentMade, payer=[PROVINCE], payee=[account], category=[Category.OTHER], project=[-1], paid_fen=[fen])
    )


def settled(region: Region, events: Events, week: int = MONTH) -> dict[str, np.ndarray]:
    """Return the accounts of a month that ends in some week."""
    events.clear()
    take(region, "settle_stations", week=week)
    return events.of(StationsSettled)


def month(
    design: int, *, numbers: dict[str, Value] | None = None, opened: Opened | None = None
) -> tuple[dict[str, int], Region]:
    """Return the first account, eight weeks on, of a station of a design in village 3 with some trade."""
    how = {InternetBaselined: {"share": 250_000}} | dict(opened or {})
    region, events = tiny_region(opened=how, numbers=PLAIN | (numbers or {}))
    filled(region, 10**9)
    station(region, 3, design)
    region.world.publish(  # 30 parcels of household 4; 10 more are fetched elsewhere
        orders_of([4, 4], [30, 10], [3, -1])
    )
    region.world.publish(CropHarvested(crop=[0, 1], share=[1_000_000] * 2))
    region.world.publish(  # 12 kg sent by own shop, 3 kg sold through the station for 90 yuan
        LotSold(
            plot=[1, 2], channel=[Channel.OWN_SHOP, Channel.STATION], sold_g=[12_000, 3_000], received_fen=[1, 1],
            retail_fen=[36_000, 9_000], dealer=[0, 0], sellers=[1, 1],
        )
    )  # fmt: skip
    found = settled(region, events)
    return {name: int(values[0]) for name, values in found.items()}, region


def test_a_month_of_a_shop_with_parcels_worked_by_hand() -> None:
    # In: 30 parcels; out: 12 kg at 3 kg a parcel, 4. Collected: 90 yuan, of which a tenth. Goods ordered for the
    # offline: 30 yuan a household and month x 4 households x 0.75 offline x a quarter that uses it x (1 - e^(-3 x
    # 8/10)) = 0.9093: 20.46 yuan, of which 5 %: 1.02. Small services: two households without internet, one of them on
    # the register, and two on it with internet: bills 0.25 x 2 + 0.05 x 2 = 0.6, cash 0.1 x (1 + 1.5) + 0.05 x 1.5 x 2
    # = 0.4, insurance 0.04, tickets 0.02 x 2 + 0.005 x 2 = 0.05, advice 0.06; a new keeper serves 0.8 of them: 0.92
    # uses for 0.8 x (0.3 + 0.2 + 0.16 + 0.075) = 0.588 yuan. Visits: 34 + 20.46/50 + 90/200 + 0.92 = 35.78, which bring
    # 1 - e^(-35.78/30) = 0.6966 of 50 yuan of footfall: 34.83, in use since (56 + 28)/7 = 12 weeks are more than ten. A
    # parcel brings 0.5 yuan fee and 0.24 of footfall: 22.20; a parcel sent 1 yuan: 4.00. Takings: 1.02 + 9 + 0.59 +
    # 34.83 + 22.20 + 4.00 = 71.64 yuan. Rent 40 yuan. Hours 28 x 0.6 + 0.06 x 34 and of uses 0.8 x (0.009 + 0.012 +
    # 0.006 + 0.0025 + 0.003) = 0.026: 18.866 at 8 yuan: 150.93. Transactions: 34 + round(20.46/50) = 0 + round(0.92) =
    # 1 + round(34.83/5) = 7 + round(90/200) = 0: 42.
    found, region = month(INTEGRATED)
    assert found["parcels_in"] == 30
    assert found["parcels_out"] == 4
    assert found["proxy_fen"] == pytest.approx(2046, abs=1)
    assert found["collected_fen"] == 9_000
    assert found["takings_fen"] == pytest.approx(7_164, abs=1)
    assert (found["grant_fen"], found["costs_fen"], found["labour_fen"]) == (30_000, 4_000, 15_093)
    assert (found["service_uses"], found["services_fen"], found["transactions"]) == (1, 59, 42)
    assert found["cause"] == region.world.state.stations.opened_seq[0]
    # What is left, 71.64 + 300 - 40 - 150.93 = 180.71 yuan, enters the smoothed profit by a quarter.
    assert region.world.state.stations.smoothed_profit_fen[0] == pytest.approx(18_071 // 4, abs=1)


def test_a_month_of_a_station_without_parcels_worked_by_hand() -> None:
    # It hands out and sends none, and has no footfall: services 0.588, goods ordered 1.02, collection 9: 10.61. Rent
    # 330; 4 hours on 28 days and 0.026 for uses at 12.5 yuan are 1,400.325 yuan. Transactions: round(0.92) = 1.
    found, _ = month(STAND_ALONE)
    assert (found["parcels_in"], found["parcels_out"]) == (0, 0)
    assert found["takings_fen"] == pytest.approx(1_061, abs=1)
    assert (found["costs_fen"], found["labour_fen"], found["transactions"]) == (33_000, 140_032, 1)


def test_a_month_of_a_station_that_comes_once_a_week_worked_by_hand() -> None:
    # Open on one day of seven, and half of all others can wait: 0.5 + 0.5/7 = 0.571429 of visits for orders and small
    # services. Ordered: 20.46 yuan x 0.571429 = 11.69, of which 5 %: 0.58. Bills and advice: 0.6 x 0.5 yuan x 0.8 x
    # 0.571429 = 0.14. A parcel brings 0.5 and 0.1 yuan: 18.00; sent: 4.00; collected: 9.00. Takings: 31.72. Hours 4 x
    # 2.8 + 0.06 x 34 + 0.012 x 0.8 x 0.571429 = 13.2455 at 8 yuan: 105.96.
    found, _ = month(MOBILE)
    assert found["proxy_fen"] == pytest.approx(1_169, abs=1)
    assert found["takings_fen"] == pytest.approx(3_172, abs=2)
    assert (found["costs_fen"], found["labour_fen"]) == (12_000, 10_596)


def test_a_timetable_loses_no_visit_that_can_wait() -> None:
    patient, _ = month(MOBILE, numbers={"stations.can_wait": 1.0})
    assert patient["proxy_fen"] == month(INTEGRATED)[0]["proxy_fen"]
    hurried, _ = month(MOBILE, numbers={"stations.can_wait": 0.0})
    assert hurried["proxy_fen"] == pytest.approx(patient["proxy_fen"] / 7, abs=1)


def test_households_count_for_those_they_stand_for() -> None:
    found, _ = month(INTEGRATED)
    double, _ = month(INTEGRATED, opened={HouseholdsBaselined: {"weight": 2}})
    assert double["parcels_in"] == found["parcels_in"]  # orders are of all that it stands for
    for name in ("parcels_out", "collected_fen"):
        assert double[name] == 2 * found[name]
    assert double["proxy_fen"] == pytest.approx(2 * found["proxy_fen"], abs=1)


@pytest.mark.parametrize(("week", "share"), [(0, 0.4), (3, 0.7), (6, 1.0), (30, 1.0)])
def test_footfall_grows_until_use_has_settled(week: int, share: float) -> None:
    # (days open + 28)/7 weeks over ten: 4, 7 and 10 tenths of 50 yuan, and 0.74 yuan for each of 1,000 parcels.
    region, events = tiny_region(offering({}), numbers=PLAIN | {"stations.proxy_share": 0.0})
    station(region, 3)
    region.world.publish(orders_of([4], [1000], [3]))
    assert settled(region, events, week)["takings_fen"][0] == round(5_000 * share) + 74_000


def test_footfall_follows_visits_and_nobody_comes_for_it_alone() -> None:
    # At 30 visits 1 - 1/e = 0.6321 of 50 yuan; at few a thirtieth for each, 1.67 yuan.
    for parcels, services in ((0, 0), (1, 164), (30, 3_161), (3000, 5_000)):
        region, events = tiny_region(offering({}), numbers=PLAIN | {"stations.proxy_share": 0.0})
        station(region, 3)
        region.world.publish(orders_of([4], [parcels], [3]))
        assert settled(region, events, 30)["takings_fen"][0] == services + 74 * parcels


@pytest.mark.parametrize(("share", "outage"), [(0, 0.0), (250_000, 1.0)])
def test_without_internet_a_station_takes_nothing(share: int, outage: float) -> None:
    """Nobody has it, or all lines are down: no orders for others, hence no visits and no small services."""
    numbers = PLAIN | {"buying.internet_outage": outage}
    region, events = tiny_region(opened={InternetBaselined: {"share": share}}, numbers=numbers)
    for village in (0, 3, 5):
        station(region, village)
    found = settled(region, events)
    for name in ("takings_fen", "transactions", "proxy_fen"):
        assert found[name].tolist() == [0, 0, 0]


def test_footfall_differs_by_village_with_a_mean_of_one() -> None:
    region, events = tiny_region(offering({}), numbers={"stations.proxy_share": 0.0, "stations.services_spread": 0.5})
    for village in range(6):
        station(region, village)
    region.world.publish(orders_of([0, 2, 3, 4, 8, 11], [1000] * 6, list(range(6))))
    luck = region.world.draws.normal("station_services", 0, np.arange(6))
    expected = np.rint(5_000 * np.exp(0.5 * luck - 0.125) + 74_000)
    np.testing.assert_allclose(settled(region, events)["takings_fen"], expected, atol=1)


def test_a_month_settles_what_came_since_the_last() -> None:
    region, events = tiny_region(numbers=PLAIN)
    station(region, 3)
    for week, parcels in ((4, 7), (8, 5), (12, 0)):
        if parcels:
            region.world.publish(orders_of([4], [parcels], [3]))
        same(settled(region, events, week), parcels_in=[parcels])


def test_only_stations_in_service_settle() -> None:
    region, events = tiny_region(numbers=PLAIN)
    take(region, "settle_stations", week=4)
    assert not events.batches
    station(region, 2)
    station(region, 3)
    region.world.publish(StationIdled(station=[0]))
    same(settled(region, events, 4), station=[1])


def test_grants_are_paid_for_a_year_to_the_first_while_the_purse_has_money() -> None:
    # 300 yuan a month each; the purse holds 750: two are paid whole, the third gets 150, the fourth nothing.
    region, events = tiny_region(numbers=PLAIN)
    filled(region, 75_000)
    for village in (0, 1, 2, 4):
        station(region, village)
    found = settled(region, events, 4)
    assert found["grant_fen"].tolist() == [30_000, 30_000, 15_000, 0]
    same(
        events.of(PaymentMade), payer=[prefecture_account(0)], payee=[OPERATORS], paid_fen=[75_000], project=[-1],
        category=[Category.STATIONS], funder=[Funder.CENTRAL], cause=[found["seq"][0]],
    )  # fmt: skip
    balance = region.world.state.accounts.balance_fen
    assert (balance[prefecture_account(0), 0], balance[OPERATORS, 0], balance.sum()) == (0, 75_000, 0)


@pytest.mark.parametrize(("week", "grant"), [(47, 30_000), (48, 0)])
def test_a_grant_ends_after_twelve_months_of_four_weeks(week: int, grant: int) -> None:
    region, events = tiny_region(numbers=PLAIN)
    filled(region, 10**9)
    station(region, 3)
    assert settled(region, events, week)["grant_fen"].tolist() == [grant]


def test_counties_that_hold_their_own_money_pay_their_own_grants() -> None:
    region, events = tiny_region(policy="split_by_project", numbers=PLAIN)
    filled(region, 40_000, county_account(1, 1))
    station(region, 3)
    station(region, 4)
    found = settled(region, events, 4)
    assert found["grant_fen"].tolist() == [0, 30_000]  # county 0's purse is empty
    same(events.of(PaymentMade), payer=[county_account(1, 1)], paid_fen=[30_000], cause=[found["seq"][1]])


def test_without_fees_parcels_bring_their_footfall_alone_and_take_as_long() -> None:
    plain, _ = month(INTEGRATED)
    without, _ = month(INTEGRATED, numbers={"stations.fee_yuan": 0.0, "stations.sent_fee_yuan": 0.0})
    assert without["takings_fen"] == plain["takings_fen"] - 30 * 50 - 4 * 100
    assert without["labour_fen"] == plain["labour_fen"]


def catalogue_in(region: Region, village: int, level: float) -> tuple[float, float, float]:
    """Return uses a month of the catalogue by a village's households one by one, what they bring, fen, and hours."""
    h, line = region.world.state.households, bool(region.world.state.villages.broadband[village])
    each: list[tuple[float, float, float]] = []
    for row in np.flatnonzero(h.village == village):
        online, poor, weight = h.internet_rank[row] < level, bool(h.poor[row]), int(h.weight[row])
        for service in region.settings.designs[INTEGRATED].services.values():
            share = (service.users_with_internet if online else service.users_without_internet).value
            share *= service.poor_users.value if poor else 1.0
            uses = weight * share * service.uses_a_month.value * (line or service.needs != "line") * (level > 0)
            each.append((uses, uses * 100 * service.yuan_a_use.value, uses * service.hours_a_use.value))
    uses, fen, hours = np.sum(each, axis=0).tolist()
    return uses, fen, hours


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY, numbers={"stations.capital_months": 12})
    accounts = 0
    for act in before_each(region, "settle_stations", weeks=117):
        s, world, terms = region.world.state, region.world, region.terms.stations
        design, v = region.settings.designs[INTEGRATED], s.villages
        rows = [i for i in range(s.count("stations")) if s.stations.status[i] == 1]
        expected = []
        for i in rows:
            village, days = s.stations.village[i], world.day - s.stations.opened_day[i]
            parcels = int(v.handed_parcels[village] - s.stations.settled_parcels[i])
            sent = round((int(v.sent_g[village]) - int(s.stations.settled_g[i])) / 3000)
            collected = int(v.collected_fen[village] - s.stations.settled_fen[i])
            c, known = s.counties, s.counties.internet_day[v.county[village]] >= 0
            level = np.interp(
                world.day, c.internet_day[v.county[village]][known], c.internet_share[v.county[village]][known]
            )
            proxy = 3000 * v.households[village] * (1 - level / 1e6) * 0.25 * (1 - np.exp(-3 * days / 70))
            luck = world.draws.normal("station_services", 0, village)
            use = np.exp(terms.services_spread * luck - terms.services_spread**2 / 2) * min(1.0, (days + 28) / 70)
            use *= 1 + 0.1 * c.know_how[v.county[village], Group.STATION_STAFF] / 1e6
            skill = 1 - np.exp(-s.stations.months[i] / 6)
            uses, services, spent = (
                use * (0.8 + 0.2 * skill) * each for each in catalogue_in(region, int(village), level)
            )
            visits = parcels + sent + proxy / 5000 + collected / 20_000 + uses
            footfall = 5_000 * use * (1 - np.exp(-visits / 30))
            if c.centre[v.county[village]] >= 0:  # it supplies the county's open stations jointly
                together = sum(v.county[s.stations.village[j]] == v.county[village] for j in rows)
                services, footfall = (each * (1 + 0.1 * together / (together + 30)) for each in (services, footfall))
            takings = 0.05 * proxy + 0.1 * collected + services + footfall + 74 * parcels + 100 * sent
            hours = 28 * design.added_hours_a_day.value
            hours += (design.hours_a_parcel.value * (parcels + sent) + spent) * (1 - 0.2 * skill)
            used = (
                parcels + sent + round(proxy / 5000) + round(uses) + round(footfall / 500) + round(collected / 20_000)
            )
            labour = hours * 800 * world.draws.lognormal("keepers_wage", int(s.stations.turn[i]), [village], 0.4)[0]
            expected.append((i, parcels, sent, round(takings), round(labour), used))
        events.clear()
        act(region)
        found = events.of(StationsSettled)
        names = ("station", "parcels_in", "parcels_out", "takings_fen", "labour_fen", "transactions")
        assert list(zip(*(found[name].tolist() for name in names), strict=True)) == expected
        assert events.of(PaymentMade)["paid_fen"].sum() == found["grant_fen"].sum()
        accounts += len(expected)
    assert accounts > 50
