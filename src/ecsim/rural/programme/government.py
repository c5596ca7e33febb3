"""Prefecture governments: money comes in, plans are made, reports filed (docs/model.md 4.10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import PaymentMade, ProjectApproved, ProjectRefused, ReportFiled, Rows
from ecsim.rural.events.codes import Category, Funder, ProjectKind, ProjectStatus, ReportKind
from ecsim.rural.programme.candidates import Candidate, PlanningTerms, candidates
from ecsim.rural.programme.notice import Programme, Report
from ecsim.rural.programme.rule_book import RuleBook
from ecsim.rural.programme.strategies import Allocation, BudgetView, FundStrategy, Purse, expectations, purses
from ecsim.rural.scenario import Policy, Scenario
from ecsim.rural.state.ledger import PROVINCE, county_account, prefecture_account
from ecsim.rural.world import ONE, State, World

I64 = NDArray[np.int64]


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
    awards_a_month: int
    shared_assets: bool
    brand_users: int
    user_rate: float
    marketing_lift: float
    over_reporting: float
    lowest_quality: float
    highest_quality: float


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
    def pooled(self) -> bool:
        """Whether prefectures place the money."""
        return self.policy.funds.purse == "prefecture"

    def falls(self, week: int, date: dt.date) -> bool:
        """Return whether a date falls into a week."""
        return self.calendar.date(week) <= date < self.calendar.date(week + 1)

    def is_due(self, week: int, report: Report) -> bool:
        """Return whether a report is due in a week: on its date, or in its turn once plans are due."""
        if report.date is not None:
            return self.falls(week, report.date)
        assert report.every_weeks is not None
        return self.calendar.date(week) > self.programme.dates.plan_due and week % report.every_weeks == 0


class PrefectureGovernment(mesa.Agent):
    """A prefecture: gets the money, splits or places it, reports."""

    def __init__(self, model: mesa.Model, world: World, prefecture: int, office: FundAdministration) -> None:
        super().__init__(model)
        self.world, self.prefecture, self.office = world, prefecture, office

    def step(self) -> None:
        """Act on the calendar of the notice."""
        world, office = self.world, self.office
        if office.policy.funds.purse == "none":
            return
        share = office.terms.first_tranche
        dates = office.programme.dates
        if office.falls(world.week, dates.notice):
            self._receive(share, -1)
        if office.falls(world.week, dates.plan_due):
            self._plan()
        if office.falls(world.week, dates.second_tranche):
            self._receive(1.0 - share, int(world.state.accounts.seq[prefecture_account(self.prefecture)]))
        for report in office.programme.reports:
            if office.is_due(world.week, report):
                self._report(report.code)

    def _purses(self) -> list[Purse]:
        state = self.world.state
        c = state.counties
        need = c.residents / c.residents.sum() + c.poor_households / c.poor_households.sum()
        need = need + c.villages / c.villages.sum()
        return [p for p in purses(self.office.policy.funds, c.prefecture, need) if p.prefecture == self.prefecture]

    def _receive(self, share: float, cause: int) -> None:
        """A tranche comes from the province; a split purse passes it on to the counties at once."""
        for purse in self._purses():
            fen = round(share * purse.central_fen)
            mine = prefecture_account(self.prefecture)
            came = self._pay(PROVINCE, mine, fen, cause)
            if not self.office.pooled:
                self._pay(mine, self._account(purse), fen, came.first)

    def _pay(self, payer: int, payee: int, fen: int, cause: int) -> Rows[PaymentMade]:
        payment = PaymentMade(
            payer=[payer], payee=[payee], funder=[int(Funder.CENTRAL)], category=[int(Category.OTHER)], project=[-1],
            paid_fen=[fen],
        )  # fmt: skip
        return self.world.publish(payment, cause=cause)

    def _plan(self) -> None:
        """Every purse of the prefecture chooses its projects."""
        world, office, terms = self.world, self.office, self.office.terms
        shared = office.pooled and terms.shared_assets
        scenario = office.scenario
        station_yuan = scenario.designs[scenario.station_design].capex_yuan.value
        every = candidates(
            world.state, scenario.projects, office.planning, station_yuan=station_yuan, shared=shared,
            of=self.prefecture,
        )  # fmt: skip
        noise = terms.prefecture_noise if office.pooled else terms.county_noise
        for purse in self._purses():
            mine = tuple(
                c for c in every if c.county in purse.counties or (c.county < 0 and c.prefecture == purse.prefecture)
            )
            favoured = purse.counties[0] if office.pooled else -1
            expected = expectations(mine, world.draws, noise, terms.seat_bias, favoured)
            view = BudgetView(purse, office.policy.funds, office.policy.limits, mine, expected)
            self._approve(self._chosen(view), purse, int(world.state.accounts.seq[self._account(purse)]))

    def _chosen(self, view: BudgetView) -> Allocation:
        """Return what the strategy chooses; it may be a user's own."""
        made, funds = self.office.strategy.allocate(view), self.office.policy.funds
        if not isinstance(made, Allocation):
            kind = type(made).__name__
            raise EcsimError(f"funds.strategy {funds.strategy!r}: allocate gave a {kind}; it must return an Allocation")
        return made

    def _account(self, purse: Purse) -> int:
        """Return the account that a purse is kept in."""
        if self.office.pooled:
            return prefecture_account(self.prefecture)
        state = self.world.state
        return county_account(len(state.brands) - len(state.counties), purse.counties[0])

    def _approve(self, made: Allocation, purse: Purse, cause: int) -> None:
        """Approve what was chosen, with the money that came as its cause; say what broke the rules."""
        world = self.world
        approved, broken = self._examined(made.chosen, purse)
        found = [*made.refused, *broken]
        if found:
            units = [candidate for candidate, _ in found]
            flagged = self.office.policy.limits.on_breach == "flag"
            world.publish(
                ProjectRefused(
                    project_kind=[int(c.kind) for c in units],
                    county=[c.county for c in units],
                    prefecture=[c.prefecture for c in units],
                    rule=[int(rule) for _, rule in found],
                    central_fen=[c.central_fen for c in units],
                    let_through=[False] * len(made.refused) + [flagged] * len(broken),
                ),
                cause=cause,
            )
        if approved:
            world.publish(self._approved(approved), cause=cause)

    def _examined(self, chosen: list[Candidate], purse: Purse) -> tuple[list[Candidate], list[tuple[Candidate, int]]]:
        """Return what is approved and what breaks a limit, whoever chose it; a breach is refused, or only flagged."""
        book = RuleBook(self.office.policy.limits, purse.counties, purse.shares_fen)
        approved, broken = [], []
        for candidate in chosen:
            if rule := book.breach(candidate):
                broken.append((candidate, int(rule)))
            if not book.violated_limit(candidate):
                book.enter(candidate)
                approved.append(candidate)
        return approved, broken

    def _approved(self, chosen: list[Candidate]) -> ProjectApproved:
        state, design, terms = (
            self.world.state,
            self.office.scenario.station_design,
            self.office.planning,
        )
        first = state.count("projects")
        quantity = {ProjectKind.STATIONS: terms.stations_a_batch, ProjectKind.TRAINING: terms.persons_a_batch}
        return ProjectApproved(
            project=np.arange(first, first + len(chosen)),
            project_kind=[int(c.kind) for c in chosen],
            level=[int(c.level) for c in chosen],
            county=[c.county for c in chosen],
            prefecture=[c.prefecture for c in chosen],
            township=[_township(state, c) for c in chosen],
            crop=np.full(len(chosen), -1),
            category=[int(c.category) for c in chosen],
            design=[design if c.kind == ProjectKind.STATIONS else 0 for c in chosen],
            turn=[c.turn for c in chosen],
            quantity=[quantity.get(c.kind, 1) for c in chosen],
            central_fen=[c.central_fen for c in chosen],
            local_fen=[c.local_fen for c in chosen],
            social_fen=[c.social_fen for c in chosen],
        )

    def _report(self, report: ReportKind) -> None:
        """Counties report how many of their projects are done, as they say and as they are."""
        state = self.world.state
        p = state.projects
        counties = np.flatnonzero(state.counties.prefecture == self.prefecture)
        many = len(state.counties)
        own = (p.status > ProjectStatus.ABSENT) & (p.county >= 0)
        total = np.maximum(np.bincount(p.county[own], minlength=many), 1)
        done = np.bincount(p.county[own & (p.status == ProjectStatus.FINISHED)], minlength=many)
        begun = np.bincount(p.county[own & (p.status >= ProjectStatus.CONTRACTED)], minlength=many)
        said = begun / total
        self.world.publish(
            ReportFiled(
                county=counties,
                report=np.full(len(counties), int(report)),
                reported=np.rint(ONE * (said + self.office.terms.over_reporting * (1.0 - said)))[counties].astype(
                    np.int64
                ),
                verified=(done * ONE // total)[counties],
                late_days=np.zeros(len(counties), np.int64),
            )
        )


def _township(state: State, candidate: Candidate) -> int:
    """Return the township a transfer point is for: the most populous first."""
    if candidate.kind != ProjectKind.TOWNSHIP_POINTS:
        return -1
    v = state.villages
    people = np.bincount(v.township, v.households, len(state.townships))
    here = np.flatnonzero(state.townships.county == candidate.county)
    return int(here[np.lexsort((here, -people[here]))][candidate.turn])
