"""Figures of scenario discovery: the peeling, and the box on the two inputs that it limits first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecsim.report.analyses import table
from ecsim.report.drawing import Drawing, svg
from ecsim.report.results import Results

STEPS = (0.7548776662466927, 0.5698402909980532)
"""Of the R2 sequence: their multiples, less the whole part, spread evenly over a square (Roberts 2018)."""
SPREAD = 0.7
"""Share of a category's part that its cases take up."""


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures; none where no box was found."""
    if not analysis["tables"]["trajectory"]["rows"]:
        return []
    texts = results.texts
    figures = [
        Drawing(
            "discovery-trajectory", texts("discovery.trajectory"), texts("discovery.trajectory_note"),
            svg(_trajectory(analysis, results)),
        )
    ]  # fmt: skip
    scatter = _scatter(analysis, results)
    if scatter is not None:
        figures.append(
            Drawing("discovery-boxes", texts("discovery.boxes"), texts("discovery.boxes_note"), svg(scatter))
        )
    return figures


def _trajectory(analysis: dict[str, Any], results: Results) -> Figure:
    texts, rows = results.texts, table(analysis, "trajectory")
    arms = list(dict.fromkeys(rows.arm))
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    for axis, arm in zip(np.atleast_1d(figure.subplots(1, len(arms), sharey=True)), arms, strict=True):
        own_rows = rows[rows.arm == arm]
        most = max(1, int(rows.restricted.max()))
        for count, some in own_rows.groupby("restricted"):
            colour = colormaps["viridis"](int(count) / most)
            counted = texts("discovery.restricted", count=int(count))
            axis.plot(some.coverage, some.density, "o", ms=4, color=colour, label=counted)
        kept = own_rows[own_rows.kept.astype(bool)]
        axis.plot(kept.coverage, kept.density, "o", ms=11, mfc="none", mec="#dc2626", mew=1.8)
        axis.set_xlim(0, 1.03)
        axis.set_ylim(0, 1.03)
        axis.set_title(results.arm(arm), loc="left")
        axis.set_xlabel(texts("discovery.coverage"))
        axis.legend(fontsize=7, loc="lower left")
    figure.axes[0].set_ylabel(texts("discovery.density"))
    return figure


def _scatter(analysis: dict[str, Any], results: Results) -> Figure | None:
    texts, design = results.texts, results.tables["design"]
    boxes = table(analysis, "boxes")
    cases = table(analysis, "cases")
    first = boxes[boxes.box == 1]
    arms = [arm for arm in dict.fromkeys(first.arm) if len(first[first.arm == arm]) > 1]
    if not arms:
        return None
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axis, arm in zip(np.atleast_1d(figure.subplots(1, len(arms), squeeze=False)).flat, arms, strict=True):
        limits = first[first.arm == arm].sort_values("quasi_p").head(2)
        scales = [_Scale.of(design[limit.parameter], limit) for _, limit in limits.iterrows()]
        places = [s.places(design[name], step) for s, name, step in zip(scales, limits.parameter, STEPS, strict=True)]
        _points(axis, places, cases[cases.arm == arm].set_index("point").hit.reindex(design.point))
        for scale, side in zip(scales, (axis.xaxis, axis.yaxis), strict=True):
            scale.mark(side)
        _frame(axis, scales)
        names = [analysis["settings"]["names"][name][texts.language] for name in limits.parameter]
        axis.set_xlabel(names[0])
        axis.set_ylabel(names[1])
        axis.set_title(results.arm(arm), loc="left")
    return figure


def _points(axis: Axes, places: list[NDArray[np.float64]], hit: pd.Series[float]) -> None:
    x, y = places
    axis.scatter(x, y, c=hit.to_numpy(), cmap="RdYlBu_r", vmin=0, vmax=1, s=14, edgecolors="#6b7280", linewidths=0.3)


@dataclass(frozen=True)
class _Scale:
    """An input along an axis: a number as it is, categories side by side, those inside the box first.

    Attributes
    ----------
    values : words of the categories, in order; empty for a number
    ends : of the box, not a number where it is open
    """

    values: tuple[str, ...]
    ends: tuple[float, float]

    @classmethod
    def of(cls, column: pd.Series[Any], limit: pd.Series[Any]) -> _Scale:
        """Return the scale of an input that a box limits."""
        if limit["values"] is None:
            low, high = (float("nan") if end is None else float(end) for end in (limit["low"], limit["high"]))
            return cls((), (low, high))
        inside = tuple(map(_word, limit["values"]))
        others = sorted(set(map(_word, column)) - set(inside))
        return cls((*inside, *others), (-0.5, len(inside) - 0.5))

    def places(self, column: pd.Series[Any], step: float) -> NDArray[np.float64]:
        """Return where cases lie; those of one category are spread evenly within its part, that each may be seen."""
        if not self.values:
            return column.to_numpy(np.float64)
        spread = np.arange(len(column)) * step % 1.0 - 0.5
        return np.asarray([self.values.index(_word(value)) for value in column] + SPREAD * spread, np.float64)

    def mark(self, axis: Axis) -> None:
        """Name the categories on an axis."""
        if self.values:
            axis.set_ticks(range(len(self.values)), self.values)


def _word(value: object) -> str:
    """Return a category as the experiment's file writes it."""
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def _frame(axis: Axes, scales: list[_Scale]) -> None:
    """Draw the box over the points; a side that is open ends at the axis."""
    edges = np.array([axis.get_xlim(), axis.get_ylim()])
    ends = np.array([scale.ends for scale in scales])
    (left, right), (bottom, top) = np.where(np.isnan(ends), edges, ends)
    axis.plot([left, right, right, left, left], [bottom, bottom, top, top, bottom], color="#dc2626", lw=1.8)
