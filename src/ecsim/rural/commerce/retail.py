"""County online retail that no event of its own holds (docs/model.md 4.7).

County online retail counts each sale once: what households, cooperatives and followed enterprises sell has events of
its own; the rest is booked by stream.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import RetailSold, Stream
from ecsim.rural.market import MarketTerms, UsualYears, county_growth, festival_season
from ecsim.rural.world import Calendar, World

F64 = NDArray[np.float64]


def sell_retail(world: World, market: MarketTerms, opening_fen: F64, calendar: Calendar, usual: UsualYears) -> None:
    """A week of what no event of its own holds: other goods of small merchants, and services.

    Parameters
    ----------
    opening_fen : shape (counties, 3), yearly sales at the opening of merchants that are not followed one by one
    calendar : of festivals, the lockdown and the years that have passed
    usual : what festivals and lockdown do to a year

    References
    ----------
    docs/model.md 4.7.
    """
    state, week = world.state, world.week
    goods = county_growth(world, market, market.goods_rates(usual), calendar, week)
    services = county_growth(world, market, market.services_rates(usual), calendar, week)
    season = goods_season(market, calendar, week, usual)
    if calendar.lockdown(week):
        services = services * market.lockdown_services
    fen = np.stack(
        [
            opening_fen[:, Stream.OTHER_GOODS] / 52.0 * goods * season,
            opening_fen[:, Stream.SERVICES] / 52.0 * services,
        ]
    )
    counties = len(state.counties)
    streams = (Stream.OTHER_GOODS, Stream.SERVICES)
    world.publish(
        RetailSold(
            county=np.tile(np.arange(counties), len(streams)),
            stream=np.repeat(streams, counties),
            sold_fen=np.rint(fen).astype(np.int64).ravel(),
        ),
        cause=np.tile(state.counties.opened_seq, len(streams)),
    )


def goods_season(market: MarketTerms, calendar: Calendar, week: int, usual: UsualYears) -> float:
    """Return the factor of festivals and lockdown on what is sold of other goods in a week.

    Parameters
    ----------
    usual : what festivals do to a year: they move sales in time alone
    """
    return festival_season(market, calendar, week, usual) * (market.lockdown_goods if calendar.lockdown(week) else 1.0)
