"""Goods on their way from growers to buyers: dealers, orders and how they are filled (docs/model.md 4.4 to 4.7).

A dealer deals in one product of a county: its traders, a cooperative, an enterprise, its small merchants together, or
households' own shops and stations, which hold no stock of their own. Grams are raw, unless said to be in sold form.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Counts, Fen, Grams, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    BrandIds,
    CooperativeIds,
    CropIds,
    DealerIds,
    DealerKindCodes,
    EnterpriseIds,
    HouseholdIds,
    MarkCodes,
    OfflineChannelCodes,
    PlotIds,
)
from ecsim.rural.events.opening import OPENING

_NEVER_BINDS = 10**15
"""Grams raw a week that a line for first processing can do where it bound nobody."""
_HANDS_FOUND = 2**31 - 1
"""Seconds a week that a crew works where it bound nobody."""


def _without(*names: str) -> Callable[[dict[str, NDArray[Any]]], dict[str, NDArray[Any]]]:
    """Return an upcast from before there were some amounts: nothing of them was done."""

    def upcast(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        rows = len(columns["dealer"])
        return {**columns, **{name: np.zeros(rows, np.int64) for name in names}}

    return upcast


def _never_bound(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before lines for first processing bound anybody: more than anybody can have."""
    return {**columns, "processing_g": np.full(len(columns["dealer"]), _NEVER_BINDS)}


def _hands_at_once(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before there were crews: hands were found in the week in which they were needed."""
    return {**columns, "crew_seconds": np.full(len(columns["dealer"]), _HANDS_FOUND)}


def _always_cold(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before dealers had cold rooms of their own they kept all they had cool."""
    return {**columns, "room_g": np.full(len(columns["dealer"]), _NEVER_BINDS)}


class DealersBaselined(Event):
    """Who deals in each product, and what it holds.

    Since version 2 with lines for first processing, since version 3 with a crew, since version 4 with cold rooms, since
    version 5 with what members bring a cooperative.
    """

    kind = "dealers_baselined"
    title = Text("dealer at the opening", "期初的经销者")
    topic = "opening"
    makes = "dealer"
    within = ("crop",)
    version = 5
    upcasts = MappingProxyType(
        {1: _never_bound, 2: _hands_at_once, 3: _always_cold, 4: _without("wanted_g", "offered_g")}
    )
    no_cause_reason = OPENING
    dealer: DealerIds
    crop: CropIds
    dealer_kind: DealerKindCodes
    cooperative: CooperativeIds  # or -1
    enterprise: EnterpriseIds  # or -1
    size: Millionths  # attraction of its listing, over that of all listings of the product at the opening
    stock_g: Grams
    forecast_g: Grams  # a week's orders that it expects, season apart, in sold form
    packing_g: Grams  # sold form that it can grade and pack a week
    processing_g: Grams  # raw that it can bring into the form sold a week; 0 of goods sold as they are
    room_g: Grams  # raw that rooms of its own keep cold
    crew_seconds: Counts  # of work that those it employs do in an ordinary week
    bid: Millionths  # what it offers growers above the traders' price, of that price
    cash_fen: Fen
    wanted_g: Grams  # raw, smoothed: what a cooperative wanted of growers a week; 0 of others
    offered_g: Grams  # raw, smoothed: what they brought it; 0 of others


class MarksBaselined(Event):
    """Dealers that had a certificate or a brand of their own before the run."""

    kind = "marks_baselined"
    title = Text("mark of a dealer at the opening", "期初的认证与品牌")
    topic = "opening"
    no_cause_reason = OPENING
    dealer: DealerIds
    mark: MarkCodes


class OfflineBaselined(Event):
    """Dealers that supplied an offline channel before the run."""

    kind = "offline_baselined"
    title = Text("offline channel of a dealer at the opening", "期初的线下渠道")
    topic = "opening"
    no_cause_reason = OPENING
    dealer: DealerIds
    offline_channel: OfflineChannelCodes
    offline_g: Grams  # raw, a year that its buyers take of it
    owed_fen: Fen  # by its buyers


class DealerListed(Event):
    """A dealer begins to deal in a product.

    Since version 2 with a line for first processing, since version 3 with a crew, since version 4 with cold rooms.
    """

    kind = "dealer_listed"
    title = Text("dealer begins", "开始经销")
    topic = "market"
    makes = "dealer"
    within = ("crop",)
    version = 4
    upcasts = MappingProxyType({1: _never_bound, 2: _hands_at_once, 3: _always_cold})
    dealer: DealerIds
    crop: CropIds
    dealer_kind: DealerKindCodes
    cooperative: CooperativeIds  # or -1
    enterprise: EnterpriseIds  # or -1
    size: Millionths  # attraction of its listing, over that of all listings of the product at the opening
    forecast_g: Grams  # a week's orders that it expects, season apart, in sold form
    packing_g: Grams  # sold form that it can grade and pack a week
    processing_g: Grams  # raw that it can bring into the form sold a week; 0 of goods sold as they are
    room_g: Grams  # raw that rooms of its own keep cold
    crew_seconds: Counts  # of work that those it employs do in an ordinary week
    bid: Millionths  # what it offers growers above the traders' price, of that price
    cash_fen: Fen


class DealerDelisted(Event):
    """A dealer gives up a product; what it holds passes to the traders."""

    kind = "dealer_delisted"
    title = Text("dealer ends", "停止经销")
    topic = "market"
    dealer: DealerIds
    stock_g: Grams  # what passes to the traders
    passed_fen: Fen  # what they pay for it, and for what its buyers owe it


class BasesHarvested(Event):
    """Firms' own bases of a product bring it in and sell it to the traders of their county, who have it from then on.

    Since version 2 at the price that traders pay growers that week; before, nobody was said to be paid.
    """

    kind = "bases_harvested"
    title = Text("harvest sold by firms' bases", "企业基地收获并出售")
    topic = "market"
    amounts = ("harvested_g", "paid_fen")
    version = 2
    upcasts = MappingProxyType({1: _without("paid_fen")})
    dealer: DealerIds  # the traders of the product
    harvested_g: Grams
    paid_fen: Fen  # by them to the firms that own the bases, who are outside the model


class OrdersFilled(Event):
    """A week of a dealer's online orders, in sold form: what came, what was sent, what was lost, what waits.

    ``waiting before + ordered + taken over = filled + lost + waiting``; what one dealer takes over another passes on.
    Since version 2 with what processors did for others, at the price that processing costs; since version 3 with work
    beyond the crew's ordinary week.
    """

    kind = "orders_filled"
    title = Text("orders filled", "订单履约")
    topic = "market"
    version = 3
    upcasts = MappingProxyType({1: _without("processed_g"), 2: _without("overtime_seconds")})
    amounts = ("ordered_g", "filled_g", "lost_g", "paid_fen")
    dealer: DealerIds
    ordered_g: Grams
    taken_g: Grams  # from others that could not fill them; below zero: passed on
    processed_g: Grams  # brought into the form sold on lines of processors; below zero: for others
    filled_g: Grams
    lost_g: Grams
    waiting_g: Grams
    sent_g: Grams  # raw: what left the stock for it
    paid_fen: Fen  # by consumers
    costs_fen: Fen  # of platform, advertising, boxes, carriage and processing, less what work for others leaves
    overtime_seconds: Counts  # of packing what was sent, beyond its crew's ordinary week: overtime and day labour


class GoodsProcessed(Event):
    """A processor brings a dealer's goods into the form sold, in a week; what `OrdersFilled` sums up by dealer."""

    kind = "goods_processed"
    title = Text("goods processed for another", "代加工")
    topic = "market"
    amounts = ("processed_g",)
    dealer: DealerIds  # whose goods they are, and who sends them
    processor: DealerIds
    processed_g: Grams  # in sold form


class GoodsSupplied(Event):
    """A cooperative sells goods of its growers to a processor of its county, who pays more than bulk trade does.

    Since version 2 before the processor's own trade of the week, so that it has them before it passes them on.
    """

    kind = "goods_supplied"
    version = 2
    upcasts = MappingProxyType({1: _without()})
    title = Text("cooperative supplied a processor", "合作社向加工企业供货")
    topic = "market"
    amounts = ("supplied_g", "paid_fen")
    dealer: DealerIds  # the cooperative that had them in stock
    processor: DealerIds  # has them from now on
    supplied_g: Grams
    paid_fen: Fen  # by the processor to the cooperative


class GoodsComplained(Event):
    """A week of a product's online orders under a regional brand, in sold form: what buyers of them complain about.

    By cause: they got nothing, or goods that are not what the name promises. To the seller; it is no complaint about a
    parcel's way.
    """

    kind = "goods_complained"
    title = Text("complaint about branded goods", "品牌商品投诉")
    topic = "market"
    amounts = ("sent_g", "lost_g", "faulty_g")
    crop: CropIds
    brand: BrandIds
    sent_g: Grams
    lost_g: Grams  # ordered, and never filled by anybody
    faulty_g: Grams  # of what was sent


class DealersTraded(Event):
    """A week of a dealer apart from its online orders: purchases, offline and bulk sales, what spoilt.

    Since version 2 with offline channels, whose buyers pay later, since version 3 with cold rooms.
    """

    kind = "dealers_traded"
    title = Text("dealer traded", "经销者购销")
    topic = "market"
    amounts = ("bought_g", "paid_fen", "bulk_g", "bulk_fen", "offline_g", "offline_fen")
    version = 3
    upcasts = MappingProxyType(
        {1: _without("offline_g", "offline_fen", "received_fen"), 2: _without("cooled_g", "rented_g", "cooling_fen")}
    )
    dealer: DealerIds
    bought_g: Grams  # from growers
    paid_fen: Fen  # to them
    passed_g: Grams  # from traders; of the traders' own, below zero: to others
    passed_fen: Fen  # what those who got it paid, signed alike
    bulk_g: Grams  # sold out of the county in bulk
    bulk_fen: Fen  # got for it, after carriage
    spoilt_g: Grams
    offline_g: Grams  # delivered to its offline channel
    offline_fen: Fen  # that its buyers owe for it
    received_fen: Fen  # of what they owed, paid
    cooled_g: Grams  # of its stock, kept in cold rooms for the week
    rented_g: Grams  # of it, in public stores
    cooling_fen: Fen  # power and wear of its own rooms, and rent


class DealersSettled(Event):
    """Four weeks of a dealer: what it packed, sold and bought, the hours of work it paid for, its fixed costs.

    Since version 2 with fixed costs and the months it has been worth less than nothing, since version 3 with the wages
    that it pays; before, these were in what sending cost it; since version 4 with overtime and idle hours of its crew.
    """

    kind = "dealers_settled"
    title = Text("dealer settled", "经销者结算")
    topic = "market"
    amounts = ("packed_g", "sold_fen", "bought_fen", "job_hours", "fees_fen", "wages_fen")
    version = 4
    upcasts = MappingProxyType(
        {1: _without("fees_fen", "lean_months"), 2: _without("wages_fen"), 3: _without("overtime_hours", "idle_hours")}
    )
    dealer: DealerIds
    packed_g: Grams  # sent to consumers, in sold form
    sold_fen: Fen  # paid by them
    bought_fen: Fen  # paid to growers, firms' bases and traders
    poor_lots: Counts  # lots of registered poor households that it bought
    job_hours: Counts  # paid: of grading, packing and posting, and idle ones
    fees_fen: Fen  # of its office, its lines, its marks and its offline channel
    lean_months: Counts  # in a row with debts above all it has, this one included
    wages_fen: Fen  # of those hours
    overtime_hours: Counts  # of those hours, beyond its crew's ordinary weeks: overtime and day labour
    idle_hours: Counts  # of those hours, in which there was nothing to pack


class CrewsMoved(Event):
    """A dealer takes packers on for the months to come, or lets some go."""

    kind = "crews_moved"
    title = Text("crew of packers moved", "包装用工增减")
    topic = "market"
    amounts = ("cost_fen",)
    decision = True
    dealer: DealerIds
    crew_seconds: Counts  # of work that those it employs do in an ordinary week, from now on
    cost_fen: Fen  # of finding, teaching and dismissing, paid once


class MarkTaken(Event):
    """A dealer gets a certificate, joins a brand or begins one of its own."""

    kind = "mark_taken"
    title = Text("mark taken", "取得认证或品牌")
    topic = "market"
    decision = True
    dealer: DealerIds
    mark: MarkCodes
    cost_fen: Fen  # paid once; what it costs a year is in its fees
    gain_fen: Fen  # a year that it expects of it


class MarkDropped(Event):
    """A dealer gives a certificate or brand up."""

    kind = "mark_dropped"
    title = Text("mark dropped", "放弃认证或品牌")
    topic = "market"
    decision = True
    dealer: DealerIds
    mark: MarkCodes


class GrowersContracted(Event):
    """A dealer promises growers of its product a least price until its next yearly review; 0: no longer."""

    kind = "growers_contracted"
    title = Text("contract with growers", "订单农业")
    topic = "market"
    decision = True
    dealer: DealerIds
    floor_fen: Fen  # a kilogram raw at the farm gate


class OfflineEntered(Event):
    """A dealer begins to supply an offline channel."""

    kind = "offline_entered"
    title = Text("offline channel entered", "进入线下渠道")
    topic = "market"
    decision = True
    dealer: DealerIds
    offline_channel: OfflineChannelCodes
    offline_g: Grams  # raw, a year that its buyers take of it


class OfflineLeft(Event):
    """A dealer no longer supplies its offline channel."""

    kind = "offline_left"
    title = Text("offline channel left", "退出线下渠道")
    topic = "market"
    decision = True
    dealer: DealerIds


class ProfitsDrawn(Event):
    """Owners take out of a dealer what it does not need to go on."""

    kind = "profits_drawn"
    title = Text("profits drawn", "提取利润")
    topic = "market"
    amounts = ("drawn_fen",)
    decision = True
    dealer: DealerIds
    household: HouseholdIds  # that founded it, or -1: owners whom nobody follows
    drawn_fen: Fen


class RefundsPaid(Event):
    """A cooperative shares its surplus among members, by what they delivered since the last time (patronage refund)."""

    kind = "refunds_paid"
    title = Text("patronage refund", "盈余返还")
    topic = "market"
    decision = True
    plot: PlotIds
    dealer: DealerIds
    delivered_g: Grams  # by one household
    paid_fen: Fen  # to one household


class DealerSizesMoved(Event):
    """What draws buyers to a dealer's listing changes, by its owner's doing or luck."""

    kind = "dealer_sizes_moved"
    title = Text("dealer's reach moved", "经销者吸引力变动")
    topic = "market"
    dealer: DealerIds
    size: Millionths  # attraction of its listing, over that of all listings of the product at the opening


class DealersAdjusted(Event):
    """What a dealer expects, offers and can pack from now on, and how it is thought of.

    Since version 2 with what was graded of what it sent, since version 3 with its line for first
    processing, since version 4 with its cold rooms.
    """

    kind = "dealers_adjusted"
    title = Text("dealer adjusted", "经销者调整")
    topic = "market"
    decision = True
    version = 4
    upcasts = MappingProxyType({1: _without("grading"), 2: _never_bound, 3: _always_cold})
    dealer: DealerIds
    forecast_g: Grams  # a week's orders that it expects, season apart, in sold form
    wanted_g: Grams  # raw, smoothed: what it wants of growers a week
    offered_g: Grams  # raw, smoothed: what they bring it
    bid: Millionths  # what it offers growers above the traders' price, of that price
    packing_g: Grams  # sold form that it can grade and pack a week
    processing_g: Grams  # raw that it can bring into the form sold a week; 0 of goods sold as they are
    room_g: Grams  # raw that rooms of its own keep cold
    reputation: Millionths  # of orders filled, in time and without complaints beyond trend, smoothed
    grading: Millionths  # share of what it sent that was graded, smoothed, above that of lines on trend


class ColdRoomLet(Event):
    """Growers of a product leave goods in cold stores of the county that would else wait uncooled."""

    kind = "cold_room_let"
    title = Text("cold room let", "冷库租用")
    topic = "market"
    amounts = ("stored_g", "fee_fen")
    crop: CropIds
    stored_g: Grams
    saved_g: Grams  # what would else have been lost of it
    fee_fen: Fen


class KeepingCharged(Event):
    """Growers of a product owe for keeping it: feed of live animals, or room in a cold store.

    What each owes is in proportion to what it has of the product at that moment, to the fen.
    """

    kind = "keeping_charged"
    title = Text("cost of keeping", "存养成本")
    topic = "market"
    amounts = ("kept_g", "charged_fen")
    crop: CropIds
    kept_g: Grams  # raw: live animals not sold the week before, or what is in a cold store
    charged_fen: Fen


class GoodsPrecooled(Event):
    """Fresh goods of a week are cooled down where they come in: what that saved, and what growers owe for it."""

    kind = "goods_precooled"
    title = Text("goods pre-cooled", "产地预冷")
    topic = "market"
    amounts = ("stored_g", "saved_g", "fee_fen")
    crop: CropIds
    stored_g: Grams  # weighted
    saved_g: Grams  # weighted: what would have spoiled at the gate
    share: Millionths  # of what came in and was kept
    fee_fen: Fen  # of all growers


class KeepingPaid(Event):
    """Growers pay what they owe for keeping, to feed dealers or for a cold store's power and wear."""

    kind = "keeping_paid"
    title = Text("cost of keeping paid", "支付存养成本")
    topic = "market"
    amounts = ("paid_fen",)
    plot: PlotIds
    paid_fen: Fen  # by all households that the row stands for
