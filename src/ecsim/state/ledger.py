"""The fund ledger: double entry in fen; every payment moves money from one account to another.

Accounts, in order: the province, suppliers and contractors, station operators (grants), the outside (where local and
social capital come from), then one a prefecture, then one a county. All balances together are zero, always.
"""

from __future__ import annotations

import numpy as np

from ecsim.events.event import Stamp
from ecsim.events.funds import PaymentMade
from ecsim.state.apply import applies
from ecsim.state.state import State

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


@applies(PaymentMade)
def pay(state: State, event: PaymentMade, stamp: Stamp) -> None:
    """What one account gives the other gets; a project's payments are added up."""
    balance = state.accounts.balance_fen
    np.subtract.at(balance, (event.payer, event.funder), event.paid_fen)
    np.add.at(balance, (event.payee, event.funder), event.paid_fen)
    for account in (event.payer, event.payee):
        state.accounts.seq[account] = stamp.seqs(event)
    for_project = event.project >= 0
    np.add.at(state.projects.paid_fen, event.project[for_project], event.paid_fen[for_project])
    state.filled("accounts", len(state.accounts))
