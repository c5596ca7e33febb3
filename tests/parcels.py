"""Orders and lots made up by hand, for tests of the delivery week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecsim.rural.events.codes import Channel
from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.logistics import OperatorJoinedPool, PoolFormed
from ecsim.rural.events.market import LotSold
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.region import Region
from tiny import made, take


def orders_of(household: Sequence[int], parcels: Sequence[int], stop: Sequence[int], **columns: Any) -> ParcelsOrdered:
    """Return orders whose parcels all wait at their stops, or all further off where that is -1."""
    handed_over = [number if place >= 0 else 0 for number, place in zip(parcels, stop, strict=True)]
    itself = [True] * len(handed_over)
    return made(
        ParcelsOrdered, **dict.fromkeys(("spent_fen", "each"), [0] * len(handed_over)) | columns, household=household,
        parcels=parcels, handed_over=handed_over, stop=stop, itself=itself,
    )  # fmt: skip


def delivered(
    region: Region, *orders: tuple[int, int, int], sent: tuple[tuple[int, Channel, int], ...] = (), week: int = 0
) -> None:
    """Let a week of orders (household, parcels, village or -1: the township) and lots (plot, channel, grams) come."""
    household, parcels, stop = zip(*orders, strict=True) if orders else ((), (), ())
    plot, channel, grams = zip(*sent, strict=True) if sent else ((), (), ())
    region.orders = orders_of(household, parcels, stop)
    region.lots = made(LotSold, plot=plot, channel=channel, sold_g=grams, received_fen=[0] * len(sent))
    take(region, "deliver", week=week)


def pooled(region: Region, county: int, members: tuple[int, ...]) -> int:
    """Form a joint pool of some operators of a county and return its number."""
    pool = region.world.state.count("operators")
    region.world.publish(PoolFormed(county=[county], pool=[pool]))
    region.world.publish(made(OperatorJoinedPool, operator=list(members), pool=[pool] * len(members)))
    return pool


def station(region: Region, village: int, design: int = 2) -> None:
    """Open a station in a village; the third of the designs takes parcels."""
    number = region.world.state.count("stations")
    opened = made(StationOpened, station=[number], village=[village], design=[design], operator=[-1], project=[-1])
    region.world.publish(opened)
