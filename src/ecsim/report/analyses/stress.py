"""Figures of a stress test: where targets break, how many hold as a shock grows, which fails first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ecsim.report.analyses import table
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid
from ecsim.report.results import Results
from ecsim.report.texts import Texts

BREAKS, START = "breaks", "broken from the start"
LEAST_SHARE = 0.02
"""Share below which a target has no colour of its own in the bars."""


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures."""
    texts = results.texts
    level = min(analysis["settings"]["levels"])
    return [
        Drawing("stress-met", texts("stress.met"), texts("stress.met_note"), svg(_met(analysis, results))),
        Drawing(
            "stress-breaking", texts("stress.breaking"), texts("stress.breaking_note", level=f"{level:g}"),
            svg(_breaking(analysis, results, level)),
        ),
        Drawing("stress-first", texts("stress.first"), texts("stress.first_note"), svg(_first(analysis, results))),
    ]  # fmt: skip


def _called(analysis: dict[str, Any], kind: str, texts: Texts) -> dict[str, str]:
    return {name: title[texts.language] for name, title in analysis["settings"][kind].items()}


def _breaking(analysis: dict[str, Any], results: Results, level: float) -> Figure:
    """Return a matrix for each arm: targets down, shocks across."""
    texts, arms = results.texts, analysis["settings"]["arms"]
    targets, shocks = _called(analysis, "targets", texts), _called(analysis, "shocks", texts)
    rows = table(analysis, "breaking")
    rows = rows[rows.level == level]
    height = 0.3 * len(targets) + 1.9
    figure = Figure(figsize=(10, height * len(arms)), layout="constrained")
    for axis, arm in zip(np.atleast_1d(figure.subplots(len(arms), 1)), arms, strict=True):
        _matrix(axis, rows[rows.arm == arm], list(targets), list(shocks), max(analysis["settings"]["strengths"]))
        axis.set_yticks(range(len(targets)), list(targets.values()), fontsize=8)
        axis.set_xticks(range(len(shocks)), list(shocks.values()), fontsize=8, rotation=30, ha="right")
        axis.set_title(results.arm(arm), loc="left")
    return figure


def _matrix(axis: Axes, rows: pd.DataFrame, targets: list[str], shocks: list[str], most: float) -> None:
    cells = {(row["target"], row["shock"]): row for row in rows.to_dict("records")}
    axis.set_xlim(-0.5, len(shocks) - 0.5)
    axis.set_ylim(len(targets) - 0.5, -0.5)
    axis.tick_params(length=0)
    for down, target in enumerate(targets):
        for across, shock in enumerate(shocks):
            cell = cells[target, shock]
            text, colour, ink = _cell(str(cell["verdict"]), float(cell["strength"] or 0.0), most)
            axis.add_patch(_square(across, down, colour))
            axis.text(across, down, text, ha="center", va="center", fontsize=8, color=ink)


def _square(across: int, down: int, colour: Any) -> Rectangle:  # noqa: ANN401 (a colour of matplotlib)
    return Rectangle((across - 0.5, down - 0.5), 1, 1, facecolor=colour, edgecolor="white")


def _cell(verdict: str, strength: float, most: float) -> tuple[str, Any, str]:
    """Return what a cell says, its colour and that of its text."""
    if verdict == START:
        return "✕", "#e5e7eb", "#6b7280"
    if verdict != BREAKS:
        return "–", "#f9fafb", "#9ca3af"
    weakness = 1.0 - strength / most
    return f"{strength:.2g}", colormaps["Oranges"](0.25 + 0.65 * weakness), "white" if weakness > 0.5 else "#111827"


def _met(analysis: dict[str, Any], results: Results) -> Figure:
    """Return lines: targets met a county over strength, a panel a shock."""
    texts, shocks = results.texts, _called(analysis, "shocks", results.texts)
    met = table(analysis, "holding").groupby(["shock", "arm", "strength"])["share"].sum()
    figure, axes = grid(len(shocks), 4, 2.1, sharex=True, sharey=True)
    for axis, (name, title) in zip(axes, shocks.items(), strict=True):
        for arm in analysis["settings"]["arms"]:
            line = met.loc[(name, arm)]
            axis.plot(line.index, line.to_numpy(), "o-", ms=3, color=results.colour(arm), label=results.arm(arm))
        axis.set_title(_folded(title), fontsize=9, loc="left")
    axes[0].set_ylim(bottom=0)
    axes[0].legend(fontsize=7, loc="lower left")
    figure.supxlabel(texts("stress.strength"), fontsize=9)
    figure.supylabel(texts("stress.targets_a_county"), fontsize=9)
    return figure


def _folded(title: str) -> str:
    """Return a title on several lines, one a shock that comes together with others."""
    return title.replace(" + ", " +\n")


def _first(analysis: dict[str, Any], results: Results) -> Figure:
    """Return stacked bars: a panel per arm, a bar per shock, a colour per target."""
    texts = results.texts
    shocks, targets = _called(analysis, "shocks", texts), _called(analysis, "targets", texts)
    rows, arms = table(analysis, "first_to_fail"), analysis["settings"]["arms"]
    shown = [name for name in targets if rows[rows.target == name]["first"].max() >= LEAST_SHARE]
    figure = Figure(figsize=(10, 0.32 * len(shocks) + 1.6), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(arms), sharey=True))
    for axis, arm in zip(axes, arms, strict=True):
        wide = rows[rows.arm == arm].pivot(index="shock", columns="target", values="first").loc[list(shocks)]
        _bars(axis, wide, {name: targets[name] for name in shown})
        axis.set_title(results.arm(arm), loc="left")
        axis.set_xlim(0, 1)
        axis.set_xlabel(texts("stress.share"))
    axes[0].set_yticks(range(len(shocks)), [_folded(title) for title in shocks.values()], fontsize=8)
    axes[0].invert_yaxis()
    if shown:
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncol=3, fontsize=8)
    return figure


def _bars(axis: Axes, wide: pd.DataFrame, shown: dict[str, str]) -> None:
    left = np.zeros(len(wide))
    for place, (name, title) in enumerate(shown.items()):
        width = wide[name].to_numpy(np.float64)
        axis.barh(range(len(wide)), width, left=left, color=colormaps["tab20"](place % 20), label=title)
        left += width
