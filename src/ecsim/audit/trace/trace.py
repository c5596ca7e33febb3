"""From a figure to the events that make it, and to what brought those about.

The rows are those that the folds of `ecsim.rural.indicators` count (`basis`); fed to a board of their own, with the
opening, they give the figure again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.trace.lineage import Lineage
from ecsim.audit.trace.places import Places
from ecsim.audit.trace.rows import Evidence, Rows, chosen, fetched, in_days, merged, watched
from ecsim.audit.trace.words import words_of
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events import EVENTS
from ecsim.rural.events.funds import ProjectApproved
from ecsim.rural.events.stations import StationOffered
from ecsim.rural.indicators import Board, Programme, Target, not_an_outcome, outcome_of, outcomes_of
from ecsim.rural.indicators.basis import Asked, basis_of
from ecsim.rural.indicators.register import Register
from ecsim.rural.programme.notice import programme_of
from ecsim.rural.regions.names import county_row
from ecsim.rural.regions.official import official_figures
from ecsim.rural.regions.pack import RegionPack, load_pack

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that can be traced: a target of the notice or an outcome of the run."""

    name: str
    title_en: str
    title_zh: str
    unit: str
    target: Target | None

    @classmethod
    def named(cls, name: str, programme: Programme) -> Indicator:
        """Return a target of a programme, or an outcome, by its name.

        Raises
        ------
        EcsimError
            If there is none.
        """
        for target in programme.targets:
            if target.name == name:
                return cls(name, target.title_en, target.title_zh, target.unit, target)
        measure = outcome_of(name)
        if measure is not None:
            return cls(name, measure.title_en, measure.title_zh, measure.unit, None)
        known = [target.name for target in programme.targets] + list(outcomes_of(programme.period))
        hint = not_an_outcome(name, known)
        allowed = "" if known[0] in hint else f" — allowed are {', '.join(known)}"
        raise EcsimError(f"indicator {name!r}: there is none; {hint}{allowed}")

    def of(self, board: Board, date: dt.date, county: int) -> float:
        """Return the figure of a county on a date; NaN where it has none."""
        values = board.values(date) if self.target else board.outcomes_named([self.name])
        return float(values[self.name][county])

    def reason(self, board: Board, date: dt.date) -> str:
        """Return why no county has a figure on a date: its period was not run whole; "" if it was."""
        lacking = board.available.targets_lacking(date).get(self.name) if self.target else None
        reason = lacking or (None if self.target else board.available.reason(self.name))
        return reason.en if reason else ""


@dataclass(frozen=True, slots=True)
class Level:
    """Events that lie so many steps of cause behind a figure, by kind."""

    depth: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure of a county on a date, the events that make it, and what brought those about.

    Attributes
    ----------
    figure : as the whole run gives it
    recomputed : as the opening and `events` alone give it
    events : rows that count, and those that say where they belong; by kind, as columns
    levels : rows that count, their causes, the causes of those, …; each event once, where it is nearest
    edges : how many of the events of a kind another kind brought about, as (kind, kind of the cause)
    reason : why there is no figure, where its period was not run whole
    recount : the figure that the opening and some events give, for what-ifs on the counting alone
    """

    run: Path
    indicator: Indicator
    county: int
    county_zh: str
    county_en: str
    start: dt.date
    date: dt.date
    figure: float
    recomputed: float
    events: Rows
    levels: tuple[Level, ...]
    edges: Mapping[tuple[str, str], int]
    places: Places
    register: Register
    seed: int
    root: str
    reason: str
    recount: Callable[[Rows], float]

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
        weight: NDArray[Any] = np.ones(len(rows["seq"]), np.int64)
        table = kind.columns[0].table
        if table in ("households", "plots"):
            household = rows[kind.columns[0].name]
            household = self.register.plot_household[household] if table == "plots" else household
            weight = self.register.weight[household].astype(np.int64)
        return {name: int((rows[name] * weight).sum()) for name in words_of(kind.kind).amounts}

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain values: sequence numbers by level and kind, and which kinds bring about which."""
        return {
            "run": str(self.run),
            "indicator": self.indicator.name,
            "title": {"en": self.indicator.title_en, "zh": self.indicator.title_zh},
            "unit": self.indicator.unit,
            "county": {"zh": self.county_zh, "en": self.county_en},
            "date": self.date.isoformat(),
            "figure": None if np.isnan(self.figure) else self.figure,
            "reason": self.reason or None,
            "recomputed": None if np.isnan(self.recomputed) else self.recomputed,
            "events": {kind.kind: rows["seq"].tolist() for kind, rows in self.events.items()},
            "levels": [
                {"depth": level.depth, "kinds": [self._told(kind, rows) for kind, rows in level.rows.items()]}
                for level in self.levels
            ],
            "edges": [{"kind": kind, "cause": cause, "events": n} for (kind, cause), n in self.edges.items()],
        }

    def _told(self, kind: type[Event], rows: Columns) -> dict[str, Any]:
        return {
            "kind": kind.kind,
            "rows": len(rows["seq"]),
            "first": self.day(rows["day"].min()).isoformat(),
            "last": self.day(rows["day"].max()).isoformat(),
            "sums": self.sums(kind, rows),
            "example": self.places.told(kind, rows, 0),
            "seqs": rows["seq"].tolist(),
        }


def trace(run: Path, indicator: str, county: str, at: dt.date | None = None) -> Trace:
    """Return the events behind a figure of one county.

    Parameters
    ----------
    indicator : name of a target or an outcome (``ecsim list indicators``)
    county : Chinese or English name, whole or as people shorten it
    at : the figure as it was on this date, as if the run had ended that week; by default at the end of the run

    Raises
    ------
    EcsimError
        If there is no such indicator, county or date, or the run kept less than all its events.
    VerificationError
        If the run on disk is not what it was.
    """
    reader = JournalReader(run, EVENTS)
    programme = programme_of(reader.genesis["scenario"])
    named = Indicator.named(indicator, programme)
    reader.needs_all()
    pack = load_pack(reader.genesis["scenario"]["region"])
    where = county_row(pack, county)
    start, date, weeks = _span(reader, at)
    board = Board(start, weeks, programme, official_figures(programme, pack))
    evidence = Evidence(basis_of(indicator), Asked(board, where, date))
    opening = watched(reader, (date - start).days, evidence)
    counted = evidence.counted()
    events = merged(counted, evidence.placing(counted))

    def recount(rows: Rows) -> float:
        again = Board(start, weeks, programme, board.official).read(opening)
        again.read(in_days({kind: columns for kind, columns in rows.items() if kind not in Register.opening}))
        return named.of(again, date, where)

    levels, edges = _lineage(reader, counted, events)
    return Trace(
        run=run,
        indicator=named,
        county=where,
        county_zh=pack.counties[where].name_zh,
        county_en=pack.counties[where].name_en,
        start=start,
        date=date,
        figure=named.of(board, date, where),
        recomputed=recount(events),
        events=events,
        levels=levels,
        edges=edges,
        places=_places(reader, pack, board.register),
        register=board.register,
        seed=reader.genesis["seed"],
        root=reader.published.root if reader.published else "",
        reason=named.reason(board, date),
        recount=recount,
    )


def _span(reader: JournalReader, at: dt.date | None) -> tuple[dt.date, dt.date, int]:
    """Return the first day of the run, the date asked for, and the whole weeks up to it.

    Raises
    ------
    EcsimError
        If the date lies outside what was run.
    """
    start, end = (dt.date.fromisoformat(reader.genesis["scenario"][key]) for key in ("start", "end"))
    weeks = reader.marks()[-1][1] // 7
    if not weeks:
        raise EcsimError(f"{reader.folder}: no whole week was run; `ecsim resume` goes on with it")
    last = start + dt.timedelta(days=7 * weeks - 1)
    if at is not None and not start <= at <= (end if reader.published else last):
        raise EcsimError(f"{reader.folder}: {at} is outside the run; choose a date from {start} to {last}")
    date = at or last
    return start, date, min(weeks, (date - start).days // 7 + 1)


def _lineage(
    reader: JournalReader, counted: Rows, events: Rows
) -> tuple[tuple[Level, ...], Mapping[tuple[str, str], int]]:
    """Return the levels of causes behind the rows that count, and how many events each kind brought about."""
    if not counted:
        return (), {}
    lineage = Lineage.of(reader)
    seqs = np.concatenate([rows["seq"] for rows in counted.values()])
    causes = np.concatenate([rows["cause"] for rows in counted.values()])
    placing = np.concatenate([rows["seq"] for rows in events.values()])
    steps = lineage.levels(np.concatenate([seqs, np.setdiff1d(placing, np.concatenate([seqs, causes]))]))
    by_step = [lineage.by_kind(step) for step in steps]
    behind: dict[type[Event], list[I64]] = {}
    for kinds in by_step[1:]:
        for kind, found in kinds.items():
            behind.setdefault(kind, []).append(found)
    known = merged(events, fetched(reader, {kind: np.sort(np.concatenate(found)) for kind, found in behind.items()}))
    levels = tuple(
        Level(depth, {kind: _numbered(known[kind], found) for kind, found in kinds.items()})
        for depth, kinds in enumerate(by_step)
    )
    return levels, lineage.edges(np.concatenate(steps))


def _numbered(columns: Columns, seqs: I64) -> Columns:
    """Return the rows of some sequence numbers."""
    return chosen(columns, np.searchsorted(columns["seq"], seqs))


def _places(reader: JournalReader, pack: RegionPack, register: Register) -> Places:
    projects = reader.kind(ProjectApproved)
    designs = [str(design["name"]) for design in reader.genesis["scenario"]["designs"]]
    start = dt.date.fromisoformat(reader.genesis["scenario"]["start"])
    stations = reader.kind(StationOffered)
    offered = dict(zip(stations["project"].tolist(), stations["design"].tolist(), strict=True))
    return Places(pack, register, projects, designs, offered, start)
