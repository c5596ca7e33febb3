"""Who begins to buy online: a diffusion with a Bass hazard (docs/model.md 4.2).

What a household finds out alone hangs on its own eagerness, what it learns from buyers around it on how much it goes by
neighbours; the way to the pick-up point thins both, dear shops in the village thicken them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.events import BuyerAdopted
from ecsim.rural.households.access import AccessTerms, PickUp, open_stations
from ecsim.rural.households.buying import BuyingSetting, BuyingTerms
from ecsim.rural.households.screening import flagged, screened
from ecsim.rural.readings import internet_level
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def adopt_buying(world: World, terms: BuyingTerms, setting: BuyingSetting, access: AccessTerms, here: PickUp) -> None:
    """Households that do not order online may start to: diffusion with a Bass hazard.

    The yearly hazard is innovation times own eagerness, plus imitation times the share of buyers among the other
    households of village and township times how much one goes by neighbours; it falls exponentially with the hours to
    the pick-up point and rises with what ordering saves. Only who has internet, or is helped at an open station, can
    begin.

    Parameters
    ----------
    setting : eagerness, contagion and pull, shape (households,)
    here : where parcels of each village wait this week

    References
    ----------
    docs/model.md 4.2: the hazard of the Bass diffusion model, its two parts apart.
    """
    state = world.state
    h, v = state.households, state.villages
    level = internet_level(state, world.day) * (1.0 - terms.internet_outage)
    key = world.draws.key("adopt_buying")
    most = (terms.innovation + terms.imitation) / 52.0  # of who would see nobody but buyers
    maybe = flagged(screened(key, world.week, most, setting.boldness, h.number), len(h))
    open_here = open_stations(state)
    adopted = _Adopted(np.empty(len(maybe), np.int32), np.empty(len(maybe), np.bool_))
    rows = _adopt(
        _AdoptLuck(key, world.draws.key("order_with_help"), world.week),
        maybe,
        _candidates(state, setting),
        _around(state, level, open_here, here),
        _hazard(terms, access),
        adopted,
    )
    new, proxy = adopted.household[:rows], adopted.with_help[:rows]
    station = np.where(open_here, v.station, -1)[h.village[new]]
    cause = np.where(station >= 0, state.stations.opened_seq[np.maximum(station, 0)], h.buyer_seq[new])
    world.publish(BuyerAdopted(household=new, at_station=proxy), cause=cause)


class _AdoptLuck(NamedTuple):
    """Keys of the draws, and the week."""

    start: np.uint64
    with_help: np.uint64
    week: int


class _Candidates(NamedTuple):
    """Households as far as adoption asks; shape (households,) each."""

    number: I64
    buyer: Bool
    internet_rank: I32
    county: I32
    village: I32
    weight: I32
    way_m: I32
    eagerness: F64
    contagion: F64
    pull: F64


def _candidates(state: State, setting: BuyingSetting) -> _Candidates:
    h = state.households
    return _Candidates(
        h.number, h.buyer, h.internet_rank, h.county, h.village, h.weight, h.way_m, setting.eagerness,
        setting.contagion, setting.pull,
    )  # fmt: skip


class _Around(NamedTuple):
    """What is around a household."""

    internet_level: F64
    """Shape (counties,), millionths."""
    station: Bool
    """Shape (villages,), as those that follow: whether one helps to order."""
    path_m: F64
    township: I32
    buyers: I32
    households: I32
    town_buyers: F64
    """Shape (townships,), as the next."""
    town_households: F64


def _around(state: State, level: F64, open_here: Bool, here: PickUp) -> _Around:
    v, towns = state.villages, len(state.townships)
    in_town = [np.bincount(v.township, of, towns).astype(np.float64) for of in (v.buyers, v.households)]
    return _Around(level, open_here, here.path_m, v.township, v.buyers, v.households, *in_town)


class _Hazard(NamedTuple):
    """Pace of the diffusion a year, and how help and distance count."""

    innovation: float
    imitation: float
    township_weight: float
    helper_share: float
    floor: float
    hours: float
    walk_km_an_hour: float
    fetch_km_an_hour: float


def _hazard(terms: BuyingTerms, access: AccessTerms) -> _Hazard:
    return _Hazard(
        terms.innovation, terms.imitation, terms.township_weight, terms.helper_share, terms.access_floor,
        terms.access_hours, access.walk_km_an_hour, access.fetch_km_an_hour,
    )  # fmt: skip


class _Adopted(NamedTuple):
    """Room for who begins to buy."""

    household: I32
    with_help: Bool


@njit(cache=True, nogil=True)
def _adopt(luck: _AdoptLuck, maybe: I32, who: _Candidates, around: _Around, hazard: _Hazard, adopted: _Adopted) -> int:
    """Fill in who of ``maybe`` begins to buy, and return how many do."""
    rows = 0
    for i in maybe:
        v, level = who.village[i], around.internet_level[who.county[i]]
        online = who.internet_rank[i] < level
        helped = around.station[v] and level > 0 and uniform_at(luck.with_help, 0, who.number[i]) < hazard.helper_share
        if who.buyer[i] or not (online or helped):
            continue
        hours = who.way_m[i] / 1000.0 / hazard.walk_km_an_hour + around.path_m[v] / 1000.0 / hazard.fetch_km_an_hour
        near = hazard.floor + (1.0 - hazard.floor) * np.exp(-hours / hazard.hours)
        by_neighbours = hazard.imitation * _seen_share(v, who.weight[i], around, hazard.township_weight)
        yearly = (hazard.innovation * who.eagerness[i] + by_neighbours * who.contagion[i]) * near * who.pull[i]
        if uniform_at(luck.start, luck.week, who.number[i]) < -np.expm1(-yearly / 52.0):
            adopted.household[rows], adopted.with_help[rows] = i, not online
            rows += 1
    return rows


@njit(cache=True, nogil=True)
def _seen_share(village: int, weight: int, around: _Around, township_weight: float) -> float:
    """Return the share of buyers among the others of a village and its township, for households that do not buy.

    Whoever asks is left out, with all it stands for: otherwise a small sample would see fewer buyers than a large one.
    """
    town = around.township[village]
    others, town_others = around.households[village] - weight, around.town_households[town] - weight
    in_town = around.town_buyers[town] / town_others if town_others > 0 else 0.0
    in_village = around.buyers[village] / others if others > 0 else in_town
    return (1.0 - township_weight) * in_village + township_weight * in_town
