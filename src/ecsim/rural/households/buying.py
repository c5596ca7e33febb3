"""Buying online: its numbers, and how households differ in it (docs/model.md 4.2).

Who starts is in `ecsim.rural.households.adoption`, what buyers order in `ecsim.rural.households.ordering`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen, seat_hours
from ecsim.rural.world import State

F64 = NDArray[np.float64]
_TURNS = 100
"""How often an own rate is drawn anew at most, if with that of before its household would buy no more."""


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
    settling_weeks: float
    settling_start: float
    parcels_per_head: float
    market_growth: float
    order_growth: float
    order_growth_years: float
    order_sigma: float
    income_elasticity: float
    cost_sensitivity: float
    festival_factor: float
    durables_share: float
    durable_yuan: float
    everyday_yuan: float
    basket_sigma: float
    saving_durables: float
    saving_everyday: float
    shop_price_rise: float
    saving_pull: float
    internet_outage: float

    def order_trend(self, years: float) -> float:
        """Return what a settled buyer orders some years after the opening, over what it did then.

        It grows at ``order_growth`` at first, ever less, and never beyond what so many ``order_growth_years`` bring.
        """
        grown = -self.order_growth_years * np.expm1(-years / self.order_growth_years)
        return float((1.0 + self.order_growth) ** grown)

    @property
    def basket_fen(self) -> float:
        """Mean value of a parcel."""
        return 100.0 * (self.durables_share * self.durable_yuan + (1.0 - self.durables_share) * self.everyday_yuan)

    @property
    def saving_at_the_seat(self) -> float:
        """Mean saving against shops of the county seat, as a share of what is spent."""
        durables = self.durables_share * self.durable_yuan * self.saving_durables
        everyday = (1.0 - self.durables_share) * self.everyday_yuan * self.saving_everyday
        return 100.0 * (durables + everyday) / self.basket_fen

    def saving_share(self, seat_hours: F64) -> F64:
        """Return the saving against village shops, whose prices rise with the way, as a share of what is spent.

        Parameters
        ----------
        seat_hours : from a village to its county seat
        """
        saving: F64 = (1.0 + self.saving_at_the_seat) * (1.0 + self.shop_price_rise * seat_hours) - 1.0
        return saving


@dataclass(frozen=True)
class BuyingSetting:
    """Constants of the opening and the seed; shape (households,) each but for the last."""

    eagerness: F64
    """Multiplier of what one finds out alone, weighted mean 1."""
    contagion: F64
    """Multiplier of what one learns from neighbours, weighted mean 1."""
    orders_a_week: F64
    """Orders of a settled buyer at the opening, before the cost of fetching."""
    last_order_day: NDArray[np.int32]
    """Day of a buyer's last order before the opening, below 0."""
    pull: F64
    """Multiplier of the whole hazard by what ordering saves more than on average."""
    saving: F64
    """Shape (villages,): what ordering saves against the village shop, as a share of what is spent."""

    @property
    def boldness(self) -> F64:
        """What either part of the hazard is at most multiplied by."""
        return np.maximum(self.eagerness, self.contagion) * self.pull


def income_per_head_fen(state: State) -> NDArray[np.float64]:
    """Return the income per head of each household at the opening, farm sales aside; fen a year."""
    h = state.households
    total = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
    return np.asarray(np.maximum(total, 1) / h.persons, np.float64)


def buying_setting(state: State, draws: Draws, terms: BuyingTerms, access: AccessTerms, here: PickUp) -> BuyingSetting:
    """Return eagerness, contagion, and order rates such that each county orders ``parcels_per_head`` in the first year.

    Parameters
    ----------
    here : pick-up points of the opening

    Notes
    -----
    Eagerness is log-linear in age class, schooling and log income, contagion in register and schooling; each has a
    weighted mean of one. Orders are constant-elasticity in income, differ between households by a lognormal rate of
    their own (a mixed Poisson law), rise exponentially with what ordering saves and fall with the cost of fetching;
    each county's level is calibrated. Buyers of the opening are such as the rules keep: in the long run a household
    with some own rate buys in a share of weeks, and with that chance it has this rate if it does.

    References
    ----------
    docs/model.md 4.2; Ehrenberg (1959), The pattern of consumer purchases, for the mixed Poisson law.
    """
    h = state.households
    income = income_per_head_fen(state)
    log_eager = (
        terms.age_slope * h.age_class + terms.schooling_slope * h.schooling_years + terms.income_slope * np.log(income)
    )
    log_contagion = terms.contagion_poor * h.poor + terms.contagion_schooling * h.schooling_years
    by_income = income**terms.income_elasticity
    cost = fetching_fen(h.way_m, here.path_m[h.village], access)
    saving = terms.saving_share(seat_hours(state))
    own_saving = saving[h.village]
    felt = np.exp(terms.cost_sensitivity * (own_saving - cost / terms.basket_fen))
    own = _own_rates(state, draws, terms, _scaled(state, terms, by_income, felt) * felt)
    orders = _scaled(state, terms, by_income * own, felt)
    return BuyingSetting(
        eagerness=_with_mean_one(log_eager, h.weight),
        contagion=_with_mean_one(log_contagion, h.weight),
        orders_a_week=orders,
        last_order_day=_last_orders(draws, terms.lapse_weeks, orders * felt, state.households.number),
        pull=np.exp(terms.saving_pull * (own_saving - np.average(own_saving, weights=h.weight))),
        saving=saving,
    )


def _scaled(state: State, terms: BuyingTerms, relative: F64, felt: F64) -> F64:
    """Return relative orders as orders a week, such that each county's buyers order what people of a county do."""
    h, counties = state.households, len(state.counties)
    ordered = np.bincount(h.county, h.weight * h.buyer * relative * felt, counties)
    people = np.bincount(h.county, h.weight * h.persons.astype(np.float64), counties)
    at_opening = terms.parcels_per_head / (1.0 + terms.market_growth) ** 0.5
    level = np.divide(at_opening * people, ordered, out=np.zeros(counties), where=ordered > 0)
    return np.asarray(level[h.county] * relative / 52.0, np.float64)


def _own_rates(state: State, draws: Draws, terms: BuyingTerms, expected: F64) -> F64:
    """Return households' own order rates; those of buyers given that they have not lapsed before the opening.

    Parameters
    ----------
    expected : orders a week of a household whose own rate is one
    """
    number = state.households.number
    rates = draws.lognormal("order_rate", 0, number, terms.order_sigma)
    left, away = np.flatnonzero(state.households.buyer), _weeks_away(state, terms)
    for turn in range(1, _TURNS):
        stays = weeks_until_lapse(rates[left] * expected[left], terms.lapse_weeks)
        left = left[draws.uniform("still_buys", turn, number[left]) >= stays / (stays + away[left])]
        if not left.size:
            break
        rates[left] = draws.lognormal("order_rate", turn, number[left], terms.order_sigma)
    return rates


def weeks_until_lapse(rate: F64, weeks: int) -> F64:
    """Return how many weeks pass on average until a buyer has not ordered for so many in a row.

    Parameters
    ----------
    rate : Poisson rate of its orders a week, >= 0

    References
    ----------
    Waiting time for a run of n equal results: Feller (1968), An introduction to probability theory, XIII.7.
    """
    rate = np.clip(rate, 1e-9, 50.0 / weeks)
    return np.asarray(np.expm1(rate * weeks) / -np.expm1(-rate), np.float64)


def _weeks_away(state: State, terms: BuyingTerms) -> F64:
    """Return how many weeks pass on average until who has lapsed begins anew, at the hazard of the opening."""
    h, counties = state.households, len(state.counties)
    buyers, households = (np.bincount(h.county, of, counties) for of in (h.weight * h.buyer, h.weight))
    yearly = terms.innovation + terms.imitation * buyers / np.maximum(households, 1)
    return np.asarray(52.0 / np.maximum(yearly, 1e-9)[h.county], np.float64)


def _last_orders(draws: Draws, weeks: int, rate: F64, number: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the day of a last order before the opening, given that it lies within some weeks: truncated exponential.

    Parameters
    ----------
    rate : orders a week, shape (households,)
    number : draw keys of the households
    """
    luck, rate = draws.uniform("last_order", 0, number), np.maximum(rate, 1e-9)
    ago = -np.log1p(luck * np.expm1(-rate * weeks)) / rate
    return np.asarray(-np.ceil(7.0 * ago), np.int32)


def _with_mean_one(log: F64, weight: NDArray[np.int32]) -> F64:
    """Return the exponential of some values, scaled to a weighted mean of one."""
    values = np.exp(log - log.max())
    return np.asarray(values / np.average(values, weights=weight), np.float64)
