"""What each kind of finished works moves, by the mechanism that it feeds (docs/model.md 4.10).

Each test opens one facility or finishes one project in the tiny region and looks at the events of its mechanism.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from plan_cases import unit

from dealing import COOPERATIVE, FIRM, QUIET, STRAWBERRY, TEA, WALNUT, dealer, dealing, reviewed
from ecsim.kernel.parameters import Value
from ecsim.rural.commerce.accounts import yearly_fees_fen
from ecsim.rural.commerce.persons import help_to_founders
from ecsim.rural.events import (
    AccessKept,
    Area,
    Category,
    CropSeasonsBaselined,
    DealerKind,
    FacilityClosed,
    FacilityOpened,
    FacilitySettled,
    FacilityUsed,
    Funder,
    GoodsPrecooled,
    Group,
    GrowersContracted,
    KnowHowMoved,
    Level,
    Mark,
    MarketingDone,
    MarkSupported,
    MarkTaken,
    Mechanism,
    OfflineChannel,
    OfflineEntered,
    OrdersFilled,
    PaymentMade,
    PlotsBaselined,
    ProjectApproved,
    ProjectKind,
    SellerStarted,
    StationOpened,
    StationsSettled,
    VisibilityFaded,
)
from ecsim.rural.events.market import CropHarvested, StockSpoiled
from ecsim.rural.facilities import (
    area_share,
    capacity_g,
    has_area,
    listed_dealers,
    lists_goods,
    meetings,
    places,
    reached_dealers,
    serving,
    studio_share,
)
from ecsim.rural.goods.demand import attractions
from ecsim.rural.goods.orders import SentByHouseholds, fill_orders
from ecsim.rural.goods.quality import complained
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.facilities import Built, best_fit, open_facilities
from ecsim.rural.programme.purse_facts import errors_left
from ecsim.rural.programme.stations import network_share
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OUTSIDE, SUPPLIERS, county_account, prefecture_account
from tiny import LIVELY, SHOPS, Events, facility, made, same, take, tiny_region, tiny_scenario
from works import accepted

EVERY = tiny_scenario().projects


def of(mechanism: Mechanism, county: int = 0, **columns: Any) -> FacilityOpened:
    """Return the opening of a facility that feeds a mechanism."""
    return facility(ProjectKind.PACKING_LINE, **{"mechanism": [mechanism], "county": [county], "project": -1} | columns)


def test_every_kind_is_covered_here_or_by_the_test_of_its_own_rule() -> None:
    fed = {kind.feeds for kind in EVERY.values()}
    assert fed == {mechanism.name.lower() for mechanism in Mechanism} - {"nothing"}
    assert set(EVERY) == {kind.name.lower() for kind in ProjectKind}


def berries(*opened: FacilityOpened, numbers: Mapping[str, Value] | None = None) -> tuple[int, Events]:
    """Return what 800 kg of strawberries lose in a week, millionths, and what happened."""
    fallow = {CropSeasonsBaselined: {"share": 0}, PlotsBaselined: {"stock_g": 0}}
    region, events = tiny_region(opened=fallow, numbers=numbers)
    region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[1_000_000]))
    for event in opened:
        region.world.publish(event)
    events.clear()
    take(region, "harvest")
    found = events.of(StockSpoiled)
    return dict(zip(found["crop"].tolist(), found["share"].tolist(), strict=True))[STRAWBERRY], events


def test_pre_cooling_saves_what_spoils_at_the_gate_worked_by_hand() -> None:
    # Half a day at the gate loses 1 - 0.75^(0.1^1.5) = 0.0090561; cooled at once, 1 - 0.75^(0.025^1.5) = 0.0011366. Of
    # the 744 kg that do not wait 0.0079195 are saved: 0.93 x 0.0079195 less is lost, for 5 fen a kilogram.
    share, events = berries(of(Mechanism.PRE_COOLING, 1, capacity_g=[10**9]))
    assert share == pytest.approx(17_183 - 0.93 * 7_919.5, abs=1)
    same(events.of(GoodsPrecooled), crop=[STRAWBERRY], stored_g=[744_000], fee_fen=[3_720], share=[930_000])
    same(events.of(FacilityUsed), facility=[0], used_g=[744_000], fees_fen=[3_720])
    assert berries()[0] == 17_183
    assert berries(of(Mechanism.PRE_COOLING, 0, capacity_g=[10**9]))[0] == 17_183  # another county's
    half = berries(of(Mechanism.PRE_COOLING, 1, capacity_g=[372_000]))[0]
    assert half == pytest.approx((17_183 + share) / 2, abs=1)
    dear = berries(of(Mechanism.PRE_COOLING, 1, capacity_g=[10**9]), numbers={"farming.precooling_fee_yuan": 0.3})
    assert dear[0] == 17_183  # 1.0 % of 10 yuan is less than the fee


def test_what_was_cooled_at_once_loses_less_on_the_way() -> None:
    region, _ = tiny_region()
    region.goods.take_orders(outage=0.0)
    before = region.goods.prices.cost_fen
    region.world.publish(made(GoodsPrecooled, crop=[STRAWBERRY], share=[500_000]))
    region.goods.take_orders(outage=0.0)
    berries_alone = region.world.state.dealers.crop == STRAWBERRY
    assert (region.goods.prices.cost_fen < before).tolist() == berries_alone.tolist()
    region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[0]))
    region.goods.take_orders(outage=0.0)
    np.testing.assert_allclose(region.goods.prices.cost_fen, before)


def test_a_prefectures_cold_rooms_are_shared_by_its_counties() -> None:
    region, _ = tiny_region()
    shared = {"level": [Level.PREFECTURE], "capacity_g": [24_000_001], "places": [10]}
    region.world.publish(of(Mechanism.COLD_ROOM, -1, **shared))
    state = region.world.state
    assert state.counties.cold_g.tolist() == [12_000_000, 12_000_001]
    assert capacity_g(state, Mechanism.COLD_ROOM).tolist() == [12_000_000.5] * 2
    assert (serving(state, Mechanism.COLD_ROOM).tolist(), places(state, Mechanism.COLD_ROOM).tolist()) == (
        [1.0, 1.0], [5.0, 5.0],
    )  # fmt: skip


def tea(*opened: FacilityOpened) -> tuple[Region, Events]:
    """Let two merchants without lines send ten kilograms of tea each, as far as somebody processes the leaf."""
    leaf = dealer(DealerKind.MERCHANTS, TEA, stock_g=40_000, processing_g=0)
    region, events = dealing(leaf, leaf)
    for event in opened:
        region.world.publish(event)
    region.goods.take_orders(outage=0.0)
    events.clear()
    ordered = np.zeros(len(region.world.state.dealers), np.int64)
    ordered[4:6] = 10_000
    none = SentByHouseholds(*[np.zeros_like(ordered)] * 4)
    fill_orders(region.world, region.terms.goods, region.goods.prices, ordered, none)
    return region, events


def test_a_public_line_processes_for_who_has_none_in_proportion_worked_by_hand() -> None:
    # 16 kg of leaf are 8 kg of tea: 4 of each one's ten.
    county = int(tea()[0].world.state.crops.county[TEA])
    _, events = tea(of(Mechanism.PROCESSING, county, crop=[TEA], capacity_g=[16_000]))
    same(events.of(OrdersFilled), dealer=[4, 5], filled_g=[4_000, 4_000], processed_g=[0, 0])
    assert events.of(FacilityUsed)["used_g"].tolist() == [16_000]
    assert events.of(FacilityUsed)["fees_fen"][0] > 0
    same(tea()[1].of(OrdersFilled), filled_g=[0, 0])
    other = of(Mechanism.PROCESSING, county, crop=[WALNUT], capacity_g=[16_000])
    same(tea(other)[1].of(OrdersFilled), filled_g=[0, 0])


CERTIFIES: dict[str, Value] = {
    "dealing.certificate_premium": 0.3, "dealing.certificate_yuan": 10_000.0, "dealing.certificate_yuan_a_year": 0.0,
}  # fmt: skip
RICH = {**FIRM, "cash_fen": 10**9}


def review(*dealers: Mapping[str, int], opened: tuple[Any, ...] = (), numbers: Mapping[str, Value]) -> Events:
    """Return what dealers of county 0 decide in a year with some facilities and projects there."""
    region, events = dealing(*dealers, numbers=QUIET | dict(numbers))
    for event in opened:
        region.world.publish(event)
    events.clear()
    reviewed(region)
    return events


def funded(kind: ProjectKind, mechanism: Mechanism, *, yuan: int, room: int) -> tuple[Any, Any]:
    """Return a project of some money, and the facility with places that it built."""
    project = made(
        ProjectApproved, project=[0], project_kind=[kind], township=-1, crop=-1, central_fen=[100 * yuan],
        cooperative=-1, enterprise=-1, package=-1,
    )  # fmt: skip
    return project, of(mechanism, project=[0], places=[room])


def test_certification_pays_its_part_for_as_many_firms_as_it_has_places_for() -> None:
    dealers = [{**RICH, "enterprise": number} for number in range(3)]
    works = funded(ProjectKind.CERTIFICATION, Mechanism.CERTIFICATES, yuan=19_000, room=2)
    dear = CERTIFIES | {"dealing.certificate_yuan": 10_000.0, "dealing.mark_years": 1.0}
    assert review(*dealers, numbers=dear).rows(MarkTaken) == 0
    events = review(*dealers, opened=works, numbers=dear)
    same(events.of(MarkSupported), mark=[Mark.CERTIFICATE] * 2, facility=[0, 0], paid_fen=[950_000] * 2)
    same(events.of(MarkTaken), cost_fen=[50_000] * 2)


def test_design_is_for_brands_of_ones_own() -> None:
    numbers: dict[str, Value] = {
        "dealing.own_brand_premium": 0.2, "dealing.own_brand_yuan": 10_000.0, "dealing.own_brand_yuan_a_year": 0.0,
        "dealing.mark_years": 1.0,
    }  # fmt: skip
    works = funded(ProjectKind.DESIGN_SERVICE, Mechanism.DESIGN, yuan=50_000, room=4)
    assert review(RICH, COOPERATIVE, numbers=numbers).rows(MarkTaken) == 0
    events = review(RICH, COOPERATIVE, opened=works, numbers=numbers)
    same(events.of(MarkTaken), dealer=[4], mark=[Mark.OWN_BRAND], cost_fen=[0])  # no more than the mark costs
    same(events.of(MarkSupported), paid_fen=[1_000_000])


def test_testing_saves_a_part_of_certificates_and_of_complaints() -> None:
    region, _ = dealing(FIRM)
    state, terms = region.world.state, region.terms
    region.world.publish(made(MarkTaken, dealer=[4], mark=[Mark.CERTIFICATE]))
    before = yearly_fees_fen(state, terms.goods, terms.dealing)[4]
    region.world.publish(of(Mechanism.TESTING))
    assert before - yearly_fees_fen(state, terms.goods, terms.dealing)[4] == pytest.approx(0.3 * 5_000 * 100)
    plain = complained(terms.goods, np.zeros(1), np.zeros(1), np.zeros(1))
    assert plain[0] == terms.goods.complained_share


@pytest.mark.parametrize("centre", [False, True])
def test_a_product_database_or_a_centres_data_make_a_channel_cheaper_to_keep(centre: bool) -> None:
    region, _ = dealing(FIRM)
    region.world.publish(made(OfflineEntered, dealer=[4], offline_channel=[0], offline_g=[1]))
    state, dealing_terms = region.world.state, region.terms.dealing
    before = yearly_fees_fen(state, region.terms.goods, dealing_terms)[4]
    database = of(Mechanism.DATABASE)
    region.world.publish(
        facility(ProjectKind.SERVICE_CENTRE, county=[0], areas=[int(Area.DATA)]) if centre else database
    )
    saved = before - yearly_fees_fen(state, region.terms.goods, dealing_terms)[4]
    assert saved == pytest.approx(0.2 * 100 * dealing_terms.offline_yuan_a_year)


def test_a_product_database_takes_out_a_part_of_planners_errors() -> None:
    region, _ = tiny_region()
    units = [unit(county, "S", 1.0, 1.0) for county in "ab-"]
    assert errors_left(region.world.state, 0.4, units) == [1.0, 1.0, 1.0]
    region.world.publish(of(Mechanism.DATABASE))
    assert errors_left(region.world.state, 0.4, units) == pytest.approx([0.6, 1.0, 0.8])
    assert errors_left(region.world.state, 0.0, units) == [1.0, 1.0, 1.0]


def offline(*channels: OfflineChannel, numbers: Mapping[str, Value]) -> list[int]:
    """Return the channels that a cooperative enters whose buyers matchmaking brings to its county."""
    flags = sum(1 << channel for channel in channels)
    opened = (of(Mechanism.MATCHMAKING, channels=[flags]),) if channels else ()
    sure: dict[str, Value] = {
        "dealing.offline_yuan_a_year": 0.0, "dealing.offline_volume": 1e5, "dealing.offline_meeting": 1.0,
    }  # fmt: skip
    many = {**FIRM, "forecast_g": 10_000_000}
    events = review(many, opened=opened, numbers=sure | dict(numbers))
    return events.of(OfflineEntered)["offline_channel"].tolist()


def test_matchmaking_brings_dealers_and_buyers_of_its_channels_together() -> None:
    assert offline(numbers={}) == []
    assert offline(OfflineChannel.COMMUNITY, numbers={}) == [OfflineChannel.COMMUNITY]
    six = [channel for channel in OfflineChannel if channel != OfflineChannel.DIRECT_SUPPLY]
    assert len(offline(*six, numbers={})) == 1
    assert offline(*six, numbers={"dealing.offline_meeting": 0.0}) == []


def test_the_direct_supply_platform_asks_for_a_certificate() -> None:
    entry = OfflineChannel.DIRECT_SUPPLY
    assert offline(entry, numbers={}) == []
    free = CERTIFIES | {"dealing.certificate_yuan": 0.0, "dealing.patience_months": 24}
    region, events = dealing({**FIRM, "forecast_g": 10_000_000, "cash_fen": 10**9}, numbers=QUIET | free | {
        "dealing.offline_yuan_a_year": 0.0, "dealing.offline_volume": 1e5, "dealing.offline_meeting": 1.0,
    })  # fmt: skip
    region.world.publish(of(Mechanism.MATCHMAKING, channels=[1 << entry]))
    reviewed(region)
    assert events.rows(MarkTaken) == 1
    reviewed(region, 13)
    assert events.of(OfflineEntered)["offline_channel"].tolist() == [entry]


@pytest.mark.parametrize("photo", [False, True])
def test_a_studio_or_a_centres_photo_room_makes_own_shops_attractive(photo: bool) -> None:
    region, _ = tiny_region(opened=SHOPS)
    region.goods.take_orders(outage=0.0)
    state = region.world.state
    args = region.terms.goods, region.setting.goods, region.goods.prices, region.goods.listed
    before = attractions(state, *args)
    county = int(state.crops.county[WALNUT])
    room = {"places": [10]}
    centre = facility(ProjectKind.SERVICE_CENTRE, county=[county], areas=[int(Area.PHOTO)], **room)
    region.world.publish(centre if photo else of(Mechanism.STUDIO, county, **room))
    shops = (state.dealers.kind == DealerKind.SHOPS) & (state.crops.county[state.dealers.crop] == county)
    assert studio_share(state)[county] == 1.0
    np.testing.assert_allclose(attractions(state, *args), before * np.where(shops, 1.1, 1.0))


def test_a_studio_for_half_of_the_shops_does_half() -> None:
    region, _ = tiny_region(opened=SHOPS)
    state = region.world.state
    region.world.writable.villages.sellers[:] = 2
    shops = np.bincount(state.villages.county, state.villages.sellers, 2)
    region.world.publish(of(Mechanism.STUDIO, places=[int(shops[0]) // 2]))
    assert studio_share(state).tolist() == [0.5, 0.0]


def test_shop_running_shows_firms_how_worked_by_hand() -> None:
    # Ten firms of the hundred that 63 % takes: 1 - exp(-0.1).
    region, events = accepted(ProjectKind.SHOP_RUNNING)
    same(events.of(KnowHowMoved), county=[0], group=[Group.FIRMS], share=[round(1e6 * -np.expm1(-0.1))])
    assert region.world.state.counties.know_how[0, Group.FIRMS] > 0
    assert not events.rows(FacilityOpened)


def test_a_display_keeps_a_county_visible() -> None:
    region, events = tiny_region()
    region.world.publish(of(Mechanism.DISPLAY))
    take(region, "move_markets", week=1)
    same(events.of(MarketingDone), county=[0], visibility=[1_020_000])
    events.clear()
    take(region, "move_markets", week=2)
    assert not events.rows(MarketingDone) + events.rows(VisibilityFaded)


def test_a_demonstration_shop_is_a_poor_households_own_in_a_poor_village() -> None:
    region, events = accepted(ProjectKind.DEMONSTRATION_SHOP)
    started, state = events.of(SellerStarted), region.world.state
    assert started["shops"].tolist() == [1]
    household = started["household"][0]
    assert state.households.poor[household]
    assert state.households.county[household] == 0
    assert state.households.shops[household] == 1
    assert state.villages.seller_seq[state.households.village[household]] == started["seq"][0]


def test_who_runs_an_industry_base_promises_growers_a_price() -> None:
    base = of(Mechanism.GROWER_CONTRACTS, owner=[4])
    events = review(FIRM, COOPERATIVE, opened=(base,), numbers={})
    found = events.of(GrowersContracted)
    assert found["dealer"].tolist() == [4]
    assert found["floor_fen"][0] > 0
    assert not review(FIRM, COOPERATIVE, numbers={}).rows(GrowersContracted)


def supplied(*opened: FacilityOpened, kept: int = 0, project: int = -1) -> int:
    """Return what a station takes in its first month.

    Parameters
    ----------
    kept : of the project 0, that built what is opened
    project : that the station is of
    """
    numbers: dict[str, Value] = {"stations.joint_supply": 1.0, "stations.network_half": 1.0}
    region, events = tiny_region(opened=LIVELY, numbers=numbers)
    opening = made(StationOpened, station=[0], village=[0], design=[0], operator=[-1], project=[project])
    keeping(region, kept, *opened)
    region.world.publish(opening)
    region.world.writable.villages.handed_parcels[0] += 100
    take(region, "settle_stations", week=8)
    return int(events.of(StationsSettled)["takings_fen"][0])


def test_a_network_supplies_its_stations_jointly() -> None:
    alone = supplied()
    hub = facility(ProjectKind.SERVICE_CENTRE, county=[0], areas=[int(Area.HUB)])
    wide = of(Mechanism.NETWORK, -1, level=[Level.PREFECTURE])
    assert supplied(hub) > alone
    assert supplied(wide) >= supplied(hub)
    assert supplied(facility(ProjectKind.SERVICE_CENTRE, county=[0], areas=[int(Area.DATA)])) == alone


def test_a_centre_does_what_its_areas_do() -> None:
    region, _ = tiny_region()
    state, terms = region.world.state, region.terms.commerce
    region.world.publish(facility(ProjectKind.SERVICE_CENTRE, county=[0], areas=[int(Area.DISPLAY)]))
    assert help_to_founders(state, terms).tolist() == [1.0, 1.0]
    region.world.publish(facility(ProjectKind.SERVICE_CENTRE, facility=[1], county=[0], areas=[int(Area.INCUBATION)]))
    assert help_to_founders(state, terms).tolist() == [1.3, 1.0]
    assert [bool(has_area(state, area)[0]) for area in (Area.INCUBATION, Area.DISPLAY)] == [True, False]


HALF, WHOLE = 500_000, 1_000_000


def keeping(region: Region, kept: int, *opened: FacilityOpened) -> None:
    """Open facilities of a project, of which who has got it keeps a share."""
    world = region.world
    world.publish(made(ProjectApproved, project=[0], project_kind=[ProjectKind.PACKING_LINE], township=-1))
    world.publish(made(AccessKept, project=[0], kept=[kept]))
    for number, event in enumerate(opened):
        columns = {column.name: event.__dict__[column.name] for column in event.columns}
        world.publish(FacilityOpened(**{**columns, "facility": [number], "project": [0]}))


@pytest.mark.parametrize(("kept", "left"), [(0, 1.0), (HALF, 0.5), (WHOLE, 0.0)])
def test_what_a_centre_keeps_is_missing_in_each_of_its_areas(kept: int, left: float) -> None:
    region, _ = tiny_region()
    keeping(region, kept, facility(ProjectKind.SERVICE_CENTRE, county=[0]))
    state = region.world.state
    assert help_to_founders(state, region.terms.commerce).tolist() == [1.0 + left * 0.3, 1.0]
    for area in Area:
        assert area_share(state, area).tolist() == [left, 0.0]
    assert lists_goods(state).tolist() == [left, 0.0]
    assert network_share(state).tolist() == [left, 0.0]


@pytest.mark.parametrize(("kept", "left"), [(0, 1.0), (HALF, 0.5), (WHOLE, 0.0)])
def test_what_a_facility_keeps_others_lack_and_its_owner_has(kept: int, left: float) -> None:
    region, _ = tiny_region()
    keeping(region, kept, of(Mechanism.TESTING, owner=[1]), of(Mechanism.DATABASE), of(Mechanism.DISPLAY))
    state = region.world.state
    here = state.crops.county[state.dealers.crop] == 0
    share = np.where(here, left, 0.0)
    assert listed_dealers(state).tolist() == share.tolist()
    share[1] = 1.0
    assert reached_dealers(state, Mechanism.TESTING).tolist() == share.tolist()
    assert serving(state, Mechanism.DISPLAY).tolist() == [left, 0.0]


def test_buyers_that_matchmaking_keeps_from_others_are_not_met() -> None:
    region, _ = tiny_region()
    keeping(region, HALF, of(Mechanism.MATCHMAKING, channels=[3]))
    assert meetings(region.world.state)[:3, 0].tolist() == [0.5, 0.5, 0.0]


def test_a_centre_that_keeps_half_supplies_stations_half_as_jointly() -> None:
    hub = facility(ProjectKind.SERVICE_CENTRE, county=[0], areas=[int(Area.HUB)])
    alone, joint = supplied(), supplied(hub)
    assert supplied(hub, kept=HALF) == pytest.approx((alone + joint) / 2, abs=1)
    assert supplied(hub, kept=WHOLE) == alone


@pytest.mark.parametrize(
    "kind",
    [
        ProjectKind.SERVICE_CENTRE, ProjectKind.DISTRIBUTION_CENTRE, ProjectKind.JOINT_DELIVERY,
        ProjectKind.PACKING_LINE, ProjectKind.MARKETING, ProjectKind.STATIONS,
    ],
)  # fmt: skip
def test_what_a_plan_gives_one_alone_is_kept_whole_once_it_is_built(kind: ProjectKind) -> None:
    _, events = accepted(kind, exclusive=[True])
    same(events.of(AccessKept), project=[0], kept=[WHOLE])
    assert not accepted(kind)[1].rows(AccessKept)
    built = events.of(FacilityOpened)
    assert not built["capacity_g"].any()
    assert not built["places"].any()


@pytest.mark.parametrize("kind", [ProjectKind.BRAND, ProjectKind.TRAINING, ProjectKind.INDUSTRY_BASE])
def test_what_is_everybodys_is_kept_by_nobody(kind: ProjectKind) -> None:
    assert not accepted(kind, exclusive=[True])[1].rows(AccessKept)


def test_marketing_that_one_keeps_makes_no_county_visible() -> None:
    region, _ = accepted(ProjectKind.MARKETING, exclusive=[True])
    assert region.world.state.counties.visibility[0] == 1_000_000
    assert accepted(ProjectKind.MARKETING)[0].world.state.counties.visibility[0] > 1_000_000


def test_a_station_that_one_keeps_serves_nobody_else() -> None:
    # It takes in no parcels and has no footfall: all that it earns is of small services and of orders there, by users.
    assert supplied() == supplied(project=0)
    assert 0 < supplied(project=0, kept=HALF) == pytest.approx(supplied() / 2, abs=1)
    assert supplied(project=0, kept=WHOLE) == 0


def test_an_information_system_is_run_by_the_county_for_dispatch() -> None:
    region, events = accepted(ProjectKind.INFORMATION_SYSTEM)
    found = events.of(FacilityOpened)
    same(found, mechanism=[Mechanism.DISPATCH], owner=[-1])
    assert found["running_fen"][0] == round(100 * 60_000 * 4 / 52)
    assert region.world.state.facilities.in_service[0]


def test_a_line_goes_to_whom_it_fits_and_the_next_to_another() -> None:
    # Of 5, 40 and 300 kg a week the second is nearest to 60 kg by ratio: 1.5 against 5 and 12.
    dealers = [{**FIRM, "enterprise": number, "forecast_g": g} for number, g in enumerate((5_000, 40_000, 300_000))]
    region, _ = dealing(*dealers)
    state = region.world.state
    assert best_fit(state, Mechanism.PACKING, 0, 60_000.0) == 5
    assert best_fit(state, Mechanism.PACKING, 0, 60_000.0, given=[5]) == 6
    region.world.publish(of(Mechanism.PACKING, owner=[5]))
    assert best_fit(state, Mechanism.PACKING, 0, 60_000.0) == 6
    assert best_fit(state, Mechanism.PACKING, 1, 60_000.0) == -1
    assert best_fit(state, Mechanism.PACKING, -1, 60_000.0) == -1


def month(region: Region, events: Events, week: int) -> dict[str, Any]:
    """Return how facilities settle a month."""
    events.clear()
    take(region, "run_facilities", week=week)
    return events.of(FacilitySettled)


def test_an_owner_has_the_fees_and_pays_what_running_costs() -> None:
    region, events = dealing({**FIRM, "cash_fen": 1_000})
    region.world.publish(of(Mechanism.PACKING, owner=[4], running_fen=[700], capacity_g=[10]))
    region.world.publish(made(FacilityUsed, facility=[0], used_g=[5], fees_fen=[300]))
    same(month(region, events, 3), owner=[4], fees_fen=[300], running_fen=[700], unpaid_months=[0])
    assert region.world.state.dealers.cash_fen[4] == 600
    same(month(region, events, 7), fees_fen=[0], running_fen=[0], unpaid_months=[1])  # 600 are less than 700
    assert region.world.state.dealers.cash_fen[4] == 600


@pytest.mark.parametrize(
    ("rate", "fees", "returned"), [(0.065, 900, 100), (0.065, 750, 50), (0.065, 600, 0), (0.0, 900, 0)]
)
def test_investors_of_social_capital_have_their_part_of_what_is_left(rate: float, fees: int, returned: int) -> None:
    # 20,000 fen at 6.5 % a year are 100 in four weeks; running costs 700.
    region, events = dealing({**FIRM, "cash_fen": 1_000}, numbers={"facilities.social_return": rate})
    world = region.world
    world.publish(made(ProjectApproved, project=[0], county=[0], township=[-1], social_fen=[20_000]))
    social = {"payer": [county_account(1, 0)], "payee": [SUPPLIERS], "funder": [Funder.SOCIAL], "project": [0]}
    world.publish(made(PaymentMade, paid_fen=[20_000], **social))
    world.publish(of(Mechanism.PACKING, owner=[4], running_fen=[700], capacity_g=[10], project=[0]))
    world.publish(made(FacilityUsed, facility=[0], used_g=[5], fees_fen=[fees]))
    same(month(region, events, 3), fees_fen=[fees], running_fen=[700], returned_fen=[returned])
    assert world.state.dealers.cash_fen[4] == 1_000 + fees - 700 - returned


def test_dealers_that_a_database_lists_come_upon_buyers_more_often() -> None:
    sure: dict[str, Value] = {
        "dealing.offline_yuan_a_year": 0.0, "dealing.offline_volume": 1e5, "dealing.offline_finding": 0.5,
    }  # fmt: skip
    many = {**FIRM, "forecast_g": 10_000_000}
    for rise, found in ((0.0, 0), (1.0, 1)):
        numbers = sure | {"dealing.database_finding": rise}
        plain = review(many, numbers=numbers).rows(OfflineEntered)
        listed = review(many, opened=(of(Mechanism.DATABASE),), numbers=numbers).rows(OfflineEntered)
        assert listed >= plain
        if found:
            assert listed == 1  # with chance 0.5 x (1 + 1)


def test_what_nobody_pays_for_goes_out_of_use_and_serves_no_longer() -> None:
    region, events = dealing({**FIRM, "cash_fen": 0}, numbers={"facilities.patience_months": 3})
    region.world.publish(of(Mechanism.PACKING, owner=[4], running_fen=[700], capacity_g=[10]))
    assert region.world.state.counties.packing_g[0] == 10
    closed = [bool(month(region, events, week)) and events.rows(FacilityClosed) for week in (3, 7, 11)]
    assert closed == [0, 0, 1]
    assert region.world.state.counties.packing_g[0] == 0
    assert not region.world.state.facilities.in_service[0]


def test_a_public_one_is_paid_for_unless_the_budget_fails_it() -> None:
    for share, unpaid in ((0.0, [0]), (1.0, [1])):
        region, events = tiny_region(numbers={"facilities.unpaid_share": share})
        region.world.publish(of(Mechanism.TRACING, running_fen=[700]))
        assert month(region, events, 3)["unpaid_months"].tolist() == unpaid


def test_who_runs_a_public_one_pays_what_fees_do_not_cover() -> None:
    # 700 fen less 300 of fees are the county's to pay; one of the prefecture costs it 500; fees that are left are kept.
    region, events = tiny_region(numbers={"facilities.unpaid_share": 0.0})
    world, county, prefecture = region.world, county_account(1, 0), prefecture_account(0)
    world.publish(of(Mechanism.PACKING, running_fen=[700], capacity_g=[10]))
    world.publish(of(Mechanism.TRACING, -1, facility=[1], level=[Level.PREFECTURE], running_fen=[500]))
    world.publish(of(Mechanism.COLD_ROOM, facility=[2], running_fen=[50], capacity_g=[10]))
    world.publish(made(FacilityUsed, facility=[0, 2], used_g=[5, 5], fees_fen=[300, 80]))
    month(region, events, 3)
    same(
        events.of(PaymentMade), payer=[OUTSIDE, OUTSIDE, prefecture, county],
        payee=[prefecture, county, SUPPLIERS, SUPPLIERS], funder=[Funder.LOCAL] * 4, project=[-1] * 4,
        paid_fen=[500, 400, 500, 400],
    )  # fmt: skip
    assert world.state.accounts.balance_fen[[county, prefecture]].tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("mechanism", "column"),
    [(Mechanism.SERVICE_CENTRE, "centre"), (Mechanism.DISTRIBUTION, "distribution"), (Mechanism.TRACING, "traceable")],
)
def test_at_the_end_of_its_life_a_facility_leaves_all_as_it_was(mechanism: Mechanism, column: str) -> None:
    region, events = tiny_region()
    before = getattr(region.world.state.counties, column).tolist()
    region.world.publish(of(mechanism, until_day=[28]))
    assert getattr(region.world.state.counties, column).tolist() != before
    month(region, events, 3)
    assert not events.rows(FacilityClosed)
    month(region, events, 7)
    same(events.of(FacilityClosed), facility=[0], county=[0])
    assert getattr(region.world.state.counties, column).tolist() == before


@pytest.mark.parametrize(
    ("county", "same_prefecture", "gets"), [(0, True, 4), (1, True, -1), (-1, True, 4), (-1, False, -1)]
)
def test_a_facility_goes_to_a_named_owner_of_its_county_or_prefecture_alone(
    county: int, same_prefecture: bool, gets: int
) -> None:
    region, events = dealing(FIRM)  # dealer 4, which is enterprise 0, of county 0
    prefecture = int(region.world.state.counties.prefecture[0]) + (not same_prefecture)
    line = made(
        ProjectApproved, project=[0], project_kind=[ProjectKind.PACKING_LINE], county=[county], prefecture=[prefecture],
        township=-1, crop=-1, cooperative=-1, enterprise=[0], package=-1,
    )  # fmt: skip
    region.world.publish(line)
    open_facilities(region.world, [Built(0, 0, region.settings.projects["packing_line"])])
    assert events.of(FacilityOpened)["owner"].tolist() == [gets]


def test_a_database_takes_its_part_out_of_planners_errors_in_its_county() -> None:
    region, _ = dealing()
    state = region.world.state
    units = [
        Candidate(ProjectKind.BRAND, Category.BRAND, county, 0, turn=0, central_fen=1, local_fen=0, social_fen=0,
                  lead_weeks=1, gain=1.0, quantity=1)
        for county in (0, 1)
    ]  # fmt: skip
    assert errors_left(state, 0.4, units) == [1.0, 1.0]
    region.world.publish(of(Mechanism.DATABASE, 0))
    assert errors_left(state, 0.4, units) == pytest.approx([0.6, 1.0])
    assert errors_left(state, 0.0, units) == [1.0, 1.0]
