"""Buying online and learning to sell (docs/model.md 4.2, 4.3)."""

from __future__ import annotations

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


def _of_each(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return orders of version 1 as those of today: amounts of each household, all its parcels at one place."""
    parcels, one = columns["parcels"], np.ones(len(columns["parcels"]), np.bool_)
    return columns | {"handed_over": np.where(columns["stop"] >= 0, parcels, 0), "itself": one, "each": one}


class ParcelsOrdered(Event):
    """Online orders of a week, of a household and of all that it stands for.

    Since version 2 amounts are of all of them together: in a small sample, too, orders come one by one. Before, they
    were of each, and every household ordered what the sampled one did.
    """

    kind = "parcels_ordered"
    title = Text("parcels ordered", "网购下单")
    topic = "household"
    amounts = (
        "parcels",
        "spent_fen",
    )
    version = 2
    upcasts = MappingProxyType({1: _of_each})
    counted_each = "each"
    household: HouseholdIds
    parcels: Counts
    handed_over: Counts  # of them, where `stop` says; the others wait at the township's outlet or the hub
    spent_fen: Fen
    saved_fen: Fen  # what the goods would have cost more in the shop
    trip_fen: Fen  # what fetching them costs
    stop: VillageIds  # village whose station or parcel point hands parcels over, or -1: none does
    itself: Flags  # whether the household itself was among those who ordered
    each: Flags  # whether amounts are those of each household (version 1), not of all that it stands for


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
