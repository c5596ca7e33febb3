"""Figures of a sensitivity analysis: indices with intervals, and scatter plots of what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecsim.report.analyses.sensitivity_panels import DRAWN, INK, LUCK, Panel, panels_of
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import WIDTH, grid, with_unit, written
from ecsim.report.results import Results

F64 = NDArray[np.float64]
SHARES = ("sobol", "pawn")
"""Methods whose indices lie between 0 and 1, so that panels share an axis; their points are spread over the space."""
PANELS, SCATTERED, SCATTERS, DOTS, BINS = 8, 6, 4, 300, 12
"""At most: panels a figure; parameters, figures, dots and parts of scatter plots."""
PART = 5
"""Points that a part of a running mean holds, at least."""


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures of an analysis: differences first, then the arms' own, then scatter plots."""
    method, panels, texts = analysis["settings"]["method"], panels_of(analysis), results.texts
    parts = {"differences": [p for p in panels if p.against], "levels": [p for p in panels if not p.against]}
    drawn = [
        Drawing(
            f"sensitivity_{what}", texts(f"sensitivity.{method}", what=texts(f"sensitivity.{what}")),
            texts(f"sensitivity.{method}_note"), svg(_indices(results, method, part[:PANELS])),
        )
        for what, part in parts.items()
        if part
    ]  # fmt: skip
    if method not in SHARES or not results.has("runs", "design"):
        return drawn
    return drawn + _scatters(results, analysis["settings"]["index"], parts["differences"] or parts["levels"])


def _indices(results: Results, method: str, panels: Sequence[Panel]) -> Figure:
    """Return a panel for each outcome and arm."""
    in_unit = method in ("morris", "tornado")
    most = max(len({name for name, _ in panel.figures} - {LUCK}) for panel in panels)
    figure, axes = grid(len(panels), 2, 3.4 if method == "morris" else 0.3 * min(most, 10) + 1.2)
    for axis, panel in zip(axes, panels, strict=True):
        DRAWN[method](axis, panel, results.colour(panel.arm))
        title = with_unit(results, panel.outcome) if in_unit else results.title(panel.outcome)
        if in_unit:
            _write_units(axis, results, panel.outcome, both=method == "morris")
        luck = panel.value(LUCK, "luck_share")
        said = [] if np.isnan(luck) else [results.texts("sensitivity.luck", share=f"{100.0 * luck:.0f}")]
        axis.set_title("\n".join([title, panel.name(results), *said]), loc="left", fontsize=9)
    if method in SHARES:
        ends = [axis.get_xlim() for axis in axes]
        for axis in axes:
            axis.set_xlim(min(low for low, _ in ends), max(1.0, *(high for _, high in ends)))
    return figure


def _write_units(axis: Axes, results: Results, outcome: str, *, both: bool) -> None:
    for side in (axis.xaxis, axis.yaxis) if both else (axis.xaxis,):
        written(side, results.scale(outcome))


def _scatters(results: Results, index: str, panels: Sequence[Panel]) -> list[Drawing]:
    texts, drawn = results.texts, []
    for panel in panels[:SCATTERS]:
        title = texts("sensitivity.scatter", outcome=results.title(panel.outcome), figure=panel.name(results))
        figure = _scatter(results, panel, panel.ranked(index)[:SCATTERED])
        name = f"sensitivity_scatter_{panel.outcome}_{panel.arm}"
        drawn.append(Drawing(name, title, texts("sensitivity.scatter_note"), svg(figure)))
    return drawn


def _scatter(results: Results, panel: Panel, names: Sequence[str]) -> Figure:
    runs, design = results.tables["runs"], _apart(results.tables["design"])
    means = runs.pivot_table(index="point", columns="arm", values=panel.outcome, aggfunc="mean")
    every = means[panel.arm] - means[panel.against] if panel.against else means[panel.arm]
    y = every.reindex(design.index).dropna()
    columns = min(3, len(names))
    lines = -(-len(names) // columns)
    figure = Figure(figsize=(WIDTH, 2.4 * lines + 0.2), layout="constrained")
    axes = figure.subplots(lines, columns, squeeze=False, sharey=True)
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    for axis, name in zip(axes.flat, names, strict=False):
        _against(axis, design.loc[y.index, name], y.to_numpy(np.float64), results.colour(panel.arm))
        axis.set_xlabel(name, fontsize=8)
        if panel.against:
            axis.axhline(0.0, color=INK, lw=0.8)
    for axis in axes[:, 0]:
        written(axis.yaxis, results.scale(panel.outcome))
        axis.set_ylabel(results.scale(panel.outcome).unit or results.title(panel.outcome), fontsize=8)
    return figure


def _apart(design: pd.DataFrame) -> pd.DataFrame:
    """Return the design by point, of each block the first and the last: in between they repeat each other's values."""
    ends = design.groupby("block")["point"].agg(["min", "max"])
    return design.set_index("point").loc[sorted({*ends["min"], *ends["max"]})]


def _against(axis: Axes, x: pd.Series[Any], y: F64, colour: str) -> None:
    """Draw dots and running means of y against a parameter: numbers along the axis, words side by side."""
    words = not pd.api.types.is_numeric_dtype(x) or pd.api.types.is_bool_dtype(x)
    codes, values = pd.factorize(x.astype(str) if words else x, sort=True)
    places = np.asarray(codes if words else x, np.float64)
    every = slice(None, None, max(1, len(places) // DOTS))
    axis.plot(places[every], y[every], "o", color=colour, ms=2.2, alpha=0.35, mew=0)
    if words or (len(values) <= BINS and len(places) >= PART * len(values)):
        parts = [np.flatnonzero(codes == code) for code in range(len(values))]
    else:
        parts = np.array_split(np.argsort(places, kind="stable"), min(BINS, max(1, len(places) // PART)))
    middle, mean = (np.array([figures[part].mean() for part in parts]) for figures in (places, y))
    half = np.array([1.96 * y[part].std(ddof=1) / np.sqrt(len(part)) if len(part) > 1 else np.nan for part in parts])
    axis.fill_between(middle, mean - half, mean + half, color=INK, alpha=0.15, lw=0)
    axis.plot(middle, mean, "-o", color=INK, lw=1.4, ms=2.5)
    if words:
        axis.set_xticks(range(len(values)), list(values), fontsize=8)
