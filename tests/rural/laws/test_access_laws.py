"""Laws on internet, adoption and stations: they hold on the tiny region, and what breaks them is caught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from ecsim.audit.limit_runs import measure_laws
from ecsim.experiments.running.task import Task
from ecsim.kernel.limits import LawRun, LawTried, LimitLaw, Maker, tried
from ecsim.rural.laws.access_laws import ACCESS_LAWS
from ecsim.scenario.load import changed
from ecsim.scenario.merged import shipped_policy
from tiny import tiny_scenario

BY_NAME = {law.name: law for law in ACCESS_LAWS}
END = {"end": "2019-12-29"}


@cache
def _made(key: str, outcomes: tuple[str, ...]) -> Mapping[str, float]:
    run = _RUNS[key]
    policy = {"policy": shipped_policy(run.policy)} if run.policy else {}
    scenario = changed(tiny_scenario(policy="no_money"), {**policy, **run.changes}, "test")
    payload = {
        "scenario": scenario.model_dump(mode="json"), "further": outcomes, "after_another": False,
        "without": list(run.without),
    }  # fmt: skip
    return measure_laws(Task(key, "x", 0, 0, 1, payload)).outcomes


_RUNS: dict[str, LawRun] = {}


def on_tiny(wanted: Sequence[LawRun], outcomes: Sequence[str]) -> list[Mapping[str, float]]:
    """Return figures of runs in the tiny region; equal ones are made once."""
    _RUNS.update({run.key: run for run in wanted})
    return [_made(run.key, tuple(outcomes)) for run in wanted]


def found(name: str, **changes: Any) -> LawTried:
    """Return what is found of a law in the tiny region, to the end of 2019."""
    law = BY_NAME[name]
    outcome, setting = law.outcome.replace("@2020", "@2019"), {**law.setting, **END}
    (result,) = tried([replace(law, **{"setting": setting, "outcome": outcome, **changes})], on_tiny)
    return result


@pytest.mark.parametrize("name", ["offline_orders", "offline_sales", "offline_station_use", "offline_stations"])
def test_without_internet_there_is_nothing(name: str) -> None:
    assert found(name, setting=BY_NAME[name].setting).found == 0.0


def test_with_internet_there_is_and_the_laws_say_broken() -> None:
    for name in ("offline_orders", "offline_station_use", "offline_stations"):
        assert found(name, without=()).verdict == "broken", name


@pytest.mark.parametrize(
    ("name", "way"), [("adoption_real_income", -1.0), ("adoption_parcel_cost", 1.0), ("adoption_upward_cost", 1.0)]
)
def test_without_adoption_incomes_fall_and_costs_rise_beyond_chance(name: str, way: float) -> None:
    law = BY_NAME[name]
    for sign, verdict in ((way, "holds"), (-way, "broken"), (0.0, "does not move")):
        results = [
            tried([law], lambda *_, by=size * sign: [{law.outcome: 8.0 + by}, {law.outcome: 8.0}])[0]
            for size in (1.0, 1.1, 1.2)
        ]
        assert LawTried.over_seeds(results).verdict == verdict


def test_where_tariffs_stand_still_buyers_move_no_sales() -> None:
    assert found("adoption_sales_at_fixed_tariffs").verdict == "holds"


def test_what_else_moves_sales_than_tariffs_is_caught() -> None:
    """Carriage ten times as dear in the run that is pushed stands for a second way from buyers to sales."""
    law = {"changes": {"selling.carriage_level": 10.0}}
    assert found("adoption_sales_at_fixed_tariffs", **law).verdict == "broken"


@pytest.mark.parametrize("name", ["one_station_bought", "one_station_sold", "one_station_bought_mean"])
def test_one_more_station_takes_nothing_from_its_village(name: str) -> None:
    assert found(name).verdict == "holds"


def test_villages_that_lose_by_a_station_are_caught_in_the_worst_of_them() -> None:
    law = BY_NAME["one_station_bought"]
    with_one, without = {"bought:1": 10.0, "bought:2": 5.0}, {"bought:1": 8.0, "bought:2": 5.5}
    (result,) = tried([law], lambda *_: [with_one, without])
    assert (result.found, result.verdict) == (-0.5, "broken")


def test_sales_that_rise_without_stations_are_caught_beyond_chance_alone() -> None:
    law = BY_NAME["no_stations"]
    for ratios, verdict in (((1.06, 1.07), "broken"), ((0.9, 1.15), "holds")):
        found = [tried([law], _pair(law, ratio))[0] for ratio in ratios]
        assert LawTried.over_seeds(found).verdict == verdict


def _pair(law: LimitLaw, ratio: float) -> Maker:
    """Return what makes two runs of which the outcomes of a law have some ratio."""
    return lambda *_: [{law.outcome: ratio}, {law.outcome: 1.0}]
