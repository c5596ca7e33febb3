"""Prefecture governments: money comes in, plans are made and filed (docs/model.md 4.10)."""

from __future__ import annotations

import mesa

from ecsim.rural.events import Category, Funder, PaymentMade, ReportKind, Rows, TrancheWithheld
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.amendments import amend, reallocate
from ecsim.rural.programme.plans import approve, plannable_units, view_of
from ecsim.rural.programme.review import file_plan, file_what_arrived
from ecsim.rural.programme.strategies import Allocation, Purse, allocation_of, revises
from ecsim.rural.world import ONE, PROVINCE, World, county_account, prefecture_account


class PrefectureGovernment(mesa.Agent):
    """A prefecture: gets the money, splits or places it, plans."""

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
        file_what_arrived(world, office.governance, self.prefecture)
        if office.falls(world.week, office.plan_day) or (revises(office.strategy) and self._supervised()):
            self._plan()
        elif office.policy.plan is None and self._supervised():
            self._place_returned()
        if office.amendment_day is not None and office.falls(world.week, office.amendment_day):
            self._amend()
        if office.falls(world.week, dates.second_tranche):
            self._receive(1.0 - share, int(world.state.accounts.seq[prefecture_account(self.prefecture)]), last=True)
        self._receive_withheld()

    def _supervised(self) -> bool:
        """Return whether it is the week of a quarterly supervision: then plans may be made again."""
        office = self.office
        return any(
            report.code == ReportKind.QUARTERLY_SUPERVISION and office.is_due(self.world.week, report)
            for report in office.programme.reports
        )

    def _purses(self) -> list[Purse]:
        return [purse for purse in self.office.purses(self.world.state) if purse.prefecture == self.prefecture]

    def _receive(self, share: float, cause: int, *, last: bool = False) -> None:
        """A tranche comes from the province; a split purse passes it on to the counties at once.

        Parameters
        ----------
        last : whether it is the tranche of which a part may be held back from counties that were failed
        """
        for purse in self._purses():
            fen = round(share * purse.central_fen)
            self._pass_on(purse, fen - (self._withhold(purse, share) if last else 0), cause)

    def _pass_on(self, purse: Purse, fen: int, cause: int) -> None:
        account = prefecture_account(self.prefecture)
        came = self._pay(PROVINCE, account, fen, cause)
        if not self.office.pooled:
            self._pay(account, self._account(purse), fen, came.first)

    def _withhold(self, purse: Purse, share: float) -> int:
        """Return what is held back of a tranche, from counties that the last evaluation failed; fen."""
        failed = [county for county in purse.counties if self._verdict(county) == "failed"]
        part = self.office.governance.withheld * share
        fen = [round(part * purse.shares_fen[purse.counties.index(county)]) for county in failed]
        if not sum(fen):
            return 0
        self.world.publish(
            TrancheWithheld(county=failed, withheld_fen=fen), cause=self.world.state.counties.evaluated_seq[failed]
        )
        return sum(fen)

    def _receive_withheld(self) -> None:
        """What was held back comes once an evaluation passes the county."""
        counties = self.world.state.counties
        for purse in self._purses() if counties.withheld_fen.any() else ():
            for county in purse.counties:
                fen = int(counties.withheld_fen[county])
                if fen and self._verdict(county) == "passed":
                    let_go = self.world.publish(
                        TrancheWithheld(county=[county], withheld_fen=[-fen]), cause=counties.evaluated_seq[[county]]
                    )
                    self._pass_on(purse, fen, let_go.first)

    def _verdict(self, county: int) -> str:
        """Return what the last evaluation of a county said; nothing if there was none."""
        evaluation, counties = self.office.programme.evaluation, self.world.state.counties
        if evaluation is None or counties.evaluated_seq[county] == counties.opened_seq[county]:
            return ""
        return "passed" if counties.score[county] >= ONE * evaluation.pass_mark.value else "failed"

    def _pay(self, payer: int, payee: int, fen: int, cause: int) -> Rows[PaymentMade]:
        payment = PaymentMade(
            payer=[payer], payee=[payee], funder=[int(Funder.CENTRAL)], category=[int(Category.OTHER)], project=[-1],
            paid_fen=[fen],
        )  # fmt: skip
        return self.world.publish(payment, cause=cause)

    def _plan(self) -> None:
        """Every purse of the prefecture chooses its projects; together they are the plan that it files."""
        world, office = self.world, self.office
        units = plannable_units(world, office, self.prefecture)
        first, breaches, made = world.state.count("projects"), 0, list[Allocation]()
        for purse in self._purses():
            view = view_of(world, office, purse, units)
            made.append(allocation_of(office.strategy, view))
            breaches += approve(world, office, purse, made[-1], int(world.state.accounts.seq[self._account(purse)]))
        file_plan(world, office, self.prefecture, first, breaches=breaches, made=made)

    def _place_returned(self) -> None:
        """Every purse of the prefecture places anew what came back for stations that nobody took, and no more."""
        world, office = self.world, self.office
        first, breaches = world.state.count("projects"), 0
        for purse in self._purses():
            breaches += reallocate(world, office, purse)
        file_plan(world, office, self.prefecture, first, breaches=breaches)

    def _amend(self) -> None:
        """Every purse of the prefecture follows the changed plan, which is filed as a change."""
        world, office = self.world, self.office
        first, breaches, left = world.state.count("projects"), 0, list[int]()
        for purse in self._purses():
            view = view_of(world, office, purse, [])
            units = allocation_of(office.strategy, view).chosen
            cause = int(world.state.accounts.seq[self._account(purse)])
            went, broken = amend(world, office, purse, units, cause)
            left, breaches = left + went, breaches + broken
        file_plan(world, office, self.prefecture, first, breaches=breaches, left=left)

    def _account(self, purse: Purse) -> int:
        """Return the account that a purse is kept in."""
        if self.office.pooled:
            return prefecture_account(self.prefecture)
        state = self.world.state
        return county_account(state.prefecture_count, purse.counties[0])
