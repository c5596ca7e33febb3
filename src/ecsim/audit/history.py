"""Histories: the life of something in a run, from its events; by the model's own view of it, or event by event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.audit.trace.lineage import Lineage
from ecsim.kernel.errors import EcsimError, counted
from ecsim.kernel.recorded import NO_CAUSE, Columns, Event, Ids, Language, StoredRun, open_run
from ecsim.naming.names import Names, names_of
from ecsim.naming.story import Line, Story, Suggestion


def life_of(run: Path, entity: str, *, language: Language = "en", every: bool = False, trust: bool = False) -> Story:
    """Return the history of something in a run, as a story in lines.

    Parameters
    ----------
    run : folder of the run
    entity : a table or what one row of it is called, and its number: ``people:12``
    language : of the lines
    every : tell each event in a line of its own, where the model's view would sum them up
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the run kept less than all its events, or there is no such thing in it.
    """
    stored = open_run(run, trust=trust)
    if view := stored.model.view("follow"):
        story: Story = view(run, entity, language=language, every=every)
        return story
    stored.reader.needs_all()
    return _History(stored, language).of(entity)


def suggestions(run: Path, kind: str, *, language: Language = "en", trust: bool = False) -> list[Suggestion]:
    """Return what of a kind is worth following, and why: by the model's own view, or what most events concern.

    Parameters
    ----------
    run : folder of the run
    kind : a table, or what one row of it is called
    language : of the reasons
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the run kept less than all its events, or there is no such kind.
    """
    stored = open_run(run, trust=trust)
    if view := stored.model.view("suggest"):
        worth: list[Suggestion] = view(run, kind, language)
        return worth
    stored.reader.needs_all()
    return _History(stored, language).busiest(kind)


@dataclass(frozen=True)
class _History:
    run: StoredRun[Any, Any]
    language: Language

    def _table(self, name: str) -> str:
        """Return a table by its name, or by what one row of it is called."""
        names = {str(c.table): str(c.table) for kind in self.run.model.events for c in kind.columns if c.table}
        names |= {c.name: str(c.table) for kind in self.run.model.events for c in kind.columns if c.table}
        if name not in names:
            raise EcsimError(f"--follow {name!r}: allowed are {', '.join(sorted(names))}, each with a number: NAME:12")
        return names[name]

    def of(self, entity: str) -> Story:
        """Return the events that point at a row, one a line, in the order they happened."""
        name, colon, number = entity.partition(":")
        table = self._table(name)
        if not colon or not number.strip().isdecimal():
            raise EcsimError(f"--follow {entity!r}: write {name}:NUMBER; `--follow {name}:` lists a few")
        row, names = int(number), names_of(self.run)
        kinds = [(kind, rows) for kind in self.run.model.events if len((rows := self._about(kind, table, row))["seq"])]
        if not kinds:
            raise EcsimError(f"{self.run.reader.folder}: no event is about {name} {row}")
        lineage = Lineage.of(self.run.reader)
        lines = [self._line(names, lineage, kind, rows, n) for kind, rows in kinds for n in range(len(rows["seq"]))]
        lines.sort(key=lambda line: line.seq)
        return Story(str(self.run.reader.folder), f"{name}:{row}", names.titled(table, row), tuple(lines))

    def _about(self, kind: type[Event], table: str, row: int) -> Columns:
        pointing = [column.name for column in kind.columns if isinstance(column, Ids) and column.table == table]
        rows = self.run.reader.kind(kind)
        about = np.zeros(len(rows["seq"]), np.bool_)
        for name in pointing:
            about |= rows[name] == row
        return {name: values[about] for name, values in rows.items()}

    def _line(self, names: Names, lineage: Lineage, kind: type[Event], rows: Columns, row: int) -> Line:
        date = str(self.run.scenario.start + dt.timedelta(days=int(rows["day"][row])))
        cause = int(rows["cause"][row])
        because = None if cause == NO_CAUSE else lineage.kinds[lineage.kind[cause]].title.to(self.language)
        sentence = f"{kind.title.to(self.language)}: {names.described(kind, rows, row)}"
        known = None if cause == NO_CAUSE else cause
        return Line(
            date, date, sentence, because and f"{because} (seq {cause:,})", kind.kind, 1, int(rows["seq"][row]), known
        )

    def busiest(self, name: str) -> list[Suggestion]:
        """Return the rows that most events are about."""
        table = self._table(name)
        counts = np.zeros(0, np.int64)
        for kind in self.run.model.events:
            for column in kind.columns:
                if column.table == table:
                    ids = self.run.reader.kind(kind)[column.name]
                    counts = _added(counts, np.bincount(ids[ids >= 0]))
        most = [int(row) for row in np.argsort(-counts, kind="stable")[:5] if counts[row]]
        return [Suggestion(f"{name}:{row}", counted(int(counts[row]), "event")) for row in most]


def _added(counts: np.ndarray[Any, Any], further: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    total = np.zeros(max(len(counts), len(further)), np.int64)
    total[: len(counts)] += counts
    total[: len(further)] += further
    return total
