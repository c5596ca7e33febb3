"""Laws that a model obeys when an input is pushed to its limit: data of the model, tried by runs side by side.

A law changes something of a scenario, compares an outcome with that of the same seed without the change, and says
between which bounds the comparison lies if the model is right (a metamorphic test).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ecsim.kernel.text import Text


@dataclass(frozen=True, slots=True)
class LimitLaw:
    """What an outcome must do when something is pushed to its limit.

    Attributes
    ----------
    name : one word for commands and tests
    title : what is pushed
    expectation : what then holds, in words
    changes : values of the scenario in the run that is pushed, by dotted key
    outcome : what is looked at, with its period
    low, high : bounds of what is found, both allowed
    against : ``run``: the outcome over that of a run with ``setting`` alone; ``none``: the outcome itself; or another
        outcome of the same run, which it is taken over
    setting : values of both runs
    """

    name: str
    title: Text
    expectation: Text
    outcome: str
    low: float = -math.inf
    high: float = math.inf
    changes: Mapping[str, Any] = field(default_factory=dict)
    against: str = "run"
    setting: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that its runs are asked for."""
        return (self.outcome,) if self.against in ("run", "none") else (self.outcome, self.against)


Verdict = Literal["holds", "broken", "no figure"]


@dataclass(frozen=True, slots=True)
class LawTried:
    """A law, what was found, and whether it holds."""

    law: LimitLaw
    found: float

    @property
    def verdict(self) -> Verdict:
        """Whether what was found lies between the law's bounds."""
        if math.isnan(self.found):
            return "no figure"
        return "holds" if self.law.low <= self.found <= self.law.high else "broken"


class Runner(Protocol):
    """Makes a run of a scenario with some values replaced and returns outcomes by name."""

    def __call__(self, changes: Mapping[str, Any], outcomes: Sequence[str], /) -> Mapping[str, float]:
        """Return the outcomes of a run."""


def tried(laws: Sequence[LimitLaw], run: Runner, done: Callable[[LawTried], None] | None = None) -> list[LawTried]:
    """Return every law with what was found; runs that several laws need are made once.

    Parameters
    ----------
    run : makes a run
    done : told each result as it comes
    """
    asked: dict[str, set[str]] = {}
    for law in laws:
        for changes in _runs_of(law):
            asked.setdefault(_key(changes), set()).update(law.outcomes)
    made: dict[str, Mapping[str, float]] = {}

    def outcomes(changes: Mapping[str, Any]) -> Mapping[str, float]:
        key = _key(changes)
        if key not in made:
            made[key] = run(changes, sorted(asked[key]))
        return made[key]

    results = []
    for law in laws:
        values = [outcomes(changes) for changes in _runs_of(law)]
        results.append(LawTried(law, _found(law, values)))
        if done:
            done(results[-1])
    return results


def _runs_of(law: LimitLaw) -> list[dict[str, Any]]:
    pushed = {**law.setting, **law.changes}
    return [pushed, dict(law.setting)] if law.against == "run" else [pushed]


def _key(changes: Mapping[str, Any]) -> str:
    return repr(sorted(changes.items()))


def _found(law: LimitLaw, values: Sequence[Mapping[str, float]]) -> float:
    value = values[0][law.outcome]
    if law.against == "none":
        return value
    other = values[1][law.outcome] if law.against == "run" else values[0][law.against]
    return value / other if other else math.nan
