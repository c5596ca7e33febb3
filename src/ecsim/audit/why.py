"""Counterfactuals: what a run would have been without some of its events, hence the effect of a decision.

The run goes on from the week before the first of them, under the same random draws; they do not happen. What others
decide afterwards follows from the world they then find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.audit.exclusion import ExcludedRows, select
from ecsim.audit.spread import spread
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.recorded import (
    Decision,
    MeasuredFigure,
    Measurement,
    Measures,
    Place,
    Scenario,
    StoredRun,
    open_run,
    replay_run,
    without_period,
)


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A run beside itself without some events.

    Attributes
    ----------
    text : str
        The selector of the events.
    taken_out : int
        How many rows of the run it names.
    day : int
        From which day on the run was simulated again.
    root : str
        Of the run without them, in hex.
    date : date
        On which figures are compared.
    with_them, without : sequences of MeasuredFigure
        The figures of the run, and of the run without them.
    places : sequence of Place
        What figures are broken down by; none: they are not.
    """

    text: str
    taken_out: int
    day: int
    root: str
    date: dt.date
    with_them: Sequence[MeasuredFigure]
    without: Sequence[MeasuredFigure]
    places: Sequence[Place]

    def changes(self) -> list[dict[str, Any]]:
        """Return a row for every figure: the whole with and without, and the places where it differs most."""
        others = {figure.name: figure for figure in self.without}
        return [_row(figure, others[figure.name]) for figure in self.with_them if figure.name in others]


def _row(factual: MeasuredFigure, other: MeasuredFigure) -> dict[str, Any]:
    gap = np.nan_to_num(factual.places - other.places)
    places = [int(place) for place in np.argsort(-np.abs(gap), kind="stable")[:5] if gap[place]]
    return {
        "figure": factual.name, "title": factual.title.en, "unit": factual.unit, "with": factual.whole,
        "without": other.whole, "weight": factual.whole - other.whole,
        "counties": {place: float(gap[place]) for place in places},
    }  # fmt: skip


def counterfactual(
    run: Path, without: str, *, first: dt.date | None = None, last: dt.date | None = None, out: Path | None = None,
    trust: bool = False,
) -> Counterfactual:  # fmt: skip
    """Return what a run would have been without the events that a selector names.

    Parameters
    ----------
    run : folder of the run
    without : ``kind:column=value,…`` or ``seq:N``; see `ecsim.audit.exclusion`
    first, last : only events between these dates
    out : folder to keep the other run in
    trust : whether a strategy ``module:Class`` that the run names may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the selector names nothing, or the run cannot be gone on with (see `ecsim.kernel.forks.fork`).
    """
    stored = open_run(run, trust=trust)
    start = stored.scenario.start
    days = [None if date is None else (date - start).days for date in (first, last)]
    selected = select(stored, replay_run(run, trust=trust), without, *days)
    return _weigh(run, selected, _factual(stored), out, trust=trust)


def _factual(run: StoredRun[Any, Any]) -> list[MeasuredFigure]:
    return _begun(run).read(run.reader.batches()).measured()


def _begun(run: StoredRun[Any, Any]) -> Measurement:
    return run.model.measures.begin(run.scenario, lambda: run.reader.genesis["sizes"])


def _weigh(
    run: Path, selected: ExcludedRows, factual: Sequence[MeasuredFigure], out: Path | None = None, *, trust: bool
) -> Counterfactual:
    stored = open_run(run, trust=trust)
    measurement, days = _begun(stored), stored.model.days
    day = selected.day // days * days
    change = f"without {selected.text}"
    ended = fork(
        run, day, stored.scenario, out=out, watchers=[measurement], without=selected, change=change, trust=trust
    )
    last = stored.scenario.start + dt.timedelta(days=days * stored.scenario.periods(days) - 1)
    count = len(selected.rows["seq"])
    return Counterfactual(
        selected.text, count, day, ended.root.root, last, factual, measurement.measured(), measurement.places
    )


@dataclass(frozen=True, slots=True)
class WeighedDecision:
    """A decision of a run and its counterfactual effect.

    Attributes
    ----------
    decision : Decision
        What was decided.
    found : Counterfactual
        The run without it.
    """

    decision: Decision
    found: Counterfactual

    def weights(self, headlines: Sequence[str]) -> dict[str, float]:
        """Return what the whole would have lost without it, by headline."""
        rows = {row["figure"]: row["weight"] for row in self.found.changes()}
        return {name: rows[name] for name in headlines if name in rows}


def largest_decisions(
    run: Path, top: int, *, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    trust: bool = False,
) -> list[WeighedDecision]:  # fmt: skip
    """Return the counterfactual effects of a run's largest decisions, as its model says which those are.

    Parameters
    ----------
    run : folder of the run
    top : how many decisions
    workers : processes; by default one for each core; 1: this process alone
    progress : called with (decisions done, decisions in all)
    trust : as of `counterfactual`

    Raises
    ------
    EcsimError
        If the model ranks no decisions, the run has none, or it cannot be gone on with.
    """
    stored, state = open_run(run, trust=trust), replay_run(run, trust=trust)
    largest: Callable[..., list[Decision]] | None = stored.model.view("decisions")
    if largest is None:
        raise EcsimError(f"{run}: the model {stored.model.name} does not say which decisions are large; use --without")
    decisions = largest(stored.reader, state, top)
    if not decisions:
        raise EcsimError(f"{run}: no contract was awarded; there is no decision to weigh")
    factual = _factual(stored)
    named = [select(stored, state, decision.text) for decision in decisions]
    weighed_decisions = []
    weigh = partial(_weigh, run, factual=factual, trust=trust)
    for place, weighed in enumerate(spread(weigh, named, workers)):
        weighed_decisions.append(WeighedDecision(decisions[place], weighed))
        if progress:
            progress(place + 1, len(named))
    return weighed_decisions


def headline_of(by: str | None, measures: Measures, scenario: Scenario) -> str:
    """Return the headline that a name stands for: itself, or of its period where it names none; by default the first.

    Parameters
    ----------
    by : the name, or None
    measures : of the model
    scenario : of the run

    Raises
    ------
    EcsimError
        If there is no such headline.
    """
    headlines = measures.headlines(scenario)
    matches = [name for name in headlines if by is None or by in (name, without_period(name))]
    if matches:
        return matches[0]
    assert by is not None
    raise EcsimError(
        f"--by {by!r}: no such headline; {_instead(by, measures, scenario)}headlines are {', '.join(headlines)}"
    )


def _instead(by: str, measures: Measures, scenario: Scenario) -> str:
    """Return what to write in place of a name that is no outcome; nothing of one that is no headline alone."""
    try:
        measures.label(by, scenario)
    except ValueError as error:
        return f"{error}; "
    return ""


def ranked(decisions: list[WeighedDecision], by: str) -> list[WeighedDecision]:
    """Return decisions by the size of their effect on a headline, the largest first.

    Parameters
    ----------
    decisions : weighed
    by : name of the headline
    """
    return sorted(decisions, key=lambda weighed: -abs(weighed.weights([by]).get(by, 0.0)))
