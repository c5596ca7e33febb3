"""Amounts with their units, as people write them: shares in per cent, money in Chinese in 亿元 and 万元."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ecsim.experiments.analyses.formats import LARGE, MONEY
from ecsim.report.numbers import figure
from ecsim.report.texts import Texts

SHARE = "share"


@dataclass(frozen=True)
class Scale:
    """The unit in which figures of one size are written.

    Attributes
    ----------
    factor : float
        What a figure in its own unit is multiplied with.
    unit, difference : str
        The unit of a figure, and of a difference of two (of shares: percentage points).
    """

    factor: float
    unit: str
    difference: str

    def figure(self, value: float) -> str:
        """Return a bare figure in this unit."""
        return figure(self.factor * value)

    def change(self, value: float, half: float, *, signed: bool = True) -> str:
        """Return a bare difference in this unit, to two digits of what it may be off by.

        Parameters
        ----------
        value : the difference, in the figure's own unit
        half : half-width of its interval; NaN if it is not known
        signed : whether a plus is written
        """
        return rounded(self.factor * value, self.factor * half, signed=signed)


def scale_of(unit: str, sizes: Iterable[float], texts: Texts) -> Scale:
    """Return in which unit figures are written.

    Parameters
    ----------
    unit : as outcomes name it
    sizes : the figures that share it
    """
    if unit == SHARE:
        return Scale(100.0, "%", texts.unit("percentage points"))
    if unit == MONEY and texts.language == "zh":
        known = [abs(size) for size in sizes if math.isfinite(size)]
        large = max(known, default=0.0) >= LARGE
        name = texts.unit("hundred million yuan" if large else "ten thousand yuan")
        return Scale(1.0 / LARGE if large else 100.0, name, name)
    return Scale(1.0, texts.unit(unit), texts.unit(unit))


def with_unit(number: str, unit: str, texts: Texts) -> str:
    """Return a figure and its unit in one text; in Chinese a per cent sign takes no space.

    Parameters
    ----------
    number : as it is written
    unit : empty for none
    texts : of the language
    """
    close = texts.language == "zh" and unit == "%"
    return f"{number}{unit}" if close or not unit else f"{number} {unit}"


def rounded(value: float, half: float, *, signed: bool = True) -> str:
    """Return a figure with two digits of what it may be off by; without that, with three of its own.

    Parameters
    ----------
    value : the figure
    half : half-width of its interval; NaN or 0 if it is not known
    signed : whether a plus is written
    """
    if not math.isfinite(value):
        return figure(value)
    by, kept = (half, 1) if math.isfinite(half) and half > 0.0 else (value, 2)
    digits = min(8, max(0, kept - math.floor(math.log10(abs(by))))) if by else 0
    sign = "+" if signed and round(value, digits) else ""
    return f"{round(value, digits) + 0.0:{sign},.{digits}f}".replace("-", "−")
