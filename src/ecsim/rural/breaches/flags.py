"""What a run says itself of breaches that it let through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.recorded import StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.events import ProjectRefused
from ecsim.rural.texts import text
from ecsim.rural.world import FIRST_SHARED_PLACE


@dataclass(frozen=True)
class Flag:
    """A breach that a run marked: the rule, what kind of project where, and out of which purse."""

    rule: str
    kind: int
    county: int
    prefecture: int
    turn: int
    purse: tuple[int, int]
    seq: int

    @property
    def key(self) -> tuple[int, int, int]:
        """Kind, place and turn of the project, as `Candidate.key` has them."""
        return self.kind, self.county if self.county >= 0 else FIRST_SHARED_PLACE + self.prefecture, self.turn


def flags_of(
    run: StoredRun[Any, Any], rules: Sequence[str], purse_of: Callable[[int, int], tuple[int, int]]
) -> list[Flag]:
    """Return what a run let through with a flag.

    Parameters
    ----------
    rules : names in the order in which events number them
    purse_of : returns the purse of a county and prefecture
    """
    rows = run.reader.kind(ProjectRefused)
    columns = ("project_kind", "county", "prefecture", "turn", "rule", "seq")
    flags = []
    for row in rows["let_through"].nonzero()[0].tolist():
        kind, county, prefecture, turn, rule, seq = (int(rows[name][row]) for name in columns)
        flags.append(Flag(rules[rule - 1], kind, county, prefecture, turn, purse_of(county, prefecture), seq))
    return flags


def said_alone(flag: Flag, rule: Text, words: RunWords) -> Text:
    """Return that the events do not bear out a flag.

    Parameters
    ----------
    rule : its title
    """
    return text(
        "breaches.only_flagged", what=words.project_kind(flag.kind), place=words.place(flag.county, flag.prefecture),
        seq=f"{flag.seq:,}", rule=rule,
    )  # fmt: skip
