"""A map of a county's villages: where stations go, whom they serve. PNG, with words in English or Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecsim.report.fonts import LATIN, chinese_font
from ecsim.report.texts import Texts

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
SIZE_INCHES, DOTS_AN_INCH = (8.0, 7.0), 150
SERVED, UNSERVED, STATION, POOR = "#2563eb", "#9ca3af", "#dc2626", "#111827"


@dataclass(frozen=True)
class SiteMap:
    """What is drawn: villages by place in degrees, flags of each, and the seat.

    Attributes
    ----------
    title : said above the map
    latitude, longitude, chosen, served, poor : shape (villages,)
    seat : latitude and longitude of the county's seat
    """

    title: str
    latitude: F64
    longitude: F64
    chosen: Bool
    served: Bool
    poor: Bool
    seat: tuple[float, float]


def write_site_map(path: Path, of: SiteMap, texts: Texts) -> None:
    """Write the map; texts in Chinese need a font with Chinese characters (`chinese_font`)."""
    font = chinese_font() if texts.language == "zh" else None
    with mpl.rc_context({"font.family": [LATIN, font] if font else [LATIN], "text.parse_math": False}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.subplots()
        for name, rows, style in _groups(of):
            label = texts(f"sites.{name}", villages=int(rows.sum()))
            axes.scatter(of.longitude[rows], of.latitude[rows], label=label, **style)
        axes.scatter(*of.seat[::-1], s=120, c="#f59e0b", marker="*", edgecolors=POOR, label=texts("sites.seat"))
        axes.set_aspect(1.0 / np.cos(np.radians(float(of.latitude.mean()))))
        axes.set_title(of.title, loc="left", fontsize=11)
        axes.set_xlabel(texts("sites.longitude"))
        axes.set_ylabel(texts("sites.latitude"))
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
        figure.savefig(path, dpi=DOTS_AN_INCH, metadata={"Software": None})


def _groups(of: SiteMap) -> tuple[tuple[str, Bool, dict[str, Any]], ...]:
    """Return what is drawn, one above the other: its name, which villages, and how."""
    return (
        ("unserved", ~of.served, {"s": 16, "c": UNSERVED}),
        ("served", of.served & ~of.chosen, {"s": 16, "c": SERVED}),
        ("poor", of.poor & ~of.chosen, {"s": 34, "facecolors": "none", "edgecolors": POOR, "linewidths": 0.7}),
        ("station", of.chosen, {"s": 70, "c": STATION, "marker": "^", "edgecolors": "white", "linewidths": 0.6}),
    )
