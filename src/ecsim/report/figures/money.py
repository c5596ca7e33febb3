"""Where the money went."""

from __future__ import annotations

from matplotlib.figure import Figure

from ecsim.experiments.analyses.formats import MONEY
from ecsim.report.amounts import scale_of
from ecsim.report.drawing import Drawing, svg
from ecsim.report.figures.panels import WIDTH, written
from ecsim.report.results import Results

HEADS = ("supply_chain", "brand", "service_centre", "stations", "logistics", "training", "other")
COLOURS = ("#1d4ed8", "#60a5fa", "#b45309", "#f59e0b", "#0f766e", "#5eead4", "#9ca3af")


def draw(results: Results) -> Drawing | None:
    """Return money paid by head, as one stacked bar per arm.

    Returns
    -------
    Drawing or None
        None where nothing was paid, or runs have no spending.
    """
    if not results.has("spending") or not results.tables["spending"][list(HEADS)].to_numpy().any():
        return None
    texts = results.texts
    figure = Figure(figsize=(WIDTH, 0.55 * len(results.arms) + 1.2), layout="constrained")
    axis = figure.subplots()
    means = results.tables["spending"].groupby("arm")[list(HEADS)].mean() / 1e6
    scale = scale_of(MONEY, means.sum(axis=1), texts)
    digits = 2 if scale.factor < 1.0 else 0
    for row, arm in enumerate(results.arms):
        left = 0.0
        for head, colour in zip(HEADS, COLOURS, strict=True):
            wide = float(means.loc[arm, head])  # type: ignore[arg-type]
            axis.barh(row, wide, left=left, color=colour, label=texts(f"heads.{head}") if row == 0 else None)
            left += wide
        axis.annotate(f" {scale.factor * left:,.{digits}f}", (left, row), va="center")
    axis.set_yticks(range(len(results.arms)), [results.label(arm) for arm in results.arms], fontsize=8)
    axis.invert_yaxis()
    axis.set_xlabel(scale.unit)
    written(axis.xaxis, scale)
    axis.margins(x=0.08)
    axis.legend(ncol=len(HEADS), loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, columnspacing=1.0)
    return Drawing("spending", texts("figures.spending"), texts("figures.spending_note"), svg(figure))
