"""Scenario discovery: a box that is known, boxes after it, what chance finds, how a box reads."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ecsim.statistics.discovery import Discovery, Terms, prim, reproducibility
from ecsim.statistics.rule_induction import Cases, quasi_p
from ecsim.statistics.subgroup_boxes import Box, Limit, Measure, sentence

N = 2000


def cases(n: int = N, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.random((n, 5)), columns=["rate", "delay", "n1", "n2", "n3"])
    table["weeks"] = rng.integers(0, 20, n)
    table["kind"] = rng.choice(["shop", "new", "van"], n)
    return table


def known(table: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Hits: rate >= 0.7 and 0.2 <= delay <= 0.6 (0.12 of the cases)."""
    return (table.rate >= 0.7).to_numpy() & table.delay.between(0.2, 0.6).to_numpy()


@pytest.fixture(scope="module")
def exact() -> Discovery:
    return prim(cases(), known(cases()))


def test_a_known_box_is_recovered_with_its_limits(exact: Discovery) -> None:
    (found,) = exact.boxes
    rate, delay = found.box.limit("rate"), found.box.limit("delay")
    assert set(found.box.restricted) == {"rate", "delay"}
    assert (rate.low, delay.low, delay.high) == pytest.approx((0.7, 0.2, 0.6), abs=0.01)
    assert rate.high == math.inf
    assert found.measure.density >= 0.98
    assert found.measure.coverage >= 0.98


def test_a_known_box_under_noise_is_recovered_and_holds_on_other_cases() -> None:
    table, fresh = cases(4000), cases(4000, seed=2)
    luck = np.random.default_rng(3).random((2, 4000))
    hit = luck[0] < np.where(known(table), 0.9, 0.04)
    (found,) = prim(table, hit).boxes
    assert set(found.box.restricted) == {"rate", "delay"}
    rate, delay = found.box.limit("rate"), found.box.limit("delay")
    assert (rate.low, delay.low, delay.high) == pytest.approx((0.7, 0.2, 0.6), abs=0.04)
    other = found.box.measured(fresh, luck[1] < np.where(known(fresh), 0.9, 0.04))
    assert other.density == pytest.approx(0.88, abs=0.06)
    assert other.coverage == pytest.approx(0.75, abs=0.06)


def test_coverage_density_and_mass_are_what_they_say(exact: Discovery) -> None:
    found, hit = exact.boxes[0], known(cases())
    inside = found.box.holds(cases())
    assert found.measure == Measure(hit[inside].sum() / hit.sum(), hit[inside].mean(), inside.mean())
    assert exact.base == pytest.approx(hit.mean())


def test_peeling_is_patient_and_goes_from_everything_to_the_least_mass() -> None:
    table = cases()
    hit = np.random.default_rng(5).random(N) < np.where(known(table), 0.6, 0.1)
    (found,) = prim(table.drop(columns=["weeks", "kind"]), hit, alpha=0.05, mass_min=0.05).boxes
    path = found.trajectory
    assert path.iloc[0][["coverage", "mass", "restricted", "limits"]].tolist() == [1.0, 1.0, 0, "anything at all"]
    lost = 1.0 - path.mass.to_numpy()[1:] / path.mass.to_numpy()[:-1]
    assert lost.max() <= 0.05 + 1e-9
    assert 0.05 <= path.mass.min() < 0.055
    assert path.kept.sum() == 1
    assert [step.measured(table, hit).density for step in found.path] == pytest.approx(path.density.tolist())


def test_categories_and_whole_numbers_are_limited_too() -> None:
    table = cases()
    hit = (table.kind == "shop") & (table.weeks >= 12)
    (found,) = prim(table, hit).boxes
    assert found.box.limit("kind").values == ("shop",)
    assert found.box.limit("weeks").low == 12
    assert (found.measure.coverage, found.measure.density) == (1.0, 1.0)
    assert found.words() in {
        "kind is shop and weeks ≥ 12: 100 % of failures, 100 % of its cases fail",
        "weeks ≥ 12 and kind is shop: 100 % of failures, 100 % of its cases fail",
    }


def test_flags_are_categories() -> None:
    table = cases().assign(open=np.arange(N) % 2 == 0)
    (found,) = prim(table, (table.open & (table.rate < 0.4)).to_numpy()).boxes
    assert found.box.limit("open").values == (True,)
    assert found.box.limit("rate").high == pytest.approx(0.4, abs=0.01)


def test_several_boxes_cover_what_one_cannot() -> None:
    table = cases()
    hit = ((table.rate > 0.8) & (table.n1 < 0.5)) | ((table.weeks <= 4) & (table.delay > 0.6))
    found = prim(table, hit, boxes=2, density_min=0.95)
    assert {frozenset(f.box.restricted) for f in found.boxes} == {
        frozenset({"rate", "n1"}),
        frozenset({"weeks", "delay"}),
    }
    inside = found.holds(table)
    assert hit[inside].mean() > 0.95
    assert sum(f.measure.coverage for f in found.boxes) == pytest.approx(hit[inside].sum() / hit.sum())


def test_the_rule_chooses_among_the_boxes_of_the_path() -> None:
    table = cases()
    hit = np.random.default_rng(5).random(N) < np.where(known(table), 0.8, 0.05)
    dense = prim(table, hit, density_min=0.75).boxes[0].measure
    wide = prim(table, hit, coverage_min=0.9).boxes[0].measure
    assert dense.density >= 0.75 > wide.density
    assert wide.coverage >= 0.9 > dense.coverage
    none = prim(table, hit, density_min=0.999)
    assert none.boxes == ()
    assert none.notes == (
        "0 of 1 boxes were found with density 100% or more: no other beats taking all the cases that are left",
    )


def test_pasting_wins_hits_back_and_takes_nothing_from_density() -> None:
    table, hit = cases(), known(cases())
    bare = prim(table, hit, alpha=0.2, pasting=False).boxes[0].measure
    pasted = prim(table, hit, alpha=0.2).boxes[0].measure
    assert pasted.coverage > bare.coverage
    assert pasted.density >= bare.density


def test_limits_that_chance_does_as_well_are_dropped() -> None:
    idle = {1.0: 0, 0.01: 0}
    for seed in range(6):
        table = cases(600, seed)
        hit = np.random.default_rng(50 + seed).random(600) < np.where(known(table), 0.7, 0.1)
        for significance in idle:
            for found in prim(table, hit, significance=significance).boxes:
                assert max(found.quasi_p.values()) <= significance
                idle[significance] += len(set(found.box.restricted) - {"rate", "delay"})
    assert idle[1.0] >= 10
    assert idle[0.01] <= 2


def test_hits_by_chance_alone_are_seldom_told_as_a_box() -> None:
    told = [prim(cases(500, seed), np.random.default_rng(90 + seed).random(500) < 0.2).boxes for seed in range(12)]
    limited = [len(found[0].box.limits) if found else 0 for found in told]
    assert np.mean(limited) < 1.0


def test_the_quasi_p_value_is_the_tail_of_a_binomial() -> None:
    table = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) % 5})
    hit = (table.a >= 10) & (table.b >= 2)
    made = Cases.of(table, hit.to_numpy())
    everything = np.ones(20, np.bool_)
    at = made.step(Box((Limit("a", low=10), Limit("b", low=2))), everything)  # 6 of 6; without b 6 of 10
    assert quasi_p(made, everything, at, "b") == pytest.approx(stats.binom.sf(5, 6, 0.6))
    assert quasi_p(made, everything, at, "a") == pytest.approx(stats.binom.sf(5, 6, 0.5))


def test_shares_of_replications_do_as_hits() -> None:
    table = cases()
    (found,) = prim(table, np.where(known(table), 0.8, 0.1)).boxes
    assert set(found.box.restricted) == {"rate", "delay"}
    assert found.measure.density == pytest.approx(0.8, abs=0.02)


def test_limits_that_are_real_come_back_in_parts_of_the_cases() -> None:
    table = cases()
    hit = np.random.default_rng(5).random(N) < np.where(known(table), 0.9, 0.05)
    shares = reproducibility(table, hit, times=6, seed=1, terms=Terms(alpha=0.1)).set_index("parameter").share
    assert shares[["rate", "delay"]].tolist() == [1.0, 1.0]
    assert shares.drop(["rate", "delay"]).max() <= 0.5


@pytest.mark.parametrize("hit", [np.zeros(N), np.ones(N)])
def test_where_all_cases_are_alike_there_is_no_box(hit: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    found = prim(cases(), hit)
    assert found.boxes == ()
    assert "there is nothing to tell apart" in found.notes[0]


def test_the_order_of_cases_does_not_matter() -> None:
    table, hit = cases(), known(cases())
    turned = prim(table[::-1], hit[::-1])
    assert turned.boxes[0].box == prim(table, hit).boxes[0].box


def test_what_was_found_is_json(exact: Discovery) -> None:
    (found,) = json.loads(json.dumps(exact.content(), allow_nan=False, ensure_ascii=False))["boxes"]
    assert {limit["name"]: limit["high"] is None for limit in found["limits"]} == {"rate": True, "delay": False}
    assert found["words"]["zh"].endswith("%失败")
    assert len(found["trajectory"]["density"]) == len(exact.boxes[0].path)


BOX = Box((Limit("closures_rate", low=0.8), Limit("fund_delay", low=12)), frozenset({"fund_delay"}))


def test_a_box_reads_as_a_sentence_in_english_and_chinese() -> None:
    measure = Measure(0.74, 0.91, 0.2)
    assert (
        sentence(BOX, measure, units={"fund_delay": "weeks"})
        == "closures_rate ≥ 0.8 and fund_delay ≥ 12 weeks: 74 % of failures, 91 % of its cases fail"
    )
    names, units = {"closures_rate": "封路率", "fund_delay": "资金延迟"}, {"fund_delay": "周"}
    assert (
        sentence(BOX, measure, "zh", names=names, units=units)
        == "封路率 ≥ 0.8 且 资金延迟 ≥ 12 周：占全部失败情形的74%，其中91%失败"
    )
    assert sentence(BOX, measure, hit_words=("missed targets", "miss it")).endswith(
        "74 % of missed targets, 91 % of its cases miss it"
    )


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("x", low=0.123456, high=0.98765), "0.123 ≤ x ≤ 0.988 km"),
        (Limit("x", high=-0.123456), "x ≤ -0.123 km"),
        (Limit("x", low=123456.0), "x ≥ 123000 km"),
        (Limit("x", low=0.0), "x ≥ 0 km"),
        (Limit("x", low=2.0, high=2.0), "x = 2 km"),
        (Limit("x", values=("a", "b")), "x is a or b"),
    ],
)
def test_limits_are_rounded_outward_so_that_no_case_falls_out(limit: Limit, words: str) -> None:
    assert limit.words(unit="km") == words


def test_percents_say_all_only_of_all() -> None:
    assert sentence(Box(), Measure(0.999, 0.001, 1.0)) == "anything at all: > 99 % of failures, < 1 % of its cases fail"


@pytest.mark.parametrize(
    ("inputs", "hit", "options", "words"),
    [
        ({"a": [1.0, 2.0]}, [True], {}, r"hits of shape \(1,\) and inputs of shape \(2, 1\)"),
        ({"a": [1.0, np.nan]}, [True, False], {}, "a of case 1 is missing; leave out such cases, 1 in all"),
        ({"a": [1.0, 2.0]}, [1.0, np.nan], {}, "hit of case 1 is nan"),
        ({"a": [1.0, 2.0]}, [1.0, 2.0], {}, "hit of case 1 is 2.0"),
        ({"a": [1.0, 2.0]}, [True, False], {"alpha": 1.5}, "alpha is 1.5"),
        ({"a": [1.0, 2.0]}, [True, False], {"boxes": 0}, "boxes is 0; at least 1"),
        ({}, [], {}, "one hit a case is needed"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(
    inputs: dict[str, list[float]], hit: list[float], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        prim(inputs, hit, **options)
