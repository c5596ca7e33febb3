"""Figures of robustness: ranks under each metric, regrets, and how many futures lie within a bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecsim.report.analyses import table
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import WIDTH, grid, with_unit, written
from ecsim.report.results import Results

PANELS = 6
"""Outcomes that are drawn, at most."""
INK, ALARM = "#111827", "#b91c1c"


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures of an analysis."""
    texts, regrets = results.texts, pd.read_parquet(results.folder / "analysis" / "regret.parquet")
    made = {"ranks": _ranks(results, analysis), "regret": _regret(results, analysis, regrets),
            "shares": _shares(results, analysis, regrets)}  # fmt: skip
    return [
        Drawing(f"robustness_{name}", texts(f"robustness.{name}"), texts(f"robustness.{name}_note"), svg(figure))
        for name, figure in made.items()
    ]


def _outcomes(analysis: dict[str, Any]) -> list[str]:
    return list(analysis["settings"]["outcomes"])[:PANELS]


def _ranks(results: Results, analysis: dict[str, Any]) -> Figure:
    """Return a heat map an outcome: arms down, metrics across, the rank in each cell."""
    rows = table(analysis, "rankings")
    outcomes, arms = _outcomes(analysis), analysis["settings"]["arms"]
    figure, axes = grid(len(outcomes), 1, 0.42 * len(arms) + (2.0 if len(outcomes) == 1 else 1.9))
    for axis, outcome in zip(axes, outcomes, strict=True):
        of_outcome = rows[rows.outcome == outcome]
        metrics = list(dict.fromkeys(of_outcome.metric))
        titles = dict(zip(of_outcome.metric, of_outcome[f"title_{results.texts.language}"], strict=True))
        ranks = of_outcome.pivot(index="arm", columns="metric", values="rank").loc[arms, metrics].to_numpy(np.float64)
        axis.imshow(ranks, cmap="Blues_r", vmin=0.4, vmax=len(arms) + 1.2, aspect="auto")
        for (i, j), rank in np.ndenumerate(ranks):
            dark = rank <= max(1.0, 0.4 * len(arms))
            axis.text(j, i, f"{rank:.0f}", ha="center", va="center", color="white" if dark else INK, fontsize=9)
        axis.set_xticks(range(len(metrics)), [titles[name] for name in metrics], rotation=28, ha="right", fontsize=8)
        axis.set_yticks(range(len(arms)), [results.label(arm) for arm in arms], fontsize=8)
        axis.tick_params(length=0)
        for spine in axis.spines.values():
            spine.set_visible(False)
        axis.set_title(results.title(outcome), loc="left", fontsize=9.5)
    return figure


def _regret(results: Results, analysis: dict[str, Any], regrets: pd.DataFrame) -> Figure:
    outcomes, arms = _outcomes(analysis), analysis["settings"]["arms"]
    figure, axes = grid(len(outcomes), 2, 0.4 * len(arms) + 1.1)
    for axis, outcome in zip(axes, outcomes, strict=True):
        of_outcome = regrets[regrets.outcome == outcome]
        figures = [of_outcome[of_outcome.strategy == arm].regret.to_numpy() for arm in arms]
        boxes = axis.boxplot(figures, orientation="horizontal", whis=(5, 95), widths=0.55, patch_artist=True,
                             showmeans=True, medianprops={"color": INK, "lw": 1.4},
                             meanprops={"marker": "D", "mfc": "white", "mec": INK, "ms": 4.5},
                             flierprops={"ms": 2.0, "mec": INK, "alpha": 0.4})  # fmt: skip
        for box, arm in zip(boxes["boxes"], arms, strict=True):
            box.set(facecolor=results.colour(arm), alpha=0.55)
        axis.set_yticks(range(1, len(arms) + 1), [results.label(arm) for arm in arms], fontsize=8)
        axis.set_ylim(len(arms) + 0.6, 0.4)
        axis.set_xlim(left=min(0.0, axis.get_xlim()[0]))
        written(axis.xaxis, results.scale(outcome))
        axis.set_title(with_unit(results, outcome), loc="left", fontsize=9.5)
    return figure


def _shares(results: Results, analysis: dict[str, Any], regrets: pd.DataFrame) -> Figure:
    outcomes, texts = _outcomes(analysis), results.texts
    senses = {row["outcome"]: row["better"] for row in analysis["tables"]["outcomes"]["rows"]}
    figure = Figure(figsize=(WIDTH, 2.6 * len(outcomes) + 0.2), layout="constrained")
    axes = figure.subplots(len(outcomes), 2, squeeze=False, sharey=True)
    for (left, right), outcome in zip(axes, outcomes, strict=True):
        of_outcome = regrets[regrets.outcome == outcome]
        for arm in analysis["settings"]["arms"]:
            rows, colour = of_outcome[of_outcome.strategy == arm], results.colour(arm)
            _share_within(left, rows.regret.to_numpy(), colour, results.arm(arm), at_most=True)
            _share_within(right, rows.value.to_numpy(), colour, None, at_most=senses[outcome] == "min")
        threshold = analysis["settings"]["thresholds"].get(outcome)
        if threshold is not None:
            right.axvline(threshold, color=ALARM, lw=1.0)
        for axis in (left, right):
            written(axis.xaxis, results.scale(outcome))
        left.set_title(with_unit(results, outcome), loc="left", fontsize=9.5)
        left.set_xlabel(texts("robustness.axis_regret"), fontsize=8)
        right.set_xlabel(texts("robustness.axis_threshold"), fontsize=8)
        left.set_ylabel(texts("robustness.axis_share"), fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="outside upper left", ncols=3)
    axes[0, 0].set_ylim(0.0, 1.03)
    return figure


def _share_within(axis: Axes, figures: Any, colour: str, label: str | None, *, at_most: bool) -> None:  # noqa: ANN401
    """Draw the share of futures at most, or at least, at each figure."""
    x = np.sort(np.asarray(figures, np.float64))
    places = np.arange(len(x))
    share = (places + 1.0) / len(x) if at_most else (len(x) - places) / len(x)
    before = 0.0 if at_most else 1.0
    axis.step([x[0], *x], [before, *share], where="post" if at_most else "pre", color=colour, lw=1.8, label=label)
    if not at_most:
        axis.plot([x[-1], x[-1]], [share[-1], 0.0], color=colour, lw=1.8)
