"""Synthesis of what households farm and of cooperatives (synthetic; outputs and prices are the facts').

Outputs a county add up to the facts, or to what a written rule puts in their place. Who grows what is drawn by
household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CooperativesBaselined, CropsBaselined, CropSeasonsBaselined, DemandSeasonsBaselined
from ecsim.rural.regions import imputation
from ecsim.rural.regions.ground import shared_exactly
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.people import People
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_MOST_PLOTS = 2
_DAYS_BEFORE = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class FarmTerms:
    """Numbers of farming; units in the pack's ``rules/opening_farming.toml``."""

    household_share: float
    grower_yuan: float
    grower_cap: float
    plot_sigma: float
    business_cap: float
    empty_share: float
    cooperatives_a_township: int
    member_share: float
    cooperative_capacity: float
    cooperative_cash_yuan: float


@dataclass(frozen=True)
class Farms:
    """Output of every product, and the plots of the sampled households."""

    output_g: I64
    """Shape (products,), households' yearly output, raw."""
    base_g: I64
    """Shape (products,), yearly output of firms' own bases, raw."""
    plot_household: I64
    plot_crop: I64
    plot_output_g: I64
    net_fen: F64
    """Shape (households,), expected net income of its plots a year at farm-gate prices, feed taken off."""
    notes: tuple[ImputationNote, ...]


def household_share(pack: RegionPack, terms: FarmTerms) -> F64:
    """Return the share of each product's output that households grow; firms' own bases grow the rest."""
    return np.array([terms.household_share if p.household_share is None else p.household_share for p in pack.products])


def outputs_g(pack: RegionPack, business_fen: F64, terms: FarmTerms) -> tuple[F64, F64, list[ImputationNote]]:
    """Return yearly output of every product, households' and firms' own, and notes on what rules filled or cut.

    Parameters
    ----------
    business_fen : shape (counties,), family-business income of rural residents a year

    Returns
    -------
    Households' output and that of firms' own bases, shape (products,) each, grams raw; and the notes
    """
    notes: list[ImputationNote] = []
    share = household_share(pack, terms)
    output, base = np.zeros(len(pack.products)), np.zeros(len(pack.products))
    net_fen_a_g = np.array([0.1 * p.farm_yuan * p.net_margin for p in pack.products])
    for row, product in enumerate(pack.products):
        if product.output_t is not None:
            output[row] = product.output_t * 1e6 * share[row]
            base[row] = product.output_t * 1e6 * (1.0 - share[row])
            continue
        output[row] = terms.empty_share * business_fen[product.county] / net_fen_a_g[row]
        base[row] = output[row] * (1.0 / share[row] - 1.0) if share[row] > 0 else 0.0
        place = pack.counties[product.county].name_zh
        notes.append(imputation.empty_output(place, product.name_zh, output[row] / 1e6, terms.empty_share))
    county = np.array([p.county for p in pack.products])
    earned = np.bincount(county, net_fen_a_g * output, len(business_fen)) / business_fen
    factor = np.minimum(1.0, terms.business_cap / np.maximum(earned, 1e-12))
    notes += [
        imputation.capped_output(pack.counties[row].name_zh, float(factor[row]), terms.business_cap)
        for row in np.flatnonzero(factor < 1.0)
    ]
    return output * factor[county], base * factor[county], notes


def farms(
    pack: RegionPack, draws: Draws, who: People, family_fen: F64, business_fen: F64, terms: FarmTerms, feed_fen: F64
) -> Farms:
    """Return plots: growers by keyed luck, at most two products a household, sizes by family business and luck.

    Parameters
    ----------
    family_fen : shape (households,), yearly family-business income
    business_fen : shape (counties,), the same of all rural residents of the county
    feed_fen : shape (products,), of a kilogram of live animals until it is sold, in an ordinary year
    """
    output, base, notes = outputs_g(pack, business_fen, terms)
    gross_yuan = np.array([p.farm_yuan for p in pack.products]) * output / 1000.0
    plots = np.zeros(len(who.number), np.int64)
    household, crop, grams = [], [], []
    for row in np.argsort(-gross_yuan, kind="stable"):
        if output[row] <= 0:
            continue
        county, growers = pack.products[row].county, pack.products[row].growers
        of_county = np.flatnonzero((who.county == county) & (plots < _MOST_PLOTS))
        most = terms.grower_cap * pack.counties[county].rural_households
        wanted = min(gross_yuan[row] / terms.grower_yuan if growers is None else growers, most)
        number = pack.whole.products[row]
        luck = draws.uniform("grows", number, who.number[of_county])
        grower = of_county[luck < wanted / max(1, int(who.weight[of_county].sum()))]
        if not grower.size:  # a product has at least one grower, however small the sample
            grower = of_county[[int(np.argmin(luck))]]
        size = draws.lognormal("plot_size", number, who.number[grower], terms.plot_sigma) * family_fen[grower]
        size *= output[row] / float((size * who.weight[grower]).sum())
        plots[grower] += 1
        household.append(grower)
        crop.append(np.full(len(grower), row))
        grams.append(np.rint(size).astype(np.int64))
    plots_of = np.concatenate(household), np.concatenate(crop), np.concatenate(grams)
    return _farms(pack, who, plots_of, np.rint(base).astype(np.int64), feed_fen, notes)


def _farms(
    pack: RegionPack, who: People, plots: tuple[I64, I64, I64], base_g: I64, feed_fen: F64,
    notes: list[ImputationNote],
) -> Farms:  # fmt: skip
    household, crop, grams = plots
    order = np.argsort(household, kind="stable")  # a household's main product first
    household, crop, grams = household[order], crop[order], grams[order]
    output = np.zeros(len(pack.products), np.int64)
    np.add.at(output, crop, grams * who.weight[household])
    fen_a_g = np.array([0.1 * p.farm_yuan * p.net_margin for p in pack.products]) - feed_fen / 1000.0
    net = np.bincount(household, fen_a_g[crop] * grams, len(who.number)).astype(np.float64)
    return Farms(output, base_g, household, crop, grams, net, tuple(notes))


def crops(pack: RegionPack, made: Farms, demand_g: I64, products: dict[str, int]) -> CropsBaselined:
    """Return the crops: one a product and county.

    Parameters
    ----------
    made : yearly output, households' and firms' own
    demand_g : shape (crops,), yearly orders online, sold form
    products : code of each product by its key
    """
    p = pack.products
    return CropsBaselined(
        crop=np.arange(len(p)),
        county=[x.county for x in p],
        product=[products[x.name_zh] for x in p],
        form=[int(x.form) for x in p],
        farm_price_fen=[round(100 * x.farm_yuan) for x in p],
        online_price_fen=[round(100 * x.online_yuan) if x.fitness > 0 else 0 for x in p],
        conversion=[round(ONE * x.conversion) for x in p],
        processing_fen=[round(100 * x.processing_yuan) for x in p],
        feed_fen=[round(100 * x.feed_yuan) for x in p],
        shelf_days=[x.shelf_days for x in p],
        cold=[x.cold for x in p],
        net_margin=[round(ONE * x.net_margin) for x in p],
        output_g=made.output_g,
        base_g=made.base_g,
        demand_g=demand_g,
    )


def seasons(pack: RegionPack) -> CropSeasonsBaselined:
    """Return the harvest of each week of the year: even over the days of the harvest months, in all one million."""
    crop, week, share = _by_week([p.months for p in pack.products])
    return CropSeasonsBaselined(crop=crop, week_of_year=week, share=share)


def demand_seasons(pack: RegionPack) -> DemandSeasonsBaselined:
    """Return the online demand of each week: even over the days of the months of demand, in all one million."""
    crop, week, share = _by_week([p.demand_months for p in pack.products])
    return DemandSeasonsBaselined(crop=crop, week_of_year=week, share=share)


def _by_week(months: Sequence[tuple[int, ...]]) -> tuple[I64, I64, I64]:
    """Return crop, week and millionths, 52 rows a crop, of what is spread evenly over the days of each one's months."""
    month = np.searchsorted(_DAYS_BEFORE, np.arange(365), side="right")
    week = np.minimum(np.arange(365) // 7, 51)
    days = [np.bincount(week, np.isin(month, of_crop).astype(np.float64), 52) for of_crop in months]
    crop, number = np.divmod(np.arange(52 * len(months)), 52)
    return crop, number, np.concatenate([shared_exactly(ONE, of_crop) for of_crop in days])


def cooperatives(
    pack: RegionPack, draws: Draws, terms: FarmTerms, who: People, made: Farms
) -> tuple[CooperativesBaselined, I64, F64]:
    """Return the cooperatives, each of one crop of its county, and the one each household belongs to (or -1).

    Beside them what members of each harvest of its crop a year, shape (cooperatives,), grams.

    Parameters
    ----------
    who, made : people and farms of the opening

    References
    ----------
    docs/model.md 6.5.
    """
    many = len(pack.townships) * terms.cooperatives_a_township
    ids = np.arange(many)
    township = ids // terms.cooperatives_a_township
    county = np.array([t.county for t in pack.townships])[township]
    crop = _crop_of(pack, draws, cooperative_numbers(pack, terms), county, made.output_g)
    alike = np.sum(crop.reshape(-1, terms.cooperatives_a_township)[township] == crop[:, None], axis=1)
    share = terms.member_share / alike
    yearly = share * _township_output_g(pack, who, made, township, crop)
    weeks = np.array([52.0 / 12.0 * len(pack.products[k].months) for k in crop])
    cooperatives_ = CooperativesBaselined(
        cooperative=ids,
        township=township,
        crop=crop,
        member_share=np.rint(ONE * share).astype(np.int64),
        capacity_g=np.rint(terms.cooperative_capacity * yearly / weeks).astype(np.int64),
        cash_fen=np.full(many, round(100 * terms.cooperative_cash_yuan)),
    )
    return cooperatives_, _members(pack, draws, terms, who, made, crop), yearly


def cooperative_numbers(pack: RegionPack, terms: FarmTerms) -> I64:
    """Return the number of each cooperative of the opening: by its township's number and its place in it."""
    each = terms.cooperatives_a_township
    townships = np.array(pack.whole.townships, np.int64)
    return np.asarray((townships[:, None] * each + np.arange(each)).ravel(), np.int64)


def _township_output_g(pack: RegionPack, who: People, made: Farms, township: I64, crop: I64) -> I64:
    """Return what all growers of each cooperative's product in its township bring in a year."""
    town = np.array([v.township for v in pack.villages])[who.village[made.plot_household]]
    count = len(pack.products)
    grown = np.bincount(
        town * count + made.plot_crop, made.plot_output_g * who.weight[made.plot_household], len(pack.townships) * count
    )
    return np.asarray(grown[township * count + crop], np.int64)


def _members(pack: RegionPack, draws: Draws, terms: FarmTerms, who: People, made: Farms, crop: I64) -> I64:
    """Return each household's cooperative (or -1): one of its crop, in its township.

    Where several take the crop, keyed luck picks one.
    """
    slots = terms.cooperatives_a_township
    town = np.array([v.township for v in pack.villages])[who.village]
    grower = made.plot_household
    taken = np.cumsum(crop.reshape(-1, slots)[town[grower]] == made.plot_crop[:, None], axis=1)
    choice = 1 + np.floor(draws.uniform("which_cooperative", 0, who.number[grower]) * taken[:, -1]).astype(np.int64)
    willing = draws.uniform("member", 0, who.number[grower]) < terms.member_share
    plots = np.flatnonzero(willing & (taken[:, -1] > 0))
    plots = plots[np.unique(grower[plots], return_index=True)[1]]  # the main product where both would do
    member = np.full(len(who.number), -1, np.int64)
    place = (taken[plots] < choice[plots, None]).sum(axis=1)
    member[grower[plots]] = town[grower[plots]] * slots + place
    return member


def _crop_of(pack: RegionPack, draws: Draws, number: I64, county: I64, output_g: I64) -> I64:
    """Return the crop of each cooperative: by keyed luck in proportion to the root of the crop's value."""
    value = np.sqrt(output_g / 1000.0 * np.array([p.farm_yuan for p in pack.products]))
    luck = draws.uniform("cooperative_crop", 0, number)
    crop = np.zeros(len(number), np.int64)
    for here in range(len(pack.counties)):
        rows = np.flatnonzero(county == here)
        of_county = np.array([k for k, p in enumerate(pack.products) if p.county == here])
        running = np.cumsum(value[of_county])
        crop[rows] = of_county[np.searchsorted(running, luck[rows] * running[-1])]
    return crop
