"""Accounts of merchants of other goods: what cash and credit buy, bills that platforms pay later, profits drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import EnterpriseKind, EnterprisesTraded, MerchantsSettled
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
MONTHS_A_YEAR = 13
FIRST_KEY_OF_FOUNDED = 2**20
"""Draw keys from here on are of enterprises that were founded; below are the rows of the opening's."""


class MerchantTerms(NamedTuple):
    """Numbers that merchants' accounts read."""

    commerce: CommerceTerms
    goods: GoodsTerms
    dealing: DealingTerms


def affordable_fen(state: State, terms: MerchantTerms, enterprise: I64, wanted_fen: F64) -> F64:
    """Return what merchants sell of what they could: as much as their cash and credit buy, shape (n,).

    Parameters
    ----------
    enterprise : rows, shape (n,)
    wanted_fen : shape (n,), what buyers would have of each in these weeks

    Notes
    -----
    Suppliers give credit for some weeks of sales, as to dealers.
    """
    e = state.enterprises
    credit = terms.goods.credit_weeks / WEEKS_A_YEAR * e.yearly_fen[enterprise]
    buys = np.maximum(e.cash_fen[enterprise] + credit, 0.0)
    costs = 1.0 - terms.commerce.merchant_margin
    return np.minimum(wanted_fen, np.floor(buys / costs)) if costs > 0 else wanted_fen


def settle_merchants(world: World, terms: MerchantTerms, traded: EnterprisesTraded, weeks: int) -> None:
    """Merchants pay for goods and fixed costs, platforms pay a part of what they owe; once a year owners draw profits.

    Parameters
    ----------
    traded : accounts of enterprises of these weeks
    weeks : that are settled at once

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    e = state.enterprises
    of = e.kind[traded.enterprise] == EnterpriseKind.MERCHANT
    rows, sold, wages = (column[of] for column in (traded.enterprise, traded.other_fen, traded.wages_fen))
    goods = np.rint((1.0 - terms.commerce.merchant_margin) * sold).astype(np.int64)
    fees = np.full(len(rows), round(100.0 * terms.dealing.overhead_yuan_a_year * weeks / WEEKS_A_YEAR))
    received = np.floor(e.owed_fen[rows] / (1.0 + terms.commerce.merchant_pay_weeks / weeks)).astype(np.int64)
    cash = e.cash_fen[rows] + received - goods - fees
    reserve = terms.dealing.reserve_weeks / WEEKS_A_YEAR * e.yearly_fen[rows]
    surplus = np.floor(terms.dealing.drawn_share * np.maximum(cash - reserve, 0.0)).astype(np.int64)
    luck = world.draws.uniform("review_month", 0, e.lot[rows])
    turn = world.week // weeks % MONTHS_A_YEAR == np.floor(MONTHS_A_YEAR * luck)
    lean = cash + e.owed_fen[rows] - received < fees + wages
    world.publish(
        MerchantsSettled(
            enterprise=rows,
            household=_owners(state, rows),
            goods_fen=goods,
            fees_fen=fees,
            received_fen=received,
            drawn_fen=np.where(turn, surplus, 0),
            lean_months=np.where(lean, e.lean_months[rows] + 1, 0),
        ),
        cause=e.seq[rows],
    )


def wind_up(world: World, enterprise: I64) -> None:
    """Merchants that end collect their bills; owners have what is left, suppliers lose what is not.

    Parameters
    ----------
    enterprise : rows
    """
    e = world.state.enterprises
    rows = enterprise[e.kind[enterprise] == EnterpriseKind.MERCHANT]
    if not len(rows):
        return
    nothing = np.zeros(len(rows), np.int64)
    world.publish(
        MerchantsSettled(
            enterprise=rows,
            household=_owners(world.state, rows),
            goods_fen=nothing,
            fees_fen=nothing,
            received_fen=e.owed_fen[rows],
            drawn_fen=np.maximum(e.cash_fen[rows] + e.owed_fen[rows], 0),
            lean_months=e.lean_months[rows],
        ),
        cause=e.seq[rows],
    )


def _owners(state: State, rows: I64) -> I64:
    """Return the household that has the profits of each, or -1; founders of before the run earn theirs all along."""
    e = state.enterprises
    return np.where(e.lot[rows] >= FIRST_KEY_OF_FOUNDED, e.founder_household[rows], -1)
