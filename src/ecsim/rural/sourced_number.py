"""Numbers of policies and programmes, each with its unit, its source and perhaps a range."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ecsim.kernel.strict import Strict

MOST_YUAN = 1e10
"""Largest sum of money of a county or a project, ten billion yuan.

Sums are int64 fen, and shares of them are taken in float64, which holds whole numbers exactly up to 2**53 (9.0e15).
3,000 counties (China has 2,844) at 1e12 fen each, and as much again from local and from social funds, stay within.
"""

MOST_YUAN_OF_A_STATION = 1e6
"""Largest rate of a station, a month, an hour, a parcel or a use: a hundred thousand stations add up within MOST_YUAN.
"""


class SourcedNumber(Strict):
    """A number of a policy with unit and source."""

    value: Annotated[float, Field(ge=0.0, le=MOST_YUAN)]
    unit: str
    source: str
    low: Annotated[float, Field(ge=0.0, le=MOST_YUAN)] | None = None
    high: Annotated[float, Field(ge=0.0, le=MOST_YUAN)] | None = None

    def fault(self) -> str | None:
        """Return in which way value and range do not fit, if they do not.

        It is asked of what people write; runs of earlier versions are read whatever their ranges say.
        """
        low, high = self.low, self.high
        if low is not None and high is not None and low > high:
            return f"low is {low:,.12g} and high is {high:,.12g}; low may not be above high"
        if (low is None or low <= self.value) and (high is None or self.value <= high):
            return None
        least, most = "0" if low is None else f"{low:,.12g}", "any" if high is None else f"{high:,.12g}"
        return (
            f"value is {self.value:,.12g}, outside its own range of {least} to {most} ({self.source}); choose a value "
            "in it, or give low or high too and say in source where they come from"
        )


def up_to(most: float) -> AfterValidator:
    """Return the check that a number with source is at most so much."""

    def check(number: SourcedNumber) -> SourcedNumber:
        if number.value > most:
            raise ValueError(f"value is {number.value:,.12g} {number.unit}; it must be at most {most:,.12g}")
        return number

    return AfterValidator(check)


def _above_zero(number: SourcedNumber) -> SourcedNumber:
    if not number.value:
        raise ValueError(f"value is 0 {number.unit}; it must be above 0")
    return number


SourcedShare = Annotated[SourcedNumber, up_to(1.0)]
SourcedHours = Annotated[SourcedNumber, up_to(24.0)]
SourcedRate = Annotated[SourcedNumber, up_to(MOST_YUAN_OF_A_STATION)]
SourcedPositiveShare = Annotated[SourcedShare, AfterValidator(_above_zero)]
SourcedDaysAWeek = Annotated[SourcedNumber, up_to(7.0), AfterValidator(_above_zero)]
