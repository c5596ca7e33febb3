"""Findings of a check of a run: what was altered or does not hold, and where in the run it lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.manifest import Seal
from ecsim.kernel.journal.merkle import LEAF_SEQS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a run that was altered, or does not hold.

    Attributes
    ----------
    check : what of the run it is about: ``objects``, ``sequence``, ``leaves``, ``tail``, ``root``, …
    message : what, where, what was found, what it should be
    where : the place as data: file, kind, leaves, seqs, days, …
    """

    check: str
    message: str
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Location:
    """A stretch of a run, ends included.

    Attributes
    ----------
    leaves : tuple of int
        First and last leaf.
    seqs : tuple of int
        First and last sequence number.
    days : tuple of int
        Days on which those happened.
    """

    leaves: tuple[int, int]
    seqs: tuple[int, int]
    days: tuple[int, int]

    def __str__(self) -> str:
        leaves, days = (
            f"{singular} {first}" if first == last else f"{plural} {first} to {last}"
            for singular, plural, (first, last) in (("leaf", "leaves", self.leaves), ("day", "days", self.days))
        )
        return f"{leaves} (seqs {self.seqs[0]:,} to {self.seqs[1]:,}, {days})"

    def data(self) -> dict[str, list[int]]:
        """Return the place as data."""
        return {"leaves": list(self.leaves), "seqs": list(self.seqs), "days": list(self.days)}


class Weeks:
    """On which day a sequence number falls, as the week marks of the manifest say.

    Parameters
    ----------
    seals : of a run, in order
    """

    def __init__(self, seals: Sequence[Seal]) -> None:
        marks = [mark for seal in seals for mark in seal.marks]
        self._begins = [seq for seq, _ in marks]
        self._days = [0, *(day for _, day in marks)]

    def day(self, seq: int) -> int:
        """Return the day of a sequence number; behind the last whole week, the day with which the next one begins."""
        return self._days[bisect_right(self._begins, seq)]

    def days(self, seqs: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the day of each of some rising sequence numbers."""
        edges = np.searchsorted(seqs, self._begins)
        return np.repeat(np.array(self._days, np.int32), np.diff(edges, prepend=0, append=len(seqs)))

    def place(self, first: int, last: int) -> Location:
        """Return where sequence numbers lie."""
        days = self.day(first), self.day(last)
        return Location((first // LEAF_SEQS, last // LEAF_SEQS), (first, last), days)

    def leaves(self, first: int, last: int, events: int) -> Location:
        """Return where whole leaves lie.

        Parameters
        ----------
        first, last : leaves, the latter included
        events : how many the run has
        """
        return self.place(first * LEAF_SEQS, min((last + 1) * LEAF_SEQS, events) - 1)


def stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as stretches that follow one another: the first and last of each."""
    result: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if result and number == result[-1][1] + 1:
            result[-1] = result[-1][0], number
        else:
            result.append((number, number))
    return result
