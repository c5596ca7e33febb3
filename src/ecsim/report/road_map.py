"""A map of road networks by class of road. PNG, with words in English or Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecsim.report.fonts import LATIN, chinese_font
from ecsim.report.texts import Texts

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
SIZE_INCHES, DOTS_AN_INCH = (9.0, 9.0), 150
STYLES = (
    ("main", "#b91c1c", 2.2), ("county", "#ea580c", 1.5), ("township", "#2563eb", 1.0), ("village", "#9ca3af", 0.5),
)  # fmt: skip
"""Classes in the order of their codes: name, colour, width."""


@dataclass(frozen=True)
class RoadMap:
    """What is drawn; places in degrees.

    Attributes
    ----------
    title : said above the map
    latitude, longitude : shape (places,)
    start, end, road_class : shape (links,)
    seats : places that are named, with their names
    """

    title: str
    latitude: F64
    longitude: F64
    start: I64
    end: I64
    road_class: I64
    seats: tuple[tuple[int, str], ...]


def write_road_map(path: Path, of: RoadMap, texts: Texts) -> None:
    """Write the map; texts in Chinese need a font with Chinese characters (`chinese_font`)."""
    font = chinese_font() if texts.language == "zh" else None
    with mpl.rc_context({"font.family": [LATIN, font] if font else [LATIN], "text.parse_math": False}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.subplots()
        ends = np.stack([of.longitude[[of.start, of.end]], of.latitude[[of.start, of.end]]], axis=-1)
        for code, (name, colour, width) in reversed(list(enumerate(STYLES))):
            mine = of.road_class == code
            label = texts("roads.legend", name=texts(f"roads.{name}"), links=int(mine.sum()))
            lines = LineCollection(list(ends[:, mine].swapaxes(0, 1)), colors=colour, linewidths=width, label=label)
            axes.add_collection(lines)
        rows = [row for row, _ in of.seats]
        axes.scatter(of.longitude[rows], of.latitude[rows], s=40, c="#111827", marker="s", zorder=3)
        for row, name in of.seats:
            axes.annotate(
                name, (of.longitude[row], of.latitude[row]), xytext=(5, 5), textcoords="offset points", fontsize=9,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1}, zorder=4,
            )  # fmt: skip
        axes.autoscale_view()
        axes.set_aspect(1.0 / np.cos(np.radians(float(of.latitude.mean()))))
        axes.set_title(of.title, loc="left", fontsize=11)
        axes.set_xlabel(texts("sites.longitude"))
        axes.set_ylabel(texts("sites.latitude"))
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=9, reverse=True)
        figure.savefig(path, dpi=DOTS_AN_INCH, metadata={"Software": None})
