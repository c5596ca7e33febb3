"""What goods lose with time: a Weibull law for fresh ones, a share a week for others (docs/model.md 4.4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.rural.events import CropForm
from ecsim.rural.goods.losses import FarmingTerms, kept_share, usual_feed_fen, weekly_loss
from tiny import tiny_region

TERMS = FarmingTerms(
    loss_plain=0.25, loss_exponent=1.5, gate_days=0.5, waiting_share=0.07, waiting_days=3.0, cold_life=4.0,
    room_fee_yuan=0.3, precooling_fee_yuan=0.1, loss_kept=0.005, loss_dried=0.35, weather_sigma=0.12, yield_level=1.0,
    feed_level=1.0,
)  # fmt: skip


def test_a_quarter_is_lost_over_the_shelf_life_and_so_on_worked_by_hand() -> None:
    # Days over shelf life 1, 1/4, 4 to the power of 1.5 are 1, 1/8, 8: 0.75, 0.75^0.125 = 0.9647, 0.75^8 = 0.1001.
    found = kept_share(8.0, np.array([8.0, 32.0, 2.0]), TERMS)
    np.testing.assert_allclose(found, [0.75, 0.96467, 0.10011], atol=1e-5)
    assert kept_share(0.0, np.array([8.0]), TERMS).tolist() == [1.0]


@given(st.floats(0.0, 60.0), st.floats(0.0, 60.0), st.floats(1.0, 400.0))
def test_more_days_never_keep_more_and_a_longer_life_never_less(days: float, more: float, shelf: float) -> None:
    now, later = (kept_share(d, np.array([shelf, 2 * shelf]), TERMS) for d in (days, days + more))
    assert (later <= now).all()
    assert now[0] <= now[1]


def test_twice_the_life_is_half_the_time() -> None:
    np.testing.assert_allclose(kept_share(6.0, np.array([10.0]), TERMS), kept_share(3.0, np.array([5.0]), TERMS))


def test_a_weeks_loss_of_each_form_worked_by_hand() -> None:
    # Fresh goods of 7 days' life last 28 in the cold: (7/28)^1.5 = 1/8, 0.0353. Kept: 0.005. Dried, 350 days: 0.001.
    form = np.array([CropForm.LIVE, CropForm.STANDING, CropForm.FRESH, CropForm.KEPT, CropForm.DRIED], np.uint8)
    found = weekly_loss(form, np.array([7.0, 7.0, 7.0, 7.0, 350.0]), TERMS)
    np.testing.assert_allclose(found, [0.0, 0.0, 0.03533, 0.005, 0.001], atol=1e-5)


def test_losses_of_nothing_lose_nothing() -> None:
    none = replace(TERMS, loss_plain=0.0, loss_kept=0.0, loss_dried=0.0)
    form = np.arange(5, dtype=np.uint8)
    assert weekly_loss(form, np.full(5, 10.0), none).tolist() == [0.0] * 5


@pytest.mark.parametrize("shelf", [0.0, 1.0, 365.0])
def test_a_loss_is_a_share(shelf: float) -> None:
    found = weekly_loss(np.arange(5, dtype=np.uint8), np.full(5, shelf), TERMS)
    assert ((found >= 0) & (found <= 1)).all()


def test_usual_feed_is_that_of_animals_sold_in_turns_week_by_week() -> None:
    # Some come ready in every week of a turn; a part is sold each turn. At 1/6 a week and four weeks, 5.226 weeks.
    goods = tiny_region()[0].terms.goods
    part = 1 - (1 - goods.offered_live) ** goods.turn_weeks
    kept = []
    for phase in range(goods.turn_weeks):
        stock, weeks = 1.0, 0.0
        for week in range(400):
            stock -= stock * part if (week + phase) % goods.turn_weeks == 0 else 0.0
            weeks += stock
        kept.append(weeks)
    found = usual_feed_fen(np.array([50.0, 0.0]), TERMS, goods)
    assert found.tolist() == [pytest.approx(50.0 * np.mean(kept)), 0.0]
    assert np.mean(kept) == pytest.approx(5.226, abs=1e-3)
    assert usual_feed_fen(np.array([50.0]), replace(TERMS, feed_level=0.5), goods)[0] == pytest.approx(found[0] / 2)
