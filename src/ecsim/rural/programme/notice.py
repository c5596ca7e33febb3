"""A programme as its notice sets it: calendar, targets, limits, and the official figures it is scored against.

A programme is a file (``configs/programmes/*.toml``); nothing of any one programme stands in code.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from numpy.typing import ArrayLike
from pydantic import AfterValidator, Field, field_validator, model_validator

from ecsim.kernel.errors import hint
from ecsim.kernel.strict import Date, Name, Several, Strict
from ecsim.kernel.strict import Figure as Number
from ecsim.kernel.text import Text
from ecsim.rural.events.codes import ReportKind
from ecsim.rural.figures import BENCHMARKS, FIGURES, PERIOD
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.sourced_number import SourcedNumber, SourcedPositiveShare, SourcedShare, up_to
from ecsim.statistics.bounds import F64, Bound, verdicts

REPORTS = {kind.name.lower(): kind for kind in ReportKind}
MOST_WEEKS = 520
MOST_POINTS = 100.0
MOST_COUNTED = 1e8
"""More persons, firms or places than any county has."""
REACHED = {"share": (0.0, 1.0), "share a year": (-1.0, 10.0), "of 2 services": (0.0, 2.0)}
"""The least and most that a target may ask for, by unit; of what is counted 0 to `MOST_COUNTED`."""
SourcedPoints = Annotated[SourcedNumber, up_to(MOST_POINTS)]
SourcedDays = Annotated[SourcedNumber, up_to(366.0)]


def _report_kind(kind: str) -> str:
    if kind not in REPORTS:
        raise ValueError(f"it must be one of {', '.join(REPORTS)}")
    return kind


def _day_of_year(day: str) -> str:
    try:
        return f"{dt.date.fromisoformat(f'2001-{day}'):%m-%d}"  # of a year without 29 February
    except ValueError:
        raise ValueError("it must be a month and a day that every year has, as 06-30") from None


Year = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
"""A month and a day, as ``06-30``."""


class Dates(Strict):
    """When money comes and plans are made."""

    notice: Date
    """The first tranche comes; from here on examples are recognised."""
    plan_due: Date
    """Plans are made, and recurring reports begin after it."""
    second_tranche: Date
    table: Several[DayOfYear]
    """Days of every year on which the target table is drawn up."""
    source: str

    @model_validator(mode="after")
    def _follow_each_other(self) -> Dates:
        if not self.notice <= self.plan_due <= self.second_tranche:
            raise ValueError(
                f"notice is {self.notice}, plan_due {self.plan_due}, second_tranche {self.second_tranche}; "
                "they must follow each other in this order"
            )
        return self


class Report(Strict):
    """A report or check: once on a date, or every so many weeks once plans are due."""

    kind: Annotated[str, AfterValidator(_report_kind)]
    date: Date | None = None
    every_weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS)] | None = None
    source: str

    @model_validator(mode="after")
    def _comes_once_or_again(self) -> Report:
        if (self.date is None) == (self.every_weeks is None):
            raise ValueError(f"{self.kind} needs either date or every_weeks")
        return self

    @property
    def code(self) -> ReportKind:
        """Its kind in events."""
        return REPORTS[self.kind]


class Deductions(Strict):
    """Points of 100 that an evaluation takes off for each of what was found since the start."""

    late_report: SourcedPoints
    false_report: SourcedPoints
    """A figure found not to be what was reported."""
    idle_money: SourcedPoints
    """A warning of supervision."""
    diversion: SourcedPoints
    """A project of which diverted money was found."""
    closing_breach: SourcedPoints | None = None
    """A ratio that what was paid broke when accounts were closed; None: nothing."""


class Evaluation(Strict):
    """How counties are scored: weights stand with the targets."""

    pass_mark: SourcedPoints
    good_mark: SourcedPoints
    partial: SourcedShare
    """What part of a target that is reached in part is worth of it: 0, all or nothing."""
    most_deducted: SourcedPoints | None = None
    """Points that all deductions together take off at most; None: no more than the points there are."""
    deductions: Deductions

    @model_validator(mode="after")
    def _good_is_a_pass(self) -> Evaluation:
        if self.good_mark.value < self.pass_mark.value:
            raise ValueError(
                f"good_mark is {self.good_mark.value:g}, pass_mark {self.pass_mark.value:g}; good_mark may not be below"
            )
        return self


class Target(Strict):
    """A figure of the target table: at least, at most, or strictly above or below a value."""

    name: str
    title_en: str
    title_zh: str
    unit: str
    sense: Bound
    value: Number
    weight: Annotated[float, Field(ge=0.0, le=MOST_POINTS)] = 1.0
    """In the score of an evaluation, beside the weights of the others."""
    source: str = ""

    @model_validator(mode="after")
    def _is_of_a_figure(self) -> Target:
        if self.name not in FIGURES:
            near = hint(self.name, FIGURES, f"figures are {', '.join(FIGURES)}")
            raise ValueError(f"name is {self.name!r}, which nothing measures; {near}")
        if self.unit != FIGURES[self.name]:
            raise ValueError(f"unit of {self.name} is {self.unit!r}; it is measured in {FIGURES[self.name]!r}")
        return self

    @model_validator(mode="after")
    def _can_be_reached(self) -> Target:
        low, high = REACHED.get(self.unit, (0.0, MOST_COUNTED))
        if not low <= self.value <= high:
            raise ValueError(
                f"value of {self.name} is {self.value:g}, in {self.unit}; it must lie between {low:g} and {high:,.10g}"
                + (", as 0.6 for 60 %" if high == 1.0 else "")
            )
        return self

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.title_en, self.title_zh)

    @property
    def threshold(self) -> str:
        """The value: at least 3."""
        return f"{self.sense} {self.value:g}"

    def met(self, figures: ArrayLike) -> F64:
        """Return 1 where the target is met, 0 where it is missed, NaN where there is no figure."""
        return verdicts(figures, self.sense, self.value)


class Programme(Strict):
    """Everything that a notice sets and a policy does not.

    Attributes
    ----------
    period : of the outcomes by which arms are compared: a year, or ``last52weeks``
    rule_book : what the government holds every plan against; a policy may replace parts of it
    targets : the target table, in its order
    benchmarks : official growth that targets of growth are scored against: by year, the row of the region's
        national.csv; a year that is not given takes the last before it
    income_lines : the register's income line: by year, the row of national.csv
    """

    name: Name
    title_en: str
    title_zh: str
    source: str
    period: Annotated[str, Field(pattern=rf"^({PERIOD})$")]
    least_transactions: SourcedNumber
    """Transactions in the last settled month below which a station counts as reported, not as in use."""
    consumption_share: SourcedPositiveShare | None = None
    """Share of income that households consume, by which what ordering saves makes real income; None: none is given."""
    dates: Dates
    reports: Several[Report] = ()
    disclosure_days: SourcedDays | None = None
    """Within which the course of a project is to be published; None: at once."""
    evaluation: Evaluation | None = None
    """How counties are scored; None: they are not."""
    rule_book: RuleBook
    targets: Several[Target]
    benchmarks: dict[Literal["retail", "farm"], dict[Year, Name]] = Field(default_factory=dict)
    income_lines: dict[Year, Name] = Field(default_factory=dict)

    @field_validator("targets", mode="before")
    @classmethod
    def _is_a_list(cls, targets: Any) -> Any:  # noqa: ANN401 (of a file)
        """Say of tables by name, as only ``--set`` has them, what to do instead."""
        if isinstance(targets, Mapping):
            name = next(iter(targets), "trained")
            raise ValueError(
                f"targets is a list, and a scenario cannot change one of it by [programme.targets.{name}]; edit a copy "
                f"of the programme's file and name it, or use --set programme.targets.{name}.value=…"
            )
        return targets

    @model_validator(mode="after")
    def _has_a_table(self) -> Programme:
        twice = [name for name, times in Counter(target.name for target in self.targets).items() if times > 1]
        if not self.targets or twice:
            problem = f"names {twice[0]} twice" if twice else "is empty"
            raise ValueError(f"targets {problem}; it needs at least one target, each figure once")
        return self

    @model_validator(mode="after")
    def _has_benchmarks(self) -> Programme:
        for target in self.targets:
            which = BENCHMARKS.get(target.name)
            if which is not None and not self.benchmarks.get(which):  # type: ignore[call-overload]  # one of the two
                raise ValueError(
                    f"targets: {target.name} is scored against official growth; give benchmarks.{which}, "
                    'as {2019 = "K19b"}, rows of the region\'s national.csv'
                )
        return self
