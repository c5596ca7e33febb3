"""Tracing a figure: to the events that make it, and to what brought those about.

The rows are those that the model's measures count; fed to a measurement of their own, with the opening, they give the
figure again, which shows that none is missing and none too many.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.trace.lineage import Lineage
from ecsim.audit.trace.rows import fetched, watched
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.recorded import (
    Columns,
    Event,
    JournalReader,
    Measures,
    Origins,
    RowsByKind,
    Scenario,
    StoredRun,
    Text,
    batches_by_day,
    merged,
    open_run,
    select_rows,
    since,
)
from ecsim.naming.names import Names, names_of

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that can be traced.

    Attributes
    ----------
    name, title_en, title_zh, unit : how files and people call it, and what it is measured in
    target : str
        The value that it must reach, in signs; empty if there is none.
    """

    name: str
    title_en: str
    title_zh: str
    unit: str
    target: str = ""

    @classmethod
    def named(cls, name: str, measures: Measures, scenario: Scenario) -> Indicator:
        """Return a target or outcome of a scenario's runs.

        Parameters
        ----------
        name : of the target or outcome
        measures : of the model
        scenario : of the run

        Raises
        ------
        ValueError
            If there is no such outcome.
        """
        for target in measures.targets(scenario):
            if target.name == name:
                return cls(name, target.title.en, target.title.zh, target.unit, target.threshold)
        label = measures.label(name, scenario)
        return cls(name, label.title.en, label.title.zh, label.unit)


@dataclass(frozen=True, slots=True)
class Level:
    """Events at one depth of the causal chain behind a figure.

    Attributes
    ----------
    depth : int
        Steps of cause: 0 are the events that are counted.
    rows : RowsByKind
        The events, each where it is nearest to the figure.
    """

    depth: int
    rows: RowsByKind


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure on a date, the events that make it, and what brought those about.

    Attributes
    ----------
    place : of which place it is; None: of the whole run
    figure : as the whole run gives it
    recomputed : as the opening and `events` alone give it
    events : rows that count, and those that say where they belong; by kind, as columns
    levels : rows that count, their causes, the causes of those, …; each event once, where it is nearest
    edges : how many of the events of a kind another kind brought about, as (kind, kind of the cause)
    reason : why there is no figure, where its period was not run whole
    recount : the figure that the opening and some events give, for what-ifs on the counting alone
    lineage : returns what brought each event of the run about
    origins : whence comes what the events count, with so many ways of it; None: causes tell all there is
    """

    run: Path
    reader: JournalReader
    indicator: Indicator
    place: Text | None
    start: dt.date
    date: dt.date
    figure: float
    recomputed: float
    events: RowsByKind
    levels: tuple[Level, ...]
    edges: Mapping[tuple[str, str], int]
    names: Names
    seed: int
    root: str
    reason: str
    recount: Callable[[RowsByKind], float]
    lineage: Callable[[], Lineage]
    origins: Callable[[int], Origins | None]

    @property
    def holds(self) -> bool:
        """Whether the events give the figure again; sums of fractions may differ in the last digits."""
        return bool(np.isclose(self.figure, self.recomputed, rtol=1e-12, atol=0.0, equal_nan=True))

    def shown(self, value: float) -> str:
        """Return a value of the figure as people read it."""
        return (
            (f"not available: {self.reason}" if self.reason else "not known")
            if np.isnan(value)
            else f"{value:,.4g}"
            if abs(value) < 1
            else f"{value:,.2f}".removesuffix(".00")
        )

    def day(self, day: int) -> dt.date:
        """Return the date of a day of the run."""
        return self.start + dt.timedelta(days=int(day))

    def sums(self, kind: type[Event], rows: Columns) -> dict[str, int]:
        """Return the main amounts of some rows; what a household did counts for all it stands for."""
        weight = self.names.belonging.weights(kind, rows) if kind.amounts else np.zeros(0, np.int64)
        return {name: int((rows[name] * weight).sum()) for name in kind.amounts}

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain values: sequence numbers by level and kind, and which kinds bring about which."""
        return {
            "run": str(self.run),
            "indicator": self.indicator.name,
            "title": {"en": self.indicator.title_en, "zh": self.indicator.title_zh},
            "unit": self.indicator.unit,
            "county": {"zh": self.place.zh, "en": self.place.en} if self.place else None,
            "date": self.date.isoformat(),
            "figure": None if np.isnan(self.figure) else self.figure,
            "reason": self.reason or None,
            "recomputed": None if np.isnan(self.recomputed) else self.recomputed,
            "events": {kind.kind: rows["seq"].tolist() for kind, rows in self.events.items()},
            "levels": [
                {"depth": level.depth, "kinds": [self._kind_data(kind, rows) for kind, rows in level.rows.items()]}
                for level in self.levels
            ],
            "edges": [{"kind": kind, "cause": cause, "events": n} for (kind, cause), n in self.edges.items()],
        }

    def rows(self, seqs: Sequence[int]) -> Iterator[tuple[type[Event], Columns]]:
        """Yield some events of the run, each as its kind and one row."""
        lineage = self.lineage()
        known = fetched(self.reader, lineage.by_kind(np.unique(np.array(seqs, np.int64))))
        for seq in seqs:
            kind = lineage.kinds[lineage.kind[seq]]
            yield kind, _numbered(known[kind], np.array([seq]))

    def _kind_data(self, kind: type[Event], rows: Columns) -> dict[str, Any]:
        return {
            "kind": kind.kind,
            "rows": len(rows["seq"]),
            "first": self.day(rows["day"].min()).isoformat(),
            "last": self.day(rows["day"].max()).isoformat(),
            "sums": self.sums(kind, rows),
            "example": self.names.described(kind, rows, 0),
            "seqs": rows["seq"].tolist(),
        }


def trace_figure(
    run: Path, indicator: str, place: str | None = None, at: dt.date | None = None, *, trust: bool = False
) -> Trace:
    """Return the events behind a figure, and what brought them about.

    Parameters
    ----------
    run : folder of the run
    indicator : name of a target or an outcome (``ecsim list indicators``)
    place : of which place, where figures are broken down (a county, in Chinese or English, as people shorten it)
    at : the figure as it was on this date, as if the run had ended that week; by default at the end of the run
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is no such indicator, place or date, or the run kept less than all its events.
    VerificationError
        If the run on disk was altered.
    """
    return trace_figures(run, [indicator], place, at, trust=trust)[0]


def trace_figures(
    run: Path, indicators: Sequence[str], place: str | None = None, at: dt.date | None = None, *, trust: bool = False
) -> list[Trace]:
    """Return the events behind several figures, as `trace_figure` does; what brought what about is read once.

    Raises
    ------
    EcsimError, VerificationError
        As `trace_figure`.
    """
    stored = open_run(run, trust=trust)
    stored.reader.needs_all()
    lineage = cache(lambda: Lineage.of(stored.reader))
    return [_traced(stored, indicator, place, at, lineage) for indicator in indicators]


def _traced(
    stored: StoredRun[Any, Any], indicator: str, place: str | None, at: dt.date | None, lineage: Callable[[], Lineage]
) -> Trace:
    reader, measures = stored.reader, stored.model.measures
    start, date = _span(stored, at)
    evidence = measures.evidence(stored.scenario, lambda: reader.genesis["sizes"], indicator, place, date)
    opened = opened_at(reader)
    opening = watched(reader, (date - start).days, evidence, opened)
    counted = evidence.counted()
    events = merged(counted, evidence.placing(counted))

    def recount(rows: RowsByKind) -> float:
        return evidence.recount(chain(opening, batches_by_day(since(rows, opened))))

    levels, edges = _lineage(reader, lineage, counted, events)
    return Trace(
        run=reader.folder,
        reader=reader,
        indicator=Indicator.named(indicator, measures, stored.scenario),
        place=evidence.place,
        start=start,
        date=date,
        figure=evidence.figure(),
        recomputed=recount(events),
        events=events,
        levels=levels,
        edges=edges,
        names=names_of(stored),
        seed=reader.genesis["seed"],
        root=reader.published.root if reader.published else "",
        reason=evidence.reason(),
        recount=recount,
        lineage=lineage,
        origins=lambda ways: evidence.origins(reader, counted, ways),
    )


def opened_at(reader: JournalReader) -> int:
    """Return the sequence number behind the opening; 0 where it brought no event."""
    seq, day = reader.marks()[0]
    return seq if day == 0 else 0


def _span(run: StoredRun[Any, Any], at: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return the first day of the run, and the date asked for.

    Raises
    ------
    EcsimError
        If the date lies outside what was run.
    """
    reader, days = run.reader, run.model.days
    start, end = run.scenario.start, run.scenario.end
    marks = reader.marks()
    periods = marks[-1][1] // days if marks else 0
    if not periods:
        raise EcsimError(f"{reader.folder}: no whole week was run; `ecsim resume` goes on with it")
    last = start + dt.timedelta(days=days * periods - 1)
    if at is not None and not start <= at <= (end if reader.published else last):
        raise EcsimError(f"{reader.folder}: {at} is outside the run; choose a date from {start} to {last}")
    return start, at or last


def _lineage(
    reader: JournalReader, lineage_of: Callable[[], Lineage], counted: RowsByKind, events: RowsByKind
) -> tuple[tuple[Level, ...], Mapping[tuple[str, str], int]]:
    """Return the levels of causes behind the rows that count, and how many events each kind brought about."""
    if not counted:
        return (), {}
    lineage = lineage_of()
    seqs = np.concatenate([rows["seq"] for rows in counted.values()])
    causes = np.concatenate([rows["cause"] for rows in counted.values()])
    placing = np.concatenate([rows["seq"] for rows in events.values()])
    steps = lineage.levels(np.concatenate([seqs, np.setdiff1d(placing, np.concatenate([seqs, causes]))]))
    by_step = [lineage.by_kind(step) for step in steps]
    behind: dict[type[Event], list[I64]] = {}
    for kinds in by_step[1:]:
        for kind, seqs_of_kind in kinds.items():
            behind.setdefault(kind, []).append(seqs_of_kind)
    known = merged(
        events, fetched(reader, {kind: np.sort(np.concatenate(seqs_of_kind)) for kind, seqs_of_kind in behind.items()})
    )
    levels = tuple(
        Level(depth, {kind: _numbered(known[kind], seqs_of_kind) for kind, seqs_of_kind in kinds.items()})
        for depth, kinds in enumerate(by_step)
    )
    return levels, lineage.edges(np.concatenate(steps))


def _numbered(columns: Columns, seqs: I64) -> Columns:
    """Return the rows of some sequence numbers."""
    return select_rows(columns, np.searchsorted(columns["seq"], seqs))
