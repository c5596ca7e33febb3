"""Figures of scenario discovery: the peeling, and the box on the two inputs that it limits first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecsim.report.analyses import table
from ecsim.report.drawn import Drawn, svg
from ecsim.report.results import Results


def draw(told: dict[str, Any], results: Results) -> list[Drawn]:
    """Return the figures; none where no box was found."""
    if not told["tables"]["trajectory"]["rows"]:
        return []
    texts = results.texts
    figures = [
        Drawn(
            "discovery-trajectory", texts("discovery.trajectory"), texts("discovery.trajectory_note"),
            svg(_trajectory(told, results)),
        )
    ]  # fmt: skip
    scatter = _scatter(told, results)
    if scatter is not None:
        figures.append(Drawn("discovery-boxes", texts("discovery.boxes"), texts("discovery.boxes_note"), svg(scatter)))
    return figures


def _trajectory(told: dict[str, Any], results: Results) -> Figure:
    texts, rows = results.texts, table(told, "trajectory")
    arms = list(dict.fromkeys(rows.arm))
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    for axis, arm in zip(np.atleast_1d(figure.subplots(1, len(arms), sharey=True)), arms, strict=True):
        mine = rows[rows.arm == arm]
        most = max(1, int(rows.restricted.max()))
        for count, some in mine.groupby("restricted"):
            colour = colormaps["viridis"](int(count) / most)
            told_count = texts("discovery.restricted", count=int(count))
            axis.plot(some.coverage, some.density, "o", ms=4, color=colour, label=told_count)
        kept = mine[mine.kept.astype(bool)]
        axis.plot(kept.coverage, kept.density, "o", ms=11, mfc="none", mec="#dc2626", mew=1.8)
        axis.set_xlim(0, 1.03)
        axis.set_ylim(0, 1.03)
        axis.set_title(results.arm(arm), loc="left")
        axis.set_xlabel(texts("discovery.coverage"))
        axis.legend(fontsize=7, loc="lower left")
    figure.axes[0].set_ylabel(texts("discovery.density"))
    return figure


def _scatter(told: dict[str, Any], results: Results) -> Figure | None:
    texts, design = results.texts, results.tables["design"]
    boxes = table(told, "boxes")
    cases = table(told, "cases")
    first = boxes[boxes.box == 1]
    arms = [arm for arm in dict.fromkeys(first.arm) if len(first[first.arm == arm]) > 1]
    if not arms:
        return None
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axis, arm in zip(np.atleast_1d(figure.subplots(1, len(arms), squeeze=False)).flat, arms, strict=True):
        limits = first[first.arm == arm].sort_values("quasi_p").head(2)
        _points(axis, design, cases[cases.arm == arm], list(limits.parameter))
        _frame(axis, limits)
        names = [told["settings"]["names"][name][texts.language] for name in limits.parameter]
        axis.set_xlabel(names[0])
        axis.set_ylabel(names[1])
        axis.set_title(results.arm(arm), loc="left")
    return figure


def _points(axis: Axes, design: pd.DataFrame, cases: pd.DataFrame, names: list[str]) -> None:
    hit = cases.set_index("point").hit.reindex(design.point)
    x, y = (pd.to_numeric(design[name]) for name in names)
    axis.scatter(x, y, c=hit.to_numpy(), cmap="RdYlBu_r", vmin=0, vmax=1, s=14, edgecolors="#6b7280", linewidths=0.3)


def _frame(axis: Axes, limits: pd.DataFrame) -> None:
    """Draw the box over the points; a side that is open ends at the axis."""
    edges = np.array([axis.get_xlim(), axis.get_ylim()])
    told = limits[["low", "high"]].to_numpy(np.float64)
    (left, right), (bottom, top) = np.where(np.isnan(told), edges, told)
    axis.plot([left, right, right, left, left], [bottom, bottom, top, top, bottom], color="#dc2626", lw=1.8)
