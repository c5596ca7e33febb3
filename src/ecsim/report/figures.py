"""Figures of a comparison, as SVG text; one function a figure."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ecsim.report.fonts import chinese_font
from ecsim.report.results import Results

HEADS = ("supply_chain", "brand", "service_centre", "stations", "logistics", "training", "other")
HEAD_COLOURS = ("#1d4ed8", "#60a5fa", "#b45309", "#f59e0b", "#0f766e", "#5eead4", "#9ca3af")


@dataclass(frozen=True)
class Drawn:
    """A figure with what it shows, in words."""

    name: str
    title_en: str
    title_zh: str
    note: str
    svg: str


def _style() -> None:
    mpl.rcParams.update(
        {
            "font.size": 10,
            "font.family": [name for name in (chinese_font(), "DejaVu Sans") if name],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "svg.fonttype": "path",
            "svg.hashsalt": "ecsim",
            "legend.frameon": False,
        }
    )


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def draw_all(results: Results) -> list[Drawn]:
    """Return every figure of a comparison."""
    _style()
    return [
        Drawn(
            "differences",
            "What each arm changes, against the reference arm",
            "各方案相对基准的变化",
            "Dots are mean paired differences under the same luck, bars 95 % intervals; each panel has its own scale.",
            _svg(differences(results)),
        ),
        Drawn(
            "paths",
            "Online retail sales of the 25 counties, four-week means",
            "网络零售额(四周均值)",
            "Lines are means over replications, bands run from the lowest to the highest replication.",
            _svg(paths(results)),
        ),
        Drawn(
            "map",
            "Stations at the end of the run, first replication",
            "期末服务站分布(第一次重复)",
            "Village positions are synthetic (spread over the township's area about its seat); county seats are real.",
            _svg(station_map(results)),
        ),
        Drawn(
            "spending",
            "What projects were paid by the end of the run, all funders",
            "期末已支付资金(全部来源)",
            "Mean over replications; money in plans that were not carried out by then is not in the bars.",
            _svg(spending(results)),
        ),
        Drawn(
            "counties",
            "Where the arms differ: sales of farm products in 2019, county by county",
            "分县农产品网络零售额(2019)",
            "Mean over replications of the ratio to the reference arm under the same luck.",
            _svg(by_county(results)),
        ),
    ]


def differences(results: Results) -> Figure:
    """Return dots with intervals: one panel an outcome, one row an arm."""
    names = [n for n in results.headlines if n in set(results.summary.outcome)]
    figure = Figure(figsize=(10, 1.6 * ((len(names) + 1) // 2) + 0.6), layout="constrained")
    axes = figure.subplots((len(names) + 1) // 2, 2, squeeze=False)
    others = [arm for arm in results.arms if arm != results.reference]
    for place, axis in enumerate(axes.flat):
        if place >= len(names):
            axis.set_axis_off()
            continue
        rows = results.summary[results.summary.outcome == names[place]].set_index("arm")
        for row, arm in enumerate(others):
            found = rows.loc[arm]
            axis.plot([found.low, found.high], [row, row], color=results.colour(arm), lw=2.5, solid_capstyle="round")
            axis.plot(found.difference, row, "o", color=results.colour(arm), ms=6)
        axis.axvline(0, color="#111827", lw=0.8)
        axis.set_yticks(range(len(others)), others)
        axis.set_ylim(len(others) - 0.4, -0.6)
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.set_title(f"{results.title(names[place])}, {results.unit(names[place])}", loc="left")
    return figure


def paths(results: Results) -> Figure:
    """Return total and farm sales over time, a line an arm."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    axes = figure.subplots(1, 2)
    frame = results.weekly.copy()
    frame["month"] = frame.week // 4
    start = pd.Timestamp(results.start)
    for axis, column, title in zip(
        axes, ("retail_yuan", "farm_yuan"), ("all online retail", "farm products"), strict=True
    ):
        for arm in results.arms:
            mine = (
                frame[frame.arm == arm].pivot_table(index="month", columns="seed", values=column, aggfunc="mean") / 1e6
            )
            mine = mine.iloc[1:-1]
            when = [start + pd.Timedelta(days=28 * int(month) + 14) for month in mine.index]
            axis.fill_between(when, mine.min(axis=1), mine.max(axis=1), color=results.colour(arm), alpha=0.12, lw=0)
            axis.plot(when, mine.mean(axis=1), color=results.colour(arm), lw=1.8, label=arm)
        axis.set_title(f"{title}, million yuan a week", loc="left")
        axis.set_ylim(bottom=0)
        axis.tick_params(axis="x", rotation=30)
    axes[0].legend(loc="upper left")
    return figure


def station_map(results: Results) -> Figure:
    """Return maps of the stations, one panel an arm that has any."""
    arms = [arm for arm in results.arms if (results.stations.arm == arm).any()] or results.arms[:1]
    figure = Figure(figsize=(10, 3.7 * ((len(arms) + 1) // 2)), layout="constrained")
    axes = figure.subplots((len(arms) + 1) // 2, 2, squeeze=False)
    seats = pd.DataFrame(results.manifest["counties"])
    halo = [withStroke(linewidth=2, foreground="white")]
    for place, axis in enumerate(axes.flat):
        if place >= len(arms):
            axis.set_axis_off()
            continue
        mine = results.stations[results.stations.arm == arms[place]]
        for status, colour in (("open", results.colour(arms[place])), ("idle", "#f59e0b"), ("closed", "#dc2626")):
            some = mine[mine.status == status]
            axis.scatter(some.longitude, some.latitude, s=3, color=colour, label=f"{status} ({len(some)})", lw=0)
        axis.scatter(seats.longitude, seats.latitude, marker="s", s=12, color="#111827")
        for county in results.manifest["counties"]:
            name = county["zh"][:2] if chinese_font() else county["en"].split()[0]
            place_of = (county["longitude"], county["latitude"])
            axis.annotate(name, place_of, (3, 3), textcoords="offset points", fontsize=7, path_effects=halo)
        axis.set_aspect(1 / np.cos(np.radians(24.5)))
        axis.set_title(arms[place], loc="left")
        axis.set_xlabel("degrees east")
        axis.set_ylabel("degrees north")
        axis.legend(loc="upper right", markerscale=3, fontsize=8)
    return figure


def spending(results: Results) -> Figure:
    """Return stacked bars of money paid, by head."""
    figure = Figure(figsize=(10, 0.55 * len(results.arms) + 1.2), layout="constrained")
    axis = figure.subplots()
    means = results.spending.groupby("arm")[list(HEADS)].mean() / 1e6
    for row, arm in enumerate(results.arms):
        left = 0.0
        for head, colour in zip(HEADS, HEAD_COLOURS, strict=True):
            wide = float(means[head].to_dict()[arm])
            axis.barh(row, wide, left=left, color=colour, label=head.replace("_", " ") if row == 0 else None)
            left += wide
        axis.annotate(f" {left:,.0f}", (left, row), va="center")
    axis.set_yticks(range(len(results.arms)), results.arms)
    axis.invert_yaxis()
    axis.set_xlabel("million yuan")
    axis.legend(ncol=len(HEADS), loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, columnspacing=1.0)
    return figure


def by_county(results: Results) -> Figure:
    """Return the change of farm sales in each county, a dot an arm."""
    figure = Figure(figsize=(10, 6.2), layout="constrained")
    axis = figure.subplots()
    frame = results.counties.pivot_table(index=["county", "seed"], columns="arm", values="farm_retail_2019")
    names = [county["zh"] if chinese_font() else county["en"] for county in results.manifest["counties"]]
    for arm in results.arms:
        if arm == results.reference:
            continue
        ratio: Any = (frame[arm] / frame[results.reference] - 1.0).groupby("county").mean() * 100
        axis.plot(ratio.to_numpy(), np.arange(len(ratio)), "o", ms=5, color=results.colour(arm), label=arm)
    axis.axvline(0, color="#111827", lw=0.8)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.invert_yaxis()
    axis.grid(axis="y", color="#e5e7eb", lw=0.6)
    axis.set_xlabel(f"per cent above {results.reference}")
    axis.legend(loc="lower right")
    return figure
