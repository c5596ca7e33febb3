"""Synthesis of what households farm and of cooperatives (synthetic; outputs and prices are the facts')."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.draws import Draws
from ecsim.events.opening import CooperativesBaselined, CropsBaselined, CropSeasonsBaselined
from ecsim.regions.pack import Note, Product, RegionPack
from ecsim.regions.people import ONE, People, PeopleTerms
from ecsim.regions.places import shared_exactly

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_DAYS_BEFORE = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class FarmTerms:
    """Numbers of farming; units in the pack's ``rules/opening_farming.toml``."""

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
    """Household output of every product, and the plots of the sampled households."""

    output_g: I64
    """Shape (products,), households' yearly output, raw."""
    plot_household: I64
    plot_crop: I64
    plot_output_g: I64
    farm_share: F64
    """Shape (counties,): named products' net income over all family-business income."""
    notes: tuple[Note, ...]


def family_business_fen(pack: RegionPack, terms: PeopleTerms) -> F64:
    """Return each county's family-business income of rural residents, fen a year."""
    return np.array([c.income_yuan * 100.0 * c.rural_residents * terms.business_share for c in pack.counties])


def household_output_g(pack: RegionPack, people: PeopleTerms, terms: FarmTerms) -> tuple[F64, F64, list[Note]]:
    """Return households' output of every product, the share of family business it earns net, and what was cut."""
    business = family_business_fen(pack, people)
    notes: list[Note] = []
    county = np.array([p.county for p in pack.products])
    output = np.zeros(len(pack.products))
    for row, product in enumerate(pack.products):
        if product.output_t is None:
            output[row] = (
                1000.0 * _gross_fen(product, terms.empty_share * business[product.county]) / (100.0 * product.farm_yuan)
            )
            notes.append(Note(product.name_zh, "output", output[row] / 1e6, "share of family business", "MODEL 6"))
        else:
            output[row] = product.output_t * 1e6 * product.household_share
    net = np.array([p.net_margin * p.farm_yuan for p in pack.products]) * 100.0 * output / 1000.0
    share = np.bincount(county, net, len(business)) / business
    cut = np.minimum(1.0, terms.business_cap / np.maximum(share, 1e-12))
    notes += [
        Note(pack.counties[c].name_zh, "farm output, factor", float(cut[c]), "cap on net farm income", "MODEL 6")
        for c in np.flatnonzero(cut < 1.0)
    ]
    return output * cut[county], share * cut, notes


def _gross_fen(product: Product, net_fen: float) -> float:
    return net_fen / product.net_margin


def farms(pack: RegionPack, draws: Draws, who: People, people: PeopleTerms, terms: FarmTerms) -> Farms:
    """Return plots: growers by keyed luck, at most two products a household, sizes lognormal and by income."""
    output, share, notes = household_output_g(pack, people, terms)
    plots = np.zeros(len(who.number), np.int64)
    household, crop, grams = [], [], []
    gross = np.array([p.farm_yuan for p in pack.products]) * output / 1000.0
    for row in np.argsort(-gross, kind="stable"):
        if output[row] <= 0:
            continue
        here = np.flatnonzero((who.county == pack.products[row].county) & (plots < 2))
        total = pack.counties[pack.products[row].county].rural_households
        wanted = min(gross[row] / terms.grower_yuan, terms.grower_cap * total)
        luck = draws.uniform("grows", int(row), who.number[here])
        grower = here[luck < wanted / max(1, int(who.weight[here].sum()))]
        if not grower.size:
            grower = here[[int(np.argmin(luck))]]
        size = draws.lognormal("plot_size", int(row), who.number[grower], terms.plot_sigma)
        size *= np.where(who.poor[grower], people.poor_ratio, 1.0)
        size *= output[row] / float((size * who.weight[grower]).sum())
        plots[grower] += 1
        household.append(grower)
        crop.append(np.full(len(grower), row))
        grams.append(np.rint(size).astype(np.int64))
    where = np.concatenate(household)
    order = np.argsort(where, kind="stable")
    made, kind, size_g = where[order], np.concatenate(crop)[order], np.concatenate(grams)[order]
    exact = np.zeros(len(output), np.int64)
    np.add.at(exact, kind, size_g * who.weight[made])
    return Farms(exact, made, kind, size_g, share, tuple(notes))


def crops(pack: RegionPack, output_g: I64, demand_g: I64, products: dict[str, int]) -> CropsBaselined:
    """Return the crops: one a product and county."""
    p = pack.products
    return CropsBaselined(
        crop=np.arange(len(p)),
        county=[x.county for x in p],
        product=[products[x.name_zh] for x in p],
        farm_price_fen=[round(100 * x.farm_yuan) for x in p],
        online_price_fen=[round(100 * x.online_yuan) if x.fitness > 0 else 0 for x in p],
        conversion=[round(ONE * x.conversion) for x in p],
        processing_fen=[round(100 * x.processing_yuan) for x in p],
        shelf_days=[x.shelf_days for x in p],
        cold=[x.cold for x in p],
        net_margin=[round(ONE * x.net_margin) for x in p],
        output_g=output_g,
        demand_g=demand_g,
    )


def seasons(pack: RegionPack) -> CropSeasonsBaselined:
    """Return the harvest of each week of the year: even over the days of the harvest months, in all one million."""
    month = np.searchsorted(_DAYS_BEFORE, np.arange(365), side="right")
    week = np.minimum(np.arange(365) // 7, 51)
    crop, number, share = [], [], []
    for row, product in enumerate(pack.products):
        days = np.bincount(week, np.isin(month, product.months).astype(np.float64), 52)
        crop.append(np.full(52, row))
        number.append(np.arange(52))
        share.append(shared_exactly(ONE, days))
    return CropSeasonsBaselined(
        crop=np.concatenate(crop), week_of_year=np.concatenate(number), share=np.concatenate(share)
    )


def cooperatives(
    pack: RegionPack, draws: Draws, terms: FarmTerms, who: People, made: Farms
) -> tuple[CooperativesBaselined, I64]:
    """Return the cooperatives, each of one crop of its county, and the one each household belongs to (or -1)."""
    many = len(pack.townships) * terms.cooperatives_a_township
    ids = np.arange(many)
    township = ids // terms.cooperatives_a_township
    county = np.array([t.county for t in pack.townships])[township]
    crop = _crop_of(pack, draws, ids, county, made.output_g)
    town_of = np.array([v.township for v in pack.villages])[who.village]
    member = np.full(len(who.number), -1, np.int64)
    grows = made.plot_household
    near = town_of[grows] * terms.cooperatives_a_township
    willing = draws.uniform("member", 0, who.number[grows]) < terms.member_share
    for place in range(terms.cooperatives_a_township):
        fits = willing & (crop[near + place] == made.plot_crop) & (member[grows] < 0)
        member[grows[fits]] = near[fits] + place
    own = member[grows] >= 0
    own &= crop[np.maximum(member[grows], 0)] == made.plot_crop
    yearly = np.bincount(member[grows[own]], (made.plot_output_g * who.weight[grows])[own], many)
    season = np.array([len(pack.products[k].months) for k in crop]) / 12.0
    capacity = terms.cooperative_capacity * yearly / 52.0 / season * 4.0
    return (
        CooperativesBaselined(
            cooperative=ids,
            township=township,
            crop=crop,
            capacity_g=np.rint(capacity).astype(np.int64),
            cash_fen=np.full(many, round(100 * terms.cooperative_cash_yuan)),
        ),
        member,
    )


def _crop_of(pack: RegionPack, draws: Draws, ids: I64, county: I64, output_g: I64) -> I64:
    """Return the crop of each cooperative: by keyed luck in proportion to the root of the crop's value."""
    value = np.sqrt(output_g / 1000.0 * np.array([p.farm_yuan for p in pack.products]))
    luck = draws.uniform("cooperative_crop", 0, ids)
    crop = np.zeros(len(ids), np.int64)
    for number in range(len(pack.counties)):
        rows = np.flatnonzero(county == number)
        here = np.array([k for k, p in enumerate(pack.products) if p.county == number])
        running = np.cumsum(value[here])
        crop[rows] = here[np.searchsorted(running, luck[rows] * running[-1])]
    return crop
