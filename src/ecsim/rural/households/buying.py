"""Buying online: its numbers, and how households differ in it (docs/model.md 4.2).

Who starts is in `ecsim.rural.households.adoption`, what buyers order in `ecsim.rural.households.ordering`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen
from ecsim.rural.world import State

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class BuyingTerms:
    """Numbers of buying; units in ``parameters/buying.toml``."""

    innovation: float
    imitation: float
    township_weight: float
    age_slope: float
    schooling_slope: float
    income_slope: float
    contagion_poor: float
    contagion_schooling: float
    access_floor: float
    access_hours: float
    helper_share: float
    lapse_weeks: int
    parcels_per_head: float
    market_growth: float
    order_growth: float
    income_elasticity: float
    cost_sensitivity: float
    festival_factor: float
    durables_share: float
    durable_yuan: float
    everyday_yuan: float
    basket_sigma: float
    saving_durables: float
    saving_everyday: float
    internet_outage: float

    @property
    def basket_fen(self) -> float:
        """Mean value of a parcel."""
        return 100.0 * (self.durables_share * self.durable_yuan + (1.0 - self.durables_share) * self.everyday_yuan)

    @property
    def saving_share(self) -> float:
        """Mean saving as a share of what is spent."""
        durables = self.durables_share * self.durable_yuan * self.saving_durables
        everyday = (1.0 - self.durables_share) * self.everyday_yuan * self.saving_everyday
        return 100.0 * (durables + everyday) / self.basket_fen


@dataclass(frozen=True)
class BuyingSetting:
    """Constants of the opening; shape (households,) each."""

    eagerness: F64
    """Multiplier of what one finds out alone, weighted mean 1."""
    contagion: F64
    """Multiplier of what one learns from neighbours, weighted mean 1."""
    orders_a_week: F64
    """Orders of a buyer at the opening, before the cost of fetching."""

    @property
    def boldness(self) -> F64:
        """What either part of the hazard is at most multiplied by."""
        return np.maximum(self.eagerness, self.contagion)


def income_per_head_fen(state: State) -> NDArray[np.float64]:
    """Return the income per head of each household at the opening, farm sales aside; fen a year."""
    h = state.households
    total = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
    return np.asarray(np.maximum(total, 1) / h.persons, np.float64)


def buying_setting(state: State, terms: BuyingTerms, access: AccessTerms, here: PickUp) -> BuyingSetting:
    """Return eagerness, contagion, and order rates such that each county orders ``parcels_per_head`` in the first year.

    Parameters
    ----------
    here : pick-up points of the opening

    Notes
    -----
    Eagerness is log-linear in age class, schooling and log income, contagion in register and schooling; each has a
    weighted mean of one. Orders are constant-elasticity in income and fall exponentially with the cost of fetching;
    each county's level is calibrated.

    References
    ----------
    docs/model.md 4.2.
    """
    h = state.households
    income = income_per_head_fen(state)
    log_eager = (
        terms.age_slope * h.age_class + terms.schooling_slope * h.schooling_years + terms.income_slope * np.log(income)
    )
    log_contagion = terms.contagion_poor * h.poor + terms.contagion_schooling * h.schooling_years
    relative = income**terms.income_elasticity
    cost = fetching_fen(h.way_m, here.path_m[h.village], access)
    felt = relative * np.exp(-terms.cost_sensitivity * cost / terms.basket_fen)
    counties = len(state.counties)
    ordered = np.bincount(h.county, h.weight * h.buyer * felt, counties)
    people = np.bincount(h.county, h.weight * h.persons.astype(np.float64), counties)
    at_opening = terms.parcels_per_head / (1.0 + terms.market_growth) ** 0.5
    level = np.divide(at_opening * people, ordered, out=np.zeros(counties), where=ordered > 0)
    return BuyingSetting(
        eagerness=_with_mean_one(log_eager, h.weight),
        contagion=_with_mean_one(log_contagion, h.weight),
        orders_a_week=level[h.county] * relative / 52.0,
    )


def _with_mean_one(log: F64, weight: NDArray[np.int32]) -> F64:
    """Return the exponential of some values, scaled to a weighted mean of one."""
    values = np.exp(log - log.max())
    return np.asarray(values / np.average(values, weights=weight), np.float64)
