"""Laws of limits on the smallest models: what is found, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ecsim.kernel.limits import LawRun, LawTried, LimitLaw, Term, tried
from ecsim.kernel.text import Text

NONE = Text("", "")


def law(**values: Any) -> LimitLaw:
    return LimitLaw(**{"name": "x", "title": NONE, "expectation": NONE, "outcome": "sales", **values})


class Shop:
    """Sells twice what it has, and notes what it was asked to run."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.outcomes: Sequence[str] = []

    def __call__(self, wanted: Sequence[LawRun], outcomes: Sequence[str]) -> Sequence[Mapping[str, float]]:
        self.runs, self.outcomes = [dict(run.changes) for run in wanted], outcomes
        stocks = [run.changes.get("stock", 10.0) + (1.0 if run.invariance else 0.0) for run in wanted]
        return [{"sales": 2.0 * stock, "stock": stock} for stock in stocks]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"changes": {"stock": 5.0}}, 0.5),
        ({"changes": {"stock": 5.0}, "setting": {"stock": 20.0}}, 0.25),
        ({"changes": {"stock": 5.0}, "against": "none"}, 10.0),
        ({"against": "stock"}, 2.0),
        ({"changes": {"stock": 5.0}, "setting": {"stock": 0.0}}, math.nan),
        ({"changes": {"stock": 5.0}, "against": "difference"}, -10.0),
        ({"terms": (Term(1.0, {"stock": 5.0}), Term(-2.0))}, 10.0 - 2.0 * 20.0),
        ({"terms": (Term(1.0, {"stock": 5.0}),), "over": (Term(1.0), Term(-1.0, {"stock": 6.0}))}, 10.0 / 8.0),
        ({"terms": (Term(1.0),), "over": (Term(1.0), Term(-1.0))}, math.nan),
    ],
)
def test_an_outcome_is_held_against_the_run_beside_it_itself_or_another_outcome(
    values: dict[str, Any], found: float
) -> None:
    (result,) = tried([law(**values)], Shop())
    assert result.found == pytest.approx(found, nan_ok=True)


def test_a_run_that_several_laws_need_is_made_once_with_all_they_ask() -> None:
    shop = Shop()
    tried([law(changes={"stock": 5.0}), law(name="y", changes={"stock": 0.0}), law(name="z", against="stock")], shop)
    assert shop.runs == [{"stock": 5.0}, {}, {"stock": 0.0}]
    assert shop.outcomes == ["sales", "stock"]


def test_a_change_that_must_not_matter_is_made_in_the_run_that_is_pushed_alone() -> None:
    (result,) = tried([law(invariance="order")], Shop())
    assert result.found == pytest.approx(1.1)


def test_a_law_may_be_on_runs_under_two_policies() -> None:
    pushed, beside = law(policy="pooled", policy_beside="split").runs
    assert (pushed.policy, beside.policy) == ("pooled", "split")
    assert pushed.key != beside.key
    assert [run.policy for run in law(policy="pooled").runs] == ["pooled", "pooled"]


@pytest.mark.parametrize(("low", "high", "found"), [(-math.inf, 0.0, 3.0), (0.0, math.inf, -2.0)])
def test_of_several_figures_of_a_name_the_one_farthest_from_the_bounds_counts(
    low: float, high: float, found: float
) -> None:
    days = [{"day:a": 4.0, "day:b": 5.0, "other": 100.0}, {"day:a": 1.0, "day:b": 7.0, "other": 0.0}]
    by_name = law(outcome="day:*", against="difference", changes={"stock": 1.0}, low=low, high=high)
    (result,) = tried([by_name], lambda wanted, _: days[: len(wanted)])
    assert result.found == found


def test_a_figure_that_one_of_two_runs_lacks_is_no_figure_of_a_law_on_all_of_them() -> None:
    for days in ([{"day:a": 4.0}, {"day:a": 1.0, "day:b": 7.0}], [{}, {}]):
        by_name = law(outcome="day:*", against="difference", changes={"stock": 1.0}, high=10.0)
        (result,) = tried([by_name], lambda wanted, _, days=days: days[: len(wanted)])  # type: ignore[misc]
        assert result.verdict == "no figure"


def test_a_law_without_bounds_is_printed() -> None:
    assert LawTried(law(), 0.84).verdict == "printed"
    assert LawTried(law(), math.nan).verdict == "no figure"


def test_a_law_beyond_chance_is_broken_only_outside_the_interval_and_one_seed_cannot_tell() -> None:
    chance = law(high=0.0, beyond_chance=True)
    assert LawTried(chance, -0.1).verdict == "holds"
    assert LawTried(chance, 0.1).verdict == "cannot be told"
    within, beyond = ([LawTried(chance, value) for value in values] for values in ((-0.3, 0.1, 0.5), (0.1, 0.11, 0.12)))
    assert LawTried.over_seeds(within).verdict == "holds"
    assert LawTried.over_seeds(beyond).verdict == "broken"
    assert LawTried.over_seeds(beyond).half_width == pytest.approx(2.0 * 0.01 / math.sqrt(3.0))
    assert LawTried.over_seeds([LawTried(law(high=0.0), value) for value in (-0.3, 0.1, 0.5)]).verdict == "broken"


def test_an_outcome_that_a_run_lacks_is_no_figure() -> None:
    (result,) = tried([law(outcome="profit")], Shop())
    assert result.verdict == "no figure"


@pytest.mark.parametrize(
    ("found", "verdict"),
    [(0.0, "holds"), (0.01, "holds"), (0.0101, "broken"), (-0.1, "broken"), (math.nan, "no figure")],
)
def test_both_bounds_are_allowed_and_no_figure_is_no_verdict(found: float, verdict: str) -> None:
    assert LawTried(law(low=0.0, high=0.01), found).verdict == verdict


def test_over_seeds_a_law_holds_in_the_mean_and_one_that_each_seed_must_obey_at_the_worst() -> None:
    values = [0.98, 1.02, 1.10]
    in_the_mean = [LawTried(law(low=1.0, high=1.05), value) for value in values]
    assert LawTried.over_seeds(in_the_mean).found == pytest.approx(31.0 / 30.0)
    at_each = [LawTried(law(low=1.0, high=1.05, each=True), value) for value in values]
    assert LawTried.over_seeds(at_each).found == 1.10
    assert LawTried.over_seeds(at_each).verdict == "broken"
    assert LawTried.over_seeds([*at_each, LawTried(at_each[0].law, math.nan)]).verdict == "no figure"


def test_runs_without_something_are_told_apart_and_both_sides_may_lack_it() -> None:
    pushed, beside = law(without=("shops",), without_beside=("shops", "tariffs")).runs
    assert (pushed.without, beside.without) == (("shops",), ("shops", "tariffs"))
    assert len({pushed.key, beside.key, law().runs[0].key}) == 3


def test_a_law_is_tried_at_each_of_its_points_and_what_is_found_there_is_taken_like_seeds() -> None:
    shop = Shop()
    at = law(changes={"price": 1.0}, setting={"stock": 1.0}, points=({"stock": 2.0}, {"stock": 5.0}), against="none")
    (result,) = tried([at], shop)
    assert shop.runs == [{"stock": 2.0, "price": 1.0}, {"stock": 5.0, "price": 1.0}]
    assert result.values == (4.0, 10.0)
    assert result.found == pytest.approx(7.0)
    assert result.half_width == pytest.approx(2.0 * 3.0)  # sd 4.243 over the root of 2
    assert LawTried.over_seeds([result, result]).values == (4.0, 10.0, 4.0, 10.0)


def test_points_of_a_law_beside_a_run_are_taken_pair_by_pair() -> None:
    pairs = law(changes={"stock": 10.0}, points=({"k": 1}, {"k": 2}), against="difference")
    made = [{"sales": 5.0}, {"sales": 3.0}, {"sales": 8.0}, {"sales": 4.0}]
    (result,) = tried([pairs], lambda *_: made)
    assert result.values == (2.0, 4.0)


def test_an_effect_that_must_be_seen_is_held_to_students_interval() -> None:
    seen = law(low=0.0, moves=True)
    few = LawTried.over_seeds([LawTried(seen, value) for value in (1.0, 1.5)])
    assert few.half_width == pytest.approx(12.706 * 0.25, rel=1e-3)
    assert few.verdict == "does not move"
    many = LawTried.over_seeds([LawTried(seen, value) for value in (1.0, 1.5, 1.2, 1.3)])
    assert many.verdict == "holds"
    down = LawTried.over_seeds([LawTried(seen, -value) for value in (1.0, 1.5, 1.2, 1.3)])
    assert down.verdict == "broken"
    assert LawTried(seen, 1.0).verdict == "cannot be told"
    either = law(moves=True)
    assert LawTried.over_seeds([LawTried(either, -value) for value in (1.0, 1.5, 1.2, 1.3)]).verdict == "holds"


def test_what_is_found_by_the_unit_of_another_figure_of_the_run_that_is_pushed() -> None:
    by = law(against="difference", per="paid", changes={"stock": 1.0})
    made = [{"sales": 5.0, "paid": 4.0}, {"sales": 3.0, "paid": 100.0}]
    (result,) = tried([by], lambda *_: made)
    assert by.outcomes == ("sales", "paid")
    assert result.per_unit == pytest.approx(0.5)
    (none,) = tried([by], lambda *_: [{"sales": 5.0}, {"sales": 3.0}])
    assert math.isnan(none.per_unit)
    assert none.found == 2.0
