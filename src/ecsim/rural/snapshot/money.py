"""Money and projects of a snapshot: balances by account and funder, payments by head, projects by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.kernel.table import I64
from ecsim.rural.events import Category, ContractAwarded, Funder, Level, PaymentMade, ProjectKind, ProjectStatus
from ecsim.rural.snapshot.scope import BilingualName, Scope, yuan
from ecsim.rural.state.ledger import OPERATORS, PROVINCE, county_account, prefecture_account, spent_fen
from ecsim.rural.texts import text

FUNDERS = tuple(funder.name.lower() for funder in Funder)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is, and its balance in yuan by funder; what nobody of the scope holds comes as one account."""

    name: BilingualName
    central: float
    local: float
    social: float
    total: float


@dataclass(frozen=True, slots=True)
class Head:
    """What projects of a head were paid so far, in yuan by funder; ``level`` says who owns them."""

    category: BilingualName
    level: BilingualName
    central: float
    local: float
    social: float


@dataclass(frozen=True, slots=True)
class Transfer:
    """Central money that moved outside projects: a tranche, its share passed on, or what was recalled."""

    date: str
    payer: BilingualName
    payee: BilingualName
    yuan: float
    from_province: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The fund ledger; ``grants`` are those to station keepers, ``sum`` over every account and funder is zero."""

    accounts: tuple[Account, ...]
    heads: tuple[Head, ...]
    transfers: tuple[Transfer, ...]
    tranches: float
    grants: float
    sum: float


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the plan; dates in ISO form, None where it has not come to that; money in yuan."""

    project: int
    kind: BilingualName
    category: BilingualName
    level: BilingualName
    place: BilingualName
    stage: str
    approved: str
    contracted: str | None
    due: str | None
    finished: str | None
    days_late: int
    """Beyond what the contract says, at the end or so far."""
    quantity: int
    done: int
    central: float
    local: float
    social: float
    paid: float


def ledger(scope: Scope) -> Ledger:
    """Return the ledger as the scope sees it."""
    transfers = _transfers(scope)
    tranches = sum(transfer.yuan for transfer in transfers if transfer.from_province)
    total = int(scope.state.accounts.balance_fen.sum())
    return Ledger(_accounts(scope), _heads(scope), transfers, round(tranches, 2), _grants(scope), yuan(total))


def _grants(scope: Scope) -> float:
    """Return the running grants that the purses of the scope paid to station keepers, yuan."""
    paid = scope.rows(PaymentMade)
    in_scope = paid["payee"] == OPERATORS
    if scope.county is not None:
        in_scope &= np.isin(paid["payer"], _purses(scope, scope.county))
    return yuan(int(paid["paid_fen"][in_scope].sum()))


def _accounts(scope: Scope) -> tuple[Account, ...]:
    balance = scope.state.accounts.balance_fen
    in_scope = np.ones(len(balance), np.bool_)
    if scope.county is not None:
        in_scope = np.isin(np.arange(len(balance)), _purses(scope, scope.county))
    accounts = [_account(scope.called("accounts", row), balance[row]) for row in np.flatnonzero(in_scope)]
    if not in_scope.all():
        accounts.append(_account(BilingualName.of(text("accounts.others")), balance[~in_scope].sum(axis=0)))
    return tuple(accounts)


def _purses(scope: Scope, county: int) -> tuple[int, int]:
    """Return the accounts of a county and of its prefecture."""
    prefecture = int(scope.state.counties.prefecture[county])
    return prefecture_account(prefecture), county_account(len(scope.prefectures), county)


def _account(name: BilingualName, fen: I64) -> Account:
    central, local, social = (yuan(part) for part in fen)
    return Account(name, central, local, social, yuan(fen.sum()))


def _heads(scope: Scope) -> tuple[Head, ...]:
    paid, p = scope.rows(PaymentMade), scope.state.projects
    project = paid["project"]
    in_scope = np.flatnonzero(project >= 0)
    in_scope = in_scope[scope.owned(p.county[project[in_scope]], p.prefecture[project[in_scope]])]
    fen = np.zeros((len(Category), len(Level), len(Funder)), np.int64)
    np.add.at(
        fen,
        (paid["category"][in_scope], p.level[project[in_scope]], paid["funder"][in_scope]),
        spent_fen(paid["payer"][in_scope], paid["paid_fen"][in_scope]),
    )
    return tuple(
        Head(scope.word(Category, category), scope.word(Level, level), *(yuan(part) for part in fen[category, level]))
        for category, level in zip(*np.nonzero(fen.any(axis=2)), strict=True)
    )


def _transfers(scope: Scope) -> tuple[Transfer, ...]:
    paid = scope.rows(PaymentMade)
    in_scope = (paid["project"] < 0) & (paid["payee"] != OPERATORS) & (paid["funder"] == Funder.CENTRAL)
    if scope.county is not None:
        in_scope &= np.isin(paid["payee"], _purses(scope, scope.county))
    return tuple(
        Transfer(
            date=scope.date(paid["day"][row]),
            payer=scope.called("accounts", paid["payer"][row]),
            payee=scope.called("accounts", paid["payee"][row]),
            yuan=yuan(paid["paid_fen"][row]),
            from_province=bool(paid["payer"][row] == PROVINCE),
        )
        for row in np.flatnonzero(in_scope)
    )


def projects(scope: Scope) -> tuple[Project, ...]:
    """Return the projects of the scope, those shared by its prefecture included."""
    p, contracts = scope.state.projects, scope.state.count("projects")
    awarded = scope.rows(ContractAwarded)
    contracted = dict(zip(awarded["project"].tolist(), awarded["day"].tolist(), strict=True))
    in_scope = np.flatnonzero(scope.owned(p.county[:contracts], p.prefecture[:contracts]))
    return tuple(_project(scope, int(row), contracted.get(int(row))) for row in in_scope)


def _project(scope: Scope, row: int, contracted: int | None) -> Project:
    p = scope.state.projects
    stage = ProjectStatus(int(p.status[row]))
    finished = stage == ProjectStatus.FINISHED
    owner = ("counties", p.county[row]) if p.county[row] >= 0 else ("prefectures", p.prefecture[row])
    place = ("townships", p.township[row]) if p.township[row] >= 0 else owner
    return Project(
        project=row,
        kind=scope.word(ProjectKind, p.kind[row]),
        category=scope.word(Category, p.category[row]),
        level=scope.word(Level, p.level[row]),
        place=scope.called(*place),
        stage=stage.name.lower(),
        approved=scope.date(p.approved_day[row]),
        contracted=scope.date(contracted) if contracted is not None else None,
        due=scope.date(p.due_day[row]) if contracted is not None else None,
        finished=scope.date(p.finished_day[row]) if finished else None,
        days_late=_days_late(scope, row) if contracted is not None else 0,
        quantity=int(p.quantity[row]),
        done=int(p.done[row]),
        central=yuan(p.central_fen[row]),
        local=yuan(p.local_fen[row]),
        social=yuan(p.social_fen[row]),
        paid=yuan(p.paid_fen[row]),
    )


def _days_late(scope: Scope, row: int) -> int:
    p = scope.state.projects
    finished = p.status[row] == ProjectStatus.FINISHED
    return max(0, int(p.finished_day[row] if finished else scope.day) - int(p.due_day[row]))
