"""Sites that bring customers within reach: the most that p sites can cover, and the fewest sites that cover enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ecsim.siting.choice import (
    F64,
    I64,
    SAME,
    Bool,
    SiteChoice,
    are_whole,
    checked_count,
    choice_of,
    distances_of,
    weights_of,
)


def coverage(
    distances: ArrayLike, p: int, reach: float, weights: ArrayLike | None = None, *, served: ArrayLike | None = None
) -> SiteChoice:
    """Return the p sites that bring most weight within reach of one: the maximal covering location problem, exactly.

    Parameters
    ----------
    distances : shape (customers, sites)
    p : how many sites
    reach : a customer no farther than this from a site is served by it
    weights : shape (customers,), e.g. households; 1 each if left out
    served : shape (customers,), who is served already; they count in the value

    Raises
    ------
    ValueError
        If the arguments do not fit each other.

    References
    ----------
    Church and ReVelle (1974), The maximal covering location problem. Solved as an integer programme by HiGHS.
    """
    near, many, there = _cover(distances, reach, weights, served)
    checked_count(p, near.shape[1])
    count = np.concatenate([np.ones(near.shape[1]), np.zeros(len(near))])
    gain = np.concatenate([np.zeros(near.shape[1]), np.where(there, 0.0, many)])
    sites, least = _solved(near, there, -gain, [(count, float(p), float(p))])
    value = float(many[near[:, sites].any(axis=1) | there].sum())
    return choice_of(sites, value, float(many[there].sum()) - least, whole=are_whole(many), least=False)


def fewest(
    distances: ArrayLike, reach: float, shares: Sequence[tuple[ArrayLike | None, float]],
    *, served: ArrayLike | None = None,
) -> SiteChoice:  # fmt: skip
    """Return the fewest sites that serve at least a share of each of several groups, exactly.

    Of equally few, those that serve most customers are returned.

    Parameters
    ----------
    distances : shape (customers, sites)
    reach : a customer no farther than this from a site is served by it
    shares : weights by customer (None: 1 each) and the share of their sum that must be served, from 0 to 1; as
        ``[(None, 0.5), (poor, 0.5)]`` for half of all villages and half of the poor ones
    served : shape (customers,), who is served already

    Raises
    ------
    ValueError
        If the arguments do not fit each other, or all sites together do not serve a share.
    """
    near, _, there = _cover(distances, reach, None, served)
    needs = []
    for number, (weights, share) in enumerate(shares):
        many = weights_of(weights, len(near), f"weights of share {number + 1}")
        most = float(many[near.any(axis=1) | there].sum() / many.sum()) if many.any() else 1.0
        if not 0.0 <= share <= 1.0 or share > most + SAME:
            raise ValueError(
                f"share {number + 1} is {share:g}; all sites together serve {most:.4g} of it: ask for 0 to {most:.4g}"
            )
        left = share * many.sum() - many[there].sum()
        column = np.concatenate([np.zeros(near.shape[1]), np.where(there, 0.0, many)])
        needs.append((column, left - SAME * max(1.0, float(many.sum())), np.inf))
    count = np.concatenate([np.ones(near.shape[1]), np.zeros(len(near))])
    few, least = _solved(near, there, count, needs)
    served_too = np.concatenate([np.zeros(near.shape[1]), np.where(there, 0.0, 1.0)])
    sites, _ = _solved(near, there, -served_too, [*needs, (count, float(len(few)), float(len(few)))])
    return choice_of(sites, float(len(sites)), least, whole=True, least=True)


def _cover(
    distances: ArrayLike, reach: float, weights: ArrayLike | None, served: ArrayLike | None
) -> tuple[Bool, F64, Bool]:
    """Return which site reaches whom, weights, and who is served already."""
    table = distances_of(distances)
    if not reach >= 0:
        raise ValueError(f"reach is {reach}; give a distance from 0 on")
    there = np.zeros(len(table), np.bool_) if served is None else np.asarray(served, np.bool_)
    if there.shape != (len(table),):
        raise ValueError(f"served has shape {there.shape}; there are {len(table)} customers, give one flag for each")
    return table <= reach, weights_of(weights, len(table)), there


def _solved(near: Bool, there: Bool, cost: F64, limits: list[tuple[F64, float, float]]) -> tuple[I64, float]:
    """Return the sites of the least cost, and a bound from below on it.

    Parameters
    ----------
    cost : shape (sites + customers,), of opening sites and of serving customers
    limits : rows of shape (sites + customers,), each between a least and a most
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    customers, sites = near.shape
    open_to = np.where(there[:, None], False, near)
    served_by_open = hstack([csr_array(-open_to.astype(np.float64)), eye_array(customers)], format="csr")
    limit = LinearConstraint(
        np.vstack([row for row, _, _ in limits]), [least for _, least, _ in limits], [most for _, _, most in limits]
    )
    result = milp(
        cost,
        integrality=np.repeat([1, 0], [sites, customers]),  # who is served follows from what is open
        bounds=Bounds(0.0, np.concatenate([np.ones(sites), (~there).astype(np.float64)])),
        constraints=[LinearConstraint(served_by_open, -np.inf, 0.0), limit],
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:  # feasible by its checks: the solver itself gave up
        raise RuntimeError(f"HiGHS found no sites: {result.message}")
    return np.flatnonzero(result.x[:sites] > 0.5), float(result.mip_dual_bound)
