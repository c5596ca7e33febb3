"""Weather, roads and the season's yield (docs/model.md 4.1, 4.4).

Roads close and storms come by the week, a season's yield is drawn once a year. All luck is by prefecture, road or
crop, so that an arm that builds more stations has the same weather.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from ecsim.rural.events import HarvestShocked, RoadClosed, StormsCame
from ecsim.rural.road_ways import link_numbers
from ecsim.rural.world import ONE, Calendar, World


@dataclass(frozen=True)
class RoadsAndWeatherTerms:
    """Numbers of roads and weather; units in ``parameters/space.toml``."""

    wet_closures: float
    dry_closures: float
    slope_factor: float
    storm_shape: float
    closed_hours: float
    closed_sigma: float
    major_share: float
    major_days: float
    shortest_major_days: float
    longest_major_days: float
    wet_speed: float


def close_roads(world: World, terms: RoadsAndWeatherTerms, calendar: Calendar) -> None:
    """Links close at random, a Poisson process; storms hit all roads of a prefecture together, a gamma mixture.

    Parameters
    ----------
    calendar : of the rains

    Notes
    -----
    The rate of a link is by its length and slope; a storm multiplies it by a gamma factor of mean one, drawn by
    inversion. Closures last a log-normal number of hours, major ones some days within bounds.

    References
    ----------
    docs/model.md 4.1.
    """
    state, week = world.state, world.week
    prefectures = np.arange(state.prefecture_count)
    luck = world.draws.uniform("storm", week, state.reviews.number[prefectures])
    storm = gammaincinv(terms.storm_shape, luck) / terms.storm_shape
    came = world.publish(StormsCame(prefecture=prefectures, factor=np.rint(storm * ONE).astype(np.int64)))
    r, number = state.roads, link_numbers(state)
    rate = (terms.wet_closures if calendar.wet(week) else terms.dry_closures) / 1e5
    mean = 7.0 * rate * r.metres * terms.slope_factor ** (r.slope / ONE) * storm[r.prefecture]
    roads = np.flatnonzero(world.draws.uniform("close_road", week, number) < -np.expm1(-mean))
    begin = 24 * world.day + np.floor(168 * world.draws.uniform("closure_begins", week, number[roads])).astype(np.int64)
    spread = np.exp(terms.closed_sigma * world.draws.normal("closure_lasts", week, number[roads]))
    major = world.draws.uniform("major_closure", week, number[roads]) < terms.major_share
    days = np.clip(terms.major_days * spread, terms.shortest_major_days, terms.longest_major_days)
    hours = np.where(major, 24.0 * days, terms.closed_hours * spread)
    end = begin + np.ceil(hours).astype(np.int64)
    world.publish(RoadClosed(road=roads, from_hour=begin, until_hour=end), cause=came.seqs[r.prefecture[roads]])


def slowness(terms: RoadsAndWeatherTerms, calendar: Calendar, week: int) -> float:
    """Return the time that a way takes over that when roads are dry: more in the rains."""
    return 1.0 / terms.wet_speed if calendar.wet(week) else 1.0


def draw_season(world: World, sigma: float, calendar: Calendar) -> None:
    """Once a year the weather raises or lowers every crop: log-normal factors of mean one, correlated within a county.

    Parameters
    ----------
    sigma : sd of the log of the factor; half of the variance is the county's
    calendar : by which a year begins

    References
    ----------
    docs/model.md 4.4.
    """
    week = world.week
    if week and calendar.week_of_year(week) >= calendar.week_of_year(week - 1):
        return
    c = world.state.crops
    year = calendar.date(week).year
    crops = np.arange(len(c))
    half = np.sqrt(0.5) * sigma
    county = world.draws.normal("season_of_county", year, world.state.counties.number[c.county])
    of_crop = world.draws.normal("season_of_crop", year, c.number)
    factor = np.exp(half * (county + of_crop) - 0.5 * sigma * sigma)
    world.publish(HarvestShocked(crop=crops, factor=np.rint(factor * ONE).astype(np.int64)))
