"""Laws that a model obeys when an input is pushed to its limit: data of the model, tried by runs side by side.

A law changes something of a scenario, compares an outcome with that of the same seed without the change, and says
between which bounds the comparison lies if the model is right (a metamorphic test).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.text import Text


@dataclass(frozen=True, slots=True)
class LawRun:
    """A run that a law needs.

    Attributes
    ----------
    changes : values of the scenario, by dotted key
    invariance, after_another : as of `LimitLaw`
    """

    changes: Mapping[str, Any]
    invariance: str = ""
    after_another: bool = False

    @property
    def key(self) -> str:
        """What equal runs share."""
        return repr((sorted(self.changes.items()), self.invariance, self.after_another))


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
    invariance : change of the model's own that must not matter, made in the run that is pushed; empty: none
    after_another : whether the run that is pushed is made right behind another one, in the same process
    each : whether it must hold at every seed; else in the mean over seeds
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
    invariance: str = ""
    after_another: bool = False
    each: bool = False

    @property
    def runs(self) -> list[LawRun]:
        """The run that is pushed, and the one beside it if there is one."""
        pushed = LawRun({**self.setting, **self.changes}, self.invariance, self.after_another)
        return [pushed, LawRun(dict(self.setting))] if self.against == "run" else [pushed]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that its runs are asked for."""
        return (self.outcome,) if self.against in ("run", "none") else (self.outcome, self.against)


Verdict = Literal["holds", "broken", "no figure"]


@dataclass(frozen=True, slots=True)
class LawTried:
    """A law, what was found, and whether it holds.

    Attributes
    ----------
    found : at one seed, or over seeds: the mean, or what is farthest from the bounds of a law that each seed must obey
    """

    law: LimitLaw
    found: float

    @classmethod
    def over_seeds(cls, tried: Sequence[LawTried]) -> LawTried:
        """Return a law over several seeds, given what was found at each."""
        law, values = tried[0].law, [one.found for one in tried]
        if law.each and not any(math.isnan(value) for value in values):
            return cls(law, max(values, key=lambda value: max(law.low - value, value - law.high)))
        return cls(law, sum(values) / len(values))

    @property
    def verdict(self) -> Verdict:
        """Whether what was found lies between the law's bounds."""
        if math.isnan(self.found):
            return "no figure"
        return "holds" if self.law.low <= self.found <= self.law.high else "broken"


class LawFigures(Protocol):
    """Watches a run for figures of laws that are no outcomes; the view ``law_figures`` makes one."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""

    def figures(self, state: Any, /) -> Mapping[str, float]:  # noqa: ANN401 (the model's own)
        """Return them by name, given the state that the run ended in."""


Maker: TypeAlias = Callable[[Sequence[LawRun], Sequence[str]], Sequence[Mapping[str, float]]]
"""Makes runs and returns the outcomes that it is asked for, by name, of each."""


def tried(laws: Sequence[LimitLaw], make: Maker, outcomes: Sequence[str] = ()) -> list[LawTried]:
    """Return every law with what was found; runs that several laws need are made once.

    Parameters
    ----------
    make : makes the runs, all at once
    outcomes : further ones that every run is asked for, so that runs of some laws serve others too
    """
    wanted = {run.key: run for law in laws for run in law.runs}
    names = sorted({*outcomes, *(name for law in laws for name in law.outcomes)})
    figures = dict(zip(wanted, make(list(wanted.values()), names), strict=True))
    return [LawTried(law, _found(law, [figures[run.key] for run in law.runs])) for law in laws]


def _found(law: LimitLaw, values: Sequence[Mapping[str, float]]) -> float:
    value = values[0].get(law.outcome, math.nan)
    if law.against == "none":
        return value
    other = values[1].get(law.outcome, math.nan) if law.against == "run" else values[0].get(law.against, math.nan)
    return value / other if other else math.nan
