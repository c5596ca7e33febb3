"""Figure of a selection: runs spent, means and differences to the chosen arm, and who was ruled out when."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, with_unit, written
from ecsim.report.results import Results

INK = "#111827"


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figure of a selection."""
    texts, rows, settings = results.texts, analysis["tables"]["arms"]["rows"], analysis["settings"]
    figure, axes = grid(3, 3, 0.42 * len(rows) + 1.1, sharey=True)
    _replications(axes[0], results, rows)
    _spans(axes[1], results, rows, ("mean", "low", "high"))
    _spans(axes[2], results, rows, ("difference", "difference_low", "difference_high"))
    axes[2].axvspan(-settings["difference"], settings["difference"], color="#e5e7eb", zorder=0)
    axes[2].axvline(0.0, color=INK, lw=0.8)
    for axis in axes[1:]:
        written(axis.xaxis, results.scale(settings["outcome"]))
    heads = (texts("selection.replications"), texts("selection.mean", outcome=with_unit(results, settings["outcome"])),
             texts("selection.difference", chosen=results.arm(settings["chosen"])))  # fmt: skip
    for axis, head in zip(axes, heads, strict=True):
        axis.set_title(head, loc="left", fontsize=9)
    axes[0].set_yticks(range(len(rows)), [results.label(row["arm"]) for row in rows], fontsize=8)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    title = texts("selection.choice", chosen=results.arm(settings["chosen"]))
    return [Drawing("selection", title, texts("selection.choice_note"), svg(figure))]


def _replications(axis: Axes, results: Results, rows: list[dict[str, Any]]) -> None:
    texts, most = results.texts, max(row["replications"] for row in rows)
    for place, row in enumerate(rows):
        axis.barh(
            place, row["replications"], 0.6, color=results.colour(row["arm"]), alpha=1.0 if row["chosen"] else 0.5
        )
        out = row["ruled_out_after"]
        words = texts("selection.chosen") if row["chosen"] else ""
        words = words if out is None else texts("selection.out", n=out)
        axis.text(row["replications"] + 0.02 * most, place, words, va="center", fontsize=8)
    axis.set_xlim(0.0, 1.45 * most)


def _spans(axis: Axes, results: Results, rows: list[dict[str, Any]], names: tuple[str, str, str]) -> None:
    for place, row in enumerate(rows):
        value, low, high = (row[name] for name in names)
        colour = results.colour(row["arm"])
        if low is not None and high is not None:
            axis.plot([low, high], [place, place], color=colour, lw=2.5, solid_capstyle="butt")
        axis.plot(value, place, "o", color=colour, ms=6, mec="white", mew=0.6)
