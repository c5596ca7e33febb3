"""What roads and weather change."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import applies
from ecsim.rural.events import HarvestShocked, RoadClosed, Stamp
from ecsim.rural.state.state import State


@applies(RoadClosed)
def close_road(state: State, event: RoadClosed, stamp: Stamp) -> None:
    """A link is closed until the later of its closures ends; the latest closure tells where it began."""
    state.roads.closed_from_hour[event.road] = event.from_hour
    np.maximum.at(state.roads.closed_until_hour, event.road, event.until_hour)
    state.roads.seq[event.road] = stamp.seqs(event)


@applies(HarvestShocked)
def set_harvest(state: State, event: HarvestShocked, stamp: Stamp) -> None:
    """The factor holds until the next shock."""
    state.crops.harvest_factor[event.crop] = event.factor
    state.crops.season_seq[event.crop] = stamp.seqs(event)


SPACE = (close_road, set_harvest)
