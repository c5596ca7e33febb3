"""Offices against closed forms of queues, and what holds whatever the works: by rank, more never finishes less."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray
from office_weeks import NEVER, Works, desks, finished, without_limit

from ecsim.rural.programme.offices import MILLE, Answer, Desks, Queue, admitted, worked

I64 = NDArray[np.int64]


def sojourn_weeks(load: float, capacity: float, mean: float = 10.0) -> float:
    """Return the mean time in an office where works come at random and at most one desk serves each.

    The birth and death chain of works under way: they come at λ, and end at min(k, C)/a.
    """
    rate = load * capacity / mean
    chance = [1.0]
    for k in range(1, 2000):
        chance.append(chance[-1] * rate * mean / min(k, capacity))
    weight = np.array(chance) / sum(chance)
    return float((np.arange(len(weight)) * weight).sum() / rate)


def at_random(load: float, capacity: float, offices: int, weeks: int, seed: int, *, exponential: bool) -> Works:
    """Return works that come to many like offices at random, of ten weeks of desk work on average."""
    rng = np.random.default_rng(seed)
    each = rng.poisson(load * capacity / 10.0 * weeks, offices)
    office = np.repeat(np.arange(offices), each)
    release = np.concatenate([np.sort(rng.integers(0, weeks, n)) for n in each])
    desk = rng.exponential(10.0 * MILLE, len(office)) if exponential else np.full(len(office), 10.0 * MILLE)
    whole = np.full(len(office), MILLE)
    return Works(office, release, whole, np.maximum(np.rint(desk), 1).astype(np.int64), 0 * whole)


@pytest.mark.parametrize(
    ("load", "capacity", "expected"), [(0.8, 1.0, 50.0), (0.8, 2.0, 27.78), (0.8, 2.5, 23.85), (0.5, 1.0, 20.0)]
)
def test_the_closed_form_is_that_of_the_study(load: float, capacity: float, expected: float) -> None:
    assert sojourn_weeks(load, capacity) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("equal", "exponential"), [(False, True), (True, True), (True, False)])
@pytest.mark.parametrize(("load", "capacity"), [(0.5, 1.0), (0.7, 2.5)])
def test_works_that_come_at_random_stay_as_long_as_queues_say(
    load: float, capacity: float, equal: bool, exponential: bool
) -> None:
    """Any law of work if desks are shared, the exponential by rank; a grid of weeks adds up to a week."""
    offices, weeks = 150, 700
    works = at_random(load, capacity, offices, weeks, 5, exponential=exponential)
    these = desks(*[capacity] * offices, equal=equal)
    apart = Desks(these.capacity, without_limit(these).slots, np.arange(offices), 0, equal)
    end = finished(apart, works, weeks + 300)
    late = (works.release > 200) & (end < NEVER)
    stayed = (end - works.release)[late].mean()
    error = 4.0 * np.array([(end - works.release)[late & (works.office == o)].mean() for o in range(offices)]).std()
    assert end.max() < NEVER
    assert stayed == pytest.approx(sojourn_weeks(load, capacity) + 0.5, abs=error / math.sqrt(offices) + 0.5)


def test_fortyeight_equal_works_at_once() -> None:
    """Desk work of ten weeks each, six desks: the last is finished after 48·10/6 weeks, however they share."""
    works = Works.alike(48, 10)
    all_at_once = finished(without_limit(desks(6, equal=True)), works, 200)
    assert set(all_at_once) == {80}
    for times, mean in ((1, 45.0), (2, 50.0), (3, 53.75)):
        end = finished(desks(6, open_contracts=times, equal=True), works, 200)
        assert (end.min(), end.max(), end.mean()) == (10 * times, 80, pytest.approx(mean, abs=0.6))
    by_rank = finished(without_limit(desks(6)), works, 200)
    assert (by_rank.min(), by_rank.max(), by_rank.mean()) == (10, 80, 45.0)


@pytest.mark.parametrize(("desk", "contractor"), [(8, 6), (3, 12), (10, 1)])
@pytest.mark.parametrize("times", [1.0, 2.0])
def test_throughput_is_that_of_constant_work_in_process(desk: int, contractor: int, times: float) -> None:
    """At overload: the least of C over desk work and the open contracts over the longer of the two times."""
    capacity, many = 6.0, 400
    works = Works.alike(many, desk)
    works = Works(works.office, works.release, works.weight, works.desk, np.full(many, contractor))
    end = finished(desks(capacity, open_contracts=times), works, 300)
    bound = min(capacity / desk, times * capacity / max(desk, contractor))
    within = ((end >= 50) & (end < 250)).sum() / 200
    assert 0.94 * bound <= within <= 1.0001 * bound


@given(
    some.lists(
        st := some.tuples(some.integers(100, 4000), some.integers(1, 40), some.integers(1, 30), some.integers(0, 20)),
        min_size=1, max_size=12,
    ),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_an_office_without_bounds_opens_works_when_the_later_of_both_times_is_over(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    weight, weeks, contractor, release = (np.array(column) for column in zip(*drawn, strict=True))
    share = 0.5
    desk = np.ceil(share * weight * weeks).astype(np.int64)
    works = Works(np.zeros(len(weight), np.int64), release, weight, desk, contractor)
    end = finished(without_limit(desks(10**6)), works, 80)
    assert (end == release + np.maximum(np.ceil(share * weeks), contractor)).all()


PLANS = some.lists(
    some.tuples(some.integers(0, 2), some.integers(200, 3000), some.integers(0, 12_000), some.integers(0, 15)),
    min_size=1, max_size=25,
)  # fmt: skip
"""Office, weight, desk work and contractor's weeks of works that are released at once."""


def planned(drawn: list[tuple[int, int, int, int]]) -> Works:
    office, weight, desk, contractor = (np.array(column, np.int64) for column in zip(*drawn, strict=True))
    return Works(office, np.zeros(len(office), np.int64), weight, desk, contractor)


@given(PLANS, some.floats(0.5, 6.0), some.floats(0.0, 3.0), some.floats(0.5, 3.0))
@settings(max_examples=120, deadline=None)
def test_by_rank_more_capacity_finishes_no_project_later(
    drawn: list[tuple[int, int, int, int]], capacity: float, more: float, times: float
) -> None:
    works = planned(drawn)
    before = finished(desks(*[capacity] * 3, open_contracts=times), works, 900)
    after = finished(desks(*[capacity + more] * 3, open_contracts=times), works, 900)
    assert (after <= before).all()


@given(PLANS, some.lists(some.floats(0.5, 6.0), min_size=3, max_size=3), some.floats(0.0, 1.0), some.floats(0.5, 3.0))
@settings(max_examples=150, deadline=None)
def test_lending_delays_no_project_of_a_plan_released_at_once(
    drawn: list[tuple[int, int, int, int]], capacity: list[float], lend: float, times: float
) -> None:
    works = planned(drawn)
    alone = finished(desks(*capacity, open_contracts=times), works, 900)
    lending = finished(desks(*capacity, open_contracts=times, lend=lend), works, 900)
    assert (lending <= alone).all()


def test_lending_brings_something_forward() -> None:
    works = Works(np.array([0] * 20 + [1] * 2), *(np.full(22, n) for n in (0, MILLE, 6 * MILLE, 4)))
    alone, lending = (finished(desks(2, 2, lend=lend), works, 200) for lend in (0.0, 1.0))
    assert lending[:20].mean() < 0.75 * alone[:20].mean()
    assert (lending[20:] == alone[20:]).all()


@given(PLANS, some.floats(0.5, 6.0), some.floats(0.5, 3.0), some.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_where_rows_lie_is_nothing_to_an_office(
    drawn: list[tuple[int, int, int, int]], capacity: float, lend: float, luck: object
) -> None:
    """Rank and ties decide; rows may come in any order."""
    works = planned(drawn)
    many = len(works.office)
    tie = np.linspace(0, 1, many)
    mixed = np.array(luck.sample(range(many), many))  # type: ignore[attr-defined]
    these = desks(*[capacity] * 3, lend=min(lend / 3.0, 1.0))

    def both(rows: I64) -> tuple[set[int], dict[int, int]]:
        queue = Queue(works.office[rows], rows, tie[rows], works.weight[rows])
        chosen = admitted(these, queue, np.zeros(3, np.int64), lambda _: Answer.TAKE)
        got = worked(these, queue, works.desk[rows])
        return set(rows[chosen].tolist()), dict(zip(rows.tolist(), got.tolist(), strict=True))

    assert both(np.arange(many)) == both(mixed)


@given(PLANS, some.floats(0.5, 6.0), some.booleans(), some.floats(0.0, 1.0))
@settings(max_examples=100, deadline=None)
def test_desks_are_used_up_while_there_is_work_and_no_contract_gets_more_than_it_can_take(
    drawn: list[tuple[int, int, int, int]], capacity: float, equal: bool, lend: float
) -> None:
    works = planned(drawn)
    these = desks(*[capacity] * 3, equal=equal, lend=lend)
    queue = Queue(works.office, np.arange(len(works.office)), np.zeros(len(works.office)), works.weight)
    got = worked(these, queue, works.desk)
    most = np.minimum(works.weight, works.desk)
    assert ((got >= 0) & (got <= most)).all()
    wanted, given_out = (np.bincount(works.office, column, 3) for column in (most, got))
    assert (given_out >= np.minimum(wanted, these.capacity)).all()
    assert given_out.sum() <= these.capacity.sum()


def test_a_contract_heavier_than_the_office_enters_when_nothing_is_open() -> None:
    works = Works(*(np.array(column) for column in ([0, 0], [0, 0], [9 * MILLE, MILLE], [9 * MILLE, MILLE], [1, 1])))
    assert finished(desks(3), works, 20).tolist() == [3, 4]


def test_contracts_without_desk_work_fill_a_slot_and_take_no_desk() -> None:
    works = Works(*(np.array(column) for column in ([0] * 3, [0] * 3, [MILLE] * 3, [0, 4 * MILLE, MILLE], [9, 1, 1])))
    assert finished(desks(1), works, 20).tolist() == [9, 4, 5]
