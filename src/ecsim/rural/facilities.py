"""What is in service for whom: readings that rules of several rooms share (docs/model.md 4.10).

A facility of a county serves it; one of a prefecture serves all its counties, its capacity and places in equal parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Area, Level, Mechanism, OfflineChannel
from ecsim.rural.state import State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Service(NamedTuple):
    """Which facility in service serves which county, shape (n,) each: one row for each of the two."""

    facility: I64
    county: I64
    part: F64
    """Of what the facility has, that is for the county."""

    @classmethod
    def of(cls, state: State, mechanism: Mechanism) -> Service:
        """Return whom the facilities of a mechanism serve."""
        f, c = state.facilities, state.counties
        rows = np.flatnonzero(f.in_service & (f.mechanism == mechanism))
        shared = rows[f.level[rows] == Level.PREFECTURE]
        own = rows[f.level[rows] != Level.PREFECTURE]
        which, member = np.nonzero(f.prefecture[shared][:, None] == c.prefecture)
        many = np.bincount(c.prefecture, minlength=state.prefecture_count)
        return cls(
            np.concatenate([own, shared[which]]),
            np.concatenate([f.county[own].astype(np.int64), member]),
            np.concatenate([np.ones(len(own)), 1.0 / many[c.prefecture[member]]]),
        )


def serving(state: State, mechanism: Mechanism) -> F64:
    """Return how many facilities of a mechanism serve each county, shape (counties,)."""
    return np.bincount(Service.of(state, mechanism).county, minlength=len(state.counties)).astype(np.float64)


def lists_goods(state: State) -> NDArray[np.bool_]:
    """Return whether a product database, or a centre's data, lists the goods of each county, shape (counties,)."""
    return np.asarray((serving(state, Mechanism.DATABASE) > 0) | has_area(state, Area.DATA), np.bool_)


def capacity_g(state: State, mechanism: Mechanism) -> F64:
    """Return what facilities of a mechanism can do for each county, shape (counties,)."""
    of = Service.of(state, mechanism)
    capacity = state.facilities.capacity_g[of.facility] * of.part
    return np.asarray(np.bincount(of.county, capacity, len(state.counties)), np.float64)


def places(state: State, mechanism: Mechanism) -> F64:
    """Return whom facilities of a mechanism have room for in each county, shape (counties,)."""
    of = Service.of(state, mechanism)
    room = state.facilities.places[of.facility] * of.part
    return np.asarray(np.bincount(of.county, room, len(state.counties)), np.float64)


def meetings(state: State) -> F64:
    """Return how many facilities bring buyers of each offline channel to each county, shape (channels, counties)."""
    of = Service.of(state, Mechanism.MATCHMAKING)
    flags = state.facilities.channels[of.facility].astype(np.int64)
    return np.stack([np.bincount(of.county, (flags >> channel) & 1, len(state.counties)) for channel in OfflineChannel])


class PlacesLeft:
    """Places that a mechanism's facilities have left for dealers, as those of a week take one after another.

    Parameters
    ----------
    mechanism : that the facilities feed
    """

    def __init__(self, state: State, mechanism: Mechanism) -> None:
        of, f = Service.of(state, mechanism), state.facilities
        order = np.argsort(of.facility, kind="stable")
        facilities = of.facility[order]
        self._left = dict(zip(facilities.tolist(), (f.places - f.places_used)[facilities].tolist(), strict=True))
        self._serving: dict[int, list[int]] = {}
        for facility, county in zip(facilities.tolist(), of.county[order].tolist(), strict=True):
            self._serving.setdefault(county, []).append(facility)

    def first(self, county: int) -> int:
        """Return the facility that opened first of those with a place left for a dealer of a county, or -1."""
        return next((facility for facility in self._serving.get(county, ()) if self._left[facility] > 0), -1)

    def take(self, facility: int) -> None:
        """Give a place of a facility away."""
        self._left[facility] -= 1


def support_fen(state: State, facility: int) -> int:
    """Return what a project had for each place that it pays for."""
    p, f = state.projects, state.facilities
    project, each = int(f.project[facility]), max(int(f.places[facility]), 1)
    return int(p.central_fen[project] + p.local_fen[project] + p.social_fen[project]) // each if project >= 0 else 0


def has_area(state: State, area: Area) -> Bool:
    """Return which counties have a service centre with a functional area, shape (counties,)."""
    centre = state.counties.centre
    return np.asarray((centre >= 0) & ((state.facilities.areas[np.maximum(centre, 0)] & area) > 0))


def processing_by_crop_g(state: State) -> F64:
    """Return what public lines for first processing can do of each product in a week, shape (crops,), grams raw."""
    f = state.facilities
    rows = np.flatnonzero(f.in_service & (f.mechanism == Mechanism.PROCESSING) & (f.crop >= 0))
    return np.bincount(f.crop[rows], f.capacity_g[rows], len(state.crops)).astype(np.float64)


def studio_share(state: State) -> F64:
    """Return the share of each county's own shops that studios have room for, shape (counties,)."""
    v, many = state.villages, len(state.counties)
    shops = np.bincount(v.county, v.sellers, many)
    photo = has_area(state, Area.PHOTO) * state.facilities.places[np.maximum(state.counties.centre, 0)]
    room = places(state, Mechanism.STUDIO) + photo
    return np.minimum(np.divide(room, shops, out=np.zeros(many), where=shops > 0), 1.0)
