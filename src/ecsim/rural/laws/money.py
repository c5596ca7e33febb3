"""The law of money: what one account gives another gets, nobody gives what it has not, projects stay in budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.journal.objects import gathered
from ecsim.rural.events import (
    Event,
    FacilityOpened,
    FacilitySettled,
    Funder,
    Level,
    OffersEnded,
    PaymentMade,
    ProjectApproved,
    Stamp,
    StationsSettled,
)
from ecsim.rural.laws.keeping import KeepingCosts
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import State
from ecsim.rural.state.ledger import OPERATORS, SUPPLIERS, county_account, prefecture_account, spent_fen

FUNDERS = len(Funder)
FIRST_PURSE = prefecture_account(0)
"""Accounts from here on are purses and budgets of prefectures and counties; those below may owe."""


class Money:
    """Every payment, every budget, every running grant, and what keeping goods and running facilities costs.

    Parameters
    ----------
    facts : the opening's columns
    grants_are_paid : whether each grant of a station has a payment; in the first version of `StationsSettled` none has
    rooms_are_charged : see `KeepingCosts`
    running_is_paid : whether budgets pay what public facilities cost beyond their fees; before, nobody was said to
    """

    name = "money"
    listens: tuple[type[Event], ...] = (
        PaymentMade, ProjectApproved, OffersEnded, StationsSettled, FacilityOpened, FacilitySettled,
        *KeepingCosts.listens,
    )  # fmt: skip

    def __init__(
        self, facts: OpeningColumns, *, grants_are_paid: bool = True, rooms_are_charged: bool = True,
        running_is_paid: bool = True,
    ) -> None:  # fmt: skip
        self._keeping = KeepingCosts(facts, rooms_are_charged=rooms_are_charged)
        self._grants: dict[int, int] = {}
        self._grants_are_paid, self._running_is_paid = grants_are_paid, running_is_paid
        self._run_by: dict[int, tuple[int, int, int]] = {}  # facility: level, county, prefecture
        self._running: dict[tuple[int, int, int, int], int] = {}  # day, and who runs it: fen beyond fees
        self._payments: list[tuple[Event, Stamp]] = []
        self._budgets: list[tuple[Event, Stamp]] = []
        self._returns: list[tuple[Event, Stamp]] = []
        self.payments = self.paid_fen = self.projects = 0

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of payments and budgets; they are added up at the end."""
        if isinstance(event, PaymentMade):
            self._payments.append((event, stamp))
            self.payments += event.rows
            self.paid_fen += int(event.paid_fen.sum())
        elif isinstance(event, OffersEnded):
            self._returns.append((event, stamp))
        elif isinstance(event, StationsSettled):
            self._grants[stamp.day] = self._grants.get(stamp.day, 0) + int(event.grant_fen.sum())
        elif isinstance(event, FacilityOpened):
            places = zip(event.level.tolist(), event.county.tolist(), event.prefecture.tolist(), strict=True)
            self._run_by.update(zip(event.facility.tolist(), places, strict=True))
        elif isinstance(event, FacilitySettled):
            self._run(event, stamp.day)
        elif isinstance(event, KeepingCosts.listens):
            self._keeping.see(event)
        else:
            self._budgets.append((event, stamp))
            self.projects += event.rows

    def _run(self, event: FacilitySettled, day: int) -> None:
        """Take note of what facilities of counties and prefectures cost beyond the fees of their users."""
        short = event.running_fen + event.returned_fen - event.fees_fen
        for row in np.flatnonzero((event.owner < 0) & (short > 0)).tolist():
            at = (day, *self._run_by[int(event.facility[row])])
            self._running[at] = self._running.get(at, 0) + int(short[row])

    def violations(self, state: State) -> list[Finding]:
        """Return where money was lost, made, overdrawn or spent beyond a budget."""
        payments = _columns(self._payments, ("seq", "day", "payer", "payee", "funder", "project", "paid_fen"))
        backwards = [
            Finding("money", f"the payment at seq {seq:,} (day {day}) is of {fen:,} fen", {"seq": seq, "day": day})
            for seq, day, fen in payments[payments[:, 6] < 0][:, [0, 1, 6]].tolist()
        ]
        findings = named(backwards) + _ledger(payments, state) + _overdrawn(payments) + self._projects(payments, state)
        findings += self._keeping.violations(state)
        if self._running_is_paid:
            findings += self._not_run(payments, state)
        return findings + (self._unpaid(payments) if self._grants_are_paid else [])

    def _unpaid(self, payments: I64) -> list[Finding]:
        """Return days on which stations got other grants than were paid to them."""
        paid: dict[int, int] = {}
        for day, fen in payments[payments[:, 3] == OPERATORS][:, [1, 6]].tolist():
            paid[day] = paid.get(day, 0) + fen
        return named(
            Finding(
                "money",
                f"stations got grants of {self._grants.get(day, 0):,} fen on day {day}; "
                f"{paid.get(day, 0):,} fen were paid",
                {"day": day},
            )
            for day in sorted({*self._grants, *paid})
            if self._grants.get(day, 0) != paid.get(day, 0)
        )

    def _not_run(self, payments: I64, state: State) -> list[Finding]:
        """Return days on which a budget paid more or less for facilities than they cost it beyond their fees."""
        due: dict[tuple[int, int], int] = {}
        for (day, level, county, prefecture), fen in self._running.items():
            of_prefecture = level == Level.PREFECTURE
            account = (
                prefecture_account(prefecture) if of_prefecture else county_account(state.prefecture_count, county)
            )
            due[day, account] = due.get((day, account), 0) + fen
        paid: dict[tuple[int, int], int] = {}
        of_budget = (payments[:, 2] >= FIRST_PURSE) & (payments[:, 3] == SUPPLIERS) & (payments[:, 5] < 0)
        running = of_budget & (payments[:, 4] == Funder.LOCAL)
        for day, account, fen in payments[running][:, [1, 2, 6]].tolist():
            paid[day, account] = paid.get((day, account), 0) + fen
        return named(
            Finding(
                "money",
                f"running facilities cost account {account} {due.get((day, account), 0):,} fen beyond fees on day "
                f"{day}; it paid {paid.get((day, account), 0):,} fen",
                {"day": day, "account": account},
            )
            for day, account in sorted({*due, *paid})
            if due.get((day, account), 0) != paid.get((day, account), 0)
        )

    def _projects(self, payments: I64, state: State) -> list[Finding]:
        """Return projects whose payments are not what the state counts, or exceed what a funder promised."""
        budgets = _columns(self._budgets, ("project", "central_fen", "local_fen", "social_fen", "quantity"))
        projects = len(state.projects)
        promised, paid = np.zeros((projects, FUNDERS), np.int64), np.zeros((projects, FUNDERS), np.int64)
        promised[budgets[:, 0]] = budgets[:, 1:4]
        returns = _columns(self._returns, ("project", "untaken", "returned_fen", "day"))
        too_much = _returned_too_much(returns, budgets)
        settled = returns[returns[:, 3] < payments[:, 1].max(initial=-1)]  # what suppliers owe they give back next week
        promised[settled[:, 0], Funder.CENTRAL] -= settled[:, 2]
        of_project = payments[payments[:, 5] >= 0]
        spent = spent_fen(of_project[:, 2].astype(np.int32), of_project[:, 6])
        np.add.at(paid, (of_project[:, 5], of_project[:, 4]), spent)
        unfunded = [
            _of_project(project, f"gave back more {Funder(funder).name.lower()} money than it got")
            for project, funder in np.argwhere(paid < 0).tolist()
        ]
        counted = [
            _of_project(project, f"got {int(paid[project].sum()):,} fen; the state counts {fen:,} fen")
            for project in np.flatnonzero(paid.sum(axis=1) != state.projects.paid_fen).tolist()
            for fen in [int(state.projects.paid_fen[project])]
        ]
        over = [
            _of_project(
                project,
                f"got {int(paid[project, funder]):,} fen of {Funder(funder).name.lower()} money; "
                f"its budget is {int(promised[project, funder]):,} fen",
            )
            for project, funder in np.argwhere(paid > promised).tolist()
        ]
        return named(counted) + named(over) + named(unfunded) + named(too_much)

    def summary(self) -> str:
        """Return how much was added up."""
        return (
            f"{self.payments:,} payments of {self.paid_fen / 100:,.2f} yuan in all; each ledger sums to 0, no purse "
            f"was overdrawn, no project is beyond its budget ({self.projects:,} were approved); growers paid "
            f"{self._keeping.paid_fen / 100:,.2f} yuan for feed and cold rooms, as they were charged"
        )


def _columns(batches: Sequence[tuple[Event, Stamp]], names: Sequence[str]) -> I64:
    """Return columns of batches of one kind side by side, shape (rows, columns)."""
    if not batches:
        return np.zeros((0, len(names)), np.int64)
    columns = gathered(batches)
    return np.stack([columns[name] for name in names], axis=-1).astype(np.int64)


def _returned_too_much(returns: I64, budgets: I64) -> Iterator[Finding]:
    """Yield the projects that gave back more than their budget has for the stations that nobody took.

    Parameters
    ----------
    returns : project, stations, fen and day of each
    budgets : project, central, local and social fen, and stations of each
    """
    budget = {project: (central, stations) for project, central, _, _, stations in budgets.tolist()}
    for project, untaken, fen, _ in returns.tolist():
        central, stations = budget[project]
        if fen * stations > central * untaken + stations:  # but for the fen to which both are rounded
            yield _of_project(
                project,
                f"leaves {fen:,} fen to its purse for {untaken} stations that nobody took; "
                f"it has {central:,} fen for {stations}",
            )


def _of_project(project: int, message: str) -> Finding:
    return Finding("money", f"project {project} {message}", {"project": project})


def _ledger(payments: I64, state: State) -> list[Finding]:
    """Return funders whose ledger does not sum to zero, and accounts that the payments do not lead to."""
    balance = np.zeros_like(state.accounts.balance_fen)
    np.subtract.at(balance, (payments[:, 2], payments[:, 4]), payments[:, 6])
    np.add.at(balance, (payments[:, 3], payments[:, 4]), payments[:, 6])
    sums = state.accounts.balance_fen.sum(axis=0)
    findings = [
        Finding("money", f"the ledger of {funder.name.lower()} money sums to {int(sums[funder]):,} fen, not 0")
        for funder in Funder
        if sums[funder]
    ]
    wrong = np.argwhere(balance != state.accounts.balance_fen)
    return findings + named(
        Finding(
            "money",
            f"account {account} holds {int(state.accounts.balance_fen[account, funder]):,} fen of "
            f"{Funder(int(funder)).name.lower()} money; its payments come to {int(balance[account, funder]):,} fen",
            {"account": int(account)},
        )
        for account, funder in wrong
    )


def _overdrawn(payments: I64) -> list[Finding]:
    """Return the first payment by which each purse gave more than it had."""
    seq, day, payer, payee, funder, _, fen = payments.T
    account, whose = np.concatenate([payer, payee]), np.concatenate([funder, funder])
    moved = np.concatenate([-fen, fen])
    key = account * FUNDERS + whose
    order = np.lexsort((np.concatenate([seq, seq]), key))
    running = np.cumsum(moved[order])
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    before = np.concatenate([[0], running])[begins]
    held = running - np.repeat(before, np.diff(np.append(begins, len(order))))
    low = order[(held < 0) & (account[order] >= FIRST_PURSE)]
    _, first = np.unique(key[low], return_index=True)
    return named(
        Finding(
            "money",
            f"account {account[row]} paid {-moved[row]:,} fen of {Funder(int(whose[row])).name.lower()} money at seq "
            f"{seq[row % len(seq)]:,} (day {day[row % len(seq)]}), more than it had",
            {"account": int(account[row]), "seq": int(seq[row % len(seq)]), "day": int(day[row % len(seq)])},
        )
        for row in low[first]
    )
