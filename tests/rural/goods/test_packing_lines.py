"""How packing lines follow what they have to pack (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import dealing
from ecsim.rural.events import EnterpriseKind, Mechanism
from ecsim.rural.goods.packing_lines import LinesOnTrend, is_processor, next_line, public_share
from ecsim.rural.goods.terms import GoodsTerms
from tiny import facility, tiny_region

TERMS: GoodsTerms = dealing()[0].terms.goods
PEAK = np.array([1.0, 3.0])


def test_a_line_grows_a_part_of_the_way_and_wears_out_slowly_worked_by_hand() -> None:
    # From 2.5 toward 5.5: + 0.06 x 3 = 2.68. From 8, where 5.5 are enough: less 0.2 %.
    assert next_line(TERMS, np.array([2.5, 8.0]), np.array([5.5, 5.5])) == pytest.approx([2.68, 7.984])


def test_where_demand_does_not_grow_lines_stay_what_the_strongest_week_needs_with_overtime() -> None:
    # A tenth in reserve, half of it in overtime: 0.55 of the strongest week.
    still = LinesOnTrend(TERMS, PEAK, lambda _: np.ones(2))
    assert still.of_week(0) == pytest.approx(0.55 * PEAK)
    assert still.of_week(60) == pytest.approx(0.55 * PEAK, rel=1e-3)  # enough is worn off for a week, then grows back


def test_lines_lag_behind_growth_by_the_closed_form() -> None:
    # A line that grows as fast as demand, by 1 + g a week: K(1 - (1 - v)/(1 + g)) = v·aim, with v = 0.06.
    growing = LinesOnTrend(TERMS, PEAK, lambda week: np.full(2, 1.005**week))
    assert growing.of_week(400) == pytest.approx(0.55 * PEAK * 0.06 / (1 - 0.94 / 1.005))
    assert (growing.of_week(1) < growing.of_week(0)).all()


def test_public_lines_do_the_same_part_for_all_dealers_of_a_county_and_of_nobody_more_than_all() -> None:
    # Half of the 40 kg that county 0 would have done; twice the 10 kg of county 1, which is all of it.
    region = tiny_region()[0]
    state = region.world.state
    county = state.crops.county[state.dealers.crop]
    wanted = np.zeros(len(county))
    for place, grams in enumerate(([30_000, 10_000], [10_000])):
        wanted[np.flatnonzero(county == place)[: len(grams)]] = grams
    for place in (0, 1):
        lines = facility(Mechanism.PACKING, facility=[place], county=[place], capacity_g=[20_000])
        region.world.publish(lines)
    assert public_share(state, wanted).tolist() == np.where(county == 0, 0.5, 1.0).tolist()
    assert public_share(state, wanted, 1.2).tolist() == np.where(county == 0, 0.6, 1.0).tolist()
    assert not public_share(state, np.zeros(len(county))).any()


def test_a_dealer_without_an_enterprise_is_no_processor() -> None:
    kind = np.array([EnterpriseKind.MERCHANT, EnterpriseKind.PROCESSOR], np.uint8)
    assert is_processor(kind, np.array([0, 1, -1, 1])).tolist() == [False, True, False, True]
    assert is_processor(kind[:0], np.array([-1])).tolist() == [False]
