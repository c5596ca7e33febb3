"""Distributions of outcomes over runs: every run a dot, with boxes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, with_unit, written
from ecsim.report.results import Results

MOST = 14
FEW = 12
"""Runs an arm of which each is joined to the one with the same luck in the next arm."""
MANY = 400
"""Runs an arm of which dots would only be a smear."""


def draw(results: Results) -> Drawing | None:
    """Return distributions over runs as boxes and dots, one panel per outcome, one row per arm.

    Returns
    -------
    Drawing or None
        None where every arm ran once.
    """
    runs = results.tables.get("runs", pd.DataFrame())
    names = results.headlines[:MOST]
    if not names or runs.groupby("arm").size().max() < 2:
        return None
    figure, axes = grid(len(names), 2, 0.4 * len(results.arms) + 0.9, sharey=True)
    for axis, name in zip(axes, names, strict=True):
        _panel(axis, results, runs.pivot(index=["point", "replication"], columns="arm", values=name)[results.arms])
        axis.set_title(with_unit(results, name), loc="left", fontsize=9.5)
        written(axis.xaxis, results.scale(name))
    axes[0].set_ylim(len(results.arms) - 0.5, -0.5)
    texts = results.texts
    notes = [texts("figures.distributions_note")]
    if results.others:
        few = runs.groupby("arm").size().max() <= FEW
        notes += [texts(f"figures.{name}") for name in ("joined", "shared_luck") if few or name != "joined"]
    note = texts("page.between_sentences").join(notes)
    return Drawing("distributions", texts("figures.distributions"), note, svg(figure))


def _panel(axis: Axes, results: Results, wide: pd.DataFrame) -> None:
    places = np.arange(len(results.arms))
    if len(wide) <= FEW:
        axis.plot(wide.T.to_numpy(), places, color="#d1d5db", lw=0.7, zorder=1)
    spread = np.linspace(-0.16, 0.16, len(wide)) if len(wide) > FEW else np.zeros(len(wide))
    for place, arm in zip(places, results.arms, strict=True):
        values, colour = wide[arm].dropna().to_numpy(), results.colour(arm)
        if len(wide) <= MANY:
            axis.plot(wide[arm], place + spread, "o", color=colour, ms=3.2, alpha=0.65, mew=0, zorder=3)
        if len(values) > 4:
            thin = {"color": colour, "lw": 1.0}
            axis.boxplot(
                values, orientation="horizontal", positions=[float(place)], widths=0.5, showfliers=False,
                manage_ticks=False, zorder=2, boxprops=thin, whiskerprops=thin, capprops=thin,
                medianprops={"color": colour, "lw": 2.0},
            )  # fmt: skip
    axis.set_yticks(places, [results.label(arm) for arm in results.arms], fontsize=8)
    axis.tick_params(axis="y", length=0)
    axis.xaxis.set_major_locator(MaxNLocator(5))
