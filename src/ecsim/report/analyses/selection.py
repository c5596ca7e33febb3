"""Figure of a selection: runs spent, means and differences to the chosen arm, and who was ruled out when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from ecsim.report.drawn import Drawn, Language, styled, svg
from ecsim.report.figures.panels import grid
from ecsim.report.results import Results, read_results
from ecsim.report.texts import Texts

INK = "#111827"
TITLE = {"en": "The choice: {chosen}", "zh": "选择结果：{chosen}"}
NOTE = {
    "en": "Left: replications spent on each arm, and after how many it was ruled out. Middle: means, 95 % intervals."
    " Right: differences to the chosen arm under the same luck, over the replications both have; the grey band is the"
    " difference that does not matter. Intervals are each for itself.",
    "zh": "左：各方案所用的重复次数，以及在多少次之后被淘汰。中：均值及 95% 区间。右：相同随机数下与所选方案之差"
    "（取双方共有的重复）；灰带为无关紧要的差异。各区间只对单独一项成立。",
}
PANELS = {
    "replications": {"en": "replications", "zh": "重复次数"},
    "mean": {"en": "mean: {outcome}", "zh": "均值：{outcome}"},
    "difference": {"en": "less {chosen}", "zh": "与 {chosen} 之差"},
    "out": {"en": "ruled out after {n}", "zh": "{n} 次后淘汰"},
    "chosen": {"en": "chosen", "zh": "选中"},
}


def draw(told: dict[str, Any], folder: Path, language: Language) -> list[Drawn]:
    """Return the figure of a selection."""
    styled()
    results = read_results(folder, Texts(language))
    rows, settings = told["tables"]["arms"]["rows"], told["settings"]
    figure, axes = grid(3, 3, 0.42 * len(rows) + 1.1, sharey=True)
    _replications(axes[0], results, rows)
    _spans(axes[1], results, rows, ("mean", "low", "high"))
    _spans(axes[2], results, rows, ("difference", "difference_low", "difference_high"))
    axes[2].axvspan(-settings["difference"], settings["difference"], color="#e5e7eb", zorder=0)
    axes[2].axvline(0.0, color=INK, lw=0.8)
    outcome = results.texts.joined(results.title(settings["outcome"]), results.unit(settings["outcome"]))
    heads = (PANELS["replications"][language], PANELS["mean"][language].format(outcome=outcome),
             PANELS["difference"][language].format(chosen=settings["chosen"]))  # fmt: skip
    for axis, head in zip(axes, heads, strict=True):
        axis.set_title(head, loc="left", fontsize=9)
    axes[0].set_yticks(range(len(rows)), [results.label(row["arm"]) for row in rows], fontsize=8)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    title = TITLE[language].format(chosen=results.label(settings["chosen"], " "))
    return [Drawn("selection", title, NOTE[language], svg(figure))]


def _replications(axis: Axes, results: Results, rows: list[dict[str, Any]]) -> None:
    language, most = results.texts.language, max(row["replications"] for row in rows)
    for place, row in enumerate(rows):
        axis.barh(
            place, row["replications"], 0.6, color=results.colour(row["arm"]), alpha=1.0 if row["chosen"] else 0.5
        )
        out = row["ruled_out_after"]
        words = PANELS["chosen"][language] if row["chosen"] else ""
        words = words if out is None else PANELS["out"][language].format(n=out)
        axis.text(row["replications"] + 0.02 * most, place, words, va="center", fontsize=8)
    axis.set_xlim(0.0, 1.45 * most)


def _spans(axis: Axes, results: Results, rows: list[dict[str, Any]], names: tuple[str, str, str]) -> None:
    for place, row in enumerate(rows):
        value, low, high = (row[name] for name in names)
        colour = results.colour(row["arm"])
        if low is not None and high is not None:
            axis.plot([low, high], [place, place], color=colour, lw=2.5, solid_capstyle="butt")
        axis.plot(value, place, "o", color=colour, ms=6, mec="white", mew=0.6)
