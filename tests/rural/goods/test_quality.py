"""What of the goods sent was graded, and what buyers make of it (docs/model.md 4.6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import CROPS, STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.event import Event
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, DealersAdjusted, Mark, MarkTaken, OrdersFilled, ProjectKind
from ecsim.rural.goods.marks import Growth
from ecsim.rural.goods.quality import (
    OnTrend,
    SentQuality,
    complained,
    graded_g,
    grading,
    quality_of_week,
    usually_graded,
)
from ecsim.rural.region import Region
from tiny import LIVELY, Events, facility, made, run, tiny_region

FIRM = dealer(DealerKind.MERCHANTS, packing_g=3_000, forecast_g=1_000)
SHOPS = dealer(DealerKind.SHOPS)
ELSEWHERE = dealer(DealerKind.MERCHANTS, STRAWBERRY, packing_g=0)


def with_public_line(region: Region, grams: int) -> None:
    """Open a public line of county 0."""
    region.world.publish(facility(ProjectKind.PACKING_LINE, county=[0], capacity_g=[grams], township=[-1]))


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


@settings(max_examples=40, deadline=None)
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
    trend = OnTrend(np.full(CROPS, 0.55), np.zeros(len(region.world.state.dealers)))
    terms = region.terms
    week = quality_of_week(region.world.state, terms.goods, terms.market, filled, trend, np.ones(CROPS))
    assert week.sent_g[4:6].tolist() == [6_000, 0]
    assert week.graded[4:6].tolist() == pytest.approx([0.5, 0.55])
    assert week.usual[4:6].tolist() == pytest.approx([0.55, 0.55])
    assert week.uncomplained[4:6].tolist() == pytest.approx([(1 - 0.05 * 0.75) / (1 - 0.05 * 0.725), 1.0])


def test_complaints_fall_with_grading_certificates_and_traces_worked_by_hand() -> None:
    # 5 % of orders, 2.5 % where all is graded, 4 % certified or traced; all at once 0.05 x 0.5 x 0.8 x 0.8 = 1.6 %.
    terms = dealing(FIRM)[0].terms.goods
    graded, certified, traced = np.array([[0, 1, 0, 0, 1], [0, 0, 1, 0, 1], [0, 0, 0, 1, 1]], np.float64)
    found = complained(terms, graded, certified, traced)
    assert found.tolist() == pytest.approx([0.05, 0.025, 0.04, 0.04, 0.016])


def test_a_certificate_and_a_trace_spare_a_dealer_complaints_and_those_of_the_opening_are_its_trend() -> None:
    # Nothing is graded. A certificate: 0.96/0.95; three in ten traced: (1 - 0.05 x (1 - 0.2 x 0.3))/0.95; a mark of
    # the opening changes nothing. Where growth alone had brought rivals one, none is 0.95/0.96.
    def uncomplained(certified: float, *events: Event) -> float:
        region, _ = dealing(dealer(DealerKind.MERCHANTS, packing_g=0))
        for event in events:
            region.world.publish(event)
        state, terms = region.world.state, region.terms
        trend = OnTrend(np.zeros(CROPS), np.full(len(state.dealers), certified))
        filled = made(OrdersFilled, dealer=[4], filled_g=[1_000])
        week = quality_of_week(state, terms.goods, terms.market, filled, trend, np.ones(CROPS))
        return float(week.uncomplained[4])

    mark = made(MarkTaken, dealer=[4], mark=int(Mark.CERTIFICATE))
    trace = facility(ProjectKind.TRACEABILITY, county=[0], township=[-1])
    assert uncomplained(0.0) == uncomplained(1.0, mark) == 1.0
    assert uncomplained(0.0, mark) == pytest.approx(0.96 / 0.95)
    assert uncomplained(0.0, trace) == pytest.approx(0.953 / 0.95)
    assert uncomplained(1.0) == pytest.approx(0.95 / 0.96)


def test_the_trend_of_certificates_is_those_of_the_opening_and_what_growth_alone_brings() -> None:
    region, _ = tiny_region(opened=LIVELY)
    state, marks = region.world.state, region.setting.goods.marks
    crops = len(state.crops)
    still, boom = (Growth(np.full(crops, factor), np.ones(crops)) for factor in (1.0, 1e6))
    held = marks.held[:, Mark.CERTIFICATE]
    assert OnTrend.of(state, np.ones(crops), marks, still).certified.tolist() == held.tolist()
    all_at_once = OnTrend.of(state, np.ones(crops), marks, boom).certified
    assert all_at_once.tolist() == pytest.approx(held + marks.on_trend(boom)[state.dealers.crop, Mark.CERTIFICATE])
    assert (all_at_once > held).any()


def test_buyers_remember_goods_not_weeks_worked_by_hand() -> None:
    # Thirteen weeks of 1,000 g found 0.2 more graded; 7,000 g come of which 0.9 are, where 0.5 would be usual:
    # (13 x 0.2 + 7 x 0.4)/20 = 0.27. Who sends nothing is thought of as before; who expected none, by what it sends.
    region, _ = dealing(FIRM, FIRM, dealer(DealerKind.STATIONS))
    state = region.world.state
    region.world.publish(made(DealersAdjusted, dealer=[4, 5], forecast_g=[1_000] * 2, grading=[200_000] * 2))
    many = len(state.dealers)
    sent, of, usual = np.zeros(many), np.zeros(many), np.zeros(many)
    sent[[4, 6]], of[[4, 6]], usual[4] = (7_000, 100), (0.9, 0.6), 0.5
    found = grading(state, region.terms.goods, SentQuality(sent, of, usual, np.ones(many), np.zeros(many)))
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
        numbers: dict[str, Value] = {
            "goods.grading_attraction": attraction, "goods.crowding_out": 0.0, "goods.complained_share": 0.0,
        }  # fmt: skip
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
