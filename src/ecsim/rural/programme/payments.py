"""Payments of works by milestones, each funder its part from what it has; and what comes back (docs/model.md 4.10).

What a project may claim is reckoned from the state, whole: what was paid is taken off it, so that a part that was not
paid when it was due is paid once there is money, and a part too much comes back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Category, Funder, PaymentMade, ProjectKind, ProjectStatus
from ecsim.rural.programme.administration import FundAdministration, FundTerms
from ecsim.rural.programme.limited_payments import lawful_fen, mark_payments
from ecsim.rural.programme.purse_facts import ENDED
from ecsim.rural.world import (
    ONE,
    OUTSIDE,
    SUPPLIERS,
    WEEKS_A_YEAR,
    State,
    World,
    own_accounts,
    purse_accounts,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
OWN = (Funder.LOCAL, Funder.SOCIAL)
"""Funders whose money is a place's own, and not the purse's."""
_IS_ENDED = np.isin(np.arange(len(ProjectStatus)), ENDED)


def budget_fen(state: State, projects: I64) -> I64:
    """Return what each funder has promised projects, shape (projects, funders)."""
    p = state.projects
    return np.column_stack([p.central_fen[projects], p.local_fen[projects], p.social_fen[projects]]).astype(np.int64)


def payers(state: State, projects: I64, *, pooled: bool) -> I64:
    """Return the account that each funder pays projects from, shape (projects, funders).

    Central money is in the purse; local and social money of a project in the account of its county, or of its
    prefecture where it is for all counties.
    """
    county = state.projects.county[projects]
    own = own_accounts(county, state.projects.prefecture[projects], state.prefecture_count)
    purse = purse_accounts(state.counties.prefecture, state.prefecture_count, pooled=pooled)
    central = np.where(county >= 0, purse[county], own)
    return np.column_stack([central, own, own])


def due_share(state: State, terms: FundTerms, day: int, projects: I64) -> F64:
    """Return the share of its price that each project has a claim to by now, shape (projects,).

    The advance at the award; more half-way; all but the retention at the opening, the retention a while after it. Of
    stations what did open counts, from the week after. Works that were given up have earned what desk work was done
    for.
    """
    p = state.projects
    status = p.status[projects]
    share = np.where(p.half_done[projects], terms.advance + terms.half_way, terms.advance)
    kept = p.finished_day[projects] + 7 * terms.retention_weeks > day
    stations = p.kind[projects] == ProjectKind.STATIONS
    opened = np.where(stations, p.done[projects] / np.maximum(p.quantity[projects], 1), 1.0)
    settled = (status == ProjectStatus.FINISHED) & ~_opening(state, day, projects)
    share = np.where(settled, opened * np.where(kept, 1.0 - terms.retention, 1.0), share)
    done = 1.0 - p.desk_left[projects] / np.maximum(p.desk[projects], 1)
    return np.where(_IS_ENDED[status], np.minimum(share, done), share)


def _opening(state: State, day: int, projects: I64) -> Bool:
    """Return which projects are of stations that keepers are offered today: nobody has seen yet how many open."""
    p = state.projects
    return np.asarray((p.kind[projects] == ProjectKind.STATIONS) & (p.finished_day[projects] == day), np.bool_)


def claims_fen(state: State, terms: FundTerms, day: int, projects: I64) -> I64:
    """Return what is owed to suppliers of projects by each funder; below zero: what they owe back.

    They do of works that were given up and of stations that did not open, not for terms that changed since.

    Returns
    -------
    shape (projects, funders)
    """
    p = state.projects
    price = due_share(state, terms, day, projects) * (p.price_factor[projects] / ONE)
    due = np.rint(price[:, None] * budget_fen(state, projects)).astype(np.int64) - p.paid_by_fen[projects]
    status = p.status[projects]
    returns = _IS_ENDED[status] | (p.kind[projects] == ProjectKind.STATIONS) & (status == ProjectStatus.FINISHED)
    return np.where((p.price_factor[projects] == 0)[:, None], 0, np.where(returns[:, None], due, np.maximum(due, 0)))


def owed_fen(state: State, terms: FundTerms, day: int, projects: I64) -> I64:
    """Return what suppliers of accepted works wait for, all funders together, shape (projects,)."""
    finished = state.projects.status[projects] == ProjectStatus.FINISHED
    owed = np.maximum(claims_fen(state, terms, day, projects), 0).sum(axis=1)
    return np.asarray(np.where(finished, owed, 0), np.int64)


@dataclass(frozen=True)
class Purses:
    """What is left in accounts while a week's decisions are made; taken off as they are.

    Attributes
    ----------
    left_fen : shape (accounts, funders)
    """

    left_fen: I64

    @classmethod
    def after(cls, state: State, payer: I64, claims: I64) -> Purses:
        """Return what accounts have once they have paid what is owed, or nothing."""
        left = state.accounts.balance_fen.copy()
        for funder in Funder:
            np.subtract.at(left[:, funder], payer[:, funder], np.maximum(claims[:, funder], 0))
        return cls(np.maximum(left, 0))

    def can_pay(self, payer: I64, fen: I64, funders: tuple[Funder, ...]) -> bool:
        """Return whether some funders have what they would pay; shapes (funders,)."""
        return all(self.left_fen[payer[funder], funder] >= fen[funder] for funder in funders)

    def promise(self, payer: I64, fen: I64) -> None:
        """Take off what is promised; local and social money may be owed, so none goes below zero."""
        for funder in Funder:
            self.left_fen[payer[funder], funder] = max(0, self.left_fen[payer[funder], funder] - fen[funder])


def settle(world: World, office: FundAdministration) -> None:
    """Pay what is owed for works, as far as each funder has money and may, and take back what was not earned.

    No central money is paid by which a share of the rule book would be broken: that part of a claim waits.
    """
    p = world.state.projects
    projects = np.flatnonzero(p.price_factor > 0)
    if not projects.size:
        return
    claims = claims_fen(world.state, office.terms, world.day, projects)
    payer = payers(world.state, projects, pooled=office.pooled)
    row, funder = np.nonzero(claims < 0)
    _pay(world, projects[row], np.full(len(row), SUPPLIERS), payer[row, funder], funder, -claims[row, funder])
    barred = world.state.projects.barred[projects][:, None] & (np.arange(len(Funder)) == Funder.CENTRAL)
    row, funder = np.nonzero((claims > 0) & ~barred)
    lawful = lawful_fen(world, office, projects[row], funder, claims[row, funder])
    paid = affordable(lawful, payer[row, funder] * len(Funder) + funder, world.state.accounts.balance_fen)
    some = paid > 0
    row, funder = row[some], funder[some]
    mark_payments(world, office, projects[row], funder, paid[some])
    _pay(world, projects[row], payer[row, funder], np.full(len(row), SUPPLIERS), funder, paid[some])


def affordable(wanted: I64, account: I64, balance_fen: I64) -> I64:
    """Return what is paid of sums in their order, until an account is empty.

    Parameters
    ----------
    account : place of each in ``balance_fen``, counted row by row
    """
    paid, balance = np.zeros_like(wanted), balance_fen.ravel()
    order = np.argsort(account, kind="stable")
    upto = np.cumsum(wanted[order])
    first = np.searchsorted(account[order], account[order])
    before = upto - wanted[order] - (upto - wanted[order])[first]
    paid[order] = np.clip(balance[account[order]] - before, 0, wanted[order])
    return paid


def _pay(world: World, project: I64, payer: I64, payee: I64, funder: I64, fen: I64) -> None:
    if not project.size:
        return
    p = world.state.projects
    world.publish(
        PaymentMade(
            payer=payer, payee=payee, funder=funder, category=p.category[project], project=project, paid_fen=fen
        ),
        cause=p.seq[project],
    )  # fmt: skip


def appropriate(world: World, office: FundAdministration) -> None:
    """Once a year from its first plan on, a place's budget sets local money aside and investors put social capital up.

    Either gives a share of what its plan promises of it, be what came before used or not.
    """
    state, p = world.state, world.state.projects
    planned = np.flatnonzero((p.status > ProjectStatus.ABSENT) & (p.status <= ProjectStatus.FINISHED))
    account = payers(state, planned, pooled=office.pooled)[:, Funder.LOCAL]
    accounts = len(state.accounts)
    first = np.full(accounts, world.day + 1, np.int64)
    np.minimum.at(first, account, p.approved_day[planned].astype(np.int64))
    due = (world.day - first) % (7 * WEEKS_A_YEAR) == 0
    if not due.any():
        return
    approval = np.full(accounts, -1, np.int64)
    np.maximum.at(approval, account, p.seq[planned])
    cause = np.where(first == world.day, approval, state.accounts.seq)
    promised = np.zeros((accounts, len(Funder)), np.int64)
    np.add.at(promised, account, budget_fen(state, planned))
    for funder, share in zip(OWN, (office.terms.local_budget, office.terms.social_budget), strict=True):
        fen = np.rint(share * promised[:, funder]).astype(np.int64)
        places = np.flatnonzero(due & (fen > 0))
        if places.size:
            world.publish(_set_aside(places, int(funder), fen[places]), cause=cause[places])


def _set_aside(accounts: I64, funder: int, fen: I64) -> PaymentMade:
    n = len(accounts)
    return PaymentMade(
        payer=np.full(n, OUTSIDE), payee=accounts, funder=np.full(n, funder),
        category=np.full(n, int(Category.OTHER)), project=np.full(n, -1), paid_fen=fen,
    )  # fmt: skip
