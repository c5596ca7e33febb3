"""Weeks of offices without money or luck: works are opened, worked at and finished, by the model's own rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.programme.offices import MILLE, Answer, Desks, Queue, admitted, worked

I64 = NDArray[np.int64]
NEVER = 1 << 30


@dataclass(frozen=True)
class Works:
    """Works of offices, in the order of the plan of each; shape (works,) each.

    Attributes
    ----------
    release : week from which each may be opened
    weight, desk : thousandths
    contractor : weeks that the contractor takes from the week of the opening on
    """

    office: I64
    release: I64
    weight: I64
    desk: I64
    contractor: I64

    @classmethod
    def alike(cls, many: int, weeks: int, share: float = 1.0) -> Works:
        """Return equal works of one office, released at once, desk work beside a contractor who takes no time."""
        zero = np.zeros(many, np.int64)
        return cls(zero, zero, zero + MILLE, zero + round(share * weeks * MILLE), zero)


def desks(*capacity: float, open_contracts: float = 2.0, lend: float = 0.0, equal: bool = False) -> Desks:
    """Return offices that lend to each other, if at all."""
    hours = np.rint(MILLE * np.array(capacity)).astype(np.int64)
    slots = np.rint(open_contracts * hours).astype(np.int64)
    return Desks(hours, slots, np.zeros(len(hours), np.int64), round(MILLE * lend), equal)


def without_limit(these: Desks) -> Desks:
    """Return offices that have any number of contracts open."""
    return Desks(these.capacity, np.full(len(these), NEVER), these.group, these.lend_mille, these.equal)


def finished(these: Desks, works: Works, weeks: int) -> I64:
    """Return the week in which each of some works is finished, or `NEVER`."""
    many = len(works.office)
    opened, end, left = np.full(many, NEVER), np.full(many, NEVER), works.desk.copy()
    order = np.arange(many)

    def queue(rows: I64) -> Queue:
        return Queue(works.office[rows], order[rows], rows / many, works.weight[rows])

    for week in range(weeks):
        under_way = (opened < NEVER) & (end == NEVER)
        end[under_way & (left == 0) & (opened + works.contractor <= week)] = week
        if end.max() < NEVER:
            break
        is_open = np.flatnonzero((opened < NEVER) & (end == NEVER))
        waiting = np.flatnonzero((opened == NEVER) & (works.release <= week))
        if waiting.size:
            held = np.bincount(works.office[is_open], works.weight[is_open], len(these)).astype(np.int64)
            chosen = admitted(these, queue(waiting), held, lambda _: Answer.TAKE)
            opened[waiting[chosen]] = week
        at = np.flatnonzero((opened < NEVER) & (left > 0))
        if at.size:
            left[at] -= worked(these, queue(at), left[at])
    return end
