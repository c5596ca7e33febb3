"""County and prefecture governments: money comes in, plans are made, contracts awarded, works accepted (MODEL 4.10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Rows
from ecsim.rural.calendar import Calendar
from ecsim.rural.events.codes import Category, Funder, Level, ProjectKind, ProjectStatus, ReportKind
from ecsim.rural.events.funds import (
    ContractAwarded,
    PaymentMade,
    ProjectApproved,
    ProjectRefused,
    ReportFiled,
    WorksFinished,
    WorksSlipped,
)
from ecsim.rural.programme.candidates import Candidate, PlanningTerms, candidates
from ecsim.rural.programme.commissioning import deliver, project_lots
from ecsim.rural.programme.notice import Programme, Report
from ecsim.rural.programme.strategies import Allocation, BudgetView, FundStrategy, Purse, expectations, purses
from ecsim.rural.scenario import Policy, Scenario
from ecsim.rural.state import ONE, State
from ecsim.rural.state.ledger import OUTSIDE, PROVINCE, SUPPLIERS, county_account, prefecture_account
from ecsim.rural.world import World

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
class Office:
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

    def __init__(self, model: mesa.Model, world: World, prefecture: int, office: Office) -> None:
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
        every = candidates(world.state, office.scenario.projects, office.planning, shared=shared)
        noise = terms.prefecture_noise if office.pooled else terms.county_noise
        for purse in self._purses():
            mine = tuple(
                c for c in every if c.county in purse.counties or (c.county < 0 and c.prefecture == purse.prefecture)
            )
            favoured = purse.counties[0] if office.pooled else -1
            expected = expectations(mine, world.draws, noise, terms.seat_bias, favoured)
            view = BudgetView(purse, office.policy.funds, office.policy.limits, mine, expected)
            self._approve(self._chosen(view), int(world.state.accounts.seq[self._account(purse)]))

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

    def _approve(self, made: Allocation, cause: int) -> None:
        """Approve what was chosen, with the money that came as its cause; say what was refused."""
        world = self.world
        if made.refused:
            units = [candidate for candidate, _ in made.refused]
            world.publish(
                ProjectRefused(
                    project_kind=[int(c.kind) for c in units],
                    county=[c.county for c in units],
                    prefecture=[c.prefecture for c in units],
                    rule=[rule for _, rule in made.refused],
                    central_fen=[c.central_fen for c in units],
                    let_through=np.zeros(len(units), np.bool_),
                ),
                cause=cause,
            )
        if made.chosen:
            world.publish(self._approved(made.chosen), cause=cause)

    def _approved(self, chosen: list[Candidate]) -> ProjectApproved:
        state, design, terms = self.world.state, self.office.scenario.station_design, self.office.planning
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


class Builder(mesa.Agent):
    """A government as builder: awards contracts, follows works, accepts and pays. One a county, one a prefecture."""

    def __init__(self, model: mesa.Model, world: World, level: Level, place: int, office: Office) -> None:
        super().__init__(model)
        self.world, self.level, self.place, self.office = world, level, place, office

    def step(self) -> None:
        """Award what can be begun, let works slip or end."""
        p = self.world.state.projects
        many = self.world.state.count("projects")
        owner = p.county[:many] if self.level == Level.COUNTY else p.prefecture[:many]
        mine = np.flatnonzero((owner == self.place) & (p.level[:many] == self.level))
        if mine.size:
            self._follow(mine[p.status[mine] == ProjectStatus.CONTRACTED])
            self._award(mine[p.status[mine] == ProjectStatus.APPROVED])

    def _capacity(self) -> float:
        """Return how many projects can be managed at a time without slips."""
        terms, counties = self.office.terms, self.world.state.counties
        if not self.office.pooled:
            return terms.county_capacity
        members = int((counties.prefecture == self._prefecture()).sum())
        whole = terms.prefecture_factor * members * terms.county_capacity
        return whole / members if self.level == Level.COUNTY else whole

    def _prefecture(self) -> int:
        return self.place if self.level == Level.PREFECTURE else int(self.world.state.counties.prefecture[self.place])

    def _account(self) -> int:
        state = self.world.state
        prefectures = len(state.brands) - len(state.counties)
        if self.office.pooled or self.level == Level.PREFECTURE:
            return prefecture_account(self._prefecture())
        return county_account(prefectures, self.place)

    def _award(self, waiting: I64) -> None:
        """Award the next contracts of the plan, as many as procurement can take and money allows."""
        world, terms = self.world, self.office.terms
        lag = terms.plan_lag_weeks + (terms.pooled_delay_weeks if self.office.pooled else 0)
        p = world.state.projects
        ready = waiting[world.day - p.approved_day[waiting] >= 7 * lag]
        if world.week % 4 or not ready.size:
            return
        left = terms.awards_a_month
        for project in ready:
            price = self._price(int(project))
            advance = round(terms.advance * price * int(p.central_fen[project]))
            if not left or world.state.accounts.balance_fen[self._account(), Funder.CENTRAL] < advance:
                return
            left -= self._contract(int(project), price)

    def _price(self, project: int) -> float:
        """Return what the best bid asks, as a share of the budget."""
        lot = project_lots(self.world.state, np.array([project]))
        return min(1.0, float(self.world.draws.lognormal("contract_price", 0, lot, self.office.terms.price_sigma)[0]))

    def _contract(self, project: int, price: float) -> int:
        """Award one contract and pay the advance; return how many were awarded: none if it is taken out of the run."""
        world, terms, p = self.world, self.office.terms, self.world.state.projects
        kind = ProjectKind(int(p.kind[project])).name.lower()
        lead = self.office.scenario.projects[kind].lead_weeks
        lot = project_lots(world.state, np.array([project]))
        quality = 1.0 + terms.quality_sigma * float(world.draws.normal("contractor", 0, lot)[0])
        awarded = world.publish(
            ContractAwarded(
                project=[project],
                price_factor=[round(price * ONE)],
                quality=[round(np.clip(quality, terms.lowest_quality, terms.highest_quality) * ONE)],
                due_day=[world.day + 7 * lead],
            ),
            cause=int(p.seq[project]),
        )
        if awarded.count:
            self._pay(project, price * terms.advance, awarded.first)
        return awarded.count

    def _pay(self, project: int, share: float, cause: int) -> None:
        """Pay a share of a project's budget, each funder its part."""
        p = self.world.state.projects
        funders = [
            (Funder.CENTRAL, self._account(), p.central_fen),
            (Funder.LOCAL, OUTSIDE, p.local_fen),
            (Funder.SOCIAL, OUTSIDE, p.social_fen),
        ]
        rows = [(f, payer, round(share * int(fen[project]))) for f, payer, fen in funders if fen[project] > 0]
        self.world.publish(
            PaymentMade(
                payer=[payer for _, payer, _ in rows],
                payee=np.full(len(rows), SUPPLIERS),
                funder=[int(f) for f, _, _ in rows],
                category=np.full(len(rows), int(p.category[project])),
                project=np.full(len(rows), project),
                paid_fen=[fen for _, _, fen in rows],
            ),
            cause=cause,
        )

    def _follow(self, works: I64) -> None:
        """Works slip, more when there are too many at a time; those that are due are accepted and paid."""
        world, terms, p = self.world, self.office.terms, self.world.state.projects
        load = max(0.0, len(works) / self._capacity() - 1.0)
        luck = world.draws.uniform("slip", world.week, project_lots(world.state, works))
        soon = p.due_day[works] - world.day <= 7
        slips = works[soon & (luck < terms.slip_base + terms.slip_rate * load)]
        world.publish(WorksSlipped(project=slips, due_day=p.due_day[slips] + 7 * terms.slip_weeks), cause=p.seq[slips])
        for project in works[p.due_day[works] <= world.day]:
            self._accept(int(project))

    def _accept(self, project: int) -> None:
        """Accept works, if the rest can be paid, and bring what they built into service."""
        world, p = self.world, self.world.state.projects
        share = float(p.price_factor[project]) / ONE * (1.0 - self.office.terms.advance)
        if world.state.accounts.balance_fen[self._account(), Funder.CENTRAL] < round(
            share * int(p.central_fen[project])
        ):
            return
        finished = world.publish(WorksFinished(project=[project]), cause=int(p.seq[project]))
        self._pay(project, share, finished.first)
        deliver(world, self.office.scenario, self.office.terms.marketing_lift, project, finished.first)
