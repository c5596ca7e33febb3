"""Where a village fetches its parcels, and what fetching costs a household (docs/model.md 4.1).

The pick-up point of a village is the nearest open station or parcel point that parcels reach, if nearer than the
outlet of its township. Fetching costs a share of a special trip: time and vehicle, there and back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.roads import NO_WAY, nearest
from ecsim.rural.events.codes import OperatorKind, StationStatus
from ecsim.rural.readings import has_outlet
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.scenario import StationDesign
from ecsim.rural.state import State


@dataclass(frozen=True)
class AccessTerms:
    """Numbers of fetching; units in ``parameters/access.toml``."""

    walk_km_an_hour: float
    fetch_km_an_hour: float
    neighbours: int
    served_share: float
    special_trip_share: float
    parcels_a_trip: float
    value_of_time_yuan_an_hour: float
    vehicle_yuan_a_km: float
    wait_km_a_day: float


@dataclass(frozen=True)
class Neighbourhood:
    """The nearest villages of each village by road; constants of the opening."""

    village: NDArray[np.int32]
    """Shape (villages, neighbours); itself first."""
    path_m: NDArray[np.float64]
    """The same shape: path from committee to committee."""
    wait_m_a_day: float
    """Path that one would rather go than wait a day for a station to open."""


@dataclass(frozen=True)
class PickUp:
    """Where parcels of each village wait to be fetched this week; shape (villages,) each."""

    stop: NDArray[np.int32]
    """The village whose station or parcel point hands them over, or -1: the outlet of the township or the hub."""
    path_m: NDArray[np.float64]
    """From the committee to there, and what is as tedious of the wait for it to open: what people decide by."""
    ridden_m: NDArray[np.float64]
    """From the committee to there: what fuel and time are paid for."""


def neighbourhood(state: State, terms: AccessTerms, roads: RoadWays) -> Neighbourhood:
    """Return the nearest villages by road of every village.

    Villages of another county are out of reach.

    References
    ----------
    docs/model.md 4.1.
    """
    villages, towns, number = state.villages, len(state.townships), len(state.villages)
    county = np.full(len(roads.fastest.first) - 1, -1)
    county[towns : towns + number] = villages.county
    shortest = roads.fastest._replace(cost=state.roads.metres.astype(np.int64))
    near, metres = (rows[towns : towns + number] for rows in nearest(shortest, county, terms.neighbours))
    none = metres == NO_WAY
    return Neighbourhood(
        village=np.where(none, np.arange(number)[:, None], near - towns).astype(np.int32),
        path_m=np.where(none, np.inf, metres),
        wait_m_a_day=1000.0 * terms.wait_km_a_day,
    )


def pick_up(state: State, designs: tuple[StationDesign, ...], near: Neighbourhood) -> PickUp:
    """Return where each village fetches: at the best open station that parcels reach, if better than the township.

    The best is the nearest, a day's wait for it to open counted as so much path.

    Parameters
    ----------
    designs : station designs of the scenario, in the order of their codes
    near : distances of the opening, of `neighbourhood`

    References
    ----------
    docs/model.md 4.1.
    """
    serves = serving_villages(state, designs)
    wait_m = near.wait_m_a_day * mean_wait_days(state, designs)
    path_m = np.where(serves[near.village], near.path_m + wait_m[near.village], np.inf)
    best = np.argmin(path_m, axis=1)
    rows = np.arange(len(best))
    nearest_m = path_m[rows, best]
    outlet_m = outlet_path_m(state)
    use = nearest_m < outlet_m
    return PickUp(
        stop=np.where(use, near.village[rows, best], -1).astype(np.int32),
        path_m=np.where(use, nearest_m, outlet_m),
        ridden_m=np.where(use, near.path_m[rows, best], outlet_m),
    )


def outlet_path_m(state: State) -> NDArray[np.float64]:
    """Return the path to the outlet that serves each village without a station, shape (villages,), metres.

    It is the township's own, or a transfer point there; where there is neither, the outlet at the county's hub.
    """
    villages, townships = state.villages, state.townships
    to_hub = np.where(has_outlet(state), 0, townships.road_m)[villages.township]
    return np.asarray(villages.road_m + to_hub, np.float64)


def serving_villages(state: State, designs: tuple[StationDesign, ...]) -> NDArray[np.bool_]:
    """Return which villages hand out parcels: an open station that takes them, the post's or a co-op's own point."""
    reached = village_service(state) | (state.villages.carrier >= 0)
    return np.asarray(state.villages.parcel_point | (hosts(state, designs) & reached) | outlets_served(state))


def hosts(state: State, designs: tuple[StationDesign, ...]) -> NDArray[np.bool_]:
    """Return where an open station or the post's own point hands parcels out if somebody brings them."""
    return state.villages.parcel_point | open_stations(state, np.array([d.parcels for d in designs]))


def outlets_served(state: State) -> NDArray[np.bool_]:
    """Return which villages have an outlet of the supply-and-marketing co-op to which it brings parcels."""
    carrier = state.villages.carrier
    return np.asarray((carrier >= 0) & (state.operators.kind[carrier] == OperatorKind.SUPPLY_COOP))


def mean_wait_days(state: State, designs: tuple[StationDesign, ...]) -> NDArray[np.float64]:
    """Return how long a parcel waits on average until it can be fetched in each village, shape (villages,).

    A parcel that comes on any day waits `(7/k - 1)/2` days for a station that opens on k days of the week, evenly
    spread; not at all where the post or a co-op has a point of its own.
    """
    days = np.array([design.days_a_week.value for design in designs])
    of_village = days[state.stations.design[np.maximum(state.villages.station, 0)]]
    no_wait = (state.villages.station < 0) | state.villages.parcel_point | outlets_served(state)
    return np.where(no_wait, 0.0, (7.0 / of_village - 1.0) / 2.0)


def open_stations(state: State, takes: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return which villages have a station in service, perhaps only of designs with ``takes[design]``."""
    station = state.villages.station
    row = np.maximum(station, 0)
    in_service = (station >= 0) & (state.stations.status[row] == StationStatus.OPEN)
    return np.asarray(in_service if takes is None else in_service & takes[state.stations.design[row]])


def village_service(state: State) -> NDArray[np.bool_]:
    """Return whether a joint pool carries parcels on from the township to its stations; shape (villages,)."""
    return np.asarray(state.counties.pool[state.villages.county] >= 0)


def seat_hours(state: State) -> NDArray[np.float64]:
    """Return the hours of road from each village by its township to the county's hub, where the seat is.

    Returns
    -------
    shape (villages,), one way, roads open
    """
    v = state.villages
    return np.asarray((v.road_seconds + state.townships.road_seconds[v.township]) / 3600.0, np.float64)


def fetching_hours(way_m: NDArray[np.int32], path_m: NDArray[np.float64], terms: AccessTerms) -> NDArray[np.float64]:
    """Return the hours from a house to its pick-up point, one way.

    Parameters
    ----------
    way_m : from the house to the committee
    path_m : from the committee to the pick-up point; 0 in the village itself
    """
    hours: NDArray[np.float64] = way_m / 1000.0 / terms.walk_km_an_hour + path_m / 1000.0 / terms.fetch_km_an_hour
    return hours


def fetching_fen(way_m: NDArray[np.int32], path_m: NDArray[np.float64], terms: AccessTerms) -> NDArray[np.float64]:
    """Return what fetching costs a household, fen a parcel: its share of special trips, time and vehicle.

    References
    ----------
    docs/model.md 4.1.
    """
    by_way, by_path = fetching_fen_a_metre(terms)
    return np.asarray(by_way * way_m + by_path * path_m, np.float64)


def fetching_fen_a_metre(terms: AccessTerms) -> tuple[float, float]:
    """Return what a metre of the way in the village, and of the path beyond it, costs a parcel; fen, there and back."""
    share = 2.0 * 100.0 * terms.special_trip_share / terms.parcels_a_trip / 1000.0
    slow, fast = terms.walk_km_an_hour, terms.fetch_km_an_hour
    by_way, by_path = (terms.value_of_time_yuan_an_hour / speed + terms.vehicle_yuan_a_km for speed in (slow, fast))
    return share * by_way, share * by_path
