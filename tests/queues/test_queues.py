"""Servers against theory: the interval over seeded replications holds the value that queueing theory gives."""

from __future__ import annotations

import numpy as np
import pytest
import simpy
from queue_runs import CUSTOMERS, RUNS, WARM_UP, Draw, begun, come, exponential, forget, holds, run_queue

from ecsim.queues import Servers, mg1_wait, mmc_wait, mmck, priority_waits
from ecsim.queues.parts import Steps


def waits(seed: int, rate: float, service: Draw, servers: int) -> list[float]:
    return [float(np.mean(run_queue(seed + run, rate, service, servers).waits)) for run in range(RUNS)]


def test_one_server_waits_as_mm1() -> None:
    assert mmc_wait(0.5, 1.0) == pytest.approx(1.0)  # ρ/(μ−λ)
    assert mmc_wait(0.8, 1.0) == pytest.approx(4.0)
    assert holds(waits(100, 0.5, exponential(1.0), 1), 1.0)


def test_three_servers_wait_as_erlang_says() -> None:
    # a = 2, c = 3: P(wait) = (8/6·3) / (1 + 2 + 2 + 4) = 4/9; W = P(wait)·m/(c − a) = 4/9
    assert mmc_wait(2.0, 1.0, 3) == pytest.approx(4.0 / 9.0)
    assert holds(waits(200, 2.0, exponential(1.0), 3), 4.0 / 9.0)


def test_a_fixed_time_of_service_halves_the_wait() -> None:
    assert mg1_wait(0.6, 1.0, 1.0) == pytest.approx(0.75)  # ρ/(2μ(1−ρ))
    assert mg1_wait(0.6, 1.0, 2.0) == pytest.approx(mmc_wait(0.6, 1.0))
    assert holds(waits(300, 0.6, lambda _: 1.0, 1), 0.75)


def test_any_time_of_service_waits_as_pollaczek_and_khinchine_say() -> None:
    # 0.5 or 2.5, one in four: mean 1, mean square 1.75; W = 0.6·1.75/(2·0.4)
    assert holds(waits(400, 0.6, lambda luck: 2.5 if luck.random() < 0.25 else 0.5, 1), 0.6 * 1.75 / 0.8)


def test_a_full_room_turns_away_as_many_as_theory_says() -> None:
    # One server, room for 2, ρ = 1: states 0, 1, 2 are alike, so a third is turned away; W = (1/3)/(2/3) = 1/2.
    assert mmck(1.0, 1.0, 1, 2) == pytest.approx((1 / 3, 1.0, 0.5))
    assert mmck(2.0, 1.0, 2, 2)[0] == pytest.approx(2.0 / 5.0)  # Erlang's loss: 2/(1 + 2 + 2)
    theory = mmck(2.5, 1.0, 2, 4)
    runs = [run_queue(500 + run, 2.5, exponential(1.0), 2, room=4) for run in range(RUNS)]
    assert holds([each.refused / (each.refused + len(each.waits)) for each in runs], theory.refused)
    assert holds([each.there.mean() for each in runs], theory.number)
    assert holds([float(np.mean(each.waits)) for each in runs], theory.wait)


def stay_in_two(seed: int) -> float:
    """Return the mean stay at two counters in a row, of customers that come at random."""
    env, luck = begun(seed)
    first, second = Servers(env, 1), Servers(env, 1)

    def through() -> Steps:
        yield from first.visit(luck.exponential(1.0))
        yield from second.visit(luck.exponential(1.25))

    come(env, luck, 0.5, lambda: env.process(through()))
    env.run(until=WARM_UP)
    forget(first)
    forget(second)
    env.run(until=WARM_UP + CUSTOMERS)
    return float(np.mean(first.stays) + np.mean(second.stays))


def test_two_counters_in_a_row_are_each_as_if_alone() -> None:
    # Burke (1956): what leaves M/M/1 comes at random; stays are 1/(μ − λ) = 2 and 1/(0.8 − 0.5) = 10/3.
    assert holds([stay_in_two(600 + run) for run in range(RUNS)], 2.0 + 10.0 / 3.0)


def waits_by_rank(seed: int) -> list[float]:
    """Return mean waits of who goes first, 0.3 a minute, and of the others, 0.4."""
    env, luck = begun(seed)
    counter, waited = Servers(env, 1), (list[float](), list[float]())

    def visit(rank: int) -> Steps:
        came = env.now
        wait = yield from counter.visit(luck.exponential(1.0), rank)
        if came > WARM_UP:
            waited[rank].append(wait)

    come(env, luck, 0.3, lambda: env.process(visit(0)))
    come(env, luck, 0.4, lambda: env.process(visit(1)))
    env.run(until=WARM_UP + CUSTOMERS)
    return [float(np.mean(each)) for each in waited]


def test_who_goes_first_waits_less_and_the_others_more_as_cobham_says() -> None:
    theory = priority_waits([0.3, 0.4], [1.0, 1.0], [2.0, 2.0])
    assert theory == pytest.approx([0.7 / 0.7, 0.7 / (0.7 * 0.3)])
    runs = [waits_by_rank(700 + run) for run in range(RUNS)]
    assert holds([first for first, _ in runs], theory[0])
    assert holds([later for _, later in runs], theory[1])


def test_little_how_many_are_there_is_how_many_come_times_how_long_they_stay() -> None:
    # To the customer, where all have left again: L·T is the sum of all stays.
    env, luck = begun(8)
    counter = Servers(env, 2)

    def customers() -> Steps:
        for _ in range(500):
            yield env.timeout(luck.exponential(1.0))
            env.process(counter.visit(luck.exponential(1.5)))

    env.process(customers())
    env.run()
    assert len(counter.stays) == 500
    assert counter.there.mean() * env.now == pytest.approx(sum(counter.stays))
    # And on average over time, where some are always there: L = λ·W within the interval.
    runs = [run_queue(800 + run, 0.6, exponential(1.0), 1) for run in range(RUNS)]
    assert holds([each.there.mean() - 0.6 * float(np.mean(each.stays)) for each in runs], 0.0)


def test_numbers_that_make_no_queue_are_told() -> None:
    with pytest.raises(ValueError, match="grow for ever"):
        mmc_wait(2.0, 1.0, 2)
    with pytest.raises(ValueError, match="grow for ever"):
        priority_waits([0.5, 0.5], [1.0, 1.0], [2.0, 2.0])
    with pytest.raises(ValueError, match="must be above 0"):
        mg1_wait(0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="room for servers"):
        mmck(1.0, 1.0, 3, 2)
    with pytest.raises(ValueError, match="room for all of them"):
        Servers(simpy.Environment(), 3, room=2)
