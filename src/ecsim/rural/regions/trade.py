"""Synthesis of online retail and operators at the opening (synthetic; levels from evidence)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    PARTNERS,
    OperatorKind,
    OperatorsBaselined,
    RetailBaselined,
    Stream,
)
from ecsim.rural.regions.ground import shared_exactly
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class TradeTerms:
    """Numbers of trade; units in the pack's ``rules/opening_trade.toml``."""

    retail_yuan: float
    farm_yuan: float
    services_share: float
    merchants: float
    county_residents: float
    merchant_yuan: float
    merchant_sigma: float
    followed: int
    followed_share: float
    farm_followed_share: float
    village_founders: float
    post_share: float
    couriers: int
    couriers_outside: int
    supply_coops: float
    bus_lines: float
    contractors: float
    partner_share: float
    partners_outside: bool
    vans: int
    parcels_a_van: float
    parcels_a_head: float


def residents(pack: RegionPack) -> F64:
    """Return the residents of each county, town and country."""
    return np.array([c.residents for c in pack.counties])


def retail(pack: RegionPack, terms: TradeTerms) -> RetailBaselined:
    """Return each county's online retail by stream."""
    people = residents(pack)
    total = 100.0 * terms.retail_yuan * people
    farm = 100.0 * terms.farm_yuan * people
    services = terms.services_share * total
    counties = np.arange(len(people))
    return RetailBaselined(
        county=np.tile(counties, 3),
        stream=np.repeat([int(s) for s in Stream], len(people)),
        yearly_fen=np.rint(np.concatenate([farm, total - farm - services, services])).astype(np.int64),
    )


def merchants(pack: RegionPack, terms: TradeTerms) -> I64:
    """Return online merchants of all kinds in each county."""
    return np.rint(terms.merchants * residents(pack) / terms.county_residents).astype(np.int64)


def demand_g(
    pack: RegionPack, terms: TradeTerms, output_g: I64, pays: NDArray[np.bool_]
) -> tuple[I64, list[ImputationNote]]:
    """Return yearly online demand for each crop, in sold form, and notes on counties that cannot meet their figure.

    A county's farm-product online sales are shared by value and online fitness; no product sells more than all of its
    households' output, and what it cannot sell passes to the others.

    Parameters
    ----------
    output_g : shape (crops,), yearly output, raw; no crop sells more online than it
    pays : shape (crops,), whether a sale online leaves more than what traders ask for the goods

    References
    ----------
    docs/model.md 6.6.
    """
    grams = np.zeros(len(pack.products))
    notes: list[ImputationNote] = []
    for number, county in enumerate(pack.counties):
        rows = [k for k, p in enumerate(pack.products) if p.county == number and pays[k]]
        price = np.array([pack.products[k].online_yuan for k in rows])
        most = np.array([output_g[k] / 1000.0 * pack.products[k].conversion for k in rows]) * price
        weight = np.array([pack.products[k].farm_yuan * output_g[k] * pack.products[k].fitness for k in rows])
        wanted = terms.farm_yuan * county.residents
        yuan = _filled(wanted, weight, most)
        grams[rows] = 1000.0 * yuan / price
        if yuan.sum() < 0.99 * wanted:
            rule = f"of {wanted:.0f} yuan of farm sales online that named products can be"
            notes.append(
                ImputationNote(county.name_zh, "share met", float(yuan.sum() / wanted), rule, "derived", "products.csv")
            )
    return np.rint(grams).astype(np.int64), notes


def _filled(total: float, weight: F64, most: F64) -> F64:
    """Return parts of a total in proportion to weights, none above ``most``; what is over passes to the others."""
    parts = np.zeros(len(weight))
    for _ in weight:
        free = (parts < most) & (weight > 0)
        left = total - parts.sum()
        if left <= 0 or not free.any():
            break
        parts = np.where(free, np.minimum(most, parts + left * weight / weight[free].sum()), parts)
    return parts


def operators(pack: RegionPack, draws: Draws, terms: TradeTerms) -> OperatorsBaselined:
    """Return the post and the couriers of each county, in that order; then couriers that may come, without a share.

    Partners come last, by kind: those that carry parcels at the opening, and those that may come.

    References
    ----------
    docs/model.md 6.6.
    """
    each, outside, counties = 1 + terms.couriers, terms.couriers_outside, np.arange(len(pack.counties))
    there = _partners_there(pack, draws, terms)
    kind, of = np.nonzero(there | terms.partners_outside)
    shares = np.array([terms.post_share, *([(1.0 - terms.post_share) / terms.couriers] * terms.couriers)])
    of_county = [_shares_of_county(shares, terms.partner_share * there[:, county]) for county in counties]
    share = np.concatenate(
        [
            *(found[:each] for found in of_county),
            np.zeros(outside * len(counties), np.int64),
            np.array([found[each:] for found in of_county], np.int64).T[kind, of],
        ]
    )
    kinds = [int(OperatorKind.POST), *([int(OperatorKind.COURIER)] * terms.couriers)]
    county = np.concatenate([np.repeat(counties, each), np.repeat(counties, outside), of])
    operator_kind = np.array([*kinds * len(counties), *[int(OperatorKind.COURIER)] * (outside * len(counties))])
    operator_kind = np.append(operator_kind, np.array(PARTNERS)[kind])
    daily = np.array([c.rural_residents for c in pack.counties])[county] * share / ONE * terms.parcels_a_head / 365.0
    buses = np.bincount([town.county for town in pack.townships], minlength=len(counties))  # one to each township
    vans = np.where(
        operator_kind == OperatorKind.BUS_LINE, buses[county], terms.vans + np.ceil(daily / terms.parcels_a_van)
    )
    return OperatorsBaselined(
        operator=np.arange(len(county)),
        county=county,
        operator_kind=operator_kind,
        share=share,
        vans=np.minimum(vans, 255).astype(np.int64),
    )


def _partners_there(pack: RegionPack, draws: Draws, terms: TradeTerms) -> NDArray[np.bool_]:
    """Return which partners carry parcels at the opening, shape (kinds, counties): each county by its own draw."""
    number = np.array(pack.whole.counties, np.int64)
    chances = (terms.supply_coops, terms.bus_lines, terms.contractors)
    return np.array(
        [
            draws.uniform(f"partner_{kind.name.lower()}", 0, number) < chance
            for kind, chance in zip(PARTNERS, chances, strict=True)
        ]
    )


def _shares_of_county(others: F64, partners: NDArray[np.floating]) -> I64:
    """Return shares of a county's operators in millionths: partners have theirs, the post and couriers the rest.

    Parameters
    ----------
    others : shape (the post and couriers,), of what partners leave
    partners : shape (kinds,), 0 where there is none
    """
    return shared_exactly(ONE, np.append(others * (1.0 - partners.sum()), partners))
