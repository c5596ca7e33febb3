"""Fleets: more vans where parcels stay at home for want of one, fewer where one stands (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import OperatorFleetMoved, OperatorKind
from ecsim.rural.logistics.delivery_plan import active_operators
from ecsim.rural.logistics.rounds import WORKDAYS
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import World

I64 = NDArray[np.int64]
MOST_VANS = 255


def move_fleets(world: World, terms: LogisticsTerms) -> None:
    """Who was short for weeks takes on a van if the delay is worth more than it costs; one added that stands goes.

    No bus goes for the sake of parcels.

    References
    ----------
    docs/model.md 4.9.
    """
    o = world.state.operators
    rows = active_operators(world.state).astype(np.int64)
    rows = rows[o.kind[rows] != OperatorKind.BUS_LINE]
    worth = o.left_mparcels[rows] / 1000.0 * terms.value_of_delay_yuan >= WORKDAYS * terms.van_yuan_a_day
    more = (o.short_weeks[rows] >= terms.fleet_weeks) & worth & (o.vans[rows] < MOST_VANS)
    fewer = ~more & (o.idle_weeks[rows] >= terms.fleet_weeks) & (o.added[rows] > 0)
    step = more.astype(np.int64) - fewer
    moved = rows[step != 0]
    by = step[step != 0]
    fleet = OperatorFleetMoved(operator=moved, vans=o.vans[moved] + by, added=o.added[moved] + by)
    world.publish(fleet, cause=o.settled_seq[moved])
