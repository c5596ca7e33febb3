"""Synthesis of household income by source: county means and the registered poor's share of them hold (synthetic).

County means of income by source hold exactly; the registered poor's share of each is a rule of the pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.lazy import later
from ecsim.rural.events import IncomeSource
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.people import rank_millionths
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from scipy import special

    from ecsim.kernel.draws import Draws
else:
    special = later("scipy.special")

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
_REPORTED = 0.01


@dataclass(frozen=True)
class IncomeTerms:
    """Numbers of income; units in the pack's ``rules/opening_income.toml``."""

    wages_share: float
    business_share: float
    transfers_share: float
    property_share: float
    income_sigma: float
    poor_ratio: float

    def share(self, source: IncomeSource) -> float:
        """Return a source's share of rural income: its own number over the sum of the four, so that they add up."""
        shares = (self.wages_share, self.business_share, self.transfers_share, self.property_share)
        return shares[source] / sum(shares)


def a_head_fen(
    pack: RegionPack, draws: Draws, terms: IncomeTerms, number: I64, county: I64, persons: I64, poor: Bool
) -> F64:
    """Return yearly income a head; each county's mean and its registered poor's share of it hold exactly.

    Parameters
    ----------
    number : number in the full population, the entity of the draws
    persons : persons that each household stands for (its own times its weight)

    Notes
    -----
    Luck is a rank among the persons of a county's group, so that a small sample, too, holds as many below a line.
    """
    n = len(pack.counties)
    rank = rank_millionths(-draws.uniform("income", 0, number), persons, 2 * county + poor, 2 * n)
    relative = np.exp(terms.income_sigma * special.ndtri(np.clip(rank, 1, ONE - 1) / ONE))
    mean = np.array([100.0 * c.income_yuan for c in pack.counties])
    heads_other, heads_poor = (np.bincount(county[who], persons[who], n) for who in (~poor, poor))
    poor_mean = terms.poor_ratio * mean
    other_mean = (mean * (heads_other + heads_poor) - poor_mean * heads_poor) / np.maximum(heads_other, 1.0)
    income = np.zeros(len(number))
    for who, level, heads in ((~poor, other_mean, heads_other), (poor, poor_mean, heads_poor)):
        spread = np.bincount(county[who], persons[who] * relative[who], n) / np.maximum(heads, 1.0)
        income[who] = level[county[who]] * relative[who] / spread[county[who]]
    return income


def family_business_fen(pack: RegionPack, terms: IncomeTerms) -> F64:
    """Return each county's family-business income of rural residents, fen a year."""
    share = terms.share(IncomeSource.FAMILY_BUSINESS)
    return np.array([100.0 * c.income_yuan * c.rural_residents * share for c in pack.counties])


def other_business_fen(
    pack: RegionPack, family_fen: F64, net_farm_fen: F64, weight: I64, county: I64, poor: Bool
) -> tuple[F64, list[ImputationNote]]:
    """Return family-business income beside the named products.

    What is left of a household's family business after its plots, never below nothing. Where plots earn more than a
    household's whole family business, the others' rest is cut by one factor in each county and group, so that the
    group's income stays what the facts say.

    Parameters
    ----------
    family_fen : family-business income of each household, yearly
    net_farm_fen : expected net income of its plots at farm-gate prices, yearly
    """
    group = 2 * county + poor
    n = 2 * len(pack.counties)
    left_fen = np.maximum(family_fen - net_farm_fen, 0.0)
    wanted = np.maximum(np.bincount(group, weight * (family_fen - net_farm_fen), n), 0.0)
    amounts = np.bincount(group, weight * left_fen, n)
    factor = np.where(amounts > 0.0, wanted / np.maximum(amounts, 1.0), 0.0)
    cut = 1.0 - wanted.reshape(-1, 2).sum(1) / np.maximum(amounts.reshape(-1, 2).sum(1), 1.0)
    rule = "share taken off other family business, for households whose plots earn more than their family business"
    figure, source = "other family business, cut", "docs/model.md 6.4"
    notes = [
        ImputationNote(pack.counties[row].name_zh, figure, float(cut[row]), rule, "derived", source)
        for row in np.flatnonzero(cut > _REPORTED)
    ]
    return left_fen * factor[group], notes
