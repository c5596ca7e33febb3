"""Enterprises close by chance or for being too small; new ones are founded where there are some (docs/model.md 4.7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pytest
from scipy.stats import poisson

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.events import DealerDelisted, DealerKind, DealerListed, ProfitsDrawn
from ecsim.rural.events.codes import Founder, ProjectKind
from ecsim.rural.events.logistics import TariffMoved
from ecsim.rural.events.market import EnterpriseClosed, EnterpriseFounded, EnterprisesTraded, ExampleRecognised
from ecsim.rural.events.opening import (
    EnterprisesBaselined,
    HouseholdsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.region import Region
from ecsim.rural.regions.opening import open_region
from ecsim.rural.regions.pack import load_pack
from tiny import Opened, facility, made, same, take, tiny_region

Founded: TypeAlias = list[tuple[int, int, int]]

CALM: dict[str, Value] = {
    "commerce.enterprise_sigma": 0.0, "market.lockdown_goods": 1.0,
    "market.growth": 0.0, "market.goods_growth": 0.0,
    "market.goods_growth_2020": 0.0, "market.goods_growth_2021": 0.0, "market.growth_2020": 0.0,
    "market.growth_2021": 0.0, "market.county_sigma": 0.0,
}  # fmt: skip
LASTING: dict[str, Value] = CALM | {"commerce.closing": 0.0, "commerce.smallest_fen": 0}
"""New ones begin with nothing, as none closes; nothing is enough to stay."""
LARGE = {EnterprisesBaselined: {"yearly_fen": [520_000_000, 52_000_000, 104_000_000]}}


def months(region: Region, many: int, first: int = 0) -> None:
    """Let enterprises trade for some months."""
    for month in range(first, first + many):
        take(region, "trade_enterprises", week=4 * month)


def test_closing_is_a_hazard_worked_by_hand() -> None:
    # 6.5 a year over 4/52 of it: 0.5, a chance of 1 - exp(-0.5) = 0.3935 a month.
    for week in range(0, 40, 4):
        region, events = tiny_region(opened=LARGE, numbers=CALM | {"commerce.closing": 6.5, "commerce.founding": 0.0})
        take(region, "trade_enterprises", week=week)
        lots = region.world.state.enterprises.lot[:3]
        gone = np.flatnonzero(region.world.draws.uniform("close_enterprise", week, lots) < 0.3935)
        same(events.of(EnterpriseClosed), enterprise=gone)
        assert region.world.state.enterprises.alive[:3].sum() == 3 - len(gone)


@pytest.mark.parametrize(("smallest", "gone"), [(52_000_000, []), (52_000_001, [1]), (200_000_000, [1, 2])])
def test_who_is_too_small_closes(smallest: int, gone: list[int]) -> None:
    # Those that sell other goods stay as large as they are.
    opened = {EnterprisesBaselined: {**LARGE[EnterprisesBaselined], "enterprise_kind": 0}}
    region, events = tiny_region(
        opened=opened, numbers=LASTING | {"commerce.founding": 0.0, "commerce.smallest_fen": smallest}
    )
    months(region, 1)
    same(events.of(EnterpriseClosed), enterprise=gone, cause=events.of(EnterprisesTraded)["seq"][gone])


def founded_by_hand(region: Region, week: int, rate_a_firm: float) -> list[int]:
    """Return in which counties enterprises are founded, by Poisson's law."""
    alive = np.bincount(region.world.state.enterprises.county[region.world.state.enterprises.alive], minlength=2)
    luck = region.world.draws.uniform("found_enterprise", week, [0, 1])
    many = poisson.ppf(luck, alive * rate_a_firm).astype(int)
    return np.repeat([0, 1], many).tolist()


def test_founding_worked_by_hand() -> None:
    # 3.25 a year for each that is there are 0.25 in four weeks: a mean of 0.5 in county 0 with two, 0.25 in county 1.
    births = 0
    for week in range(0, 60, 4):
        region, events = tiny_region(opened=LARGE, numbers=LASTING | {"commerce.founding": 3.25})
        expected = founded_by_hand(region, week, 0.25)
        take(region, "trade_enterprises", week=week)
        found = events.of(EnterpriseFounded)
        same(found, county=expected, enterprise=3 + np.arange(len(expected)))
        assert region.world.state.count("enterprises") == 3 + len(expected)
        births += len(expected)
    assert 4 < births < 22  # 11 are expected


def test_a_service_centre_helps_and_dear_sending_hinders() -> None:
    # A centre: 1.3 times as many. Sending 7 yuan a kilogram dearer than at the opening: exp(-0.1 x 7) = 0.4966 times.
    for week in range(0, 60, 4):
        region, events = tiny_region(opened=LARGE, numbers=LASTING | {"commerce.founding": 13.0})
        region.world.publish(facility(ProjectKind.SERVICE_CENTRE, county=[0], township=[-1], project=[-1]))
        for up in (100, 800):
            region.world.publish(TariffMoved(county=[1], down_fen=[0], up_fen=[up], cost_fen=[1]))
        luck = region.world.draws.uniform("found_enterprise", week, [0, 1])
        expected = np.repeat([0, 1], poisson.ppf(luck, [2 * 1.3, 0.4966]).astype(int))[:6].tolist()
        events.clear()
        take(region, "trade_enterprises", week=week)
        found = events.of(EnterpriseFounded)
        same(found, county=expected)
        centre, opened = region.world.state.facilities.seq[0], region.world.state.counties.opened_seq[1]
        assert found["cause"].tolist() == [opened if county else centre for county in expected]


def test_recognised_enterprises_are_followed_worked_by_hand() -> None:
    # Four of county 1 at 5 % each: 1.2 times as many; a rise of 0: nobody follows.
    for rise, times in ((0.05, 1.2), (0.0, 1.0)):
        numbers = LASTING | {"commerce.founding": 13.0, "commerce.example_founding": rise}
        for week in range(0, 40, 4):
            region, events = tiny_region(opened=LARGE, numbers=numbers)
            known = made(ExampleRecognised, county=[1] * 4, household=[-1] * 4, weight=[1] * 4, enterprise=[2] * 4)
            region.world.publish(known)
            luck = region.world.draws.uniform("found_enterprise", week, [0, 1])
            expected = np.repeat([0, 1], poisson.ppf(luck, [2.0, times]).astype(int))[:6].tolist()
            events.clear()
            take(region, "trade_enterprises", week=week)
            same(events.of(EnterpriseFounded), county=expected)


def test_where_nobody_trades_nobody_begins() -> None:
    region, events = tiny_region(opened=LARGE, numbers=LASTING | {"commerce.founding": 1000.0})
    region.world.publish(EnterpriseClosed(enterprise=[0, 1]))
    months(region, 1)
    assert set(events.of(EnterpriseFounded)["county"].tolist()) <= {1}


def test_no_more_are_founded_than_the_table_has_room_for() -> None:
    region, events = tiny_region(opened=LARGE, numbers=LASTING | {"commerce.founding": 1000.0})
    months(region, 2)
    assert events.rows(EnterpriseFounded) == 6
    assert region.world.state.enterprises.alive.all()


def founded(weeks: int, numbers: dict[str, Value] | None = None, opened: Opened | None = None) -> Founded:
    """Return who founded what in many first months: county, household and groups of each founder."""
    found: list[tuple[int, int, int]] = []
    for week in range(0, 4 * weeks, 4):
        many: dict[str, Value] = LASTING | {"commerce.founding": 1000.0, "commerce.village_founders": 1.0}
        region, events = tiny_region(opened={**LARGE, **(opened or {})}, numbers=many | (numbers or {}))
        take(region, "trade_enterprises", week=week)
        rows = events.of(EnterpriseFounded)
        found += zip(*(rows[name].tolist() for name in ("county", "founder_household", "founder")), strict=True)
        e, first = region.world.state.enterprises, int(rows["enterprise"][0])
        assert (
            e.founder_household[first : first + len(rows["enterprise"])].tolist() == rows["founder_household"].tolist()
        )
    return found


def test_a_founder_is_a_household_of_the_county_with_its_own_attributes() -> None:
    h = tiny_region()[0].world.state.households
    opened: Opened = {HouseholdsBaselined: {"returnee": {5: True, 9: True}}}
    rows = founded(20, {"commerce.graduate_years": 9}, opened)
    assert len({household for _, household, _ in rows}) > 6
    for county, i, group in rows:
        assert h.county[i] == county
        expected = int(Founder.WOMAN) * bool(h.woman[i]) + int(Founder.YOUNG) * (h.age_class[i] == 0)
        expected += int(Founder.RETURNEE) * (i in (5, 9)) + int(Founder.GRADUATE) * (h.schooling_years[i] >= 9)
        assert group == expected + int(Founder.REGISTERED_POOR) * bool(h.poor[i])


ALL_OF_ONE: Opened = {EnterprisesBaselined: {**LARGE[EnterprisesBaselined], "county": 1}}
"""All enterprises are of county 1, and so are new ones."""


def test_odds_say_which_households_found() -> None:
    # County 1: household 8 is poor, 9 a returnee, 10 young: odds 0.5, 4 and 2 against 1 of household 11.
    odds: dict[str, Value] = {
        "commerce.founder_poor_odds": 0.5, "commerce.founder_returnee_odds": 4.0, "commerce.founder_young_odds": 2.0,
    }  # fmt: skip
    rows = [i for _, i, _ in founded(60, odds, {**ALL_OF_ONE, HouseholdsBaselined: {"returnee": {9: True}}})]
    for household, share in ((8, 0.5 / 7.5), (9, 4 / 7.5), (10, 2 / 7.5), (11, 1 / 7.5)):
        error = np.sqrt(share * (1 - share) / len(rows))
        assert rows.count(household) / len(rows) == pytest.approx(share, abs=4 * error)


@pytest.mark.parametrize("weight", [{8: 4}, {}])
def test_odds_of_one_change_nothing_and_a_row_founds_for_those_it_stands_for(weight: dict[int, int]) -> None:
    alike: dict[str, Value] = {
        f"commerce.founder_{name}_odds": 1.0 for name in ("poor", "returnee", "young", "skilled", "graduate")
    }
    rows = [i for _, i, _ in founded(60, alike, {**ALL_OF_ONE, HouseholdsBaselined: {"weight": weight}})]
    share = weight.get(8, 1) / (weight.get(8, 1) + 3)
    error = np.sqrt(share * (1 - share) / len(rows))
    assert rows.count(8) / len(rows) == pytest.approx(share, abs=4 * error)


def test_who_is_of_no_village_is_followed_by_nobody() -> None:
    for share, followed in ((0.0, 0.0), (0.5, 0.5)):
        rows = founded(40, {"commerce.village_founders": share})
        got = np.mean([household >= 0 for _, household, _ in rows])
        assert got == pytest.approx(followed, abs=4 * np.sqrt(followed * (1 - followed) / len(rows)))
        assert all(group == 0 for _, household, group in rows if household < 0)


def test_enterprises_of_the_opening_have_founders_of_their_county() -> None:
    opening = open_region(load_pack("yunnan_2018"), 0.001, dt.date(2018, 1, 1))
    e, h = opening.of(EnterprisesBaselined), opening.of(HouseholdsBaselined)
    v, t = opening.of(VillagesBaselined), opening.of(TownshipsBaselined)
    known = np.flatnonzero(e.founder_household >= 0)
    assert len(known) / e.rows == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / e.rows))
    who = e.founder_household[known]
    assert (t.county[v.township[h.village[who]]] == e.county[known]).all()
    assert ((e.founder[known] & Founder.REGISTERED_POOR) > 0).tolist() == h.poor[who].astype(bool).tolist()
    assert ((e.founder[known] & Founder.WOMAN) > 0).tolist() == h.woman[who].astype(bool).tolist()
    assert not e.founder[e.founder_household < 0].any()


KINDS = {EnterprisesBaselined: {"yearly_fen": [520_000, 52_000_000, 104_000_000], "enterprise_kind": [1, 0, 2]}}
"""A farm merchant and a merchant of other goods in county 0, a processor in county 1."""
FIRM = dealer(DealerKind.MERCHANTS, WALNUT, size=10**6, forecast_g=10_000)
"""Dealer 4: all of county 0's farm products that are ordered online, 10 kg a week at 30 yuan."""


def entered(
    week: int, *dealers: Mapping[str, int], numbers: dict[str, Value] | None = None
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], Region]:
    """Return who is founded and begins to deal where as many come as go."""
    steady: dict[str, Value] = CALM | {"commerce.closing": 13.0, "commerce.founding": 13.0}
    region, events = dealing(*dealers, opened=KINDS, numbers=steady | (numbers or {}))
    take(region, "take_orders", week=week)
    events.clear()
    commerce.found_enterprises(region.world, region.terms.commerce, region.terms.goods)
    return events.of(EnterpriseFounded), events.of(DealerListed), region


def test_new_ones_are_as_large_as_those_of_their_kind_and_what_they_deal_in_worked_by_hand() -> None:
    # Half of county 0's enterprises sell farm products: so do half of the new, for 5,200 yuan a year, 100 yuan a week:
    # 3.33 kg of walnuts. That is a third of what dealers expect: so much of their attraction, a line as large, and
    # eight weeks of sales in cash.
    farm = 0
    for week in range(0, 40, 4):
        found, listed, region = entered(week, FIRM)
        luck = region.world.draws.uniform("enterprise_kind", week, found["lot"])
        farms = found["enterprise_kind"] > 0
        assert farms.tolist() == ((luck < 0.5) | (found["county"] == 1)).tolist()
        size = np.where(found["county"] == 1, 104_000_000, np.where(farms, 520_000, 52_000_000))
        same(found, yearly_fen=size)
        new = found["enterprise"][(found["county"] == 0) & farms]
        many = len(new)
        same(
            listed, dealer=5 + np.arange(many), crop=[WALNUT] * many, dealer_kind=[DealerKind.ENTERPRISE] * many,
            enterprise=new, cooperative=[-1] * many, size=[333_333] * many, forecast_g=[3_333] * many,
            packing_g=[3_333] * many, bid=[80_000] * many, cash_fen=[80_000] * many,
        )  # fmt: skip
        assert region.world.state.dealers.alive[5 : 5 + many].all()
        farm += many
    assert farm >= 4


def test_who_sells_farm_products_deals_in_what_is_ordered_most() -> None:
    # Strawberries of county 1 are expected to bring nine times as much as tea, which nobody orders at the opening.
    crops = []
    for week in range(0, 80, 4):
        _, listed, _ = entered(week, FIRM, dealer(DealerKind.MERCHANTS, STRAWBERRY, size=10**6, forecast_g=5_000))
        crops += listed["crop"].tolist()
    assert set(crops) == {WALNUT, STRAWBERRY}
    assert not entered(0)[1]["crop"].size  # where nobody expects to sell anything, nobody begins to deal


def test_who_closes_leaves_its_stock_to_the_traders_worked_by_hand() -> None:
    # A kilogram of walnuts at 15 yuan and 15 %: 17.25 yuan. Orders that wait are gone with it.
    firm = dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=0, stock_g=1_000, cash_fen=5)
    region, events = dealing(firm, FIRM, opened=LARGE, numbers=LASTING | {"commerce.smallest_fen": 10**9})
    region.world.writable.dealers.waiting_g[4] = 70
    terms = region.terms
    commerce.close_enterprises(region.world, terms.commerce, terms.goods, terms.dealing.patience_months)
    same(events.of(EnterpriseClosed), enterprise=[0, 1, 2])
    same(events.of(DealerDelisted), dealer=[4], stock_g=[1_000], passed_fen=[1_725])
    same(events.of(ProfitsDrawn), dealer=[4], drawn_fen=[1_730])
    d = region.world.state.dealers
    assert d.alive[[4, 5]].tolist() == [False, True]
    assert d.stock_g[[WALNUT, 4]].tolist() == [1_000, 0]
    assert d.cash_fen[[WALNUT, 4]].tolist() == [-1_725, 0]
    assert d.waiting_g[4] == 0


def test_the_luck_of_founders_is_alike_whoever_else_is_there() -> None:
    many: dict[str, Value] = LASTING | {"commerce.founding": 1000.0}
    found = []
    for fen in (60_000_000, 900_000_000):
        region, events = tiny_region(opened={EnterprisesBaselined: {"yearly_fen": fen}}, numbers=many)
        months(region, 1)
        found.append({name: events.of(EnterpriseFounded)[name].tolist() for name in ("lot", "founder")})
    assert found[0] == found[1]
