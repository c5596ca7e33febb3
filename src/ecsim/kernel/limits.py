"""Laws that a model obeys when an input is pushed to its limit: data of the model, tried by runs side by side.

A law changes something of a scenario, compares an outcome with that of the same seed without the change, and says
between which bounds the comparison lies if the model is right (a metamorphic test).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Any, Literal, Protocol, TypeAlias

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.text import Text
from ecsim.kernel.world import Exclusion, Watcher


@dataclass(frozen=True, slots=True)
class LawRun:
    """A run that a law needs.

    Attributes
    ----------
    changes : values of the scenario, by dotted key
    invariance, after_another, policy, without : as of `LimitLaw`
    """

    changes: Mapping[str, Any]
    invariance: str = ""
    after_another: bool = False
    policy: str = ""
    without: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What equal runs share."""
        return repr((sorted(self.changes.items()), self.invariance, self.after_another, self.policy, self.without))


@dataclass(frozen=True, slots=True)
class Term:
    """A run of a law on several runs, and the weight of its outcome in their sum."""

    weight: float
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LimitLaw:
    """What an outcome must do when something is pushed to its limit.

    Attributes
    ----------
    name : one word for commands and tests
    title : what is pushed
    expectation : what then holds, in words
    changes : values of the scenario in the run that is pushed, by dotted key
    outcome : what is looked at, with its period; ``name:*``: every figure whose name begins so, of which the
        one that is farthest from the bounds counts
    low, high : bounds of what is found, both allowed; without any, it is printed and judged by nobody
    against : ``run``: the outcome over that of a run with ``setting`` alone; ``difference``: less that of such a run;
        ``none``: the outcome itself; or another outcome of the same run, which it is taken over
    setting : values of both runs
    terms : runs whose weighted outcomes are added up, instead of ``changes`` and ``against``
    over : likewise, what that sum is taken over; none: nothing
    policy : name of a shipped policy in place of the scenario's own; empty: its own
    policy_beside : that of the run beside it, where it has another
    invariance : change of the model's own that must not matter, made in the run that is pushed; empty: none
    after_another : whether the run that is pushed is made right behind another one, in the same process
    each : whether it must hold at every seed; else in the mean over seeds
    beyond_chance : whether it is broken only where the mean lies outside the bounds by more than chance explains
    without : names of the model's switches (view ``law_switches``): what does not happen in the run that is pushed
    without_beside : likewise in the run beside it
    points : settings at which it is tried one by one, all of its runs with each; what is found at them is taken like
        what is found at several seeds
    moves : whether it holds only where the mean is farther from 0, on the side that the bounds allow, than chance
        explains: an effect that must be seen, not only not be contradicted
    per : figure of the run that is pushed by whose unit what is found is shown as well; empty: by none
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
    terms: tuple[Term, ...] = ()
    over: tuple[Term, ...] = ()
    policy: str = ""
    policy_beside: str = ""
    beyond_chance: bool = False
    without: tuple[str, ...] = ()
    without_beside: tuple[str, ...] = ()
    points: tuple[Mapping[str, Any], ...] = ()
    moves: bool = False
    per: str = ""

    @property
    def runs(self) -> list[LawRun]:
        """Its runs, those of one point behind those of another."""
        return [run for point in self.points or ({},) for run in self._runs_at(point)]

    def _runs_at(self, point: Mapping[str, Any]) -> list[LawRun]:
        """Return the run that is pushed, and the one beside it if there is one; or those of its terms."""
        setting = {**self.setting, **point}
        if self.terms:
            return [LawRun({**setting, **term.changes}, policy=self.policy) for term in (*self.terms, *self.over)]
        pushed = LawRun({**setting, **self.changes}, self.invariance, self.after_another, self.policy, self.without)
        beside = LawRun(setting, policy=self.policy_beside or self.policy, without=self.without_beside)
        return [pushed, beside] if self.against in BESIDE else [pushed]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that its runs are asked for."""
        further = () if self.against in (*BESIDE, "none") else (self.against,)
        return (self.outcome, *further, *([self.per] if self.per else []))

    def misses(self, value: float) -> float:
        """Return by how much a value lies outside the bounds; inside, less than zero."""
        return max(self.low - value, value - self.high)


Verdict = Literal["holds", "broken", "no figure", "printed", "cannot be told", "does not move"]
BESIDE = ("run", "difference")
"""What a law is held against where it takes a run beside the one that is pushed."""
EVERY = ":*"
"""End of the name of an outcome that stands for all figures whose names begin alike."""
STANDARD_ERRORS = 2.0
"""So many standard errors of a mean over seeds are laid to chance."""
SURE = 0.975
"""Quantile of Student's distribution at the end of the interval of an effect that must be seen: 95 %, two-sided."""


@dataclass(frozen=True, slots=True)
class LawTried:
    """A law, what was found, and whether it holds.

    Attributes
    ----------
    found : at one seed and point, or over several: the mean, or what is farthest from the bounds of a law that each
        seed must obey
    half_width : of the interval of that mean, in which chance alone could move it; NaN of one value or of no mean
    values : what was found at each seed and point
    per_unit : what was found by the unit of what the law names for it, in the mean; NaN where it names nothing
    """

    law: LimitLaw
    found: float
    half_width: float = math.nan
    values: tuple[float, ...] = ()
    per_unit: float = math.nan

    @classmethod
    def over_seeds(cls, tried: Sequence[LawTried]) -> LawTried:
        """Return a law over several seeds or points, given what was found at each."""
        law, values = tried[0].law, tuple(value for one in tried for value in one.values or (one.found,))
        per_unit = fmean(one.per_unit for one in tried)
        if any(math.isnan(value) for value in values):
            return cls(law, math.nan, values=values)
        if law.each:
            return cls(law, max(values, key=law.misses), values=values, per_unit=per_unit)
        return cls(law, fmean(values), _half_width(law, values), values, per_unit)

    @property
    def verdict(self) -> Verdict:
        """Whether what was found lies between the law's bounds.

        One seed cannot tell chance from a law that is broken in the mean.
        """
        missed = self.law.misses(self.found)
        if math.isnan(self.found):
            return "no figure"
        if self.law.moves:
            return self._moved(missed)
        if math.isinf(missed):
            return "printed"
        if missed <= 0.0:
            return "holds"
        if self.law.beyond_chance and math.isnan(self.half_width):
            return "cannot be told"
        return "holds" if self.law.beyond_chance and missed <= self.half_width else "broken"

    def _moved(self, missed: float) -> Verdict:
        """Return whether an effect is seen, and on the side that it should be."""
        if math.isnan(self.half_width):
            return "cannot be told"
        if abs(self.found) <= self.half_width:
            return "does not move"
        return "holds" if missed <= 0.0 else "broken"


def _half_width(law: LimitLaw, values: Sequence[float]) -> float:
    """Return half the interval in which chance could move the mean of some values; NaN of one."""
    if len(values) < 2:
        return math.nan
    error = stdev(values) / math.sqrt(len(values))
    if not law.moves:
        return STANDARD_ERRORS * error
    from scipy.special import stdtrit  # loaded for those who try laws alone

    return float(stdtrit(len(values) - 1, SURE)) * error


class LawFigures(Protocol):
    """Watches a run for figures of laws that are no outcomes; the view ``law_figures`` makes one."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""

    def figures(self, state: Any, /) -> Mapping[str, float]:  # noqa: ANN401 (the model's own)
        """Return them by name, given the state that the run ended in."""


class Switch(Exclusion, Watcher, Protocol):
    """Takes events out of a whole run, and may look on for figures of its own; the view ``law_switches`` makes one.

    That view takes names of switches and the scenario, and returns all of them as one.
    """

    def figures(self) -> Mapping[str, float]:
        """Return its figures by name, once the run has ended."""


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
    return [_at_points(law, [figures[run.key] for run in law.runs]) for law in laws]


def _at_points(law: LimitLaw, values: Sequence[Mapping[str, float]]) -> LawTried:
    """Return a law with what was found at each of its points, given the figures of all its runs."""
    many = len(values) // max(1, len(law.points))
    found = [_at_one(law, values[first : first + many]) for first in range(0, len(values), many)]
    return LawTried.over_seeds(found) if law.points else found[0]


def _at_one(law: LimitLaw, values: Sequence[Mapping[str, float]]) -> LawTried:
    found = _found(law, values)
    return LawTried(law, found, per_unit=_over(found, _number(values[0].get(law.per))) if law.per else math.nan)


def _found(law: LimitLaw, values: Sequence[Mapping[str, float]]) -> float:
    """Return what was found: of several figures of one name, the one that is farthest from the law's bounds."""
    if not law.outcome.endswith(EVERY):
        return _of_one(law, law.outcome, values)
    begins = law.outcome.removesuffix("*")
    names = {name for figures in values for name in figures if name.startswith(begins)}
    found = [_of_one(law, name, values) for name in sorted(names)]
    return math.nan if not found or any(map(math.isnan, found)) else max(found, key=law.misses)


def _of_one(law: LimitLaw, name: str, values: Sequence[Mapping[str, float]]) -> float:
    outcomes = [_number(figures.get(name)) for figures in values]
    if law.terms:
        split = len(law.terms)
        return _over(_sum(law.terms, outcomes[:split]), _sum(law.over, outcomes[split:]) if law.over else 1.0)
    if law.against == "none":
        return outcomes[0]
    if law.against == "difference":
        return outcomes[0] - outcomes[1]
    return _over(outcomes[0], outcomes[1] if law.against == "run" else _number(values[0].get(law.against)))


def _sum(terms: Sequence[Term], outcomes: Sequence[float]) -> float:
    return sum(term.weight * outcome for term, outcome in zip(terms, outcomes, strict=True))


def _over(value: float, other: float) -> float:
    return value / other if other else math.nan


def _number(value: float | None) -> float:
    return math.nan if value is None else value
