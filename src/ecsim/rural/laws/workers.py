"""Whose wages are for which hours, and who holds the jobs that are counted.

The cause of a row of wages says for which account of hours it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ecsim.rural.events import (
    Event,
    Founder,
    HoursWorked,
    HouseholdsBaselined,
    JobsFilled,
    Stamp,
    VillagesBaselined,
    WagesPaid,
    Work,
)
from ecsim.rural.laws.claims import contradictions
from ecsim.rural.laws.opening_columns import I64, OpeningColumns

_KNOWN = int(Founder.YOUNG | Founder.RETURNEE | Founder.REGISTERED_POOR)
"""Groups of a person that the opening tells of the household; of others it tells no more than that they stay."""


class WrongWork(NamedTuple):
    """What is wrong with a row of wages or jobs, or with an account of hours."""

    county: int
    work: int
    seq: int
    message: str


class _Accounts(NamedTuple):
    """Accounts of hours of a day, by sequence number; shape (accounts,) each."""

    seq: I64
    county: I64
    township: I64
    work: I64
    hours: I64
    others_hours: I64


class _Wages(NamedTuple):
    """Wages of a day; shape (rows,) each."""

    seq: I64
    account: I64
    household: I64
    work: I64
    workers: I64
    hours: I64


class _Jobs(NamedTuple):
    """Jobs taken up and given up on a day; shape (rows,) each."""

    seq: I64
    household: I64
    county: I64
    group: I64
    jobs: I64
    first_jobs: I64


class Workers:
    """Jobs that households hold, the most they held, and which counties have had an account."""

    listens: tuple[type[Event], ...] = (HouseholdsBaselined, HoursWorked, WagesPaid, JobsFilled)

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        self._accounts: list[I64] = []
        self._wages: list[I64] = []
        self._jobs: list[I64] = []
        self._had_account = np.zeros(len(facts.counties), np.bool_)
        self._held = self._most = self._could_work = self._group = np.zeros(0, np.int64)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of accounts, wages and jobs; they are held against each other when the day has ended."""
        if isinstance(event, HouseholdsBaselined):
            self._open()
        elif isinstance(event, HoursWorked):
            of = (event.county, event.township, event.work, event.hours, event.others_hours)
            self._accounts.append(np.stack([stamp.seqs(event), *of]))
        elif isinstance(event, WagesPaid):
            paid = (stamp.cause, event.household, event.work, event.workers, event.hours)
            self._wages.append(np.stack([stamp.seqs(event), *paid]))
        elif isinstance(event, JobsFilled):
            filled = (event.household, event.county, event.group, event.jobs, event.first_jobs)
            self._jobs.append(np.stack([stamp.seqs(event), *filled]))

    def _open(self) -> None:
        facts, households = self.facts, len(self.facts.weight)
        self._held, self._most = np.zeros((2, households), np.int64)
        self._could_work = facts.weight * facts.of(HouseholdsBaselined, "workers")
        young = facts.of(HouseholdsBaselined, "age_class") == 0
        returnee, poor = (facts.of(HouseholdsBaselined, name) for name in ("returnee", "poor"))
        self._known = Founder.YOUNG * young + Founder.RETURNEE * returnee + Founder.REGISTERED_POOR * poor
        self._group = np.full(households, -1)

    def end_day(self) -> Iterator[WrongWork]:
        """Yield what of a day's wages and jobs fits neither accounts of hours nor households nor each other."""
        if self._accounts or self._wages or self._jobs:
            accounts = _Accounts(*_joined(self._accounts, len(_Accounts._fields)))
            wages = _Wages(*_joined(self._wages, len(_Wages._fields)))
            yield from self._hold_accounts(accounts, wages)
            yield from self._hold_workers(wages)
            yield from self._hold_jobs(_Jobs(*_joined(self._jobs, len(_Jobs._fields))), wages)
            self._had_account[accounts.county] = True
        for of in (self._accounts, self._wages, self._jobs):
            of.clear()

    def _hold_accounts(self, accounts: _Accounts, wages: _Wages) -> Iterator[WrongWork]:
        """Wages are for one account each, of where who works lives, and add up to it with those of others."""
        known = np.isin(wages.account, accounts.seq)
        for row in np.flatnonzero(~known).tolist():
            yield self._of_wages(wages, row, f"are for no hours of the day, but for seq {wages.account[row]:,}")
        rows = np.flatnonzero(known)
        place, household = np.searchsorted(accounts.seq, wages.account[rows]), wages.household[rows]
        lives = self.facts.of(VillagesBaselined, "township")[self.facts.of(HouseholdsBaselined, "village")[household]]
        away = (accounts.township[place] >= 0) & (lives != accounts.township[place])
        away |= self.facts.household_county[household] != accounts.county[place]
        for at in np.flatnonzero(away | (wages.work[rows] != accounts.work[place])).tolist():
            work, where = Work(accounts.work[place[at]]).name.lower(), self.facts.counties[accounts.county[place[at]]]
            of = f"are for {work} in {where}, township {accounts.township[place[at]]}: not its work, or not its place"
            yield self._of_wages(wages, int(rows[at]), of)
        pairs = place * (len(self._held) + 1) + household
        for at in np.setdiff1d(np.arange(len(rows)), np.unique(pairs, return_index=True)[1]).tolist():
            yield self._of_wages(wages, int(rows[at]), f"are the second for the hours of seq {wages.account[at]:,}")
        paid, workers = np.zeros((2, len(accounts.seq)), np.int64)
        np.add.at(paid, place, wages.hours[rows])
        np.add.at(workers, place, wages.workers[rows])
        yield from _hold_sums(accounts, paid, workers)

    def _hold_workers(self, wages: _Wages) -> Iterator[WrongWork]:
        """Who is paid works an hour at least, and of a row's households no more work than have workers."""
        for row in np.flatnonzero((wages.workers < 1) | (wages.hours < wages.workers)).tolist():
            yield self._of_wages(wages, row, f"are of {wages.workers[row]:,} workers for {wages.hours[row]:,} hours")
        busy = np.zeros_like(self._could_work)
        np.add.at(busy, wages.household, wages.workers)
        for row in np.flatnonzero((busy > self._could_work)[wages.household]).tolist():
            who = wages.household[row]
            yield self._of_wages(wages, row, f"are of {busy[who]:,} workers with its others; it has "
                                 f"{self._could_work[who]:,}")  # fmt: skip

    def _hold_jobs(self, jobs: _Jobs, wages: _Wages) -> Iterator[WrongWork]:
        """Who is counted as employed is paid that day; works of the programme are no jobs."""
        np.add.at(self._held, jobs.household, jobs.jobs)
        lasting = wages.work != Work.PUBLIC_WORKS
        paid = np.zeros_like(self._held)
        np.add.at(paid, wages.household[lasting], wages.workers[lasting])
        seqs = dict(zip(jobs.household.tolist(), jobs.seq.tolist(), strict=True))
        for who in np.flatnonzero(self._held != paid).tolist():
            message = f"household {who} holds {self._held[who]:,} jobs; {paid[who]:,} workers of it are paid"
            yield WrongWork(int(self.facts.household_county[who]), Work.PACKING, seqs.get(who, -1), message)
        held, group, home = self._held[jobs.household], jobs.group, self.facts.household_county[jobs.household]
        first = np.where(self._had_account[home], np.maximum(held - self._most[jobs.household], 0), 0)
        before = self._group[jobs.household]
        same = ((before < 0) | (before == group)) & ((group & _KNOWN) == self._known[jobs.household])
        for row in np.flatnonzero((jobs.first_jobs != first) | ~same | (jobs.county != home)).tolist():
            message = (
                f"household {jobs.household[row]} is counted with {jobs.first_jobs[row]:,} first jobs of county "
                f"{jobs.county[row]} and groups {group[row]}; by its wages they are {first[row]:,} of county "
                f"{home[row]}, and it is of groups {max(before[row], self._known[jobs.household[row]])}"
            )
            yield WrongWork(int(home[row]), Work.PACKING, int(jobs.seq[row]), message)
        self._group[jobs.household] = group
        np.maximum(self._most, self._held, out=self._most)

    def _of_wages(self, wages: _Wages, row: int, message: str) -> WrongWork:
        household = int(wages.household[row])
        county = int(self.facts.household_county[household])
        says = f"wages of household {household} {message}"
        return WrongWork(county, int(wages.work[row]), int(wages.seq[row]), says)


def _hold_sums(accounts: _Accounts, paid: I64, workers: I64) -> Iterator[WrongWork]:
    """Hours of households and of others are those of the account; all who work a whole month work as long.

    Parameters
    ----------
    paid, workers : shape (accounts,), hours paid to households, and how many of them worked these
    """
    for at in np.flatnonzero(paid + accounts.others_hours != accounts.hours).tolist():
        yield _of_account(accounts, at, f"of {accounts.hours[at]:,} hours {paid[at]:,} are paid to households and "
                          f"{accounts.others_hours[at]:,} to others")  # fmt: skip
    some = np.flatnonzero(workers > 0)
    least, others = (paid[some] - 0.5) / workers[some], workers[some] - 1  # the last may work a part of a month
    most = np.divide(paid[some] + 0.5, others, out=np.full(len(some), np.inf), where=others > 0)
    for low, high in contradictions(np.zeros(len(some), np.int64), least, most):
        one, other = int(some[low]), int(some[high])
        message = (
            f"{workers[one]:,} workers have {paid[one]:,} hours, and {workers[other]:,} have {paid[other]:,} for the "
            f"account of seq {accounts.seq[other]:,}: no month is as long for both"
        )
        yield _of_account(accounts, one, message)


def _of_account(accounts: _Accounts, at: int, message: str) -> WrongWork:
    return WrongWork(int(accounts.county[at]), int(accounts.work[at]), int(accounts.seq[at]), message)


def _joined(batches: Sequence[I64], columns: int) -> I64:
    """Return batches of a day one after the other; shape (columns, rows)."""
    return np.concatenate([np.zeros((columns, 0), np.int64), *batches], axis=1)
