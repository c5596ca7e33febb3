"""Panels side by side, and the words on them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from ecsim.report.amounts import Scale
from ecsim.report.results import Results

WIDTH = 10.0
"""Inches of a figure."""


def grid(
    panels: int, columns: int, height: float, *, sharex: bool = False, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels, row by row.

    Parameters
    ----------
    panels : how many
    columns : how many side by side, at most
    height : of a row, in inches
    sharex, sharey : whether panels share an axis

    Returns
    -------
    (Figure, list of Axes)
        As many axes as panels.
    """
    columns = min(columns, panels)
    rows = -(-panels // columns)
    figure = Figure(figsize=(WIDTH, height * rows), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey).flat)
    for axis in axes[panels:]:
        axis.set_axis_off()
    return figure, axes[:panels]


def with_unit(results: Results, outcome: str, scale: Scale | None = None) -> str:
    """Return an outcome's title with its unit.

    Parameters
    ----------
    results : of which it is an outcome
    outcome : its name
    scale : in which it is drawn; None: the scale of its figures
    """
    return results.texts.joined(results.title(outcome), (scale or results.scale(outcome)).unit)


def written(axis: Axis, scale: Scale) -> None:
    """Let the ticks of an axis be written in a scale's unit; what is drawn stays in the outcome's own."""
    if scale.factor != 1.0:
        axis.set_major_formatter(lambda value, _: f"{round(scale.factor * value, 9):,g}".replace("-", "−"))
