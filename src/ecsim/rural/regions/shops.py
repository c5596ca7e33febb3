"""Synthesis of households' own online shops at the opening: as many as the rule would keep (synthetic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropsBaselined, PlotsBaselined, ShopGainsBaselined, ShopsBaselined
from ecsim.rural.goods.terms import sold_for_raw
from ecsim.rural.regions.dealers import OrdinaryYear
from ecsim.rural.regions.people import People, PeopleTerms

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def shops(
    draws: Draws, terms: PeopleTerms, who: People, crops: CropsBaselined, plots: PlotsBaselined, year: OrdinaryYear,
    margin_fen: F64,
) -> tuple[ShopsBaselined, ShopGainsBaselined]:  # fmt: skip
    """Return who keeps a shop, of what, and what a shop of each crop is known to bring.

    Parameters
    ----------
    who, plots : people and what they grow
    margin_fen : shape (crops,), what an own sale leaves above the farm gate, a kilogram raw

    Returns
    -------
    Shops, and their weekly gain by crop.

    Notes
    -----
    A county's share of households is shared out over its crops by their orders, but to no more shops of a crop than its
    orders feed; of each crop's growers, the schooled and young ones on the internet come first, and only those who grow
    what a shop sends in a year.
    """
    yields = sold_for_raw(crops.conversion)
    weekly_kg = year.goods.shops_share * crops.demand_g * year.orders / yields / 52.0 / 1000.0
    weekly_fen = np.maximum(weekly_kg * (margin_fen - year.packing_labour_fen), 0.0)
    wanted = _wanted(terms, who, crops, weekly_fen, year.shop_effort_fen)
    sends_g = np.divide(52_000.0 * weekly_kg, wanted, out=np.zeros(crops.rows), where=wanted > 0)
    household, plot, count = _keepers(draws, terms, who, plots, wanted, sends_g)
    kept = np.bincount(plots.crop[plot], count, crops.rows)
    gain = np.divide(weekly_fen, kept, out=np.zeros(crops.rows), where=kept > 0)
    known = np.flatnonzero(gain > 0)
    return (
        ShopsBaselined(household=household, plot=plot, shops=count),
        ShopGainsBaselined(crop=known, gain_fen=np.rint(gain[known]).astype(np.int64)),
    )


def _wanted(terms: PeopleTerms, who: People, crops: CropsBaselined, weekly_fen: F64, effort_fen: float) -> I64:
    """Return how many shops of each crop there are, if it has as many growers."""
    counties = int(crops.county.max()) + 1
    households = np.bincount(who.county, who.weight, counties)
    of_county = np.bincount(crops.county, weekly_fen, counties)[crops.county]
    share = np.divide(weekly_fen, of_county, out=np.zeros(crops.rows), where=of_county > 0)
    count = terms.seller_share * households[crops.county] * share
    return np.asarray(np.floor(np.minimum(count, weekly_fen / effort_fen)), np.int64)


def _keepers(
    draws: Draws, terms: PeopleTerms, who: People, plots: PlotsBaselined, wanted: I64, sends_g: F64
) -> tuple[I64, I64, I64]:
    """Return households with shops, the plot each sells from, and how many of those it stands for keep one.

    Parameters
    ----------
    wanted, sends_g : shape (crops,), shops, and what each of them sends in a year, raw
    """
    score = terms.seller_schooling * who.schooling_years - terms.seller_age * who.age_class
    score = np.where(who.online, score + draws.normal("opening_seller", 0, who.number), -np.inf)
    taken = np.zeros(len(who.number), np.bool_)
    found: list[tuple[I64, I64, I64]] = []
    for crop in np.argsort(-wanted, kind="stable"):
        rows = np.flatnonzero(plots.crop == crop)
        rows = rows[~taken[plots.household[rows]] & np.isfinite(score[plots.household[rows]])]
        rows = rows[np.lexsort((rows, -score[plots.household[rows]]))]
        household = plots.household[rows]
        grown = plots.output_g[rows] * who.weight[household]
        most = np.minimum(who.weight[household], grown // max(round(sends_g[crop]), 1))
        count = np.clip(wanted[crop] - (np.cumsum(most) - most), 0, most)
        kept = count > 0
        taken[household[kept]] = True
        found.append((household[kept].astype(np.int64), rows[kept], count[kept]))
    household, plot, count = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(household, kind="stable")
    return household[order], plot[order], count[order]
