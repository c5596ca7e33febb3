"""Maps: counties by what an arm changes there, and stations. Seats of counties are known, their borders are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ecsim.report.drawing import RIMMED, Drawing, svg
from ecsim.report.figures.panels import WIDTH, grid
from ecsim.report.numbers import change as signed
from ecsim.report.results import Results

SHOWN = ("farm_retail", "full_parcel_cost", "poor_income", "poor_real_income")
"""Outcomes that are drawn, of the first period that the results have them of."""
COLOURS = "PuOr_r"
"""From purple (less) over white to orange (more); told apart by the colour-blind."""
LETTER, LINE = 0.105, 0.22
"""Degrees that a letter and a line of a name take on a map of the stations, about."""
STATIONS = {"open": "", "idle": "#f59e0b", "closed": "#dc2626"}


def change_by_county(results: Results, outcome: str) -> pd.DataFrame | None:
    """Return the mean change by county against the reference arm, in per cent, under the same random draws.

    Returns
    -------
    DataFrame or None
        A row for each county, a column for each arm; None where the outcome is not known by county.
    """
    frame = results.tables["counties"]
    if outcome not in frame:
        return None
    wide = frame.pivot_table(index=["county", "seed"], columns="arm", values=outcome, aggfunc="mean").dropna()
    if wide.empty or not (wide[results.reference] > 0).any():
        return None
    ratio = wide.div(wide[results.reference].where(wide[results.reference] > 0), axis=0) - 1.0
    return 100.0 * ratio[results.others].groupby("county").mean()


def draw_counties(results: Results) -> Drawing | None:
    """Return maps of the counties' seats, one per arm and outcome, coloured by the change against the reference.

    Returns
    -------
    Drawing or None
        None without counties, or with one arm alone.
    """
    if not results.has("counties") or not results.others:
        return None
    changes = {name: change_by_county(results, name) for name in results.first_of(SHOWN, "counties")}
    known = {name: change for name, change in changes.items() if change is not None}
    if not known:
        return None
    texts, arms = results.texts, results.others[:4]
    figure = Figure(figsize=(WIDTH, 2.9 * len(known)), layout="constrained")
    axes = figure.subplots(len(known), len(arms), squeeze=False, sharex=True, sharey=True)
    for row, (name, change) in zip(axes, known.items(), strict=True):
        largest = float(np.nanmax(np.abs(change[arms].to_numpy()))) or 1.0
        scale = ScalarMappable(Normalize(-largest, largest), COLOURS)
        for axis, arm in zip(row, arms, strict=True):
            _changes(axis, results, change[arm], scale)
            axis.set_title(results.label(arm) if axis in axes[0] else "", loc="left", fontsize=8.5)
        bar = figure.colorbar(scale, ax=list(row), shrink=0.85, pad=0.01)
        bar.set_label(texts("figures.change_of", outcome=results.title(name)), fontsize=8, linespacing=1.5)
    note = texts("figures.county_map_note", reference=results.quoted(results.reference))
    return Drawing(
        "county_map", texts("figures.county_map", reference=results.quoted(results.reference)), note, svg(figure)
    )


def _changes(axis: Axes, results: Results, change: pd.Series[float], scale: ScalarMappable) -> None:
    counties = results.manifest["counties"]
    seats = pd.DataFrame(counties).iloc[change.index]
    colours = scale.to_rgba(change.to_numpy())
    axis.scatter(seats["longitude"], seats["latitude"], s=85, c=colours, edgecolor="#6b7280", lw=0.6)
    ordered = change.dropna().sort_values(kind="stable")
    for place in sorted({int(number) for number in ordered.index[[0, -1]]}):
        label = f"{results.short_county(counties[place])} {signed(change[place], 100.0)} %"
        _name(axis, counties[place], label)
    _map_axes(axis)


def draw_stations(results: Results) -> Drawing | None:
    """Return maps of the stations, one panel for each arm that has any.

    Returns
    -------
    Drawing or None
        None where stations were not kept.
    """
    if not results.has("stations"):
        return None
    texts, stations = results.texts, results.tables["stations"]
    arms = [arm for arm in results.arms if (stations.arm == arm).any()]
    figure, axes = grid(len(arms), 2, 4.3)
    for axis, arm in zip(axes, arms, strict=True):
        for status, colour in STATIONS.items():
            some = stations[(stations.arm == arm) & (stations.status == status)]
            if some.empty:
                continue
            label = f"{texts(f'stations.{status}')} ({len(some):,})"
            axis.scatter(
                some["longitude"], some["latitude"], s=3, color=colour or results.colour(arm), label=label, lw=0,
                rasterized=True,
            )  # fmt: skip
        _seats(axis, results)
        axis.set_title(results.arm(arm), loc="left", fontsize=9.5)
        axis.legend(loc="upper right", markerscale=3, fontsize=7.5)
        _map_axes(axis)
    return Drawing("stations", texts("figures.stations"), texts("figures.stations_note"), svg(figure))


def _seats(axis: Axes, results: Results) -> None:
    """Draw every county's seat with its name, on whichever side fewest names are in the way."""
    taken: list[tuple[float, float, float]] = []
    for county in results.manifest["counties"]:
        axis.plot(county["longitude"], county["latitude"], "s", ms=3.2, color="#111827")
        name = results.short_county(county)
        wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in name) * LETTER
        boxes = [
            (county["longitude"] + (0.1 if right else -0.1 - wide), county["latitude"] + rise, wide)
            for rise in (0.05, -0.25) for right in (True, False)
        ]  # fmt: skip
        number = min(range(len(boxes)), key=lambda place: (sum(_meet(boxes[place], other) for other in taken), place))
        taken.append(boxes[number])
        _name(axis, county, name, right=number % 2 == 0, below=number > 1)


def _meet(a: tuple[float, float, float], b: tuple[float, float, float]) -> bool:
    """Return whether two names, given by left, foot and width in degrees, lie on each other."""
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and abs(a[1] - b[1]) < LINE


def _name(axis: Axes, county: dict[str, float], label: str, *, right: bool = True, below: bool = False) -> None:
    axis.annotate(
        label, (county["longitude"], county["latitude"]), (4 if right else -4, -8 if below else 3),
        textcoords="offset points", ha="left" if right else "right", fontsize=6.5, gid=RIMMED,
        zorder=5,
    )  # fmt: skip


def _map_axes(axis: Axes) -> None:
    """Make a degree east as long as it is at this latitude."""
    axis.set_aspect(1 / np.cos(np.radians(np.mean(axis.get_ylim()))))
    axis.margins(0.12)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter("{x:g}°")
    axis.yaxis.set_major_formatter("{x:g}°")
    axis.tick_params(labelsize=7.5)
