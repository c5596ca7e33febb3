"""What dealers learn from a week: forecasts, bids, packing lines, reputations (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import CROPS, dealer, dealing, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, DealersAdjusted, OrdersFilled, ProjectKind
from ecsim.rural.goods.adjusting import WeekOfDemand, adjust
from ecsim.rural.goods.prices import online_margin_fen
from ecsim.rural.goods.quality import OnTrend, quality_of_week
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.region import Region
from tiny import Events, facility, made

CONTENT: dict[str, Value] = {"goods.complained_share": 0.0}
FIRM = dealer(DealerKind.MERCHANTS, forecast_g=10_000, bid=80_000, packing_g=5_500, processing_g=13_000, room_g=0)


def adjusted(
    region: Region, events: Events, *, wanted: float = 0.0, offered: float = 0.0, season: float = 1.0,
    growth: float = 1.0, **filled: int,
) -> dict[str, int]:  # fmt: skip
    """Return what dealer 4 goes on with after a week."""
    columns = {column.name: np.zeros(len(region.world.state.dealers)) for column in DealersAdjusted.columns}
    columns["wanted_g"][4], columns["offered_g"][4] = wanted, offered
    sourcing = Sourcing(
        needed_g=columns["wanted_g"], kept_g=columns["wanted_g"], wanted_g=columns["wanted_g"],
        offered_g=columns["offered_g"], bought_g=np.zeros(len(columns["bid"]), np.int64),
    )  # fmt: skip
    events.clear()
    week, still = made(OrdersFilled, dealer=[4], **filled), np.full(CROPS, season)
    goods, setting, state = region.terms.goods, region.setting.goods, region.world.state
    trend = OnTrend(np.full(CROPS, 0.55), np.zeros(len(state.dealers)))
    quality = quality_of_week(state, goods, region.terms.market, week, trend, still)
    margin = online_margin_fen(state, prices_of(region).net_fen)
    adjust(
        region.world,
        goods,
        setting,
        sourcing,
        week,
        WeekOfDemand(np.full(CROPS, growth), still),
        quality,
        margin,
        np.zeros(len(state.dealers)),
    )
    d = region.world.state.dealers
    return {name: int(getattr(d, name)[4]) for name in columns if name != "dealer"}


def firm(numbers: Mapping[str, Value] | None = None, **columns: int) -> tuple[Region, Events]:
    """Return the region with one firm that expects 10 kg of orders a week."""
    return dealing({**FIRM, **columns}, numbers=numbers)


def test_the_forecast_follows_orders_season_apart_worked_by_hand() -> None:
    # 18 kg in a week of a season of 1.5 are 12: 10 + 0.15 x (12 - 10) = 10.3.
    assert adjusted(*firm(), ordered_g=[18_000], filled_g=[18_000], season=1.5)["forecast_g"] == 10_300
    # Demand that grows by 2 % is expected to: 10.2 + 0.15 x (12 - 10.2) = 10.47.
    assert adjusted(*firm(), ordered_g=[18_000], filled_g=[18_000], season=1.5, growth=1.02)["forecast_g"] == 10_470


def test_out_of_season_a_forecast_waits() -> None:
    assert adjusted(*firm(), season=0.0)["forecast_g"] == 10_000


def test_a_steady_week_changes_nothing() -> None:
    # A line of 5.5 kg with overtime of two is what 10 kg a week need with a tenth in reserve.
    region, events = firm(bid=0)
    adjusted(region, events, ordered_g=[10_000], filled_g=[10_000])
    assert not events.rows(DealersAdjusted)


def test_a_bid_rises_by_the_gap_worked_by_hand() -> None:
    # 13 and 6.5 kg a week smoothed over 13 weeks are 1,000 and 500 g: 0.015 x 500/1,500 = 0.005 more.
    found = adjusted(*firm(), wanted=13_000, offered=6_500)
    assert (found["wanted_g"], found["offered_g"], found["bid"]) == (1_000, 500, 85_000)
    assert adjusted(*firm(), wanted=6_500, offered=13_000)["bid"] == 75_000


def test_a_bid_stays_between_nothing_and_the_traders_margin_when_it_resells() -> None:
    assert adjusted(*firm(bid=149_000), wanted=10**6)["bid"] == 150_000
    assert adjusted(*firm(bid=1_000), offered=10**6)["bid"] == 0


def test_reputation_follows_the_share_filled_worked_by_hand() -> None:
    # Of 8 kg one sent 5, others 1; 2 kg are lost or wait. 5/8 = 0.625: 1 + 0.15 x (0.625 - 1) = 0.94375. Who took over
    # the kilogram, and filled its own orders, keeps its name.
    short = {"ordered_g": [8_000], "taken_g": [-1_000], "filled_g": [5_000], "lost_g": [600], "waiting_g": [1_400]}
    assert adjusted(*firm(CONTENT), **short)["reputation"] == 943_750
    helper = {"ordered_g": [6_000], "taken_g": [1_000], "filled_g": [7_000]}
    assert adjusted(*firm(CONTENT), **helper)["reputation"] == 1_000_000


@pytest.mark.parametrize(("weight", "reputation"), [(0.0, 1_000_000), (0.5, 981_250), (1.0, 962_500)])
def test_what_waited_is_sent_late_and_counts_for_less_worked_by_hand(weight: float, reputation: int) -> None:
    # 8 kg were due, 2 of which had waited: at a half, (8 - 0.5 x 2)/8 = 0.875, 1 + 0.15 x (0.875 - 1) = 0.98125.
    found = adjusted(*firm(CONTENT | {"goods.late_weight": weight}), ordered_g=[6_000], filled_g=[8_000])
    assert found["reputation"] == reputation


def test_what_waits_again_is_not_sent_late_but_not_at_all_worked_by_hand() -> None:
    # 3 kg waited, 1 came; 2 are sent, both late: (2 - 0.5 x 2)/4 = 0.25; 1 + 0.15 x (0.25 - 1) = 0.8875.
    found = adjusted(*firm(CONTENT), ordered_g=[1_000], filled_g=[2_000], waiting_g=[2_000])
    assert found["reputation"] == 887_500


def test_complaints_beyond_trend_lower_a_name_and_fewer_raise_it_worked_by_hand() -> None:
    # On trend 0.55 is graded: 0.05 x (1 - 0.5 x 0.55) = 0.03625 of orders have complaints. Of 11 kg a half is, 0.0375:
    # 0.9625/0.96375 = 0.998703, times 0.15 - 0.000195. Of 5 kg all is, 0.025: 0.975/0.96375 = 1.011673, + 0.001751.
    assert adjusted(*firm(), ordered_g=[11_000], filled_g=[11_000])["reputation"] == 999_805
    assert adjusted(*firm(), ordered_g=[5_000], filled_g=[5_000])["reputation"] == 1_001_751


def test_a_reputation_heals() -> None:
    region, events = firm(CONTENT)
    region.world.writable.dealers.reputation[4] = 500_000
    found = [adjusted(region, events, ordered_g=[100], filled_g=[100])["reputation"] for _ in range(60)]
    assert found[0] == 575_000
    assert (np.diff(found) >= 0).all()
    assert found[-1] == pytest.approx(10**6, abs=100)


def test_a_line_grows_toward_what_is_needed_and_shrinks_slowly_worked_by_hand() -> None:
    # 10 kg need 10 x 1.1/2 = 5.5. From 2.5: + 0.06 x 3 = 2.68. From 8: less 0.2 %.
    steady = {"ordered_g": [10_000], "filled_g": [10_000]}
    assert adjusted(*firm(packing_g=2_500), **steady)["packing_g"] == 2_680
    assert adjusted(*firm(packing_g=8_000), **steady)["packing_g"] == 7_984


@pytest.mark.parametrize(("line", "packing"), [(2_750, 2_597), (5_500, 2_515), (10**9, 2_515)])
def test_a_public_line_crowds_out_half_of_what_it_packs_worked_by_hand(line: int, packing: int) -> None:
    # A line for half of 5.5 kg takes a quarter off: 4.125, + 0.06 x 1.625 = 0.0975 -> 2,597.5; of any more than all a
    # half: 2.75, + 0.06 x 0.25 = 0.015.
    region, events = firm(packing_g=2_500)
    region.world.publish(facility(ProjectKind.PACKING_LINE, county=[0], capacity_g=[line], township=[-1]))
    found = adjusted(region, events, ordered_g=[10_000], filled_g=[10_000])["packing_g"]
    assert found == pytest.approx(packing, abs=1)


def test_traders_do_not_learn() -> None:
    region, events = firm()
    adjusted(region, events, wanted=13_000, ordered_g=[20_000], filled_g=[20_000])
    assert events.of(DealersAdjusted)["dealer"].tolist() == [4]


GRAMS = st.floats(0.0, 1e9)
SEASON = st.just(0.0) | st.floats(1e-4, 52.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(GRAMS, GRAMS, st.integers(0, 10**9), SEASON), min_size=1, max_size=20))
def test_whatever_happens_numbers_stay_in_their_bounds(weeks: list[tuple[float, float, int, float]]) -> None:
    region, events = firm()
    margin = round(1e6 * region.terms.goods.resale_margin)
    for wanted, offered, ordered, season in weeks:
        found = adjusted(
            region, events, wanted=wanted, offered=offered, season=season, ordered_g=[ordered],
            filled_g=[ordered // 2], lost_g=[ordered - ordered // 2],
        )  # fmt: skip
        assert 0 <= found["bid"] <= margin
        assert 0 <= found["reputation"] <= 10**6
        assert min(found["forecast_g"], found["packing_g"], found["wanted_g"], found["offered_g"]) >= 0


@pytest.mark.parametrize(
    ("carriage", "price", "packing"), [(1.0, 50.0, 5_030), (10.0, 50.0, 4_990), (10.0, 0.0, 5_030)]
)
def test_a_line_is_built_where_it_brings_more_than_it_costs(carriage: float, price: float, packing: int) -> None:
    # A line of 5 kg where 5.5 are needed: + 0.06 x 0.5 = 5.03. Where dear carriage leaves less of a sale than growers
    # are paid it wears out by 0.2 %, unless lines cost nothing.
    numbers: dict[str, Value] = {"selling.carriage_level": carriage, "goods.packing_line_yuan": price}
    found = adjusted(*firm(numbers, packing_g=5_000), ordered_g=[10_000], filled_g=[10_000])
    assert found["packing_g"] == packing
