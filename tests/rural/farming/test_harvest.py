"""The week's harvest: a share of the year's output, by season, weather and level of yields (docs/model.md 4.4)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from ecsim.rural.events import BasesHarvested
from ecsim.rural.events.market import CropHarvested
from ecsim.rural.events.roads_and_weather import HarvestShocked
from tiny import before_each, same, take, tiny_region

POTATO, WALNUT, TEA, STRAWBERRY = range(4)


def test_a_week_worked_by_hand() -> None:
    # Strawberries come in from January to March, tea in March and April. In week 10 (from 12 March) their seasons say
    # so many millionths of the year; weather of 1.1 and 0.9 and yields 20 % below ordinary ones: each is cut to whole
    # ones.
    region, events = tiny_region(numbers={"farming.yield_level": 0.8})
    c = region.world.state.crops
    tea, strawberry = int(c.season[TEA, 10]), int(c.season[STRAWBERRY, 10])
    weather = region.world.publish(HarvestShocked(crop=[TEA, STRAWBERRY], factor=[1_100_000, 900_000]))
    events.clear()
    before = region.world.state.plots.stock_g.copy()
    take(region, "harvest", week=10)
    shares = [tea * 11 // 10 * 8 // 10, strawberry * 9 // 10 * 8 // 10]
    same(events.of(CropHarvested), crop=[TEA, STRAWBERRY], share=shares, cause=weather.seqs)
    # Household 9 has 132,986 g of leaf a year, that waits on the bush. What is in stock of other crops spoils in the
    # same step; `test_spoil` holds it.
    assert region.world.state.plots.stock_g[3] == before[3] + 132_986 * shares[0] // 1_000_000
    assert (region.world.state.plots.stock_g[:3] <= before[:3]).all()


def test_the_seasons_of_a_year_bring_the_whole_output() -> None:
    region, events = tiny_region()
    np.testing.assert_array_equal(region.world.state.crops.season.sum(axis=1), 1_000_000)
    for week in range(52):
        take(region, "harvest", week=week)
    found = events.of(CropHarvested)
    np.testing.assert_array_equal(np.bincount(found["crop"], found["share"]), 1_000_000)


def test_nothing_comes_in_out_of_season() -> None:
    region, events = tiny_region()
    for week in range(52):
        events.clear()
        take(region, "harvest", week=week)
        date = dt.date(2018, 1, 1) + dt.timedelta(days=7 * week)
        if not (6 <= date.month <= 10):
            assert not {POTATO, WALNUT} & set(events.of(CropHarvested)["crop"].tolist())


def test_no_yield_no_harvest_and_twice_the_yield_twice_as_much() -> None:
    shares = {}
    for level in (0.0, 1.0, 2.0):
        region, events = tiny_region(numbers={"farming.yield_level": level})
        take(region, "harvest", week=10)
        shares[level] = events.of(CropHarvested)["share"].tolist()
    assert shares[0.0] == []
    assert shares[2.0] == [2 * share for share in shares[1.0]]


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(numbers={"farming.yield_level": 0.9})
    harvests = 0
    for act in before_each(region, "harvest", weeks=80):
        c = region.world.state.crops
        day = (dt.date(2018, 1, 1) + dt.timedelta(days=region.world.day)).timetuple().tm_yday - 1
        season = c.season[:, min(51, day // 7)].tolist()
        shares = [int(s) * int(f) // 10**6 * 900_000 // 10**6 for s, f in zip(season, c.harvest_factor, strict=True)]
        crops = [crop for crop in range(4) if shares[crop]]
        events.clear()
        act(region)
        same(
            events.of(CropHarvested), crop=crops, share=[shares[crop] for crop in crops],
            cause=[c.season_seq[crop] for crop in crops],
        )  # fmt: skip
        harvests += len(crops)
    assert harvests > 40


def test_firms_bases_bring_in_their_own_part_which_traders_have() -> None:
    # A fifth of every crop grows on firms' bases: 40 kg of leaf and 200 kg of strawberries a year.
    region, events = tiny_region()
    c, d = region.world.state.crops, region.world.state.dealers
    before, cash, bought = d.stock_g.copy(), d.cash_fen.copy(), d.bought_fen.copy()
    take(region, "harvest", week=10)
    grams = [int(40_000 * (int(c.season[TEA, 10]) / 10**6)), int(200_000 * (int(c.season[STRAWBERRY, 10]) / 10**6))]
    traders = [int(c.traders[TEA]), int(c.traders[STRAWBERRY])]
    # They sell it to the traders at the price of the week, so many fen a kilogram.
    paid = [round(g * int(c.price_fen[crop]) / 1000) for g, crop in zip(grams, (TEA, STRAWBERRY), strict=True)]
    same(
        events.of(BasesHarvested), dealer=traders, harvested_g=grams, paid_fen=paid,
        cause=c.season_seq[[TEA, STRAWBERRY]],
    )  # fmt: skip
    assert min(paid) > 0
    assert (d.cash_fen - cash)[traders].tolist() == [-fen for fen in paid]
    assert (d.bought_fen - bought)[traders].tolist() == paid
    assert (d.stock_g - before)[traders].tolist() == grams
    assert (d.stock_g - before).sum() == sum(grams)
