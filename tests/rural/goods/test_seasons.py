"""What is bought ahead and what is in stock when nothing changes, by hand (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.rural.events import CropForm
from ecsim.rural.goods.seasons import cover_of_orders, usual_average, usual_offers, usual_stock

FLAT = np.full((1, 52), 1 / 52)


def season(*weeks: int) -> np.ndarray:
    """Return shares of a year that come in some weeks alike."""
    found = np.zeros((1, 52))
    found[0, list(weeks)] = 1 / len(weeks)
    return found


def cover(harvest: np.ndarray, form: CropForm, shelf_days: int = 400, demand: np.ndarray = FLAT) -> list[float]:
    """Return the cover of one product, of which three weeks are bought ahead at least."""
    found = cover_of_orders(harvest, demand, np.array([form], np.uint8), np.array([shelf_days], np.int32), 3)
    return [round(float(weeks), 6) for weeks in found[0]]


def test_goods_that_come_in_all_year_are_bought_three_weeks_ahead() -> None:
    assert cover(FLAT, CropForm.DRIED) == [3.0] * 52


def test_goods_of_a_short_season_are_bought_until_the_next_worked_by_hand() -> None:
    # Harvest in weeks 40 to 42. In week 39 the third week ahead, 42, brings more; in week 40 none of 43 to 91: the
    # next is that of week 92, 52 weeks on; in week 41 51. In week 0 it is 40 weeks off, in week 38 3.
    found = cover(season(40, 41, 42), CropForm.DRIED)
    assert [found[week] for week in (39, 40, 41, 42, 43, 0, 37, 38)] == [3, 52, 51, 50, 49, 40, 3, 3]


def test_fresh_goods_are_bought_for_no_longer_than_they_last() -> None:
    assert cover(season(40), CropForm.FRESH, shelf_days=15) == [2.0] * 52
    assert cover(season(40), CropForm.FRESH, shelf_days=3) == [1.0] * 52


def test_goods_that_never_come_in_are_covered_for_a_year() -> None:
    assert cover(np.zeros((1, 52)), CropForm.KEPT) == [52.0] * 52


def test_cover_counts_orders_and_not_weeks() -> None:
    # All orders come in week 10: three weeks ahead hold them in weeks 8, 9 and 10.
    found = cover(FLAT, CropForm.KEPT, demand=season(10))
    assert {week: weeks for week, weeks in enumerate(found) if weeks} == {8: 52.0, 9: 52.0, 10: 52.0}


@given(st.lists(st.integers(0, 51), min_size=1, max_size=52), st.integers(2, 8))
def test_cover_lies_between_the_least_and_a_year(weeks: list[int], least: int) -> None:
    args = np.array([CropForm.DRIED], np.uint8), np.array([300], np.int32), least
    found = cover_of_orders(season(*set(weeks)), FLAT, *args)
    assert (found >= least - 1e-9).all()
    assert (found <= 52 + 1e-9).all()


def test_stock_of_an_ordinary_year_worked_by_hand() -> None:
    # A year's output comes in week 0 of a good of which growers sell half a week and traders all at once. At the
    # beginning of week 1 growers have a half, traders nothing; of week 3 an eighth.
    args = season(0), np.zeros(1), np.array([0.5]), np.array([1.0])
    for week, growers in ((1, 0.5), (2, 0.25), (3, 0.125)):
        found = usual_stock(*args, week)
        assert found[0][0] == pytest.approx(growers)
        assert found[1][0] == 0.0


def test_stock_of_goods_that_come_in_all_year_is_a_geometric_series() -> None:
    # Growers get 1/52 a week, lose 1 % and sell a quarter: they keep 0.7425 of what they have, x = 0.7425 (x + 1/52).
    # Traders get what growers sell, lose 1 % and keep three quarters: y = 0.75 (0.99 y + growers' sales).
    growers, traders = usual_stock(FLAT, np.array([0.01]), np.array([0.25]), np.array([0.25]), 0)
    assert growers[0] == pytest.approx(0.7425 / 0.2575 / 52)
    assert traders[0] == pytest.approx(0.75 * growers[0] / 3 / (1 - 0.7425))


def test_offers_of_an_ordinary_year_worked_by_hand() -> None:
    # A year's output comes in week 0 of a good of which growers sell half a week: a half, a quarter, an eighth.
    offers = usual_offers(season(0), np.zeros(1), np.array([0.5]))
    assert offers[0, :3].tolist() == pytest.approx([0.5, 0.25, 0.125])
    assert offers.sum() == pytest.approx(1.0)


def test_a_smoothed_amount_of_an_ordinary_year_worked_by_hand() -> None:
    # 8 in week 0 and nothing else, over two weeks: 4 after it, halved each week; what is left of years before is none.
    weekly = 8.0 * season(0)
    assert [usual_average(weekly, 2.0, week)[0] for week in (1, 2, 3)] == pytest.approx([4.0, 2.0, 1.0])
    assert usual_average(np.full((2, 52), 3.0), np.array([4.0, 1.0]), 7).tolist() == pytest.approx([3.0, 3.0])
