"""Shelves of outlets follow the parcels that operators bring (docs/model.md 4.9)."""

import numpy as np
import pytest

from ecsim.rural.logistics.compiled_day import run_day
from ecsim.rural.logistics.delivery_plan import active_operators, make_delivery_plan
from ecsim.rural.logistics.dispatch import Dispatch
from ecsim.rural.region import Region
from tiny import tiny_region


def shelves(region: Region, weekly: np.ndarray, times: float) -> int:
    """Return what all outlets have room for where operators bring so many times the parcels of the opening."""
    state, terms = region.world.writable, region.terms.logistics
    active = active_operators(state)
    county = state.operators.county[active]
    opening = np.bincount(state.townships.county, weekly)[county] / np.bincount(county)[county]
    state.operators.hub_mparcels[active] = np.rint(1000 * times * opening)
    serves = np.zeros(len(state.villages), np.bool_)
    plan = make_delivery_plan(state, region.setting.roads, terms, weekly, serves, {})
    return int(Dispatch(region.world, run_day, plan, 1.0).hubs.room.sum())


def test_outlets_have_more_shelves_as_operators_bring_more_and_never_fewer_than_at_the_opening() -> None:
    region, _ = tiny_region(numbers={"logistics.outlet_room": 20})
    weekly = np.full(len(region.world.state.townships), 7_000.0)
    fewer, as_many, thrice = (shelves(region, weekly, times) for times in (0.5, 1.0, 3.0))
    assert fewer == pytest.approx(as_many, rel=0.01)
    assert thrice == pytest.approx(3 * as_many, rel=0.02)
