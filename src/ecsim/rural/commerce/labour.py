"""Which households work where there is work: a weighted draw without replacement that stays (docs/model.md 4.7).

Every job that a household could fill has a clock, drawn once for ever and faster the better it fits; those that ring
first have the jobs. More or fewer jobs move the last place alone, so a household keeps its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import place_in_group
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class LabourForce:
    """Workers of the region's households; constants of the opening, shape (households,) each.

    Attributes
    ----------
    workers : of all households that a row stands for
    start : where in the first of its workers' stretch a row's clocks begin, in (0, 1)
    seat_hours, township_hours : one way by road
    woman : whether the member of the household who works in online trade is a woman
    """

    workers: I64
    start: F64
    seat_hours: F64
    township_hours: F64
    woman: NDArray[np.bool_]


def labour_force(world: World) -> LabourForce:
    """Return who could work; of several workers of a household any may, and the second is not of the head's sex."""
    state = world.state
    h, v = state.households, state.villages
    to_township = v.road_seconds[h.village] / 3600.0
    head_works = world.draws.uniform("who_of_a_household_works", 0, h.number) * np.maximum(h.workers, 1) < 1.0
    return LabourForce(
        workers=h.weight.astype(np.int64) * h.workers,
        start=np.clip(world.draws.uniform("who_gets_a_job", 0, h.number), 1e-9, 1.0 - 1e-9),
        seat_hours=to_township + state.townships.road_seconds[v.township[h.village]] / 3600.0,
        township_hours=to_township,
        woman=np.where(head_works, h.woman, ~h.woman),
    )


@dataclass(frozen=True)
class Jobs:
    """Jobs that are filled, those of a place together and in the order of their clocks; shape (jobs,) each."""

    household: I64
    place: I64
    turn: I64
    """The how-manieth of its place."""


def fill_jobs(place: I32, workers: I64, start: F64, odds: F64, wanted: I64) -> Jobs:
    """Return who fills the jobs of each place: a weighted draw without replacement, the same for ever.

    Parameters
    ----------
    place : shape (households,), where each would work
    workers : shape (households,), who are free, of all that a row stands for
    start : shape (households,), luck, in (0, 1)
    odds : shape (households,), > 0, of a worker against others
    wanted : shape (places,), jobs

    Notes
    -----
    A worker's clock is exponential with rate ``odds``. Workers of a row have the quantiles ``(start + j)/workers`` of
    it, so who has how many jobs is, in expectation, the same in a sample of any size.

    References
    ----------
    Efraimidis and Spirakis (2006), Weighted random sampling with a reservoir, Information Processing Letters 97.
    """
    until = _ring_by(place, workers, start, odds, wanted)
    rung = _rung(workers, start, odds, until[place])
    row = np.repeat(np.arange(len(place)), rung)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(rung) - rung, rung)
    clock = -np.log1p(-(turn + start[row]) / np.maximum(workers[row], 1)) / odds[row]
    order = np.lexsort((row, clock, place[row]))
    row = row[order]
    within = place_in_group(place[row])
    first = within < wanted[place[row]]
    return Jobs(household=row[first], place=place[row][first].astype(np.int64), turn=within[first])


def _rung(workers: I64, start: F64, odds: F64, until: F64) -> I64:
    """Return how many clocks of each row have rung by a time."""
    reached = np.floor(-np.expm1(-odds * until) * workers - start).astype(np.int64) + 1
    return np.where(until > 0, np.clip(reached, 0, workers), 0)


def _ring_by(place: I32, workers: I64, start: F64, odds: F64, wanted: I64) -> F64:
    """Return a time by which as many clocks of each place have rung as it has jobs, or all; shape (places,)."""
    places = len(wanted)
    there, rate = np.bincount(place, workers, places), np.bincount(place, odds * workers, places)
    until = np.where(wanted > 0, np.divide(1.2 * (wanted + 4.0), rate, out=np.zeros(places), where=rate > 0), 0.0)
    while True:
        rung = np.bincount(place, _rung(workers, start, odds, until[place]), places)
        short = (until > 0) & (rung < np.minimum(wanted, there))
        if not short.any():
            return np.asarray(until, np.float64)
        until[short] *= 2.0
