"""Figures of a sensitivity analysis: indices with intervals, and scatter plots of what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecsim.report.analyses.sensitivity_panels import DRAWN, INK, LUCK, Panel, panels_of
from ecsim.report.drawn import Drawn, Language, styled, svg
from ecsim.report.figures.panels import WIDTH, grid, with_unit
from ecsim.report.results import Results, read_results
from ecsim.report.texts import Texts

F64 = NDArray[np.float64]
SHARES = ("sobol", "pawn")
"""Methods whose indices lie between 0 and 1, so that panels share an axis; their points are spread over the space."""
PANELS, SCATTERED, SCATTERS, DOTS, BINS = 8, 6, 4, 300, 12
"""At most: panels a figure; parameters, figures, dots and parts of scatter plots."""
PART = 5
"""Points that a part of a running mean holds, at least."""

TITLES = {
    "sobol": {"en": "What {what} hang on: Sobol indices", "zh": "{what}取决于什么：Sobol 指数"},
    "morris": {"en": "What {what} hang on: Morris' effects", "zh": "{what}取决于什么：Morris 效应"},
    "tornado": {"en": "What {what} hang on: one parameter at a time", "zh": "{what}取决于什么：逐个参数变动"},
    "pawn": {"en": "What {what} hang on: PAWN indices", "zh": "{what}取决于什么：PAWN 指数"},
}
WHAT = {
    "differences": {"en": "differences between arms", "zh": "方案之间的差值"},
    "levels": {"en": "the arms' own figures", "zh": "各方案自身的结果"},
}
NOTES = {
    "sobol": {
        "en": "Bars: total index, with all interactions; dots: first index, alone. Lines are 95 % intervals. A"
        " parameter whose bar is much longer than its dot acts together with others.",
        "zh": "条形为总效应指数（含全部交互作用），圆点为一阶指数（单独作用），线段为 95% 区间。"
        "条形远长于圆点，说明该参数与其他参数有交互作用。",
    },
    "morris": {
        "en": "Farther right: moves the outcome more. Above the dashed line (sigma = mu*) the effect bends, interacts"
        " or is luck; left of the dotted line is what luck alone shows. Lines are 95 % intervals.",
        "zh": "越靠右，对结果影响越大。虚线（sigma = mu*）以上，说明有非线性、交互作用或随机因素；"
        "点线以左，仅随机因素就能造成。线段为 95% 区间。",
    },
    "tornado": {
        "en": "Bars: the outcome with the parameter at its low end (light) and at its high end (dark), less that in the"
        " middle; all others in the middle. Lines are 95 % intervals over replications, where there are several. In a"
        " difference between arms the red line is where its sign turns.",
        "zh": "条形为参数取最低值（浅色）和最高值（深色）时的结果减去取中间值时的结果，其余参数取中间值；"
        "线段为重复之间的 95% 区间。对方案间的差值，红线是其正负号反转之处。",
    },
    "pawn": {
        "en": "Bars: median distance between the whole distribution and that of slices of the parameter's range. Lines"
        " are 95 % intervals. Left of the red line: what a parameter that does nothing gets by chance.",
        "zh": "条形为整体分布与参数各取值区间内分布之距离的中位数，线段为 95% 区间。"
        "红线以左：毫无作用的参数也会偶然达到。",
    },
}  # fmt: skip
LUCKY = {"en": "luck: {share} % of a run's variance", "zh": "随机因素占单次运行方差的 {share}%"}
SCATTER = {
    "en": "{outcome}: {figure}, against the parameters that it hangs on most",
    "zh": "{outcome}：{figure}，与影响最大的参数",
}
SCATTER_NOTE = {
    "en": "A dot is a point of the design, the mean over its replications; at most 300 are drawn. Lines: means of"
    " up to twelve parts with as many points each, or at each value; bands: their 95 % intervals. All else varies"
    " too, so dots spread.",
    "zh": "每个点为一个设计点（各次重复的均值，最多画 300 个）。曲线为按点数等分的各段（最多十二段）或各个取值的均值，"
    "阴影为其 95% 区间。其余参数同时在变，所以点是散开的。",
}  # fmt: skip


def draw(told: dict[str, Any], folder: Path, language: Language) -> list[Drawn]:
    """Return the figures of an analysis: differences first, then the arms' own, then scatter plots."""
    styled()
    results = read_results(folder, Texts(language))
    method, panels = told["settings"]["method"], panels_of(told)
    parts = {"differences": [p for p in panels if p.against], "levels": [p for p in panels if not p.against]}
    drawn = [
        Drawn(
            f"sensitivity_{what}", TITLES[method][language].format(what=WHAT[what][language]), NOTES[method][language],
            svg(_indices(results, method, part[:PANELS])),
        )
        for what, part in parts.items()
        if part
    ]  # fmt: skip
    if method not in SHARES or not results.has("runs", "design"):
        return drawn
    return drawn + _scatters(results, told["settings"]["index"], parts["differences"] or parts["levels"])


def _indices(results: Results, method: str, panels: Sequence[Panel]) -> Figure:
    """Return a panel an outcome and arm."""
    in_unit = method in ("morris", "tornado")
    most = max(len({name for name, _ in panel.figures} - {LUCK}) for panel in panels)
    figure, axes = grid(len(panels), 2, 3.4 if method == "morris" else 0.3 * min(most, 10) + 1.2)
    for axis, panel in zip(axes, panels, strict=True):
        DRAWN[method](axis, panel, results.colour(panel.arm))
        title = with_unit(results, panel.outcome) if in_unit else results.title(panel.outcome)
        luck = panel.value(LUCK, "luck_share")
        said = [] if np.isnan(luck) else [LUCKY[results.texts.language].format(share=f"{100.0 * luck:.0f}")]
        axis.set_title("\n".join([title, panel.name, *said]), loc="left", fontsize=9)
    if method in SHARES:
        ends = [axis.get_xlim() for axis in axes]
        for axis in axes:
            axis.set_xlim(min(low for low, _ in ends), max(1.0, *(high for _, high in ends)))
    return figure


def _scatters(results: Results, index: str, panels: Sequence[Panel]) -> list[Drawn]:
    language, drawn = results.texts.language, []
    for panel in panels[:SCATTERS]:
        title = SCATTER[language].format(outcome=results.title(panel.outcome), figure=panel.name)
        figure = _scatter(results, panel, panel.ranked(index)[:SCATTERED])
        name = f"sensitivity_scatter_{panel.outcome}_{panel.arm}"
        drawn.append(Drawn(name, title, SCATTER_NOTE[language], svg(figure)))
    return drawn


def _scatter(results: Results, panel: Panel, names: Sequence[str]) -> Figure:
    runs, design = results.tables["runs"], _apart(results.tables["design"])
    means = runs.pivot_table(index="point", columns="arm", values=panel.outcome, aggfunc="mean")
    every = means[panel.arm] - means[panel.against] if panel.against else means[panel.arm]
    y = every.reindex(design.index).dropna()
    columns = min(3, len(names))
    lines = -(-len(names) // columns)
    figure = Figure(figsize=(WIDTH, 2.4 * lines + 0.2), layout="constrained")
    axes = figure.subplots(lines, columns, squeeze=False, sharey=True)
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    for axis, name in zip(axes.flat, names, strict=False):
        _against(axis, design.loc[y.index, name], y.to_numpy(np.float64), results.colour(panel.arm))
        axis.set_xlabel(name, fontsize=8)
        if panel.against:
            axis.axhline(0.0, color=INK, lw=0.8)
    for axis in axes[:, 0]:
        axis.set_ylabel(results.unit(panel.outcome) or results.title(panel.outcome), fontsize=8)
    return figure


def _apart(design: pd.DataFrame) -> pd.DataFrame:
    """Return the design by point, of each block the first and the last: in between they repeat each other's values."""
    ends = design.groupby("block")["point"].agg(["min", "max"])
    return design.set_index("point").loc[sorted({*ends["min"], *ends["max"]})]


def _against(axis: Axes, x: pd.Series[Any], y: F64, colour: str) -> None:
    """Draw dots and running means of y against a parameter: numbers along the axis, words side by side."""
    words = not pd.api.types.is_numeric_dtype(x) or pd.api.types.is_bool_dtype(x)
    codes, values = pd.factorize(x.astype(str) if words else x, sort=True)
    places = np.asarray(codes if words else x, np.float64)
    every = slice(None, None, max(1, len(places) // DOTS))
    axis.plot(places[every], y[every], "o", color=colour, ms=2.2, alpha=0.35, mew=0)
    if words or (len(values) <= BINS and len(places) >= PART * len(values)):
        parts = [np.flatnonzero(codes == code) for code in range(len(values))]
    else:
        parts = np.array_split(np.argsort(places, kind="stable"), min(BINS, max(1, len(places) // PART)))
    middle, mean = (np.array([figures[part].mean() for part in parts]) for figures in (places, y))
    half = np.array([1.96 * y[part].std(ddof=1) / np.sqrt(len(part)) if len(part) > 1 else np.nan for part in parts])
    axis.fill_between(middle, mean - half, mean + half, color=INK, alpha=0.15, lw=0)
    axis.plot(middle, mean, "-o", color=INK, lw=1.4, ms=2.5)
    if words:
        axis.set_xticks(range(len(values)), list(values), fontsize=8)
