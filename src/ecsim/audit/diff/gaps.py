"""How far two runs are apart in targets and outcomes, county by county, from their events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal import JournalReader
from ecsim.rural.indicators import Board, region_of, report_dates
from ecsim.rural.programme.notice import programme_of
from ecsim.rural.regions.official import official_figures
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.scenario import Scenario

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure of one county in both runs, where it differs; NaN where it is not known.

    Attributes
    ----------
    date : of a target: the report it is in; of an outcome: None, it belongs to the whole run
    met_a, met_b : of a target: whether it is met; None where there is no figure
    """

    name: str
    date: dt.date | None
    county: str
    a: float
    b: float
    met_a: bool | None = None
    met_b: bool | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the region in both runs: an outcome, or the counties that meet a target on a date."""

    name: str
    title: str
    unit: str
    date: dt.date | None
    a: float
    b: float
    counties: int
    """Counties in which it differs."""
    most: tuple[tuple[str, float], ...]
    """Those in which it differs most: name, and B less A of what the target or outcome measures."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What differs in targets and outcomes; what is equal in every county is left out."""

    counties: tuple[Gap, ...]
    totals: tuple[Total, ...]


class Measured:
    """A run that was read by a board.

    Parameters
    ----------
    pack : the run's region
    """

    def __init__(self, reader: JournalReader, pack: RegionPack) -> None:
        told = reader.genesis["scenario"]
        start, end = (dt.date.fromisoformat(told[key]) for key in ("start", "end"))
        programme = programme_of(told)
        # a scenario of then may not be one of today
        window = Scenario.model_construct(start=start, end=end, programme=programme)
        self.pack = pack
        self.dates = report_dates(window)
        self.board = Board(start, window.weeks, programme, official_figures(programme, pack)).read(reader.batches())

    def not_available(self) -> list[str]:
        """Return why some outcomes cannot be compared: their period was not run whole."""
        reasons = [reason.en for name, reason in self.board.available.lacking().items() if name in self.board.shown]
        return [f"{reasons.count(why)} outcomes are not available: {why}" for why in dict.fromkeys(reasons)]


def gaps(a: Measured, b: Measured) -> Gaps:
    """Return where two runs differ, for the counties and report dates that both have."""
    codes = [[county.adcode for county in run.pack.counties] for run in (a, b)]
    common = [code for code in codes[0] if code in codes[1]]
    places = np.array([[own.index(code) for code in common] for own in codes], np.int64).reshape(2, -1)
    names = [a.pack.counties[place].name_zh for place in places[0]]
    found, totals = list[Gap](), list[Total]()
    for date in sorted(set(a.dates) & set(b.dates)):
        _targets(a.board, b.board, date, places, names, found, totals)
    _outcomes(a.board, b.board, places, names, found, totals)
    return Gaps(tuple(found), tuple(totals))


def _targets(
    a: Board, b: Board, date: dt.date, places: NDArray[np.int64], names: list[str], found: list[Gap],
    totals: list[Total],
) -> None:  # fmt: skip
    figures, met = (a.values(date), b.values(date)), (a.met(date), b.met(date))
    theirs_too = {target.name for target in b.targets}
    for target in a.targets:
        if target.name not in theirs_too:
            continue
        mine, theirs = (run[target.name][own] for run, own in zip(figures, places, strict=True))
        yes_a, yes_b = (run[target.name][own] for run, own in zip(met, places, strict=True))
        where = _differs(mine, theirs)
        found += [
            Gap(target.name, date, names[c], float(mine[c]), float(theirs[c]), _yes(yes_a[c]), _yes(yes_b[c]))
            for c in where
        ]
        if len(where):
            counts = _meeting(yes_a), _meeting(yes_b)
            most = _most(mine, theirs, names)
            totals.append(Total(target.name, target.title_en, "counties that meet it", date, *counts, len(where), most))


def _outcomes(
    a: Board, b: Board, places: NDArray[np.int64], names: list[str], found: list[Gap], totals: list[Total]
) -> None:
    figures = a.outcomes(), b.outcomes()
    for name, measure in a.shown.items():
        if name not in figures[1]:
            continue
        mine, theirs = (run[name][own] for run, own in zip(figures, places, strict=True))
        where = _differs(mine, theirs)
        found += [Gap(name, None, names[c], float(mine[c]), float(theirs[c])) for c in where]
        if len(where):
            region = region_of(name, mine), region_of(name, theirs)
            totals.append(
                Total(name, measure.title_en, measure.unit, None, *region, len(where), _most(mine, theirs, names))
            )


def _yes(verdict: float) -> bool | None:
    return None if np.isnan(verdict) else bool(verdict)


def _meeting(verdicts: F64) -> float:
    """Return how many counties meet a target; NaN where none has a figure."""
    return float(np.nansum(verdicts)) if np.isfinite(verdicts).any() else float("nan")


def _differs(a: F64, b: F64) -> NDArray[np.int64]:
    return np.flatnonzero((a != b) & ~(np.isnan(a) & np.isnan(b)))


def _most(a: F64, b: F64, names: list[str]) -> tuple[tuple[str, float], ...]:
    """Return the counties in which two figures are farthest apart, at most three."""
    apart = np.nan_to_num(b - a)
    order = np.argsort(-np.abs(apart), kind="stable")[:3]
    return tuple((names[county], float(apart[county])) for county in order if apart[county])
