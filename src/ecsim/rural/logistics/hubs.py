"""What hubs, outlets and stations sort, load and have room for, with what the programme built (docs/model.md 4.9).

A distribution centre sorts for all operators of its county, each in the part of the line that its parcels are; a
transfer point is an outlet of all, where there is none too, with shelves, and parcels that are handed over in bulk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Mechanism, OperatorKind
from ecsim.rural.facilities import kept_share, reached
from ecsim.rural.logistics.rounds import Depots
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.readings import has_outlet
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def hub_depots(state: State, terms: LogisticsTerms) -> Depots:
    """Return where operators start their rounds: vans, docks, and how fast parcels are sorted; shape (operators,)."""
    o, members = state.operators, members_of(state)
    by_hand = terms.sorting_ms // members  # members of a pool sort side by side
    share = np.maximum(o.share, 1).astype(np.int64)
    on_the_line = np.maximum(terms.centre_sorting_ms * ONE // share, 1)  # of a line that all share
    its_docks = terms.centre_docks * share // ONE
    inside, docks = in_centre(state), terms.docks * members
    sorted_ms = inside * np.minimum(on_the_line, by_hand) + (1.0 - inside) * by_hand
    return Depots(
        vans=np.maximum(o.vans, 1).astype(np.int32),
        docks=np.maximum(np.floor(inside * its_docks), docks).astype(np.int32),
        sorting_ms=np.rint(sorted_ms).astype(np.int32),
    )


def posts(state: State) -> I32:
    """Return the post of each county, shape (counties,); -1: it has none."""
    o = state.operators
    post = np.full(len(state.counties), -1, np.int32)
    working = np.flatnonzero((o.share > 0) & (o.kind == OperatorKind.POST))[::-1]
    post[o.county[working]] = working
    return post


def pool_or_post(state: State) -> I32:
    """Return the joint pool of each county, or else its post, shape (counties,); -1: it has neither."""
    pool = state.counties.pool
    return np.where(pool >= 0, pool, posts(state)).astype(np.int32)


def in_centre(state: State) -> F64:
    """Return what share of each operator's parcels is handled in a distribution centre, shape (operators,)."""
    return _of_operators(state, np.arange(len(state.operators)), state.counties.distribution[state.operators.county])


def _of_operators(state: State, operator: NDArray[Any], facility: NDArray[Any]) -> F64:
    """Return the share of each operator's parcels that a facility is open to, of their shape; -1: there is none.

    The post runs it, alone or in a pool: what is kept from others is kept by it.
    """
    runs_it = np.isin(state.operators.kind[operator], (OperatorKind.POST, OperatorKind.POOL))
    kept = np.where(runs_it, 0.0, kept_share(state, state.facilities.project[np.maximum(facility, 0)]))
    return np.asarray((facility >= 0) * (1.0 - kept), np.float64)


def members_of(state: State) -> I64:
    """Return how many operators of the opening drive as each operator: members of a pool, or itself alone."""
    pool = state.operators.pool[: state.count("operators")]
    return np.maximum(np.bincount(pool[pool >= 0], minlength=len(state.operators)), 1)


def townships_of(state: State, county: int) -> I64:
    """Return the townships that operators of a county go to: those that hand out parcels."""
    return np.flatnonzero((state.townships.county == county) & has_outlet(state))


def gone_to_by(state: State, operator: int) -> I64:
    """Return the townships with an outlet that an operator goes to: of a pool without those that are lent, and others'.

    Returns
    -------
    shape (n,)
    """
    t, county = state.townships, state.operators.county[operator]
    lent = (t.lent_to >= 0) & (state.counties.pool[county] == operator)
    mine = (t.county == county) & ~lent | (t.lent_to == operator)
    return np.flatnonzero(mine & has_outlet(state))


def seconds_a_parcel(state: State, terms: LogisticsTerms, operator: NDArray[Any], township: NDArray[Any]) -> I32:
    """Return how long it takes an operator to hand over a parcel in a township: at a transfer point it is in bulk."""
    at_point = min(terms.point_parcel_seconds, terms.parcel_seconds)
    in_bulk = _of_operators(state, operator, state.townships.point[township])
    return np.rint(in_bulk * at_point + (1.0 - in_bulk) * terms.parcel_seconds).astype(np.int32)


def outlet_room(
    state: State, terms: LogisticsTerms, operator: NDArray[Any], township: I32, weekly: F64, days: I64
) -> F64:
    """Return the parcels that an operator's outlet in a township has room for when a van comes.

    Parameters
    ----------
    operator, township, days : shape (n,), whose parcels come where on how many days a week
    weekly : shape (townships,), parcels a week; those of its county, by households, size shelves

    Notes
    -----
    A transfer point's shelves are shared by parcels. On shelves that are not empty yet there is less room.
    """
    t, v, counties = state.townships, state.villages, len(state.counties)
    households, share = np.bincount(v.township, v.households, len(t)), state.operators.share[operator] / ONE
    a_day = np.bincount(t.county, weekly, counties) / 7.0 / np.maximum(np.bincount(t.county, households, counties), 1.0)
    usual = (households * a_day[t.county])[township]
    shelves = terms.outlet_room * members_of(state)[operator] + terms.outlet_days * usual * share
    shelves = shelves + terms.point_room * share * _of_operators(state, operator, state.townships.point[township])
    return np.asarray(shelves * _emptied(terms, days), np.float64)


def station_room(terms: LogisticsTerms, days: I64) -> I64:
    """Return the parcels that a station or a parcel point has room for when a tour comes on so many days a week."""
    return np.floor(terms.station_room * _emptied(terms, days)).astype(np.int64)


def _emptied(terms: LogisticsTerms, days: I64) -> F64:
    """Return the share of shelves that people have emptied from one visit to the next."""
    return np.minimum(7.0 / np.maximum(days, 1) / terms.fetch_days, 1.0)


def informed(state: State) -> F64:
    """Return how far an information system tells each county's dispatch what waits and which roads are closed."""
    return reached(state, Mechanism.DISPATCH)
