"""Who founds an enterprise or takes a job: persons of the model's households, with their households' attributes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events.codes import Area, Founder, Group
from ecsim.rural.facilities import area_share
from ecsim.rural.readings import know_how, place_in_county
from ecsim.rural.units import FIRST_SHARED_PLACE
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
NOBODY_FOLLOWED = -1


def founded_in(world: World, process: str, rate: F64, room: int) -> I64:
    """Return the counties of what is founded at once, a Poisson count each, as far as tables have room; shape (n,).

    Parameters
    ----------
    process : name of the draws
    rate : shape (counties,), mean of the count
    """
    counties = np.arange(len(rate))
    return np.repeat(counties, world.draws.poisson(process, world.week, world.state.counties.number, rate))[:room]


def help_to_founders(state: State, terms: CommerceTerms) -> F64:
    """Return the factor on founding by the service centre and by what would-be founders know, shape (counties,)."""
    incubated = 1.0 + terms.incubation * area_share(state, Area.INCUBATION)
    return np.asarray(incubated * (1.0 + terms.trained_founding * know_how(state, Group.FOUNDERS)), np.float64)


def founding_keys(world: World, county: I64, first: int) -> I64:
    """Return what the luck of each founding hangs on, alike in every arm: week, county and turn; shape (n,).

    Parameters
    ----------
    county : of each, those of a county together
    first : below it are the keys of other things
    """
    number = world.state.counties.number[county]
    return first + (world.week * FIRST_SHARED_PLACE + number) * 64 + place_in_county(county)


def groups_of_persons(state: State, household: I64, woman: NDArray[np.bool_], terms: CommerceTerms) -> I64:
    """Return the groups of the employment target that a person of each household belongs to, as flags of `Founder`.

    Parameters
    ----------
    household : row numbers, shape (n,); -1: one that nobody follows, who is counted in none
    woman : whether the person is one, shape (n,)
    """
    h, row = state.households, np.maximum(household, 0)
    groups = (
        (Founder.WOMAN, woman),
        (Founder.YOUNG, h.age_class[row] == 0),
        (Founder.RETURNEE, h.returnee[row]),
        (Founder.GRADUATE, h.schooling_years[row] >= terms.graduate_years),
        (Founder.REGISTERED_POOR, h.poor[row]),
    )
    flags = np.zeros(len(household), np.int64)
    for group, belongs in groups:
        flags |= np.where(belongs & (household >= 0), int(group), 0)
    return flags


def founders(world: World, terms: CommerceTerms, county: I64, draw_key: I64) -> I64:
    """Return the household that founds each enterprise, or -1: somebody whom nobody follows; shape (n,).

    Parameters
    ----------
    county, draw_key : of each enterprise, shape (n,)

    Notes
    -----
    A household is drawn in proportion to its odds among those of the county with a worker; of those that a row stands
    for, one founds.
    """
    h = world.state.households
    odds = np.where(h.workers > 0, h.weight, 0).astype(np.float64)
    for has, factor in (
        (h.skilled, terms.founder_skilled_odds),
        (h.returnee, terms.founder_returnee_odds),
        (h.schooling_years >= terms.graduate_years, terms.founder_graduate_odds),
        (h.age_class == 0, terms.founder_young_odds),
        (h.poor, terms.founder_poor_odds),
    ):
        odds *= np.where(has, factor, 1.0)
    of_village = world.draws.uniform("village_founder", world.week, draw_key) < terms.village_founders
    luck = world.draws.uniform("founder", world.week, draw_key)
    household = np.full(len(county), NOBODY_FOLLOWED, np.int64)
    for here in np.unique(county[of_village]):
        rows, wanted = np.flatnonzero(h.county == here), np.flatnonzero(of_village & (county == here))
        running = np.cumsum(odds[rows])
        if rows.size and running[-1] > 0:
            place = np.searchsorted(running, luck[wanted] * running[-1], side="right")
            household[wanted] = rows[np.minimum(place, len(rows) - 1)]
    return household
