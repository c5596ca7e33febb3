"""What a run says itself of breaches that it let through, or found when accounts were closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.breaches import Step
from ecsim.kernel.recorded import Columns, StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.found import NOBODY, PurseKey
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


def what(kind: int, step: Step, words: RunWords) -> Text:
    """Return what a breach is about: a kind of project, or all of a plan or its payments."""
    if kind != NOBODY:
        return words.project_kind(kind)
    return text("breaches.change_of_plan") if step == "change" else text("breaches.all_paid")
