"""What users of facilities pay those who run them (docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import FacilityUsed, Mechanism
from ecsim.rural.facilities import Service
from ecsim.rural.goods.demand import shared_out
from ecsim.rural.world import World

I64 = NDArray[np.int64]


def charge(world: World, mechanism: Mechanism, used_g: I64, fees_fen: I64) -> None:
    """Say what was done on a county's facilities, each by its capacity, and what users paid.

    Parameters
    ----------
    used_g, fees_fen : shape (counties,); of first processing by product, shape (crops,)
    """
    if not used_g.any():
        return
    f = world.state.facilities
    of = Service.of(world.state, mechanism)
    by_product = mechanism == Mechanism.PROCESSING
    group = f.crop[of.facility] if by_product else of.county.astype(np.int32)
    weight = np.asarray(f.capacity_g[of.facility] * np.where(group >= 0, of.part, 0.0), np.float64)
    facility, row = np.unique(of.facility, return_inverse=True)
    used, fees = (
        np.bincount(row, shared_out(total, np.maximum(group, 0), weight), len(facility)).astype(np.int64)
        for total in (used_g, fees_fen)
    )
    some = used > 0
    world.publish(
        FacilityUsed(facility=facility[some], used_g=used[some], fees_fen=fees[some]), cause=f.seq[facility[some]]
    )
