"""Rounds and the operating day as columns: what vehicles of many depots do in a day (docs/model.md 4.9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.queues import TURNED_BACK

I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

WORKDAYS = 6
"""Days a week on which vans may go."""
CLOSED = TURNED_BACK
"""As a wait: there is no way to the stop, and none opens in time; the vehicle passes it by."""


class Rounds(NamedTuple):
    """Rounds of depots, in the order in which a depot sends them; stops lie one after the other."""

    depot: I32
    """Shape (rounds,), not falling."""
    first: I32
    """Shape (rounds + 1,): the stops of round r are first[r] to below first[r + 1]."""
    place: I32
    """Shape (stops,): what the stop serves."""
    leg_seconds: I32
    """Shape (stops,): from the stop before, or the depot."""
    leg_m: I32
    back_seconds: I32
    """Shape (rounds,): from the last stop home."""
    back_m: I32
    parcel_seconds: I32
    """Shape (stops,): to hand over a parcel there."""
    capacity: I32
    """Shape (rounds,): parcels that its van holds."""

    @property
    def stop_round(self) -> I32:
        """The round of each stop."""
        return np.repeat(np.arange(len(self.depot), dtype=np.int32), np.diff(self.first))


class Depots(NamedTuple):
    """Where rounds start; shape (depots,) each."""

    vans: I32
    docks: I32
    sorting_ms: I32
    """Milliseconds to sort a parcel."""


class DayTerms(NamedTuple):
    """Numbers of one operating day."""

    day_seconds: int
    sorting_seconds: int
    """Until what is sorted goes along; what is sorted later leaves on another day."""
    stop_seconds: int
    loading_ms: int
    """Milliseconds at the dock to load a parcel."""
    pickup_seconds: int
    """Seconds to take in goods that fill a parcel's room."""


class DayInput(NamedTuple):
    """One day: which rounds go, what waits for each stop, which roads are closed."""

    goes: Bool
    """Shape (rounds,)."""
    load: I32
    """Shape (stops,): parcels waiting for the stop."""
    fresh: I32
    """Shape (stops,): of them those that came today and are not sorted yet; none at a depot that does not sort."""
    room: I32
    """Shape (stops,): parcels that the stop has room for."""
    wait: I32
    """Shape (stops,): seconds a vehicle waits on its way for roads to open, or CLOSED."""
    shut: Bool
    """Shape (stops,): nobody is there: the van stops for nothing, and what it brings stays on board."""
    pickup: I32
    """Shape (stops,): goods that wait there to go back with a van, in rooms of a parcel."""


class DayResult(NamedTuple):
    """What the day came to; seconds after its start."""

    ran: Bool
    """Shape (rounds,)."""
    back: I32
    """Shape (rounds,): when the vehicle was home; 0 if it did not run."""
    away: I32
    """Shape (rounds,): seconds from taking the vehicle to being home."""
    driven_m: I32
    """Shape (rounds,)."""
    arrive: I32
    """Shape (stops,): when the stop was served, or -1."""
    delivered: I32
    """Shape (stops,): parcels handed over."""
    picked: I32
    """Shape (stops,): goods taken in, in rooms of a parcel."""

    @classmethod
    def empty(cls, rounds: Rounds) -> DayResult:
        """Return a result in which nothing has run."""
        n, stops = len(rounds.depot), len(rounds.place)
        return cls(
            ran=np.zeros(n, np.bool_),
            back=np.zeros(n, np.int32),
            away=np.zeros(n, np.int32),
            driven_m=np.zeros(n, np.int32),
            arrive=np.full(stops, -1, np.int32),
            delivered=np.zeros(stops, np.int32),
            picked=np.zeros(stops, np.int32),
        )
