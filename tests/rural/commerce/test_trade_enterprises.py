"""Enterprises grow about their stream by Gibrat's law (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.market import EnterpriseClosed, EnterprisesTraded
from ecsim.rural.events.opening import EnterprisesBaselined
from ecsim.rural.region import Region
from tiny import same, take, tiny_region

SIZES = np.array([520_000_000, 52_000_000, 104_000_000])
LARGE = {EnterprisesBaselined: {"yearly_fen": SIZES, "enterprise_kind": [1, 0, 2]}}
"""A farm merchant and a merchant of other goods in county 0, a processor in county 1."""
CALM: dict[str, Value] = {"commerce.enterprise_sigma": 0.0, "market.county_sigma": 0.0, "commerce.closing": 0.0}


def traded(
    week: int = 0, *, numbers: dict[str, Value] | None = None, sizes: np.ndarray = SIZES
) -> tuple[dict[str, np.ndarray], Region]:
    """Return what enterprises of 5.2, 0.52 and 1.04 million yuan a year trade in the four weeks to a week."""
    opened = {EnterprisesBaselined: {"yearly_fen": sizes, "enterprise_kind": [1, 0, 2]}}
    region, events = tiny_region(opened=opened, numbers=CALM | (numbers or {}))
    take(region, "trade_enterprises", week=week)
    return events.of(EnterprisesTraded), region


def sales(found: dict[str, np.ndarray]) -> np.ndarray:
    """Return all sales of each enterprise, fen."""
    return np.asarray(found["farm_fen"] + found["other_fen"])


def test_four_weeks_worked_by_hand() -> None:
    # 4/52 of 5.2 million yuan are 400,000, of which 90 % are farm products of the county, 45 % of that paid for them:
    # 162,000 yuan, at 13 times that a year and 8,000 yuan a household's supply 263.25 households, of which 3/8 are on
    # the register: 98.7. A job goes with 300,000 yuan a year: 17.33 jobs, a quarter for the poor: 4.33; together 103.
    # Hours: 17.33 x 2,000 x 4/52 = 2,667. The merchant sells 40,000 yuan of other goods: 1.73 jobs, 0.43 poor, 267
    # hours. The third buys for 32,400 yuan: 52.65 households, a quarter poor, 13.16, and 3.47 jobs, 0.87: together 14.
    found, region = traded()
    same(
        found, enterprise=[0, 1, 2], farm_fen=[36_000_000, 0, 7_200_000], other_fen=[4_000_000, 4_000_000, 800_000],
        bought_fen=[16_200_000, 0, 3_240_000], poor_households=[103, 0, 14], job_hours=[2667, 267, 533],
        cause=region.world.state.enterprises.founded_seq[:3],
    )  # fmt: skip
    assert region.world.state.enterprises.yearly_fen[:3].tolist() == SIZES.tolist()


def test_each_follows_the_growth_of_its_stream() -> None:
    # Four weeks are 28/365.25 of a year: farm products grow by 28 % a year, other goods by 25 %.
    found, _ = traded(week=52)
    farm, goods = 1.28 ** (28 / 365.25), 1.25 ** (28 / 365.25)
    np.testing.assert_allclose(sales(found) * 13, SIZES * [farm, goods, farm], rtol=1e-6)


def test_counties_grow_at_rates_of_their_own() -> None:
    found, region = traded(week=52, numbers={"market.county_sigma": 0.5})
    own = region.world.draws.normal("growth_of_county", 0, [0, 0, 1])
    rate = np.log([1.28, 1.25, 1.28]) + 0.5 * own
    np.testing.assert_allclose(sales(found) * 13, SIZES * np.exp(rate * 28 / 365.25), rtol=1e-6)


@pytest.mark.parametrize("week", [0, 4, 8, 12, 96])
def test_luck_is_lognormal_of_mean_one_over_four_weeks(week: int) -> None:
    # The logarithm's sd over a year is 0.35, over four weeks 0.35 x sqrt(4/52) = 0.09707; less half its square.
    found, region = traded(
        week, numbers={"commerce.enterprise_sigma": 0.35, "market.growth": 0.0, "market.goods_growth": 0.0}
    )
    normal = region.world.draws.normal("enterprise", week, [0, 1, 2])
    np.testing.assert_allclose(np.log(sales(found) * 13 / SIZES), 0.09707 * normal - 0.004711, atol=1e-5)


def test_the_same_luck_gives_the_same_rate_whatever_the_size() -> None:
    wild: dict[str, Value] = {"commerce.enterprise_sigma": 0.35}
    one, two = (sales(traded(52, numbers=wild, sizes=factor * SIZES)[0]) for factor in (1, 2))
    np.testing.assert_allclose(two, 2 * one, rtol=1e-6)


def test_drift_moves_all_alike() -> None:
    found, _ = traded(numbers={"commerce.enterprise_drift": 0.13})  # a year; 0.01 in four weeks
    np.testing.assert_allclose(sales(found) * 13 / SIZES, np.exp(0.01), rtol=1e-6)


def test_a_closed_one_trades_no_more() -> None:
    region, events = tiny_region(opened=LARGE, numbers=CALM)
    region.world.publish(EnterpriseClosed(enterprise=[1]))
    take(region, "trade_enterprises")
    same(events.of(EnterprisesTraded), enterprise=[0, 2])
