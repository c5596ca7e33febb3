"""Stopping: the half-width asked for is reached, whatever the order in which runs end; coverage; refusals."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.statistics.comparison import paired
from ecsim.statistics.stopping import Stopping, Verdict, decide_together, until_half_width


def figure(number: int) -> float:
    return 10.0 + float(Draws(3).normal("figure", 0, [number])[0])


def test_the_half_width_asked_for_is_reached_and_not_long_before() -> None:
    found = until_half_width(figure, 0.2)
    told = [figure(number) for number in range(found.n)]
    plain, shorter = paired(told, np.zeros(found.n)), paired(told[:-1], np.zeros(found.n - 1))
    assert found.verdict is Verdict.ENOUGH
    assert found.half_width <= 0.2 < (shorter.high - shorter.low) / 2.0
    assert (found.mean, found.low, found.high) == pytest.approx((plain.mean, plain.low, plain.high))
    assert 60 <= found.n <= 140  # (1.96 / 0.2)^2 = 96 for a standard deviation of 1


def test_a_relative_half_width_is_a_share_of_the_mean() -> None:
    found = until_half_width(figure, 0.02, relative=True)
    assert found.half_width <= 0.02 * found.mean
    assert found.n == pytest.approx(until_half_width(figure, 0.2).n, rel=0.1)  # the mean is 10 or near it


def test_the_answer_does_not_depend_on_the_order_in_which_results_arrive() -> None:
    rule = Stopping(0.3, least=10)
    wanted = until_half_width(figure, 0.3, least=10)
    for seed in range(5):
        arrived: dict[int, float] = {}
        verdicts = []
        for number in np.argsort(Draws(seed).uniform("order", 0, np.arange(80))).tolist():
            arrived[number] = figure(number)
            decision = rule.decide(arrived)
            verdicts.append(decision.verdict)
            assert decision.verdict is Verdict.GO_ON or (decision.n, decision.mean) == (wanted.n, wanted.mean)
        assert verdicts[-1] is Verdict.ENOUGH
        assert verdicts == sorted(verdicts, reverse=True)  # "go on" and then "enough" for good


def test_runs_beyond_the_first_gap_take_no_part() -> None:
    values = {number: figure(number) for number in range(100) if number != 12}
    found = Stopping(0.2).decide(values)
    assert (found.verdict, found.n) == (Verdict.GO_ON, 12)


def test_the_budget_ends_what_is_never_precise_enough() -> None:
    found = until_half_width(figure, 0.001, most=30)
    assert (found.verdict, found.n, found.suggested) == (Verdict.BUDGET, 30, 30)
    assert found.half_width > 0.001


def test_nothing_is_decided_before_the_least_number() -> None:
    assert until_half_width(lambda _: 5.0, 0.1, least=7).n == 7
    early = Stopping(0.1, least=7).decide(dict.fromkeys(range(6), 5.0))
    assert (early.verdict, early.suggested) == (Verdict.GO_ON, 7)


def test_a_failed_run_is_passed_over_and_uses_up_budget() -> None:
    values = {number: figure(number) for number in range(1, 30) if number != 4}
    found = Stopping(0.01, least=5, most=25, first=1).decide(values, failed=[4])
    assert (found.verdict, found.n) == (Verdict.BUDGET, 24)
    assert found.mean == pytest.approx(np.mean([values[number] for number in range(1, 26) if number != 4]))


def test_with_nothing_told_the_rule_asks_for_the_least() -> None:
    found = Stopping(0.1, least=20).decide({})
    assert (found.verdict, found.n, found.suggested) == (Verdict.GO_ON, 0, 20)
    assert found.half_width == np.inf


def test_several_rules_stop_together_where_the_last_of_them_holds() -> None:
    noisy = {number: 3.0 * figure(number + 1000) for number in range(500)}
    calm = {number: figure(number) for number in range(500)}
    rules = {"noisy": Stopping(0.4), "calm": Stopping(0.4)}
    found = decide_together(rules, {"noisy": noisy, "calm": calm})
    assert found["noisy"].n == found["calm"].n == rules["noisy"].decide(noisy).n > rules["calm"].decide(calm).n
    assert found["calm"].half_width < found["noisy"].half_width <= 0.4


def test_the_suggestion_changes_how_often_is_asked_and_not_the_answer() -> None:
    values: dict[int, float] = {}
    while Stopping(0.25).decide(values).verdict is Verdict.GO_ON:
        values[len(values)] = figure(len(values))
    assert Stopping(0.25).decide(values) == until_half_width(figure, 0.25)


def test_stopping_at_a_half_width_keeps_the_coverage_with_twenty_and_loses_it_with_two() -> None:
    figures = Draws(8).normal("coverage", 0, np.arange(1000 * 60)).reshape(1000, 60)
    coverage = {}
    for least in (2, 20):
        found = [Stopping(0.6, least=least, most=60).decide(dict(enumerate(row))) for row in figures]
        assert all(decision.verdict is Verdict.ENOUGH for decision in found)
        coverage[least] = np.mean([decision.low <= 0.0 <= decision.high for decision in found])
    assert 0.93 <= coverage[20] <= 0.97
    assert coverage[2] < 0.91


def test_a_figure_that_is_not_a_number_is_told_with_its_replication() -> None:
    with pytest.raises(ValueError, match=r"the figure is nan in replication 2; every figure must be finite"):
        Stopping(0.1).decide({0: 1.0, 1: 2.0, 2: float("nan")})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"target": 0.0}, "target is 0.0; a half-width is above 0"),
        ({"target": 1.0, "least": 1}, "least is 1 and most 1000"),
        ({"target": 1.0, "least": 30, "most": 20}, "least is 30 and most 20"),
        ({"target": 1.0, "level": 1.0}, "level is 1.0; it lies between 0 and 1"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Stopping(**wrong)  # type: ignore[arg-type]


def test_rules_without_figures_are_refused() -> None:
    with pytest.raises(ValueError, match=r"rules \['a'\] with first numbers \[0\], figures of \['b'\]"):
        decide_together({"a": Stopping(1.0)}, {"b": {}})
