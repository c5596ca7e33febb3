"""Synthesis of households: sampled by village and register, with whole weights that add up exactly (synthetic)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.draws import Draws
from ecsim.events.opening import VillagesBaselined
from ecsim.regions.pack import RegionPack
from ecsim.regions.places import PlaceTerms, county_of_villages, shared_exactly

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
ONE = 1_000_000


@dataclass(frozen=True)
class PeopleTerms:
    """Numbers of people; units in the pack's ``rules/opening_people.toml``."""

    wages_share: float
    business_share: float
    transfers_share: float
    property_share: float
    income_sigma: float
    poor_ratio: float
    young_share: float
    middle_share: float
    senior_share: float
    woman_share: float
    returnee_share: float
    schooling_sigma: float
    internet_2017: float
    internet_2018: float
    internet_2020_march: float
    internet_2020: float
    internet_2021: float
    yunnan_factor: float
    schooling_reference: float
    household_exponent: float
    shop_share: float
    rural_shop_factor: float
    seller_share: float


@dataclass(frozen=True)
class People:
    """The sampled households as columns of one length."""

    number: I64
    """Number in the full population: the entity of every draw, the same at every sample."""
    village: I64
    county: I64
    weight: I64
    poor: Bool
    persons: I64
    workers: I64
    age_class: I64
    woman: Bool
    returnee: Bool
    schooling_years: I64
    way_m: I64
    income_fen: F64
    """A head and year, all sources."""
    internet_rank: I64
    buyer: Bool


def poor_by_village(pack: RegionPack, places: PlaceTerms, villages: VillagesBaselined, households: I64) -> I64:
    """Return registered poor households of every unit; more in poor villages, counties add up exactly."""
    county = county_of_villages(pack)
    odds = np.exp(places.poor_tilt * villages.poor.astype(np.float64))
    found = np.zeros(len(county), np.int64)
    for number, here in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        found[rows] = shared_exactly(
            here.poor_households, np.asarray(households[rows] * odds[rows], np.float64), households[rows]
        )
    return found


def sampled(households: I64, poor: I64, sample: float) -> tuple[I64, I64, I64, Bool]:
    """Return number in the full population, village, whole weight and register of every representative.

    Parameters
    ----------
    households, poor : of every village; the first ``poor`` of a village's households are on the register
    sample : share of the households to keep, in (0, 1]; every village and group keeps at least one
    """
    sizes = np.column_stack([poor, households - poor]).ravel()
    keep = np.where(sizes > 0, np.clip(np.rint(sizes * sample).astype(np.int64), 1, None), 0)
    group = np.repeat(np.arange(len(sizes)), keep)
    within = np.arange(len(group)) - np.repeat(np.cumsum(keep) - keep, keep)
    low = within * sizes[group] // keep[group]
    weight = (within + 1) * sizes[group] // keep[group] - low
    start = np.cumsum(sizes) - sizes
    number = start[group] + low + weight // 2
    return number, group // 2, weight, group % 2 == 0


def people(
    pack: RegionPack, draws: Draws, places: PlaceTerms, terms: PeopleTerms, villages: VillagesBaselined,
    households: I64, sample: float,
) -> People:  # fmt: skip
    """Return the sampled households with everything but what they farm and trade."""
    poor_households = poor_by_village(pack, places, villages, households)
    number, village, weight, poor = sampled(households, poor_households, sample)
    county = county_of_villages(pack)[village]
    rural = np.array([c.rural_residents for c in pack.counties]) / np.array([c.rural_households for c in pack.counties])
    persons = np.clip(1 + draws.poisson("persons", 0, number, rural[county] - 1.0), 1, 12)
    age = np.searchsorted(
        np.cumsum([terms.young_share, terms.middle_share, terms.senior_share]), draws.uniform("age", 0, number)
    )
    mean_schooling = np.array([c.schooling_years for c in pack.counties])[county]
    school = mean_schooling + terms.schooling_sigma * draws.normal("schooling", 0, number) + 0.8 * (1.2 - age)
    radius_m = np.sqrt(villages.area_hectares[village] * 10_000.0 / np.pi)
    way = places.hamlet_sigma * radius_m * np.sqrt(draws.uniform("way", 0, number))
    schooling = np.clip(np.rint(school), 0, 20).astype(np.int64)
    eager = 0.12 * (schooling - mean_schooling) - 0.5 * age + draws.normal("internet", 0, number)
    rank = rank_millionths(eager, weight, county, len(pack.counties))
    buyer = _buyers(pack, draws, terms, eager, rank, weight, county, number)
    return People(
        number=number,
        village=village,
        county=county,
        weight=weight,
        poor=poor,
        persons=persons,
        workers=np.minimum(persons, 1 + draws.poisson("workers", 0, number, 1.0)),
        age_class=age.astype(np.int64),
        woman=draws.uniform("woman", 0, number) < terms.woman_share,
        returnee=draws.uniform("returnee", 0, number) < terms.returnee_share,
        schooling_years=schooling,
        way_m=np.rint(way).astype(np.int64),
        income_fen=_income(pack, draws, terms, number, county, weight * persons, poor),
        internet_rank=rank,
        buyer=buyer,
    )


def _income(
    pack: RegionPack, draws: Draws, terms: PeopleTerms, number: I64, county: I64, persons: I64, poor: Bool
) -> F64:
    """Return income a head; each county's mean and its registered poor's share of it hold exactly."""
    relative = draws.lognormal("income", 0, number, terms.income_sigma)
    n = len(pack.counties)
    mean = np.array([c.income_yuan * 100.0 for c in pack.counties])
    people_of = [np.bincount(county[who], persons[who], n) for who in (~poor, poor)]
    poor_mean = terms.poor_ratio * mean
    others = (mean * (people_of[0] + people_of[1]) - poor_mean * people_of[1]) / np.maximum(people_of[0], 1)
    income = np.zeros(len(number))
    for who, level in ((~poor, others), (poor, poor_mean)):
        heads = np.bincount(county[who], persons[who], n)
        spread = np.bincount(county[who], persons[who] * relative[who], n) / np.maximum(heads, 1)
        income[who] = level[county[who]] * relative[who] / spread[county[who]]
    return income


def rank_millionths(score: F64, weight: I64, county: I64, counties: int) -> I64:
    """Return each household's place in its county by score, highest first, in millionths of the households."""
    order = np.lexsort((-score, county))
    running = np.cumsum(weight[order])
    total = np.bincount(county, weight, counties)
    before = (np.cumsum(total) - total)[county[order]]
    rank = np.empty(len(score), np.int64)
    middle = (running - before - 0.5 * weight[order]) / total[county[order]]
    rank[order] = np.floor(middle * ONE).astype(np.int64)
    return rank


def household_share(terms: PeopleTerms, persons_share: F64) -> F64:
    """Return the share of households with at least one such person."""
    return np.asarray(1.0 - (1.0 - np.clip(persons_share, 0.0, 1.0)) ** terms.household_exponent, np.float64)


def county_factor(pack: RegionPack, terms: PeopleTerms) -> F64:
    """Return the counties' internet use over the nation's, shape (counties,)."""
    schooling = np.array([c.schooling_years for c in pack.counties])
    return np.asarray(terms.yunnan_factor * schooling / terms.schooling_reference, np.float64)


def _buyers(
    pack: RegionPack, draws: Draws, terms: PeopleTerms, eager: F64, rank: I64, weight: I64, county: I64, number: I64
) -> Bool:
    """Return who shops online at the opening: the county's share, among those with internet."""
    persons = terms.internet_2017 * county_factor(pack, terms)
    online = household_share(terms, persons)
    shoppers = household_share(terms, persons * terms.shop_share * terms.rural_shop_factor)
    has = rank < online[county] * ONE
    score = eager + draws.normal("shops", 0, number) + np.where(has, 100.0, 0.0)
    place = rank_millionths(score, weight, county, len(pack.counties))
    return np.asarray(place < shoppers[county] * ONE)
