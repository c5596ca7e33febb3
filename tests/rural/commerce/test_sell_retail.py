"""A county's online retail that no event of its own holds (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.events.codes import Stream
from ecsim.rural.events.market import RetailSold
from ecsim.rural.events.opening import EnterprisesBaselined, RetailBaselined
from ecsim.rural.region import Region
from tiny import Events, same, tiny_region

_, GOODS, SERVICES = Stream
OPENED = {
    RetailBaselined: {
        "county": [0, 0, 0, 1, 1, 1],
        "stream": [0, 1, 2, 0, 1, 2],
        "yearly_fen": [1, 52_000_000, 26_000_000, 2, 5_200_000, 2_600_000],
    },
    EnterprisesBaselined: {"yearly_fen": [4_000_000, 10_000_000, 2_000_000], "enterprise_kind": [1, 0, 1]},
}
"""Other goods for 520,000 and 52,000 yuan a year, of which a merchant of county 0 that is followed sells 100,000;
farm merchants sell farm products alone."""
FESTIVALS = 54.5 / 52.0
"""Mean factor of a year in which five weeks have the factor 1.5."""
STEADY: dict[str, Value] = {
    "market.county_sigma": 0.0, "market.lockdown_goods": 1.0, "market.lockdown_services": 1.0,
}  # fmt: skip
EVEN: dict[str, Value] = {
    f"market.{stream}_growth{year}": rate
    for stream, rate in (("goods", 0.25), ("services", 0.15)) for year in ("", "_2020", "_2021")
}  # fmt: skip
"""The same growth in every year."""


def sold(week: int, numbers: dict[str, Value] | None = None) -> tuple[dict[tuple[int, int], int], Region, Events]:
    """Return a week's sales of each county and stream, fen."""
    region, events = tiny_region(opened=OPENED, numbers=STEADY | (numbers or {}))
    region.world.day = 7 * week
    setting = region.setting
    commerce.sell_retail(
        region.world, region.terms.market, setting.small_retail_fen, region.calendar, setting.goods.usual
    )
    found = events.of(RetailSold)
    keys = zip(found["county"].tolist(), found["stream"].tolist(), strict=True)
    return dict(zip(keys, found["sold_fen"].tolist(), strict=True)), region, events


def test_a_week_in_the_middle_of_the_first_year_worked_by_hand() -> None:
    # Yearly sales are the first year's mean. Merchants not followed sell 520,000 - 100,000 = 420,000 yuan a year, and
    # 52,000, both less in weeks without festival; services 260,000/52 = 5,000 and 500. Farm products
    # have events of their own.
    found, region, events = sold(26, EVEN)
    # of the strongest growth, 25 %, the middle of the year is 0.2 % below its mean
    goods = [42_000_000 / 52 / FESTIVALS, 5_200_000 / 52 / FESTIVALS]
    expected = {(0, GOODS): goods[0], (1, GOODS): goods[1], (0, SERVICES): 500_000, (1, SERVICES): 50_000}
    assert found.keys() == expected.keys()
    for key, fen in expected.items():
        assert found[key] == pytest.approx(fen, rel=3e-3)
    opened = region.world.state.counties.opened_seq
    same(events.of(RetailSold), cause=[*opened, *opened])


def test_goods_and_services_grow_by_the_year() -> None:
    first, later = sold(0, EVEN)[0], sold(60, EVEN)[0]
    years = 420 / 365.25
    for county in (0, 1):
        assert later[county, GOODS] / first[county, GOODS] == pytest.approx(1.25**years, rel=1e-4)
        assert later[county, SERVICES] / first[county, SERVICES] == pytest.approx(1.15**years, rel=1e-4)


def test_festivals_raise_goods_alone_and_the_lockdown_lowers_goods_and_services() -> None:
    # Week 45 is double eleven: 1.5. Week 111, from 17 February 2020, is the last of the lockdown: 0.75 and 0.35 of 112.
    flat: dict[str, Value] = {
        f"market.{stream}_growth{year}": 0.0 for stream in ("goods", "services") for year in ("", "_2020", "_2021")
    }
    closed: dict[str, Value] = {**flat, "market.lockdown_goods": 0.75, "market.lockdown_services": 0.35}
    for beside, week, numbers, goods, services in ((0, 45, flat, 1.5, 1.0), (112, 111, closed, 0.75, 0.35)):
        usual, found = sold(beside, numbers)[0], sold(week, numbers)[0]
        assert found[1, GOODS] == pytest.approx(goods * usual[1, GOODS], rel=1e-3)
        assert found[1, SERVICES] == pytest.approx(services * usual[1, SERVICES], rel=2e-3)


def test_a_year_with_lockdown_sells_what_it_would_without() -> None:
    numbers: dict[str, Value] = {f"market.services_growth{year}": 0.0 for year in ("", "_2020", "_2021")}
    closed: dict[str, Value] = {**numbers, "market.lockdown_services": 0.35}
    weeks = range(104, 157)  # those that begin in 2020, from 30 December on
    found = [sum(sold(week, given)[0][0, SERVICES] for week in weeks) for given in (numbers, closed)]
    assert found[1] == pytest.approx(found[0], rel=2e-3)


def test_counties_that_grow_apart_do_so_in_both_streams() -> None:
    found, region, _ = sold(104, {"market.county_sigma": 0.5})
    plain = sold(104)[0]
    years = 728 / 365.25 - 0.5  # from the middle of the first year; the mean over counties grows as without
    apart = np.exp(0.5 * years * region.world.draws.normal("growth_of_county", 0, [0, 1]) - 0.5 * (0.5 * years) ** 2)
    for county in (0, 1):
        for stream in (GOODS, SERVICES):
            assert found[county, stream] / plain[county, stream] == pytest.approx(apart[county], rel=1e-4)
