"""Snapshots: the state of a run on a date, by the model's own view of it or table by table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.replay import replay_run
from ecsim.kernel.runs import StoredRun, open_run


class Snapshot(Protocol):
    """The state of a run on a date."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of the state on a date, in summary.

    Attributes
    ----------
    table, column : str
        Which.
    rows : int
        How many rows of the table are filled.
    lowest, mean, highest, sum : float
        Of its values.
    """

    table: str
    rows: int
    column: str
    lowest: float
    mean: float
    highest: float
    sum: float


@dataclass(frozen=True, slots=True)
class Tables:
    """The state of a run at the end of a period, table by table.

    Attributes
    ----------
    asked : the date asked for
    day : last day of the period whose events are in
    events : how many rows of each kind there were by then
    """

    run: str
    asked: str
    day: str
    events: Mapping[str, int]
    columns: tuple[Column, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


def take_snapshot(run: Path, date: dt.date, place: str | None = None, *, trust: bool = False) -> Snapshot:
    """Return the state of a run on a date, replayed from its events.

    Parameters
    ----------
    run : folder of the run
    date : within what was run; the state is that at the end of its period
    place : the only place that is shown, by its name, for models whose view knows places
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the date lies outside the run, there is no such place, or the run kept less than all its events.
    """
    stored = open_run(run, trust=trust)
    if view := stored.model.view("snapshot"):
        shown: Snapshot = view(run, date, place)
        return shown
    if place is not None:
        raise EcsimError(f"{run}: county {place!r}: runs of this model have no counties; leave it out")
    return _tables(stored, date)


def _tables(run: StoredRun[Any, Any], date: dt.date) -> Tables:
    reader, model, start = run.reader, run.model, run.scenario.start
    marks = reader.marks()
    last = start + dt.timedelta(days=marks[-1][1] - 1) if marks else start
    if not start <= date <= last:
        raise EcsimError(f"{reader.folder}: {date} is outside the run; choose a date from {start} to {last}")
    day = ((date - start).days // model.days + 1) * model.days - 1
    state = replay_run(reader.folder, day, trust=True)
    counts = {kind.kind: int(np.searchsorted(reader.kind(kind)["day"], day, side="right")) for kind in model.events}
    columns = [column for name in state.tables() for column in _columns(state, name)]
    return Tables(str(reader.folder), str(date), str(start + dt.timedelta(days=day)), counts, tuple(columns))


def _columns(state: Any, name: str) -> list[Column]:  # noqa: ANN401 (the model's own state)
    """Return what each plain column of a table holds; of a table that grows, in the rows that are filled."""
    table = state.tables()[name]
    rows = state.count(name) or len(table)
    summaries = []
    for column, values in table.columns().items():
        if values.ndim == 1 and rows:
            filled = values[:rows].astype(np.float64)
            summaries.append(
                Column(
                    name,
                    rows,
                    column,
                    float(filled.min()),
                    float(filled.mean()),
                    float(filled.max()),
                    float(filled.sum()),
                )
            )
    return summaries
