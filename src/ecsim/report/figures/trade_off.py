"""Cost against time: what each arm changes of both beside the reference, and where the two weigh the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid
from ecsim.report.results import Results


def draw(results: Results) -> Drawing:
    """Return a panel a period: days across, yuan a parcel upwards, the reference at the crossing of the axes.

    Parameters
    ----------
    results : of which arms trade cost for time
    """
    texts, found = results.texts, results.trade_off
    periods = list(dict.fromkeys(found.period))
    figure, axes = grid(len(periods), 2, 4.4)
    for axis, period in zip(axes, periods, strict=True):
        _panel(axis, results, period)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncol=min(4, len(labels)), fontsize=8)
    note = texts("trade_off.figure_note", reference=results.quoted(results.reference))
    return Drawing("trade_off", texts("trade_off.figure"), note, svg(figure))


def _panel(axis: Axes, results: Results, period: str) -> None:
    texts, rows = results.texts, results.trade_off[results.trade_off.period == period]
    for row in rows.to_dict("records"):
        arm = str(row["arm"])
        axis.errorbar(
            row["days"], row["cost"], xerr=_error(row, "days"), yerr=_error(row, "cost"), color=results.colour(arm),
            lw=1.2, fmt="o", ms=8, mec="white", label=results.label(arm),
        )  # fmt: skip
    axis.margins(0.25)
    axis.axhline(0, color="#111827", lw=0.8)
    axis.axvline(0, color="#111827", lw=0.8)
    _equal(axis, results, float(rows.day_yuan.iloc[0]))
    axis.set_title(period, loc="left", fontsize=9.5)
    axis.set_xlabel(texts("trade_off.axis_days"), fontsize=9)
    axis.set_ylabel(texts("trade_off.axis_cost"), fontsize=9)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.yaxis.set_major_locator(MaxNLocator(5))


def _equal(axis: Axes, results: Results, day_yuan: float) -> None:
    """Draw the line on which a day at its worth weighs as much as what is saved, within what is shown."""
    (left, right), (low, high) = axis.get_xlim(), axis.get_ylim()
    days = np.array([left, right])
    label = results.texts("trade_off.equal_line", yuan=f"{day_yuan:g}")
    axis.plot(days, -day_yuan * days, color="#6b7280", lw=1.0, ls="--", label=label)
    axis.set_xlim(left, right)
    axis.set_ylim(low, high)


def _error(row: dict[Any, Any], part: str) -> list[list[float]] | None:
    """Return how far the interval reaches to both sides; None of one pair."""
    if row["n"] < 2:
        return None
    return [[row[part] - row[f"{part}_low"]], [row[f"{part}_high"] - row[part]]]
