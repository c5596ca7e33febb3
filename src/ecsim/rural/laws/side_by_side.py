"""What laws lay side by side of two runs: digests of their events, and when each project was finished."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    CountyEvaluated,
    DisclosureComplained,
    FalseReportFound,
    PaymentMade,
    ProjectApproved,
    ProjectRefused,
    ReportFiled,
    TargetsReported,
    WorksFinished,
)
from ecsim.rural.events.codes import DisclosureCause, Funder

Columns: TypeAlias = Mapping[str, NDArray[Any]]
PAPERS: tuple[type[Event], ...] = (ProjectRefused, ReportFiled, TargetsReported, FalseReportFound, CountyEvaluated)
"""What governments write once there is a programme, be it one of nothing."""
_MOVED, _OF_PROJECTS = "payments of central money or for projects", "payments of projects"
_ON_REPORTS = "complaints that a report was false"
_DIGITS = 12
"""Hexadecimal digits of a digest that a float holds."""


class EventDigests:
    """Hashes what happened: every column of every kind of event, with the days, however rows came in batches."""

    def __init__(self) -> None:
        self._by_column: dict[tuple[str, str], Any] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Hash the rows of an event; of payments and complaints by what they are about, see `figures`."""
        columns = {column.name: event.__dict__[column.name] for column in event.columns}
        if isinstance(event, PaymentMade):
            self._see_payments(event, columns, stamp.day)
        elif isinstance(event, DisclosureComplained):
            on_report = event.cause_code == DisclosureCause.FALSE_REPORT
            self._hash(event.kind, _where(columns, ~on_report), stamp.day)
            self._hash(_ON_REPORTS, _where(columns, on_report), stamp.day)
        else:
            self._hash(event.kind, columns, stamp.day)

    def _see_payments(self, event: PaymentMade, columns: Columns, day: int) -> None:
        of_project = event.project >= 0
        moved = (event.paid_fen != 0) & (of_project | (event.funder == Funder.CENTRAL))
        self._hash(_MOVED, _where(columns, moved), day)
        whatever = {name: values for name, values in columns.items() if name not in ("payer", "payee")}
        self._hash(_OF_PROJECTS, _where(whatever, of_project), day)

    def _hash(self, kind: str, columns: Columns, day: int) -> None:
        rows = len(next(iter(columns.values())))
        days = np.full(rows, day, np.int32)
        for name, values in (*columns.items(), ("day", days)) if rows else ():
            self._by_column.setdefault((kind, name), hashlib.sha256()).update(np.ascontiguousarray(values))

    def figures(self) -> dict[str, float]:
        """Return the digests by name: equal numbers, the same events.

        ``events_but_papers``: all events but those of `PAPERS`, complaints that a report was false, what governments
        pay for reports out of their own means, and payments of nothing; ``events_but_purse``: all events but payments
        that are of no project, those of projects without the accounts that they pass between.
        """
        papers = {kind.kind for kind in PAPERS}
        return {
            "events_but_papers": self._without({*papers, _OF_PROJECTS, _ON_REPORTS}),
            "events_but_purse": self._without({_MOVED}),
        }

    def _without(self, kinds: Collection[str]) -> float:
        whole = hashlib.sha256()
        for (kind, name), digest in sorted(self._by_column.items()):
            if kind not in kinds:
                whole.update(f"{kind}.{name}".encode() + digest.digest())
        return float(int(whole.hexdigest()[:_DIGITS], 16))


def _where(columns: Columns, rows: NDArray[np.bool_]) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


class FinishedWorks:
    """The day on which each approved project was finished, by what it is, so that runs can be laid side by side."""

    listens: tuple[type[Event], ...] = (ProjectApproved, WorksFinished)

    def __init__(self, weeks: int) -> None:
        self._weeks, self._name, self._day = weeks, dict[int, str](), dict[int, int]()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note the rows of an event."""
        if isinstance(event, ProjectApproved):
            columns = (event.project, event.prefecture, event.county, event.project_kind, event.crop, event.turn)
            for project, *what in zip(*(column.tolist() for column in columns), strict=True):
                self._name[project] = ".".join(map(str, what))
        elif isinstance(event, WorksFinished):
            self._day.update(dict.fromkeys(event.project.tolist(), stamp.day))

    def figures(self) -> dict[str, float]:
        """Return ``finish_day:<project>``, the end of the run where it never was, and ``finished_by:<week>``."""
        never = 7 * self._weeks
        by_week = [0] * self._weeks
        for day in self._day.values():
            by_week[day // 7] += 1
        finished, total = dict[str, float](), 0
        for week, count in enumerate(by_week):
            total += count
            finished[f"finished_by:{week}"] = float(total)
        days = {f"finish_day:{name}": float(self._day.get(key, never)) for key, name in self._name.items()}
        return {**days, **(finished if days else {})}
