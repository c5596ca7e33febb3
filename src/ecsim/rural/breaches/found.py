"""A breach as it is recounted from events."""

from __future__ import annotations

from dataclasses import dataclass

from ecsim.kernel.breaches import Step
from ecsim.kernel.recorded import Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.texts import text
from ecsim.rural.world import FIRST_SHARED_PLACE

PurseKey = tuple[int, int]
"""Prefecture, and the first county of the purse."""
UNIT_RULES = ("not_twice", "forbidden", "open_access", "cost_at_most", "budget_at_least")
"""Kinds of rules that a unit breaks whatever else is planned; of the others it hangs on the order of units."""
NOBODY = -1
"""In place of a project, its kind or turn: all that was paid out of a book."""


@dataclass(frozen=True)
class RecountedBreach:
    """What breaks a rule: at which step, by how much, at which event and day, out of which purse.

    Attributes
    ----------
    project, kind, turn : of the project that it is about, or `NOBODY`
    county, prefecture : whose it is; county -1: of the whole prefecture
    fen : that was committed, contracted, withdrawn or paid
    """

    step: Step
    rule: str
    over_fen: int
    project: int
    kind: int
    county: int
    prefecture: int
    turn: int
    fen: int
    seq: int
    day: int
    purse: PurseKey

    @property
    def book(self) -> tuple[Step, str, PurseKey]:
        """Where the rule was held."""
        return self.step, self.rule, self.purse

    @property
    def key(self) -> tuple[int, int, int]:
        """Kind, place and turn of the project, as `Candidate.key` has them."""
        return self.kind, self.county if self.county >= 0 else FIRST_SHARED_PLACE + self.prefecture, self.turn


def what(kind: int, step: Step, words: RunWords) -> Text:
    """Return what a breach is about: a kind of project, or all of a plan or its payments."""
    if kind != NOBODY:
        return words.project_kind(kind)
    return text("breaches.change_of_plan") if step == "change" else text("breaches.all_paid")
