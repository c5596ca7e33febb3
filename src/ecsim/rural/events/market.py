"""Harvest, sales, prices, cooperatives, enterprises and background income (docs/model.md 4.4 to 4.7, 4.13)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Counts, Fen, Flags, Grams, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    BrandIds,
    ChannelCodes,
    CooperativeIds,
    CountyIds,
    CropIds,
    DealerIds,
    EnterpriseIds,
    EnterpriseKindCodes,
    ExampleKindCodes,
    FounderCodes,
    HouseholdIds,
    PlotIds,
    SourceCodes,
    StreamCodes,
    TownshipIds,
    WorkCodes,
)


def _of_all_sellers(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 orders were told by kind of seller."""
    sellers = ("household_g", "station_g", "cooperative_g", "enterprise_g")
    return {
        "crop": columns["crop"], "ordered_g": np.sum([columns[seller] for seller in sellers], axis=0),
        "price_fen": columns["price_fen"],
    }  # fmt: skip


def _by_all_of_the_row(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 3 nothing said how many of the households that a row stands for sold a lot."""
    return {**columns, "sellers": np.zeros(len(columns["plot"]), np.int32)}


def _without_dealer(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 nobody was told to have bought a lot."""
    return {**columns, "dealer": np.full(len(columns["plot"]), -1)}


class CropHarvested(Event):
    """This week's share of the yearly output comes in on every plot of a crop."""

    kind = "crop_harvested"
    title = Text("harvest", "收获")
    topic = "market"
    crop: CropIds
    share: Millionths  # of the plot's yearly output, weather included


def _not_weighed(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 nobody weighed what was lost."""
    return {**columns, "lost_g": np.zeros(len(columns["crop"]), np.int64)}


class StockSpoiled(Event):
    """A share of the stock of every plot of a crop is lost in a week; since version 2 with what that comes to."""

    kind = "stock_spoiled"
    title = Text("stock spoiled", "存货损耗")
    topic = "market"
    amounts = ("lost_g",)
    version = 2
    upcasts = MappingProxyType({1: _not_weighed})
    crop: CropIds
    share: Millionths
    lost_g: Grams  # of all households that the plots stand for


class OrdersArrived(Event):
    """Online orders of a week for a product, in grams of the sold form.

    Version 1 told them by who sells; since then `OrdersFilled` does.
    """

    kind = "orders_arrived"
    title = Text("online orders", "网上订单")
    topic = "market"
    amounts = ("ordered_g",)
    version = 2
    upcasts = MappingProxyType({1: _of_all_sellers})
    crop: CropIds
    ordered_g: Grams
    price_fen: Fen  # a kilogram


class LotSold(Event):
    """A household sells a lot by one channel; grams are raw, the money is what it gets after selling costs."""

    kind = "lot_sold"
    title = Text("lot sold", "农户售出")
    topic = "market"
    amounts = (
        "sold_g",
        "received_fen",
        "retail_fen",
    )
    version = 3
    upcasts = MappingProxyType({1: _without_dealer, 2: _by_all_of_the_row})
    plot: PlotIds
    channel: ChannelCodes
    sold_g: Grams
    received_fen: Fen
    retail_fen: Fen  # what consumers paid, for own shop and station; else 0
    dealer: DealerIds  # who bought it, or sold it for the household; -1 in journals of version 1
    sellers: (
        Counts  # households that sell it, of those that the row stands for; 0: all, in journals of versions 1 and 2
    )


class FarmPriceMoved(Event):
    """The traders' price of a crop changes."""

    kind = "farm_price_moved"
    title = Text("farm price moved", "收购价变动")
    topic = "market"
    crop: CropIds
    price_fen: Fen  # a kilogram raw, mean over distance


class CooperativeFounded(Event):
    """Growers of a product in a township found a cooperative."""

    kind = "cooperative_founded"
    title = Text("cooperative founded", "合作社成立")
    topic = "market"
    makes = "cooperative"
    within = ("township",)
    cooperative: CooperativeIds
    township: TownshipIds
    crop: CropIds
    founder: FounderCodes  # groups that the founder belongs to
    founder_household: HouseholdIds
    member_share: Millionths  # of what growers of its product in its township bring in, its members'
    capacity_g: Grams  # raw goods it can handle a week


class MembersJoined(Event):
    """Growers join a cooperative."""

    kind = "members_joined"
    title = Text("members joined", "社员加入")
    topic = "households"
    household: HouseholdIds
    cooperative: CooperativeIds


class MembershipMoved(Event):
    """Growers of a township have weighed what members of its cooperative got: more or less of the goods is theirs."""

    kind = "membership_moved"
    title = Text("membership moved", "社员范围变动")
    topic = "market"
    subject = ("cooperative",)
    cooperative: CooperativeIds
    member_share: Millionths  # of what growers of its product in its township bring in, its members', from now on
    member_fen: Fen  # that members got for a kilogram, bid and refund, with what they sold elsewhere
    other_fen: Fen  # that other growers got


class MembersLeft(Event):
    """Growers leave a cooperative."""

    kind = "members_left"
    title = Text("members left", "社员退出")
    topic = "households"
    household: HouseholdIds
    cooperative: CooperativeIds


class CooperativeFailed(Event):
    """A cooperative with no cash left stops trading."""

    kind = "cooperative_failed"
    title = Text("cooperative failed", "合作社停业")
    topic = "market"
    subject = ("cooperative",)
    cooperative: CooperativeIds


def _at_present_rate(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 the yearly rate was thirteen times what four weeks brought."""
    return {**columns, "yearly_fen": 13 * (columns["farm_fen"] + columns["other_fen"])}


def _no_wages(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 4 nobody paid those who work for merchants of other goods."""
    return {**columns, "wages_fen": np.zeros(len(columns["enterprise"]), np.int64)}


class EnterprisesTraded(Event):
    """Four weeks of the enterprises followed one by one; since version 2 with the yearly sales they have come to.

    Since version 3 poor households are those of a year, each once, as expected by what it bought and whom it employs;
    before, they were lots of the month and a share of its jobs. Since version 4 with wages of who sells other goods.
    """

    kind = "enterprises_traded"
    title = Text("enterprise traded", "企业销售")
    topic = "market"
    amounts = (
        "farm_fen",
        "other_fen",
    )
    version = 4
    upcasts = MappingProxyType({1: _at_present_rate, 2: lambda columns: columns, 3: _no_wages})
    enterprise: EnterpriseIds
    farm_fen: Fen  # online sales of the county's farm products
    other_fen: Fen  # online sales of other goods
    bought_fen: Fen  # paid for farm products
    poor_households: Counts  # registered poor households supplied from or employed in a year
    job_hours: Counts
    yearly_fen: Fen  # online sales of the last year, the latest weeks weighing most
    wages_fen: Fen  # paid out of its sales of other goods; who packs farm products is paid by its dealer


def _by_somebody(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 founders were groups of persons, of no household."""
    return {**columns, "founder_household": np.full(len(columns["enterprise"]), -1)}


def _no_cash(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 3 merchants had no account."""
    return {**columns, "cash_fen": np.zeros(len(columns["enterprise"]), np.int64)}


class EnterpriseFounded(Event):
    """An enterprise begins to sell online.

    Since version 2 a household of its county may have founded it, since version 3 a merchant begins with some cash.
    """

    kind = "enterprise_founded"
    title = Text("enterprise founded", "企业创办")
    topic = "market"
    version = 3
    upcasts = MappingProxyType({1: _by_somebody, 2: _no_cash})
    makes = "enterprise"
    within = ("county",)
    subject = ("lot",)
    enterprise: EnterpriseIds
    county: CountyIds
    enterprise_kind: EnterpriseKindCodes
    founder: FounderCodes  # groups that the founder belongs to; none where nobody follows him
    founder_household: HouseholdIds  # or -1: townspeople and others whom nobody follows
    lot: Counts  # what its luck hangs on: county, week and turn, so alike in every arm
    yearly_fen: Fen  # at the rate it starts with
    cash_fen: Fen  # of a merchant of other goods; who sells farm products has a dealer's


class MerchantsSettled(Event):
    """Four weeks of the money of merchants of other goods beside sales and wages (`EnterprisesTraded`)."""

    kind = "merchants_settled"
    title = Text("merchant settled", "网商结算")
    topic = "market"
    amounts = ("goods_fen", "received_fen", "drawn_fen")
    enterprise: EnterpriseIds
    household: HouseholdIds  # that founded it in the run and has what is drawn; -1: owners whom nobody follows
    goods_fen: Fen  # paid for goods, platforms and carriage
    fees_fen: Fen  # fixed costs
    received_fen: Fen  # of what platforms owed
    drawn_fen: Fen  # by its owner
    lean_months: Counts  # in a row with debts above all it has, this one included


class EnterpriseClosed(Event):
    """An enterprise stops."""

    kind = "enterprise_closed"
    title = Text("enterprise closed", "企业关闭")
    topic = "market"
    subject = ("enterprise",)
    enterprise: EnterpriseIds


class RetailSold(Event):
    """A week of a county's online retail that no other event holds: small merchants and local services."""

    kind = "retail_sold"
    title = Text("retail of small merchants", "小商户零售")
    topic = "market"
    amounts = ("sold_fen",)
    county: CountyIds
    stream: StreamCodes
    sold_fen: Fen


def _of_nobody_known(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 jobs were a county's, and all that were more than before counted."""
    return {**columns, "household": np.full(len(columns["jobs"]), -1), "first_jobs": np.maximum(columns["jobs"], 0)}


def _wages_of_each(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 wages were of each household that a row stands for, all of them of online trade."""
    rows = len(columns["paid_fen"])
    nothing = np.zeros(rows, np.int64)
    return {**columns, "work": nothing, "workers": nothing, "each": np.ones(rows, np.bool_)}


class HoursWorked(Event):
    """Four weeks of hours that a county's employers paid for, by kind of work and place, and what for them.

    Wages are in the costs of whoever pays: dealers, merchants, operators, contractors of works.
    """

    kind = "hours_worked"
    title = Text("hours worked", "用工工时")
    topic = "market"
    amounts = ("hours", "wages_fen")
    county: CountyIds
    township: TownshipIds  # where, or -1: at the county seat
    work: WorkCodes
    hours: Counts
    wages_fen: Fen
    others_hours: Counts  # of the hours, those of townspeople and others whom nobody follows
    others_fen: Fen  # their wages


class JobsFilled(Event):
    """Jobs that a household takes up or gives up; hours are of a year. Works of the programme are no jobs.

    Version 1 told them by county alone, whoever held them.
    """

    kind = "jobs_filled"
    title = Text("jobs filled", "新增就业")
    topic = "market"
    amounts = ("jobs",)
    version = 2
    upcasts = MappingProxyType({1: _of_nobody_known})
    county: CountyIds
    group: FounderCodes  # of the person who works
    jobs: Counts  # more (or, below zero, fewer) than before
    household: HouseholdIds  # whose; -1 in journals of version 1
    first_jobs: Counts  # of them, more than there ever were since the first account


class WagesPaid(Event):
    """Wages of four weeks paid to a household, together with all that it stands for.

    In version 1 amounts were of each of them, and nothing said what for.
    """

    kind = "wages_paid"
    title = Text("wages paid", "发放工资")
    topic = "market"
    amounts = ("paid_fen",)
    version = 2
    upcasts = MappingProxyType({1: _wages_of_each})
    counted_each = "each"
    household: HouseholdIds
    work: WorkCodes
    workers: Counts  # how many of those that the household stands for share it; 0 in journals of version 1
    paid_fen: Fen
    hours: Counts
    each: Flags  # whether amounts are those of each household (version 1), not of all that it stands for


class BackgroundIncomeMoved(Event):
    """Income from outside the model changes for a group, as a factor on each household's amount at the opening."""

    kind = "background_income_moved"
    title = Text("income from elsewhere moved", "其他收入变动")
    topic = "nature"
    no_cause_reason = Text("the economy outside the model", "模型之外的经济")
    county: CountyIds
    poor: Flags
    source: SourceCodes
    factor: Millionths


class HouseholdShocksDrawn(Event):
    """What a year does to a household's income from outside the model, as a factor that holds until the next."""

    kind = "household_shocks_drawn"
    title = Text("year of a household drawn", "农户年景变动")
    topic = "nature"
    no_cause_reason = Text("the luck of the year", "年景好坏")
    household: HouseholdIds
    factor: Millionths


class MarketingDone(Event):
    """How visible a county's goods are to buyers after a promotion."""

    kind = "marketing_done"
    title = Text("marketing done", "开展推广")
    topic = "works"
    county: CountyIds
    visibility: Millionths  # of the opening's


class VisibilityFaded(Event):
    """What marketing added to the visibility of a county's goods wears off."""

    kind = "visibility_faded"
    title = Text("marketing faded", "推广消退")
    topic = "market"
    county: CountyIds
    visibility: Millionths  # of the opening's


class ShopGainsMoved(Event):
    """What sellers of a crop see an own shop bring a week above their habit channel, smoothed."""

    kind = "shop_gains_moved"
    title = Text("gains of shops moved", "网店收益变动")
    topic = "market"
    crop: CropIds
    gain_fen: Fen


class BrandBuilt(Event):
    """Money builds a brand's stock."""

    kind = "brand_built"
    title = Text("brand built", "品牌建设")
    topic = "works"
    amounts = ("spent_fen",)
    brand: BrandIds
    spent_fen: Fen


class BrandsMoved(Event):
    """A brand's stock after fading and complaints, and the premium it earns in every county that may carry it."""

    kind = "brands_moved"
    title = Text("brand moved", "品牌变动")
    topic = "market"
    brand: BrandIds
    stock_fen: Fen
    premium: Millionths  # of the price


class BrandRegistered(Event):
    """A regional public brand is registered: project finished, a standard, enough users."""

    kind = "brand_registered"
    title = Text("brand registered", "品牌注册")
    topic = "works"
    brand: BrandIds
    users: Counts


class EarlierEarnersNoted(Event):
    """Registered poor households that earned what an example must before the programme could foster them."""

    kind = "earlier_earners_noted"
    title = Text("earned enough before", "此前已达标")
    topic = "works"
    household: HouseholdIds
    households: Counts  # of those that the row stands for


class EarlierEnterprisesNoted(Event):
    """Enterprises that met both thresholds of an example before the programme could foster them."""

    kind = "earlier_enterprises_noted"
    title = Text("enterprise met the thresholds before", "企业此前已达标")
    topic = "works"
    enterprise: EnterpriseIds
    may_count: Flags  # whether it can become an example all the same


class ExampleRecognised(Event):
    """A county recognises a demonstration enterprise or a registered poor demonstration household."""

    kind = "example_recognised"
    title = Text("example recognised", "认定示范企业（户）")
    topic = "works"
    amounts = ("weight",)
    subject = ("enterprise", "household")
    decision = True
    county: CountyIds
    example: ExampleKindCodes
    enterprise: EnterpriseIds
    household: HouseholdIds
    weight: Counts  # households that are recognised, of those that the row stands for; 1 for an enterprise
    yearly_fen: Fen
