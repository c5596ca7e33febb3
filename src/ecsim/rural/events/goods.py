"""Goods on their way from growers to buyers: dealers, orders and how they are filled (docs/model.md 4.4 to 4.7).

A dealer deals in one product of a county: its traders, a cooperative, an enterprise, its small merchants together, or
households' own shops and stations, which hold no stock of their own. Grams are raw, unless said to be in sold form.
"""

from ecsim.kernel.columns import Counts, Fen, Grams, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import CooperativeIds, CropIds, DealerIds, DealerKindCodes, EnterpriseIds
from ecsim.rural.events.opening import OPENING


class DealersBaselined(Event):
    """Who deals in each product, and what it holds."""

    kind = "dealers_baselined"
    title = Text("dealer at the opening", "期初的经销者")
    topic = "opening"
    makes = "dealer"
    within = ("crop",)
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
    bid: Millionths  # what it offers growers above the traders' price, of that price
    cash_fen: Fen


class DealerListed(Event):
    """A dealer begins to deal in a product."""

    kind = "dealer_listed"
    title = Text("dealer begins", "开始经销")
    topic = "market"
    makes = "dealer"
    within = ("crop",)
    dealer: DealerIds
    crop: CropIds
    dealer_kind: DealerKindCodes
    cooperative: CooperativeIds  # or -1
    enterprise: EnterpriseIds  # or -1
    size: Millionths  # attraction of its listing, over that of all listings of the product at the opening
    forecast_g: Grams  # a week's orders that it expects, season apart, in sold form
    packing_g: Grams  # sold form that it can grade and pack a week
    bid: Millionths  # what it offers growers above the traders' price, of that price
    cash_fen: Fen


class DealerDelisted(Event):
    """A dealer gives up a product; what it holds passes to the traders."""

    kind = "dealer_delisted"
    title = Text("dealer ends", "停止经销")
    topic = "market"
    dealer: DealerIds
    stock_g: Grams  # what passes to the traders
    passed_fen: Fen  # what they pay for it


class BasesHarvested(Event):
    """Firms' own bases bring in a product; the traders have it from then on."""

    kind = "bases_harvested"
    title = Text("harvest of firms' bases", "企业基地收获")
    topic = "market"
    amounts = ("harvested_g",)
    dealer: DealerIds  # the traders of the product
    harvested_g: Grams


class OrdersFilled(Event):
    """A week of a dealer's online orders, in sold form: what came, what was sent, what was lost, what waits.

    ``waiting before + ordered + taken over = filled + lost + waiting``; what one dealer takes over another passes on.
    """

    kind = "orders_filled"
    title = Text("orders filled", "订单履约")
    topic = "market"
    amounts = ("ordered_g", "filled_g", "lost_g", "paid_fen")
    dealer: DealerIds
    ordered_g: Grams
    taken_g: Grams  # from others that could not fill them; below zero: passed on
    filled_g: Grams
    lost_g: Grams
    waiting_g: Grams
    sent_g: Grams  # raw: what left the stock for it
    paid_fen: Fen  # by consumers
    costs_fen: Fen  # of platform, advertising, packing, carriage and processing


class DealersTraded(Event):
    """A week of a dealer apart from its online orders: purchases, sales in bulk, what spoilt."""

    kind = "dealers_traded"
    title = Text("dealer traded", "经销者购销")
    topic = "market"
    amounts = ("bought_g", "paid_fen", "bulk_g", "bulk_fen")
    dealer: DealerIds
    bought_g: Grams  # from growers
    paid_fen: Fen  # to them
    passed_g: Grams  # from traders; of the traders' own, below zero: to others
    passed_fen: Fen  # what those who got it paid, signed alike
    bulk_g: Grams  # sold out of the county in bulk
    bulk_fen: Fen  # got for it, after carriage
    spoilt_g: Grams


class DealersSettled(Event):
    """Four weeks of a dealer: what it packed, sold and bought, and the hours of work it paid for."""

    kind = "dealers_settled"
    title = Text("dealer settled", "经销者结算")
    topic = "market"
    amounts = ("packed_g", "sold_fen", "bought_fen", "job_hours")
    dealer: DealerIds
    packed_g: Grams  # sent to consumers, in sold form
    sold_fen: Fen  # paid by them
    bought_fen: Fen  # paid to growers and traders
    poor_lots: Counts  # lots of registered poor households that it bought
    job_hours: Counts  # of grading, packing and posting; its costs hold the wages


class DealerSizesMoved(Event):
    """What draws buyers to a dealer's listing changes, by its owner's doing or luck."""

    kind = "dealer_sizes_moved"
    title = Text("dealer's reach moved", "经销者吸引力变动")
    topic = "market"
    dealer: DealerIds
    size: Millionths  # attraction of its listing, over that of all listings of the product at the opening


class DealersAdjusted(Event):
    """What a dealer expects, offers and can pack from now on, and how it is thought of."""

    kind = "dealers_adjusted"
    title = Text("dealer adjusted", "经销者调整")
    topic = "market"
    decision = True
    dealer: DealerIds
    forecast_g: Grams  # a week's orders that it expects, season apart, in sold form
    wanted_g: Grams  # raw, smoothed: what it wants of growers a week
    offered_g: Grams  # raw, smoothed: what they bring it
    bid: Millionths  # what it offers growers above the traders' price, of that price
    packing_g: Grams  # sold form that it can grade and pack a week
    reputation: Millionths  # of orders filled, smoothed


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
