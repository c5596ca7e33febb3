"""County online retail that no event of its own holds (docs/model.md 4.7).

County online retail counts each sale once: what households, cooperatives and followed enterprises sell has events of
its own; the rest is booked by stream.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import Calendar
from ecsim.rural.events import RetailSold, Stream
from ecsim.rural.market import MarketTerms, county_growth
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]


def sell_retail(world: World, market: MarketTerms, opening_fen: F64, calendar: Calendar) -> None:
    """A week of what no event of its own holds: farm products of enterprises by orders, small merchants, services.

    Parameters
    ----------
    opening_fen : shape (counties, 3), yearly sales at the opening of merchants that are not followed one by one
    calendar : of festivals, the lockdown and the years that have passed

    References
    ----------
    docs/model.md 4.7.
    """
    state, week = world.state, world.week
    years = calendar.years(week)
    goods = county_growth(world, market, market.goods_growth, years)
    services = county_growth(world, market, market.services_growth, years)
    season = market.festival_factor if calendar.festival(week) else 1.0
    if calendar.lockdown(week):
        season *= market.lockdown_goods
        services = services * market.lockdown_services
    c = state.crops
    farm = np.bincount(c.county, c.orders_enterprise_g * c.orders_price_fen / 1000.0, len(state.counties))
    fen = np.stack(
        [
            farm,
            opening_fen[:, Stream.OTHER_GOODS] / 52.0 * goods * season,
            opening_fen[:, Stream.SERVICES] / 52.0 * services,
        ]
    )
    counties = len(state.counties)
    cause = np.tile(state.counties.opened_seq, (len(Stream), 1))
    cause[Stream.FARM_PRODUCTS] = _largest_orders(state)
    world.publish(
        RetailSold(
            county=np.tile(np.arange(counties), len(Stream)),
            stream=np.repeat(np.arange(len(Stream)), counties),
            sold_fen=np.rint(fen).astype(np.int64).ravel(),
        ),
        cause=cause.ravel(),
    )


def _largest_orders(state: State) -> NDArray[np.int64]:
    """Return, for each county, this week's orders of the crop that brings its enterprises most, or its opening."""
    c = state.crops
    value = c.orders_enterprise_g * c.orders_price_fen
    crops = np.argsort(value, kind="stable")
    crops = crops[value[crops] > 0]
    seqs = state.counties.opened_seq.copy()
    seqs[c.county[crops]] = c.orders_seq[crops]  # the last one written is the largest
    return seqs
