"""Who uses the small services of stations, and what that brings and takes (docs/model.md 4.8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.programme.station_services import StationService
from ecsim.rural.readings import online
from ecsim.rural.scenario import StationDesign
from ecsim.rural.state import State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
GROUPS = 4
"""Households without internet and with it, of each those that are not on the register and those that are."""


@dataclass(frozen=True)
class ServiceUse:
    """A month of small services at stations, each of shape (stations,)."""

    uses: F64
    fen: F64
    hours: F64

    def times(self, share: F64) -> ServiceUse:
        """Return a share of it all."""
        return ServiceUse(self.uses * share, self.fen * share, self.hours * share)


@dataclass(frozen=True)
class OfferedServices:
    """The services of one design as columns, shape (services,) each."""

    uses: F64
    """Shape (services, GROUPS), uses a month of a household of each group."""
    fen: F64
    hours: F64
    internet: Bool
    line: Bool

    @classmethod
    def of(cls, design: StationDesign) -> OfferedServices:
        """Return those that a design names."""
        offered = tuple(design.services.values())
        return cls(
            uses=np.array([_uses_of_groups(each) for each in offered], np.float64).reshape(-1, GROUPS),
            fen=100.0 * np.array([each.yuan_a_use.value for each in offered], np.float64),
            hours=np.array([each.hours_a_use.value for each in offered], np.float64),
            internet=np.array([each.needs != "nothing" for each in offered], np.bool_),
            line=np.array([each.needs == "line" for each in offered], np.bool_),
        )


def _uses_of_groups(service: StationService) -> tuple[float, float, float, float]:
    """Return the uses a month of a service by a household of each group."""
    shares = (service.users_without_internet.value, service.users_with_internet.value)
    poor = service.poor_users.value
    without, with_it = ((share, min(1.0, share * poor)) for share in shares)
    times = service.uses_a_month.value
    return times * without[0], times * without[1], times * with_it[0], times * with_it[1]


def households_by_group(state: State, level: F64) -> F64:
    """Return the households of each village by group, shape (villages, GROUPS).

    Parameters
    ----------
    level : shape (counties,), share of households with internet, millionths
    """
    h, villages = state.households, len(state.villages)
    group = GROUPS * h.village.astype(np.int64) + 2 * online(state, level) + h.poor
    counted = np.bincount(group, h.weight, GROUPS * villages)
    return np.asarray(counted.reshape(villages, GROUPS), np.float64)


def possible_use(
    state: State, services: tuple[OfferedServices, ...], level: F64, village: I64, design: I64, outage: float = 0.0
) -> ServiceUse:
    """Return what the households of villages would do in a month at stations that miss none of them.

    Parameters
    ----------
    services : of each design
    level : as in `households_by_group`
    village, design : shape (stations,)
    outage : share of lines that are down
    """
    v = state.villages
    households = households_by_group(state, level)[village]
    connected = (level > 0)[v.county[village]] * (1.0 - outage)
    found = np.zeros((3, len(village)))
    for code in np.unique(design):
        here, offered = np.flatnonzero(design == code), services[code]
        works = np.where(offered.internet, connected[here, None], 1.0)
        works *= np.where(offered.line, v.broadband[village[here], None], True)
        uses = works * (households[here] @ offered.uses.T)
        found[:, here] = uses.sum(axis=1), uses @ offered.fen, uses @ offered.hours
    return ServiceUse(*found)
