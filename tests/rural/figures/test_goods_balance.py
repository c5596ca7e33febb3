"""Where the kilograms of a county go: what came in is what went out by each way, and what is there."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.figures.goods_balance import DEALERS, GROWERS, GoodsBalance
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.simulate import simulate
from tiny import tiny_scenario


@pytest.fixture(scope="module")
def books() -> tuple[GoodsBalance, GoodsBalance, object, CountyScorecard]:
    """Return the books of forty weeks and of all, the state at the end, and the scorecard."""
    scenario = tiny_scenario()
    some, whole, card = GoodsBalance(40), GoodsBalance(scenario.weeks), CountyScorecard.of(scenario)
    run = simulate(scenario, 1, watchers=[some, whole, card])
    return some, whole, run.state, card


def test_what_growers_and_dealers_have_at_the_end_is_what_the_state_says(books: tuple) -> None:
    _, whole, state, _ = books
    counties = len(state.counties)
    p = state.plots
    weight = state.households.weight[p.household]
    stock = np.bincount(state.crops.county[p.crop], p.stock_g * weight, counties) / 1e6
    np.testing.assert_allclose(whole.growers()["after"], stock, rtol=1e-12)
    d = state.dealers
    stock = np.bincount(state.crops.county[d.crop], d.stock_g, counties) / 1e6
    np.testing.assert_allclose(whole.dealers()["after"], stock, rtol=1e-9, atol=1e-9)


def test_what_growers_had_and_harvested_is_what_they_sold_lost_and_have(books: tuple) -> None:
    for book in books[:2]:
        tonnes = book.growers()
        went = sum(tonnes[name] for name in GROWERS[2:])
        np.testing.assert_allclose(tonnes["before"] + tonnes["harvested"], went, rtol=1e-12)
        assert set(tonnes) == set(GROWERS)
        assert set(book.dealers()) == set(DEALERS)
        by_dealers = tonnes["cooperative"] + tonnes["firm"] + tonnes["trader"]
        np.testing.assert_allclose(book.dealers()["bought"], by_dealers, rtol=1e-12)
        assert (by_dealers > 0).all()


def test_the_books_close_with_their_last_week(books: tuple) -> None:
    some, whole, _, _ = books
    assert (some.growers()["harvested"] < whole.growers()["harvested"]).all()
    assert (some.dealers()["before"] == whole.dealers()["before"]).all()


def test_what_the_figures_say_of_losses_and_offline_sales_is_what_the_books_say(books: tuple) -> None:
    _, whole, _, card = books
    lost = whole.growers()["lost"] + whole.dealers()["lost"]
    np.testing.assert_allclose(card.goods.series("lost").sum(axis=0) / 1e6, lost, rtol=1e-12)
    assert (whole.growers()["lost"] > 0).all()
    sold = card.outcomes_named(["offline_sales@2019"])["offline_sales@2019"]
    assert ((sold > 0) == (whole.dealers()["offline"] > 0)).all()
