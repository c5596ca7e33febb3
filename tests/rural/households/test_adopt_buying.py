"""Who begins to buy online: a Bass hazard in two parts, thinner the farther the pick-up point (docs/model.md 4.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dear_shops import saving_by_hand
from ecsim.kernel.draws import Draws
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed
from ecsim.rural.events.logistics import PoolFormed
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.households.access import open_stations, pick_up
from ecsim.rural.households.adoption import _adopt, _Adopted, _AdoptLuck, _Around, _Candidates, _Hazard
from ecsim.rural.region import Region
from tiny import LIVELY, before_each, made, same, take, tiny_region

ALIKE_ALONE = {"buying.age_slope": 0.0, "buying.schooling_slope": 0.0, "buying.income_slope": 0.0}
ALIKE_AMONG_OTHERS = {"buying.contagion_poor": 0.0, "buying.contagion_schooling": 0.0}
ALIKE = ALIKE_ALONE | ALIKE_AMONG_OTHERS | {"buying.saving_pull": 0.0}
KEEPERS_ONLINE = {InternetBaselined: {"share": 1}}
"""One household in a million has internet, and that is a keeper's."""
EVERYBODY_ONLINE = {InternetBaselined: {"share": 1_000_000}}
QUICK = {"buying.innovation": 3.0, "buying.imitation": 38.0}
"""A hundred times the pace of the baseline, so that few weeks show much."""


def hazard_by_hand(region: Region, household: int) -> float:
    """Return the weekly chance of docs/model.md 4.2, written out for one household."""
    s, terms = region.world.state, region.terms.buying
    village = s.households.village[household]
    town = s.villages.township == s.villages.township[village]
    asks = s.households.weight[household]
    around = s.villages.buyers[town].sum() / (s.villages.households[town].sum() - asks)
    others = s.villages.households[village] - asks
    beside = s.villages.buyers[village] / others if others else around
    seen = (1 - terms.township_weight) * beside + terms.township_weight * around
    path_m = pick_up(s, region.settings.designs, region.setting.near).path_m[village]  # held by `test_pick_up`
    hours = s.households.way_m[household] / 4000.0 + path_m / 18_000.0
    reach = terms.access_floor + (1 - terms.access_floor) * np.exp(-hours / terms.access_hours)
    eager, goes_by = region.setting.buying.eagerness[household], region.setting.buying.contagion[household]
    pull = np.exp(terms.saving_pull * (saving_by_hand(region)[village] - mean_saving(region)))
    return float(1 - np.exp(-(terms.innovation * eager + terms.imitation * seen * goes_by) * reach * pull / 52))


def mean_saving(region: Region) -> float:
    """Return what ordering saves the mean household."""
    h = region.world.state.households
    return float(np.average(saving_by_hand(region)[h.village], weights=h.weight))


def adopted(week: int = 0, **how: Any) -> set[int]:
    """Return who adopts in the first week of a region opened in some way."""
    region, events = tiny_region(**how)
    take(region, "adopt_buying", week=week)
    return set(events.of(BuyerAdopted)["household"].tolist())


def test_a_household_worked_by_hand() -> None:
    # Household 7 lives 306 m from its village committee, and that 6,097 m from the outlet of its township: 0.306/4 +
    # 6.097/18 = 0.0765 + 0.3387 = 0.4152 hours, so a = 0.4 + 0.6 exp(-0.4152/0.7) = 0.4 + 0.6 x 0.5526 = 0.7316. Of the
    # 3 others of its village 2 buy, of the 4 others of its township the same 2: s = 0.7 x 2/3 + 0.3 x 2/4 = 0.6167.
    # With p = 3 and q = 38: (3 + 38 x 0.6167) x 0.7316 / 52 = 26.43 x 0.7316 / 52 = 0.3719, a chance of 0.3106 a week.
    region, _ = tiny_region(opened=EVERYBODY_ONLINE, numbers=QUICK | ALIKE)
    assert hazard_by_hand(region, 7) == pytest.approx(0.3106, abs=5e-5)


def test_week_by_week_those_begin_whose_draw_lies_below_their_hazard() -> None:
    region, events = tiny_region(opened=EVERYBODY_ONLINE, numbers=QUICK)
    waiting = np.flatnonzero(~region.world.state.households.buyer)
    hazard = np.array([hazard_by_hand(region, int(i)) for i in waiting])
    begun = 0
    for week in range(500):
        events.clear()
        take(region, "adopt_buying", week=week)
        new = events.of(BuyerAdopted)["household"]
        luck = region.world.draws.uniform("adopt_buying", week, waiting)
        assert new.tolist() == waiting[luck < hazard].tolist()
        region.world.publish(BuyerLapsed(household=new))  # so that each week begins alike
        begun += len(new)
    assert begun == pytest.approx(500 * hazard.sum(), abs=4 * np.sqrt(500 * (hazard * (1 - hazard)).sum()))


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    many = 0
    region, events = tiny_region(opened=LIVELY, numbers=QUICK)
    for act in before_each(region, "adopt_buying", weeks=60):
        world, h, c = region.world, region.world.state.households, region.world.state.counties
        new, help_needed = [], []
        for i in np.flatnonzero(~h.buyer).tolist():
            known = c.internet_day[h.county[i]] >= 0
            level = np.interp(world.day, c.internet_day[h.county[i]][known], c.internet_share[h.county[i]][known])
            online = h.internet_rank[i] < level
            luck = world.draws.uniform("order_with_help", 0, i)
            may = online or (open_stations(world.state)[h.village[i]] and luck < region.terms.buying.helper_share)
            if may and world.draws.uniform("adopt_buying", world.week, i) < hazard_by_hand(region, i):
                new.append(i)
                help_needed.append(not online)
        events.clear()
        act(region)
        same(events.of(BuyerAdopted), household=new, at_station=help_needed)
        many += len(new)
    assert many >= 5


def test_without_innovation_nobody_begins_where_nobody_buys() -> None:
    lonely = EVERYBODY_ONLINE | {HouseholdsBaselined: {"buyer": False}}
    assert adopted(opened=EVERYBODY_ONLINE, numbers={"buying.innovation": 1e6})
    assert not adopted(opened=lonely, numbers={"buying.innovation": 0.0, "buying.imitation": 1e6})


def test_without_hazard_nobody_begins() -> None:
    for week in range(12):
        assert not adopted(week, opened=EVERYBODY_ONLINE, numbers={"buying.innovation": 0.0, "buying.imitation": 0.0})


def test_without_imitation_it_does_not_matter_who_buys() -> None:
    alone = {"buying.innovation": 3.0, "buying.imitation": 0.0}
    some, none = (
        EVERYBODY_ONLINE | {HouseholdsBaselined: {"buyer": {4: who, 5: who, 10: who}}} for who in (True, False)
    )
    for week in range(40):
        assert adopted(week, opened=some, numbers=alone) == adopted(week, opened=none, numbers=alone) - {4, 5, 10}


def test_what_neighbours_do_draws_no_fewer() -> None:
    more = EVERYBODY_ONLINE | {HouseholdsBaselined: {"buyer": {6: True}}}
    begun = 0
    for week in range(40):
        few, many = adopted(week, opened=EVERYBODY_ONLINE, numbers=QUICK), adopted(week, opened=more, numbers=QUICK)
        assert few - {6} <= many
        begun += len(many - few)
    assert begun


@pytest.mark.parametrize(
    ("part", "moot"), [("buying.imitation", ALIKE_AMONG_OTHERS), ("buying.innovation", ALIKE_ALONE)]
)
def test_each_part_of_the_hazard_has_heterogeneity_of_its_own(part: str, moot: dict[str, float]) -> None:
    """Without one part, what moves it alone decides nothing."""
    rest = QUICK | {part: 0.0}
    for week in range(40):
        assert adopted(week, opened=EVERYBODY_ONLINE, numbers=rest) == adopted(
            week, opened=EVERYBODY_ONLINE, numbers=rest | moot
        )


def test_a_household_that_is_alone_in_its_village_goes_by_its_township() -> None:
    """Household 3 has a village of its own; of the 4 others of its township 2 buy."""
    begun = []
    for week in range(60):
        few, many = (
            adopted(week, opened=EVERYBODY_ONLINE, numbers=QUICK | {"buying.township_weight": share})
            for share in (0.0, 1.0)
        )
        assert (3 in few) == (3 in many)
        begun.append(3 in few)
    assert any(begun)
    none = EVERYBODY_ONLINE | {HouseholdsBaselined: {"buyer": False}}
    by_others = QUICK | {"buying.innovation": 0.0}
    assert not any(3 in adopted(week, opened=none, numbers=by_others) for week in range(60))


def test_a_large_village_follows_the_bass_model_up_to_who_has_internet() -> None:
    # Everybody alike and next door: after t years (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t) of those who may begin do buy,
    # 0.33 after five years and 0.97 after fifteen at p = 0.03 and q = 0.38 if all may.
    many, weeks = 40_000, np.arange(52 * 15)
    for online in (1.0, 0.6):
        buyer, share = np.zeros(many, np.bool_), []
        rank = (np.arange(many) * (1_000_000 // many)).astype(np.int32)
        for week in weeks:
            share.append(buyer.mean() / online)
            buyer[begun(buyer, rank, int(week), online)] = True
        years = weeks / 52
        grown = np.exp(-(0.03 + 0.38 * online) * years)
        bass = (1 - grown) / (1 + 0.38 * online / 0.03 * grown)
        np.testing.assert_allclose(share, bass, atol=0.02)


def begun(buyer: np.ndarray, rank: np.ndarray, week: int, online: float) -> np.ndarray:
    """Return who begins among many households of one village, all alike and next to their pick-up point."""
    zeros, ones, many = np.zeros(len(buyer), np.int32), np.ones(len(buyer)), len(buyer)
    key, place = Draws(1).key("bass"), np.zeros(1, np.int32)
    who = _Candidates(np.arange(many), buyer, rank, zeros, zeros, zeros + 1, zeros, ones, ones, ones)
    buyers, households = np.array([buyer.sum()], np.int32), np.array([many], np.int32)
    around = _Around(
        np.array([1e6 * online]), np.zeros(1, np.bool_), np.zeros(1), place, buyers, households,
        buyers.astype(float), households.astype(float),
    )  # fmt: skip
    hazard = _Hazard(0.03, 0.38, 0.3, 0.0, 0.4, 0.7, 4.0, 18.0)
    adopted = _Adopted(np.empty(many, np.int32), np.empty(many, np.bool_))
    rows = _adopt(_AdoptLuck(key, key, week), np.arange(many, dtype=np.int32), who, around, hazard, adopted)
    return adopted.household[:rows]


@pytest.mark.parametrize("pull", [0.0, 3.0])
def test_dear_shops_draw_if_they_matter(pull: float) -> None:
    """Village 3 is farther from its seat than most, where dear shops are dearest; village 5 is at it."""
    draw = QUICK | {"buying.saving_pull": pull}
    more = fewer = 0
    for week in range(60):
        cheap, dear = (
            adopted(week, opened=EVERYBODY_ONLINE, numbers=draw | {"buying.shop_price_rise": rise})
            for rise in (0.0, 0.1)
        )
        if pull == 0.0:
            assert cheap == dear
        more += len({6, 7} & (dear - cheap)) - len({6, 7} & (cheap - dear))
        fewer += len({11} & (cheap - dear)) - len({11} & (dear - cheap))
    assert (more > 0) == (fewer > 0) == (pull > 0.0)


def test_households_come_online_in_the_order_of_their_ranks() -> None:
    # Ranks below 0.4: households 4 (0.1875), 5 (0.0625), 6 (0.3125), 9 (0.375), 10 (0.125); of them 4, 5 and 10 buy
    # already.
    for share, online in ((0, set()), (312_500, set()), (350_000, {6}), (400_000, {6, 9})):
        opened = {InternetBaselined: {"share": share}}
        assert adopted(opened=opened, numbers={"buying.innovation": 1e6}) == online


def test_an_outage_of_the_internet_stops_it() -> None:
    assert not adopted(opened=EVERYBODY_ONLINE, numbers={"buying.innovation": 1e6, "buying.internet_outage": 1.0})


@pytest.mark.parametrize("week", range(12))
def test_who_lives_farther_off_adopts_no_sooner(week: int) -> None:
    region, _ = tiny_region()
    ways = region.world.state.households.way_m
    near = adopted(week, opened=EVERYBODY_ONLINE, numbers=QUICK)
    far = adopted(week, opened=EVERYBODY_ONLINE | {HouseholdsBaselined: {"way_m": 10 * ways}}, numbers=QUICK)
    assert far <= near


def test_where_distance_does_not_matter_moving_houses_changes_nothing() -> None:
    flat = QUICK | {"buying.access_floor": 1.0}
    moved = EVERYBODY_ONLINE | {HouseholdsBaselined: {"way_m": 20_000}}
    for week in range(12):
        assert adopted(week, opened=EVERYBODY_ONLINE, numbers=flat) == adopted(week, opened=moved, numbers=flat)


def test_twice_the_weights_are_the_same_shares() -> None:
    doubled = EVERYBODY_ONLINE | {HouseholdsBaselined: {"weight": 2}}
    for week in range(12):
        assert adopted(week, opened=EVERYBODY_ONLINE, numbers=QUICK) == adopted(week, opened=doubled, numbers=QUICK)


def test_a_keeper_orders_for_those_without_internet_and_the_station_is_why() -> None:
    region, events = tiny_region(opened=KEEPERS_ONLINE, numbers={"buying.innovation": 1e6, "buying.helper_share": 1.0})
    region.world.publish(made(PoolFormed, county=[0], pool=[6]))
    opening = region.world.publish(
        made(StationOpened, station=[0], village=[3], design=[2], operator=[-1], project=[-1])
    )
    events.clear()
    take(region, "adopt_buying")
    same(events.of(BuyerAdopted), household=[6, 7], at_station=[True, True], cause=[opening.first] * 2)


@pytest.mark.parametrize("seed", range(8))
def test_whether_one_lets_a_keeper_help_is_settled_once(seed: int) -> None:
    numbers = {"buying.innovation": 1e6, "buying.helper_share": 0.5}
    region, events = tiny_region(opened=KEEPERS_ONLINE, numbers=numbers, seed=seed)
    region.world.publish(made(StationOpened, village=[3], design=[2], operator=[-1], project=[-1]))
    for week in (3, 9):
        events.clear()
        take(region, "adopt_buying", week=week)
        new = events.of(BuyerAdopted)["household"]
        assert new.tolist() == [i for i in (6, 7) if region.world.draws.uniform("order_with_help", 0, i) < 0.5]
        region.world.publish(BuyerLapsed(household=new))


def test_contagion_has_a_mean_of_one_and_is_more_for_the_poor_and_less_schooled() -> None:
    region, _ = tiny_region(opened=LIVELY)
    h, goes_by = region.world.state.households, region.setting.buying.contagion
    assert np.average(goes_by, weights=h.weight) == pytest.approx(1.0)
    # one on the register and five years of school less: e^(0.2 + 5 x 0.03) = e^0.35 = 1.4191
    twins = {HouseholdsBaselined: {"poor": {0: False, 1: True}, "schooling_years": {0: 9, 1: 4}}}
    goes_by = tiny_region(opened=twins)[0].setting.buying.contagion
    assert goes_by[1] / goes_by[0] == pytest.approx(1.4191, abs=5e-5)


def test_eagerness_has_a_mean_of_one_and_falls_with_age() -> None:
    region, _ = tiny_region(opened=LIVELY)
    h, eager = region.world.state.households, region.setting.buying.eagerness
    assert np.average(eager, weights=h.weight) == pytest.approx(1.0)
    # two of one income and schooling but two age classes apart: e^(2 x -0.35) = 0.4966
    twins = {HouseholdsBaselined: {
        "age_class": {0: 1, 1: 3}, "schooling_years": 7, "persons": 4, "wages_fen": 1_000_000, "business_fen": 0,
        "transfers_fen": 0, "property_fen": 0,
    }}  # fmt: skip
    eager = tiny_region(opened=twins)[0].setting.buying.eagerness
    assert eager[1] / eager[0] == pytest.approx(0.4966, abs=5e-5)
