"""How a buyer's orders grow: to his own level within months, then by a trend that fades (docs/model.md 4.2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.region import Region
from tiny import Events, Opened, take, tiny_region

MANY: Opened = {HouseholdsBaselined: {"weight": 100_000}, InternetBaselined: {"share": 1_000_000}}
"""So many households a row that a week's orders are nearly their mean."""
STILL: Mapping[str, Value] = {
    "buying.order_growth": 0.0, "buying.festival_factor": 1.0, "buying.innovation": 0.0, "buying.imitation": 0.0,
}  # fmt: skip


def orders_of(region: Region, events: Events, household: int, week: int) -> int:
    """Return what a household orders in a week."""
    events.clear()
    take(region, "adopt_buying", "order_goods", week=week)
    rows = events.of(ParcelsOrdered)
    return int(rows["parcels"][rows["household"] == household].sum())


def began(numbers: Mapping[str, Value]) -> tuple[Region, Events]:
    """Return a region in which household 7 began to buy on the first day."""
    region, events = tiny_region(opened=MANY, numbers=STILL | numbers)
    region.world.publish(BuyerAdopted(household=[7], at_station=[False]))
    return region, events


def test_a_new_buyers_orders_reach_his_own_level_in_thirteen_weeks_and_stay() -> None:
    # 0.3 at first and 0.7/13 = 0.0538 more a week: 0.6231 after six weeks, all of it after 13.
    region, events = began({})
    own = orders_of(region, events, 7, week=300)
    for week, share in ((0, 0.3), (6, 0.6231), (12, 0.9462), (13, 1.0), (26, 1.0), (150, 1.0)):
        assert orders_of(region, events, 7, week) / own == pytest.approx(share, abs=0.02)


def test_buyers_of_the_opening_have_settled() -> None:
    region, events = began({})
    assert orders_of(region, events, 4, week=0) == pytest.approx(orders_of(region, events, 4, week=300), rel=0.02)


def test_nobody_has_to_settle_where_one_begins_at_his_own_level() -> None:
    region, events = began({"buying.settling_start": 1.0})
    assert orders_of(region, events, 7, week=0) == pytest.approx(orders_of(region, events, 7, week=300), rel=0.02)


def test_who_begins_again_settles_again() -> None:
    region, events = began({})
    region.world.publish(BuyerLapsed(household=[7]))
    region.world.day = 7 * 40
    region.world.publish(BuyerAdopted(household=[7], at_station=[False]))
    again, own = (orders_of(region, events, 7, week) for week in (40, 60))
    assert again / own == pytest.approx(0.3, abs=0.02)


def test_without_new_users_and_without_a_trend_orders_stay_as_they_are() -> None:
    region, events = tiny_region(opened=MANY, numbers=STILL)
    first, last = (orders_of(region, events, 4, week) for week in (0, 208))
    assert last == pytest.approx(first, rel=0.02)


@pytest.mark.parametrize(("fades", "after_four_years"), [(8.0, 1.5525), (1e6, 1.7490), (2.0, 1.2735)])
def test_the_trend_of_orders_fades(fades: float, after_four_years: float) -> None:
    # 15 % a year at first: as 8 (1 - e^-0.5) = 3.1478 years of it in four if it fades over eight, 1.15^3.1478 =
    # 1.5527; all four if it hardly fades, 1.15^4 = 1.7490; 2 (1 - e^-2) = 1.7293 if over two, 1.2734.
    region, events = tiny_region(
        opened=MANY, numbers=STILL | {"buying.order_growth": 0.15, "buying.order_growth_years": fades}
    )
    terms = region.terms.buying
    assert terms.order_trend(0.0) == 1.0
    assert terms.order_trend(4.0) == pytest.approx(after_four_years, abs=5e-4)
    assert terms.order_trend(100.0 * min(fades, 8.0)) <= 1.15 ** min(fades, 800.0)
    first, last = (orders_of(region, events, 4, week) for week in (0, 208))
    assert last / first == pytest.approx(terms.order_trend(208 * 7 / 365.25), rel=0.02)


def test_own_rates_differ_as_much_as_their_spread_says_and_no_more() -> None:
    for spread in (0.0, 0.8):
        region, _ = tiny_region(
            opened={HouseholdsBaselined: {"buyer": np.arange(12) == 4}},
            numbers={"buying.order_sigma": spread, "buying.income_elasticity": 0.0},
        )
        rates = np.delete(region.setting.buying.orders_a_week[:8], 4)  # of those who do not buy, in the same county
        luck = np.delete(region.world.draws.normal("order_rate", 0, np.arange(8)), 4)
        np.testing.assert_allclose(np.log(rates / rates[0]), spread * (luck - luck[0]), atol=1e-12)
