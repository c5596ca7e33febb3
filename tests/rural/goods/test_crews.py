"""Crews of packers: what they can pack, what is overtime, and when one is hired or dismissed (docs/model.md 4.7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import dealer, dealing, filled, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.events import CrewsMoved, DealerKind, DealersSettled
from ecsim.rural.goods.crews import crew_wanted, move_crews
from ecsim.rural.goods.orders import SentByHouseholds, fill_orders
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.region import Region
from tiny import Events, tiny_region

MERCHANTS = DealerKind.MERCHANTS
HOUR_A_KG = {"commerce.hours_a_kg": 1.0, "commerce.hours_a_parcel": 0.0}
"""Packing a kilogram takes an hour."""


def sent(*crews: int, ordered: int, line: int = 10**9, **numbers: Value) -> tuple[Region, Events]:
    """Let walnut merchants with crews of some hours fill orders of some kilograms; with day labour where said."""
    rows = [dealer(MERCHANTS, stock_g=1_000_000, packing_g=line, crew_seconds=3600 * hours) for hours in crews]
    goods = {f"goods.{name}": value for name, value in ({"day_labour": 0.0} | numbers).items()}
    region, events = dealing(*rows, numbers=HOUR_A_KG | goods)
    grams = np.zeros(len(region.world.state.dealers), np.int64)
    grams[4] = 1000 * ordered
    nothing = np.zeros_like(grams)
    events.clear()
    shops = SentByHouseholds(nothing, nothing, nothing, nothing)
    fill_orders(region.world, region.terms.goods, prices_of(region), grams, shops)
    return region, events


@pytest.mark.parametrize(
    ("crew", "ordered", "packed", "overtime_h"), [(8, 6, 6, 0), (8, 10, 10, 2), (8, 20, 10, 2), (0, 5, 0, 0)]
)
def test_a_crew_packs_what_its_hours_and_overtime_allow(
    crew: int, ordered: int, packed: int, overtime_h: int
) -> None:  # eight hours and a quarter of overtime are ten kilograms
    _, events = sent(crew, ordered=ordered)
    (found,) = filled(events).values()
    assert (found["filled_g"], found["overtime_seconds"]) == (1000 * packed, 3600 * overtime_h)
    assert found["lost_g"] + found["waiting_g"] == 1000 * (ordered - packed)


def test_day_labourers_work_a_share_of_what_the_line_could_do_beyond_the_crew() -> None:
    # A line of 15 kg, twice that in overtime; ten are the crew's, of the other 20 half.
    _, events = sent(8, ordered=40, line=15_000, day_labour=0.5)
    (found,) = filled(events).values()
    assert (found["filled_g"], found["overtime_seconds"]) == (20_000, 12 * 3600)


def test_what_one_has_no_hands_for_others_with_hands_send() -> None:
    _, events = sent(8, 8, ordered=15)
    first, second = filled(events).values()
    assert (first["filled_g"], second["filled_g"]) == (10_000, 5_000)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=3), st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_where_hands_are_always_found_a_crew_binds_nobody(crews: list[int], ordered: int) -> None:
    _, events = sent(*crews, ordered=ordered, day_labour=1.0)
    assert sum(of["filled_g"] for of in filled(events).values()) == 1000 * ordered


def settled(overtime_pay: float) -> dict[str, int]:
    """Return the first account, of one week, of a merchant with a crew of eight hours that packed ten kilograms."""
    region, events = sent(8, ordered=10, overtime_pay=overtime_pay)
    terms = region.terms
    commerce.settle_dealers(region.world, terms.packing, terms.goods, terms.dealing)
    return {name: int(column[0]) for name, column in events.of(DealersSettled).items()}


def test_overtime_is_paid_more_worked_by_hand() -> None:
    # Ten hours at 12 yuan, two of them half more.
    found = settled(0.5)
    assert (found["job_hours"], found["overtime_hours"], found["idle_hours"]) == (10, 2, 0)
    assert found["wages_fen"] == 1200 * 11


def test_idle_hours_are_hours_that_are_paid() -> None:
    region, events = sent(8, ordered=0, idle_pay=0.5)
    terms = region.terms
    commerce.settle_dealers(region.world, terms.packing, terms.goods, terms.dealing)
    account = {name: int(column[0]) for name, column in events.of(DealersSettled).items()}
    assert (account["job_hours"], account["idle_hours"], account["wages_fen"]) == (4, 4, 4800)


def wanted(now: float, needed: list[float], *, full: float = 1e9, lost: float = 0.0, **numbers: float) -> float:
    """Return the crew that one dealer goes on with."""
    usual = {"day_labour": 0.5, "overtime_pay": 0.5, "idle_pay": 0.25, "turnover_weeks": 1.0, "crew_overtime": 1.25}
    terms: GoodsTerms = replace(tiny_region()[0].terms.goods, **(usual | numbers))
    return float(crew_wanted(np.array([now]), np.array([needed]), np.array([full]), np.array([lost]), terms)[0])


def test_a_dealer_hires_up_to_where_an_hour_saves_what_it_costs_worked_by_hand() -> None:
    # Of twelve weeks six need 10 hours and six 20: an eleventh hour saves 6 x 0.5 of overtime and costs 6 x 0.25 idle,
    # 1.5 wages, more than the one of hiring; with four weeks of 20 it saves 2 - 2.
    assert wanted(0.0, [10.0] * 6 + [20.0] * 6) == 20.0
    assert wanted(0.0, [10.0] * 8 + [20.0] * 4) == 10.0


def test_between_hiring_and_dismissing_nothing_is_done() -> None:
    # An hour between 10 and 20 saves 2 and costs 2, less than turnover either way; beyond 20 it is idle for 3 wages.
    weeks = [10.0] * 8 + [20.0] * 4
    assert [wanted(now, weeks) for now in (5.0, 14.0, 19.0, 30.0)] == [10.0, 14.0, 19.0, 20.0]


def test_what_is_lost_without_hands_is_a_reason_to_hire() -> None:
    # No day labour: one week of 20 hours lacks 20 - 1.25 x crew; an hour is worth 1.25 x 6 wages of margin.
    weeks = [10.0] * 11 + [20.0]
    assert wanted(0.0, weeks, day_labour=0.0, full=20.0) == 10.0
    assert wanted(0.0, weeks, day_labour=0.0, full=20.0, lost=6.0) == 16.0


def test_who_pays_by_the_piece_lets_nobody_go() -> None:
    assert wanted(50.0, [10.0] * 12, idle_pay=0.0) == 50.0


@given(
    st.lists(st.floats(0.0, 100.0), min_size=12, max_size=12), st.floats(0.0, 100.0), st.floats(0.0, 10.0),
    st.floats(0.0, 8.0),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_dearer_turnover_never_moves_a_crew_further(needed: list[float], now: float, lost: float, cost: float) -> None:
    free = wanted(now, needed, lost=lost, full=max(needed), turnover_weeks=cost)
    dear = wanted(now, needed, lost=lost, full=max(needed), turnover_weeks=cost + 1.0)
    assert abs(dear - now) <= abs(free - now)


def test_hiring_is_paid_for_once_and_the_crew_stays() -> None:
    # Ten kilograms a week are ten hours; hiring takes a week's wage of each.
    row = dealer(MERCHANTS, forecast_g=10_000, crew_seconds=0)
    region, events = dealing(row, numbers=HOUR_A_KG | {"goods.idle_pay": 0.25})
    coming = np.ones((len(region.world.state.crops), 12))
    for expected in (1, 0):
        events.clear()
        move_crews(region.world, region.terms.goods, region.terms.packing, prices_of(region), coming)
        assert events.rows(CrewsMoved) == expected
    d = region.world.state.dealers
    assert (d.crew_seconds[4], d.cash_fen[4]) == (36_000, -12_000)
