"""What every government of a programme knows: the policy, its strategy, terms in force, the calendar of the notice.

Governments hold no state: what changes is in the tables, what is set is here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.rural.events import Group
from ecsim.rural.programme.candidates import PlanningTerms
from ecsim.rural.programme.notice import Programme, Report
from ecsim.rural.programme.offices import MILLE, Desks
from ecsim.rural.programme.strategies import FundStrategy, Purse, allotted_fen, purses
from ecsim.rural.readings import need_by, needs
from ecsim.rural.regions.official import Official
from ecsim.rural.regions.whole import Whole
from ecsim.rural.scenario import Funds, Policy, Scenario
from ecsim.rural.world import ONE, Calendar, State, county_account, prefecture_account


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
    advance: float
    half_way: float
    retention: float
    retention_weeks: int
    local_budget: float
    social_budget: float
    shared_assets: bool
    brand_users: int
    marketing_lift: float
    firms_shown: float
    highest_visibility: float
    over_reporting: float
    trained_capacity: float
    trained_reporting: float


@dataclass(frozen=True)
class OfficeTerms:
    """Numbers of the work of offices; units in ``parameters/offices.toml``."""

    desk_share: float
    open_contracts: float
    size_exponent: float
    time_sigma: float
    capacity_sigma: float
    equal_sharing: bool
    lend: float
    award_delay_weeks: int
    abandonment: float
    recall_weeks: int


@dataclass(frozen=True)
class ProcurementTerms:
    """Numbers of tenders; units in ``parameters/procurement.toml``."""

    bidders: float
    bidders_by_money: float
    fewest_bidders: int
    retender_weeks: int
    cost_spread: float
    quality_spread: float
    quality_weight: float
    time_spread: float
    time_weight: float
    scale_elasticity: float
    package_time: float
    default: float


@dataclass(frozen=True)
class GovernanceTerms:
    """Numbers of review, reports, supervision, evaluation, audits and lessons; units in ``governance.toml``."""

    review_weeks: int
    formal_faults: float
    redo_weeks: int
    change_weeks: int
    leading_group: float
    late_report: float
    late_days: float
    pressure: float
    made_up: float
    checked: float
    visit_weeks: int
    false_report_rate: float
    third_party_yuan: float
    third_party_honesty: float
    idle_weeks: int
    most_withdrawn: float
    inspected: float
    diversion: float
    diverting_counties: float
    diverting_owners: float
    diverted_share: float
    audited: float
    recovered: float
    withheld: float
    learning_time: float
    learning_cost: float
    copied: float
    earlier_experience: float


@dataclass(frozen=True)
class FundAdministration:
    """What every government knows: the scenario's policy and its strategy, the terms, the calendar."""

    scenario: Scenario
    strategy: FundStrategy
    terms: FundTerms
    planning: PlanningTerms
    works: OfficeTerms
    tenders: ProcurementTerms
    governance: GovernanceTerms
    calendar: Calendar
    official: Official
    whole: Whole
    """The region that the run's counties are of: by all its counties money is shared out."""

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
    def amendment_day(self) -> dt.date | None:
        """The day on which the plan file says it takes the place of what was filed before, if it does."""
        plan = self.policy.plan
        return plan.amended if plan is not None else None

    @property
    def pooled(self) -> bool:
        """Whether prefectures place the money."""
        return self.policy.funds.purse == "prefecture"

    @property
    def one_office(self) -> bool:
        """Whether the counties of a prefecture have one office with one queue."""
        return self.pooled and self.policy.funds.offices == "one"

    def purses(self, state: State) -> list[Purse]:
        """Return who holds how much of the central money; a formula weighs counties by their needs of today."""
        return purses_of(self.policy.funds, state, self.whole)

    def desks(self, state: State, draws: Draws) -> Desks:
        """Return what offices can do: more where officials know more; those of a pooled purse lend, or are one.

        Returns
        -------
        Offices of counties, or of prefectures where each is one office
        """
        trained = self.terms.trained_capacity * state.counties.know_how[:, Group.OFFICIALS] / ONE
        luck = draws.lognormal("office_capacity", 0, state.counties.number, self.works.capacity_sigma)
        factor = self.terms.prefecture_factor if self.pooled else 1.0
        capacity = np.rint(MILLE * factor * self.terms.county_capacity * luck * (1.0 + trained)).astype(np.int64)
        prefecture = state.counties.prefecture.astype(np.int64)
        if self.one_office:
            capacity = np.bincount(prefecture, capacity, state.prefecture_count).astype(np.int64)
            prefecture = np.arange(len(capacity))
        slots = np.rint(self.works.open_contracts * capacity).astype(np.int64)
        lend = round(MILLE * self.works.lend) if self.pooled and not self.one_office else 0
        return Desks(capacity, slots, prefecture, lend, self.works.equal_sharing)

    @property
    def lag_days(self) -> int:
        """Days from a plan to its first contract; a leading group saves a part of the delay of pooled decisions."""
        together = self.terms.pooled_delay_weeks * (1.0 - self.governance.leading_group) if self.pooled else 0.0
        return round(7 * (self.terms.plan_lag_weeks + together))

    def falls(self, week: int, date: dt.date) -> bool:
        """Return whether a date falls into a week."""
        return self.calendar.date(week) <= date < self.calendar.date(week + 1)

    def is_due(self, week: int, report: Report) -> bool:
        """Return whether a report is due in a week: on its date, or in its turn once plans are due."""
        if report.date is not None:
            return self.falls(week, report.date)
        assert report.every_weeks is not None
        return self.calendar.date(week) > self.programme.dates.plan_due and week % report.every_weeks == 0


def purses_of(funds: Funds, state: State, whole: Whole) -> list[Purse]:
    """Return who holds how much of the central money of a policy, by the needs of counties as they are.

    Parameters
    ----------
    whole : the region that the counties are of; in a cut, each has what it is allotted within the whole
    """
    allotted = _allotted_within(funds, state, whole)
    holders = purses(funds, state.counties.prefecture, allotted)
    return [replace(purse, recalled_fen=_recalled_fen(state, purse)) for purse in holders]


def _allotted_within(funds: Funds, state: State, whole: Whole) -> NDArray[np.int64]:
    """Return the central money of every county of the run, as it is allotted within the whole region."""
    if not whole.is_larger:
        return allotted_fen(funds, state.counties.prefecture, needs(state))
    every = [(of.prefecture, of.residents, of.poor_households, of.villages) for of in whole.shares]
    prefecture, *figures = np.array(every, np.int64).T
    return allotted_fen(funds, prefecture, need_by(*figures))[list(whole.counties)]


def _recalled_fen(state: State, purse: Purse) -> int:
    """Return what the province took back out of the accounts of a purse's counties, and of its prefecture if shared."""
    accounts = [county_account(state.prefecture_count, county) for county in purse.counties]
    if purse.shared:
        accounts.append(prefecture_account(purse.prefecture))
    return int(state.accounts.recalled_fen[accounts].sum())
