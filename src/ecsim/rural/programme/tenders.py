"""Tenders: which works go out together, who bids, at what price, and how good the winner's work is.

References
----------
docs/model.md 4.10. Krishna (2010), Auction Theory, 2.3: the equilibrium bid of a first-price auction, here by cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.rural.events import ProjectStatus
from ecsim.rural.programme.administration import ProcurementTerms
from ecsim.rural.programme.commissioning import draw_keys_of_projects
from ecsim.rural.scenario import PackageRule
from ecsim.rural.world import FIRST_SHARED_PLACE, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
MILLION_YUAN_FEN = 100_000_000
FIRST_PACKAGE, FIRST_NAMED = 1 << 40, 1 << 41
"""In keys of random draws single projects come first, then packages of a place, then those that a plan names."""


@dataclass(frozen=True)
class Packages:
    """What goes out together; shape (projects,) each.

    Attributes
    ----------
    key : of its luck: the place and turn of a single project, or the place of a package
    budget_fen : of all its projects, all funders
    contracts : how many projects are in it
    """

    key: I64
    budget_fen: I64
    contracts: I64

    @classmethod
    def of(cls, state: State, projects: I64, rule: PackageRule, *, pooled: bool) -> Packages:
        """Return the packages of projects: those that their plan names, else by a rule.

        Parameters
        ----------
        rule : each project by itself, all of a county together, or all of a purse
        pooled : whether a purse is a prefecture's
        """
        p = state.projects
        planned = np.flatnonzero(p.status > ProjectStatus.ABSENT)
        if rule == "project":
            key = draw_keys_of_projects(state, planned)
        else:
            shared = (p.county < 0) | (rule == "whole" and pooled)
            prefecture, county = state.reviews.number[p.prefecture], state.counties.number[p.county]
            key = FIRST_PACKAGE + np.where(shared, FIRST_SHARED_PLACE + prefecture, county)[planned]
        key = np.where(p.package[planned] >= 0, FIRST_NAMED + p.package[planned].astype(np.int64), key)
        keys, of = np.unique(key, return_inverse=True)
        budget = np.zeros(len(keys), np.int64)
        np.add.at(budget, of, (p.central_fen + p.local_fen + p.social_fen)[planned])
        row = of[np.searchsorted(planned, projects)]
        return cls(keys[row], budget[row], np.bincount(of, minlength=len(keys))[row])


def bidders(packages: Packages, terms: ProcurementTerms, draws: Draws, times: I64) -> I64:
    """Return how many bid for each package, shape (packages,).

    Parameters
    ----------
    times : how often each was tendered before
    """
    mean = terms.bidders * (packages.budget_fen / MILLION_YUAN_FEN) ** terms.bidders_by_money
    found = draws.poisson("bidders", 0, packages.key, mean)
    again = np.maximum(draws.poisson("bidders", 1, packages.key, mean), 1)
    return np.where(times > 0, again, found)


def costs_rank(luck: F64, many: I64) -> F64:
    """Return where the cheapest of some bidders lies among all there could be: 0 the cheapest of all, 1 the dearest.

    Parameters
    ----------
    luck : uniform
    many : bidders, >= 1

    Notes
    -----
    The least of K uniform draws, by inversion; its mean is 1/(K + 1).
    """
    return np.asarray(1.0 - (1.0 - luck) ** (1.0 / many), np.float64)


def price(rank: F64, many: I64, spread: float) -> F64:
    """Return the price over the budget that the cheapest bidder asks in a sealed first-price tender.

    Parameters
    ----------
    rank : of its cost, `costs_rank`
    many : bidders, >= 1
    spread : S, costs are uniform on [1 − S, 1] of the budget

    Notes
    -----
    Who costs c asks c + (1 − c)/K in equilibrium, so the mean is 1 − S(K − 1)/(K + 1).
    """
    cost = 1.0 - spread + spread * rank
    return np.asarray(cost + (1.0 - cost) / many, np.float64)


@dataclass(frozen=True)
class Bids:
    """The bids that win; shape (packages,) each.

    Attributes
    ----------
    rank : where the cost of each lies among all there could be, as in `costs_rank`
    time : the building time that each offers, over the usual
    """

    rank: F64
    time: F64


def best_bids(packages: Packages, many: I64, terms: ProcurementTerms, draws: Draws) -> Bids:
    """Return the bids that win: who asks least, with what the time that he offers is worth.

    Parameters
    ----------
    many : bidders, >= 1

    Notes
    -----
    One bidder has the lowest cost; of the others each lies anywhere above. Times are offered regardless of cost. Where
    all offer the same time, or it weighs nothing, the cheapest wins.
    """
    lowest = costs_rank(draws.uniform("lowest_cost", 0, packages.key), many)
    best, found = np.full(len(many), np.inf), Bids(lowest.copy(), np.ones(len(many)))
    for bidder in range(int(many.max(initial=1)) if terms.time_spread else 1):
        above = draws.uniform("other_cost", bidder, packages.key) if bidder else 0.0
        rank = lowest + (1.0 - lowest) * above
        time = 1.0 + terms.time_spread * (draws.uniform("time_offered", bidder, packages.key) - 0.5)
        score = price(rank, many, terms.cost_spread) + terms.time_weight * time
        wins = (bidder < many) & (score < best)
        best[wins], found.rank[wins], found.time[wins] = score[wins], rank[wins], time[wins]
    return found


def quality(rank: F64, spread: float, weight: float) -> F64:
    """Return how good the winner's work is, over a usual contractor's: the cheapest save on it.

    Parameters
    ----------
    rank : of its cost, `costs_rank`
    spread : between the dearest and the cheapest where price alone decides
    weight : of quality in the choice
    """
    return np.asarray(1.0 + spread * (1.0 - weight) * (rank - 0.5), np.float64)
