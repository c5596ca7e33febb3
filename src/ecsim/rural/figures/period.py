"""Periods that figures are of: a calendar year, or the last weeks of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecsim.kernel.text import Text
from ecsim.rural.texts import text

PERIOD = r"(?P<year>[0-9]{4})|last(?P<weeks>[1-9][0-9]*)weeks"
"""How a period is written."""


@dataclass(frozen=True, slots=True)
class Period:
    """What an outcome is of: a calendar year, or the last weeks of the run.

    Attributes
    ----------
    text : as names have it after ``@``: ``2019``, ``last52weeks``
    year : the calendar year, or None
    weeks : how many of the last weeks; 0 of a year
    """

    text: str
    year: int | None
    weeks: int

    @classmethod
    def of(cls, text: str) -> Period:
        """Return the period of a text.

        Raises
        ------
        ValueError
            If it is none.
        """
        match = re.fullmatch(PERIOD, text)
        if match is None:
            raise ValueError(f"period {text!r}: write a calendar year, as 2019, or the last weeks, as last52weeks")
        year, weeks = match["year"], match["weeks"]
        return cls(text, int(year) if year else None, int(weeks or 0))

    @property
    def title(self) -> Text:
        """As titles of outcomes have it: last in English, in brackets in Chinese."""
        if self.year is not None:
            return text("periods.year", year=self.year)
        return text("periods.last_weeks", weeks=self.weeks)
