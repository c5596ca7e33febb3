"""Parcels and vehicles (docs/model.md 4.9)."""

from ecsim.kernel.columns import Codes, Counts, Fen, Flags, Grams
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import CountyIds, OperatorIds, TownshipIds, VillageIds


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
    """An operator hands its deliveries to the county's joint pool."""

    kind = "operator_joined_pool"
    title = Text("operator joined", "企业加入共配")
    topic = "delivery"
    subject = ("operator",)
    decision = True
    operator: OperatorIds
    pool: OperatorIds


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
    """Vans that came home: one row a round."""

    kind = "rounds_driven"
    title = Text("rounds driven", "配送出车")
    topic = "delivery"
    amounts = (
        "parcels_down",
        "driven_m",
    )
    operator: OperatorIds
    township: TownshipIds  # first stop of a round from the hub; the township of a village tour
    village_tour: Flags
    weekday: Codes
    driven_m: Counts
    crew_seconds: Counts
    parcels_down: Counts


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
    """What a county's deliveries of a week cost the operators, by part; the parts add up to the cost."""

    kind = "delivery_costed"
    title = Text("cost of deliveries", "配送成本")
    topic = "delivery"
    amounts = (
        "vehicle_fen",
        "distance_fen",
        "crew_fen",
        "handling_fen",
        "station_fee_fen",
        "upward_fen",
    )
    county: CountyIds
    joint: Flags
    parcels: Counts
    upward_g: Grams
    vehicle_fen: Fen
    distance_fen: Fen
    crew_fen: Fen
    handling_fen: Fen
    station_fee_fen: Fen
    upward_fen: Fen  # of all the parts above, what upward goods bear


class TariffMoved(Event):
    """What a county's operators charge, after their costs moved."""

    kind = "tariff_moved"
    title = Text("tariff moved", "运价变动")
    topic = "delivery"
    county: CountyIds
    down_fen: Fen  # a parcel, above what the opening's price of goods holds
    up_fen: Fen  # a kilogram, from the village to the hub
    cost_fen: Fen  # operators' cost of a parcel down, smoothed
