"""Figures of the adversary's search: the combinations found and how the search came to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure

from ecsim.report.analyses import table
from ecsim.report.drawing import Drawing, svg
from ecsim.report.results import Results


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures."""
    texts = results.texts
    figures = [
        Drawing(
            "search-mildest", texts("search.mildest"), texts("search.mildest_note"), svg(_mildest(analysis, results))
        )
    ]
    if analysis["tables"]["path"]["rows"]:
        figures.append(
            Drawing("search-path", texts("search.path"), texts("search.path_note"), svg(_path(analysis, results)))
        )
    return figures


def _row_titles(rows: pd.DataFrame, analysis: dict[str, Any], results: Results) -> list[str]:
    titles = analysis["settings"]["titles"]
    return [f"{results.arm(str(row.arm))}\n{titles[row.target][results.texts.language]}" for row in rows.itertuples()]


def _mildest(analysis: dict[str, Any], results: Results) -> Figure:
    texts, rows = results.texts, table(analysis, "mildest")
    shocks = analysis["settings"]["shocks"]
    figure = Figure(figsize=(10, 0.5 * len(rows) + 1.4), layout="constrained")
    axis = figure.subplots()
    left = np.zeros(len(rows))
    for place, (name, title) in enumerate(shocks.items()):
        width = pd.to_numeric(rows[name]).fillna(0.0).to_numpy(np.float64)
        if width.any():
            colour = colormaps["tab20"](place % 20)
            axis.barh(range(len(rows)), width, left=left, height=0.6, color=colour, label=title[texts.language])
            left += width
    axis.set_yticks(range(len(rows)), _row_titles(rows, analysis, results), fontsize=8)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlabel(texts("search.severity"))
    if left.any():
        axis.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _path(analysis: dict[str, Any], results: Results) -> Figure:
    texts, rows = results.texts, table(analysis, "path")
    ends = table(analysis, "mildest").set_index(["arm", "target"])["combinations_run"]
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    axis = figure.subplots()
    for arm, target in ends.index:
        steps = rows[(rows.arm == arm) & (rows.target == target)]
        if steps.empty:
            continue
        when = [*steps.combinations_run, ends.loc[(arm, target)]]
        title = f"{results.arm(arm)}: {analysis['settings']['titles'][target][texts.language]}"
        axis.step(when, [*steps.severity, steps.severity.iloc[-1]], where="post", label=title)
    axis.set_xlabel(texts("search.run"))
    axis.set_ylabel(texts("search.severity"))
    axis.set_ylim(bottom=0)
    axis.legend(fontsize=8)
    return figure
