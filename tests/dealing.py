"""The tiny region with dealers that a test chooses, for tests of the goods economy.

Potatoes and walnuts are of county 0, tea and strawberries of county 1. Demand has no season here and does not grow.
Lines, cold rooms and idle crews cost nothing, as most have room without end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    CropsBaselined,
    DealerKind,
    DealersBaselined,
    DemandSeasonsBaselined,
    MarksBaselined,
    OfflineBaselined,
    OrdersFilled,
)
from ecsim.rural.goods.marks import Growth, premiums
from ecsim.rural.goods.prices import OnlinePrices, online_prices
from ecsim.rural.region import Region
from tiny import Events, Opened, take, tiny_region

POTATO, WALNUT, TEA, STRAWBERRY = range(4)
CROPS = 4
WEEKLY_G = 10_000
"""Ordered of walnuts and of strawberries in a week, in sold form, while nothing changes."""
STEADY: dict[str, Value] = {
    "market.county_sigma": 0.0, "market.festival_factor": 1.0,
    "market.growth": 0.0, "market.growth_2020": 0.0, "market.growth_2021": 0.0,
    "goods.packing_line_yuan": 0.0, "goods.processing_line_yuan": 0.0, "goods.idle_pay": 0.0,
    "goods.cold_room_yuan": 0.0,
}  # fmt: skip
_FLAT: Opened = {
    CropsBaselined: {"demand_g": [0, 52 * WEEKLY_G, 0, 52 * WEEKLY_G]},
    DemandSeasonsBaselined: {
        "crop": np.repeat(np.arange(CROPS), 52), "week_of_year": np.tile(np.arange(52), CROPS), "share": 19_231,
    },
    MarksBaselined: {"dealer": np.zeros(0, np.int64), "mark": np.zeros(0, np.int64)},
    OfflineBaselined: {column.name: np.zeros(0, np.int64) for column in OfflineBaselined.columns},
}  # fmt: skip


ROOMY = {"packing_g": 10**9, "processing_g": 10**9, "crew_seconds": 2**30, "room_g": 10**9}
"""Lines, a crew and cold rooms that never bind."""


def dealer(kind: DealerKind, crop: int = WALNUT, **columns: int) -> dict[str, int]:
    """Return a dealer of the opening that has room to pack and process; what is not said is 0, or -1 of its owner."""
    usual = {"cooperative": -1, "enterprise": -1, "size": 0, "stock_g": 0, "forecast_g": 0, "bid": 0, "cash_fen": 0}
    usual |= {"wanted_g": 0, "offered_g": 0}
    return {"crop": crop, "dealer_kind": int(kind), **ROOMY, **usual, **columns}


def dealing(
    *dealers: Mapping[str, int], opened: Opened | None = None, numbers: Mapping[str, Value] | None = None,
    traders_g: int = 0, seed: int = 1,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the tiny region with some dealers, numbered from 4 on; the traders of each product are 0 to 3.

    Parameters
    ----------
    traders_g : what the traders of each product have in stock
    """
    rows = [dealer(DealerKind.TRADERS, crop, stock_g=traders_g) for crop in range(CROPS)] + [*dealers]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    found = {DealersBaselined: {"dealer": np.arange(len(rows)), **columns}, **_FLAT}
    for kind, replaced in (opened or {}).items():
        found[kind] = {**found.get(kind, {}), **replaced}
    return tiny_region(opened=found, numbers=STEADY | dict(numbers or {}), seed=seed)


def prices_of(region: Region) -> OnlinePrices:
    """Return the prices of the week, by dealer."""
    state, terms = region.world.state, region.terms
    still = np.ones(len(state.crops))
    worth = premiums(state, terms.market, terms.dealing, region.setting.goods.marks, Growth(still, still))
    return online_prices(state, terms.goods, terms.market, terms.selling, terms.packing, worth)


def filled(events: Events) -> dict[int, dict[str, int]]:
    """Return what became of each dealer's orders."""
    rows = events.of(OrdersFilled)
    names = [column.name for column in OrdersFilled.columns]
    return {int(rows["dealer"][at]): {name: int(rows[name][at]) for name in names} for at in range(len(rows["dealer"]))}


FIRM = dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=0, size=500_000, forecast_g=5_000)
COOPERATIVE = dealer(DealerKind.COOPERATIVE, WALNUT, cooperative=0, size=500_000, forecast_g=5_000)
QUIET: dict[str, Value] = {
    "dealing.certificate_premium": 0.0, "dealing.own_brand_premium": 0.0, "dealing.contract_gap": 1.0,
    "dealing.offline_finding": 0.0, "dealing.offline_ending": 0.0, "dealing.drawn_share": 0.0,
}  # fmt: skip
"""Nothing is worth deciding."""


def reviewed(region: Region, first: int = 0) -> None:
    """Let a year of monthly reviews pass."""
    region.goods.take_orders(outage=0.0)
    for month in range(first, first + 13):
        take(region, "review_dealers", week=4 * month)
