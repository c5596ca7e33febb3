"""What a run would have been without some of its events: the counterfactual weight of a decision.

The run goes on from the week before the first of them, under the same luck; they do not happen. What others decide
afterwards follows from the world they then find.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.removal import Selected, select
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.replay import replay_run
from ecsim.kernel.runs import StoredRun, open_run
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ContractAwarded
from ecsim.rural.indicators import Board, Measure, Programme, base_of, of_period, report_dates
from ecsim.rural.state import State

F64 = NDArray[np.float64]
HEADLINES = ("retail", "farm_retail", "full_parcel_cost", "poor_income")
"""Outcomes of the programme's period that a ranking shows, beside the targets met."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to: every target and outcome by county, shape (counties,) each, and targets met.

    Attributes
    ----------
    programme : whose targets they are
    measures : the outcomes by name
    """

    programme: Programme
    measures: Mapping[str, Measure]
    targets: Mapping[str, F64]
    outcomes: Mapping[str, F64]
    met: F64

    @classmethod
    def of(cls, board: Board, date: dt.date) -> Figures:
        """Return the figures of a run on a date."""
        met = np.nansum(list(board.met(date).values()), axis=0)
        shown = board.shown
        return cls(board.notice, shown, board.values(date), board.outcomes_named(shown), met)


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A run beside itself without some events.

    Attributes
    ----------
    taken_out : how many rows of the run are named
    day : from which day on it was run again
    root : of the run without them
    """

    text: str
    taken_out: int
    day: int
    root: str
    date: dt.date
    with_them: Figures
    without: Figures

    def changes(self) -> list[dict[str, Any]]:
        """Return a row for every figure: the region with and without, and the counties where it differs most."""
        table = self.with_them.programme.targets
        rows = [self._row("targets_met", f"Targets met per county (of {len(table)})", "targets", "mean", "met", None)]
        for target in table:
            rows.append(self._row(target.name, target.title_en, target.unit, "mean", "targets", target.name))
        for name, measure in self.with_them.measures.items():
            rows.append(self._row(name, measure.title_en, measure.unit, measure.region, "outcomes", name))
        return rows

    def _row(self, name: str, title: str, unit: str, how: str, part: str, key: str | None) -> dict[str, Any]:
        both = [getattr(figures, part) for figures in (self.with_them, self.without)]
        factual, other = both if key is None else [found[key] for found in both]
        gap = np.nan_to_num(factual - other)
        counties = [int(c) for c in np.argsort(-np.abs(gap), kind="stable")[:5] if gap[c]]
        whole = np.nansum if how == "sum" else np.nanmean
        known = np.isfinite(factual).any() and np.isfinite(other).any()
        totals = [float(whole(v)) if known else float("nan") for v in (factual, other)]
        return {
            "figure": name, "title": title, "unit": unit, "with": totals[0], "without": totals[1],
            "weight": totals[0] - totals[1], "counties": {county: float(gap[county]) for county in counties},
        }  # fmt: skip


def why(
    run: Path, without: str, *, first: dt.date | None = None, last: dt.date | None = None, out: Path | None = None,
    trust: bool = False,
) -> Counterfactual:  # fmt: skip
    """Return what a run would have been without the events that a selector names.

    Parameters
    ----------
    without : ``kind:column=value,…`` or ``seq:N``; see `ecsim.audit.removal`
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
    selected = select(stored.reader, replay_run(run, trust=trust), without, *days)
    return _weigh(run, selected, _factual(stored), out, trust=trust)


def _factual(run: StoredRun[Any, Any]) -> Figures:
    board, last = _board(run)
    return Figures.of(board.read(run.reader.batches()), last)


def _board(run: StoredRun[Any, Any]) -> tuple[Board, dt.date]:
    scenario = run.scenario
    return Board.of(scenario), report_dates(scenario)[-1]


def _weigh(run: Path, selected: Selected, factual: Figures, out: Path | None = None, *, trust: bool) -> Counterfactual:
    stored = open_run(run, trust=trust)
    board, last = _board(stored)
    week = selected.day // stored.model.days * stored.model.days
    told = f"without {selected.text}"
    ended = fork(run, week, stored.scenario, out=out, watchers=[board], without=selected, told=told, trust=trust)
    many = len(selected.rows["seq"])
    return Counterfactual(selected.text, many, week, ended.root.root, last, factual, Figures.of(board, last))


@dataclass(frozen=True, slots=True)
class Decision:
    """A contract of the programme and what it weighed."""

    text: str
    kind: str
    county: int
    central_yuan: float
    found: Counterfactual

    def weights(self) -> dict[str, float]:
        """Return what the region would have lost without it, by headline."""
        rows = {row["figure"]: row["weight"] for row in self.found.changes()}
        return {name: rows[name] for name in headlines_of(self.found.with_them.programme)}


def largest_decisions(
    run: Path, top: int, *, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    trust: bool = False,
) -> list[Decision]:  # fmt: skip
    """Return the counterfactual weight of the contracts with most central money, the largest first.

    Parameters
    ----------
    top : how many
    workers : processes; by default one a core
    trust : as for `why`

    Raises
    ------
    EcsimError
        If the run has no contracts, or cannot be gone on with.
    """
    stored, state = open_run(run, trust=trust), replay_run(run, trust=trust)
    reader = stored.reader
    awarded = reader.kind(ContractAwarded)["project"]
    if not len(awarded):
        raise EcsimError(f"{run}: no contract was awarded; there is no decision to weigh")
    central = state.projects.central_fen[awarded]
    order = awarded[np.lexsort((awarded, -central))][:top]
    factual = _factual(stored)
    named = [select(reader, state, f"contract_awarded:project={project}") for project in order]
    found = []
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        weigh = partial(_weigh, trust=trust)
        for place, weighed in enumerate(pool.map(weigh, [run] * len(named), named, [factual] * len(named))):
            found.append(_decision(state, int(order[place]), weighed))
            if progress:
                progress(place + 1, len(named))
    return found


def _decision(state: State, project: int, found: Counterfactual) -> Decision:
    p = state.projects
    kind = ProjectKind(int(p.kind[project])).name.lower()
    return Decision(found.text, kind, int(p.county[project]), int(p.central_fen[project]) / 100, found)


def headlines_of(programme: Programme) -> tuple[str, ...]:
    """Return the figures that a ranking shows: the targets met, and outcomes of the programme's period."""
    return ("targets_met", *(of_period(base, programme.period) for base in HEADLINES))


def ranked_by(by: str, run: Path, *, trust: bool = False) -> str:
    """Return the headline that a name stands for: itself, or the one of the run's period where the name has none.

    Raises
    ------
    EcsimError
        If there is no such headline.
    """
    allowed = headlines_of(open_run(run, trust=trust).scenario.programme)
    found = [name for name in allowed if by in (name, name.partition("@")[0])]
    if not found:
        earlier = [name for name in allowed if base_of(by) == name.partition("@")[0]]
        hint = f"it is written {earlier[0]} now; " if earlier else ""
        raise EcsimError(f"--by {by!r}: no such headline; {hint}allowed are {', '.join(allowed)}")
    return found[0]


def ranked(decisions: list[Decision], by: str) -> list[Decision]:
    """Return decisions by the size of their weight on a headline, the heaviest first.

    Raises
    ------
    EcsimError
        If there is no such headline.
    """
    known = list(decisions[0].weights()) if decisions else [by]
    if by not in known:
        raise EcsimError(f"--by {by!r}: no such headline; allowed are {', '.join(known)}")
    return sorted(decisions, key=lambda d: -abs(d.weights()[by]))
