"""Which villages are offered a station (docs/model.md 4.8).

The policy says by which rule: township by township, by population, poor ones first, the nearest to the seat first, by
greedy or exact maximal coverage, by the fewest that meet the targets, or as a p-median. Ties fall by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Outlet, VillageKind
from ecsim.rural.households.access import open_stations, seat_hours
from ecsim.rural.scenario import Scenario, SitingRule, StationDesign
from ecsim.rural.state import State
from ecsim.rural.units import KM_A_DEGREE
from ecsim.siting import SiteChoice, by_new_coverage, by_turn, by_weight, coverage, fewest, flagged_first, p_median

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
CHOICES = ("coverage", "fewest", "p_median")
"""Rules that choose so many villages together, where the others put them in an order."""


class SiteNeeds(NamedTuple):
    """What a village must have for a station of a design."""

    outlet: Outlet
    """At least: any outlet of a network is a shop too."""
    broadband: bool

    @classmethod
    def of(cls, design: StationDesign) -> SiteNeeds:
        """Return the needs of a design."""
        outlets = {"nothing": Outlet.NONE, "shop": Outlet.SHOP, "network_shop": Outlet.NETWORK_SHOP}
        return cls(outlets[design.builds_on], design.needs_broadband)

    def met(self, state: State) -> Bool:
        """Return which villages have it, shape (villages,)."""
        v = state.villages
        return np.asarray((v.outlet >= self.outlet) & (v.broadband | (not self.broadband)), np.bool_)


@dataclass(frozen=True)
class Siting:
    """A rule, and the numbers by which it counts a village as served.

    Attributes
    ----------
    reach_km : straight distance within which a station serves a neighbouring village
    village_share, poor_share : of all administrative villages, and of the poor ones, that `fewest` brings within reach
    """

    rule: SitingRule
    reach_km: float
    village_share: float
    poor_share: float

    @classmethod
    def of(cls, scenario: Scenario, reach_km: float) -> Siting:
        """Return the rule of a scenario's policy; shares are the targets of its programme, 0 where it has none."""
        targets = {target.name: float(target.value) for target in scenario.programme.targets}
        shares = (targets.get(name, 0.0) for name in ("village_coverage", "poor_village_coverage"))
        return cls(scenario.policy.siting, reach_km, *shares)


def ranked_villages(state: State, county: int, siting: Siting, needs: SiteNeeds, *, count: int) -> I64:
    """Return a county's villages without a station, the first to be offered one first.

    Parameters
    ----------
    needs : what a village must have to be offered one
    count : how many will be offered one now, of those that no plan names; rules that choose together choose so many
    """
    rows = possible_sites(state, county, needs)
    v = state.villages
    if siting.rule in CHOICES:
        free = rows[v.planned[rows] < 0]
        chosen = free[chosen_sites(state, county, free, siting, count).sites] if free.size and count > 0 else free[:0]
        first = chosen[by_weight(v.households[chosen])]
        others = rows[~np.isin(rows, chosen)]
        return np.concatenate([first, others[by_weight(v.households[others])]])
    return rows[_order(state, rows, siting)]


def possible_sites(state: State, county: int, needs: SiteNeeds) -> I64:
    """Return a county's administrative villages that never had a station and have what one needs."""
    return np.flatnonzero(administrative_villages(state, county) & (state.villages.station < 0) & needs.met(state))


def administrative_villages(state: State, county: int) -> Bool:
    """Return which villages are administrative villages of a county, shape (villages,)."""
    return np.asarray((state.villages.county == county) & (state.villages.unit_kind == VillageKind.VILLAGE))


def chosen_sites(state: State, county: int, rows: I64, siting: Siting, count: int) -> SiteChoice:
    """Return which of some villages are chosen together, beside the stations that the county has.

    Parameters
    ----------
    rows : villages that may be chosen; the choice counts among them
    count : how many, at most; of `fewest` as many as it takes

    References
    ----------
    docs/model.md 4.8: villages served are those within reach; a p-median counts households by distance.
    """
    v = state.villages
    villages = np.flatnonzero(administrative_villages(state, county))
    stations = villages[open_stations(state)[villages]]
    distance, count = kilometres(state, villages, rows), min(count, len(rows))
    there = kilometres(state, villages, stations).min(axis=1, initial=np.inf)
    served = there <= siting.reach_km
    if siting.rule == "p_median":
        return p_median(np.minimum(distance, there[:, None]), count, v.households[villages])
    if siting.rule == "coverage":
        return coverage(distance, count, siting.reach_km, v.households[villages], served=served)
    within = (distance <= siting.reach_km).any(axis=1) | served
    poor = v.poor[villages]
    shares = [
        (weights, min(share, float(weights[within].sum() / max(1, weights.sum()))))
        for weights, share in ((np.ones(len(villages)), siting.village_share), (poor, siting.poor_share))
    ]
    return fewest(distance, siting.reach_km, shares, served=served)


def kilometres(state: State, start: I64, end: I64) -> F64:
    """Return straight distances between villages of a county, shape (starts, ends)."""
    v = state.villages
    north, east = v.latitude * 1e-6, v.longitude * 1e-6
    shrink = np.cos(np.radians((north[start, None] + north[end]) / 2.0))
    return np.asarray(
        KM_A_DEGREE * np.hypot(north[start, None] - north[end], (east[start, None] - east[end]) * shrink), np.float64
    )


def _order(state: State, rows: I64, siting: Siting) -> I64:
    """Return the places of villages among ``rows``, the first to be served first."""
    v = state.villages
    households = v.households[rows]
    match siting.rule:
        case "max_coverage":
            return by_new_coverage(kilometres(state, rows, rows) <= siting.reach_km, households)
        case "equal_per_township":
            return by_turn(v.township[rows], households)
        case "capture":
            return by_weight(-seat_hours(state)[rows])
        case "population":
            return by_weight(households)
        case _:
            return flagged_first(households, v.poor[rows])
