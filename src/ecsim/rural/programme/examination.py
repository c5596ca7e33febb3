"""Units on their way into the book of a purse: what enters, what waits, what is refused (docs/model.md 4.10).

`examined` is the one way: strategies pass it what they would like, the government what it was asked to approve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain

from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.rule_book import EVERYWHERE, Book, Breach, Key


@dataclass(frozen=True)
class Examination:
    """What a book made of units: those that entered, in the order they were given, and those that break a rule."""

    entered: list[Candidate]
    breaches: list[Breach]


def examined(units: Sequence[Candidate], book: Book, *, in_turn: bool = False) -> Examination:
    """Let units into a book in their order, as far as its rules allow.

    A unit that only lacks supply chain, or its predecessor, waits and is looked at again once that has entered: a plan
    that is lawful as a whole enters whole, in whatever order it is written. What no county can use of its floor is
    free for the others, so passes go on until nothing more enters.

    Parameters
    ----------
    in_turn : whether a unit of a kind waits for the one before it
    """
    return _Queue(units, book, in_turn).run()


class _Queue:
    """Units on their way into a book, by their places in the order they were given."""

    def __init__(self, units: Sequence[Candidate], book: Book, in_turn: bool) -> None:
        self._units, self._book, self._in_turn = units, book, in_turn
        self._entered: list[int] = []
        self._refused: list[Breach] = []
        self._dear: list[int] = []
        self._short: list[int] = []
        self._behind: dict[Key, list[int]] = {}

    def run(self) -> Examination:
        """Pass over the units until no more enters; floors that nobody can use any more are given up last."""
        every = range(len(self._units))
        waiting, before = self._pass(every, reserving=every), -1
        while len(self._entered) != before:
            before = len(self._entered)
            waiting = self._pass(waiting, reserving=self._dear)
        waiting = self._pass(waiting, reserving=())
        kept_out = [self._book.breach(self._units[place]) for place in waiting]
        entered = [self._units[place] for place in sorted(self._entered)]
        return Examination(entered, self._refused + [breach for breach in kept_out if breach])

    def _pass(self, places: Sequence[int], reserving: Sequence[int]) -> list[int]:
        """Offer each unit once, and again when what it waits for has entered; return those that still wait.

        Parameters
        ----------
        reserving : units for which floors are kept meanwhile
        """
        self._book.reserve_for(self._units[place] for place in reserving)
        self._dear, self._short, self._behind = [], [], {}
        for place in places:
            agenda = [place]
            while agenda:
                offered = heappop(agenda)
                if self._enters(offered):
                    for awake in self._awake(self._units[offered]):
                        heappush(agenda, awake)
        return sorted(chain(self._dear, self._short, *self._behind.values()))

    def _enters(self, place: int) -> bool:
        """Let a unit in and return true, or put it where it waits or is refused."""
        unit = self._units[place]
        if self._in_turn and not self._book.follows(unit):
            self._behind.setdefault((unit.key[0], unit.key[1], unit.turn - 1), []).append(place)
            return False
        breach = self._book.breach(unit)
        if breach is None:
            self._book.enter(unit)
            self._entered.append(place)
            return True
        match self._book.rules.rules[breach.rule].kind:
            case "within_purse":
                self._dear.append(place)
            case "share_at_least":
                self._short.append(place)
            case _:
                self._refused.append(breach)
        return False

    def _awake(self, entered: Candidate) -> list[int]:
        """Return the units that waited for one that has entered."""
        freed = self._behind.pop(entered.key, [])
        if self._book.supplies(entered):
            room = self._book.room_fen(entered)
            units = [(place, self._units[place]) for place in self._short]
            awake = {place for place, unit in units if unit.central_fen <= room.get(unit.county, room[EVERYWHERE])}
            self._short = [place for place in self._short if place not in awake]
            freed += awake
        return freed
