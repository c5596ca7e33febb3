"""Traders' prices follow the harvest and the brands with a lag (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural import market
from ecsim.rural.events.market import BrandBuilt, BrandsMoved, FarmPriceMoved
from ecsim.rural.events.opening import CropsBaselined
from ecsim.rural.events.roads_and_weather import HarvestShocked
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, same, take, tiny_region

CALM = {"market.price_sigma": 0.0, "market.county_sigma": 0.0}
POTATO, WALNUT, TEA, STRAWBERRY = range(4)


def prices(region: Region, weeks: int) -> list[list[int]]:
    """Return the traders' prices of each crop week after week."""
    found = []
    for week in range(weeks):
        take(region, "move_markets", week=week)
        found.append(region.world.state.crops.price_fen.tolist())
    return found


def test_an_ordinary_season_without_brands_moves_nothing() -> None:
    region, events = tiny_region(numbers=CALM)
    assert prices(region, 5) == [[200, 1500, 10_000, 1000]] * 5
    assert not events.rows(FarmPriceMoved)


def test_a_rich_harvest_worked_by_hand() -> None:
    # Half as much again: 1 - 0.3 x 0.5 = 0.85 of the farm price is the aim, a tenth of the way is gone each week: tea
    # at 10,000 fen goes to 10,000 - 150 = 9,850 and 9,850 - 135 = 9,715. A harvest halved raises the aim to 1.15.
    region, events = tiny_region(numbers=CALM)
    season = region.world.publish(HarvestShocked(crop=[TEA, STRAWBERRY], factor=[1_500_000, 500_000]))
    events.clear()
    assert [row[TEA] for row in prices(region, 2)] == [9850, 9715]
    found = events.of(FarmPriceMoved)
    same(found, crop=[TEA, STRAWBERRY] * 2, cause=[*season.seqs] * 2)
    assert found["price_fen"][1::2].tolist() == [1015, 1028]  # 1,000 + 15, then + 13.5 (28.5 is rounded to even)


def test_prices_come_to_what_they_aim_at() -> None:
    region, _ = tiny_region(numbers=CALM)
    region.world.publish(HarvestShocked(crop=[TEA], factor=[1_500_000]))
    assert prices(region, 120)[-1][TEA] == pytest.approx(8500, abs=5)


def test_no_harvest_is_rich_enough_to_push_prices_below_a_tenth() -> None:
    region, _ = tiny_region(numbers=CALM | {"market.price_lag": 1.0})
    region.world.publish(HarvestShocked(crop=[TEA], factor=[100_000_000]))
    assert prices(region, 1)[-1][TEA] == 1000


def test_a_brand_raises_the_price_of_the_share_that_carries_it() -> None:
    # A premium of 0.10 on the 5 % of farm sales that carry the brand: the aim is 1.005 of the price, here in one week.
    region, events = tiny_region(numbers=CALM | {"market.price_lag": 1.0})
    built = region.world.publish(BrandBuilt(brand=[1], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[1], stock_fen=[0], premium=[100_000]))
    events.clear()
    assert prices(region, 1) == [[200, 1500, 10_050, 1005]]
    same(events.of(FarmPriceMoved), cause=[built.first] * 2)


def test_who_does_not_respond_to_harvests_keeps_the_price() -> None:
    region, _ = tiny_region(numbers=CALM | {"market.price_response": 0.0})
    region.world.publish(HarvestShocked(crop=[0, 1, 2, 3], factor=[1_500_000] * 4))
    assert prices(region, 3)[-1] == [200, 1500, 10_000, 1000]


def test_a_slump_lowers_the_aim_of_all_alike() -> None:
    region, _ = tiny_region(numbers=CALM | {"market.price_lag": 1.0, "market.price_level": 0.7})
    assert prices(region, 1) == [[140, 1050, 7000, 700]]


def test_what_dealers_want_above_the_path_of_demand_raises_the_price_worked_by_hand() -> None:
    # A tenth of a mean week's output of tea: 1 + 0.3 x 0.1 is the aim, a tenth of the way is gone: 10,030 fen.
    region, events = tiny_region(numbers=CALM)
    market.move_prices(region.world, region.terms.market, np.array([0.0, 0.0, 0.1, 0.0]))
    same(events.of(FarmPriceMoved), crop=[TEA], price_fen=[10_030])


def test_prices_never_fall_to_nothing() -> None:
    region, _ = tiny_region(opened={CropsBaselined: {"farm_price_fen": 1}}, numbers={"market.price_sigma": 3.0})
    assert min(min(row) for row in prices(region, 30)) == 1


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY)
    rows = 0
    for act in before_each(region, "move_markets", weeks=70):
        s, terms = region.world.state, region.terms.market
        wanted, expected = region.goods.wanted_above_path(), {}
        for crop, county in enumerate((0, 0, 1, 1)):
            brand = max(int(s.brands.premium[county]), int(s.brands.premium[2])) / 1e6
            aim = s.crops.farm_price_fen[crop] * (1 + terms.brand_carried_share * brand)
            aim *= max(1 - terms.price_response * (s.crops.harvest_factor[crop] / 1e6 - 1 - wanted[crop]), 0.1)
            old = int(s.crops.price_fen[crop])
            shock = np.exp(terms.price_sigma * region.world.draws.normal("price_shock", region.world.week, crop))
            new = max(1, round(float((old + terms.price_lag * (aim - old)) * shock)))
            if new != old:
                expected[crop] = new
        events.clear()
        act(region)
        same(events.of(FarmPriceMoved), crop=list(expected), price_fen=list(expected.values()))
        rows += len(expected)
    assert rows > 180


def test_the_wobble_of_prices_is_lognormal_about_the_old_price() -> None:
    region, events = tiny_region(numbers={"market.price_sigma": 0.1, "market.price_lag": 0.0})
    moves = run_of_logs(region, events, 800)
    assert moves.std() == pytest.approx(0.1, abs=4 * 0.1 / np.sqrt(2 * 800))
    assert moves.mean() == pytest.approx(0.0, abs=4 * 0.1 / np.sqrt(800))


def run_of_logs(region: Region, events: Events, weeks: int) -> np.ndarray:
    """Return the logarithms of the week's change of the price of tea."""
    tea = [10_000, *(row[TEA] for row in prices(region, weeks))]
    assert events.rows(FarmPriceMoved)
    return np.diff(np.log(tea))
