"""The law of hours: what was packed, sold and driven is worked by somebody, who is paid once, by somebody named."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.calendar import WEEKS_A_MONTH
from ecsim.rural.events import (
    CrewsMoved,
    CropsBaselined,
    DealerListed,
    DealersBaselined,
    DealersSettled,
    DeliveryCosted,
    EnterpriseFounded,
    EnterpriseKind,
    EnterprisesBaselined,
    EnterprisesTraded,
    Event,
    HoursWorked,
    HouseholdsBaselined,
    JobsFilled,
    OperatorKind,
    OperatorsBaselined,
    OrdersFilled,
    PaymentMade,
    PoolFormed,
    RoundsDriven,
    Stamp,
    TradeCarried,
    WagesPaid,
    Work,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named, put
from ecsim.rural.laws.workers import Workers
from ecsim.rural.state import State

_OPENS = (EnterprisesBaselined, EnterpriseFounded, DealersBaselined, DealerListed, OperatorsBaselined, PoolFormed)


class Hours:
    """Hours and wages of every county and kind of work: those due, those in the accounts, those paid to somebody.

    Journals of before `HoursWorked` say nothing of whom hours were for; nothing is held of them.

    Parameters
    ----------
    wages_are_charged : whether dealers and merchants say what they pay; in journals of before none of them does
    """

    name = "hours"
    listens: tuple[type[Event], ...] = (
        CropsBaselined, HouseholdsBaselined, EnterprisesBaselined, EnterpriseFounded, DealersBaselined, DealerListed,
        OperatorsBaselined, PoolFormed, OrdersFilled, CrewsMoved, DealersSettled, EnterprisesTraded, RoundsDriven,
        TradeCarried, DeliveryCosted, PaymentMade, HoursWorked, WagesPaid, JobsFilled,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns, *, wages_are_charged: bool = True) -> None:
        self.facts, self._wages_are_charged, self._workers = facts, wages_are_charged, Workers(facts)
        self._day = 0
        self._enterprise_county = self._enterprise_kind = np.zeros(0, np.int32)
        self._dealer_county = self._operator_county = np.zeros(0, np.int32)
        self._buses = np.zeros(0, np.bool_)  # which operators are bus lines: passengers pay their crews
        self._crew_seconds = self._overtime_seconds = np.zeros(0, np.int64)
        counties, works = len(facts.counties), len(Work)
        self._due = np.zeros((counties, works), np.int64)  # hours that accounts must hold; of delivery, seconds
        self._charged_fen = np.zeros((counties, works), np.int64)  # wages in accounts of dealers and merchants
        self._most_fen = np.zeros((counties, works), np.int64)  # that wages may come to
        self._works_fen = 0
        self._worked, self._paid = np.zeros((2, counties, works), np.int64), np.zeros((2, counties, works), np.int64)
        self._sums = np.zeros((2, 2), np.int64)
        self._accounts = False
        self._found: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Keep the accounts; look at a day's when the next one begins."""
        if stamp.day > self._day:
            self._end_day()
            self._day = stamp.day
        self._workers.see(event, stamp)
        if isinstance(event, HoursWorked):
            self._account(event)
        elif isinstance(event, WagesPaid):
            self._pay(event)
        elif isinstance(event, _OPENS):
            self._open(event)
        else:
            self._make_due(event)

    def _open(self, event: Event) -> None:
        """Take note of who is where, and of crews."""
        if isinstance(event, EnterprisesBaselined | EnterpriseFounded):
            self._enterprise_county = put(self._enterprise_county, event.enterprise, event.county)
            self._enterprise_kind = put(self._enterprise_kind, event.enterprise, event.enterprise_kind)
        elif isinstance(event, DealersBaselined | DealerListed):
            county = self.facts.of(CropsBaselined, "county")[event.crop]
            self._dealer_county = put(self._dealer_county, event.dealer, county)
            self._crew_seconds = put(self._crew_seconds, event.dealer, event.crew_seconds)
            self._overtime_seconds = put(self._overtime_seconds, event.dealer, 0)
        elif isinstance(event, OperatorsBaselined):
            self._operator_county = put(self._operator_county, event.operator, event.county)
            self._buses = event.operator_kind == OperatorKind.BUS_LINE
        elif isinstance(event, PoolFormed):
            self._operator_county = put(self._operator_county, event.pool, event.county)

    def _make_due(self, event: Event) -> None:
        if isinstance(event, DealersSettled):
            county = self._dealer_county[event.dealer]
            np.add.at(self._due[:, Work.PACKING], county, event.job_hours)
            np.add.at(self._charged_fen[:, Work.PACKING], county, event.wages_fen)
            self._hold_crews(event)
        elif isinstance(event, EnterprisesTraded):
            of_goods = self._enterprise_kind[event.enterprise] == EnterpriseKind.MERCHANT
            county = self._enterprise_county[event.enterprise[of_goods]]
            np.add.at(self._due[:, Work.OTHER_GOODS], county, event.job_hours[of_goods])
            np.add.at(self._charged_fen[:, Work.OTHER_GOODS], county, event.wages_fen[of_goods])
            self._hold_sales(event)
        elif isinstance(event, RoundsDriven):
            paid = ~np.isin(event.operator, np.flatnonzero(self._buses))
            county = self._operator_county[event.operator[paid]]
            np.add.at(self._due[:, Work.DELIVERY], county, event.crew_seconds[paid])
        elif isinstance(event, CrewsMoved):
            self._crew_seconds[event.dealer] = event.crew_seconds
        elif isinstance(event, OrdersFilled):
            np.add.at(self._overtime_seconds, event.dealer, event.overtime_seconds)
        elif isinstance(event, TradeCarried):
            np.add.at(self._most_fen[:, Work.DELIVERY], self._operator_county[event.operator], event.crew_fen)
        elif isinstance(event, DeliveryCosted):
            np.add.at(self._most_fen[:, Work.DELIVERY], event.county, event.crew_fen + event.handling_fen)
        elif isinstance(event, PaymentMade):
            self._works_fen += int(event.paid_fen[event.project >= 0].sum())

    def _hold_crews(self, event: DealersSettled) -> None:
        """Hold that a crew works and is idle in ordinary hours that it has, and that beyond them is overtime."""
        overtime = np.rint(self._overtime_seconds[event.dealer] / 3600.0).astype(np.int64)
        ordinary = event.job_hours - event.overtime_hours
        most = self._crew_seconds[event.dealer] * WEEKS_A_MONTH / 3600.0 + 1.0
        apart = np.abs(event.overtime_hours - overtime) > 1
        idle = (event.idle_hours < 0) | (event.idle_hours > ordinary)
        says = (
            (apart, "paid {paid:,} h of overtime; {overtime:,} were worked"),
            (
                (ordinary > most) | idle,
                "paid {ordinary:,} ordinary h, {idle:,} idle ones among them; its crew has {most:,.0f}",
            ),
        )
        for wrong, message in says:
            for row in np.flatnonzero(wrong).tolist():
                dealer = event.dealer[row]
                words = message.format(
                    paid=event.overtime_hours[row],
                    overtime=overtime[row],
                    ordinary=ordinary[row],
                    idle=event.idle_hours[row],
                    most=most[row],
                )
                self._find(int(self._dealer_county[dealer]), Work.PACKING, f"dealer {dealer} {words}")
        self._overtime_seconds[event.dealer] = 0

    def _hold_sales(self, event: EnterprisesTraded) -> None:
        """Hold that a merchant pays wages out of what it sold."""
        for row in np.flatnonzero(event.wages_fen > event.other_fen).tolist():
            enterprise, paid, sold = (int(of[row]) for of in (event.enterprise, event.wages_fen, event.other_fen))
            message = f"enterprise {enterprise} paid {paid:,} fen of wages out of sales of {sold:,} fen"
            self._find(int(self._enterprise_county[enterprise]), Work.OTHER_GOODS, message)

    def _account(self, event: HoursWorked) -> None:
        self._accounts = True
        for worked, hours in zip(self._worked, (event.hours, event.wages_fen), strict=True):
            np.add.at(worked, (event.county, event.work), hours)
        for paid, hours in zip(self._paid, (event.others_hours, event.others_fen), strict=True):
            np.add.at(paid, (event.county, event.work), hours)
        for row in np.flatnonzero((event.others_hours < 0) | (event.others_fen < 0)).tolist():
            self._find(int(event.county[row]), int(event.work[row]), "others worked less than nothing")

    def _pay(self, event: WagesPaid) -> None:
        of_row = ~event.each
        county, work = self.facts.household_county[event.household[of_row]], event.work[of_row]
        for paid, amount in zip(self._paid, (event.hours[of_row], event.paid_fen[of_row]), strict=True):
            np.add.at(paid, (county, work), amount)

    def _end_day(self) -> None:
        """Hold what was due, what is in the accounts and what was paid against each other."""
        for wrong in self._workers.end_day():
            if self._accounts:
                self._find(wrong.county, wrong.work, f"{wrong.message} (seq {wrong.seq:,})", seq=wrong.seq)
        if self._accounts and (self._worked.any() or self._due[:, Work.PACKING].any()):
            self._hold_due()
            for worked, paid, unit in zip(
                self._worked, self._paid, ("hours were worked", "fen of wages are due"), strict=True
            ):
                for county, work in np.argwhere(worked != paid).tolist():
                    message = f"{worked[county, work]:,} {unit}; {paid[county, work]:,} were paid to somebody"
                    self._find(county, work, message)
            self._sums += np.stack([self._worked.sum(axis=(1, 2)), self._paid.sum(axis=(1, 2))])
        self._worked.fill(0)
        self._paid.fill(0)

    def _hold_due(self) -> None:
        hours, fen = self._worked
        for work in (Work.PACKING, Work.OTHER_GOODS):
            for county in np.flatnonzero(hours[:, work] != self._due[:, work]).tolist():
                message = f"{self._due[county, work]:,} hours were needed; {hours[county, work]:,} are in the accounts"
                self._find(county, work, message)
            self._due[:, work] = 0
            self._hold_charged(work, fen[:, work])
        crews = self._due[:, Work.DELIVERY] - 3600 * hours[:, Work.DELIVERY]
        for county in np.flatnonzero((crews < 0) | (crews >= 3600)).tolist():
            self._find(county, Work.DELIVERY, f"crews' time and hours in the accounts are {crews[county]:,} s apart")
        self._due[:, Work.DELIVERY] = crews
        for county in np.flatnonzero(fen[:, Work.DELIVERY] > self._most_fen[:, Work.DELIVERY]).tolist():
            self._find(county, Work.DELIVERY, f"wages of {fen[county, Work.DELIVERY]:,} fen are more than it cost")
        self._most_fen[hours[:, Work.DELIVERY] > 0, Work.DELIVERY] = 0
        self._works_fen -= int(fen[:, Work.PUBLIC_WORKS].sum())
        if self._works_fen < 0:
            self._find(0, Work.PUBLIC_WORKS, "wages of works are more than was paid for projects")

    def _hold_charged(self, work: Work, fen: I64) -> None:
        """Hold that whoever packs or sells is paid by the dealers and merchants of the county, no more and no less."""
        charged = self._charged_fen[:, work]
        for county in np.flatnonzero((fen != charged) & self._wages_are_charged).tolist():
            self._find(
                county, work, f"wages are {fen[county]:,} fen; dealers and merchants paid {charged[county]:,} fen"
            )
        self._charged_fen[:, work] = 0

    def _find(self, county: int, work: int, message: str, **of: int) -> None:
        name, place = Work(work).name.lower(), self.facts.counties[county]
        at = {"county": place, "work": name, "day": self._day, **of}
        self._found.append(Finding("hours", f"{place}, {name}, account of day {self._day}: {message}", at))

    def violations(self, state: State) -> list[Finding]:
        """Return accounts in which hours or wages are nobody's, or more than was due."""
        self._end_day()
        seconds = self._due[:, Work.DELIVERY]
        for county in np.flatnonzero(seconds != state.counties.crew_seconds).tolist():
            says = f"crews are owed {seconds[county]:,} s; the state says {state.counties.crew_seconds[county]:,}"
            self._find(county, Work.DELIVERY, says)
        return named(self._found)

    def summary(self) -> str:
        """Return how much was added up."""
        (hours, fen), _ = self._sums
        return (
            f"{hours:,} hours were worked and {fen / 100:,.2f} yuan of wages paid for them, each to a household or to "
            f"others, in each county and kind of work; dealers, merchants, operators and contractors paid them"
        )
