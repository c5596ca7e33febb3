"""Harvest and spoilage (docs/model.md 4.4).

A crop's yearly output comes in by the weeks of its season. Stock decays exponentially over the shelf life; cold
stores cut the loss of what spoils, while there is room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import Calendar
from ecsim.rural.events import CropHarvested, StockSpoiled
from ecsim.rural.readings import stock_by_crop_g
from ecsim.rural.world import ONE, State, World


@dataclass(frozen=True)
class FarmingTerms:
    """Numbers of harvest and keeping; units in ``parameters/farming.toml``."""

    loss_plain: float
    loss_cold: float
    spoilable_days: float
    loss_keeping: float
    weather_sigma: float
    yield_level: float


def harvest(world: World, terms: FarmingTerms, calendar: Calendar) -> None:
    """Bring in the week's share of the year's output, crop by crop.

    Parameters
    ----------
    calendar : which week of the year it is

    References
    ----------
    docs/model.md 4.4.
    """
    c = world.state.crops
    season = c.season[:, calendar.week_of_year(world.week)].astype(np.int64) * c.harvest_factor // ONE
    share = season * round(terms.yield_level * ONE) // ONE
    crops = np.flatnonzero(share)
    world.publish(CropHarvested(crop=crops, share=share[crops]), cause=c.season_seq[crops])


def spoil(world: World, terms: FarmingTerms) -> None:
    """Stocks lose a share a week; cold stores of the county cut it for goods that need cold, while there is room."""
    state = world.state
    c = state.crops
    stored = stock_by_crop_g(state)
    spoilable = c.shelf_days <= terms.spoilable_days
    plain = np.where(spoilable, terms.loss_plain, terms.loss_keeping)
    room = cold_share(state, np.where(spoilable, stored, 0.0))
    over_life = plain + np.where(spoilable, room * (terms.loss_cold - terms.loss_plain), 0.0)
    lost = -np.expm1(np.log1p(-over_life) * 7.0 / np.maximum(c.shelf_days, 7))
    crops = np.flatnonzero(stored > 0)
    share = np.rint(lost[crops] * ONE).astype(np.int64)
    world.publish(StockSpoiled(crop=crops, share=share), cause=c.stock_seq[crops])


def cold_share(state: State, wanted_g: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the goods that finds room in its county's cold stores, shape (crops,)."""
    county = state.crops.county
    wanted = np.bincount(county, wanted_g, len(state.counties))
    share = np.minimum(1.0, state.counties.cold_g / np.maximum(wanted, 1.0))
    return np.asarray(share[county], np.float64)
