"""The p-median problem: p sites from which customers are nearest, with a Lagrangian bound and a search by swaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ecsim.siting.choice import F64, I64, SiteChoice, are_whole, checked_count, choice_of, distances_of, weights_of

FIRST_STEP: Final = 2.0
"""Step of the subgradient, as a part of Polyak's; it is halved after `PATIENCE` iterations without a better bound."""
LEAST_STEP: Final = 1e-4
PATIENCE: Final = 20
NEAR: Final = 1.01
EVERY: Final = 20
"""Sites of a better bound are improved by swaps if they are `NEAR` the best as they are, or so many bounds later."""
IMPROVED: Final = 1e-9
"""Relative gain from which on a swap counts as one: less is rounding."""


def p_median(distances: ArrayLike, p: int, weights: ArrayLike | None = None, *, iterations: int = 1000) -> SiteChoice:
    """Return p sites that make the sum of weighted distances to the nearest one small, with a bound from below.

    The bound is that of the Lagrangian relaxation in which a customer may be served more or less than once; sites that
    it chooses are improved by swaps of one site for another until none helps. Whether the result is the best is known,
    and said, only if bound and value are the same; nothing is drawn at random.

    Parameters
    ----------
    distances : shape (customers, sites), >= 0, inf where there is no way
    p : how many sites
    weights : shape (customers,), e.g. households; 1 each if left out
    iterations : of the bound, at most; 0 searches by swaps alone and gives 0 as bound

    Raises
    ------
    ValueError
        If the arguments do not fit each other, or p sites cannot reach every customer.

    References
    ----------
    Cornuéjols, Fisher and Nemhauser (1977), Location of bank accounts to optimize float; Teitz and Bart (1968) for
    swaps, in the form of Whitaker (1983).
    """
    table = distances_of(distances)
    checked_count(p, table.shape[1])
    many = weights_of(weights, len(table))
    if np.isinf(table.min(axis=1)).any():
        raise ValueError("distances: a customer has no way to any site; leave it out, or give it one")
    counted = many > 0
    cost = np.where(np.isinf(table[counted]), np.inf, table[counted]) * many[counted, None]
    if not len(cost):
        return choice_of(np.arange(p), 0.0, 0.0, whole=True, least=True)
    cost = _finite(cost)
    search = _Search(cost, p)
    search.try_sites(_greedy(cost, p))
    bound = max(_bounds(search, iterations), default=0.0)
    sites = search.best
    if np.isinf(table[np.ix_(counted, sites)].min(axis=1)).any():
        raise ValueError(f"no {p} sites were found that reach every customer; choose more, or leave customers out")
    value = search.value_of(sites)
    return choice_of(sites, value, min(bound, value), whole=are_whole(cost), least=True)


def _finite(cost: F64) -> F64:
    """Return costs in which no way costs more than all that could be saved by not taking it."""
    known = np.isfinite(cost)
    return cost if known.all() else np.where(known, cost, 1.0 + 2.0 * cost[known].max() * len(cost))


class _Search:
    """The best sites that were tried, and those tried already."""

    def __init__(self, cost: F64, p: int) -> None:
        self.cost, self.p = cost, p
        self.best: I64 = np.arange(p)
        self.value = np.inf
        self._tried: set[bytes] = set()

    def value_of(self, sites: I64) -> float:
        """Return the cost of serving every customer from the nearest of some sites."""
        return float(self.cost[:, sites].min(axis=1).sum())

    def try_sites(self, sites: I64) -> None:
        """Improve sites by swaps, unless that was done before, and keep them if they are the best."""
        sites = np.sort(sites)
        if sites.tobytes() in self._tried:
            return
        self._tried.add(sites.tobytes())
        better = np.sort(_swapped(self.cost, sites))
        self._tried.add(better.tobytes())
        value = self.value_of(better)
        if value < self.value:
            self.best, self.value = better, value


def _greedy(cost: F64, p: int) -> I64:
    """Return sites taken one by one, each the one that then saves most; equals by column."""
    chosen: list[int] = []
    nearest = np.full(len(cost), 2.0 * cost.max() + 1.0)
    for _ in range(p):
        gain = np.maximum(nearest[:, None] - cost, 0.0).sum(axis=0)
        gain[chosen] = -1.0
        chosen.append(int(np.argmax(gain)))
        nearest = np.minimum(nearest, cost[:, chosen[-1]])
    return np.array(chosen, np.int64)


def _swapped(cost: F64, sites: I64) -> I64:
    """Return sites after the best swap of one for another, again and again until none saves."""
    chosen, customers = sites.copy(), np.arange(len(cost))
    while True:
        among = cost[:, chosen]
        near = np.argmin(among, axis=1)
        first = among[customers, near]
        among[customers, near] = np.inf
        second = among.min(axis=1) if len(chosen) > 1 else np.full(len(cost), cost.max() + first.max())
        gain = np.maximum(first[:, None] - cost, 0.0).sum(axis=0)
        kept = np.maximum(second[:, None] - np.maximum(cost, first[:, None]), 0.0)
        loss = np.bincount(near, second - first, len(chosen))
        saved = gain + _sums_by(near, kept, len(chosen)) - loss[:, None]
        saved[:, chosen] = -np.inf
        out, new = np.unravel_index(int(np.argmax(saved)), saved.shape)
        if not saved[out, new] > IMPROVED * max(1.0, float(first.sum())):
            return chosen
        chosen[out] = new


def _sums_by(group: I64, rows: F64, groups: int) -> F64:
    """Return sums of rows by group, shape (groups, columns)."""
    order = np.argsort(group, kind="stable")
    sums = np.zeros((groups, rows.shape[1]))
    there, first = np.unique(group[order], return_index=True)
    sums[there] = np.add.reduceat(rows[order], first, axis=0)
    return sums


def _bounds(search: _Search, iterations: int) -> Iterator[float]:
    """Yield bounds from below as multipliers are moved by subgradients; sites chosen on the way are tried."""
    cost, p = search.cost, search.p
    price = np.partition(cost, 1, axis=1)[:, 1] if cost.shape[1] > 1 else cost[:, 0].copy()
    step, best, idle, untried, whole = FIRST_STEP, -np.inf, 0, EVERY, are_whole(cost)
    for _ in range(iterations):
        slack = np.minimum(cost - price[:, None], 0.0)
        worth = slack.sum(axis=0)
        opened = np.argsort(worth, kind="stable")[:p]
        bound = float(price.sum() + worth[opened].sum())
        idle += 1
        if bound > best:
            idle = 0 if bound > best + IMPROVED * abs(bound) else idle
            best, untried = bound, untried + 1
            if untried >= EVERY or search.value_of(opened) <= NEAR * search.value:
                search.try_sites(opened)
                untried = 0
            yield bound
        if idle >= PATIENCE:
            step, idle = step / 2.0, 0
        missing = 1.0 - (slack[:, opened] < 0.0).sum(axis=1)
        far = search.value - best
        if step < LEAST_STEP or not missing.any() or far <= (1.0 - 1e-6 if whole else 0.0):
            return
        price = price + step * (search.value - bound) / float(missing @ missing) * missing
