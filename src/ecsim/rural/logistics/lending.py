"""Townships lent over county borders: a neighbour's joint pool goes there where its hub is nearer (docs/model.md 4.9).

The neighbour's pool brings what the pool of the township's own county would: its share of the parcels, those for
villages to which that pool carries on, and farm goods up, to the neighbour's hub. Others deliver there as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import OperatorKind, TownshipLent
from ecsim.rural.logistics.delivery_plan import Load, active_operators, planned_shares, rounds_to
from ecsim.rural.logistics.frequencies import weekly_yuan
from ecsim.rural.logistics.hubs import gone_to_by, townships_of
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class _Offer(NamedTuple):
    """What a township and the nearest pool of a neighbour county reckon; seconds from hubs, fen a week."""

    township: int
    pool: int
    """Of the neighbour county, or -1: none may go there."""
    home_seconds: int
    away_seconds: int
    home_fen: int = 0
    away_fen: int = 0


def lend_townships(world: World, terms: LogisticsTerms, roads: RoadWays, weekly: F64) -> None:
    """Pools lend neighbours' pools the townships to which these have a shorter way and cost less; others come back.

    Parameters
    ----------
    roads : hubs of a prefecture are one group
    weekly : shape (townships,), parcels a week as they are now

    References
    ----------
    docs/model.md 4.9.
    """
    state, o = world.state, world.state.operators
    before, costs = state.townships.lent_to, PoolCosts(state, roads, terms, weekly)
    changed = []
    for offer in sorted(_candidates(state, terms, roads), key=lambda of: of.away_seconds / max(of.home_seconds, 1)):
        reckoned = costs.reckon(offer)
        pool = reckoned.pool if reckoned.away_fen < (1.0 - terms.border_hurdle) * reckoned.home_fen else -1
        costs.place(reckoned, pool)
        if pool != before[offer.township]:
            changed.append(reckoned._replace(pool=pool))
    if not changed:
        return
    columns = {name: np.array([getattr(each, name) for each in changed]) for name in _Offer._fields}
    own = state.counties.pool[state.townships.county[columns["township"]]]
    world.publish(TownshipLent(**columns), cause=np.maximum(o.settled_seq[own], o.seq[own]))


def _candidates(state: State, terms: LogisticsTerms, roads: RoadWays) -> list[_Offer]:
    """Return the townships that may be lent, each to the nearest pool, and those that are lent and may no more be."""
    t, c = state.townships, state.counties
    pool = np.where(np.isin(c.pool, active_operators(state)), c.pool, -1)
    lent, open_to, found = t.lent_to >= 0, np.zeros(len(t), np.bool_), []
    for county in np.flatnonzero(pool >= 0).tolist():
        open_to[townships_of(state, county)] = True
    for township in np.flatnonzero(lent | open_to).tolist():
        own = int(t.county[township])
        near = np.flatnonzero(c.prefecture == c.prefecture[own])
        seconds = roads.hubs.seconds(c.hub[near], np.full(len(near), township))
        home = int(seconds[near == own][0])
        may = open_to[township] & (pool[near] >= 0) & (near != own) & (seconds <= (1.0 - terms.border_gain) * home)
        if may.any():
            best = int(np.flatnonzero(may)[np.argmin(seconds[may])])
            found.append(_Offer(township, int(pool[near[best]]), home, int(seconds[best])))
        elif lent[township]:
            away = int(seconds[near == state.operators.county[t.lent_to[township]]][0])
            found.append(_Offer(township, -1, home, away))
    return found


@dataclass
class PoolCosts:
    """What pools' rounds from the hub cost a week, with what delay costs, as townships go from one to the other.

    Attributes
    ----------
    weekly : shape (townships,), parcels a week
    """

    state: State
    roads: RoadWays
    terms: LogisticsTerms
    weekly: F64
    _goes_to: dict[int, I64] = field(default_factory=dict)
    _known: dict[tuple[int, bytes], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._planned = planned_shares(self.state)

    def reckon(self, offer: _Offer) -> _Offer:
        """Return an offer with what going to the township costs its own county's pool, and the neighbour's."""
        if offer.pool < 0:
            return offer
        home, away = (self._township_fen(pool, offer.township) for pool in (self._own(offer), offer.pool))
        return offer._replace(home_fen=home, away_fen=away)

    def place(self, offer: _Offer, pool: int) -> None:
        """Let a pool go to a township from now on, -1: that of its own county; and no other."""
        own = self._own(offer)
        goes = own if pool < 0 else pool
        for each in {own, offer.pool, int(self.state.townships.lent_to[offer.township])} - {-1}:
            without = np.setdiff1d(self._places(each), offer.township)
            self._goes_to[each] = np.union1d(without, offer.township) if each == goes else without

    def _own(self, offer: _Offer) -> int:
        return int(self.state.counties.pool[self.state.townships.county[offer.township]])

    def _places(self, pool: int) -> I64:
        return self._goes_to.setdefault(pool, gone_to_by(self.state, pool))

    def _township_fen(self, pool: int, township: int) -> int:
        """Return what a pool's rounds cost more with a township than without, fen."""
        without = np.setdiff1d(self._places(pool), township)
        return self._fen(pool, np.union1d(without, township)) - self._fen(pool, without)

    def _fen(self, pool: int, places: I64) -> int:
        key = (pool, places.tobytes())
        if key not in self._known:
            self._known[key] = round(100.0 * self._yuan(pool, places))
        return self._known[key]

    def _yuan(self, pool: int, places: I64) -> float:
        state, kind = self.state, int(OperatorKind.POOL)
        load = Load.of(self.terms, kind, int(self._planned[pool]))
        lender = state.counties.pool[state.townships.county[places]]
        parcels = np.zeros(len(self.weekly))
        parcels[places] = self.weekly[places] * self._planned[lender] / ONE
        rounds = rounds_to(state, self.roads, self.terms, pool, load, places, parcels[places])
        return weekly_yuan(self.terms, rounds, parcels[rounds.place], kind)
