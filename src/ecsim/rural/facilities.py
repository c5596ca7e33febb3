"""What is in service for whom: readings that rules of several rooms share (docs/model.md 4.10).

A facility of a county serves it; one of a prefecture serves all its counties, its capacity and places in equal parts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Area, Level, Mechanism, OfflineChannel
from ecsim.rural.state import State
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def kept_share(state: State, project: int | NDArray[np.integer[Any]]) -> F64:
    """Return what who has got the works of projects keeps of them for itself, of their shape; -1: of no project."""
    kept = np.where(np.asarray(project) >= 0, state.projects.kept[np.maximum(project, 0)], 0)
    return np.asarray(kept / ONE, np.float64)


class Service(NamedTuple):
    """Which facility in service serves which county, shape (n,) each: one row for each of the two."""

    facility: I64
    county: I64
    part: F64
    """Of what the facility has, that is for the county."""
    open: F64
    """Share of its service that others than who has it get."""

    @classmethod
    def of(cls, state: State, mechanism: Mechanism) -> Service:
        """Return whom the facilities of a mechanism serve."""
        f, c = state.facilities, state.counties
        rows = np.flatnonzero(f.in_service & (f.mechanism == mechanism))
        shared = rows[f.level[rows] == Level.PREFECTURE]
        own = rows[f.level[rows] != Level.PREFECTURE]
        which, member = np.nonzero(f.prefecture[shared][:, None] == c.prefecture)
        many = np.bincount(c.prefecture, minlength=state.prefecture_count)
        facility = np.concatenate([own, shared[which]])
        return cls(
            facility,
            np.concatenate([f.county[own].astype(np.int64), member]),
            np.concatenate([np.ones(len(own)), 1.0 / many[c.prefecture[member]]]),
            1.0 - kept_share(state, f.project[facility]),
        )


def serving(state: State, mechanism: Mechanism) -> F64:
    """Return how many facilities of a mechanism serve each county, shape (counties,), by what is open of each."""
    of = Service.of(state, mechanism)
    return np.asarray(np.bincount(of.county, of.open, len(state.counties)), np.float64)


def reached(state: State, mechanism: Mechanism) -> F64:
    """Return what share of each county a facility of a mechanism is open to, shape (counties,): of several the most."""
    of, share = Service.of(state, mechanism), np.zeros(len(state.counties))
    np.maximum.at(share, of.county, of.open)
    return share


def reached_dealers(state: State, mechanism: Mechanism) -> F64:
    """Return what share of a service each dealer has, shape (dealers,): who has got the facility the whole."""
    f, share = state.facilities, reached(state, mechanism)[state.crops.county[state.dealers.crop]]
    owner = f.owner[f.in_service & (f.mechanism == mechanism)]
    share[owner[owner >= 0]] = 1.0
    return share


def lists_goods(state: State) -> F64:
    """Return how far a product database, or a centre's data, lists the goods of each county, shape (counties,)."""
    return np.maximum(reached(state, Mechanism.DATABASE), area_share(state, Area.DATA))


def listed_dealers(state: State) -> F64:
    """Return how far goods of each dealer are listed, shape (dealers,): those of who has got a database wholly."""
    county = state.crops.county[state.dealers.crop]
    return np.maximum(reached_dealers(state, Mechanism.DATABASE), lists_goods(state)[county])


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
    many = len(state.counties)
    return np.stack([np.bincount(of.county, of.open * ((flags >> channel) & 1), many) for channel in OfflineChannel])


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
    """Return what a project had for each place that it pays for, those that its owner keeps among them."""
    p, f = state.projects, state.facilities
    project, open_ = int(f.project[facility]), 1.0 - float(kept_share(state, int(f.project[facility])))
    each = max(round(int(f.places[facility]) / open_), 1) if open_ > 0.0 else 1
    return int(p.central_fen[project] + p.local_fen[project] + p.social_fen[project]) // each if project >= 0 else 0


def has_area(state: State, area: Area) -> Bool:
    """Return which counties have a service centre with a functional area, shape (counties,)."""
    centre = state.counties.centre
    return np.asarray((centre >= 0) & ((state.facilities.areas[np.maximum(centre, 0)] & area) > 0))


def area_share(state: State, area: Area) -> F64:
    """Return what share of each county a functional area of its service centre is open to, shape (counties,)."""
    project = state.facilities.project[np.maximum(state.counties.centre, 0)]
    return has_area(state, area) * (1.0 - kept_share(state, project))


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
