"""Units on their way into the book of a purse: what enters, what waits, what is refused (docs/model.md 4.10).

`examined` is the one way: strategies pass it what they would like, the government what it was asked to approve.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate, chain, compress
from operator import and_

from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.rule_book import EVERYWHERE, Book, Breach, Key
from ecsim.rural.programme.rules import SHARES, Rule


@dataclass(frozen=True)
class Examination:
    """What a book made of units: those that entered, in the order they were given, and those that break a rule.

    Attributes
    ----------
    sequence : those that entered, in the order in which they did
    """

    entered: list[Candidate]
    breaches: list[Breach]
    sequence: list[Candidate]


def too_much_fen(rule: Rule, breaches: Sequence[Breach], *, room: bool = True) -> int:
    """Return what is too much of units that break a rule together; what room there is under a share serves one of them.

    Parameters
    ----------
    breaches : of the rule
    room : whether no other unit has what room there is
    """
    if rule.kind not in (*SHARES, "within_purse"):
        return sum(breach.cut_fen for breach in breaches)
    rooms = [max(breach.unit.central_fen - breach.cut_fen, 0) for breach in breaches]
    return sum(breach.unit.central_fen for breach in breaches) - (min(rooms) if room else 0)


def examined(units: Sequence[Candidate], book: Book, *, in_turn: bool = False) -> Examination:
    """Let units into a book in their order, as far as its rules allow.

    A unit that only lacks supply chain, or its predecessor, waits and is looked at again once that has entered: a plan
    that is lawful as a whole enters whole, in whatever order it is written. Who waits for supply chain keeps its place:
    what comes after it in its book waits behind it, so that a large unit is not starved by small ones of lower rank;
    only when nothing more enters may others pass it. What nothing can cure holds up nobody. What no county can use of
    its floor is free for the others, so passes go on until nothing more enters.

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
        self._short: dict[int, list[int]] = {}
        """Those that wait for supply chain, by the book in which they do, in their order."""
        self._behind: dict[Key, list[int]] = {}
        self._in_line = True

    def run(self) -> Examination:
        """Pass over the units until no more enters; floors that nobody can use any more are given up last."""
        every = range(len(self._units))
        waiting = self._until_no_more(every, reserving=every)
        self._in_line = False
        waiting = self._until_no_more(waiting, reserving=self._dear)
        waiting = self._pass(waiting, reserving=())
        kept_out = [breach for place in waiting if (breach := self._book.breach(self._units[place]))]
        entered = [self._units[place] for place in sorted(self._entered)]
        sequence = [self._units[place] for place in self._entered]
        return Examination(entered, self._refused + [self._book.cured(breach) for breach in kept_out], sequence)

    def _until_no_more(self, places: Sequence[int], reserving: Sequence[int]) -> list[int]:
        """Pass over units until no more enters; return those that still wait."""
        waiting, before = self._pass(places, reserving), -1
        while len(self._entered) != before:
            before = len(self._entered)
            waiting = self._pass(waiting, reserving=self._dear)
        return waiting

    def _pass(self, places: Sequence[int], reserving: Sequence[int]) -> list[int]:
        """Offer each unit once, and again when what it waits for has entered; return those that still wait.

        Parameters
        ----------
        reserving : units for which floors are kept meanwhile
        """
        self._book.reserve_for(self._units[place] for place in reserving)
        self._dear, self._short, self._behind = [], {}, {}
        for place in places:
            agenda = [place]
            while agenda:
                offered = heappop(agenda)
                if self._enters(offered):
                    for awake in self._awake(self._units[offered]):
                        heappush(agenda, awake)
        return sorted(chain(self._dear, *self._short.values(), *self._behind.values()))

    def _enters(self, place: int) -> bool:
        """Let a unit in and return true, or put it where it waits or is refused."""
        unit = self._units[place]
        if self._in_turn and not self._book.follows(unit):
            self._behind.setdefault((unit.key[0], unit.key[1], unit.turn - 1), []).append(place)
            return False
        breach = self._book.breach(unit)
        if self._bars(place, breach):
            return False
        if breach or (self._in_line and self._waits_in_line(place)):
            insort(self._short.setdefault(self._book.supply_book(unit), []), place)
            return False
        self._book.enter(unit)
        self._entered.append(place)
        return True

    def _bars(self, place: int, breach: Breach | None) -> bool:
        """Return whether more supply chain would not let a unit in; if so, set it aside or refuse it."""
        if breach is None:
            return False
        match self._book.rules.rules[breach.rule].kind:
            case "share_at_least" if breach.unit.central_fen <= self._book.left_fen:
                return False
            case "share_at_least" | "within_purse":
                self._dear.append(place)
            case _:
                self._refused.append(self._book.cured(breach))
        return True

    def _waits_in_line(self, place: int) -> bool:
        """Return whether a unit of other kinds than the supply chain has one before it, in its book, that waits."""
        line = self._short.get(self._book.supply_book(self._units[place]), [])
        return bool(line) and line[0] < place and not self._book.supplies(self._units[place])

    def _awake(self, entered: Candidate) -> list[int]:
        """Return the units that waited for one that has entered."""
        freed = self._behind.pop(entered.key, [])
        room = self._book.room_fen() if self._short else {}
        for line in self._short.values():
            while self._in_line and line and self._bars(line[0], self._book.breach(self._units[line[0]])):
                del line[0]
            freed += self._woken(line, room)
        return freed

    def _woken(self, line: list[int], room: Mapping[int, int]) -> list[int]:
        """Take those that have room now from a line: the first of them, while it stands in order."""
        fits = [
            self._units[place].central_fen <= room.get(self._units[place].county, room[EVERYWHERE]) for place in line
        ]
        if self._in_line:
            fits = list(accumulate(fits, and_))
        woken = list(compress(line, fits))
        line[:] = [place for place, fit in zip(line, fits, strict=True) if not fit]
        return woken
