"""Laws of limits on the programme's money: they hold on the tiny region, and a fault that is put in breaks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from ecsim.kernel.limits import LawRun, LawTried, LimitLaw, tried
from ecsim.kernel.parameters import Value
from ecsim.rural.laws.fund_limits import FRICTIONS, FUND_LAWS, GAINS, LADDER, NEUTRAL, WORLDS
from ecsim.rural.laws.limit_figures import LimitFigures
from ecsim.rural.model import MODEL
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import changed
from ecsim.scenario.merged import shipped_policy
from tiny import tiny_scenario

BY_NAME = {law.name: law for law in FUND_LAWS}
SHORT = {"start": dt.date(2018, 10, 1), "end": dt.date(2019, 6, 30)}
"""From before the first money to when many works are finished."""
MONEY = "policy.funds.multiplier"


@cache
def _figures(key: str) -> Mapping[str, float]:
    return _RUNS[key]()


_RUNS: dict[str, Any] = {}


def on_tiny(wanted: Sequence[LawRun], _: Sequence[str]) -> list[Mapping[str, float]]:
    """Return figures of laws of runs in the tiny region; equal ones are made once."""
    for run in wanted:
        _RUNS[run.key] = lambda run=run: _made(run)
    return [_figures(run.key) for run in wanted]


def _made(run: LawRun) -> Mapping[str, float]:
    policy = {"policy": shipped_policy(run.policy)} if run.policy else {}
    scenario = changed(tiny_scenario(), {**policy, **run.changes, **SHORT}, "test")
    figures = LimitFigures(scenario)
    state = simulate(scenario, 1, watchers=[figures]).state
    return figures.figures(state)


def found(law: LimitLaw, **more: Value) -> LawTried:
    """Return what is found of a law in the tiny region, with more values in both runs."""
    (result,) = tried([replace(law, setting={**law.setting, **more})], on_tiny)
    return result


@pytest.mark.parametrize("policy", ["pooled_by_project", "equal_split"])
def test_money_of_nothing_is_no_money(policy: str) -> None:
    law = BY_NAME[f"money_of_nothing_{policy}"]
    assert found(law).verdict == "holds"
    hardly_any = replace(law, changes={MONEY: 0.01})
    assert found(hardly_any).verdict == "broken"


def test_at_the_neutral_point_pooled_is_split() -> None:
    assert found(BY_NAME["neutral_point"]).verdict == "holds"


@pytest.mark.parametrize("fault", [{"funds.prefecture_noise": 0.5}, {"funds.pooled_delay_weeks": 1}])
def test_away_from_the_neutral_point_it_is_not(fault: dict[str, Value]) -> None:
    assert found(BY_NAME["neutral_point"], **fault).verdict == "broken"


@pytest.mark.parametrize("name", ["lending_delays_nobody", "capacity_finishes_more"])
def test_offices_that_lend_or_can_do_more_delay_nobody(name: str) -> None:
    assert found(BY_NAME[name]).verdict == "holds"


def test_less_capacity_is_caught() -> None:
    law = BY_NAME["capacity_finishes_more"]
    less = replace(law, changes=dict.fromkeys(law.changes, 2.0), setting={**law.setting, **law.changes})
    result = found(less)
    assert result.verdict == "broken"
    assert result.found <= -1.0


def test_a_delay_of_one_project_is_caught() -> None:
    """Where each award takes time to co-ordinate, beside the same plan without."""
    law = BY_NAME["lending_delays_nobody"]
    assert found(replace(law, changes={"offices.award_delay_weeks": 2})).verdict == "broken"


def _laws(begins: str) -> list[LimitLaw]:
    return [law for law in FUND_LAWS if law.name.startswith(begins)]


def _by_money(values: Sequence[float]) -> Any:
    """Return what makes runs whose every outcome is a given one of their multiple of the money."""
    of = dict(zip(LADDER, values, strict=True))
    outcomes = [outcome for outcome, _ in GAINS.values()]
    return lambda wanted, _: [dict.fromkeys(outcomes, of[run.changes[MONEY]]) for run in wanted]


def test_more_money_that_lowers_the_count_of_targets_is_caught_at_its_step() -> None:
    for step, (less, more) in enumerate(pairwise(LADDER)):
        falls = [5.0] * (step + 1) + [4.0] * (len(LADDER) - step - 1)
        verdicts = {
            law.name: LawTried.over_seeds(tried([law], _by_money(falls)) * 2).verdict for law in _laws("money_")[3:]
        }
        assert verdicts.pop(f"money_{more:g}") == "broken", (less, more)
        assert set(verdicts.values()) == {"holds"}


def test_gains_that_rise_by_the_unit_are_caught() -> None:
    concave, convex = ([money**power for money in LADDER] for power in (0.5, 2.0))
    for values, verdict in ((concave, "holds"), (convex, "broken")):
        for law in _laws("concave_"):
            assert LawTried.over_seeds(tried([law], _by_money(values)) * 2).verdict == verdict, law.name
    for law in _laws("concave_"):
        assert tried([law], _by_money([2.0 * money for money in LADDER]))[0].found == pytest.approx(0.0)


def test_what_a_quarter_of_the_money_brings_is_printed_and_not_judged() -> None:
    for law in _laws("quarter_"):
        (result,) = tried([law], _by_money([10.0, 18.4, 20.0, 21.0]))
        assert result.verdict == "printed"
        assert result.found == pytest.approx(0.84)


def test_worlds_of_the_quarter_lie_at_the_ends_of_their_ranges() -> None:
    ends = [end for _, setting in WORLDS.values() for end in setting.items()]
    assert len(ends) == 4
    for name, value in ends:
        assert value in (MODEL.defaults.by_name[name].low, MODEL.defaults.by_name[name].high)


def _with_bonus(law: LimitLaw, bonus: float) -> Any:
    """Return what makes runs in which a law's friction adds something to its outcome."""
    ((friction, worst),) = law.changes.items()
    return lambda wanted, _: [{law.outcome: 8.0 + bonus * (run.changes[friction] == worst)} for run in wanted]


@pytest.mark.parametrize(("bonus", "verdict"), [(0.0, "holds"), (-0.5, "holds"), (0.5, "broken")])
def test_a_friction_that_helps_is_caught(bonus: float, verdict: str) -> None:
    for law in _laws("friction_"):
        assert LawTried.over_seeds(tried([law], _with_bonus(law, bonus)) * 2).verdict == verdict, law.name


def test_frictions_and_the_neutral_point_stay_within_ranges_and_are_named() -> None:
    ranges = MODEL.defaults.by_name
    for name, (none, most, _, _) in FRICTIONS.items():
        of = ranges[name]
        assert of.low <= none <= of.high
        assert most in (of.low, of.high)
        assert most != none
    assert all(ranges[name].low <= value <= ranges[name].high for name, value in NEUTRAL.items() if name in ranges)
