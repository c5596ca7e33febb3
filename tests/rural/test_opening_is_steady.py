"""The opening is a state that the rules can be in: in the first year nothing jumps that no event explains."""

from __future__ import annotations

import numpy as np
import pytest

from runs import Recorder, ended

YEAR = 52


@pytest.fixture(scope="module")
def first_years() -> Recorder:
    """A run without money."""
    return ended("no_money")[1]


def weekly(recorder: Recorder, kind: str, name: str) -> np.ndarray:
    """Return a column summed up week by week, of a kind of which there is an event each week."""
    return np.array([float(getattr(event, name).sum()) for event in recorder.events[kind]])


def test_farm_prices_stay_near_those_of_the_opening(first_years: Recorder) -> None:
    (opened,) = first_years.events["crops_baselined"]
    price = opened.farm_price_fen.astype(float)
    for event in first_years.events["farm_price_moved"][:YEAR]:
        price[event.crop] = event.price_fen
        assert 0.9 < np.mean(price / opened.farm_price_fen) < 1.1


def test_shops_are_ones_that_the_rules_keep(first_years: Recorder) -> None:
    (opened,) = first_years.events["shops_baselined"]
    shops = float(opened.shops.sum())
    closed = sum(event.rows for event in first_years.events["seller_lapsed"][:YEAR])
    begun = sum(float(event.shops.sum()) for event in first_years.events["seller_started"][:YEAR])
    assert closed < 0.1 * shops
    assert begun < 0.25 * shops


def test_orders_are_filled_as_well_in_the_first_weeks_as_in_later_ones(first_years: Recorder) -> None:
    filled, ordered = (weekly(first_years, "orders_filled", name)[:YEAR] for name in ("filled_g", "ordered_g"))
    early, late = (filled[weeks].sum() / ordered[weeks].sum() for weeks in (slice(0, 8), slice(44, YEAR)))
    assert early == pytest.approx(late, abs=0.05)
    assert early > 0.8


def test_buyers_order_in_the_first_weeks_what_they_order_later(first_years: Recorder) -> None:
    # Weeks 1 to 3 have the goods for the Spring Festival.
    parcels = np.delete(weekly(first_years, "parcels_ordered", "parcels")[:12], [1, 2, 3])
    assert np.abs(np.diff(np.log(parcels))).max() < 0.05
