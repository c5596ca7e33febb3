"""Which outcomes and targets a run can give, and why it cannot give the others.

A figure of a year that was not run whole would mislead, so it has none and says why; nor has growth without a base.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ecsim.kernel.text import Text
from ecsim.rural.figures import (
    AT_SHOP_PRICES,
    GROWTH,
    KEPT_BESIDE,
    OF_A_PERIOD,
    Periods,
    of_period,
    outcomes_of,
    parted,
)
from ecsim.rural.programme.notice import Programme
from ecsim.rural.scenario import Scenario
from ecsim.rural.texts import text


@dataclass(frozen=True)
class Available:
    """What a run can give, by its calendar and its programme."""

    periods: Periods
    programme: Programme

    @classmethod
    def of_run(cls, start: dt.date, weeks: int, programme: Programme) -> Available:
        """Return what a run of whole weeks can give under a programme."""
        return cls(Periods(start, weeks), programme)

    @classmethod
    def of(cls, scenario: Scenario) -> Available:
        """Return what the runs of a scenario can give."""
        return cls.of_run(scenario.start, scenario.weeks, scenario.programme)

    def outcomes(self) -> list[str]:
        """Return the outcomes that every run keeps: of its years, of the programme's period and of the end.

        Growth of a year is kept where the year before was run too.
        """
        names = [(base, of_period(base, str(year))) for year in self.periods.years for base in OF_A_PERIOD]
        kept = [name for base, name in names if base not in GROWTH or self.reason(name) is None]
        return list(dict.fromkeys([*kept, *outcomes_of(self.programme.period), *KEPT_BESIDE]))

    def reason(self, name: str) -> Text | None:
        """Return why a run cannot give an outcome: its period was not run whole, or the programme lacks a number."""
        base_and_period = parted(name)
        if base_and_period is None:
            return None
        base, period = base_and_period
        if base in GROWTH:
            return self.periods.lacks_growth_in(period)
        if base == "below_line" and str(period.year) not in self.programme.income_lines:
            return text("periods.no_income_line", year=period.year)
        if base in AT_SHOP_PRICES and self.programme.consumption_share is None:
            return text("periods.no_consumption_share")
        return self.periods.lacks_period(period)

    def lacking(self) -> dict[str, Text]:
        """Return the outcomes that a run would keep and cannot give, with the reason."""
        return {name: reason for name in self.outcomes() if (reason := self.reason(name)) is not None}

    def targets_lacking(self, date: dt.date) -> dict[str, Text]:
        """Return the targets that a run cannot give on a date, with the reason."""
        reason = self.periods.lacks_growth(date)
        named = [target.name for target in self.programme.targets if target.name in GROWTH]
        return dict.fromkeys(named, reason) if reason is not None else {}
