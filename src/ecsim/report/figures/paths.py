"""Time paths: levels, and differences to the reference arm, with their bands."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator

from ecsim.experiments.analyses.formats import MONEY
from ecsim.report.amounts import scale_of
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, written
from ecsim.report.results import Results

HALF, YEARS = 26, 130
"""Weeks above which dates are told by half years, and by years."""
UNITS = {"retail_yuan": MONEY, "farm_yuan": MONEY}
SCALES = {"retail_yuan": 1e6, "farm_yuan": 1e6, "parcels": 1e3}


def draw(results: Results) -> Drawing | None:
    """Return mean paths over time with their simultaneous bands: above levels, below differences.

    Returns
    -------
    Drawing or None
        None where paths were not kept.
    """
    if not results.has("paths"):
        return None
    texts, frame = results.texts, results.tables["paths"]
    kinds = [kind for kind in ("level", "difference") if (frame.of == kind).any()]
    figure, axes = grid(len(kinds) * len(SCALES), len(SCALES), 2.9)
    for place, axis in enumerate(axes):
        kind, series = kinds[place // len(SCALES)], list(SCALES)[place % len(SCALES)]
        _panel(axis, results, frame[(frame.of == kind) & (frame.series == series)], SCALES[series])
        if kind == "level":
            axis.set_ylim(bottom=0)
        else:
            axis.axhline(0, color="#111827", lw=0.8)
            if not frame.loc[(frame.of == kind) & (frame.series == series), "mean"].any():
                axis.set_yticks([0])
        place_of = "figures.paths_of_difference" if kind == "difference" else "figures.paths_of_level"
        of_series = frame[(frame.of == kind) & (frame.series == series)]
        scale = scale_of(UNITS.get(series, ""), of_series["mean"] / SCALES[series], texts)
        written(axis.yaxis, scale)
        said = texts(f"series.{series}", unit=scale.unit)
        axis.set_title(
            texts(place_of, series=said, reference=results.quoted(results.reference)), loc="left", fontsize=9
        )
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncol=min(4, len(labels)), fontsize=8)
    return Drawing("paths", texts("figures.paths"), texts("figures.paths_note"), svg(figure))


def _panel(axis: Axes, results: Results, rows: pd.DataFrame, scale: float) -> None:
    start = pd.Timestamp(results.start)
    for arm in results.arms:
        path = rows[rows.arm == arm]
        if path.empty:
            continue
        when = start + pd.to_timedelta(7 * path["week"] + 14, unit="D")
        colour = results.colour(arm)
        axis.fill_between(when, path["path_low"] / scale, path["path_high"] / scale, color=colour, alpha=0.16, lw=0)
        axis.plot(when, path["mean"] / scale, color=colour, lw=1.5, label=results.label(arm))
    weeks = int(rows["week"].max()) if len(rows) else 0
    months = (1,) if weeks > YEARS else (1, 7) if weeks > HALF else None
    dates = MonthLocator(bymonth=months)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(dates)
    forms = ["%Y", "%Y-%m", "%m-%d", "", "", ""]
    axis.xaxis.set_major_formatter(ConciseDateFormatter(dates, formats=forms))  # type: ignore[no-untyped-call]
    axis.tick_params(labelsize=8)
