"""Synthesis of the largest merchants of the opening and who founded them (synthetic; levels from evidence).

Sizes are quantiles of a log-normal distribution, so luck moves no county's total.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import place_in_group
from ecsim.kernel.lazy import later
from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.events import EnterpriseKind, EnterprisesBaselined, Founder
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.people import People
from ecsim.rural.regions.trade import TradeTerms, merchants

if TYPE_CHECKING:
    from scipy import special

    from ecsim.kernel.draws import Draws
else:
    special = later("scipy.special")

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
MOST_OF_COUNTY = 1024
"""Enterprises of a county at the opening, at most: their numbers count from its own times this."""


def enterprises(
    pack: RegionPack, draws: Draws, terms: TradeTerms, who: People, graduate_years: int, processor_share: float,
    cash_weeks: float, pay_weeks: float,
) -> EnterprisesBaselined:  # fmt: skip
    """Return the largest merchants of each county, sizes at the quantiles of a lognormal, and who founded them.

    Those that sell farm products together make about their share of the county's farm sales online.

    Parameters
    ----------
    who : the households, some of which founded one
    graduate_years : of schooling, from which a founder is a graduate
    processor_share : of those that sell farm products
    cash_weeks, pay_weeks : of sales that a merchant of other goods has in cash, and that platforms owe it

    References
    ----------
    docs/model.md 6.6.
    """
    merchants_here = merchants(pack, terms)
    county, size, kind = [], [], []
    middle = np.log(100.0 * terms.merchant_yuan) - 0.5 * terms.merchant_sigma**2
    for number, total in enumerate(merchants_here):
        take = min(terms.followed, math.ceil(terms.followed_share * int(total)))
        quantile = 1.0 - (np.arange(take) + 0.5) / total
        yearly = np.exp(middle + terms.merchant_sigma * special.ndtri(quantile))
        county.append(np.full(take, number))
        size.append(yearly)
        kind.append(
            _kinds(
                draws,
                pack.whole.counties[number],
                yearly,
                100.0 * terms.farm_followed_share * terms.farm_yuan * pack.counties[number].residents,
                processor_share,
            )
        )
    counties = np.concatenate(county).astype(np.int64)
    household = _founders(draws, terms, who, counties, enterprise_numbers(pack, counties))
    kinds, yearly_fen = np.concatenate(kind), np.rint(np.concatenate(size)).astype(np.int64)
    weekly = yearly_fen * (kinds == EnterpriseKind.MERCHANT) / WEEKS_A_YEAR
    return EnterprisesBaselined(
        enterprise=np.arange(len(counties)),
        county=counties,
        enterprise_kind=kinds,
        yearly_fen=yearly_fen,
        cash_fen=np.rint(cash_weeks * weekly).astype(np.int64),
        owed_fen=np.rint(pay_weeks * weekly).astype(np.int64),
        founder=_groups(who, household, graduate_years),
        founder_household=household,
    )


def enterprise_numbers(pack: RegionPack, county: I64) -> I64:
    """Return the number of each enterprise of the opening: by its county's number and its place in it.

    Parameters
    ----------
    county : of each enterprise, those of a county together
    """
    number = np.array(pack.whole.counties, np.int64)[county]
    return np.asarray(number * MOST_OF_COUNTY + place_in_group(county), np.int64)


def _founders(draws: Draws, terms: TradeTerms, who: People, county: I64, number: I64) -> I64:
    """Return the household that founded each enterprise, better schooled ones more often; -1: somebody of the towns."""
    luck = draws.uniform("opening_founder", 0, number)
    chance = np.cumsum(np.where(who.workers > 0, who.weight * who.schooling_years, 0))  # households lie by county
    first = np.searchsorted(who.county, np.arange(county.max(initial=-1) + 2))
    before = np.append(0, chance)[first]
    drawn = before[county] + luck * (before[county + 1] - before[county])
    household = np.searchsorted(chance, drawn, side="right")
    of_village = draws.uniform("opening_village_founder", 0, number) < terms.village_founders
    return np.where(of_village & (before[county + 1] > before[county]), household, -1)


def _groups(who: People, household: I64, graduate_years: int) -> I64:
    """Return founders' groups as bit flags; those whom nobody follows belong to none."""
    row = np.maximum(household, 0)
    flags = np.where(who.woman[row], int(Founder.WOMAN), 0) | np.where(who.age_class[row] == 0, int(Founder.YOUNG), 0)
    flags |= np.where(who.returnee[row], int(Founder.RETURNEE), 0)
    flags |= np.where(who.schooling_years[row] >= graduate_years, int(Founder.GRADUATE), 0)
    flags |= np.where(who.poor[row], int(Founder.REGISTERED_POOR), 0)
    return np.asarray(np.where(household >= 0, flags, 0), np.int64)


def _kinds(draws: Draws, county: int, yearly: F64, farm_fen: float, processor_share: float) -> I64:
    """Return kinds so that those who sell farm products together sell about what the county's enterprises do."""
    if not len(yearly):
        return np.zeros(0, np.int64)
    luck = draws.uniform("enterprise_order", county, np.arange(len(yearly)))
    order = np.argsort(luck, kind="stable")
    running = np.cumsum(yearly[order])
    farm = order[running <= farm_fen]
    kind = np.full(len(yearly), int(EnterpriseKind.MERCHANT))
    processor = draws.uniform("opening_processor", county, farm) < processor_share
    kind[farm] = np.where(processor, EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT)
    return kind
