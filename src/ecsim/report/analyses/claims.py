"""Figure of claims: each figure that a claim is on, as the study is run and under every change, beside the border."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import grid, with_unit, written
from ecsim.report.results import Results

PANELS = 12
"""Claims that are drawn, at most."""
INK = "#111827"
COLOURS = {
    "holds": INK, "robust": "#047857", "shifted": "#b45309", "fragile": "#b91c1c", "contradicted": "#b91c1c",
    "inconclusive": "#6b7280",
}  # fmt: skip


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figure of claims."""
    claims = analysis["tables"]["claims"]["rows"][:PANELS]
    rows = {claim["claim"]: _rows(analysis, claim, results) for claim in claims}
    figure, axes = grid(len(claims), 1, 0.3 * max(map(len, rows.values())) + 1.2)
    for axis, claim in zip(axes, claims, strict=True):
        _panel(axis, claim, rows[claim["claim"]], results)
    return [Drawing("claims", results.texts("claims.figures"), results.texts("claims.figures_note"), svg(figure))]


def _rows(analysis: dict[str, Any], claim: dict[str, Any], results: Results) -> list[dict[str, Any]]:
    """Return what is drawn of a claim: a row for the study as it is run, then one a change that gave figures."""
    study = {"name": results.texts("claims.as_run"), "verdict": claim["verdict"],
             "ends": (claim["low"], claim["estimate"], claim["high"])}  # fmt: skip
    titles = analysis["settings"]["changes"]
    changed = [
        {"name": titles[row["change"]][results.texts.language], "verdict": row["verdict"],
         "ends": (row["after_low"], row["after"], row["after_high"])}
        for row in analysis["tables"]["changes"]["rows"]
        if row["claim"] == claim["claim"] and row["after"] is not None
    ]  # fmt: skip
    return [study, *changed]


def _panel(axis: Axes, claim: dict[str, Any], rows: list[dict[str, Any]], results: Results) -> None:
    texts = results.texts
    for place, row in enumerate(rows):
        low, middle, high = row["ends"]
        colour = COLOURS[row["verdict"]]
        axis.plot([low, high], [place, place], color=colour, lw=2.5, solid_capstyle="butt")
        axis.plot(middle, place, "o", color=colour, ms=6, mec="white", mew=0.6)
        word = texts.known("values", row["verdict"]) or row["verdict"]
        axis.annotate(word, (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color=colour)
    value, tolerance = claim["value"], claim["tolerance"]
    axis.axvline(value, color=INK, lw=0.8, ls="--")
    if claim["relation"] == "=":
        axis.axvspan(value - tolerance, value + tolerance, color="#e5e7eb", zorder=0)
    axis.set_yticks(range(len(rows)), [row["name"] for row in rows], fontsize=8)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlabel(with_unit(results, claim["outcome"]), fontsize=8)
    written(axis.xaxis, results.scale(claim["outcome"]))
    axis.set_title(claim[f"statement_{texts.language}"], loc="left", fontsize=9.5)
