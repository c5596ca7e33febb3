"""Sums and dates of events in words, for a trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping


def shown_sums(sums: Mapping[str, int]) -> list[str]:
    """Return sums in words: money in yuan, weights in tonnes, ways in kilometres, all else as counted."""
    return [_shown(name, value) for name, value in sums.items() if value]


def main_sum(sums: Mapping[str, int], *, title: bool = True) -> list[str]:
    """Return the first sum that is not 0 in few words, if there is one.

    Parameters
    ----------
    sums : by column
    title : whether to say of what it is the sum
    """
    for name, value in sums.items():
        if value and name.endswith("_fen"):
            words = f"{value / 1e8:,.3g} m yuan" if value >= 1e8 else f"{value / 100:,.0f} yuan"
            return [f"{name.removesuffix('_fen').replace('_', ' ')} {words}" if title else words]
    return shown_sums(sums)[:1]


def span(first: dt.date, last: dt.date) -> str:
    """Return from when to when, no longer than it must be."""
    if first == last:
        return first.isoformat()
    if first.year != last.year:
        return f"{first:%Y-%m} – {last:%Y-%m}"
    return f"{first:%Y-%m} – {last:%m}" if first.month != last.month else f"{first} – {last:%d}"


def _shown(name: str, value: int) -> str:
    for ending, size, unit in (("_fen", 100, "yuan"), ("_g", 1_000_000, "t"), ("_m", 1000, "km")):
        if name.endswith(ending):
            title = name.removesuffix(ending).replace("_", " ")
            return (
                f"{title} {value / size:,.0f} {unit}" if value >= 10 * size else f"{title} {value / size:,.2f} {unit}"
            )
    return f"{value:,} {'recognised' if name == 'weight' else name.replace('_', ' ')}"
