"""Constants that the goods economy is measured against: places, cover, the strongest week (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import CROPS, STRAWBERRY, WALNUT, dealing
from ecsim.rural.goods.setting import places_of_cooperatives
from tiny import SHOPS, tiny_region


def test_places_hold_every_plot_once_by_crop_township_and_village() -> None:
    region, _ = tiny_region()
    state, places = region.world.state, region.setting.goods.places
    p, village = state.plots, state.households.village[state.plots.household]
    assert sorted(places.plots.tolist()) == list(range(len(p)))
    assert places.start[0] == 0
    assert places.start[-1] == len(p)
    for crop in range(CROPS):
        for place in range(places.crop_start[crop], places.crop_start[crop + 1]):
            plots = places.plots[places.start[place] : places.start[place + 1]]
            assert set(p.crop[plots].tolist()) == {crop}
            assert set(village[plots].tolist()) == {int(places.village[place])}


def test_a_cooperatives_places_are_those_of_its_crop_in_its_township() -> None:
    region, _ = tiny_region()
    state, places = region.world.state, region.setting.goods.places
    p, k = state.plots, state.cooperatives
    town = state.villages.township[state.households.village[p.household]]
    for number in range(len(k)):
        first, last = places_of_cooperatives(region.world.state, places)[number]
        found = places.plots[places.start[first] : places.start[last]]
        assert (
            sorted(found.tolist()) == np.flatnonzero((p.crop == k.crop[number]) & (town == k.township[number])).tolist()
        )


def test_the_strongest_week_is_that_of_the_season_in_a_festival_worked_by_hand() -> None:
    # Without season the strongest week is a festival's: twice the others' where the year's mean is 1.
    region, _ = dealing(numbers={"market.festival_factor": 2.0})
    festivals = sum(region.calendar.festival(week) for week in range(52))
    mean = (52 + festivals) / 52
    assert region.setting.goods.usual.festival == pytest.approx(mean)
    np.testing.assert_allclose(region.setting.goods.peak, 2.0 / mean, rtol=1e-4)


def test_sellers_are_those_of_the_opening() -> None:
    region, _ = tiny_region(opened=SHOPS)
    assert region.setting.goods.sellers[[WALNUT, STRAWBERRY]].tolist() == [1.0, 1.0]
