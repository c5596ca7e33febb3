"""Figures and sentences as analyses write them: numbers with their digits, amounts with their unit, lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.text import Text

say = Catalogue("ecsim.experiments.analyses", "sentences.toml")
"""Returns a sentence of ``sentences.toml`` in both languages."""
MONEY = "million yuan"
"""Unit of large sums, as outcomes name it."""
LARGE = 100.0
"""Million yuan from which on Chinese counts in 亿元 (100 million yuan), not in 万元 (10 thousand yuan)."""
NONE = Text("", "")


def listed(texts: Iterable[Text], between: str = "and") -> Text:
    """Return texts as a list: ``a, b and c``, or with ``comma`` or ``semicolon`` between all of them."""
    every = list(texts)
    if between == "and" and len(every) > 2:
        every = [listed(every[:-1], "comma"), every[-1]]
    return say.joined(every, say.texts[f"lists.{between}"])


def paragraph(sentences: Iterable[Text | None]) -> Text:
    """Return sentences one after the other; those that are None or empty are left out."""
    return listed((sentence for sentence in sentences if sentence and sentence.en), "sentence")


def present(sentences: Iterable[Text | None]) -> tuple[Text, ...]:
    """Return the sentences that there are."""
    return tuple(sentence for sentence in sentences if sentence is not None)


def number(value: float) -> str:
    """Return a figure with four significant digits; – where none is known."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0.0:
        return "0"
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    return (f"{value:,.{digits}f}" if digits <= 6 else f"{value:.4g}").replace("-", "−")


def shortest(value: float) -> str:
    """Return a figure that a file gives with the digits it has there, six at most."""
    return f"{value:g}".replace("-", "−") if math.isfinite(value) else number(value)


def signed(value: float) -> str:
    """Return a figure with its sign; 0 has none."""
    return ("+" if value > 0.0 else "") + number(value)


def share(value: float) -> str:
    """Return an index or another figure of size 1 with two digits."""
    return "–" if math.isnan(value) else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def percent(value: float) -> str:
    """Return a share in per cent; one that only rounds to 0 or 100 says so."""
    if math.isnan(value):
        return "–"
    if 0.0 < value < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 < value < 1.0 else f"{100.0 * value:.0f} %"


def with_interval(value: float, low: float, high: float, write: Callable[[float], str] = number) -> str:
    """Return a figure with its interval in brackets, if it has one."""
    return f"{write(value)}{between(write(low), write(high))}"


def between(low: str, high: str) -> str:
    """Return an interval in brackets; nothing where an end is not known."""
    return "" if "–" in (low, high) else f" [{low}, {high}]"


def amount(
    unit: str, value: float, low: float = math.nan, high: float = math.nan, write: Callable[[float], str] = number
) -> Text:
    """Return a figure, with its interval if it has one, and its unit.

    Parameters
    ----------
    unit : as outcomes name it; million yuan are 亿元 or 万元 in Chinese. Shares and outcomes of functions have none
    value, low, high : in that unit; NaN for ends that are not known
    write : how figures are written
    """
    figure = with_interval(value, low, high, write)
    if unit == MONEY:
        size = max((abs(end) for end in (value, low, high) if math.isfinite(end)), default=0.0)
        factor, name = (1.0 / LARGE, "large") if size >= LARGE else (100.0, "small")
        chinese = with_interval(factor * value, factor * low, factor * high, write)
        unit_name = say(f"money.{name}")
        return Text(f"{figure} {unit_name.en}", f"{chinese}{unit_name.zh}")
    known = say.texts.get(f"units.{unit}")
    return Text(f"{figure} {known.en}", f"{figure}{known.zh}") if known else Text(figure, figure)
