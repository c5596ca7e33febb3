"""How online orders are filled, and what becomes of those that are not (docs/model.md 4.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing, filled, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, OrdersFilled, ProjectKind
from ecsim.rural.goods.orders import SentByHouseholds, fill_orders, packing_g
from ecsim.rural.region import Region
from tiny import Events, facility

MERCHANTS, SHOPS = DealerKind.MERCHANTS, DealerKind.SHOPS


def fill(region: Region, events: Events, *ordered: int, sent: Sequence[int] = ()) -> dict[int, dict[str, int]]:
    """Fill orders of dealers 4, 5, …; of what households' shops send each gram brings 3 fen, 2 of it theirs."""
    terms, state = region.terms, region.world.state
    grams, by_households = (np.zeros(len(state.dealers), np.int64) for _ in range(2))
    grams[4 : 4 + len(ordered)] = ordered
    by_households[4 : 4 + len(sent)] = sent
    prices = prices_of(region)
    shops = SentByHouseholds(by_households, by_households, 3 * by_households, 2 * by_households)
    events.clear()
    fill_orders(region.world, terms.goods, prices, grams, shops)
    return filled(events)


def walnuts(
    *stocks: int, ordered: Sequence[int], lines: Sequence[int] = (), numbers: Mapping[str, Value] | None = None
) -> list[dict[str, int]]:
    """Return what becomes of the orders of walnut merchants with some stock and packing lines."""
    packing = lines or [10**9] * len(stocks)
    dealers = [dealer(MERCHANTS, stock_g=grams, packing_g=line) for grams, line in zip(stocks, packing, strict=True)]
    return [*fill(*dealing(*dealers, numbers=numbers), *ordered).values()]


def test_orders_are_filled_from_ones_own_stock_first_worked_by_hand() -> None:
    # Walnuts are sold as they are, at 30 yuan a kilogram; fees, boxes, carriage and processing take 0.166 x 30 + 4 +
    # 2; wages are paid by the month.
    region, events = dealing(dealer(MERCHANTS, stock_g=20_000))
    (found,) = fill(region, events, 6_000).values()
    assert found == {
        "dealer": 4, "ordered_g": 6_000, "taken_g": 0, "filled_g": 6_000, "lost_g": 0, "waiting_g": 0, "sent_g": 6_000,
        "processed_g": 0, "paid_fen": 18_000, "costs_fen": 6_588, "overtime_seconds": 0,
    }  # fmt: skip
    d = region.world.state.dealers
    assert (d.stock_g[4], d.cash_fen[4], d.packed_g[4], d.sold_fen[4]) == (14_000, 11_412, 6_000, 18_000)


def test_goods_that_lose_weight_leave_the_stock_raw() -> None:
    # A kilogram of leaf gives half of one of tea; 1,001 g of leaf are enough for 500 g of tea.
    region, events = dealing(dealer(MERCHANTS, TEA, stock_g=1_001))
    (found,) = fill(region, events, 2_000).values()
    assert (found["filled_g"], found["sent_g"]) == (500, 1_000)


def test_what_one_cannot_fill_is_offered_once_to_those_with_stock_left() -> None:
    first, second = walnuts(5_000, 20_000, ordered=[8_000, 6_000])
    assert (first["filled_g"], first["taken_g"], first["waiting_g"], first["lost_g"]) == (5_000, -3_000, 0, 0)
    assert (second["filled_g"], second["taken_g"]) == (9_000, 3_000)


def test_a_packing_line_binds_and_the_rest_waits_or_is_lost_worked_by_hand() -> None:
    # A line of 3,500 g a week packs twice that in a pinch: 7,000, of which 6,000 are its own; 1,000 g more it takes
    # over. Of 2,000 g that nobody can fill seven tenths wait.
    first, second = walnuts(5_000, 20_000, ordered=[8_000, 6_000], lines=[10**9, 3_500])
    assert (second["filled_g"], second["taken_g"]) == (7_000, 1_000)
    assert (first["taken_g"], first["waiting_g"], first["lost_g"]) == (-1_000, 1_400, 600)


def test_what_waits_is_due_the_next_week() -> None:
    region, events = dealing(dealer(MERCHANTS, stock_g=0))
    fill(region, events, 1_000)
    (found,) = fill(region, events, 500).values()
    assert (found["ordered_g"], found["waiting_g"], found["lost_g"]) == (500, 840, 360)


def test_goods_that_leave_nothing_are_sent_to_ones_own_buyers_and_not_taken_over() -> None:
    numbers: dict[str, Value] = {"selling.carriage_level": 10.0, "goods.cost_pass_through": 0.0}
    first, second = walnuts(5_000, 20_000, ordered=[8_000, 6_000], numbers=numbers)
    assert (first["filled_g"], first["taken_g"], second["filled_g"]) == (5_000, 0, 6_000)


def test_other_products_and_traders_are_no_help() -> None:
    region, events = dealing(dealer(MERCHANTS), dealer(MERCHANTS, STRAWBERRY, stock_g=9_000), traders_g=10**9)
    assert fill(region, events, 1_000)[4]["filled_g"] == 0


def test_what_households_sent_is_their_dealers_and_what_they_lack_others_send() -> None:
    # Shops send 400 g of the 1,000 ordered of them; merchants have stock and take over the rest.
    region, events = dealing(dealer(MERCHANTS, stock_g=9_000), dealer(SHOPS))
    found = fill(region, events, 0, 1_000, sent=[0, 400])
    assert found[4]["filled_g"] == 600
    shops = {name: found[5][name] for name in ("filled_g", "taken_g", "sent_g", "paid_fen", "costs_fen")}
    assert shops == {"filled_g": 400, "taken_g": -600, "sent_g": 400, "paid_fen": 1_200, "costs_fen": 400}
    assert region.world.state.dealers.stock_g[5] == 0


def test_a_public_line_is_shared_by_what_each_lacks_worked_by_hand() -> None:
    # Own lines pack 2,000 and nothing; wanted 5,000 and 9,000: lacking 3,000 and 9,000, of which 4,000 is a third:
    # a line of 2,000 that works twice its ordinary week, as own ones do.
    region, _ = dealing(dealer(MERCHANTS, packing_g=1_000), dealer(MERCHANTS, packing_g=0))
    region.world.publish(facility(ProjectKind.PACKING_LINE, county=[0], capacity_g=[2_000], township=[-1]))
    wanted = np.array([0, 0, 0, 0, 5_000, 9_000] + [0] * (len(region.world.state.dealers) - 6))
    assert packing_g(region.world.state, region.terms.goods, wanted)[4:6].tolist() == [3_000, 3_000]


@pytest.mark.parametrize("line", [0, 1_000, 2_500, 10_000])
def test_more_packing_never_lowers_what_is_sent(line: int) -> None:
    def sent(grams: int) -> int:
        return sum(of["filled_g"] for of in walnuts(5_000, 20_000, ordered=[8_000, 6_000], lines=[1_000, grams]))

    assert sent(line) <= sent(line + 1_000)


NUMBER = st.integers(0, 50_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([WALNUT, TEA]), NUMBER, NUMBER, NUMBER), min_size=1, max_size=8))
def test_orders_are_filled_lost_or_wait_and_nobody_sends_more_than_it_has(
    dealers: list[tuple[int, int, int, int]],
) -> None:
    region, events = dealing(*(dealer(MERCHANTS, crop, stock_g=s, packing_g=p) for crop, s, p, _ in dealers))
    packing, ordered = np.array(dealers).T[2:]
    for _ in range(2):  # the second week what waits of the first is due too
        state = region.world.state
        before, had = state.dealers.waiting_g.copy(), state.dealers.stock_g.copy()
        fill(region, events, *ordered.tolist())
        found = events.of(OrdersFilled)
        of = found["dealer"]
        due = before[of] + found["ordered_g"] + found["taken_g"]
        np.testing.assert_array_equal(due, found["filled_g"] + found["lost_g"] + found["waiting_g"])
        assert np.bincount(state.dealers.crop[of], found["taken_g"], 4).tolist() == [0] * 4
        assert (found["sent_g"] <= had[of]).all()
        yields = state.crops.conversion[state.dealers.crop[of]]
        assert (found["filled_g"] <= found["sent_g"] * yields // 1_000_000).all()
        assert (found["filled_g"] <= 2 * packing[of - 4]).all()
        assert all((found[name] >= 0).all() for name in ("filled_g", "lost_g", "waiting_g"))
        passes = found["taken_g"] < 0
        assert (found["filled_g"][passes] <= (due - found["taken_g"])[passes]).all()
