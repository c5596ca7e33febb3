"""Synthesis of households: sampled by village and register, with whole weights that add up exactly (synthetic).

A sampled household stands for ``weight`` of them. Draws are keyed by a household's number in the whole population, so
they are the same in samples of any size.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import EcsimError, Parameters
from ecsim.rural.events import VillagesBaselined
from ecsim.rural.regions.ground import PlaceTerms, county_of_villages
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from scipy import special

    from ecsim.kernel.draws import Draws
else:
    special = later("scipy.special")

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
_MOST_PERSONS = 12
_MOST_SCHOOLING = 20


@dataclass(frozen=True)
class PeopleTerms:
    """Numbers of people; units in the pack's ``rules/opening_people.toml``."""

    young_share: float
    middle_share: float
    participation: float
    woman_share: float
    returnee_share: float
    schooling_sigma: float
    schooling_age_step: float
    region_factor: float
    schooling_reference: float
    household_exponent: float
    internet_schooling: float
    internet_age: float
    shop_share: float
    rural_shop_factor: float
    seller_share: float
    seller_schooling: float
    seller_age: float


@dataclass(frozen=True)
class InternetPath:
    """The share of rural persons who use the internet, by day; from the pack's ``rules/opening_internet.toml``."""

    by_day: Mapping[dt.date, float]

    @classmethod
    def of(cls, rules: Parameters) -> InternetPath:
        """Return the path of a pack's rules: one number a day, whose name says the day, as ``on_2017_12_31``.

        Raises
        ------
        EcsimError
            If there is no number, or one is not named after a day.
        """
        by_day = {_day_of(key): float(rule.value) for key, rule in rules.group("opening_internet").items()}
        if not by_day:
            raise EcsimError("rules opening_internet: there is none; at least one day is needed, as [on_2017_12_31]")
        return cls(dict(sorted(by_day.items())))

    @property
    def opening(self) -> float:
        """The share that the opening is made with: that of the first day."""
        return next(iter(self.by_day.values()))


def _day_of(key: str) -> dt.date:
    match = re.fullmatch(r"on_([0-9]{4})_([0-9]{2})_([0-9]{2})", key)
    try:
        return dt.date.fromisoformat("-".join(match.groups() if match else ("",)))
    except ValueError:
        raise EcsimError(f"rules opening_internet.{key}: no day; write it as on_2017_12_31") from None


@dataclass(frozen=True)
class People:
    """The sampled households as columns of one length."""

    number: I64
    """Number in the full population of the whole region: the entity of every draw, the same at every sample."""
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
    internet_rank: I64
    online: Bool
    """Has internet at the opening."""
    buyer: Bool


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
    pack: RegionPack, draws: Draws, places: PlaceTerms, terms: PeopleTerms, internet: float,
    villages: VillagesBaselined, households: I64, poor_households: I64, sample: float,
) -> People:  # fmt: skip
    """Return the sampled households with everything but what they earn, farm and sell.

    Parameters
    ----------
    internet : share of rural persons who use the internet at the opening
    """
    persons_online = internet * county_factor(pack, terms)
    number, village, weight, poor = sampled(households, poor_households, sample)
    county = county_of_villages(pack)[village]
    number += np.array(pack.household_shift, np.int64)[county]
    age, schooling = _age_and_schooling(pack, draws, terms, number, county)
    persons, workers = _persons_and_workers(pack, draws, terms, number, county, weight)
    radius_m = np.sqrt(villages.area_hectares[village] * 10_000.0 / np.pi)
    way = places.hamlet_sigma * radius_m * np.sqrt(draws.uniform("way", 0, number))
    mean = np.array([c.schooling_years for c in pack.counties])[county]
    eager = terms.internet_schooling * (schooling - mean) - terms.internet_age * age
    eager += draws.normal("internet", 0, number)
    spread = VillageSpread(village, weight, draws.uniform("village_spread", 0, pack.whole.villages))
    rank = rank_millionths(spread.of(eager), weight, county, len(pack.counties))
    online = rank < ONE * household_share(terms, persons_online)[county]
    first_to_shop = spread.of(np.where(online, eager + draws.normal("shops", 0, number), -np.inf))
    return People(
        number=number,
        village=village,
        county=county,
        weight=weight,
        poor=poor,
        persons=persons,
        workers=workers,
        age_class=age,
        woman=draws.uniform("woman", 0, number) < terms.woman_share,
        returnee=draws.uniform("returnee", 0, number) < terms.returnee_share,
        schooling_years=schooling,
        way_m=np.rint(way).astype(np.int64),
        internet_rank=rank,
        online=online,
        buyer=_buyers(pack, terms, persons_online, first_to_shop, online, weight, county),
    )


def _age_and_schooling(pack: RegionPack, draws: Draws, terms: PeopleTerms, number: I64, county: I64) -> tuple[I64, I64]:
    """Return the age class of heads, old ones as among the county's adults, and schooling with the county's mean."""
    old = np.array([c.old_share / (1.0 - c.children_share) for c in pack.counties])
    under = np.array([terms.young_share, terms.middle_share, 1.0 - terms.young_share - terms.middle_share])
    upto = np.cumsum((1.0 - old)[:, None] * under, axis=1)
    luck = draws.uniform("age", 0, number)
    age = (luck[:, None] >= upto[county]).sum(axis=1).astype(np.int64)
    mean_age = (1.0 - upto).sum(axis=1)
    mean = np.array([c.schooling_years for c in pack.counties])
    years = mean[county] + terms.schooling_age_step * (mean_age[county] - age)
    years += terms.schooling_sigma * draws.normal("schooling", 0, number)
    return age, np.clip(np.rint(years), 0, _MOST_SCHOOLING).astype(np.int64)


def _persons_and_workers(
    pack: RegionPack, draws: Draws, terms: PeopleTerms, number: I64, county: I64, weight: I64
) -> tuple[I64, I64]:
    """Return persons, one and a Poisson count of mean as in the county, and those of working age who work.

    The luck of persons is its rank within the county, so that a small sample, too, holds the county's residents.
    """
    more = np.array([c.rural_residents / c.rural_households - 1.0 for c in pack.counties])
    count = np.arange(_MOST_PERSONS - 1)
    upto = np.cumsum(
        np.exp(-more[:, None] + special.xlogy(count, more[:, None]) - special.gammaln(count + 1.0)), axis=1
    )
    luck = rank_millionths(-draws.uniform("persons", 0, number), weight, county, len(pack.counties)) / ONE
    persons = 1 + (luck[:, None] >= upto[county]).sum(axis=1).astype(np.int64)
    able = terms.participation * np.array([1.0 - c.children_share - c.old_share for c in pack.counties])
    workers = np.floor(persons * able[county] + draws.uniform("workers", 0, number)).astype(np.int64)
    return persons, np.clip(workers, 1, persons)


@dataclass(frozen=True)
class VillageSpread:
    """How what few households have is spread over villages: each has as many as its size makes likely, whole rows.

    Who has it is told by a score, but a village of five rows must not have none or all of them where one of a hundred
    rows has the county's share: what a parcel costs hangs on it, and would hang on the sample.

    Attributes
    ----------
    village, weight : shape (households,)
    luck : shape (villages,), in [0, 1): on which side of its share each village comes out
    """

    village: I64
    weight: I64
    luck: F64

    def of(self, score: F64) -> F64:
        """Return a score by which all villages come in turn: minus the rank within the village, moved by its luck."""
        total = np.bincount(self.village, self.weight, len(self.luck))
        rank = rank_millionths(score, self.weight, self.village, len(self.luck)) / ONE
        return np.asarray((self.luck[self.village] - 0.5) * self.weight / total[self.village] - rank, np.float64)


def rank_millionths(score: F64, weight: I64, group: I64, groups: int) -> I64:
    """Return each household's weighted rank in its group by score, highest first: the middle of its stretch.

    Parameters
    ----------
    score : shape (households,)
    weight : shape (households,), how many households each sampled one stands for
    group : shape (households,), a county or another
    groups : how many there are

    Returns
    -------
    shape (households,), millionths of the group's households

    Notes
    -----
    Thresholds on a rank give the same shares in a sample of any size, which thresholds on luck would not.
    """
    order = np.lexsort((-score, group))
    running = np.cumsum(weight[order])
    total = np.bincount(group, weight, groups)
    before = (np.cumsum(total) - total)[group[order]]
    rank = np.empty(len(score), np.int64)
    middle = (running - before - 0.5 * weight[order]) / total[group[order]]
    rank[order] = np.floor(middle * ONE).astype(np.int64)
    return rank


def household_share(terms: PeopleTerms, persons_share: F64) -> F64:
    """Return the share of households with at least one such person, as if persons of a household were independent.

    Parameters
    ----------
    persons_share : shape (counties,), share of persons

    Returns
    -------
    shape (counties,), share of households
    """
    return np.asarray(1.0 - (1.0 - np.clip(persons_share, 0.0, 1.0)) ** terms.household_exponent, np.float64)


def county_factor(pack: RegionPack, terms: PeopleTerms) -> F64:
    """Return the counties' internet use over the nation's, shape (counties,)."""
    schooling = np.array([c.schooling_years for c in pack.counties])
    return np.asarray(terms.region_factor * schooling / terms.schooling_reference, np.float64)


def _buyers(
    pack: RegionPack, terms: PeopleTerms, persons_online: F64, score: F64, online: Bool, weight: I64, county: I64
) -> Bool:
    """Return who shops online at the opening: the county's share, among those with internet, highest scores first."""
    persons = persons_online * terms.shop_share * terms.rural_shop_factor
    place = rank_millionths(np.where(online, score, -np.inf), weight, county, len(pack.counties))
    return np.asarray(online & (place < ONE * household_share(terms, persons)[county]))
