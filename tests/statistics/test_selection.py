"""Selection: the promised probability is kept, luck and order of arrival as promised, OCBA beats equal shares."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.statistics.selection import (
    KimNelson,
    Ocba,
    Selection,
    Simulate,
    kim_nelson,
    ocba,
    ocba_increments,
    ocba_shares,
    probability_of_correct_choice,
)

Array = NDArray[np.float64]
EXPERIMENTS, ALTERNATIVES, FIRST, DELTA = 400, 4, 10, 1.0


def slippage(experiment: int, same_luck: bool) -> Array:
    """Return figures of which alternative 2 is ahead of all others by exactly delta: the hardest case to be right in.

    The spread is such that the mean of the first stage has a standard error of half of delta.
    """
    sd, numbers = DELTA / 2.0 * np.sqrt(FIRST), 200
    own = Draws(experiment).normal("own", 0, np.arange(ALTERNATIVES * numbers)).reshape(ALTERNATIVES, numbers)
    common = Draws(experiment).normal("common", 0, np.arange(numbers))
    share = 0.7 if same_luck else 0.0
    lead = np.where(np.arange(ALTERNATIVES) == 2, DELTA, 0.0)
    return lead[:, None] + sd * (np.sqrt(1.0 - share) * own + np.sqrt(share) * common)


def from_table(figures: Array) -> Simulate:
    return lambda alternative, replication: float(figures[alternative, replication])


@pytest.fixture(scope="module", params=[False, True], ids=["own random variation", "same random draws"])
def chosen(request: pytest.FixtureRequest) -> tuple[bool, list[Selection]]:
    return request.param, [
        kim_nelson(from_table(slippage(e, request.param)), ALTERNATIVES, delta=DELTA, first=FIRST)
        for e in range(EXPERIMENTS)
    ]


def test_kim_nelson_finds_the_best_as_often_as_promised(chosen: tuple[bool, list[Selection]]) -> None:
    right = np.mean([selection.best == 2 for selection in chosen[1]])
    assert right >= 0.95 - 2.0 * np.sqrt(0.95 * 0.05 / EXPERIMENTS)
    assert right < 1.0  # or the case is not the hard one
    assert all(selection.promised and selection.probability == 0.95 for selection in chosen[1])


def test_the_same_luck_makes_the_choice_cheaper() -> None:
    runs = {
        same: np.mean(
            [kim_nelson(from_table(slippage(e, same)), ALTERNATIVES, delta=DELTA, first=FIRST).total for e in range(60)]
        )
        for same in (False, True)
    }
    assert runs[True] < 0.7 * runs[False]


def test_kim_nelson_hand_worked_on_two_alternatives() -> None:
    """Two alternatives, first stage of 2: gaps 1 and 3, so S2 = 2; delta = 2, probability 0.75.

    eta = ((2 * 0.25 / 1)^(-2/1) - 1) / 2 = 1.5 and h2 = 2 * 1.5 * 1 = 3, so the reach h2 S2 / delta^2 is 1.5. After two
    replications the slack is 2 / (2 * 2) * max(0, 1.5 - 2) = 0, and the mean gap of 2 rules out alternative 1 at once.
    """
    found = kim_nelson(from_table(np.array([[4.0, 6.0], [3.0, 3.0]])), 2, delta=2.0, probability=0.75, first=2)
    assert (found.best, found.survivors, found.replications, found.means) == (0, (0,), (2, 2), (5.0, 3.0))
    assert [(stage.replications, stage.survivors) for stage in found.stages] == [(2, (0, 1)), (2, (0,))]


def test_less_may_be_better() -> None:
    figures = slippage(1, True)
    most = kim_nelson(from_table(figures), ALTERNATIVES, delta=DELTA, first=FIRST)
    least = kim_nelson(from_table(-figures), ALTERNATIVES, delta=DELTA, first=FIRST, sense="min")
    assert (most.best, most.stages) == (least.best, least.stages)
    assert most.means == tuple(-mean for mean in least.means)


@pytest.mark.parametrize("ahead", [1, 7])
def test_the_choice_depends_neither_on_the_order_of_arrival_nor_on_how_many_run_at_once(ahead: int) -> None:
    figures = slippage(4, False)
    straight = kim_nelson(from_table(figures), ALTERNATIVES, delta=DELTA, first=FIRST)
    procedure = KimNelson(ALTERNATIVES, delta=DELTA, first=FIRST, ahead=ahead)
    turn = 0
    while asked := procedure.ask():
        turn += 1
        mixed = np.argsort(Draws(turn).uniform("order", 0, np.arange(len(asked))))[: max(1, len(asked) // 2)]
        procedure.tell({asked[i]: figures[asked[i]] for i in mixed.tolist()})
    assert procedure.result() == straight
    assert straight.total > ALTERNATIVES * FIRST


def test_runs_are_asked_for_replication_by_replication() -> None:
    assert KimNelson(2, delta=1.0, first=2, seed=5).ask() == [(0, 5), (1, 5), (0, 6), (1, 6)]


def test_what_was_told_before_it_was_asked_for_is_not_asked_for_again() -> None:
    procedure = KimNelson(2, delta=0.1, first=2)
    procedure.tell({(0, 0): 1.0, (1, 0): 2.0, (0, 2): 5.0, (1, 2): 1.0})
    assert procedure.ask() == [(0, 1), (1, 1)]


def test_a_survivor_is_never_ruled_back_in() -> None:
    stages = kim_nelson(from_table(slippage(9, False)), ALTERNATIVES, delta=DELTA, first=FIRST).stages
    for before, after in pairwise(stages):
        assert set(after.survivors) < set(before.survivors)
        assert after.replications >= before.replications


def test_a_budget_that_ends_first_promises_nothing() -> None:
    found = kim_nelson(
        from_table(slippage(0, False)), ALTERNATIVES, delta=0.05, first=FIRST, most=12, names=list("abcd")
    )
    assert not found.promised
    assert np.isnan(found.probability)
    assert found.replications == (12,) * 4
    assert "The budget of 12 replications ended with 4 alternatives left: a, b, c, d." in found.statement
    assert "no probability is promised" in found.statement


def test_the_statement_says_what_is_promised_and_what_counts_as_equal() -> None:
    found = kim_nelson(from_table(slippage(0, True)), ALTERNATIVES, delta=DELTA, first=FIRST, names=list("abcd"))
    assert found.statement.startswith("c was chosen after")
    assert "leads the others by 1 or more, this procedure chooses it in at least 95% of experiments" in found.statement


def test_alternatives_that_are_the_same_end_at_once_with_the_first() -> None:
    found = kim_nelson(lambda _, replication: float(replication), 3, delta=0.1)
    assert (found.best, found.total) == (0, 45)


def ladder(experiment: int) -> Array:
    """Return figures of ten alternatives, each half a unit behind the one before, with a standard deviation of 3."""
    luck = Draws(experiment).normal("ladder", 0, np.arange(10 * 300)).reshape(10, 300)
    return -0.5 * np.arange(10)[:, None] + 3.0 * luck


def test_ocba_beats_equal_shares_of_the_same_budget() -> None:
    experiments = [ladder(e) for e in range(200)]
    wise = np.mean([ocba(from_table(f), 10, 300, step=50).best == 0 for f in experiments])
    equal = np.mean([f[:, :30].mean(axis=1).argmax() == 0 for f in experiments])
    assert wise > equal + 0.08


def test_ocba_spends_the_budget_to_the_last_run_and_most_of_it_near_the_best() -> None:
    found = ocba(from_table(ladder(3)), 10, 250, step=7, names=[f"plan {i}" for i in range(10)])
    assert found.total == 250
    assert sum(found.replications[:3]) > 0.5 * 250
    assert min(found.replications) == 10
    assert not found.promised
    assert f"plan {found.best} has the best mean after 250 runs" in found.statement


def test_the_shares_follow_the_published_rule() -> None:
    """Means 0, -1, -2 and sds 1, 1, 2: ratios (1/1)^2 = 1 and (2/2)^2 = 1, the best 1 * sqrt(1/1 + 1/4)."""
    best = np.sqrt(1.25)
    assert ocba_shares(np.array([0.0, -1.0, -2.0]), np.array([1.0, 1.0, 2.0])).tolist() == pytest.approx(
        [best / (2 + best), 1 / (2 + best), 1 / (2 + best)]
    )


def test_a_tie_below_delta_does_not_eat_the_budget() -> None:
    means, sds = np.array([0.0, -1e-9, -0.5]), np.ones(3)
    assert ocba_shares(means, sds)[2] < 1e-6
    assert ocba_shares(means, sds, delta=0.5)[2] > 0.2
    assert ocba_shares(means, np.zeros(3)).tolist() == pytest.approx([1 / 3] * 3)


def test_the_estimated_probability_is_the_normal_one_for_two() -> None:
    found = probability_of_correct_choice(np.array([1.0, 0.0]), np.array([3.0, 4.0]), np.array([25, 25]))
    assert found == pytest.approx(0.841345)  # the gap is one standard error, sqrt(9/25 + 16/25)
    assert probability_of_correct_choice(np.array([1.0, 0.0]), np.zeros(2), np.array([5, 5])) == 1.0


def of_moments(means: list[float], sds: list[float]) -> Simulate:
    """Return a function whose first ten figures of each alternative have exactly these means and deviations."""
    shape = np.tile([1.0, -1.0], 5) / np.std(np.tile([1.0, -1.0], 5), ddof=1)
    return lambda arm, number: float(means[arm] + sds[arm] * shape[number % 10])


def test_ocba_shares_a_portion_between_those_that_are_due_whatever_the_others_have_too_many() -> None:
    """Chen's ratio of the first two is 2 to 1; eight others keep 10 runs each, so 40 of 120 are left: 26.7 and 13.3."""
    figures = of_moments([10.0, 9.9, *[0.0] * 8], [3.0, *[1.5] * 9])
    procedure = Ocba(10, 120, first=10, step=20)
    procedure.tell({pair: figures(*pair) for pair in procedure.ask()})
    further = [arm for arm, _ in procedure.ask()]
    assert (further.count(0), further.count(1), len(further)) == (17, 3, 20)


@pytest.mark.parametrize("portion", [1, 2, 7, 20, 500])
def test_ocba_gives_out_whole_portions_and_nears_the_shares_of_the_formula(portion: int) -> None:
    rng = np.random.default_rng(portion)
    for _ in range(50):
        shares, counts = rng.dirichlet(np.ones(6)), rng.integers(5, 60, 6)
        more = ocba_increments(shares, counts, portion)
        assert more.sum() == portion
        assert (more >= 0).all()
        level_above, level_below = (counts + more + 1) / shares, (counts + more - 1) / shares
        assert level_below[more > 0].max() < level_above.min()  # nobody gets a run that another is in greater want of
    exact = np.array([0.5, 0.3, 0.2])
    assert (np.array([10, 10, 10]) + ocba_increments(exact, np.array([10, 10, 10]), 70)).tolist() == [50, 30, 20]


def test_ocba_does_not_depend_on_the_order_of_arrival() -> None:
    figures = ladder(5)
    procedure = Ocba(10, 200, step=20)
    while asked := procedure.ask():
        for pair in reversed(asked):
            procedure.tell({pair: figures[pair]})
    assert procedure.result() == ocba(from_table(figures), 10, 200, step=20)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({(0, 3): float("nan")}, "alternative 0, replication 3: nan; a figure must be finite"),
        ({(2, 0): 1.0}, "alternative 2, replication 0: there are 2 alternatives, counted from 0"),
        ({(0, 0): 2.0}, "alternative 0, replication 0: told twice, as 1.0 and 2.0"),
    ],
)
def test_a_wrong_figure_is_refused_with_its_place(wrong: dict[tuple[int, int], float], words: str) -> None:
    procedure = KimNelson(2, delta=1.0)
    procedure.tell({(0, 0): 1.0})
    with pytest.raises(ValueError, match=words):
        procedure.tell(wrong)


def test_a_choice_is_not_given_before_its_time() -> None:
    with pytest.raises(ValueError, match=r"30 runs asked for are still to be told"):
        KimNelson(2, delta=1.0).result()
    with pytest.raises(ValueError, match=r"20 runs asked for are still to be told"):
        Ocba(2, 50).result()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"k": 1, "delta": 1.0}, "k is 1; a choice needs two"),
        ({"k": 2, "delta": 0.0}, "delta is 0.0; the smallest difference worth telling is above 0"),
        ({"k": 2, "delta": 1.0, "probability": 0.5}, "blind choice among 2 is right with 0.500 already"),
        ({"k": 2, "delta": 1.0, "first": 1}, "first is 1, ahead 1, most None"),
        ({"k": 2, "delta": 1.0, "names": ["a"]}, "1 names for 2 alternatives"),
        ({"k": 2, "delta": 1.0, "sense": "most"}, "sense is 'most'; it is 'max' where more is better"),
    ],
)
def test_a_procedure_that_cannot_work_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        KimNelson(**wrong)  # type: ignore[arg-type]


def test_a_budget_below_the_first_stage_is_refused() -> None:
    with pytest.raises(ValueError, match=r"budget is 15, first 10, step None, delta 0.0 for 2 alternatives"):
        Ocba(2, 15)
