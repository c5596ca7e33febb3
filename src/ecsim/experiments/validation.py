"""Validation: the stylised facts of a model beside what its runs give, with a verdict on each.

References
----------
Grimm et al. (2005), Pattern-oriented modeling of agent-based complex systems; Sargent (2013), Verification and
validation of simulation models.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from ecsim.experiments.running.task import Result, Task
from ecsim.experiments.scenario_runs import RunFigures, RunWanted, ScenarioRuns
from ecsim.kernel.models import model_of_content
from ecsim.kernel.runs import open_run
from ecsim.kernel.simulate import simulate
from ecsim.kernel.stylised_facts import FactList, FactMeasure, StylisedFact, fact_book
from ecsim.statistics.prediction import Interval, Verdict, prediction_interval, verdict_of

FactVerdict: TypeAlias = Verdict | Literal["input"]
VERDICTS: tuple[FactVerdict, ...] = ("reproduced", "contradicted", "cannot be told", "input", "not computable")
"""What may be said of a fact."""
WEIGHTIEST_FIRST: tuple[FactVerdict, ...] = ("contradicted", "cannot be told", "not computable", "reproduced", "input")
"""The verdict on a fact is the first of these that one of its measures has."""


@dataclass(frozen=True)
class MeasureJudged:
    """A measure of a fact with the figures of runs.

    Attributes
    ----------
    values : of each run; NaN where one gives none
    """

    measure: FactMeasure
    values: Sequence[float]

    @property
    def source(self) -> Interval:
        """Where sources find it; infinite where they give a bound alone."""
        low, high = self.measure.low, self.measure.high
        return Interval(-math.inf if low is None else low, math.inf if high is None else high)

    @property
    def computable(self) -> bool:
        """Whether every run gives the figure."""
        return bool(len(self.values)) and bool(np.isfinite(self.values).all())

    @property
    def mean(self) -> float:
        """Mean over runs."""
        return float(np.mean(self.values)) if self.computable else math.nan

    @cached_property
    def interval(self) -> Interval:
        """Prediction interval of a single run's figure."""
        return prediction_interval(self.values)

    @property
    def verdict(self) -> FactVerdict:
        """What runs say; of what the model was given, only that they contradict it."""
        if not self.computable:
            return "not computable"
        verdict = verdict_of(self.interval, self.source)
        return "input" if self.measure.input and verdict != "contradicted" else verdict


@dataclass(frozen=True)
class FactJudged:
    """A stylised fact with its measures."""

    fact: StylisedFact
    measures: Sequence[MeasureJudged]

    @property
    def verdict(self) -> FactVerdict:
        """The verdict on the fact: contradicted if one measure is, reproduced if all that are no input are."""
        if not self.measures:
            return "input" if self.fact.given else "not computable"
        verdicts = [measure.verdict for measure in self.measures]
        return next(verdict for verdict in WEIGHTIEST_FIRST if verdict in verdicts)


@dataclass(frozen=True)
class Validation:
    """The facts of a model held against runs.

    Attributes
    ----------
    title : what was run: a scenario's name, or how many recorded runs
    seeds : of the runs
    facts : in the order of the list
    until : last day of runs that give every figure
    failures : runs that failed, in words
    """

    title: str
    seeds: Sequence[int]
    facts: Sequence[FactJudged]
    until: str
    failures: Sequence[str] = ()

    @property
    def counts(self) -> dict[FactVerdict, int]:
        """How many facts have each verdict."""
        verdicts = [fact.verdict for fact in self.facts]
        return {verdict: verdicts.count(verdict) for verdict in VERDICTS}

    def content(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        return {
            "runs_of": self.title, "seeds": list(self.seeds), "facts": [_fact(fact) for fact in self.facts],
            "counts": self.counts, "failures": list(self.failures),
        }  # fmt: skip


def _fact(judged: FactJudged) -> dict[str, Any]:
    fact = judged.fact
    return {
        "id": fact.id, "statement": fact.statement.model_dump(), "source": fact.source, "verdict": judged.verdict,
        "reason": fact.reason.model_dump() if fact.reason else None,
        "measures": [
            {
                **measure.measure.model_dump(mode="json", exclude={"low", "high"}),
                "source_low": measure.measure.low, "source_high": measure.measure.high,
                "values": [_known(value) for value in measure.values], "mean": _known(measure.mean),
                "low": _known(measure.interval.low), "high": _known(measure.interval.high),
                "verdict": measure.verdict,
            }
            for measure in judged.measures
        ],
    }  # fmt: skip


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def measure_facts(task: Task) -> Result:
    """Return the figures of stylised facts of a run: the work of a task."""
    content = task.payload["scenario"]
    model = model_of_content(content, trust=True)
    scenario = model.scenario.model_validate(content)
    watcher = fact_book(model).begin(scenario)
    run = simulate(model, scenario, task.seed, watchers=[watcher])
    return Result(dict(watcher.figures()), {"root": run.root.root})


def validate(runs: ScenarioRuns, model: Any, seeds: Sequence[int]) -> Validation:  # noqa: ANN401 (a Model)
    """Return the facts of a model held against runs of a scenario.

    Parameters
    ----------
    runs : makes them, with `measure_facts` as its work
    model : whose facts they are
    seeds : of the runs

    Raises
    ------
    EcsimError
        If the model names no facts.
    """
    known = fact_book(model).known()
    made = runs.figures([RunWanted(seed) for seed in seeds])
    return Validation(runs.scenario.name, list(seeds), judged(known, made), last_day(model), made.failures)


def validate_recorded(folders: Sequence[Path], *, trust: bool = False) -> Validation:
    """Return the facts of a model held against runs on disk, from their events alone.

    Parameters
    ----------
    folders : of runs of one model that keep all their events
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If one is no run, keeps too little, or its model names no facts.
    """
    figures, seeds, known = list[Mapping[str, float]](), list[int](), None
    for folder in folders:
        stored = open_run(folder, trust=trust)
        stored.reader.needs_all()
        book = fact_book(stored.model)
        watcher, known = book.begin(stored.scenario), known or book.known()
        for event, stamp in stored.reader.batches():
            watcher.see(event, stamp)
        figures.append(watcher.figures())
        seeds.append(int(stored.reader.genesis["seed"]))
    assert known is not None
    title = ", ".join(folder.as_posix() for folder in folders)
    return Validation(title, seeds, judged(known, RunFigures(figures, [])), known.until.isoformat())


def last_day(model: Any) -> str:  # noqa: ANN401 (a Model)
    """Return the last day of runs that give every figure of a model's facts, as a date is written."""
    return fact_book(model).known().until.isoformat()


def judged(known: FactList, runs: RunFigures) -> list[FactJudged]:
    """Return every fact with the figures of runs."""
    return [
        FactJudged(fact, [MeasureJudged(measure, runs.column(measure.figure)) for measure in fact.measures])
        for fact in known.facts
    ]
