"""Income from outside the model, by source, as factors on the opening (docs/model.md 4.13).

All sources grow at one rate; wages and transfers of the registered poor catch up, and wages fall in a lockdown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.rural.calendar import Calendar
from ecsim.rural.events import BackgroundIncomeMoved, IncomeSource
from ecsim.rural.state import ONE
from ecsim.rural.world import World


@dataclass(frozen=True)
class IncomeTerms:
    """Numbers of background income; units in ``parameters/income.toml``."""

    growth: float
    poor_catch_up: float
    lockdown_wages: float


def move_background_income(world: World, terms: IncomeTerms, calendar: Calendar) -> None:
    """Once a month background income grows, faster for the registered poor (transfers, public jobs, exits).

    Parameters
    ----------
    calendar : of the years that have passed, and of weeks without wages

    References
    ----------
    docs/model.md 4.13.
    """
    years = max(0.0, calendar.years(world.week) - 0.5)  # the opening's amounts are the mean of the first year
    counties, moved = len(world.state.counties), []
    for poor in (False, True):
        for source in IncomeSource:
            gains = poor and source in (IncomeSource.WAGES, IncomeSource.TRANSFERS)
            factor = (1.0 + terms.growth + (terms.poor_catch_up if gains else 0.0)) ** years
            if source == IncomeSource.WAGES and calendar.wages_lost(world.week):
                factor *= terms.lockdown_wages
            moved.append((poor, int(source), round(factor * ONE)))
    group, source_of, factors = (np.repeat(column, counties) for column in zip(*moved, strict=True))
    county = np.tile(np.arange(counties), len(moved))
    world.publish(BackgroundIncomeMoved(county=county, poor=group, source=source_of, factor=factors))
