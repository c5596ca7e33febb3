"""What every government of a programme knows: the policy, its strategy, terms in force, the calendar of the notice.

Governments hold no state: what changes is in the tables, what is set is here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import Calendar
from ecsim.rural.events import Group
from ecsim.rural.programme.candidates import PlanningTerms
from ecsim.rural.programme.notice import Programme, Report
from ecsim.rural.programme.strategies import FundStrategy
from ecsim.rural.scenario import Policy, Scenario
from ecsim.rural.world import ONE, State


@dataclass(frozen=True)
class FundTerms:
    """Numbers of money and works; units in ``parameters/funds.toml``."""

    first_tranche: float
    plan_lag_weeks: int
    pooled_delay_weeks: int
    county_noise: float
    prefecture_noise: float
    seat_bias: float
    county_capacity: float
    prefecture_factor: float
    slip_rate: float
    slip_base: float
    slip_weeks: int
    advance: float
    price_sigma: float
    quality_sigma: float
    weeks_between_awards: int
    awards_a_month: int
    shared_assets: bool
    brand_users: int
    marketing_lift: float
    firms_shown: float
    highest_visibility: float
    over_reporting: float
    lowest_quality: float
    highest_quality: float
    trained_capacity: float
    trained_reporting: float
    local_late: float


@dataclass(frozen=True)
class FundAdministration:
    """What every government knows: the scenario's policy and its strategy, the terms, the calendar."""

    scenario: Scenario
    strategy: FundStrategy
    terms: FundTerms
    planning: PlanningTerms
    calendar: Calendar

    @property
    def policy(self) -> Policy:
        """The fund policy."""
        return self.scenario.policy

    @property
    def programme(self) -> Programme:
        """What the notice sets."""
        return self.scenario.programme

    @property
    def plan_day(self) -> dt.date:
        """The day on which plans are made: that on which the plan file says it is filed, or on which plans are due."""
        plan = self.policy.plan
        return self.programme.dates.plan_due if plan is None or plan.filed is None else plan.filed

    @property
    def pooled(self) -> bool:
        """Whether prefectures place the money."""
        return self.policy.funds.purse == "prefecture"

    def capacity(self, state: State) -> NDArray[np.float64]:
        """Return how many projects each builder can manage at a time without slips: more where officials know more.

        Returns
        -------
        shape (prefectures + counties,), by the number of the builder
        """
        terms, managed = self.terms, state.counties.prefecture
        prefectures = state.prefecture_count
        trained = terms.trained_capacity * state.counties.know_how[:, Group.OFFICIALS] / ONE
        own = terms.county_capacity * (1.0 + trained)
        if not self.pooled:
            return np.concatenate([np.full(prefectures, terms.county_capacity), own])
        own = terms.prefecture_factor * own
        return np.concatenate([np.bincount(managed, own, prefectures), own])

    def falls(self, week: int, date: dt.date) -> bool:
        """Return whether a date falls into a week."""
        return self.calendar.date(week) <= date < self.calendar.date(week + 1)

    def is_due(self, week: int, report: Report) -> bool:
        """Return whether a report is due in a week: on its date, or in its turn once plans are due."""
        if report.date is not None:
            return self.falls(week, report.date)
        assert report.every_weeks is not None
        return self.calendar.date(week) > self.programme.dates.plan_due and week % report.every_weeks == 0
