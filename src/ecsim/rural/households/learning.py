"""Learning to sell: hearing of it, teaching oneself, opening and giving up a shop (docs/model.md 4.3).

A household goes from unaware to aware, to skilled, to seller. Hearing and teaching oneself are hazards; a shop opens
where its expected gain exceeds the effort, and closes well below it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ecsim.kernel.draws import uniform_at
from ecsim.rural.events import (
    Area,
    Channel,
    LotSold,
    SellerLapsed,
    SellerStarted,
    SellingHeardOf,
    ShopGainsMoved,
    SkillGained,
    Way,
)
from ecsim.rural.facilities import area_share
from ecsim.rural.households.screening import flagged, screened
from ecsim.rural.readings import internet_level, online, place_in_county, sellers_by_crop, shops_online
from ecsim.rural.world import ONE, State, World

_TALK, _PROMOTION = int(Way.WORD_OF_MOUTH), int(Way.PROMOTION)


@dataclass(frozen=True)
class LearningTerms:
    """Numbers of learning; units in ``parameters/learning.toml``."""

    word_of_mouth: float
    example_weight: float
    promotion: float
    self_taught: float
    age_slope: float
    schooling_slope: float
    hours_a_week: float
    hours_a_parcel: float
    parcel_g: float
    stay: float
    poor_effort: float
    wage_yuan_a_day: float
    shop_yuan_a_week: float
    belief_sigma: float
    consider_weeks: int
    lapse_weeks: int
    smoothing: float
    follow_up: float


@dataclass(frozen=True)
class LearningSetting:
    """Constants of the opening; shape (households,) each."""

    aptitude: NDArray[np.float64]
    """Multiplier of teaching oneself, weighted mean 1."""
    alike: NDArray[np.float64]
    """One: everybody listens alike."""
    least_luck: NDArray[np.float64]
    """Those that keep a shop at the opening have at least this rank of ability; 0 of others."""
    best_plot: NDArray[np.int32]
    """The plot a shop would sell from: the one whose crop sells online at the highest yearly value; -1 if none."""


def learning_setting(state: State, terms: LearningTerms) -> LearningSetting:
    """Return aptitudes by age and schooling, and what each household would sell.

    Notes
    -----
    Aptitude is log-linear in age class and years of school.

    References
    ----------
    docs/model.md 4.3.
    """
    h, p, c = state.households, state.plots, state.crops
    log_apt = terms.age_slope * h.age_class + terms.schooling_slope * h.schooling_years
    aptitude = np.exp(log_apt - log_apt.max())
    aptitude /= np.average(aptitude, weights=h.weight)
    value = p.output_g * np.where(c.demand_g > 0, c.online_price_fen, 0)[p.crop].astype(np.float64)
    best = np.full(len(h), -1, np.int32)
    order = np.argsort(value, kind="stable").astype(np.int32)
    order = order[value[order] > 0]
    best[p.household[order]] = order
    least = np.zeros(len(h))
    rows = np.flatnonzero((h.shops > 0) & (h.shop_plot >= 0))
    enough = terms.stay * effort_fen(h.poor[rows], terms) / np.maximum(c.shop_gain_fen[p.crop[h.shop_plot[rows]]], 1)
    sigma = max(terms.belief_sigma, 1e-9)
    least[rows] = np.minimum(ndtr(np.log(enough) / sigma + 0.5 * sigma), 1.0 - 1e-9)
    return LearningSetting(aptitude=aptitude, alike=np.ones(len(h)), least_luck=least, best_plot=best)


def hear_of_selling(world: World, terms: LearningTerms, setting: LearningSetting) -> None:
    """Households hear of online selling from sellers in their village and from promotion: two competing hazards.

    People talk of recognised households in the whole township.

    Parameters
    ----------
    setting : constants of the opening, shape (households,) each

    Notes
    -----
    One uniform number decides whether a household hears and by which way, so a change of one hazard moves nobody else.

    References
    ----------
    docs/model.md 4.3.
    """
    h, v = world.state.households, world.state.villages
    example_share, example_seq = _examples(world.state)
    sellers = v.sellers / np.maximum(v.households, 1) + terms.example_weight * example_share
    talk = terms.word_of_mouth * sellers / 52.0
    shown = terms.promotion * (world.state.counties.visibility[v.county] / ONE) / 52.0
    by_talk, by_any = -np.expm1(-talk), -np.expm1(-(talk + shown))
    key = world.draws.key("hear_of_selling")
    maybe = flagged(screened(key, world.week, by_any.max(), setting.alike, h.number), len(h))
    new, way = np.empty(len(maybe), np.int32), np.empty(len(maybe), np.uint8)
    rows = _hear(key, world.week, maybe, h.number, h.aware, h.village, np.stack([by_talk, by_any]), new, way)
    where = h.village[new[:rows]]
    heard = np.where((v.sellers[where] == 0) & (example_share[where] > 0), example_seq[where], v.seller_seq[where])
    cause = np.where(way[:rows] == _TALK, heard, world.state.counties.visible_seq[v.county[where]])
    world.publish(SellingHeardOf(household=new[:rows], way=way[:rows]), cause=cause)


def _examples(state: State) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return recognised households as a share of their township's, and the last recognition; shape (villages,) each."""
    h, v, t = state.households, state.villages, state.townships
    rows = np.flatnonzero(h.examples)
    recognised = np.bincount(v.township[h.village[rows]], h.examples[rows], len(t))
    households = np.bincount(v.township, v.households, len(t))
    return (recognised / np.maximum(households, 1))[v.township], t.example_seq[v.township]


@njit(cache=True, nogil=True)
def _hear(
    key: np.uint64, week: int, maybe: NDArray[np.int32], number: NDArray[np.int64], aware: NDArray[np.bool_],
    village: NDArray[np.int32], chance: NDArray[np.float64], new: NDArray[np.int32], way: NDArray[np.uint8],
) -> int:  # fmt: skip
    rows, (by_talk, by_any) = 0, chance
    for household in maybe:
        if aware[household]:
            continue
        luck = uniform_at(key, week, number[household])
        if luck < by_any[village[household]]:
            new[rows] = household
            way[rows] = _TALK if luck < by_talk[village[household]] else _PROMOTION
            rows += 1
    return rows


def teach_oneself(world: World, terms: LearningTerms, setting: LearningSetting) -> None:
    """A few aware households learn to sell without training: a constant yearly hazard times their aptitude.

    Parameters
    ----------
    setting : aptitude, shape (households,)

    References
    ----------
    docs/model.md 4.3.
    """
    h = world.state.households
    rows = np.flatnonzero(h.aware & ~h.skilled)
    hazard = -np.expm1(-terms.self_taught * setting.aptitude[rows] / 52.0)
    new = rows[world.draws.uniform("teach_oneself", world.week, h.number[rows]) < hazard]
    world.publish(SkillGained(household=new), cause=h.skill_seq[new])


def effort_fen(
    poor: NDArray[np.bool_], terms: LearningTerms, saved: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """Return what a week of keeping a shop costs a household in time and money, whatever it sells; fen.

    Parameters
    ----------
    poor : shape (n,), whether a household is on the register
    saved : share of the hours that somebody helps with, shape (n,)

    Returns
    -------
    shape (n,), fen a week
    """
    hours = terms.hours_a_week * np.where(poor, terms.poor_effort, 1.0) * (1.0 - saved)
    cost: NDArray[np.float64] = 100.0 * (hours * terms.wage_yuan_a_day / 8.0 + terms.shop_yuan_a_week)
    return cost


def _effort_now(state: State, rows: NDArray[np.int64], terms: LearningTerms) -> NDArray[np.float64]:
    """Return that cost today: a service centre helps those who were trained."""
    h = state.households
    followed_up = h.trained[rows] * area_share(state, Area.TRAINING)[h.county[rows]]
    return effort_fen(h.poor[rows], terms, terms.follow_up * followed_up)


def hear_of_gains(world: World, terms: LearningTerms, lots: LotSold) -> None:
    """Growers learn by exponential smoothing what shops of their crop bring a week above the trader.

    Parameters
    ----------
    lots : what households sold this week, by every channel

    Notes
    -----
    The gain is what was received less the traders' price of the same goods and the hours of packing and posting, as a
    mean over the sellers of the crop who are on the internet.

    References
    ----------
    docs/model.md 4.3.
    """
    state = world.state
    c = state.crops
    by_shop = lots.channel == Channel.OWN_SHOP
    crop = crop_of(state, lots)[by_shop]
    weight = state.households.weight[state.plots.household[lots.plot[by_shop]]]
    labour = 100.0 * terms.hours_a_parcel * terms.wage_yuan_a_day / 8.0 / terms.parcel_g
    kept = lots.received_fen[by_shop] - lots.sold_g[by_shop] * (c.price_fen[crop] / 1000.0 + labour)
    sellers = sellers_by_crop(state, shops_online(state, internet_level(state, world.day)))
    gain = np.divide(
        np.bincount(crop, kept * weight, len(c)), sellers, out=c.shop_gain_fen.astype(np.float64), where=sellers > 0
    )
    slow = np.rint(c.shop_gain_fen + terms.smoothing * (gain - c.shop_gain_fen)).astype(np.int64)
    moved = np.flatnonzero(slow != c.shop_gain_fen)
    world.publish(ShopGainsMoved(crop=moved, gain_fen=slow[moved]), cause=c.orders_seq[moved])


def crop_of(state: State, lots: LotSold) -> NDArray[np.int32]:
    """Return the crop of every lot."""
    return np.asarray(state.plots.crop[lots.plot], np.int32)


def _ability(
    world: World, setting: LearningSetting, rows: NDArray[np.int64], terms: LearningTerms
) -> NDArray[np.float64]:
    """Return what a household gets out of a shop over what others do; it stays the same through the run.

    A log-normal of mean one; of those that have a shop at the opening it is known to be enough to keep it.
    """
    luck = world.draws.uniform("ability_in_shop", 0, world.state.households.number[rows])
    least = setting.least_luck[rows]
    sigma = terms.belief_sigma
    return np.asarray(np.exp(sigma * ndtri(least + (1.0 - least) * luck) - 0.5 * sigma * sigma), np.float64)


def _whose_turn(world: World, terms: LearningTerms) -> NDArray[np.int64]:
    """Return the households that think about a shop this week: each once in ``consider_weeks``."""
    place = place_in_county(world.state.households.county)
    return np.flatnonzero((place + world.week) % terms.consider_weeks == 0)


def open_shops(world: World, terms: LearningTerms, setting: LearningSetting) -> None:
    """Skilled households on the internet open a shop where its expected gain exceeds the effort: a threshold rule.

    Parameters
    ----------
    setting : the plot a shop would sell from, shape (households,)

    Notes
    -----
    The expected gain is what shops of the crop are seen to bring, times the household's own ability, a log-normal
    factor that is drawn once for ever; the effort is less for trained households where a service centre
    follows up. Each household thinks about it once in ``consider_weeks``.

    References
    ----------
    docs/model.md 4.3.
    """
    state = world.state
    h = state.households
    turn = _whose_turn(world, terms)
    rows = turn[
        h.skilled[turn]
        & online(state, internet_level(state, world.day))[turn]
        & (h.shops[turn] == 0)
        & (setting.best_plot[turn] >= 0)
    ]
    crop = state.plots.crop[setting.best_plot[rows]]
    expected = state.crops.shop_gain_fen[crop] * _ability(world, setting, rows, terms)
    go = expected > _effort_now(state, rows, terms)
    gain = np.rint(expected[go]).astype(np.int64)
    world.publish(
        SellerStarted(
            household=rows[go], plot=setting.best_plot[rows[go]], shops=h.weight[rows[go]], expected_fen=gain
        ),
        cause=h.skill_seq[rows[go]],
    )


def close_shops(world: World, terms: LearningTerms, setting: LearningSetting) -> None:
    """Sellers give a shop up where its expected gain falls below a share of the effort: hysteresis against opening.

    A shop without internet gains nothing.

    Parameters
    ----------
    setting : the plot a shop sells from, shape (households,)

    References
    ----------
    docs/model.md 4.3.
    """
    state = world.state
    h = state.households
    turn = _whose_turn(world, terms)
    rows = turn[(h.shops[turn] > 0) & (world.day - h.seller_day[turn] > 7 * terms.lapse_weeks)]
    crop = state.plots.crop[h.shop_plot[rows]]
    gain = state.crops.shop_gain_fen[crop] * _ability(world, setting, rows, terms)
    poor = np.where(online(state, internet_level(state, world.day))[rows], gain, 0.0) < terms.stay * _effort_now(
        state, rows, terms
    )
    world.publish(SellerLapsed(household=rows[poor], shops=h.shops[rows[poor]]), cause=h.seller_seq[rows[poor]])
