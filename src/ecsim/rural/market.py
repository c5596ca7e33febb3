"""Growth of demand, traders' prices, visibility and brands (docs/model.md 4.6).

Traders' prices adjust partially to harvests and to what online sellers want; brand premiums are a Hill function of
brand stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Area, BrandsMoved, FarmPriceMoved, MarketingDone, Mechanism, VisibilityFaded
from ecsim.rural.facilities import Service, area_share, has_area, serving
from ecsim.rural.world import ONE, WEEKS_A_YEAR, Calendar, State, World

F64 = NDArray[np.float64]
YearlyFactors: TypeAlias = tuple[tuple[int, float], ...]
"""Of some calendar years; others have the factor 1."""
_PATH = (2000, 2050)
"""Calendar years that the path of growth is worked out for; far from those asked for at either end."""
_STEPS = 50


@dataclass(frozen=True)
class MarketTerms:
    """Numbers of the market; units in ``parameters/market.toml``."""

    growth: float
    growth_2020: float
    growth_2021: float
    goods_growth: float
    goods_growth_2020: float
    goods_growth_2021: float
    services_growth: float
    services_growth_2020: float
    services_growth_2021: float
    county_sigma: float
    pass_through: float
    elasticity: float
    trace_premium: float
    trace_share: float
    festival_factor: float
    price_response: float
    price_lag: float
    price_sigma: float
    price_level: float
    visibility_fading: float
    lockdown_farm: float
    lockdown_goods: float
    lockdown_services: float
    brand_highest_farm: float
    brand_highest_retail: float
    brand_exponent: float
    brand_half: float
    brand_carried_share: float
    brand_online_share: float
    brand_dilution: float
    brand_fit: float
    brand_fading: float
    brand_complaints: float
    lowest_price: float
    display_lift: float

    def farm_rates(self, usual: UsualYears) -> Rates:
        """Return the growth of demand for farm products, lockdown weeks included."""
        return Rates(self.growth, self.growth_2020, self.growth_2021, usual.farm)

    def goods_rates(self, usual: UsualYears) -> Rates:
        """Return the growth of other goods."""
        return Rates(self.goods_growth, self.goods_growth_2020, self.goods_growth_2021, usual.goods)

    def services_rates(self, usual: UsualYears) -> Rates:
        """Return the growth of services."""
        return Rates(self.services_growth, self.services_growth_2020, self.services_growth_2021, usual.services)


class Rates(NamedTuple):
    """Growth of a calendar year's demand over that of the year before."""

    to_2019: float
    in_2020: float
    from_2021: float
    lockdown: YearlyFactors = ()
    """Mean factor of lockdown weeks in a year: the year grows by its rate with them."""


class UsualYears(NamedTuple):
    """What festivals and lockdown do to demand as is known at the opening, so that they move it within a year alone."""

    festival: float
    """Mean factor over a year."""
    farm: YearlyFactors
    """Mean factor of lockdown over the calendar years that have one, on demand for farm products."""
    goods: YearlyFactors
    services: YearlyFactors

    @classmethod
    def of(cls, terms: MarketTerms, calendar: Calendar) -> UsualYears:
        """Return the means over years, by the terms of the opening."""
        weeks = [terms.festival_factor if calendar.festival(week) else 1.0 for week in range(WEEKS_A_YEAR)]
        farm, goods, services = (
            tuple((year, 1.0 - share * (1.0 - factor)) for year, share in calendar.lockdown_shares())
            for factor in (terms.lockdown_farm, terms.lockdown_goods, terms.lockdown_services)
        )
        return cls(sum(weeks) / len(weeks), farm, goods, services)


@dataclass(frozen=True)
class MarketSetting:
    """Constants of the opening."""

    branded_fen: F64
    """Shape (counties,): yearly sales that would carry a county's brand: those online and a share of the rest."""


def market_setting(state: State, terms: MarketTerms) -> MarketSetting:
    """Return what the attractions of later weeks are measured against."""
    c = state.crops
    carried = (
        terms.brand_carried_share * c.output_g / 1000.0 * c.farm_price_fen + c.demand_g / 1000.0 * c.online_price_fen
    )
    return MarketSetting(
        branded_fen=np.asarray(np.bincount(c.county, carried, len(state.counties)), np.float64),
    )


def log_growth(rates: Rates, year: int, moment: float) -> float:
    """Return the log of demand at a point in time, less its season, over the mean of a calendar year.

    Parameters
    ----------
    rates : of growth
    moment : in calendar years, 2019.5 is the middle of 2019
    """
    path = _growth_path(rates)
    return float(np.interp(moment, path.middle, path.logs) - path.yearly[year - _PATH[0]])


class _GrowthPath(NamedTuple):
    """Demand, less its season, in logs over the first year of the path; it is straight between the middles of years."""

    middle: F64
    """Shape (years,), calendar years."""
    logs: F64
    """Demand in the middle of each year."""
    yearly: F64
    """Its mean over each year, lockdown included."""


@lru_cache(maxsize=16)
def _growth_path(rates: Rates) -> _GrowthPath:
    """Return the path of demand in weeks without lockdown on which calendar years grow by their rates, those included.

    Notes
    -----
    A line through the yearly levels would miss the growth of calendar years where it bends, by up to four points at the
    default rates. So the levels in the middle of years are moved until the means over calendar years are those asked
    for. A level weighs 3/4 in its own year's mean and 1/8 in those beside it, so a step leaves at most half of a miss.
    """
    years = np.arange(*_PATH)
    rate = np.select([years <= 2019, years == 2020], [rates.to_2019, rates.in_2020], rates.from_2021)
    wanted, middle = np.cumsum(np.log1p(rate)), years + 0.5
    moments = _PATH[0] + (np.arange(WEEKS_A_YEAR * len(middle)) + 0.5) / WEEKS_A_YEAR
    factor = np.ones(len(years))
    for year, mean in rates.lockdown:
        factor[year - _PATH[0]] = mean
    logs = wanted.copy()
    for _ in range(_STEPS):
        demand = np.exp(np.interp(moments, middle, logs)).reshape(-1, WEEKS_A_YEAR)
        logs += wanted - np.log(factor * demand.mean(axis=1))
    return _GrowthPath(*(np.asarray(column, np.float64) for column in (middle, logs, wanted)))


def county_growth(
    world: World, terms: MarketTerms, rates: Rates, calendar: Calendar, week: int
) -> F64:  # fmt: skip
    """Return the factor on the opening's demand in each county in a week.

    Parameters
    ----------
    rates : of growth
    calendar : the opening's demand is the mean of the year in which the run starts

    Returns
    -------
    shape (counties,), factor; each county grows at the rate and a deviation of its own, drawn once

    References
    ----------
    docs/model.md 4.6.
    """
    years = calendar.years_from_first_mean(week)
    deviation = terms.county_sigma * world.draws.normal("growth_of_county", 0, world.state.counties.number)
    spread = 0.5 * (terms.county_sigma * years) ** 2  # so that the mean over counties grows at the rate
    path = log_growth(rates, calendar.start.year, calendar.moment(week))
    return np.asarray(np.exp(path + deviation * years - spread), np.float64)


def festival_season(terms: MarketTerms, calendar: Calendar, week: int, usual: UsualYears) -> float:
    """Return what festivals do to a week's orders, over the mean of a year: they move them in time alone."""
    return (terms.festival_factor if calendar.festival(week) else 1.0) / usual.festival


def brand_premium(state: State, terms: MarketTerms) -> F64:
    """Return the rise of willingness to pay online for goods that carry each county's best brand.

    Returns
    -------
    shape (counties,), share of the price, >= 0

    References
    ----------
    docs/model.md 4.6.
    """
    retail = terms.brand_highest_retail / terms.brand_highest_farm
    return np.asarray(_best_premium(state) / ONE * retail, np.float64)


def _best_premium(state: State) -> NDArray[np.int32]:
    """Return the premium of each county's best brand, its own or its prefecture's; (counties,), millionths."""
    counties = state.counties
    of_county = state.brands.premium[: len(counties)]
    shared = state.brands.premium[len(counties) + counties.prefecture]
    return np.maximum(of_county, shared)


def move_prices(world: World, terms: MarketTerms, wanted: F64) -> None:
    """Traders' prices adjust partially to the season's harvest, to brands and to what online sellers want.

    Parameters
    ----------
    wanted : shape (crops,), what dealers want above the path of demand, as a share of a mean week's output

    References
    ----------
    docs/model.md 4.6: a partial adjustment model with a log-normal shock.
    """
    state, week = world.state, world.week
    c, counties = state.crops, state.counties
    branded = 1.0 + terms.brand_carried_share * _best_premium(state)[c.county] / ONE
    excess = c.harvest_factor / ONE - 1.0
    glut = np.maximum(1.0 - terms.price_response * (excess - wanted), terms.lowest_price)
    target = terms.price_level * c.farm_price_fen * branded * glut
    shock = np.exp(terms.price_sigma * world.draws.normal("price_shock", week, c.number))
    price = np.rint((c.price_fen + terms.price_lag * (target - c.price_fen)) * shock)
    new = np.maximum(price, 1).astype(np.int64)
    moved = np.flatnonzero(new != c.price_fen)
    cause = np.where(branded > 1.0, brand_or(state, counties.opened_seq)[c.county], c.season_seq)
    world.publish(FarmPriceMoved(crop=moved, price_fen=new[moved]), cause=cause[moved])


def brand_or(state: State, otherwise: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what set the brand that a county's goods carry, or something else where they carry none.

    Parameters
    ----------
    otherwise : shape (counties,), sequence numbers

    Returns
    -------
    shape (counties,), sequence numbers of events
    """
    brands, brand = state.brands, carried_brand(state)
    return np.where(brands.premium[brand] > 0, brands.seq[brand], otherwise)


def carried_brand(state: State) -> NDArray[np.int64]:
    """Return the brand that each county's goods carry: its own, or its prefecture's where that earns more.

    Returns
    -------
    shape (counties,), brands
    """
    brands, counties = state.brands, state.counties
    of_county, shared = np.arange(len(counties)), len(counties) + counties.prefecture
    return np.where(brands.premium[shared] > brands.premium[of_county], shared, of_county)


def fade_visibility(world: World, terms: MarketTerms) -> None:
    """What marketing added fades; what displays in service show stays.

    References
    ----------
    docs/model.md 4.6.
    """
    state = world.state
    visible = state.counties.visibility.astype(np.float64)
    shown = ONE * (1.0 + terms.display_lift * (serving(state, Mechanism.DISPLAY) + area_share(state, Area.DISPLAY)))
    kept = (1.0 - terms.visibility_fading) ** (1.0 / 52.0)
    faded = np.maximum(ONE + (visible - ONE) * kept, shown)
    new = np.rint(faded).astype(np.int64)
    fades, rises = np.flatnonzero(new < visible), np.flatnonzero(new > visible)
    cause = state.counties.visible_seq[fades]
    world.publish(VisibilityFaded(county=fades, visibility=new[fades]), cause=cause)
    if rises.size:
        world.publish(MarketingDone(county=rises, visibility=new[rises]), cause=_shown_seq(state)[rises])


def _shown_seq(state: State) -> NDArray[np.int64]:
    """Return what opened each county's latest display, -1 where there is none; shape (counties,)."""
    of, seq = Service.of(state, Mechanism.DISPLAY), np.full(len(state.counties), -1)
    centre = np.flatnonzero(has_area(state, Area.DISPLAY))
    seq[centre] = state.facilities.seq[state.counties.centre[centre]]
    np.maximum.at(seq, of.county, state.facilities.seq[of.facility])
    return seq


def move_brands(world: World, terms: MarketTerms, setting: MarketSetting) -> None:
    """Brand stock fades, faster with complaints; the rest earns a premium that saturates, thinner the more share it.

    Notes
    -----
    What erodes it is the part of the week's orders under its name, whosever they are, that were lost or of which
    buyers complain: who shares a name shares its repute.

    Where nothing is sold that could carry it, a brand earns none.

    References
    ----------
    docs/model.md 4.6: ``b_f·fit·X^n/(1 + X^n)`` with ``X = stock/(B_H·unit·(sales/unit)^φ)``; a Hill function.
    """
    brands, counties = world.state.brands, world.state.counties
    rows = np.flatnonzero(brands.stock_fen)
    if not rows.size:
        return
    prefectures = world.state.prefecture_count
    shared = np.bincount(counties.prefecture, setting.branded_fen, prefectures)
    members = np.maximum(np.bincount(counties.prefecture, minlength=prefectures), 1)
    harmed = brands.harmed_g[rows] / np.maximum(brands.ordered_g[rows], 1)
    kept = (1.0 - terms.brand_fading) ** (1.0 / 52.0) * (1.0 - terms.brand_complaints * harmed)
    stock = np.floor(brands.stock_fen[rows] * kept).astype(np.int64)
    sales = np.concatenate([setting.branded_fen, shared])
    unit = np.concatenate([setting.branded_fen, shared / members])
    fit = np.where(rows < len(counties), 1.0, terms.brand_fit)
    carried = unit[rows] > 0
    scope = np.divide(sales[rows], unit[rows], out=np.ones(len(rows)), where=carried)
    scale = terms.brand_half * unit[rows] * scope**terms.brand_dilution
    x = (stock / np.maximum(scale, 1.0)) ** terms.brand_exponent
    premium = np.rint(ONE * terms.brand_highest_farm * fit * carried * x / (1.0 + x)).astype(np.int64)
    world.publish(BrandsMoved(brand=rows, stock_fen=stock, premium=premium), cause=brands.seq[rows])
