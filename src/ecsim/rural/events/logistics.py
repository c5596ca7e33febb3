"""Parcels, farm goods and vehicles (docs/model.md 4.9)."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Codes, Counts, Fen, Flags, Grams, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import CountyIds, DeliveryFateCodes, OperatorIds, TownshipIds, VillageIds

Columns: TypeAlias = dict[str, NDArray[Any]]


def _without(*amounts: str, of: str) -> Callable[[Columns], Columns]:
    """Return an upcast from before goods rode in vans: there were none of some amounts, nor an operator told."""

    def upcast(columns: Columns) -> Columns:
        return columns | {name: np.full(len(columns[of]), -1 if name == "operator" else 0) for name in amounts}

    return upcast


class PoolFormed(Event):
    """Operators of a county deliver jointly from now on."""

    kind = "pool_formed"
    title = Text("joint delivery formed", "组建共同配送")
    topic = "delivery"
    makes = "pool"
    within = ("county",)
    subject = ("county",)
    decision = True
    county: CountyIds
    pool: OperatorIds


class OperatorJoinedPool(Event):
    """An operator hands its deliveries to the county's joint pool; since version 2 with what it reckoned."""

    kind = "operator_joined_pool"
    title = Text("operator joined", "企业加入共配")
    topic = "delivery"
    version = 2
    upcasts = MappingProxyType({1: _without("alone_fen", "pays_fen", of="operator")})
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    pool: OperatorIds
    alone_fen: Fen  # a week: its rounds alone, and the delay that they leave
    pays_fen: Fen  # its part of the same for all who join


class OperatorLeftPool(Event):
    """An operator delivers by itself again: the county's joint pool no longer saves it enough."""

    kind = "operator_left_pool"
    title = Text("operator left the pool", "企业退出共配")
    topic = "delivery"
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    pool: OperatorIds
    alone_fen: Fen  # a week: its rounds alone, and the delay that they leave
    pays_fen: Fen  # its part of the same, had it stayed


class OperatorLeft(Event):
    """An operator gives up a county; who goes on there takes over its share and what waits for it."""

    kind = "operator_left"
    title = Text("operator left the county", "企业退出县域")
    topic = "delivery"
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    heir: OperatorIds
    margin_fen: Fen  # a parcel, smoothed
    lean_weeks: Counts  # for which it has been below nothing


class OperatorEntered(Event):
    """An operator comes to a county, since what it would earn there covers its cost and more."""

    kind = "operator_entered"
    title = Text("operator entered the county", "企业进入县域")
    topic = "delivery"
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    county: CountyIds
    attraction: Millionths  # its share where all charge and serve alike, over that of all others together
    earns_fen: Fen  # a week, at the share that it expects
    costs_fen: Fen  # the same week
    hub_fen: Fen  # of that, its rounds from the hub
    hub_mparcels: Counts  # thousandths of the parcels that they bring
    usual_wait_minutes: Counts  # of the others: what its own is held against


class OperatorSharesMoved(Event):
    """New shares of a county's parcels, after charges and service moved apart or operators came or went."""

    kind = "operator_shares_moved"
    title = Text("shares of parcels moved", "业务份额变动")
    topic = "delivery"
    operator: OperatorIds
    share: Millionths  # of the county's parcels; a pool's is that of its members


class OperatorFleetMoved(Event):
    """An operator takes on a van, since parcels stay at home for want of one, or gives one up that stands."""

    kind = "operator_fleet_moved"
    title = Text("fleet moved", "车辆增减")
    topic = "delivery"
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    vans: Codes
    added: Counts  # of them, beyond those of the opening: they cost something when they stand, too


class TourTenderAwarded(Event):
    """Who carries on to a county's villages from now on: of all that drive there, who asked least."""

    kind = "tour_tender_awarded"
    title = Text("village delivery awarded", "村级配送中标")
    topic = "delivery"
    subject = ("county",)
    decision = True
    county: CountyIds
    operator: OperatorIds
    price_fen: Fen  # a parcel
    bids: Counts


class TradeCarrierSet(Event):
    """Goods of a county's shops ride with an operator from now on, since that costs trade no more, or no longer do."""

    kind = "trade_carrier_set"
    title = Text("trade goods merged or apart", "商贸配送合并变更")
    topic = "delivery"
    subject = ("county",)
    decision = True
    county: CountyIds
    operator: OperatorIds  # that takes them along, or took them so far
    merged: Flags  # from now on; else trade's own vans bring them
    alone_fen: Fen  # a week: vans of its own, and the delay that they leave
    pays_fen: Fen  # its part of the same of merged rounds


class TradeCarried(Event):
    """Shops' goods of a week that were to ride on an operator's rounds from the hub, and what trade pays for them."""

    kind = "trade_carried"
    title = Text("trade goods carried", "商贸货物配送")
    topic = "delivery"
    amounts = ("asked_rooms", "carried_rooms", "vehicle_fen", "distance_fen", "crew_fen")
    operator: OperatorIds
    asked_rooms: Counts  # of parcels
    carried_rooms: Counts  # the others went with vans of trade's own
    vehicle_fen: Fen  # trade's part of what the rounds cost, by the room of its goods; none of it is in delivery_costed
    distance_fen: Fen
    crew_fen: Fen


class VillageCarrierSet(Event):
    """A co-op or a bus line goes on to a village from now on, since that costs less, or no longer does."""

    kind = "village_carrier_set"
    title = Text("village taken on", "村级承运变更")
    topic = "delivery"
    subject = ("village",)
    decision = True
    village: VillageIds
    operator: OperatorIds  # -1: its county's carrier does, if anybody
    ask_fen: Fen  # a week, for all villages that it reaches in the township
    against_fen: Fen  # what others spend on them, or would pay for them, in a week


class TownshipLent(Event):
    """The pool of a neighbour county brings to a township from now on what its own county's pool would, or no more."""

    kind = "township_lent"
    title = Text("township lent or given back", "乡镇邻县代配变更")
    topic = "delivery"
    subject = ("township",)
    decision = True
    township: TownshipIds
    pool: OperatorIds  # of the neighbour county; -1: its own county's pool goes there again
    home_seconds: Counts  # from its own county's hub
    away_seconds: Counts  # from the neighbour's
    home_fen: Fen  # a week: what going there costs its own county's pool, the parcels' delay included
    away_fen: Fen  # what it costs the neighbour's


class LentTownshipServed(Event):
    """What a neighbour county's pool brought to a lent township in a week, and took up from there to its own hub."""

    kind = "lent_township_served"
    title = Text("lent township served", "邻县代配完成量")
    topic = "delivery"
    amounts = ("parcels", "goods_g")
    township: TownshipIds
    operator: OperatorIds
    county: CountyIds  # of the pool, which bears the cost
    parcels: Counts  # handed over, at the township and in its villages
    goods_g: Grams  # brought to the pool's hub


class DeliveryReachSet(Event):
    """How far and how often an operator delivers in a township: days a week to the township and to its villages."""

    kind = "delivery_reach_set"
    title = Text("days of delivery set", "确定配送频次")
    topic = "delivery"
    decision = True
    operator: OperatorIds
    township: TownshipIds
    township_days: Codes  # a week
    village_days: Codes  # a week; 0: parcels wait at the township


class RoundsDriven(Event):
    """Vans that came home: one row a round; since version 2 with the goods that they took up, 3 with overtime."""

    kind = "rounds_driven"
    title = Text("rounds driven", "配送出车")
    topic = "delivery"
    version = 3
    upcasts = MappingProxyType(
        {
            1: _without("goods_g", of="operator"),
            2: _without("overtime_seconds", of="operator"),
        }
    )
    amounts = (
        "parcels_down",
        "goods_g",
        "driven_m",
    )
    operator: OperatorIds
    township: TownshipIds  # first stop of a round from the hub; the township of a village tour
    village_tour: Flags
    weekday: Codes
    driven_m: Counts
    crew_seconds: Counts
    overtime_seconds: Counts  # of them, after the crew's shift
    parcels_down: Counts
    goods_g: Grams  # taken home: to the hub, or to the township by a village tour


class GoodsSent(Event):
    """Farm goods of a week that households of a village send to buyers online."""

    kind = "goods_sent"
    title = Text("farm goods sent", "农产品寄出")
    topic = "delivery"
    amounts = (
        "goods_g",
        "trip_fen",
    )
    village: VillageIds
    collected: Flags  # in the village, by a tour; else people take them to where parcels are fetched
    to_hub: Flags  # people take them to the county's hub, since the township has no outlet
    goods_g: Grams
    trip_fen: Fen  # what taking them there costs households, their time included


class GoodsWaiting(Event):
    """Farm goods that wait for a van at the end of a week: in a village, or in a township for an operator."""

    kind = "goods_waiting"
    title = Text("farm goods waiting", "农产品待运")
    topic = "delivery"
    amounts = ("goods_g",)
    operator: OperatorIds
    township: TownshipIds
    village: VillageIds  # or -1: in the township
    goods_g: Grams


class ParcelsDelivered(Event):
    """A week of parcels that reached where households fetch them."""

    kind = "parcels_delivered"
    title = Text("parcels delivered", "包裹送达")
    topic = "delivery"
    amounts = (
        "parcels",
        "late",
    )
    village: VillageIds
    to_station: Flags  # else to the township outlet or hub
    parcels: Counts
    late: Counts  # of them, later than promised
    delay_hours: Counts  # summed over the parcels, from arrival at the hub


class DeliveriesCounted(Event):
    """Parcels of a county in a week by what became of them: after how many days they came, and what held others up.

    What was due is counted on each day anew on which a van was to bring it, to townships and from there to villages;
    what was cut off, found no room or nobody there is of that.
    """

    kind = "deliveries_counted"
    title = Text("deliveries counted", "配送情况统计")
    topic = "delivery"
    amounts = ("parcels",)
    county: CountyIds
    fate: DeliveryFateCodes
    days: Codes  # whole days since those handed over came to the hub, 30: a month or more; of others 0
    parcels: Counts


class ParcelsWaiting(Event):
    """What an operator could not bring to a township, or on to a village, by the end of a week."""

    kind = "parcels_waiting"
    title = Text("parcels waiting", "包裹滞留")
    topic = "delivery"
    amounts = ("parcels",)
    operator: OperatorIds
    township: TownshipIds
    village: VillageIds  # or -1: for the township's own outlet
    parcels: Counts
    waited_days: Counts  # summed over the parcels


class DeliveryCosted(Event):
    """What deliveries of a week cost an operator of a county, by part and direction; the parts add up to the cost.

    Before version 2 a row was of a county, without an operator, and did not say of which parts goods bear what.
    """

    kind = "delivery_costed"
    title = Text("cost of deliveries", "配送成本")
    topic = "delivery"
    version = 2
    upcasts = MappingProxyType(
        {1: _without("operator", "up_vehicle_fen", "up_distance_fen", "up_crew_fen", "up_handling_fen", of="county")}
    )
    amounts = (
        "vehicle_fen",
        "distance_fen",
        "crew_fen",
        "handling_fen",
        "station_fee_fen",
        "upward_fen",
    )
    operator: OperatorIds
    county: CountyIds
    joint: Flags
    parcels: Counts
    upward_g: Grams  # farm goods that its vans brought to the hub
    vehicle_fen: Fen
    distance_fen: Fen
    crew_fen: Fen
    handling_fen: Fen
    station_fee_fen: Fen
    upward_fen: Fen  # of all the parts above, what upward goods bear; its own parts follow
    up_vehicle_fen: Fen
    up_distance_fen: Fen
    up_crew_fen: Fen
    up_handling_fen: Fen


class OperatorsSettled(Event):
    """A week's account of an operator that drives: its cost of a parcel, what it charges, how long parcels wait.

    Rounds to villages and handling cost all operators of a county alike; what is their own is rounds from the hub.
    """

    kind = "operators_settled"
    title = Text("operator's account", "物流企业核算")
    topic = "delivery"
    operator: OperatorIds
    hub_fen: Fen  # a week, smoothed: what parcels bear of its rounds from the hub
    hub_mparcels: Counts  # thousandths of the parcels that these bring in a week, smoothed
    cost_fen: Fen  # its cost of a parcel down: the county's, and by how much its own rounds are dearer
    apart_fen: Fen  # by how much they were dearer at the opening
    charge_fen: Fen  # a parcel, above what the opening's price of goods holds
    margin_fen: Fen  # a parcel
    lean_weeks: Counts  # for which the margin has been below nothing
    wait_minutes: Counts  # of a parcel until its van goes, by the days that it comes, in the mean
    usual_wait_minutes: Counts  # the same at the opening
    left_mparcels: Counts  # thousandths of parcels left a week for want of a van, each day anew, smoothed
    short_weeks: Counts  # for which some have stayed
    idle_weeks: Counts  # for which a van has stood all week


class TariffMoved(Event):
    """What a county's operators charge, after their costs moved: the mean of their charges, by shares of parcels."""

    kind = "tariff_moved"
    title = Text("tariff moved", "运价变动")
    topic = "delivery"
    county: CountyIds
    down_fen: Fen  # a parcel, above what the opening's price of goods holds
    up_fen: Fen  # a kilogram, from the village to the hub
    cost_fen: Fen  # operators' cost of a parcel down, smoothed
