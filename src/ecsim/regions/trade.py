"""Synthesis of online retail, enterprises and operators at the opening (synthetic; levels from evidence)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ecsim.draws import Draws
from ecsim.events.codes import EnterpriseKind, OperatorKind, Stream
from ecsim.events.opening import EnterprisesBaselined, OperatorsBaselined, RetailBaselined
from ecsim.regions.pack import RegionPack
from ecsim.regions.people import ONE
from ecsim.regions.places import shared_exactly

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
    farm_followed_share: float
    post_share: float
    couriers: int
    vans: int


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


def demand_g(pack: RegionPack, terms: TradeTerms, output_g: I64) -> I64:
    """Return yearly online demand for each crop, sold form: the county's farm sales shared by value and fitness."""
    people = residents(pack)
    found = np.zeros(len(pack.products))
    for number in range(len(pack.counties)):
        rows = [k for k, p in enumerate(pack.products) if p.county == number and p.online_yuan > 0 and p.fitness > 0]
        value = np.array([pack.products[k].farm_yuan * output_g[k] * pack.products[k].fitness for k in rows])
        if value.sum() <= 0:
            continue
        price = np.array([pack.products[k].online_yuan for k in rows])
        yuan = terms.farm_yuan * people[number] * value / value.sum()
        sellable = np.array([output_g[k] * pack.products[k].conversion for k in rows])
        found[rows] = np.minimum(1000.0 * yuan / price, sellable)
    return np.rint(found).astype(np.int64)


def enterprises(pack: RegionPack, draws: Draws, terms: TradeTerms, farm_fen: F64) -> EnterprisesBaselined:
    """Return the largest merchants of each county, sizes at the quantiles of a lognormal.

    Parameters
    ----------
    farm_fen : shape (counties,), yearly online farm sales of all enterprises of the county
    """
    many = merchants(pack, terms)
    county, size, kind = [], [], []
    middle = np.log(100.0 * terms.merchant_yuan) - 0.5 * terms.merchant_sigma**2
    for number, total in enumerate(many):
        take = min(terms.followed, int(total))
        quantile = 1.0 - (np.arange(take) + 0.5) / total
        yearly = np.exp(middle + terms.merchant_sigma * ndtri(quantile))
        county.append(np.full(take, number))
        size.append(yearly)
        kind.append(_kinds(draws, number, yearly, terms.farm_followed_share * farm_fen[number]))
    ids = np.arange(sum(len(part) for part in county))
    return EnterprisesBaselined(
        enterprise=ids,
        county=np.concatenate(county),
        enterprise_kind=np.concatenate(kind),
        yearly_fen=np.rint(np.concatenate(size)).astype(np.int64),
        founder=np.floor(8 * draws.uniform("opening_founder", 0, ids)).astype(np.int64),
    )


def _kinds(draws: Draws, county: int, yearly: F64, farm_fen: float) -> I64:
    """Return kinds so that those who sell farm products together sell about what the county's enterprises do."""
    luck = draws.uniform("enterprise_order", county, np.arange(len(yearly)))
    order = np.argsort(luck, kind="stable")
    running = np.cumsum(yearly[order])
    farm = order[running <= farm_fen]
    kind = np.full(len(yearly), int(EnterpriseKind.MERCHANT))
    kind[farm] = np.where(luck[farm] < np.median(luck), EnterpriseKind.FARM_MERCHANT, EnterpriseKind.PROCESSOR)
    return kind


def operators(pack: RegionPack, terms: TradeTerms) -> OperatorsBaselined:
    """Return the post and the couriers of each county, in that order."""
    each = 1 + terms.couriers
    counties = np.repeat(np.arange(len(pack.counties)), each)
    shares = np.array([terms.post_share, *([(1.0 - terms.post_share) / terms.couriers] * terms.couriers)])
    return OperatorsBaselined(
        operator=np.arange(len(counties)),
        county=counties,
        operator_kind=np.tile(
            [int(OperatorKind.POST), *([int(OperatorKind.COURIER)] * terms.couriers)], len(pack.counties)
        ),
        share=np.tile(shared_exactly(ONE, shares), len(pack.counties)),
        vans=np.full(len(counties), terms.vans),
    )
