"""How many different registered poor households an enterprise buys from or employs (docs/model.md 4.7).

Expected numbers: which of the sampled households a week's purchases fall on must not decide what is recognised.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.state.running_year import year_of
from ecsim.rural.world import ONE, WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]


def poor_suppliers(world: World, goods: GoodsTerms) -> F64:
    """Return the registered poor households each enterprise bought from in the last year, expected; (enterprises,).

    Parameters
    ----------
    goods : numbers of dealers, for how often growers have something to sell

    Notes
    -----
    Firms come to villages in an order that is drawn, so each sale of a grower is theirs with the chance that they have
    of the product's output: ``growers · (1 − exp(−sales a year · share))``.
    """
    state = world.state
    d, c = state.dealers, state.crops
    rows = np.flatnonzero(d.enterprise >= 0)
    crop = d.crop[rows]
    bought = year_of(d.direct_g[rows], d.direct_quarter[rows], world.day)
    share = np.divide(bought, c.output_g[crop], out=np.zeros(len(rows)), where=c.output_g[crop] > 0)
    reached = poor_growers(state)[crop] * -np.expm1(-sales_a_year(state, goods)[crop] * share)
    return np.asarray(np.bincount(d.enterprise[rows], reached, len(state.enterprises)), np.float64)


def poor_growers(state: State) -> F64:
    """Return the registered poor households that grow each product, weighted, shape (crops,)."""
    p, h = state.plots, state.households
    return np.bincount(p.crop, (h.weight * h.poor)[p.household], len(state.crops)).astype(np.float64)


def sales_a_year(state: State, goods: GoodsTerms) -> F64:
    """Return how often a year a grower of each product has something to sell, shape (crops,).

    Parameters
    ----------
    goods : for the weeks of a turn; fresh goods are sold in each week of their harvest
    """
    share = state.crops.season / ONE
    weeks = 1.0 / np.maximum((share**2).sum(axis=1), 1.0 / WEEKS_A_YEAR)
    return np.where(state.crops.form == CropForm.FRESH, weeks, WEEKS_A_YEAR / goods.turn_weeks)


def poor_share_of_jobs(state: State) -> F64:
    """Return the share of the jobs of each county that registered poor households hold, shape (counties,)."""
    h, counties = state.households, len(state.counties)
    held = np.bincount(h.county, h.jobs, counties)
    poor = np.bincount(h.county, h.jobs * h.poor, counties)
    return np.divide(poor, held, out=np.zeros(counties), where=held > 0)
