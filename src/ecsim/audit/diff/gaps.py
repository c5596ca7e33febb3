"""How far two runs are apart in targets and outcomes, county by county, from their events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import counted
from ecsim.kernel.measures import MeasuredFigure
from ecsim.kernel.runs import StoredRun

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
    """A figure of the whole in both runs: an outcome, or how many places meet a target on a date.

    Attributes
    ----------
    name, title, unit : of the figure
    date : date or None
        Of a target's report; None: an outcome of the whole run.
    a, b : float
        In either run.
    """

    name: str
    title: str
    unit: str
    date: dt.date | None
    a: float
    b: float
    counties: int
    """Counties in which it differs."""
    most: tuple[tuple[str, float], ...]
    """Those in which it differs most: name, and B minus A of what the target or outcome measures."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What differs in targets and outcomes; what is equal in every county is left out."""

    counties: tuple[Gap, ...]
    totals: tuple[Total, ...]


class MeasuredSide:
    """The figures of one of two runs that are compared, read from its journal.

    Attributes
    ----------
    places : list of Place
        What its figures are broken down by.
    figures : dict
        By report date (None: of the whole run) and name.
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        reader = run.reader
        self.measurement = run.model.measures.begin(run.scenario, lambda: reader.genesis["sizes"])
        self.measurement.read(reader.batches())
        self.places = list(self.measurement.places)
        self.figures = {(figure.date, figure.name): figure for figure in self.measurement.measured("all")}

    def not_available(self) -> list[str]:
        """Return why some outcomes cannot be compared: their period was not run whole."""
        reasons = [reason.en for reason in self.measurement.not_available().values()]
        return [f"not available: {counted(reasons.count(why), 'outcome')}: {why}" for why in dict.fromkeys(reasons)]


def gaps(a: MeasuredSide, b: MeasuredSide) -> Gaps:
    """Return where the figures of two runs differ, for the places and report dates that both have.

    Parameters
    ----------
    a, b : the runs

    Returns
    -------
    Gaps
        By place, and of the whole; what is equal in every place is left out.
    """
    keys = [[place.key for place in side.places] for side in (a, b)]
    common = [key for key in keys[0] if key in keys[1]]
    places = np.array([[known.index(key) for key in common] for known in keys], np.int64).reshape(2, -1)
    names = [a.places[place].name.zh for place in places[0]]
    differing, totals = list[Gap](), list[Total]()
    for key, figure_a in a.figures.items():
        figure_b = b.figures.get(key)
        if figure_b is not None and (figure_a.met is not None or figure_a.date is None):
            _compare(figure_a, figure_b, places, names, differing, totals)
    return Gaps(tuple(differing), tuple(totals))


def _compare(
    figure_a: MeasuredFigure, figure_b: MeasuredFigure, places: NDArray[np.int64], names: list[str],
    differing: list[Gap], totals: list[Total],
) -> None:  # fmt: skip
    a, b = (
        figure.places[rows] if len(figure.places) else figure.places
        for figure, rows in zip((figure_a, figure_b), places, strict=True)
    )
    where = _differs(a, b)
    if not len(figure_a.places):
        if _differs(np.array([figure_a.whole]), np.array([figure_b.whole])).size:
            totals.append(
                Total(figure_a.name, figure_a.title.en, figure_a.unit, None, figure_a.whole, figure_b.whole, 0, ())
            )
        return
    if not len(where):
        return
    most = _most(a, b, names)
    if figure_a.met is None or figure_b.met is None:
        differing += [Gap(figure_a.name, None, names[c], float(a[c]), float(b[c])) for c in where]
        totals.append(
            Total(
                figure_a.name, figure_a.title.en, figure_a.unit, None, figure_a.whole, figure_b.whole, len(where), most
            )
        )
        return
    met_a, met_b = figure_a.met[places[0]], figure_b.met[places[1]]
    differing += [
        Gap(figure_a.name, figure_a.date, names[c], float(a[c]), float(b[c]), _yes(met_a[c]), _yes(met_b[c]))
        for c in where
    ]
    counts = _meeting(met_a), _meeting(met_b)
    totals.append(
        Total(figure_a.name, figure_a.title.en, "counties that meet it", figure_a.date, *counts, len(where), most)
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
