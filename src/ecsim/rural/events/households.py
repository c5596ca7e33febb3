"""Buying online and learning to sell (docs/model.md 4.2, 4.3)."""

from ecsim.kernel.columns import Counts, Fen, Flags
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import HouseholdIds, VillageIds, WayCodes


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


class SellerStarted(Event):
    """A household opens its own online shop."""

    kind = "seller_started"
    title = Text("opens an online shop", "开设网店")
    topic = "household"
    subject = ("household",)
    household: HouseholdIds
    expected_fen: Fen  # weekly gain over its habit channel that it expects


class SellerLapsed(Event):
    """A household gives up its online shop."""

    kind = "seller_lapsed"
    title = Text("gives up the shop", "关闭网店")
    topic = "household"
    household: HouseholdIds
