"""What a run says itself of breaches that it let through, or found when accounts were closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.breaches import Flagged, Step
from ecsim.kernel.recorded import Columns, StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.found import NOBODY, UNIT_RULES, PurseKey, RecountedBreach, what
from ecsim.rural.events import (
    AwardOverLimit,
    ChangeOverLimit,
    ClosingBreachFound,
    Event,
    PaymentOverLimit,
    ProjectApproved,
    ProjectRefused,
)
from ecsim.rural.texts import text
from ecsim.rural.world import FIRST_SHARED_PLACE

AFTER_APPROVAL: tuple[tuple[type[Event], Step], ...] = (
    (ChangeOverLimit, "change"),
    (AwardOverLimit, "award"),
    (PaymentOverLimit, "payment"),
    (ClosingBreachFound, "closing"),
)
"""Kinds of events that speak of breaches once plans are approved."""


@dataclass(frozen=True)
class Flag:
    """A breach that a run marked: where, the rule, what kind of project where, and out of which purse."""

    step: Step
    rule: str
    kind: int
    county: int
    prefecture: int
    turn: int
    purse: PurseKey
    seq: int

    @property
    def key(self) -> tuple[int, int, int]:
        """Kind, place and turn of the project, as `Candidate.key` has them."""
        return self.kind, self.county if self.county >= 0 else FIRST_SHARED_PLACE + self.prefecture, self.turn

    @property
    def book(self) -> tuple[Step, str, PurseKey]:
        """Where the rule was held."""
        return self.step, self.rule, self.purse


def flags_of(run: StoredRun[Any, Any], rules: Sequence[str], purse_of: Callable[[int, int], PurseKey]) -> list[Flag]:
    """Return what a run let through with a flag, or found at the closing.

    Parameters
    ----------
    rules : names in the order in which events number them
    purse_of : returns the purse of a county and prefecture
    """
    names = ("project", "project_kind", "county", "prefecture", "turn")
    approved = run.reader.kind(ProjectApproved)
    whose = {row[0]: row[1:] for row in zip(*(approved[name].tolist() for name in names), strict=True)}
    rows = [("approval", *row) for row in _let_through(run.reader.kind(ProjectRefused), names[1:])]
    for kind, step in AFTER_APPROVAL:
        columns = run.reader.kind(kind)
        if "project" in columns:
            said = _let_through(columns, ("project",))
            rows += [(step, *whose[project], rule, seq) for project, rule, seq in said]
        else:
            every = _let_through(columns, ("county", "prefecture"), found=step == "closing")
            rows += [(step, NOBODY, county, prefecture, NOBODY, rule, seq) for county, prefecture, rule, seq in every]
    return [
        Flag(step, rules[rule - 1], kind, county, prefecture, turn, purse_of(county, prefecture), seq)
        for step, kind, county, prefecture, turn, rule, seq in rows
    ]


def _let_through(columns: Columns, names: Sequence[str], *, found: bool = False) -> Iterator[tuple[Any, ...]]:
    """Yield some columns of rows that were let through, or of all findings, with the rule and number of the event."""
    for row in range(len(columns["seq"])):
        if found or columns["let_through"][row]:
            yield tuple(int(columns[name][row]) for name in (*names, "rule", "seq"))


class Flags:
    """What a run says of breaches, beside what its events give.

    Parameters
    ----------
    flags : of the run
    kinds : of rules, by name
    """

    def __init__(self, flags: Sequence[Flag], kinds: Mapping[str, str]) -> None:
        self._flags, self._kinds = flags, kinds
        self._planned = [flag for flag in flags if flag.step == "approval"]

    def of(self, found: RecountedBreach) -> Flagged:
        """Return whether the run flagged a breach: the unit, or under rules that hang on order any of its book."""
        if found.step != "approval":
            return "flagged" if found.book in {flag.book for flag in self._flags} else "not flagged"
        if any(flag.rule == found.rule and flag.key == found.key for flag in self._planned):
            return "flagged"
        if not self._by_unit(found.rule) and found.book in {flag.book for flag in self._planned}:
            return "flagged"
        return "under another rule" if found.key in {flag.key for flag in self._planned} else "not flagged"

    def alone(self, found: Sequence[RecountedBreach]) -> list[Flag]:
        """Return the flags that what was found does not bear out."""
        units, books = {(each.step, each.rule, each.key) for each in found}, {each.book for each in found}
        return [
            flag
            for flag in self._flags
            if (flag.step, flag.rule, flag.key) not in units and (self._by_unit(flag.rule) or flag.book not in books)
        ]

    def _by_unit(self, rule: str) -> bool:
        return self._kinds[rule] in UNIT_RULES


def said_alone(flag: Flag, rule: Text, words: RunWords) -> Text:
    """Return that the events do not bear out a flag.

    Parameters
    ----------
    rule : its title
    """
    return text(
        "breaches.only_flagged", what=what(flag.kind, flag.step, words),
        place=words.place(flag.county, flag.prefecture), seq=f"{flag.seq:,}", rule=rule,
    )  # fmt: skip
