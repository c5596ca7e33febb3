"""Panels of a sensitivity analysis: one figure, an outcome of an arm or of a difference, and what it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ecsim.report.results import Results

LUCK, NO_EFFECT = "(luck)", "(no effect)"
GREY, INK, ALARM = "#9ca3af", "#111827", "#b91c1c"
PARAMETERS = 10
"""Parameters a panel, at most."""
NEAR_NOTHING = 0.04
"""Share of the plane's width up to which a parameter of Morris has no name written to it."""
BY_LUCK = 0.8
"""A mu* up to this share of luck's standard deviation is what luck alone shows."""


@dataclass(frozen=True)
class Panel:
    """Sensitivity indices of one outcome, of an arm's own figures or of its difference to another arm.

    Attributes
    ----------
    outcome, arm : str
        Of what.
    against : str
        The other arm; empty for an arm's own figures.
    figures : Mapping
        Value, low and high end by parameter and index; NaN where there is none.
    middle : float or None
        Of a tornado, the figure with all parameters in the middle.
    """

    outcome: str
    arm: str
    against: str
    figures: Mapping[tuple[str, str], tuple[float, float, float]]
    middle: float | None = None

    def name(self, results: Results) -> str:
        """Whose figures these are."""
        arm = results.arm(self.arm)
        return f"{arm} − {results.arm(self.against)}" if self.against else arm

    def value(self, parameter: str, index: str) -> float:
        """Return an index; not a number if there is none."""
        return self.figures.get((parameter, index), (np.nan, np.nan, np.nan))[0]

    def ranked(self, index: str) -> list[str]:
        """Return the weightiest parameters by an index, the first of them first."""
        names = [name for name, kind in self.figures if kind == index and name not in (LUCK, NO_EFFECT)]
        return sorted(names, key=lambda name: -np.nan_to_num(self.value(name, index)))[:PARAMETERS]


def panels_of(analysis: Mapping[str, Any]) -> list[Panel]:
    """Return the panels of an analysis, in its order."""
    intervals: dict[tuple[str, str, str], dict[tuple[str, str], tuple[float, float, float]]] = {}
    for row in analysis["tables"]["indices"]["rows"]:
        by_parameter = intervals.setdefault((row["outcome"], row["arm"], row["against"]), {})
        by_parameter[row["parameter"], row["index"]] = (
            _number(row["value"]),
            _number(row["low"]),
            _number(row["high"]),
        )
    middles = {
        (row["outcome"], row["arm"], row["against"]): row["value"]
        for row in analysis["tables"].get("middle", {"rows": []})["rows"]
    }
    return [Panel(*key, figures, middles.get(key)) for key, figures in intervals.items()]


def _number(value: float | str | None) -> float:
    return np.nan if value is None else float(value)


def sobol(axis: Axes, panel: Panel, colour: str) -> None:
    """Draw Sobol indices: total effects as bars, first-order effects as dots, with their intervals.

    Parameters
    ----------
    axis : on which
    panel : the indices
    colour : of the bars
    """
    names = panel.ranked("total")
    axis.barh(range(len(names)), [panel.value(name, "total") for name in names], 0.62, color=colour, alpha=0.45)
    for place, name in enumerate(names):
        _span(axis, panel, (name, "total"), place - 0.14, colour)
        _span(axis, panel, (name, "first"), place + 0.16, INK)
        axis.plot(panel.value(name, "first"), place + 0.16, "o", color=INK, ms=3.5)
    _labelled(axis, names)


def pawn(axis: Axes, panel: Panel, colour: str) -> None:
    """Draw PAWN indices: medians as bars, beside what a parameter without effect gets by chance.

    Parameters
    ----------
    axis, panel, colour : as of `sobol`
    """
    names = panel.ranked("median")
    axis.barh(range(len(names)), [panel.value(name, "median") for name in names], 0.62, color=colour, alpha=0.45)
    for place, name in enumerate(names):
        _span(axis, panel, (name, "median"), place, INK)
    _labelled(axis, names)
    axis.axvline(panel.figures[NO_EFFECT, "median"][2], color=ALARM, lw=1.0)


def tornado(axis: Axes, panel: Panel, colour: str) -> None:
    """Draw a tornado: what the two ends of each parameter change; a line is where a difference turns its sign.

    Parameters
    ----------
    axis, panel, colour : as of `sobol`
    """
    names = panel.ranked("swing")
    for index, alpha, shift in (("low_end", 0.35, -0.16), ("high_end", 0.9, 0.16)):
        axis.barh(
            np.arange(len(names)) + shift, [panel.value(name, index) for name in names], 0.3, color=colour, alpha=alpha
        )
        for place, name in enumerate(names):
            _span(axis, panel, (name, index), place + shift, INK)
    _labelled(axis, names)
    if panel.against and panel.middle is not None and axis.get_xlim()[0] < -panel.middle < axis.get_xlim()[1]:
        axis.axvline(-panel.middle, color=ALARM, lw=1.0)


def morris(axis: Axes, panel: Panel, colour: str) -> None:
    """Draw Morris' elementary effects: each parameter in the plane of mu* (size) and sigma (interaction, curvature).

    Parameters
    ----------
    axis, panel, colour : as of `sobol`
    """
    names = panel.ranked("mu_star")
    far = max([panel.figures[name, "mu_star"][2] for name in names] + [1e-12])
    for name in names:
        x, y = panel.value(name, "mu_star"), panel.value(name, "sigma")
        axis.plot(panel.figures[name, "mu_star"][1:], [y, y], color=GREY, lw=1.2)
        axis.plot([x, x], panel.figures[name, "sigma"][1:], color=GREY, lw=1.2)
        axis.plot(x, y, "o", color=colour, ms=5, clip_on=False)
        if max(x, y) > NEAR_NOTHING * far:
            axis.annotate(name, (x, y), (4, 4), textcoords="offset points", fontsize=8)
    axis.plot([0.0, far], [0.0, far], "--", color=GREY, lw=0.8)
    axis.set_xlim(0.0, 1.2 * far)
    axis.set_ylim(0.0, max([1.1 * panel.figures[name, "sigma"][2] for name in names] + [0.4 * far]))
    luck = [panel.value(name, "luck_sd") for name in names]
    if luck and np.isfinite(luck).all():
        axis.axvline(BY_LUCK * float(np.mean(luck)), ls=":", color=ALARM, lw=1.0)
    axis.set_xlabel("mu*", fontsize=8)
    axis.set_ylabel("sigma", fontsize=8)


DRAWN: dict[str, Callable[[Axes, Panel, str], None]] = {
    "sobol": sobol,
    "morris": morris,
    "tornado": tornado,
    "pawn": pawn,
}


def _labelled(axis: Axes, names: Sequence[str]) -> None:
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.axvline(0.0, color=INK, lw=0.8)


def _span(axis: Axes, panel: Panel, key: tuple[str, str], place: float, colour: str) -> None:
    low, high = panel.figures[key][1:]
    if np.isfinite([low, high]).all():
        axis.plot([low, high], [place, place], color=colour, lw=1.2, solid_capstyle="butt")
