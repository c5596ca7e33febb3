"""The opening: what there is on the first day, as events, so that indicators and replay need nothing else.

Annual amounts are of the year that the region pack says. Rules by which the values were made stand in docs/model.md
and with the region pack.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import (
    Codes,
    Counts,
    Fen,
    Flags,
    Grams,
    Millionths,
)
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.codes import CropForm
from ecsim.rural.events.ids import (
    AssetIds,
    BuildingIds,
    CooperativeIds,
    CountyIds,
    CropFormCodes,
    CropIds,
    EnterpriseIds,
    EnterpriseKindCodes,
    FounderCodes,
    HouseholdIds,
    JunctionIds,
    NumberedCodes,
    OperatorIds,
    OperatorKindCodes,
    OutletCodes,
    PlotIds,
    PrefectureIds,
    PremisesCodes,
    ProjectKindCodes,
    RoadClassCodes,
    RoadIds,
    StreamCodes,
    TownshipIds,
    UnitKindCodes,
    VillageIds,
)

OPENING = Text("the opening", "期初")
"""Why these have no cause."""


class CountiesBaselined(Event):
    """The counties: people, land and income."""

    kind = "counties_baselined"
    title = Text("county at the opening", "期初的县")
    topic = "opening"
    makes = "county"
    within = ("prefecture",)
    no_cause_reason = OPENING
    county: CountyIds
    prefecture: PrefectureIds
    latitude: Millionths  # of a degree, county seat and logistics hub
    longitude: Millionths
    area_hectares: Counts
    residents: Counts  # rural residents
    households: Counts  # rural resident households
    poor_households: Counts  # of them on the poverty register
    register_persons: Counts  # everyone ever registered, residents or not
    villages: Counts  # villagers' committees
    poor_villages: Counts
    income_fen: Fen  # rural income a head and year
    merchants: Counts  # online merchants of all kinds
    exit_year: Counts  # assessment year of leaving the list of poor counties


class InternetBaselined(Event):
    """The share of a county's households with internet from a day on; linear between days."""

    kind = "internet_baselined"
    title = Text("internet use at the opening", "期初上网率")
    topic = "opening"
    no_cause_reason = OPENING
    county: CountyIds
    at_day: Counts
    share: Millionths


class RetailBaselined(Event):
    """Online retail sales of a county's sellers in the year of the opening, by stream."""

    kind = "retail_baselined"
    title = Text("online retail at the opening", "期初网络零售")
    topic = "opening"
    amounts = ("yearly_fen",)
    no_cause_reason = OPENING
    county: CountyIds
    stream: StreamCodes
    yearly_fen: Fen


def _with_seats(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the columns of version 1 as version 2 has them: no road led to the seat of a county."""
    return columns | {"seat": columns["road_m"] == 0}


class TownshipsBaselined(Event):
    """The townships and the fastest way to their county's seat, where its hub is; roads open and dry.

    Since version 2 it says which township the seat is.
    """

    kind = "townships_baselined"
    title = Text("township at the opening", "期初的乡镇")
    topic = "opening"
    makes = "township"
    within = ("county",)
    no_cause_reason = OPENING
    version = 2
    upcasts = MappingProxyType({1: _with_seats})
    township: TownshipIds
    county: CountyIds
    latitude: Millionths
    longitude: Millionths
    road_m: Counts
    road_seconds: Counts
    slope_class: Codes  # 0 gentle to 2 steep
    outlet: Flags  # an express outlet hands out parcels
    seat: Flags  # of its county; the hub is there


class VillagesBaselined(Event):
    """The village-level units and the fastest way to their township's seat, roads open and dry."""

    kind = "villages_baselined"
    title = Text("village at the opening", "期初的村")
    topic = "opening"
    makes = "village"
    within = ("township",)
    no_cause_reason = OPENING
    village: VillageIds
    township: TownshipIds
    unit_kind: UnitKindCodes
    latitude: Millionths
    longitude: Millionths
    area_hectares: Counts
    road_m: Counts
    road_seconds: Counts
    slope_class: Codes
    poor: Flags
    broadband: Flags
    outlet: OutletCodes
    parcel_point: Flags  # the post hands out parcels here before the programme


class JunctionsBaselined(Event):
    """Places outside the counties of a run that their roads go through, seats of prefectures say."""

    kind = "junctions_baselined"
    title = Text("place on the roads at the opening", "期初的途经地点")
    topic = "opening"
    makes = "junction"
    within = ("prefecture",)
    no_cause_reason = OPENING
    junction: JunctionIds
    prefecture: PrefectureIds
    number: Counts  # random draws of its roads hang on it
    latitude: Millionths
    longitude: Millionths


class RoadsBaselined(Event):
    """The links of the road networks, one network a prefecture; they go both ways, and are synthetic.

    Ends are places of the networks: townships, then villages, then junctions, as rows of these tables one after the
    other.
    """

    kind = "roads_baselined"
    title = Text("road at the opening", "期初的道路")
    topic = "opening"
    makes = "road"
    within = ("prefecture",)
    no_cause_reason = OPENING
    road: RoadIds
    prefecture: PrefectureIds
    start: Counts
    end: Counts
    road_class: RoadClassCodes
    slope: Millionths  # mean of the slope classes at its ends, 0 gentle to 2 steep
    metres: Counts
    seconds: Counts  # when dry


def _with_forms(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the columns of version 1 as version 2 has them: what keeps up to 45 days was fresh, the rest dried."""
    none = np.zeros(len(columns["crop"]), np.int64)
    processing = np.rint(columns["processing_fen"] * (columns["conversion"] / 1e6)).astype(np.int64)
    form = np.where(columns["shelf_days"] <= 45, int(CropForm.FRESH), int(CropForm.DRIED)).astype(np.uint8)
    return columns | {"form": form, "base_g": none, "feed_fen": none, "processing_fen": processing}


class CropsBaselined(Event):
    """One product of one county: prices, form, keeping, output and online demand.

    Since version 2 it says in what form the product stands at the farm gate, of which form the shelf life is, what
    firms' own bases grow and what feed costs; processing is of a kilogram raw, before it was of a kilogram sold.
    """

    kind = "crops_baselined"
    title = Text("product at the opening", "期初的农产品")
    topic = "opening"
    makes = "crop"
    within = ("county",)
    no_cause_reason = OPENING
    version = 2
    upcasts = MappingProxyType({1: _with_forms})
    crop: CropIds
    county: CountyIds
    product: Codes
    form: CropFormCodes  # at the farm gate
    farm_price_fen: Fen  # a kilogram raw, at the farm gate
    online_price_fen: Fen  # a kilogram sold, consumer price; 0: not sold online
    conversion: Millionths  # kilograms sold for each kilogram raw; one where it is not sold online
    shelf_days: Counts  # at the farm gate, in its form there
    cold: Flags  # keeps longer in a cold store
    processing_fen: Fen  # a kilogram raw, to bring it into the form sold online
    feed_fen: Fen  # a live kilogram and week
    net_margin: Millionths  # share of farm-gate sales left after production costs
    output_g: Grams  # households' yearly output, raw
    base_g: Grams  # yearly output of firms' own bases, raw
    demand_g: Grams  # yearly online demand reaching the county's sellers at the opening, in sold form


class CropSeasonsBaselined(Event):
    """Share of the yearly output that comes in during a week of the year."""

    kind = "crop_seasons_baselined"
    title = Text("harvest season at the opening", "期初的收获季")
    topic = "opening"
    no_cause_reason = OPENING
    crop: CropIds
    week_of_year: Codes  # 0 to 51
    share: Millionths


class DemandSeasonsBaselined(Event):
    """Share of a year's online demand that comes in during a week of the year."""

    kind = "demand_seasons_baselined"
    title = Text("season of demand at the opening", "期初的需求季")
    topic = "opening"
    no_cause_reason = OPENING
    crop: CropIds
    week_of_year: Codes  # 0 to 51
    share: Millionths


def _with_members(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 nobody was told to be a member of a cooperative but by his own row."""
    return {**columns, "member_share": np.zeros(len(columns["cooperative"]), np.int64)}


class CooperativesBaselined(Event):
    """Farmers' cooperatives; since version 2 with their members' share of their product's growers."""

    kind = "cooperatives_baselined"
    title = Text("cooperative at the opening", "期初的合作社")
    topic = "opening"
    makes = "cooperative"
    within = ("township",)
    no_cause_reason = OPENING
    version = 2
    upcasts = MappingProxyType({1: _with_members})
    cooperative: CooperativeIds
    township: TownshipIds
    crop: CropIds
    member_share: Millionths  # of what growers of its product in its township bring in, its members'
    capacity_g: Grams  # raw goods it can handle a week
    cash_fen: Fen


class HouseholdsBaselined(Event):
    """Resident rural households; at a sample below 1 each stands for ``weight`` of them."""

    kind = "households_baselined"
    title = Text("household at the opening", "期初的农户")
    topic = "opening"
    makes = "household"
    within = ("village",)
    no_cause_reason = OPENING
    household: HouseholdIds
    village: VillageIds
    weight: Counts
    poor: Flags
    persons: Codes
    workers: Codes
    age_class: Codes  # of the head: 0 under 35, 1 under 50, 2 under 65, 3 older
    woman: Flags  # headed by a woman
    returnee: Flags
    schooling_years: Codes
    way_m: Counts  # from the house to the village committee, by path
    internet_rank: Millionths  # has internet once the county's share exceeds it
    wages_fen: Fen  # a year
    business_fen: Fen  # a year, other farm and family business, net, sold locally
    transfers_fen: Fen  # a year
    property_fen: Fen  # a year
    buyer: Flags
    seller: Flags
    cooperative: CooperativeIds


def _without_stock(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 nothing was in stock at the opening."""
    return {**columns, "stock_g": np.zeros(len(columns["plot"]), np.int64)}


class PlotsBaselined(Event):
    """One crop of one household; since version 2 with what is left of the last harvest."""

    kind = "plots_baselined"
    title = Text("plot at the opening", "期初的地块")
    topic = "opening"
    makes = "plot"
    within = ("household",)
    no_cause_reason = OPENING
    version = 2
    upcasts = MappingProxyType({1: _without_stock})
    plot: PlotIds
    household: HouseholdIds
    crop: CropIds
    output_g: Grams  # a year, raw
    stock_g: Grams  # raw


class ShopsBaselined(Event):
    """Households' own online shops."""

    kind = "shops_baselined"
    title = Text("online shop at the opening", "期初的农户网店")
    topic = "opening"
    amounts = ("shops",)
    no_cause_reason = OPENING
    household: HouseholdIds
    plot: PlotIds  # what it sells is grown there
    shops: Counts  # of the households that the row stands for


class ShopGainsBaselined(Event):
    """What an own shop of a crop is known to bring a week above the traders' price."""

    kind = "shop_gains_baselined"
    title = Text("gain of shops at the opening", "期初的网店收益")
    topic = "opening"
    no_cause_reason = OPENING
    crop: CropIds
    gain_fen: Fen


def _of_somebody(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 founders were groups of persons, of no household."""
    return {**columns, "founder_household": np.full(len(columns["enterprise"]), -1)}


def _without_account(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 3 merchants of other goods had no account."""
    return {**columns, **{name: np.zeros(len(columns["enterprise"]), np.int64) for name in ("cash_fen", "owed_fen")}}


class EnterprisesBaselined(Event):
    """Enterprises large enough to follow one by one.

    Since version 2 with the household that founded each, since version 3 with accounts of merchants of other goods.
    """

    kind = "enterprises_baselined"
    title = Text("enterprise at the opening", "期初的企业")
    topic = "opening"
    version = 3
    upcasts = MappingProxyType({1: _of_somebody, 2: _without_account})
    amounts = ("yearly_fen",)
    makes = "enterprise"
    within = ("county",)
    no_cause_reason = OPENING
    enterprise: EnterpriseIds
    county: CountyIds
    enterprise_kind: EnterpriseKindCodes
    yearly_fen: Fen  # online sales in the year of the opening
    founder: FounderCodes  # groups that the founder belongs to; none where nobody follows him
    founder_household: HouseholdIds  # or -1: townspeople and others whom nobody follows
    cash_fen: Fen  # of a merchant of other goods; who sells farm products has a dealer's
    owed_fen: Fen  # by platforms, likewise


class OperatorsBaselined(Event):
    """Logistics operators and their share of a county's parcels."""

    kind = "operators_baselined"
    title = Text("operator at the opening", "期初的物流企业")
    topic = "opening"
    makes = "operator"
    within = ("county",)
    no_cause_reason = OPENING
    operator: OperatorIds
    county: CountyIds
    operator_kind: OperatorKindCodes
    share: Millionths
    vans: Codes


class AssetsBaselined(Event):
    """What earlier programmes built: demonstrations of 2015-2017, provincial pilots, the border action."""

    kind = "assets_baselined"
    title = Text("earlier asset at the opening", "期初已有资产")
    topic = "opening"
    makes = "asset"
    within = ("county",)
    no_cause_reason = OPENING
    asset: AssetIds
    project_kind: ProjectKindCodes
    county: CountyIds  # -1 for one of a whole prefecture
    prefecture: PrefectureIds
    units: Counts


class BuildingsBaselined(Event):
    """Buildings of others that stand idle: closed schools, offices, warehouses of supply co-ops."""

    kind = "buildings_baselined"
    title = Text("idle building at the opening", "期初闲置房屋")
    topic = "opening"
    makes = "building"
    within = ("county",)
    no_cause_reason = OPENING
    building: BuildingIds
    county: CountyIds
    premises: PremisesCodes
    private: Flags  # its owner asks for rent


class PlacesNumbered(Event):
    """The numbers that random draws know places, people and firms by, where these are not their row numbers.

    They are those of the whole region and all its households: a county has the same luck whichever counties are run
    with it, and a household whichever others stand beside it in the sample.
    """

    kind = "places_numbered"
    title = Text("number in the whole region", "在整个地区中的编号")
    topic = "opening"
    no_cause_reason = OPENING
    what: NumberedCodes
    row: Counts
    number: Counts
