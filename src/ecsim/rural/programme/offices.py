"""What an office can do in a week: contracts are opened and worked at by rank, and offices lend to each other.

Time at desks and the weight of contracts are whole thousandths, of a project-week and of a project of mean size, so
that whoever reckons them gets the same. Nothing here knows of money, luck or states; `procurement` brings them.

References
----------
docs/model.md 4.10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import first_served

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
MILLE = 1_000
"""A project-week, or the weight of a project of mean size."""


@dataclass(frozen=True)
class Desks:
    """Offices and what they have; shape (offices,) each.

    Attributes
    ----------
    capacity : desk work a week, thousandths of a project-week
    slots : weight of contracts that may be open, thousandths
    group : offices of one group lend to each other
    lend_mille : of what is spare, so many thousandths are lent; 0: nothing
    equal : whether all open contracts share the desks by weight; else the first by rank comes first
    """

    capacity: I64
    slots: I64
    group: I64
    lend_mille: int = 0
    equal: bool = False

    def __len__(self) -> int:
        return len(self.capacity)


@dataclass(frozen=True)
class Queue:
    """Contracts or projects that offices have before them; shape (rows,) each.

    Attributes
    ----------
    office : whose each is
    rank : what comes first in an office has the lower one
    tie : decides between offices that lend to each other, where ranks are alike
    weight : thousandths; also the most desk work that one takes in a week
    """

    office: I64
    rank: I64
    tie: NDArray[np.float64]
    weight: I64

    def by_rank(self) -> I64:
        """Return the rows of all offices by rank."""
        return np.lexsort((self.tie, self.rank))

    def by_office(self) -> I64:
        """Return the rows, office after office, by rank."""
        return np.lexsort((self.tie, self.rank, self.office))


class Answer(Enum):
    """What the purse says to the next of a queue."""

    TAKE = 0
    PASS = 1
    """It waits, and others may go ahead."""
    STOP = 2
    """It waits, and so does all that is behind it in its office."""


def admitted(desks: Desks, waiting: Queue, held: I64, ask: Callable[[int], Answer]) -> list[int]:
    """Return which projects are opened this week, in the order in which they are.

    An office opens the next by rank while the weight that is open does not exceed its slots; one that is heavier than
    all of them may enter when nothing is open. After that offices of a group borrow each other's slots: what an office
    has lent does not count against its own, so that it is never later for having lent.

    Parameters
    ----------
    held : shape (offices,), weight that is open
    ask : whether there is money for a row; called for each that there is a slot for
    """
    open_weight, chosen, left = held.copy(), list[int](), list[int]()
    blocked = np.zeros(len(desks), np.bool_)
    stopped = np.zeros(len(desks), np.bool_)
    for row in waiting.by_rank().tolist():
        office, weight = int(waiting.office[row]), int(waiting.weight[row])
        fits = open_weight[office] + weight <= desks.slots[office] or not open_weight[office]
        if blocked[office] or stopped[office] or not fits:
            blocked[office] = True
            left.append(row)
            continue
        answer = ask(row)
        stopped[office] = answer is Answer.STOP
        if answer is Answer.TAKE:
            chosen.append(row)
            open_weight[office] += weight
    if desks.lend_mille and left:
        rows = np.array(left, np.int64)
        chosen += _borrowing(desks, waiting, rows[~stopped[waiting.office[rows]]], open_weight, ask)
    return chosen


def _borrowing(desks: Desks, waiting: Queue, rows: I64, open_weight: I64, ask: Callable[[int], Answer]) -> list[int]:
    """Return which of the projects without a slot of their own, by rank, are opened in slots that others lend."""
    chosen, closed = list[int](), set[int]()
    for row in rows.tolist():
        office, weight = int(waiting.office[row]), int(waiting.weight[row])
        group = int(desks.group[office])
        if group in closed:
            continue
        members = desks.group == group
        free = np.where(members, desks.slots - open_weight, 0)
        of_others = np.maximum(free, 0).sum() - max(int(free[office]), 0)
        loan = weight - max(int(free[office]), 0)
        if loan > desks.lend_mille * of_others // MILLE + np.minimum(free, 0).sum():
            closed.add(group)
            continue
        answer = ask(row)
        if answer is Answer.TAKE:
            chosen.append(row)
            open_weight[office] += weight
        elif answer is Answer.STOP:
            closed.add(group)
    return chosen


def worked(desks: Desks, under_way: Queue, left: I64) -> I64:
    """Return the desk work that each open contract gets this week, shape (rows,), thousandths.

    Parameters
    ----------
    left : desk work that each still needs
    """
    wanted = np.minimum(under_way.weight, left)
    order = under_way.by_office()
    got = np.zeros_like(wanted)
    if desks.equal:
        got = _shared(wanted, under_way.weight, under_way.office, desks.capacity)
    got[order] += first_served((wanted - got)[order], under_way.office[order], _spare(desks, under_way, got))
    if desks.lend_mille:
        spare = np.bincount(desks.group, _spare(desks, under_way, got), int(desks.group.max()) + 1).astype(np.int64)
        lent = spare * desks.lend_mille // MILLE
        group = desks.group[under_way.office]
        order = np.lexsort((under_way.tie, under_way.rank, group))
        got[order] += first_served((wanted - got)[order], group[order], lent)
    return got


def _spare(desks: Desks, under_way: Queue, got: I64) -> I64:
    return desks.capacity - np.bincount(under_way.office, got, len(desks)).astype(np.int64)


def _shared(wanted: I64, weight: I64, place: I64, room: I64) -> I64:
    """Return what each gets where all of a place share its room by weight, none more than it wants."""
    got = np.zeros_like(wanted)
    while True:
        open_weight = np.where(got < wanted, weight, 0)
        left = room - np.bincount(place, got, len(room)).astype(np.int64)
        total = np.bincount(place, open_weight, len(room)).astype(np.int64)
        more = np.minimum(wanted - got, open_weight * left[place] // np.maximum(total, 1)[place])
        if not more.any():
            return got  # what is left is less than a thousandth each; the first take it
        got += more
