"""Who has no line for first processing, who has one for him, and who builds one (docs/model.md 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealing import WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.calendar import Calendar
from ecsim.rural.commerce.listings import Listing, list_dealers
from ecsim.rural.events import (
    CropsBaselined,
    DealerKind,
    DealerListed,
    DealersBaselined,
    EnterpriseKind,
    EnterprisesBaselined,
    GoodsProcessed,
    OrdersFilled,
)
from ecsim.rural.events.goods import DealersAdjusted
from ecsim.rural.goods.hired_lines import LineNeeds, hired_g, hiring_pays, not_covered, spare_g
from ecsim.rural.regions.opening import OrdinaryYear, default_numbers, open_region
from ecsim.rural.regions.pack import load_pack
from tiny import run, tiny_region, tiny_scenario

PROCESSORS = {EnterprisesBaselined: {"enterprise_kind": [EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT, 0]}}
STILL: dict[str, Value] = {"goods.forecast_speed": 0.0}


def needs(*rows: tuple[float, bool, bool], crop: list[int] | None = None) -> LineNeeds:
    """Return needs of dealers: own orders, without a line, processor."""
    own, without, processor = (np.array(column) for column in zip(*rows, strict=True))
    return LineNeeds(np.array(crop or [0] * len(rows)), own.astype(np.float64), without, processor)


def test_processors_expect_the_work_of_those_without_a_line_in_proportion_to_their_orders_worked_by_hand() -> None:
    # 8 kg are asked for; of processors with 1 and 3 kg of orders one expects 2, the other 6.
    found = hired_g(needs((8, True, False), (1, False, True), (3, False, True), (5, False, False)), 1)
    assert found.tolist() == [0.0, 2.0, 6.0, 0.0]
    assert hired_g(needs((8, True, False), (0, False, True)), 1).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("cost", "pays"), [(99.0, True), (101.0, False)])
def test_work_for_others_pays_where_it_leaves_more_than_a_line_costs_worked_by_hand(cost: float, pays: bool) -> None:
    # 52 weeks of 2,000 fen, of which 15 % are left, over a peak of 156: 100 fen a year.
    terms = tiny_region()[0].terms.goods
    assert terms.own_processing == 0.85
    assert hiring_pays(np.array([2_000.0]), np.array([156.0]), terms, cost).tolist() == [pays]


def test_who_comes_first_is_served_first_worked_by_hand() -> None:
    # 10 kg to spare of the first product for needs of 4, 4 and 4: the last by luck finds 2. The second has none.
    of = needs((4, True, False), (4, True, False), (4, True, False), (4, True, False), crop=[0, 0, 0, 1])
    luck = np.array([0.9, 0.1, 0.5, 0.2])
    assert not_covered(of, np.array([10.0, 0.0]), luck).tolist() == [0.5, 0.0, 0.0, 1.0]


@given(st.lists(st.tuples(st.floats(0.1, 9), st.booleans()), min_size=1, max_size=8), st.floats(0, 40))
def test_what_is_not_covered_is_what_is_asked_beyond_what_there_is(
    rows: list[tuple[float, bool]], spare: float
) -> None:
    of = needs(*((own, without, False) for own, without in rows))
    share = not_covered(of, np.array([spare]), np.linspace(0, 1, len(rows)))
    asked = float((of.own_g * of.without).sum())
    assert float((share * of.own_g).sum()) == pytest.approx(max(asked - spare, 0.0), abs=1e-9)
    assert (share[~of.without] == 0).all()


def test_lines_to_spare_are_those_of_processors_beyond_their_orders_and_public_ones() -> None:
    of = needs((4, False, True), (9, False, True), (1, False, False))
    assert spare_g(of, np.array([10.0, 5.0, 99.0]), np.array([3.0])).tolist() == [9.0]


def lines(*made: dict[str, int], numbers: dict[str, Value] | None = None, fee_fen: int = 200) -> dict[int, int]:
    """Return the lines that dealers 4, 5, … of walnuts go on with after a week."""
    opened = {**PROCESSORS, CropsBaselined: {"processing_fen": [0, fee_fen, 0, 0]}}
    region, events = dealing(*made, opened=opened, numbers={**STILL, **(numbers or {})})
    run(region, 1)
    found = events.of(DealersAdjusted)
    now = {int(row): int(line) for row, line in zip(found["dealer"], found["processing_g"], strict=True)}
    return {4 + at: now.get(4 + at, row["processing_g"]) for at, row in enumerate(made)}


BARE = dealer(DealerKind.COOPERATIVE, forecast_g=10_000, cooperative=1, processing_g=0)
PROCESSOR = dealer(DealerKind.ENTERPRISE, forecast_g=10_000, enterprise=0)


def test_a_cooperative_builds_no_line_while_processors_have_one_for_it() -> None:
    # One of 21 kg has a kilogram to spare, and goes 6 % of the way to 26 kg.
    assert lines(BARE, {**PROCESSOR, "processing_g": 21_000}) == {4: 0, 5: 21_300}


def test_a_cooperative_builds_a_line_where_nobody_has_one_for_it_worked_by_hand() -> None:
    # It aims at 10 kg with a reserve of 0.3, of which 6 % are built in a week.
    assert lines(BARE)[4] == 780
    assert lines(BARE, {**PROCESSOR, "processing_g": 11_000})[4] == 780


def test_a_line_that_costs_more_than_what_it_would_bring_is_not_built() -> None:
    dear: dict[str, Value] = {"goods.processing_line_yuan": 1e9}
    assert lines(BARE, numbers=dear)[4] == 0


def test_processors_build_for_cooperatives_where_it_pays_worked_by_hand() -> None:
    # They aim at 13 kg for their own orders and 13 for the cooperative's, where that is more than half of theirs and
    # brings what a line costs: 52 x 2 yuan x 0.15 = 15.6 yuan a year against 0.164 x 10 and 0.164 x 100.
    own = {**PROCESSOR, "processing_g": 13_000}
    assert lines(BARE, own, numbers={"goods.processing_line_yuan": 10.0})[5] == 13_000 + round(0.06 * 13_000)
    dear = lines(BARE, own, numbers={"goods.processing_line_yuan": 100.0, "goods.processing_spare": 1.2})
    assert dear[5] == 13_000 + round(0.06 * (1.2 * 13_000 - 13_000))


@pytest.mark.parametrize(("share", "line"), [(0.0, 0), (1.0, 3_000)])
def test_a_share_of_new_cooperatives_begins_with_a_line(share: float, line: int) -> None:
    region, events = dealing(numbers={"goods.cooperative_lines": share})
    listing = Listing(
        np.array([WALNUT]), np.array([1.0]), np.array([3_000.0]), 0.0, cooperative=np.array([1], np.int32)
    )
    list_dealers(region.world, region.terms.goods, region.terms.packing, listing, np.array([0]))
    assert events.of(DealerListed)["processing_g"].tolist() == [line]


def without_line(share: float) -> tuple[Any, Any]:
    """Return dealers of an opening of Yunnan, and which of them are cooperatives with orders and without a line."""
    numbers = default_numbers()
    pack, start = load_pack("yunnan_2018"), tiny_scenario().start
    ordinary = OrdinaryYear.of(numbers, Calendar(start, pack.seasons))
    goods = ordinary.goods.__class__(**{**ordinary.goods.__dict__, "cooperative_lines": share})
    year = OrdinaryYear(**{**ordinary.__dict__, "goods": goods})
    opening = open_region(pack, 0.0005, start, ordinary=year)
    begun, crops = opening.of(DealersBaselined), opening.of(CropsBaselined)
    orders = (crops.processing_fen[begun.crop] > 0) & (begun.forecast_g > 100)
    of = orders & (begun.dealer_kind == DealerKind.COOPERATIVE)
    return begun, (of, of & (begun.processing_g == 0))


def test_cooperatives_of_the_opening_lack_a_line_as_far_as_processors_have_one_for_them() -> None:
    begun, (cooperatives, bare) = without_line(0.0)
    opening = open_region(load_pack("yunnan_2018"), 0.0005, tiny_scenario().start)
    kinds = opening.of(EnterprisesBaselined).enterprise_kind
    processor = (begun.enterprise >= 0) & (kinds[begun.enterprise] == EnterpriseKind.PROCESSOR)
    served = np.isin(begun.crop, begun.crop[processor])
    assert not bare[~served].any()
    assert bare[served & cooperatives].mean() > 0.8
    assert not without_line(1.0)[1][1].any()
    some = without_line(0.5)[1][1].sum()
    assert 0.4 * bare.sum() < some < 0.6 * bare.sum()


@pytest.mark.parametrize("closes", [False, True])
def test_a_processor_works_for_a_cooperative_without_a_line_which_builds_one_when_he_ends(closes: bool) -> None:
    cooperative = {**BARE, "size": 500_000, "stock_g": 10**6, "cash_fen": 10**9}
    firm = {**PROCESSOR, "size": 500_000, "stock_g": 10**6, "processing_g": 10**6, "cash_fen": 10**9}
    numbers: dict[str, Value] = {"commerce.closing": 1e9 if closes else 0.0, "commerce.smallest_fen": 0}
    region, events = dealing(cooperative, firm, opened=PROCESSORS, numbers=numbers)
    run(region, 4)
    work, orders = events.of(GoodsProcessed), events.of(OrdersFilled)
    sent = orders["filled_g"][orders["dealer"] == 4]
    assert set(zip(work["dealer"].tolist(), work["processor"].tolist(), strict=True)) == {(4, 5)}
    assert work["processed_g"].tolist() == (sent[:1] if closes else sent).tolist()
    assert bool(region.world.state.dealers.processing_g[4] > 0) is closes
    assert bool(sent[1] < 1_000) is closes
