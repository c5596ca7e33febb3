"""Buying online and learning to sell (docs/model.md 4.2, 4.3)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Counts, Fen, Flags
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import HouseholdIds, PlotIds, VillageIds, WayCodes


class BuyerAdopted(Event):
    """A household starts to order goods online."""

    kind = "buyer_adopted"
    title = Text("household begins to buy", "农户开始网购")
    topic = "household"
    subject = ("household",)
    household: HouseholdIds
    at_station: Flags  # orders only with the help of a station


class BuyerLapsed(Event):
    """A household stops ordering online."""

    kind = "buyer_lapsed"
    title = Text("household stops buying", "农户停止网购")
    topic = "household"
    household: HouseholdIds


class ParcelsOrdered(Event):
    """A household's online orders of a week."""

    kind = "parcels_ordered"
    title = Text("parcels ordered", "网购下单")
    topic = "household"
    amounts = (
        "parcels",
        "spent_fen",
    )
    household: HouseholdIds
    parcels: Counts
    spent_fen: Fen
    saved_fen: Fen  # what the goods would have cost more in the shop
    trip_fen: Fen  # what fetching them costs the household
    stop: VillageIds  # village whose station or parcel point hands them over, or -1: the township or the hub


class SellingHeardOf(Event):
    """A household learns that selling online is possible (none to aware)."""

    kind = "selling_heard_of"
    title = Text("hears of selling online", "听说网销")
    topic = "household"
    household: HouseholdIds
    way: WayCodes


class SkillGained(Event):
    """A trained household masters selling online."""

    kind = "skill_gained"
    title = Text("masters selling online", "学会网销")
    topic = "household"
    subject = ("household",)
    household: HouseholdIds


def _of_all(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 all households that a row stands for opened a shop, of all they grow."""
    rows = len(columns["household"])
    return {**columns, "plot": np.full(rows, -1), "shops": np.zeros(rows, np.int64)}


class SellerStarted(Event):
    """A household opens its own online shop."""

    kind = "seller_started"
    title = Text("opens an online shop", "开设网店")
    topic = "household"
    subject = ("household",)
    version = 2
    upcasts = MappingProxyType({1: _of_all})
    household: HouseholdIds
    plot: PlotIds  # what it sells is grown there; -1 in journals of version 1
    shops: Counts  # of the households that the row stands for; 0 in journals of version 1: all of them
    expected_fen: Fen  # weekly gain over its habit channel that it expects


def _all_lapse(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 all households that a row stands for gave their shop up."""
    return {**columns, "shops": np.zeros(len(columns["household"]), np.int64)}


class SellerLapsed(Event):
    """A household gives up its online shop."""

    kind = "seller_lapsed"
    title = Text("gives up the shop", "关闭网店")
    topic = "household"
    version = 2
    upcasts = MappingProxyType({1: _all_lapse})
    household: HouseholdIds
    shops: Counts  # of the households that the row stands for; 0 in journals of version 1: all of them
