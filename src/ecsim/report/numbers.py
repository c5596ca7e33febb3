"""Numbers as people read them, and how sure a mean is.

A minus is U+2212, an unknown figure an en dash; digits follow the size of the figure.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from ecsim.kernel.lazy import later

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")


MOST_DIGITS = 8
"""Digits behind the point, at most; smaller figures are written with a power of ten."""


def digits_of(size: float) -> int:
    """Return how many digits behind the point a figure of this size needs."""
    return 1 if abs(size) >= 100 else 2 if abs(size) >= 1 else 4


def figure(value: float, digits: int | None = None) -> str:
    """Return a figure as text; – where none is known.

    Parameters
    ----------
    value : NaN if it is not known
    digits : behind the point; None: as its size needs
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if not value:
        return "0"
    if digits is None and (abs(value) < 1e-3 or abs(value) >= 1e9):
        return f"{value:.3g}".replace("-", "−")
    return f"{value:,.{digits_of(value) if digits is None else digits}f}".replace("-", "−")


def of_all_years(title: str, first: int, last: int) -> str:
    """Return the title of an outcome that is added up over years.

    Parameters
    ----------
    title : as of the last of them alone
    """
    return title.replace(str(last), f"{first}–{last}") if first < last else title


def half_width(figures: pd.Series[float]) -> float:
    """Return the half-width of the 95 % interval of a mean; NaN of a single figure."""
    return half_width_of(float(figures.std(ddof=1)), len(figures))


def half_width_of(sd: float, n: int) -> float:
    """Return the half-width of the 95 % confidence interval of a mean (Student's t); NaN of a single figure.

    Parameters
    ----------
    sd : sample standard deviation
    n : how many figures
    """
    return float(_student(n - 1) * sd / math.sqrt(n)) if n > 1 else math.nan


@cache
def _student(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t; a page asks for the same one a thousand times."""
    from scipy.stats import t as student  # here, since listings print numbers too and need none of it

    return float(student.ppf(0.975, freedom))


def plus_minus(half: float, size: float) -> str:
    """Return a half-width behind a figure of this size; nothing where there is none."""
    return "" if math.isnan(half) else f"± {_digits(half, size)}"


def change(value: float, size: float) -> str:
    """Return a difference with its sign (0 has none), with digits of the figure it is of (``size``), or more."""
    if value == 0.0:
        return "0"
    return "–" if math.isnan(value) else _digits(value, size, "+")


def changes(value: float, low: float, high: float, size: float) -> tuple[str, str, str]:
    """Return a difference and the ends of its interval as text, all three with as many digits as tell them apart.

    Parameters
    ----------
    value, low, high : the difference and its interval
    size : of the figure that it is a difference of
    """
    half = (high - low) / 2.0
    finest = max(half, 1e-3 * abs(value)) if half > 0.0 else abs(value)  # a sliver of an interval is not spelt out
    if math.isnan(half) or 0.0 < finest < 10.0**-MOST_DIGITS:
        return change(value, size), change(low, size), change(high, size)
    digits = digits_of(max(abs(size), abs(value)))
    while finest and finest < 10.0**-digits:
        digits += 1
    texts = (f"{number:+,.{digits}f}".replace("-", "−") if number else "0" for number in (value, low, high))
    return next(texts), next(texts), next(texts)


def _digits(value: float, size: float, sign: str = "") -> str:
    """Return a figure with the digits that another needs, more of them where it would read as nothing."""
    digits = digits_of(max(abs(size), abs(value)))
    while digits < MOST_DIGITS and _is_small(value, digits):
        digits += 1
    text = f"{value:{sign}.2g}" if _is_small(value, digits) else f"{value:{sign},.{digits}f}"
    return text.replace("-", "−")


def _is_small(value: float, digits: int) -> bool:
    """Return whether a figure reads as nothing, or nearly so, with so many digits behind the point."""
    return value != 0.0 and abs(value) < 9.5 * 10.0**-digits
