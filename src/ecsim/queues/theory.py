"""Closed forms of queues: mean waits in units of time of the rates given. ``arrivals`` come at random (Poisson)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]


def _load(arrivals: float, mean: float, servers: int = 1) -> float:
    """Return the share of time that servers are busy.

    Raises
    ------
    ValueError
        If a number is not above 0, or the queue would grow for ever.
    """
    if not (arrivals > 0 and mean > 0 and servers >= 1):
        raise ValueError(f"arrivals {arrivals}, mean {mean}, servers {servers}; all must be above 0")
    busy = arrivals * mean / servers
    if busy >= 1.0:
        raise ValueError(f"servers would be busy {busy:.3g} of their time, and the queue grow for ever; add servers")
    return busy


def mmc_wait(arrivals: float, mean: float, servers: int = 1) -> float:
    """Return the mean wait before service in M/M/c (with one server M/M/1).

    Parameters
    ----------
    arrivals : a unit of time
    mean : time of service, exponential

    References
    ----------
    Erlang (1917), the delay formula.
    """
    busy = _load(arrivals, mean, servers)
    offered = arrivals * mean
    lost = 1.0  # Erlang's loss, server by server, which no factorial spoils
    for server in range(1, servers + 1):
        lost = offered * lost / (server + offered * lost)
    waits = lost / (1.0 - busy * (1.0 - lost))
    return waits * mean / (servers * (1.0 - busy))


def mg1_wait(arrivals: float, mean: float, square: float) -> float:
    """Return the mean wait before service in M/G/1; with ``square = mean**2`` that of M/D/1.

    Parameters
    ----------
    mean, square : means of the time of service, and of its square

    References
    ----------
    Pollaczek (1930), Khinchine (1932).
    """
    return arrivals * square / (2.0 * (1.0 - _load(arrivals, mean)))


class FiniteRoom(NamedTuple):
    """M/M/c/K: the share turned away, the mean number there, and the mean wait of those who are let in."""

    refused: float
    number: float
    wait: float


def mmck(arrivals: float, mean: float, servers: int, room: int) -> FiniteRoom:
    """Return what M/M/c/K comes to; with ``room = servers`` it is Erlang's loss system.

    Parameters
    ----------
    room : how many may be there, served ones included

    References
    ----------
    Erlang (1917); any textbook of birth and death processes.
    """
    if not (arrivals > 0 and mean > 0 and 1 <= servers <= room):
        raise ValueError(f"arrivals {arrivals}, mean {mean}, {servers} servers, room {room}; above 0, room for servers")
    there = np.arange(room + 1)
    ratio = np.log(arrivals * mean / np.minimum(np.maximum(there, 1), servers))
    weight = np.cumsum(np.where(there > 0, ratio, 0.0))
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    waiting = float(chance @ np.maximum(there - servers, 0))
    let_in = arrivals * (1.0 - float(chance[-1]))
    return FiniteRoom(float(chance[-1]), float(chance @ there), waiting / let_in)


def priority_waits(arrivals: Sequence[float], means: Sequence[float], squares: Sequence[float]) -> F64:
    """Return the mean wait of each class in M/G/1 where the first class goes first; nobody is interrupted.

    Parameters
    ----------
    arrivals, means, squares : of each class, the first served first; squares are means of the square of service

    References
    ----------
    Cobham (1954), Priority assignment in waiting line problems.
    """
    rate, busy = np.asarray(arrivals, np.float64), np.asarray(arrivals, np.float64) * np.asarray(means, np.float64)
    _load(float(rate.sum()), float(busy.sum() / rate.sum()))
    residual = float(rate @ np.asarray(squares, np.float64)) / 2.0
    until = np.concatenate([[0.0], np.cumsum(busy)])
    return np.asarray(residual / ((1.0 - until[:-1]) * (1.0 - until[1:])), np.float64)


def residual_wait(durations: ArrayLike) -> float:
    """Return the mean time that is left of a closure which somebody meets at random: E[D²]/(2E[D]).

    Parameters
    ----------
    durations : of closures, as they were recorded, > 0
    """
    of = np.asarray(durations, np.float64)
    if of.ndim != 1 or not len(of) or not (of > 0).all():
        raise ValueError("durations must be a list of numbers above 0")
    return float((of * of).mean() / (2.0 * of.mean()))


class Dispatched(NamedTuple):
    """Vans sent by k parcels or T hours: parcels a van, time between vans, and mean wait of a parcel."""

    parcels: float
    between: float
    wait: float


def dispatched(arrivals: float, parcels: int, after: float) -> Dispatched:
    """Return what it comes to that a van goes when ``parcels`` wait, or ``after`` the first, whichever is first.

    Parameters
    ----------
    arrivals : parcels a unit of time
    after : time from the first parcel

    Notes
    -----
    With A parcels coming in that time, a van takes N = 1 + min(k − 1, A), so E[N] = 1 + Σ_{j=1}^{k−1} P(A ≥ j); vans
    are E[N]/λ apart (Wald); while j parcels wait, 1 ≤ j < k, they do so for P(A ≥ j)/λ on average.
    """
    if not (arrivals > 0 and parcels >= 1 and after >= 0):
        raise ValueError(f"arrivals {arrivals}, {parcels} parcels, after {after}; above 0, 1 or more, from 0 on")
    waiting = np.arange(1, parcels)
    expected = arrivals * after
    if expected == 0.0:
        at_least = np.zeros(len(waiting))
    else:
        steps = np.concatenate([[0.0], np.cumsum(np.log(expected / np.arange(1, parcels)))]) - expected
        at_least = np.clip(1.0 - np.cumsum(np.exp(steps))[: len(waiting)], 0.0, 1.0)
    load = 1.0 + float(at_least.sum())
    return Dispatched(load, load / arrivals, float(waiting @ at_least) / (arrivals * load))
