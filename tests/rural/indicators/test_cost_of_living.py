"""Real income: what ordering online saves is a fall in the cost of living (docs/model.md 7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.codes import Channel
from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.market import LotSold
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.figures.accumulators import real_income
from ecsim.rural.indicators import Available
from ecsim.rural.programme.programme_files import shipped_programme
from figures import Happened, by_year, day
from parcels import orders_of
from tiny import LIVELY, lively_run, made, run, tiny_region

WEEK = 60
"""A week of 2019."""


def test_a_saving_worked_by_hand() -> None:
    # Household 8 is the only one of county 1 on the register: 5,440 yuan a head, four persons. Of 83 % of it, 18,060.80
    # yuan, it saves 180.608, one per cent: 5,440/0.99 = 5,494.95.
    seen = Happened().on(day(WEEK), orders_of([8], [3], [-1], saved_fen=[18_060]))
    assert seen.outcome("poor_real_income", 2019)[1] == pytest.approx(5494.95, abs=5e-3)
    assert seen.outcome("poor_real_income", 2018)[1] == seen.outcome("poor_income", 2018)[1]
    assert seen.outcome("poor_real_income", 2019)[0] == seen.outcome("poor_income", 2019)[0]
    assert seen.outcome("poor_income", 2019)[1] == pytest.approx(5440)


def test_what_others_save_is_real_income_of_all_and_not_of_the_poor() -> None:
    seen = Happened().on(day(WEEK), orders_of([9], [3], [-1], saved_fen=[50_000]))
    assert seen.outcome("poor_real_income", 2019) == seen.outcome("poor_income", 2019)
    nominal, real = (seen.outcome(name, 2019)[1] for name in ("income", "real_income"))
    # 500 yuan for county 1's 15 persons
    assert real == pytest.approx(nominal / (1 - 500 / (0.83 * nominal * 15)))


def test_where_nothing_is_saved_real_income_is_nominal_income() -> None:
    numbers = {"buying.saving_durables": 0.0, "buying.saving_everyday": 0.0, "buying.shop_price_rise": 0.0}
    region, events = tiny_region(numbers=numbers)
    run(region, 60)
    assert events.rows(ParcelsOrdered)
    seen = Happened().all(events.batches)
    assert seen.outcome("poor_real_income", 2018) == seen.outcome("poor_income", 2018)
    assert seen.outcome("real_income", 2018) == seen.outcome("income", 2018)


def test_more_saving_is_more_real_income_and_leaves_nominal_income_alone() -> None:
    outcomes = []
    for saving in (0.05, 0.2):
        region, events = tiny_region(numbers={"buying.saving_everyday": saving, "buying.cost_sensitivity": 0.0})
        run(region, 60)
        seen = Happened().all(events.batches)
        outcomes.append([seen.outcome(name, 2018) for name in ("real_income", "income")])
    (low, nominal), (high, same) = outcomes
    assert (np.array(high) > low).all()
    assert (np.array(low) > nominal).all()
    assert same == nominal


def test_without_adoption_less_is_saved_and_real_income_falls() -> None:
    gains = []
    for pace in (0.0, 3.0):
        numbers = {"buying.innovation": pace, "buying.imitation": 10 * pace}
        region, events = tiny_region(opened={InternetBaselined: {"share": 1_000_000}}, numbers=numbers)
        run(region, 104)
        seen = Happened().all(events.batches)
        gains.append(np.subtract(seen.outcome("real_income", 2019), seen.outcome("income", 2019)))
    assert (gains[0] > 0).all()  # buyers of the opening
    assert (gains[1] > 1.5 * gains[0]).all()


def test_amounts_of_each_household_count_for_all_that_it_stands_for() -> None:
    """Rows of version 1 say what each household saved, those of today what all of a row did together."""
    weights = {HouseholdsBaselined: {"weight": 3}}
    together = Happened(weights).on(day(WEEK), orders_of([8], [9], [-1], saved_fen=[30_000]))
    each = Happened(weights).on(day(WEEK), orders_of([8], [3], [-1], saved_fen=[10_000], each=[1]))
    assert together.outcome("poor_real_income", 2019) == each.outcome("poor_real_income", 2019)


def test_real_income_is_income_over_one_less_the_share_of_consumption_that_is_saved() -> None:
    found = real_income(np.array([1000.0, 1000.0, 0.0, 10.0]), np.array([0.0, 80.0, 0.0, 9.0]), 0.8)
    assert found == pytest.approx([1000.0, 1000.0 / 0.9, 0.0, np.nan], nan_ok=True)


def test_figures_of_a_run_are_its_events_added_up() -> None:
    region, events = lively_run()
    h, orders = region.world.state.households, events.of(ParcelsOrdered)
    saved = by_year(orders, h.county[orders["household"]], orders["saved_fen"].astype(float))[1]
    seen = Happened(LIVELY).all(events.batches)
    heads = np.bincount(h.county, h.weight * h.persons.astype(float), 2)
    nominal = np.array(seen.outcome("income", 2019))
    real = nominal / (1 - saved / 100 / heads / (0.83 * nominal))
    assert seen.outcome("real_income", 2019) == pytest.approx(list(real))
    assert (saved > 0).any()


def test_a_sale_raises_real_income_by_as_much_as_nominal_income() -> None:
    sale = made(LotSold, plot=[1], channel=[Channel.TRADER], sold_g=[50_000], received_fen=[100_000])
    plain, seen = Happened(), Happened().on(day(WEEK), sale)
    for name in ("poor_income", "poor_real_income"):
        gain = np.subtract(seen.outcome(name, 2019), plain.outcome(name, 2019))
        assert gain == pytest.approx([700 / 13, 0.0])


def test_a_programme_that_does_not_say_what_is_consumed_has_no_real_income() -> None:
    silent = shipped_programme().model_copy(update={"consumption_share": None})
    card = Happened().card
    lacking = Available.of_run(card.start, card.weeks, silent).lacking()
    wanted = {f"{name}@{year}" for name in ("real_income", "poor_real_income") for year in (2018, 2019)}
    assert wanted <= lacking.keys()
    assert lacking["real_income@2019"].en == "the programme does not say what share of income households consume"
    assert "income@2019" not in lacking
