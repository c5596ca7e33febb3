"""Laws on the target table over the ranges of inputs: the design, and what it says of free and of unmoved targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ecsim.kernel.limits import LawRun, LawTried, tried
from ecsim.rural.laws.target_laws import INPUTS, POINTS, design, target_laws
from ecsim.rural.regions import pack_of
from ecsim.rural.rules import rule_defaults
from ecsim.scenario.load import changed
from tiny import tiny_scenario

SCENARIO = tiny_scenario()
RANGES = {**rule_defaults().by_name, **pack_of(SCENARIO).rules.by_name}
LAWS = {law.name: law for law in target_laws(SCENARIO)}


def test_every_input_takes_each_of_its_levels_once_its_ends_among_them_and_no_two_move_alike() -> None:
    points = design(RANGES)
    assert len(points) == POINTS
    places = []
    for name in INPUTS:
        low, high = RANGES[name].low, RANGES[name].high
        values = [point[name] for point in points]
        assert len({*values}) == POINTS
        assert (min(values), max(values)) == (low, high)
        places.append(tuple((value - low) / (high - low) for value in values))
    assert len({*places}) == len(INPUTS)


def test_a_scenario_takes_every_point() -> None:
    for point in LAWS["free_trained"].points:
        assert changed(SCENARIO, point, "test")


def test_each_target_has_both_laws() -> None:
    names = {target.name for target in SCENARIO.programme.targets}
    assert len(names) == 14
    assert {*LAWS} == {f"{kind}_{name}" for kind in ("free", "moved") for name in names}


def _maker(met: Mapping[str, Any]) -> Any:
    """Return what makes runs in which as many of 25 counties meet a target as their policy says, by point."""

    def make(wanted: Sequence[LawRun], outcomes: Sequence[str]) -> list[Mapping[str, float]]:
        points = [run.changes[INPUTS[0]] for run in wanted]
        order = sorted({*points})
        return [
            {**dict.fromkeys(outcomes, float(met[run.policy][order.index(point)])), "counties": 25.0}
            for run, point in zip(wanted, points, strict=True)
        ]

    return make


def test_the_share_that_needs_no_money_is_printed_with_its_range() -> None:
    none = [5, 10, 10, 10, 10, 15, 25]
    (result,) = tried([LAWS["free_farm_growth"]], _maker({"no_money": none}))
    assert result.verdict == "printed"
    assert result.found == pytest.approx(sum(none) / 7 / 25)
    assert (min(result.values), max(result.values)) == (0.2, 1.0)


@pytest.mark.parametrize(
    ("money", "verdict"),
    [
        ([20] * 7, "holds"),
        ([10] * 7, "does not move"),
        ([10, 11, 9, 10, 10, 12, 8], "does not move"),
        ([4] * 7, "holds"),
    ],
)
def test_policy_moves_a_target_or_is_told_not_to(money: list[int], verdict: str) -> None:
    make = _maker({"no_money": [10] * 7, "pooled_by_project": money})
    (result,) = tried([LAWS["moved_trained"]], make)
    assert result.verdict == verdict
    assert LawTried.over_seeds([result, result]).values == result.values * 2
