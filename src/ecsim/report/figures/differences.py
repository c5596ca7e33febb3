"""What each arm changes: differences with intervals."""

from __future__ import annotations

from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ecsim.report.amounts import scale_of
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, written
from ecsim.report.results import Results

MOST = 14
"""Outcomes that are drawn."""


def draw(results: Results) -> Drawing | None:
    """Return differences to the reference arm as dots with intervals, one panel per outcome, one row per arm.

    Returns
    -------
    Drawing or None
        None where nothing was compared twice.
    """
    if results.summary.empty or results.summary["n"].max() < 2:
        return None
    texts, groups = results.texts, results.alike(results.headlines)[:MOST]
    figure, axes = grid(len(groups), 2, 0.34 * len(results.others) + 0.8, sharey=True)
    for axis, names in zip(axes, groups, strict=True):
        _panel(axis, results, names)
    axes[0].set_ylim(len(results.others) - 0.5, -0.5)
    title = texts("figures.differences", reference=results.quoted(results.reference))
    return Drawing("differences", title, texts("figures.differences_note"), svg(figure))


def _panel(axis: Axes, results: Results, names: tuple[str, ...]) -> None:
    rows = results.summary[results.summary.outcome == names[0]].set_index("arm")
    ends = rows[["family_low", "family_high"]].to_numpy().ravel()
    scale = scale_of(results.measured_in(names[0]), ends, results.texts)
    for place, arm in enumerate(results.others):
        row, colour = rows.loc[arm], results.colour(arm)
        if row["n"] < 2:
            continue
        axis.plot([row["family_low"], row["family_high"]], [place, place], color=colour, lw=0.9)
        axis.plot([row["low"], row["high"]], [place, place], color=colour, lw=3.2, solid_capstyle="butt")
        axis.plot(row["difference"], place, "o", color=colour, ms=5.5, mec="white", mew=0.6)
    axis.axvline(0, color="#111827", lw=0.8)
    axis.set_yticks(range(len(results.others)), [results.label(arm) for arm in results.others], fontsize=8)
    axis.tick_params(axis="y", length=0)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    if not rows[["family_low", "family_high"]].to_numpy().any():  # nothing differs: a scale would say nothing
        axis.set_xticks([0])
    written(axis.xaxis, scale)
    title = results.texts.joined(results.titles(names), scale.difference)
    axis.set_title("\n".join(wrap(title, 60)), loc="left", fontsize=9.5)
