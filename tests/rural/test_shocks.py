"""Shocks: what they do to parameters, and what a run under them comes to."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from ecsim.kernel.shocks import ActiveShock, Effect, shocked
from ecsim.rural.indicators import region_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import changed
from ecsim.scenario.parts import load_shock
from runs import CONFIGS, scenario, scorecard_of

SHOCKS = sorted((CONFIGS / "shocks").glob("*.toml"))


def test_strength_scales_a_factor_and_an_addend() -> None:
    halved = Effect(parameter="x", multiply=0.5, lowest=0.1)
    assert [halved.on(8.0, strength) for strength in (0.0, 0.5, 1.0, 2.0)] == [8.0, 6.0, 4.0, 0.1]
    added = Effect(parameter="x", add=3.0, highest=5.0)
    assert [added.on(1.0, strength) for strength in (0.0, 1.0, 2.0)] == [1.0, 4.0, 5.0]


def test_an_effect_is_a_factor_or_an_addend() -> None:
    with pytest.raises(ValidationError, match="set either multiply or add"):
        Effect(parameter="x", multiply=0.5, add=1.0)


def test_a_shock_holds_from_its_first_to_its_last_day() -> None:
    slump = load_shock(CONFIGS / "shocks" / "price_slump.toml")
    assert [slump.holds(dt.date(2019, *day)) for day in ((1, 1), (12, 31))] == [True, True]
    assert not slump.holds(dt.date(2018, 12, 31))
    assert not slump.holds(dt.date(2020, 1, 1))


def test_shocks_act_one_after_the_other() -> None:
    slump = load_shock(CONFIGS / "shocks" / "price_slump.toml")
    twice = shocked(rule_defaults(), [ActiveShock(shock=slump), ActiveShock(shock=slump, strength=0.5)])
    assert twice.by_name["market.price_level"].value == pytest.approx(1.0 - 0.3 - 0.15)


def test_a_whole_number_stays_one() -> None:
    exit_of_operator = load_shock(CONFIGS / "shocks" / "operator_exit.toml")
    found = shocked(rule_defaults(), [ActiveShock(shock=exit_of_operator, strength=0.7)])
    value = found.by_name["logistics.tour_vans"].value
    assert isinstance(value, int)


def under(path: Path | None, strength: float) -> Scenario:
    base = scenario("equal_split", sample=0.002, end=dt.date(2019, 12, 31))
    if path is None:
        return base
    told = {"shock": load_shock(path).model_dump(mode="json"), "strength": strength}
    return changed(base, {"shocks": [told]}, str(path))


@lru_cache(maxsize=8)
def outcomes(name: str | None, strength: float) -> dict[str, float]:
    of = under(CONFIGS / "shocks" / f"{name}.toml" if name else None, strength)
    card = scorecard_of(of)
    simulate(of, 1, watchers=[card])
    return {key: region_of(key, values) for key, values in card.outcomes_named(card.shown).items()}


@pytest.mark.parametrize("path", SHOCKS, ids=lambda path: path.stem)
def test_a_shock_of_strength_0_moves_no_parameter(path: Path) -> None:
    own = rule_defaults()
    found = shocked(own, [ActiveShock(shock=load_shock(path), strength=0.0)])
    assert {name: p.value for name, p in found.by_name.items()} == {name: p.value for name, p in own.by_name.items()}


def test_a_run_under_nothing_is_the_run_without() -> None:
    assert outcomes("price_slump", 0.0) == pytest.approx(outcomes(None, 0.0), rel=0.0, abs=0.0, nan_ok=True)


def test_a_price_slump_costs_farm_sales_and_the_poor_and_more_the_stronger_it_is() -> None:
    for outcome in ("farm_retail@2019", "poor_income@2019"):
        none, some, all_of_it = (outcomes("price_slump", strength)[outcome] for strength in (0.0, 1.0, 2.0))
        assert none > some > all_of_it
