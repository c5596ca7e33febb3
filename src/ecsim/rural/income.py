"""Income from outside the model: its path, and the luck of each household's year (docs/model.md 4.13).

All sources grow at one rate. The registered poor catch up on the rest of their county, by wages (public jobs) and
transfers, from the ratio that the opening holds to one that is a parameter. Every year brings each household a shock,
so that ranks move. Wages fall where people cannot go to work away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import BackgroundIncomeMoved, HouseholdShocksDrawn, IncomeSource
from ecsim.rural.world import ONE, Calendar, State, World

F64 = NDArray[np.float64]
GAINING = (IncomeSource.WAGES, IncomeSource.TRANSFERS)
"""By what the registered poor catch up."""


@dataclass(frozen=True)
class IncomeTerms:
    """Numbers of background income; units in ``parameters/income.toml``."""

    growth: float
    poor_ratio_reached: float
    catch_up_years: float
    shock_sigma: float
    lockdown_wages: float


@dataclass(frozen=True)
class IncomeSetting:
    """What a year brought each county's two groups (the others, the registered poor) at the opening; fen a year.

    Attributes
    ----------
    heads : shape (counties, 2), persons
    background : shape (counties, 2, sources), income from outside the model
    farm : shape (counties, 2), expected net income of their plots at farm-gate prices, feed taken off
    """

    heads: F64
    background: F64
    farm: F64


def income_setting(state: State, feed_fen: F64) -> IncomeSetting:
    """Return the opening's income of each county's groups; it hangs on columns that a run leaves as they are.

    Parameters
    ----------
    feed_fen : shape (crops,), of a kilogram of live animals until it is sold, in an ordinary year
    """
    h, p, c = state.households, state.plots, state.crops
    group, groups = 2 * h.county + h.poor, 2 * len(state.counties)
    weight = np.asarray(h.weight, np.float64)
    sources = (h.wages_fen, h.business_fen, h.transfers_fen, h.property_fen)
    net_fen_a_g = (c.farm_price_fen * (c.net_margin / ONE) - feed_fen) / 1000.0
    farm = p.output_g * net_fen_a_g[p.crop] * weight[p.household]
    return IncomeSetting(
        heads=_summed(group, weight * h.persons, groups).reshape(-1, 2),
        background=np.stack([_summed(group, weight * fen, groups) for fen in sources], 1).reshape(-1, 2, 4),
        farm=_summed(group[p.household], farm, groups).reshape(-1, 2),
    )


def move_background_income(world: World, terms: IncomeTerms, setting: IncomeSetting, calendar: Calendar) -> None:
    """Once a month background income follows its path; the registered poor catch up by wages and transfers.

    Parameters
    ----------
    calendar : of the years that have passed, and of weeks without wages

    References
    ----------
    docs/model.md 4.13.
    """
    years = calendar.years(world.week)
    growth = (1.0 + terms.growth) ** max(0.0, years - 0.5)  # the opening's amounts are the mean of the first year
    factor = np.full(setting.background.shape, growth)
    factor[:, 1, GAINING] *= catch_up(setting, terms, growth, years)[:, None]
    if calendar.wages_lost(world.week):
        factor[:, :, IncomeSource.WAGES] *= terms.lockdown_wages
    county, poor, source = (place.ravel() for place in np.indices(factor.shape))
    rounded = np.rint(factor.ravel() * ONE).astype(np.int64)
    world.publish(BackgroundIncomeMoved(county=county, poor=poor > 0, source=source, factor=rounded))


def catch_up(setting: IncomeSetting, terms: IncomeTerms, growth: float, years: float) -> F64:
    """Return the factor on wages and transfers of each county's registered poor, shape (counties,), at least one.

    It lifts their income a head to a ratio of the county's that moves in a straight line, over some years about the
    turn of the first, from the opening's to the one that is reached. Farm income stands in as the opening expects it,
    so the factor is the same whatever happens in the run.

    Parameters
    ----------
    growth : factor on all background income
    years : since the start

    References
    ----------
    docs/model.md 4.13.
    """
    heads, poor_heads = np.maximum(setting.heads.sum(axis=1), 1.0), np.maximum(setting.heads[:, 1], 1.0)
    opening = setting.background.sum(axis=2) + setting.farm
    start = _ratio(opening[:, 1] / poor_heads, opening.sum(axis=1) / heads)
    way = np.clip(0.5 + (years - 1.0) / terms.catch_up_years, 0.0, 1.0)
    ratio = start + way * np.maximum(terms.poor_ratio_reached - start, 0.0)
    grown = growth * setting.background.sum(axis=2) + setting.farm
    lacking = ratio * grown.sum(axis=1) / heads - grown[:, 1] / poor_heads
    added = np.where(ratio > start, np.maximum(lacking, 0.0) / (1.0 / poor_heads - ratio / heads), 0.0)
    gaining = growth * setting.background[:, 1, GAINING].sum(axis=1)
    return 1.0 + _ratio(added, gaining)


def _summed(group: NDArray[np.int32], amount: F64, groups: int) -> F64:
    """Return amounts added up by group, shape (groups,)."""
    return np.asarray(np.bincount(group, amount, groups), np.float64)


def _ratio(of: F64, to: F64) -> F64:
    """Return one amount over another, 0 where the other is nothing."""
    quotient: F64 = np.divide(of, to, out=np.zeros(len(of)), where=to > 0)
    return quotient


def draw_household_shocks(world: World, sigma: float, calendar: Calendar) -> None:
    """Each year raises or lowers every household's background income: lognormal factors that leave its group's mean.

    Parameters
    ----------
    sigma : sd of the log of the factor; 0: every year is an ordinary one
    calendar : by which a year begins: with the week that has most of its days in it

    References
    ----------
    docs/model.md 4.13.
    """
    week, year = world.week, calendar.year(world.week)
    if not sigma or (week and calendar.year(week - 1) == year):
        return
    h = world.state.households
    rows = np.arange(len(h))
    drawn = world.draws.lognormal("household_shock", year, h.number, sigma)
    yearly = np.asarray(h.weight * (h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen), np.float64)
    group, groups = 2 * h.county + h.poor, 2 * len(world.state.counties)
    mean = _ratio(_summed(group, yearly * drawn, groups), _summed(group, yearly, groups))
    factor = drawn / np.where(mean > 0, mean, 1.0)[group]
    world.publish(HouseholdShocksDrawn(household=rows, factor=np.rint(factor * ONE).astype(np.int64)))
