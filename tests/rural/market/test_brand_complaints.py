"""Service complaints erode the brand of those who share it."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.market import BrandBuilt, BrandsMoved
from ecsim.rural.events.quality import ServiceComplained
from tiny import take, tiny_region

COUNTY, SHARED = 0, 2
"""A brand of the first county, and that of the prefecture of the two."""


def stock_after(brand: int, complaints: list[int], share: float = 0.01, before: int = 0) -> int:
    """Return the stock of a brand of a million fen a week after complaints of the two counties."""
    region, events = tiny_region({"parameters.market.brand_complaints": share})
    world = region.world
    complain(world, [before, before])
    world.publish(BrandBuilt(brand=[brand], spent_fen=[1_000_000]))
    complain(world, complaints)
    take(region, "move_markets", week=1)
    return int(events.of(BrandsMoved)["stock_fen"][-1])


def complain(world: object, complaints: list[int]) -> None:
    rows = np.arange(2)
    world.publish(  # type: ignore[attr-defined]
        ServiceComplained(county=rows, cause_code=np.zeros(2, np.int64), complaints=complaints, station=np.full(2, -1))
    )


@pytest.mark.parametrize("brand", [COUNTY, SHARED])
def test_each_complaint_a_county_costs_a_share_of_the_stock(brand: int) -> None:
    quiet = stock_after(brand, [0, 0])
    assert stock_after(brand, [5, 5]) == pytest.approx(0.99**5 * quiet, abs=1.0)
    assert stock_after(brand, [5, 5], share=0.0) == quiet


def test_a_county_harms_its_own_brand_alone_and_a_shared_one_by_its_part() -> None:
    assert stock_after(COUNTY, [0, 8]) == stock_after(COUNTY, [0, 0])
    assert stock_after(SHARED, [0, 8]) == stock_after(SHARED, [4, 4]) == stock_after(SHARED, [8, 0])
    assert stock_after(SHARED, [8, 8]) < stock_after(SHARED, [0, 8]) < stock_after(SHARED, [0, 0])


def test_complaints_count_once_and_not_before_there_was_a_brand() -> None:
    assert stock_after(COUNTY, [0, 0], before=9) == stock_after(COUNTY, [0, 0])
    region, events = tiny_region({"parameters.market.brand_complaints": 0.01})
    region.world.publish(BrandBuilt(brand=[COUNTY], spent_fen=[1_000_000]))
    complain(region.world, [5, 0])
    for week in (1, 2):
        take(region, "move_markets", week=week)
    first, second = events.of(BrandsMoved)["stock_fen"]
    quiet = stock_after(COUNTY, [0, 0]) / 1_000_000
    assert first == pytest.approx(1_000_000 * quiet * 0.99**5, abs=1.0)
    assert second == pytest.approx(first * quiet, rel=1e-5)
