"""What a figure is: SVG text with a title and what it shows, in the reader's language."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from ecsim.report.fonts import chinese_font

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Drawn:
    """A figure.

    Attributes
    ----------
    name : of its file and anchor
    title, note : what it is and what one must know to read it, in one language
    """

    name: str
    title: str
    note: str
    svg: str


def styled() -> None:
    """Set fonts and lines for all figures; without a Chinese font words are left to the reader's browser."""
    chinese = chinese_font()
    mpl.rcParams.update(
        {
            "font.size": 10,
            "font.family": [name for name in (chinese, "DejaVu Sans") if name],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "svg.fonttype": "path" if chinese else "none",
            "svg.hashsalt": "ecsim",
            "legend.frameon": False,
            "text.parse_math": False,  # names of arms and outcomes are what they are, also with two dollar signs
        }
    )


def svg(figure: Figure) -> str:
    """Return a figure as SVG text; the same figure gives the same text."""
    text = io.StringIO()
    nameless = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(text, format="svg", bbox_inches="tight", dpi=130, metadata=nameless)
    found = text.getvalue()
    return found[found.index("<svg") :]
