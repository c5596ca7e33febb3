"""Accounts of merchants of other goods: cash, credit, bills that wait, profits (docs/model.md 4.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.commerce.merchants import affordable_fen, settle_merchants, wind_up
from ecsim.rural.events import EnterpriseKind, EnterprisesBaselined, EnterprisesTraded, MerchantsSettled
from ecsim.rural.region import Region
from tiny import Events, made, tiny_region

YEARLY = 52_000_000
"""Ten thousand yuan a week."""


def merchant(cash_fen: int = 0, owed_fen: int = 0, **numbers: Value) -> tuple[Region, Events, commerce.MerchantTerms]:
    """Return the region with one merchant that has some money."""
    columns: dict[str, Any] = {
        "enterprise": [0], "county": [0], "enterprise_kind": [int(EnterpriseKind.MERCHANT)], "yearly_fen": [YEARLY],
        "founder": [0], "founder_household": [-1], "cash_fen": [cash_fen], "owed_fen": [owed_fen],
    }  # fmt: skip
    usual: dict[str, Value] = {"commerce.merchant_margin": 0.2, "goods.credit_weeks": 0.0}
    region, events = tiny_region(opened={EnterprisesBaselined: columns}, numbers=usual | numbers)
    terms = region.terms
    return region, events, commerce.MerchantTerms(terms.commerce, terms.goods, terms.dealing)


def sells(cash_fen: int, wanted_fen: int, **numbers: Value) -> float:
    """Return what a merchant sells that has some money, of what it could."""
    region, _, terms = merchant(cash_fen, **numbers)
    return float(affordable_fen(region.world.state, terms, np.array([0]), np.array([float(wanted_fen)]))[0])


def test_a_merchant_sells_what_its_money_buys_worked_by_hand() -> None:
    # Goods of 100 fen of sales cost 80.
    assert [sells(cash, 1_000) for cash in (0, 400, 800, 10_000)] == [0.0, 500.0, 1_000.0, 1_000.0]
    assert sells(0, 1_000, **{"goods.credit_weeks": 1.0}) == 1_000.0
    assert sells(-YEARLY, 1_000, **{"goods.credit_weeks": 1.0}) == 0.0


def test_who_has_goods_for_nothing_needs_no_money() -> None:
    region, _, terms = merchant()
    free = terms._replace(commerce=replace(terms.commerce, merchant_margin=1.0))
    assert affordable_fen(region.world.state, free, np.array([0]), np.array([7.0])).tolist() == [7.0]


def settled(sold_fen: int, wages_fen: int = 0, **given: Any) -> tuple[dict[str, int], Region]:
    """Return the account of four weeks of a merchant, and the region."""
    region, events, terms = merchant(**given)
    traded = made(EnterprisesTraded, enterprise=[0], other_fen=[sold_fen], wages_fen=[wages_fen], yearly_fen=[YEARLY])
    region.world.publish(traded)
    settle_merchants(region.world, terms, traded, 4)
    return {name: int(column[0]) for name, column in events.of(MerchantsSettled).items()}, region


def test_an_account_of_four_weeks_worked_by_hand() -> None:
    # Of 600 owed and 300 sold platforms pay 4/6; goods cost 240, fixed costs 40 yuan a month less 20 fen.
    numbers: dict[str, Value] = {"commerce.merchant_pay_weeks": 2.0, "dealing.overhead_yuan_a_year": 520.0}
    found, region = settled(300, 50, cash_fen=10_000, owed_fen=600, **numbers)
    e = region.world.state.enterprises
    assert (found["received_fen"], found["goods_fen"], found["fees_fen"]) == (600, 240, 4_000)
    assert (e.owed_fen[0], e.cash_fen[0]) == (300, 10_000 + 600 - 240 - 4_000 - 50 - found["drawn_fen"])


def test_bills_of_the_opening_are_what_a_steady_month_leaves() -> None:
    found, region = settled(4 * YEARLY // 52, owed_fen=2 * YEARLY // 52, **{"commerce.merchant_pay_weeks": 2.0})
    assert found["received_fen"] == 4 * YEARLY // 52
    assert region.world.state.enterprises.owed_fen[0] == 2 * YEARLY // 52


@pytest.mark.parametrize(("cash", "months"), [(-(10**9), 1), (10**9, 0)])
def test_months_in_which_debts_are_above_all_it_has_are_counted(cash: int, months: int) -> None:
    assert settled(100, cash_fen=cash)[0]["lean_months"] == months


def test_the_long_bankrupt_close() -> None:
    region, _, _ = merchant()
    region.world.publish(made(MerchantsSettled, enterprise=[0], lean_months=[3]))
    terms = replace(region.terms.commerce, closing=0.0, smallest_fen=0)
    for patience, alive in ((4, True), (3, False)):
        commerce.close_enterprises(region.world, terms, region.terms.goods, patience)
        assert region.world.state.enterprises.alive[0] == alive


def test_owners_have_what_is_left_when_a_merchant_ends() -> None:
    region, events, _ = merchant(cash_fen=500, owed_fen=200)
    wind_up(region.world, np.array([0]))
    e = region.world.state.enterprises
    assert events.of(MerchantsSettled)["drawn_fen"].tolist() == [700]
    assert (e.cash_fen[0], e.owed_fen[0]) == (0, 0)
