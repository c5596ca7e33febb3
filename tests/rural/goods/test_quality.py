"""What of the goods sent was graded, and what buyers make of it (docs/model.md 4.6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealing import CROPS, STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, FacilityOpened, OrdersFilled, ProjectKind
from ecsim.rural.events.goods import DealersAdjusted
from ecsim.rural.goods.quality import SentQuality, graded_g, grading, quality_of_week, usually_graded
from ecsim.rural.region import Region
from tiny import LIVELY, Events, made, run, tiny_region

FIRM = dealer(DealerKind.MERCHANTS, packing_g=3_000, forecast_g=1_000)
SHOPS = dealer(DealerKind.SHOPS)
ELSEWHERE = dealer(DealerKind.MERCHANTS, STRAWBERRY, packing_g=0)


def with_public_line(region: Region, grams: int) -> None:
    """Open a public line of county 0."""
    region.world.publish(
        made(FacilityOpened, facility_kind=[ProjectKind.PACKING_LINE], county=[0], capacity_g=[grams], township=[-1])
    )


def graded(*sent: int, public: int = 0) -> list[float]:
    """Return what is graded of what a firm with a line of 3 kg, shops, and a firm of county 1 without a line send."""
    region, _ = dealing(FIRM, SHOPS, ELSEWHERE)
    if public:
        with_public_line(region, public)
    grams = np.zeros(len(region.world.state.dealers))
    grams[4:7] = sent
    return graded_g(region.world.state, grams)[4:7].tolist()


def test_a_line_grades_in_its_ordinary_week_and_households_by_hand_nothing_worked_by_hand() -> None:
    assert graded(2_000, 400, 100) == [2_000, 0, 0]
    assert graded(5_000, 400, 100) == [3_000, 0, 0]


def test_a_public_line_grades_for_all_of_its_county_by_what_each_has_left_worked_by_hand() -> None:
    # 2,000 g of the firm and 400 of the shops are left; a line of 1,200 grades half of each, one of 9,000 all.
    assert graded(5_000, 400, 100, public=1_200) == [4_000, 200, 0]
    assert graded(5_000, 400, 100, public=9_000) == [5_000, 400, 0]


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(0, 10**6), st.integers(0, 10**6))
def test_nobody_grades_more_than_it_sends_and_more_lines_never_grade_less(
    sent: Sequence[int], public: int, more: int
) -> None:
    least, most = np.array(graded(*sent, public=public)), np.array(graded(*sent, public=public + more))
    assert (least <= most + 1e-6).all()
    assert (most <= np.array(sent) + 1e-6).all()


def test_lines_on_trend_grade_a_part_of_the_weeks_they_work_overtime_in_worked_by_hand() -> None:
    # A line of 0.55 of a mean week grades all of half a week's orders, and 0.55 of 1.1 a half; shops grade nothing.
    state = dealing(FIRM, SHOPS)[0].world.state
    for season, share in ((0.0, 1.0), (0.5, 1.0), (1.1, 0.5)):
        found = usually_graded(state, np.full(CROPS, 0.55), np.full(CROPS, season))
        assert found[4:6].tolist() == pytest.approx([share, 0.0])


def test_quality_is_that_of_what_was_sent_and_as_usual_where_nothing_was() -> None:
    region, _ = dealing(FIRM, FIRM)
    filled = made(OrdersFilled, dealer=[4], filled_g=[6_000])
    week = quality_of_week(region.world.state, filled, np.full(CROPS, 0.55), np.ones(CROPS))
    assert week.sent_g[4:6].tolist() == [6_000, 0]
    assert week.graded[4:6].tolist() == pytest.approx([0.5, 0.55])
    assert week.usual[4:6].tolist() == pytest.approx([0.55, 0.55])


def test_buyers_remember_goods_not_weeks_worked_by_hand() -> None:
    # Thirteen weeks of 1,000 g found 0.2 more graded; 7,000 g come of which 0.9 are, where 0.5 would be usual:
    # (13 x 0.2 + 7 x 0.4)/20 = 0.27. Who sends nothing is thought of as before; who expected none, by what it sends.
    region, _ = dealing(FIRM, FIRM, dealer(DealerKind.STATIONS))
    state = region.world.state
    region.world.publish(made(DealersAdjusted, dealer=[4, 5], forecast_g=[1_000] * 2, grading=[200_000] * 2))
    many = len(state.dealers)
    sent, of, usual = np.zeros(many), np.zeros(many), np.zeros(many)
    sent[[4, 6]], of[[4, 6]], usual[4] = (7_000, 100), (0.9, 0.6), 0.5
    found = grading(state, region.terms.goods, SentQuality(sent, of, usual))
    assert found[4:7].tolist() == pytest.approx([0.27, 0.2, 0.6])


def half_a_year(numbers: dict[str, Value], line: int) -> tuple[Region, Events]:
    """Return the lively region after half a year, with a public line."""
    region, events = tiny_region(opened=LIVELY, numbers=numbers)
    with_public_line(region, line)
    run(region, 26)
    return region, events


def test_a_public_line_makes_shops_goods_better_and_without_attraction_no_order_differs() -> None:
    # Lines of dealers are not crowded out and pack all they have, so that a public one matters by what it grades alone.
    def orders(attraction: float, line: int) -> tuple[list[int], float]:
        numbers: dict[str, Value] = {"goods.grading_attraction": attraction, "goods.crowding_out": 0.0}
        region, events = half_a_year(numbers, line)
        d = region.world.state.dealers
        shops = (d.kind == DealerKind.SHOPS) & (region.world.state.crops.county[d.crop] == 0) & (d.packed_g > 0)
        return events.of(OrdersFilled)["ordered_g"].tolist(), float(d.grading[shops].mean())

    (plain, none), (neutral, better), (drawn, _) = orders(0.0, 1), orders(0.0, 10**9), orders(0.3, 10**9)
    assert none < 10_000
    assert better > 500_000
    assert plain == neutral
    assert sum(drawn) > sum(neutral)


def test_without_money_and_growth_nobody_is_thought_better_or_worse_of_in_the_first_weeks() -> None:
    region, events = tiny_region(opened=LIVELY)
    run(region, 8)
    assert len(events.of(DealersAdjusted)["dealer"])
    d = region.world.state.dealers
    assert (np.abs(d.grading[d.alive]) < 60_000).all()
    assert WALNUT in d.crop[d.alive]
