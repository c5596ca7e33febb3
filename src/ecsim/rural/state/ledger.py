"""The fund ledger: double entry in fen; every payment moves money from one account to another.

Accounts, in order: the province, suppliers and contractors, station operators (grants), the outside (where budgets and
social capital come from), then one a prefecture, then one a county. Each has a balance of every funder's money: a
county's of local money is what its budget has set aside for matching, that of social capital what investors have put
up for its works. All balances together are zero, always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import Funder, PaymentMade, Stamp
from ecsim.rural.state.state import State

if TYPE_CHECKING:
    from ecsim.rural.state import kernels
else:
    kernels = later("ecsim.rural.state.kernels")

PROVINCE, SUPPLIERS, OPERATORS, OUTSIDE = range(4)
_FIRST_PREFECTURE = 4


def prefecture_account(prefecture: int) -> int:
    """Return the account of a prefecture."""
    return _FIRST_PREFECTURE + prefecture


def county_account(prefectures: int, county: int) -> int:
    """Return the account of a county, in a region of so many prefectures."""
    return _FIRST_PREFECTURE + prefectures + county


def accounts_needed(prefectures: int, counties: int) -> int:
    """Return how many accounts a region has."""
    return _FIRST_PREFECTURE + prefectures + counties


def own_accounts(county: I32 | I64, prefecture: I32 | I64, prefectures: int) -> I64:
    """Return the account of each county, or of its prefecture where there is none (below 0).

    Parameters
    ----------
    county, prefecture : shape (n,)
    prefectures : how many there are
    """
    own = np.where(county >= 0, prefectures + county.astype(np.int64), prefecture.astype(np.int64))
    return np.asarray(_FIRST_PREFECTURE + own, np.int64)


def purse_accounts(prefecture: I32, prefectures: int, *, pooled: bool) -> I64:
    """Return the account that the central money of each county is kept in, shape (counties,).

    Parameters
    ----------
    prefecture : of each county
    prefectures : how many there are
    pooled : whether prefectures hold the money
    """
    counties = np.arange(len(prefecture), dtype=np.int64)
    return _FIRST_PREFECTURE + (prefecture.astype(np.int64) if pooled else prefectures + counties)


def spent_fen(payer: I32, paid_fen: I64) -> I64:
    """Return what payments for projects add to what was spent on them: what suppliers give back is taken off."""
    return np.where(payer == SUPPLIERS, -paid_fen, paid_fen)


@applies(PaymentMade)
def pay(state: State, event: PaymentMade, stamp: Stamp) -> None:
    """What one account gives the other gets; a project's payments are added up, less what suppliers give back."""
    accounts, projects = state.accounts, state.projects
    kernels.pay(event.payer, event.payee, event.funder, event.paid_fen, stamp.first, accounts.balance_fen, accounts.seq)
    returned = event.payer == SUPPLIERS
    kernels.pay_for_projects(
        event.project, event.funder, event.paid_fen, returned, projects.paid_fen, projects.paid_by_fen
    )
    back = (event.payee == PROVINCE) & (event.funder == Funder.CENTRAL)
    if back.any():
        np.add.at(accounts.recalled_fen, event.payer[back], event.paid_fen[back])
    state.filled("accounts", len(accounts))
