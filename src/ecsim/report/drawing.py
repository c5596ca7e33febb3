"""What a figure is: SVG text with a title and what it shows, in the reader's language.

Words in a figure stay text and are shown with the reader's own fonts: what the drawing machine lacks leaves no boxes,
words can be searched and copied, and a figure is the same on every machine.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from ecsim.report.fonts import LAID_OUT_WITH, SHOWN_WITH

Language = Literal["en", "zh"]
RIMMED = "ecsim-rimmed"
"""Id of words that lie on a drawing: they get a white rim. Matplotlib's path effects would make outlines of them."""
_RIM = "paint-order: stroke; stroke: #ffffff; stroke-width: 2; stroke-linejoin: round"


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG.

    Attributes
    ----------
    name : str
        Of its file and anchor.
    title, note : str
        What it is and what one must know to read it, in one language.
    svg : str
        The drawing itself.
    """

    name: str
    title: str
    note: str
    svg: str


def styled() -> None:
    """Set fonts and lines for all figures."""
    mpl.rcParams.update(
        {
            "font.size": 10,
            "font.family": list(LAID_OUT_WITH),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "svg.fonttype": "none",
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
    drawn = text.getvalue()
    return _with_readers_fonts(drawn[drawn.index("<svg") :]).replace(f'<g id="{RIMMED}">', f'<g style="{_RIM}">')


def _with_readers_fonts(text: str) -> str:
    """Return a figure whose words name the reader's fonts, once, in place of those it was laid out with."""
    laid_out = ", ".join(f"'{name}'" for name in LAID_OUT_WITH)
    bare = text.replace(f"; font-family: {laid_out}", "")
    return bare.replace("<svg", f'<svg font-family="{SHOWN_WITH}"', 1)
