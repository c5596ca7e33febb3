"""First processing binds where goods are: own lines first, then those of processors (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing, filled, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.commerce.listings import Listing, list_dealers
from ecsim.rural.events import (
    CropsBaselined,
    DealerKind,
    DealerListed,
    EnterpriseKind,
    EnterprisesBaselined,
    GoodsProcessed,
    OrdersFilled,
)
from ecsim.rural.events.goods import DealersAdjusted, DealersBaselined
from ecsim.rural.goods.orders import SentByHouseholds, fill_orders
from ecsim.rural.goods.packing_lines import is_processor
from ecsim.rural.goods.processing import NO_LIMIT, processed
from ecsim.rural.goods.terms import sold_for_raw
from ecsim.rural.region import Region
from ecsim.rural.regions.opening import open_region
from ecsim.rural.regions.pack import load_pack
from tiny import Events, run, tiny_region, tiny_scenario

MERCHANTS, COOPERATIVE, ENTERPRISE = DealerKind.MERCHANTS, DealerKind.COOPERATIVE, DealerKind.ENTERPRISE
PROCESSORS = {EnterprisesBaselined: {"enterprise_kind": [EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT, 0]}}
LEAF = {"crop": TEA, "stock_g": 20_000}
"""20 kg of leaf, 10 kg of tea."""


def fill(region: Region, events: Events, *ordered: int) -> list[dict[str, int]]:
    """Fill orders of dealers 4, 5, … and return what became of them."""
    many = len(region.world.state.dealers)
    grams, nothing = np.zeros(many, np.int64), np.zeros(many, np.int64)
    grams[4 : 4 + len(ordered)] = ordered
    events.clear()
    prices = prices_of(region)
    fill_orders(region.world, region.terms.goods, prices, grams, SentByHouseholds(nothing, nothing, nothing, nothing))
    return list(filled(events).values())


def tea(
    *lines: int, ordered: Sequence[int], kinds: Sequence[DealerKind] = (), numbers: Mapping[str, Value] | None = None
) -> list[dict[str, int]]:
    """Return what becomes of orders of dealers in tea with lines of so much leaf; an enterprise is a processor."""
    dealers = [
        dealer(kind, **LEAF, processing_g=line, enterprise=0 if kind == ENTERPRISE else -1)
        for line, kind in zip(lines, kinds or [MERCHANTS] * len(lines), strict=True)
    ]
    return fill(*dealing(*dealers, opened=PROCESSORS, numbers=numbers), *ordered)


def test_a_line_binds_and_the_rest_waits_or_is_lost_worked_by_hand() -> None:
    # 6 kg of leaf are 3 kg of tea. Of the other 5 kg ordered nobody can fill, seven tenths wait.
    (found,) = tea(6_000, ordered=[8_000])
    assert (found["filled_g"], found["sent_g"], found["waiting_g"], found["lost_g"]) == (3_000, 6_000, 3_500, 1_500)
    assert found["processed_g"] == 0


def test_without_a_line_nothing_that_has_to_be_processed_is_sent() -> None:
    (found,) = tea(0, ordered=[8_000])
    assert (found["filled_g"], found["sent_g"], found["costs_fen"]) == (0, 0, 0)


def test_goods_sold_as_they_are_need_no_line() -> None:
    region, events = dealing(dealer(MERCHANTS, STRAWBERRY, stock_g=9_000, processing_g=0))
    assert region.world.state.crops.processing_fen[STRAWBERRY] == 0
    assert fill(region, events, 8_000)[0]["filled_g"] == 8_000
    wanted = np.full(len(region.world.state.dealers), 8_000)
    assert processed(region.world.state, wanted).able_g[4] == NO_LIMIT


def test_a_processor_with_a_line_to_spare_lets_a_cooperative_send_more_worked_by_hand() -> None:
    # The processor needs 4 of its 10 kg of leaf for the 2 kg of tea ordered of it, and does 6 kg for the cooperative,
    # which has a line of 2 kg: 4 kg of tea leave it in place of 1.
    alone = tea(2_000, ordered=[5_000], kinds=[COOPERATIVE])
    cooperative, processor = tea(2_000, 10_000, ordered=[5_000, 2_000], kinds=[COOPERATIVE, ENTERPRISE])
    assert (alone[0]["filled_g"], cooperative["filled_g"], processor["filled_g"]) == (1_000, 4_000, 2_000)
    assert (cooperative["processed_g"], processor["processed_g"]) == (3_000, -3_000)
    assert (cooperative["sent_g"], cooperative["waiting_g"]) == (8_000, 700)


def test_others_pay_what_processing_costs_them_and_the_processor_keeps_what_its_own_line_saves() -> None:
    # 6 kg of leaf at the price of processing, of which the work costs the processor 85 %.
    found = [tea(2_000, line, ordered=[5_000, 2_000], kinds=[COOPERATIVE, ENTERPRISE]) for line in (4_000, 10_000)]
    region, _ = dealing()
    fen = int(region.world.state.crops.processing_fen[TEA])
    without, with_work = (of[1]["costs_fen"] for of in found)
    assert without - with_work == pytest.approx(6 * fen * 0.15, abs=1)
    a_kilogram = [of[0]["costs_fen"] / of[0]["filled_g"] for of in found]
    assert a_kilogram[0] == pytest.approx(a_kilogram[1], rel=1e-3)


def test_who_is_no_processor_works_for_nobody_and_a_processor_for_none_that_has_enough() -> None:
    first, second = tea(2_000, 10_000, ordered=[5_000, 2_000])
    assert (first["processed_g"], second["processed_g"]) == (0, 0)
    # The second takes orders over instead, of what it has a line and stock left for.
    assert (first["filled_g"], first["taken_g"], second["filled_g"]) == (1_000, -3_000, 5_000)
    first, second = tea(20_000, 10_000, ordered=[5_000, 2_000], kinds=[COOPERATIVE, ENTERPRISE])
    assert (first["filled_g"], first["processed_g"], second["processed_g"]) == (5_000, 0, 0)


def test_a_spare_line_is_shared_by_what_each_lacks_worked_by_hand() -> None:
    # 4 kg of leaf to spare; the two lack 4 and 12 kg: a quarter and three quarters of it, 0.5 and 1.5 kg of tea.
    first, second, _ = tea(6_000, 2_000, 4_000, ordered=[5_000, 7_000, 0], kinds=[COOPERATIVE, MERCHANTS, ENTERPRISE])
    assert (first["processed_g"], second["processed_g"]) == (500, 1_500)


def test_processors_of_another_product_or_county_are_no_help() -> None:
    walnuts = dealer(ENTERPRISE, WALNUT, stock_g=9_000, enterprise=0)
    region, events = dealing(dealer(COOPERATIVE, **LEAF, processing_g=2_000), walnuts, opened=PROCESSORS)
    assert fill(region, events, 5_000, 0)[0]["filled_g"] == 1_000


def test_each_processor_works_for_all_in_proportion_to_what_they_still_need_and_is_named_worked_by_hand() -> None:
    # The two need 1 and 3 kg of tea processed; the processors have lines for 1 kg and 2 kg of it to spare.
    kinds = [COOPERATIVE, MERCHANTS, ENTERPRISE, ENTERPRISE]
    made = [
        dealer(kind, **LEAF, processing_g=line, enterprise=0 if kind == ENTERPRISE else -1)
        for kind, line in zip(kinds, (4_000, 2_000, 2_000, 4_000), strict=True)
    ]
    region, events = dealing(*made, opened=PROCESSORS)
    fill(region, events, 3_000, 4_000)
    orders, work = events.of(OrdersFilled), events.of(GoodsProcessed)
    found = dict(
        zip(
            zip(work["dealer"].tolist(), work["processor"].tolist(), strict=True),
            work["processed_g"].tolist(),
            strict=True,
        )
    )
    assert found == {(4, 6): 250, (5, 6): 750, (4, 7): 500, (5, 7): 1_500}
    of_order = dict(zip(orders["dealer"].tolist(), orders["seq"].tolist(), strict=True))
    assert work["cause"].tolist() == [of_order[dealer] for dealer in work["dealer"].tolist()]


NUMBER = st.integers(0, 40_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), NUMBER, NUMBER, NUMBER), min_size=1, max_size=7))
def test_lines_are_used_once_and_what_one_hires_another_does(dealers: list[tuple[bool, int, int, int]]) -> None:
    made = [
        dealer(ENTERPRISE if p else MERCHANTS, TEA, stock_g=s, processing_g=line, enterprise=0 if p else -1)
        for p, s, line, _ in dealers
    ]
    region, events = dealing(*made, opened=PROCESSORS)
    fill(region, events, *(ordered for *_, ordered in dealers))
    found = events.of(OrdersFilled)
    line = np.array([line for _, _, line, _ in dealers])[found["dealer"] - 4]
    work, many = events.of(GoodsProcessed), 4 + len(dealers)
    named = np.bincount(work["dealer"], work["processed_g"], many) - np.bincount(
        work["processor"], work["processed_g"], many
    )
    assert named[found["dealer"]].tolist() == found["processed_g"].tolist()
    assert found["processed_g"].sum() == 0
    assert (found["filled_g"] - found["processed_g"] <= line // 2).all()
    assert (found["processed_g"] <= found["filled_g"]).all()


def adjusted(region: Region, events: Events) -> dict[str, Any]:
    """Return the last adjustment of dealer 4, and of dealer 5 if there is one, in a week without orders."""
    found = events.of(DealersAdjusted)
    return {int(row): int(line) for row, line in zip(found["dealer"], found["processing_g"], strict=True)}


def test_lines_grow_toward_what_the_strongest_week_needs_and_those_of_processors_beyond_worked_by_hand() -> None:
    # 10 kg of walnuts a week, all weeks alike, sold as they are weighed: 13 kg with a reserve of 0.3, and 19.5 of a
    # processor. From 5 kg they go 6 % of the way in a week; one of 20 kg wears out.
    kinds = (MERCHANTS, ENTERPRISE, MERCHANTS, DealerKind.SHOPS)
    firms = [
        dealer(kind, forecast_g=10_000, processing_g=line, enterprise=0 if kind == ENTERPRISE else -1)
        for kind, line in zip(kinds, (5_000, 5_000, 20_000, 0), strict=True)
    ]
    region, events = dealing(*firms, opened=PROCESSORS, numbers={"goods.forecast_speed": 0.0})
    assert sold_for_raw(region.world.state.crops.conversion)[WALNUT] == 1.0
    run(region, 1)
    assert adjusted(region, events) | {7: 0} == {4: 5_480, 5: 5_870, 6: 19_960, 7: 0}


@pytest.mark.parametrize(("kind", "line"), [(EnterpriseKind.PROCESSOR, 9_000), (EnterpriseKind.FARM_MERCHANT, 6_000)])
def test_new_dealers_begin_with_a_line_for_an_ordinary_week(kind: EnterpriseKind, line: int) -> None:
    region, events = dealing(opened={EnterprisesBaselined: {"enterprise_kind": [kind, 0, 0]}})
    listing = Listing(np.array([TEA]), np.array([1.0]), np.array([3_000.0]), 0.0, enterprise=np.array([0], np.int32))
    list_dealers(region.world, region.terms.goods, region.terms.packing, listing, np.array([0]))
    assert events.of(DealerListed)["processing_g"].tolist() == [line]


def test_lines_of_the_opening_are_those_that_the_rules_aim_at_and_bind_nobody() -> None:
    opening, goods = open_region(load_pack("yunnan_2018"), 0.0005, tiny_scenario().start), tiny_region()[0].terms.goods
    begun, crops = opening.of(DealersBaselined), opening.of(CropsBaselined)
    needs = (crops.processing_fen[begun.crop] > 0) & (begun.dealer_kind < DealerKind.SHOPS)
    assert (begun.processing_g[~needs] == 0).all()
    yields = sold_for_raw(crops.conversion)[begun.crop]
    strongest = begun.packing_g * goods.overtime / goods.packing_reserve  # of orders, in sold form
    many = needs & (begun.forecast_g > 1_000)
    hires = begun.dealer_kind == DealerKind.COOPERATIVE
    ratio = (begun.processing_g * yields)[many & ~(hires & (begun.processing_g == 0))]
    ratio /= strongest[many & ~(hires & (begun.processing_g == 0))]
    assert ratio.min() == pytest.approx(goods.processing_reserve, rel=0.01)
    kinds = opening.of(EnterprisesBaselined).enterprise_kind
    processor = is_processor(kinds, begun.enterprise)
    merchants = (begun.processing_g * yields)[many & ~processor & ~hires] / strongest[many & ~processor & ~hires]
    assert merchants.max() == pytest.approx(goods.processing_reserve, rel=0.01)
    assert ratio.max() > 1.01 * goods.processing_reserve * goods.processing_spare  # for cooperatives without a line
