"""What harvests, sales, prices, cooperatives and enterprises change.

Functions here re-apply recorded events: whole batches or pieces of them give the same state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import (
    BrandBuilt,
    BrandRegistered,
    BrandsMoved,
    Channel,
    CooperativeFailed,
    CooperativeFounded,
    CropHarvested,
    EarlierEarnersNoted,
    EarlierEnterprisesNoted,
    EnterpriseClosed,
    EnterpriseFounded,
    EnterpriseKind,
    EnterprisesTraded,
    ExampleKind,
    ExampleRecognised,
    FarmPriceMoved,
    GoodsComplained,
    GoodsPrecooled,
    HoursWorked,
    JobsFilled,
    KeepingCharged,
    KeepingPaid,
    LotSold,
    MembershipMoved,
    MembersJoined,
    MembersLeft,
    MerchantsSettled,
    OrdersArrived,
    ShopGainsMoved,
    Stamp,
    StockSpoiled,
    WagesPaid,
    Work,
)
from ecsim.rural.state.records import (
    note_employed,
    note_poor_sellers,
    note_sales_of_enterprises,
    note_sales_of_lots,
)
from ecsim.rural.state.running_year import DAYS_A_QUARTER, begin_quarter
from ecsim.rural.state.state import State

if TYPE_CHECKING:
    from ecsim.rural.state import kernels
else:
    kernels = later("ecsim.rural.state.kernels")


@applies(CropHarvested)
def harvest(state: State, event: CropHarvested, stamp: Stamp) -> None:
    """Every plot of a crop gets the share of its yearly output; rows of one crop come one after the other."""
    state.crops.stock_seq[event.crop] = stamp.seqs(event)
    state.crops.precooled[event.crop] = 0
    for share in _by_crop(state, event.crop, event.share):
        kernels.bring_in(state.plots.crop, state.plots.output_g, state.plots.stock_g, share)


@applies(GoodsPrecooled)
def cool_down(state: State, event: GoodsPrecooled, _: Stamp) -> None:
    """What was cooled at once keeps longer on its way."""
    state.crops.precooled[event.crop] = event.share


@applies(StockSpoiled)
def spoil(state: State, event: StockSpoiled, _: Stamp) -> None:
    """Every plot of a crop loses a share of its stock."""
    for share in _by_crop(state, event.crop, event.share):
        kernels.spoil(state.plots.crop, state.plots.stock_g, share)


@applies(KeepingCharged)
def charge_keeping(state: State, event: KeepingCharged, stamp: Stamp) -> None:
    """Every plot of a crop owes its part of the cost by what it has in stock."""
    p = state.plots
    state.crops.keeping_seq[event.crop] = stamp.seqs(event)
    for charged_fen in _by_crop(state, event.crop, event.charged_fen):
        kernels.charge(p.crop, p.household, p.stock_g, state.households.weight, charged_fen, p.keeping_fen)


@applies(KeepingPaid)
def pay_keeping(state: State, event: KeepingPaid, _: Stamp) -> None:
    """What was paid is owed no longer."""
    np.subtract.at(state.plots.keeping_fen, event.plot, event.paid_fen)


def _by_crop(state: State, crop: I32, value: I32 | I64) -> list[I64]:
    """Return values by crop, in as many rounds as a crop has rows, so that each row acts on what the last one left."""
    rounds: list[I64] = []
    rest = np.arange(len(crop))
    while rest.size:
        _, first = np.unique(crop[rest], return_index=True)
        values = np.zeros(len(state.crops), np.int64)
        values[crop[rest[first]]] = value[rest[first]]
        rounds.append(values)
        rest = np.delete(rest, first)
    return rounds


@applies(OrdersArrived)
def take_orders(state: State, event: OrdersArrived, stamp: Stamp) -> None:
    """The week's orders replace last week's."""
    crops = state.crops
    crops.orders_g[event.crop] = event.ordered_g
    crops.orders_price_fen[event.crop] = event.price_fen
    crops.orders_seq[event.crop] = stamp.seqs(event)


@applies(LotSold)
def sell_lot(state: State, event: LotSold, stamp: Stamp) -> None:
    """The lot leaves the stock; what shop and station brought is added up for the household."""
    p, h, v, d = state.plots, state.households, state.villages, state.dealers
    kernels.sell(
        kernels.Lots(event.plot, event.channel, event.sold_g, event.received_fen, event.retail_fen, event.dealer),
        stamp.first,
        stamp.day // DAYS_A_QUARTER,
        kernels.Plots(p.household, p.stock_g, p.channel, p.delivered_to, p.delivered_g),
        kernels.Growers(h.village, h.weight, h.earned_fen, h.earned_seq, h.traded_fen, h.job_fen, h.earned_quarter),
        kernels.Villages(v.sent_g, v.collected_fen),
        kernels.Dealers(d.online_g, d.bulk_g),
    )
    bought = np.flatnonzero((event.channel == Channel.COOPERATIVE) | (event.channel == Channel.FIRM))
    household = p.household[event.plot[bought]]
    of_poor = h.poor[household] & (event.dealer[bought] >= 0)
    np.add.at(state.dealers.poor_lots, event.dealer[bought][of_poor], h.weight[household][of_poor])
    note_sales_of_lots(state, event, stamp.day)
    note_poor_sellers(state, event)


@applies(WagesPaid)
def pay_wages(state: State, event: WagesPaid, stamp: Stamp) -> None:
    """Wages count to what a household earns by the programme's kind of trade; of works, they do not."""
    h = state.households
    trade = np.flatnonzero(event.work != Work.PUBLIC_WORKS)
    household = event.household[trade]
    stands_for = np.where(event.each[trade], 1, h.weight[household])
    np.add.at(h.earned_fen, household, event.paid_fen[trade] // stands_for)
    of_all = event.paid_fen[trade] * np.where(event.each[trade], h.weight[household], 1)
    slot = begin_quarter(h.earned_quarter, household, stamp.day, h.traded_fen, h.job_fen)
    np.add.at(h.job_fen[:, slot], household, of_all)
    h.earned_seq[household] = stamp.seqs(event)[trade]


@applies(HoursWorked)
def work(state: State, event: HoursWorked, stamp: Stamp) -> None:
    """What was worked and paid is off the accounts of crews and of works."""
    counties, p = state.counties, state.projects
    counties.worked_seq[event.county] = stamp.seqs(event)
    delivery = event.work == Work.DELIVERY
    np.subtract.at(counties.crew_seconds, event.county[delivery], 3600 * event.hours[delivery])
    counties.delivery_fen[event.county[delivery]] = 0
    served = np.unique(event.county[event.work == Work.PUBLIC_WORKS])
    shared = np.unique(counties.prefecture[served])
    paid = np.where(p.county >= 0, np.isin(p.county, served), np.isin(p.prefecture, shared))
    p.waged_fen[paid] = np.maximum(p.waged_fen, p.paid_fen)[paid]


@applies(FarmPriceMoved)
def move_price(state: State, event: FarmPriceMoved, _: Stamp) -> None:
    """Traders pay the new price."""
    state.crops.price_fen[event.crop] = event.price_fen


@applies(ShopGainsMoved)
def move_gains(state: State, event: ShopGainsMoved, _: Stamp) -> None:
    """Growers hear what shops bring."""
    state.crops.shop_gain_fen[event.crop] = event.gain_fen


@applies(CooperativeFailed)
def fail_cooperative(state: State, event: CooperativeFailed, stamp: Stamp) -> None:
    """It trades no more."""
    state.cooperatives.alive[event.cooperative] = False
    state.cooperatives.seq[event.cooperative] = stamp.seqs(event)


FIRST_FOUNDED = 2**24
"""Numbers from here on are of cooperatives founded in a run, by that of the founder; before it, of the opening's."""


@applies(CooperativeFounded)
def found_cooperative(state: State, event: CooperativeFounded, stamp: Stamp) -> None:
    """A new row, alive, with no members until they join."""
    cooperatives = state.cooperatives
    state.filled("cooperatives", int(event.cooperative.max()) + 1)
    for name in ("township", "crop", "member_share", "capacity_g"):
        getattr(cooperatives, name)[event.cooperative] = getattr(event, name)
    cooperatives.county[event.cooperative] = state.townships.county[event.township]
    cooperatives.number[event.cooperative] = FIRST_FOUNDED + state.households.number[event.founder_household]
    cooperatives.alive[event.cooperative] = True
    cooperatives.seq[event.cooperative] = stamp.seqs(event)
    note_employed(state, cooperatives.county[event.cooperative], event.founder, np.ones_like(event.cooperative))


@applies(MembersJoined)
def join_cooperative(state: State, event: MembersJoined, _: Stamp) -> None:
    """Growers are members; what they delivered to another counts no more."""
    state.households.cooperative[event.household] = event.cooperative
    np.add.at(state.cooperatives.members, event.cooperative, state.households.weight[event.household])


@applies(MembersLeft)
def leave_cooperative(state: State, event: MembersLeft, _: Stamp) -> None:
    """Growers are in no cooperative; what they delivered still counts towards its next refund."""
    state.households.cooperative[event.household] = -1
    np.subtract.at(state.cooperatives.members, event.cooperative, state.households.weight[event.household])


@applies(MembershipMoved)
def move_membership(state: State, event: MembershipMoved, _: Stamp) -> None:
    """Members bring in another share of a township's goods."""
    state.cooperatives.member_share[event.cooperative] = event.member_share


@applies(EnterprisesTraded)
def trade_enterprises(state: State, event: EnterprisesTraded, stamp: Stamp) -> None:
    """Yearly sales as they have come to be."""
    enterprises = state.enterprises
    enterprises.farm_fen[event.enterprise] = 13 * event.farm_fen
    enterprises.other_fen[event.enterprise] = 13 * event.other_fen
    enterprises.yearly_fen[event.enterprise] = event.yearly_fen
    enterprises.poor_households[event.enterprise] = event.poor_households
    enterprises.seq[event.enterprise] = stamp.seqs(event)
    state.counties.traded_seq[enterprises.county[event.enterprise]] = stamp.seqs(event)
    note_sales_of_enterprises(state, event, stamp.day)
    of = enterprises.kind[event.enterprise] == EnterpriseKind.MERCHANT
    np.add.at(enterprises.owed_fen, event.enterprise[of], event.other_fen[of])
    np.subtract.at(enterprises.cash_fen, event.enterprise[of], event.wages_fen[of])


@applies(MerchantsSettled)
def settle_merchants(state: State, event: MerchantsSettled, _: Stamp) -> None:
    """Money comes in and goes out; owners have what they drew."""
    enterprises = state.enterprises
    spent = event.goods_fen + event.fees_fen + event.drawn_fen
    np.add.at(enterprises.cash_fen, event.enterprise, event.received_fen - spent)
    np.subtract.at(enterprises.owed_fen, event.enterprise, event.received_fen)
    enterprises.lean_months[event.enterprise] = event.lean_months


@applies(EnterpriseFounded)
def found_enterprise(state: State, event: EnterpriseFounded, stamp: Stamp) -> None:
    """A new row, alive."""
    enterprises = state.enterprises
    state.filled("enterprises", int(event.enterprise.max()) + 1)
    enterprises.county[event.enterprise] = event.county
    enterprises.kind[event.enterprise] = event.enterprise_kind
    enterprises.founder[event.enterprise] = event.founder
    enterprises.founder_household[event.enterprise] = event.founder_household
    enterprises.lot[event.enterprise] = event.lot
    enterprises.yearly_fen[event.enterprise] = event.yearly_fen
    enterprises.cash_fen[event.enterprise] = event.cash_fen
    enterprises.alive[event.enterprise] = True
    enterprises.founded_day[event.enterprise] = stamp.day
    enterprises.founded_seq[event.enterprise] = enterprises.seq[event.enterprise] = stamp.seqs(event)
    note_employed(state, event.county, event.founder, np.ones_like(event.county))


@applies(EnterpriseClosed)
def close_enterprise(state: State, event: EnterpriseClosed, stamp: Stamp) -> None:
    """It sells no more."""
    state.enterprises.alive[event.enterprise] = False
    state.enterprises.yearly_fen[event.enterprise] = 0
    state.enterprises.seq[event.enterprise] = stamp.seqs(event)


@applies(BrandBuilt)
def build_brand(state: State, event: BrandBuilt, stamp: Stamp) -> None:
    """Money spent is stock."""
    np.add.at(state.brands.stock_fen, event.brand, event.spent_fen)
    state.brands.seq[event.brand] = stamp.seqs(event)


@applies(GoodsComplained)
def complain_of_goods(state: State, event: GoodsComplained, _: Stamp) -> None:
    """Orders under a name, and those of them that harm it, until the brand moves."""
    np.add.at(state.brands.ordered_g, event.brand, event.sent_g + event.lost_g)
    np.add.at(state.brands.harmed_g, event.brand, event.lost_g + event.faulty_g)


@applies(BrandsMoved)
def move_brands(state: State, event: BrandsMoved, _: Stamp) -> None:
    """Stock after fading, and the premium it earns; complaints so far have done their harm."""
    state.brands.stock_fen[event.brand] = event.stock_fen
    state.brands.premium[event.brand] = event.premium
    state.brands.ordered_g[event.brand] = state.brands.harmed_g[event.brand] = 0


@applies(BrandRegistered)
def register_brand(state: State, event: BrandRegistered, stamp: Stamp) -> None:
    """The brand counts for the target table."""
    state.brands.registered[event.brand] = True
    state.brands.seq[event.brand] = stamp.seqs(event)


@applies(EarlierEarnersNoted)
def note_earlier_earners(state: State, event: EarlierEarnersNoted, _: Stamp) -> None:
    """Remember how many of each row were no work of the programme."""
    state.households.earlier_earners[event.household] = event.households


@applies(EarlierEnterprisesNoted)
def note_earlier_enterprises(state: State, event: EarlierEnterprisesNoted, _: Stamp) -> None:
    """Remember which enterprises are no work of the programme and can be no example."""
    state.enterprises.met_before[event.enterprise] = event.may_count == 0


@applies(ExampleRecognised)
def recognise(state: State, event: ExampleRecognised, stamp: Stamp) -> None:
    """Count examples by county; an enterprise is recognised once."""
    enterprise = event.example == ExampleKind.DEMONSTRATION_ENTERPRISE
    state.enterprises.recognised[event.enterprise[enterprise]] = True
    counties = state.counties
    np.add.at(counties.example_enterprises, event.county[enterprise], event.weight[enterprise])
    np.add.at(counties.example_households, event.county[~enterprise], event.weight[~enterprise])
    state.households.example[event.household[~enterprise]] = True
    np.add.at(state.households.examples, event.household[~enterprise], event.weight[~enterprise])
    township = state.villages.township[state.households.village[event.household[~enterprise]]]
    state.townships.example_seq[township] = stamp.seqs(event)[~enterprise]


@applies(JobsFilled)
def fill_jobs(state: State, event: JobsFilled, stamp: Stamp) -> None:
    """Count the jobs held now, and who holds them."""
    state.counties.jobs_seq[event.county] = stamp.seqs(event)
    np.add.at(state.counties.jobs, event.county, event.jobs)
    known = np.flatnonzero(event.household >= 0)
    h, household = state.households, event.household[known]
    np.add.at(h.jobs, household, event.jobs[known])
    np.maximum.at(h.most_jobs, household, h.jobs[household])
    note_employed(state, event.county, event.group, np.maximum(event.first_jobs, 0))


MARKET = (
    harvest,
    cool_down,
    charge_keeping,
    pay_keeping,
    spoil,
    take_orders,
    sell_lot,
    pay_wages,
    work,
    move_price,
    move_gains,
    found_cooperative,
    join_cooperative,
    move_membership,
    leave_cooperative,
    fail_cooperative,
    trade_enterprises,
    settle_merchants,
    found_enterprise,
    close_enterprise,
    build_brand,
    complain_of_goods,
    move_brands,
    register_brand,
    note_earlier_earners,
    note_earlier_enterprises,
    recognise,
    fill_jobs,
)
