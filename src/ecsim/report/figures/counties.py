"""Where arms differ: one outcome, county by county."""

from __future__ import annotations

import numpy as np

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.maps import SHOWN, change_by_county
from ecsim.report.figures.panels import grid
from ecsim.report.results import Results

MOST = 40
"""Counties that have room."""


def draw(results: Results) -> Drawing | None:
    """Return the change of an outcome by county, a dot for each arm, counties ordered by the last arm.

    Returns
    -------
    Drawing or None
        Of the first of `SHOWN` that is known by county; None without counties, or with one arm alone.
    """
    if not results.has("counties") or not results.others:
        return None
    changes = {name: change_by_county(results, name) for name in results.first_of(SHOWN, "counties")}
    known = {name: change for name, change in changes.items() if change is not None}
    if not known:
        return None
    name, change = next(iter(known.items()))
    change = change.sort_values(results.others[-1], ascending=False, kind="stable").iloc[:MOST]
    texts, counties = results.texts, results.manifest["counties"]
    figure, (axis,) = grid(1, 1, 0.19 * len(change) + 1.2)
    for arm in results.others:
        axis.plot(change[arm], np.arange(len(change)), "o", ms=5, color=results.colour(arm), label=results.label(arm))
    axis.axvline(0, color="#111827", lw=0.8)
    axis.set_yticks(range(len(change)), [results.county(counties[place]) for place in change.index], fontsize=8)
    axis.set_ylim(len(change) - 0.4, -0.6)
    axis.grid(axis="y", color="#e5e7eb", lw=0.6)
    axis.set_xlabel(texts("figures.per_cent_above", reference=results.quoted(results.reference)))
    figure.legend(loc="outside upper center", ncol=min(4, len(results.others)), fontsize=8)
    title = texts("figures.counties", outcome=results.title(name))
    return Drawing("counties", title, texts("figures.counties_note"), svg(figure))
