"""What is to be had of one thing for another: gains against costs, arm by arm."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, with_unit, written
from ecsim.report.numbers import half_width
from ecsim.report.results import Results
from ecsim.statistics.rounding import less

GAINS, COSTS = ("retail", "poor_income", "poor_real_income"), ("full_parcel_cost", "parcel_cost")


def draw(results: Results) -> Drawing | None:
    """Return means of gains against costs, with their intervals; undominated arms are ringed.

    Returns
    -------
    Drawing or None
        None without two arms, or without two outcomes in which arms part.
    """
    pairs = _pairs(results)
    if len(results.arms) < 2 or not pairs:
        return None
    figure, axes = grid(len(pairs), 2, 4.2)
    for axis, (cost, gain) in zip(axes, pairs, strict=True):
        _panel(axis, results, cost, gain)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncol=min(4, len(labels)), fontsize=8)
    texts = results.texts
    return Drawing("pareto", texts("figures.pareto"), texts("figures.pareto_note"), svg(figure))


def _pairs(results: Results) -> list[tuple[str, str]]:
    """Return which cost is drawn against which gain."""
    if results.simulated:
        costs = _known(results, COSTS)
        return [(costs[0], gain) for gain in _known(results, GAINS) if costs]
    ways = {name: results.better(name) for name in results.outcomes}
    costs, gains = ([name for name, way in ways.items() if way == wanted] for wanted in ("min", "max"))
    return [(costs[0], gain) for gain in gains[:2]] if costs else []


def _known(results: Results, bases: tuple[str, ...]) -> list[str]:
    return [name for name in results.first_of(bases, "runs") if name in results.outcomes]


def _panel(axis: Axes, results: Results, cost: str, gain: str) -> None:
    figures = results.tables["independent"]
    means = figures.groupby("arm")[[cost, gain]].mean().loc[results.arms]
    best = undominated(means[cost].to_numpy(), means[gain].to_numpy())
    for arm, kept in zip(results.arms, best, strict=True):
        points, colour = figures[figures.arm == arm][[cost, gain]].dropna(), results.colour(arm)
        axis.plot(points[cost], points[gain], "o", ms=3, color=colour, alpha=0.35, mew=0)
        x, y = float(points[cost].mean()), float(points[gain].mean())
        axis.errorbar(
            x, y, xerr=half_width(points[cost]), yerr=half_width(points[gain]), color=colour, lw=1.2, fmt="none"
        )
        axis.plot(x, y, "o", ms=9, color=colour, mec="white", label=results.label(arm), ls="none")
        if kept:
            axis.plot(x, y, "o", ms=15, mfc="none", mec=colour, mew=1.4)
    axis.set_xlabel(results.texts("figures.left_is_better", outcome=with_unit(results, cost)), fontsize=9)
    axis.set_title(results.texts("figures.up_is_better", outcome=with_unit(results, gain)), loc="left", fontsize=9.5)
    written(axis.xaxis, results.scale(cost))
    written(axis.yaxis, results.scale(gain))
    axis.margins(0.08)
    axis.xaxis.set_major_locator(MaxNLocator(5))


def undominated(costs: np.ndarray, gains: np.ndarray) -> list[bool]:
    """Return which points no other beats: as cheap or cheaper and as good or better, and one of the two strictly."""
    return [
        not bool(np.any((cheaper >= 0.0) & (better >= 0.0) & ((cheaper > 0.0) | (better > 0.0))))
        for cheaper, better in ((less(cost, costs), less(gains, gain)) for cost, gain in zip(costs, gains, strict=True))
    ]
