"""Harvest, sales, prices, cooperatives, enterprises and background income (MODEL 4.4 to 4.7)."""

from ecsim.kernel.columns import Counts, Fen, Flags, Grams, Millionths
from ecsim.kernel.event import Event
from ecsim.rural.events.ids import (
    BrandIds,
    ChannelCodes,
    CooperativeIds,
    CountyIds,
    CropIds,
    EnterpriseIds,
    EnterpriseKindCodes,
    FounderCodes,
    HouseholdIds,
    PlotIds,
    RecognisedCodes,
    SourceCodes,
    StreamCodes,
)


class CropHarvested(Event):
    """This week's share of the yearly output comes in on every plot of a crop."""

    kind = "crop_harvested"
    crop: CropIds
    share: Millionths  # of the plot's yearly output, weather included


class StockSpoiled(Event):
    """A share of the stock of every plot of a crop is lost in a week."""

    kind = "stock_spoiled"
    crop: CropIds
    share: Millionths


class OrdersArrived(Event):
    """Online orders of a week for a crop, shared out among who sells it; in grams of the sold form."""

    kind = "orders_arrived"
    crop: CropIds
    household_g: Grams
    station_g: Grams
    cooperative_g: Grams
    enterprise_g: Grams
    price_fen: Fen  # a kilogram


class LotSold(Event):
    """A household sells a lot by one channel; grams are raw, the money is what it gets after selling costs."""

    kind = "lot_sold"
    plot: PlotIds
    channel: ChannelCodes
    sold_g: Grams
    received_fen: Fen
    retail_fen: Fen  # what consumers paid, for own shop and station; else 0


class FarmPriceMoved(Event):
    """The traders' price of a crop changes."""

    kind = "farm_price_moved"
    crop: CropIds
    price_fen: Fen  # a kilogram raw, mean over distance


class CooperativesTraded(Event):
    """A week of the cooperatives that bought or sold."""

    kind = "cooperatives_traded"
    cooperative: CooperativeIds
    bought_g: Grams
    paid_members_fen: Fen
    online_g: Grams  # raw equivalent sold online
    online_fen: Fen  # consumers' payments
    bulk_fen: Fen  # wholesale and processors
    costs_fen: Fen  # packing, carriage, platform, wages


class CooperativeFailed(Event):
    """A cooperative with no cash left stops trading."""

    kind = "cooperative_failed"
    subject = ("cooperative",)
    cooperative: CooperativeIds


class EnterprisesTraded(Event):
    """Four weeks of the enterprises followed one by one."""

    kind = "enterprises_traded"
    enterprise: EnterpriseIds
    farm_fen: Fen  # online sales of the county's farm products
    other_fen: Fen  # online sales of other goods
    bought_fen: Fen  # paid for farm products
    poor_households: Counts  # registered poor households supplied from or employed
    job_hours: Counts


class EnterpriseFounded(Event):
    """An enterprise begins to sell online."""

    kind = "enterprise_founded"
    subject = ("lot",)
    enterprise: EnterpriseIds
    county: CountyIds
    enterprise_kind: EnterpriseKindCodes
    founder: FounderCodes
    lot: Counts  # what its luck hangs on: county, week and turn, so alike in every arm
    yearly_fen: Fen  # at the rate it starts with


class EnterpriseClosed(Event):
    """An enterprise stops."""

    kind = "enterprise_closed"
    subject = ("enterprise",)
    enterprise: EnterpriseIds


class RetailSold(Event):
    """A week of a county's online retail that no other event holds: small merchants and local services."""

    kind = "retail_sold"
    county: CountyIds
    stream: StreamCodes
    sold_fen: Fen


class JobsFilled(Event):
    """Jobs that online selling made or ended in a county, by group of the person; hours are of a year."""

    kind = "jobs_filled"
    county: CountyIds
    group: FounderCodes
    jobs: Counts  # more (or, below zero, fewer) than before


class WagesPaid(Event):
    """Wages for packing, delivery and shop work paid to a household."""

    kind = "wages_paid"
    household: HouseholdIds
    paid_fen: Fen
    hours: Counts


class BackgroundIncomeMoved(Event):
    """Income from outside the model changes for a group, as a factor on each household's amount at the opening."""

    kind = "background_income_moved"
    root = "the economy outside the model"
    county: CountyIds
    poor: Flags
    source: SourceCodes
    factor: Millionths


class MarketingDone(Event):
    """How visible a county's goods are to buyers after a promotion."""

    kind = "marketing_done"
    county: CountyIds
    visibility: Millionths  # of the opening's


class VisibilityFaded(Event):
    """What marketing added to the visibility of a county's goods wears off."""

    kind = "visibility_faded"
    county: CountyIds
    visibility: Millionths  # of the opening's


class ShopGainsMoved(Event):
    """What sellers of a crop see an own shop bring a week above their habit channel, smoothed."""

    kind = "shop_gains_moved"
    crop: CropIds
    gain_fen: Fen


class BrandBuilt(Event):
    """Money builds a brand's stock."""

    kind = "brand_built"
    brand: BrandIds
    spent_fen: Fen


class BrandsMoved(Event):
    """A brand's stock after fading and complaints, and the premium it earns in every county that may carry it."""

    kind = "brands_moved"
    brand: BrandIds
    stock_fen: Fen
    premium: Millionths  # of the price


class BrandRegistered(Event):
    """A regional public brand is registered: project finished, a standard, enough users."""

    kind = "brand_registered"
    brand: BrandIds
    users: Counts


class ExampleRecognised(Event):
    """A county recognises a demonstration enterprise or a registered poor demonstration household."""

    kind = "example_recognised"
    subject = ("enterprise", "household")
    decision = True
    county: CountyIds
    example: RecognisedCodes
    enterprise: EnterpriseIds
    household: HouseholdIds
    weight: Counts  # households it stands for; 1 for an enterprise
    yearly_fen: Fen
