"""Prefecture governments: money comes in, plans are made, reports filed (docs/model.md 4.10)."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Category, Funder, Group, PaymentMade, ProjectStatus, ReportFiled, ReportKind, Rows
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.plans import approve, plannable_units, view_of
from ecsim.rural.programme.strategies import Purse, allocation_of, purses, revises
from ecsim.rural.readings import know_how, needs
from ecsim.rural.state.ledger import PROVINCE, county_account, prefecture_account
from ecsim.rural.world import ONE, World

I64 = NDArray[np.int64]


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
        if office.falls(world.week, office.plan_day) or self._revises():
            self._plan()
        if office.falls(world.week, dates.second_tranche):
            self._receive(1.0 - share, int(world.state.accounts.seq[prefecture_account(self.prefecture)]))
        for report in office.programme.reports:
            if office.is_due(world.week, report):
                self._report(report.code)

    def _revises(self) -> bool:
        """Return whether the prefecture plans again this week: at quarterly supervision, if its strategy does."""
        office = self.office
        supervised = (
            report
            for report in office.programme.reports
            if report.code == ReportKind.QUARTERLY_SUPERVISION and office.is_due(self.world.week, report)
        )
        return revises(office.strategy) and any(supervised)

    def _purses(self) -> list[Purse]:
        state = self.world.state
        all_purses = purses(self.office.policy.funds, state.counties.prefecture, needs(state))
        return [purse for purse in all_purses if purse.prefecture == self.prefecture]

    def _receive(self, share: float, cause: int) -> None:
        """A tranche comes from the province; a split purse passes it on to the counties at once."""
        for purse in self._purses():
            fen = round(share * purse.central_fen)
            account = prefecture_account(self.prefecture)
            came = self._pay(PROVINCE, account, fen, cause)
            if not self.office.pooled:
                self._pay(account, self._account(purse), fen, came.first)

    def _pay(self, payer: int, payee: int, fen: int, cause: int) -> Rows[PaymentMade]:
        payment = PaymentMade(
            payer=[payer], payee=[payee], funder=[int(Funder.CENTRAL)], category=[int(Category.OTHER)], project=[-1],
            paid_fen=[fen],
        )  # fmt: skip
        return self.world.publish(payment, cause=cause)

    def _plan(self) -> None:
        """Every purse of the prefecture chooses its projects."""
        world, office = self.world, self.office
        units = plannable_units(world, office, self.prefecture)
        for purse in self._purses():
            view = view_of(world, office, purse, units)
            allocation = allocation_of(office.strategy, view)
            approve(world, office, purse, allocation, int(world.state.accounts.seq[self._account(purse)]))

    def _account(self, purse: Purse) -> int:
        """Return the account that a purse is kept in."""
        if self.office.pooled:
            return prefecture_account(self.prefecture)
        state = self.world.state
        return county_account(state.prefecture_count, purse.counties[0])

    def _report(self, report: ReportKind) -> None:
        """Counties report how many of their projects are done, as they say and as they are.

        What is only begun is reported as done, the less so the more their officials know.
        """
        state = self.world.state
        p = state.projects
        counties = np.flatnonzero(state.counties.prefecture == self.prefecture)
        counties_of_region = len(state.counties)
        of_counties = (p.status > ProjectStatus.ABSENT) & (p.county >= 0)
        total = np.maximum(np.bincount(p.county[of_counties], minlength=counties_of_region), 1)
        done = np.bincount(p.county[of_counties & (p.status == ProjectStatus.FINISHED)], minlength=counties_of_region)
        under_way = of_counties & np.isin(p.status, (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED))
        begun = np.bincount(p.county[under_way], minlength=counties_of_region)
        honest = self.office.terms.trained_reporting * know_how(state, Group.OFFICIALS)
        said = (done + (1.0 - honest) * (begun - done)) / total
        made_up = (1.0 - honest) * self.office.terms.over_reporting * (1.0 - said)
        self.world.publish(
            ReportFiled(
                county=counties,
                report=np.full(len(counties), int(report)),
                reported=np.rint(ONE * (said + made_up))[counties].astype(np.int64),
                verified=(done * ONE // total)[counties],
                late_days=np.zeros(len(counties), np.int64),
            )
        )
