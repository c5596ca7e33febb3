"""The laws of a run: what they add up, worked by hand, and how they name what is broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.apply import apply_event
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.laws import Law
from ecsim.rural.events.codes import Channel, CropForm, DealerKind, EnterpriseKind, Founder, Funder, Work
from ecsim.rural.events.funds import DividendsPaid, FacilityOpened, FacilitySettled, PaymentMade, ProjectApproved
from ecsim.rural.events.goods import (
    BasesHarvested,
    ColdRoomLet,
    DealerDelisted,
    DealerListed,
    DealersBaselined,
    DealersSettled,
    DealersTraded,
    GoodsProcessed,
    GoodsSupplied,
    KeepingCharged,
    KeepingPaid,
    OrdersFilled,
    ProfitsDrawn,
)
from ecsim.rural.events.logistics import (
    DeliveryCosted,
    OperatorJoinedPool,
    ParcelsDelivered,
    ParcelsWaiting,
    PoolFormed,
    RoundsDriven,
)
from ecsim.rural.events.market import (
    CropHarvested,
    EnterprisesTraded,
    HoursWorked,
    JobsFilled,
    LotSold,
    MerchantsSettled,
    OrdersArrived,
    StockSpoiled,
    WagesPaid,
)
from ecsim.rural.events.opening import (
    CooperativesBaselined,
    CountiesBaselined,
    CropsBaselined,
    EnterprisesBaselined,
    HouseholdsBaselined,
    OperatorsBaselined,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.events.stations import OffersEnded, StationsSettled
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.laws.money import Money
from ecsim.rural.laws.opening_columns import MOST, OpeningColumns
from ecsim.rural.laws.trade import Trade
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.simulate import simulate
from ecsim.rural.state import ONE, STATE_CHANGES, State
from ecsim.rural.state.ledger import OPERATORS, OUTSIDE, PROVINCE, SUPPLIERS, county_account
from parcels import orders_of
from runs import scenario
from tiny import NOTHING

COUNTIES = ("East", "West")
EAST, WEST = 0, 1
TRADERS, COOPERATIVE, ENTERPRISE, MERCHANTS, SHOPS, STATIONS = range(len(DealerKind))
SIZES = {
    "accounts": 7, "brands": 3, "cooperatives": 1, "counties": 2, "crops": 2, "dealers": 7, "enterprises": 1,
    "facilities": 1, "households": 3, "operators": 4, "plots": 3, "projects": 4, "reaches": 8, "roads": 4,
    "sessions": 1, "stations": 1, "townships": 2, "villages": 2,
}  # fmt: skip
PURSE = county_account(1, EAST)


def event(kind: type[Event], **columns: Any) -> Event:
    """Return an event whose other columns hold zeros, or point at nothing."""
    return kind(**{column.name: columns.get(column.name, NOTHING.get(column.name, 0)) for column in kind.columns})


def opening() -> list[Event]:
    """Two counties of one township and village each; three households, that stand for 10, 20 and 30."""
    return [
        event(CountiesBaselined, county=[EAST, WEST]),
        event(TownshipsBaselined, township=[0, 1], county=[EAST, WEST]),
        event(VillagesBaselined, village=[0, 1], township=[0, 1]),
        event(CropsBaselined, crop=[0, 1], county=[EAST, WEST], conversion=[ONE // 2, 0], base_g=[140, 0]),
        event(CooperativesBaselined, cooperative=[0], township=[0], crop=[0], capacity_g=[5_000]),
        event(
            HouseholdsBaselined,
            household=[0, 1, 2],
            village=[0, 0, 1],
            weight=[10, 20, 30],
            cooperative=[0, 0, -1],
            workers=[1, 2, 2],
            poor=[False, True, False],
            age_class=[1, 1, 0],
        ),
        event(PlotsBaselined, plot=[0, 1, 2], household=[0, 1, 2], crop=[0, 0, 1], output_g=[1_000, 2_000, 3_001]),
        event(
            DealersBaselined,
            dealer=[0, 1, 2, 3, 4, 5],
            crop=[0, 1, 0, 0, 0, 0],
            stock_g=[9_000, 0, 500, 2_000, 0, 0],
            dealer_kind=[TRADERS, TRADERS, COOPERATIVE, MERCHANTS, SHOPS, STATIONS],
            cash_fen=[0, 0, 0, 100, 0, 0],
            crew_seconds=[0, 0, 36_000, 36_000, 0, 0],
        ),
        event(OperatorsBaselined, operator=[0, 1], county=[EAST, EAST], share=[ONE // 2, ONE // 2]),
    ]


class Made:
    """A run made up by hand: the laws look on, the state follows."""

    def __init__(self, opened: Mapping[type[Event], Mapping[str, Any]] | None = None) -> None:
        self.conservation, self.state, self.first = Conservation(COUNTIES), State.allocate(SIZES), 0
        for each in opening():
            columns = {column.name: each.__dict__[column.name] for column in each.columns}
            self.add(0, type(each)(**columns | dict((opened or {}).get(type(each), {}))))

    def add(self, day: int, each: Event, *, cause: Sequence[int] = (), to_state: bool = True) -> None:
        stamp = Stamp(self.first, day, np.array(cause or np.full(each.rows, -1)))
        self.first += each.rows
        if to_state:
            apply_event(STATE_CHANGES, self.state, each, stamp)
        self.conservation.see(each, stamp)

    def law(self, name: str) -> Law:
        return next(law for law in self.conservation.laws if law.name == name)

    def violations(self, name: str) -> list[str]:
        return [finding.message for finding in self.law(name).violations(self.state)]


def paid(fen: int, payer: int = PROVINCE, payee: int = PURSE, project: int = -1) -> Event:
    return event(
        PaymentMade, payer=[payer], payee=[payee], funder=[int(Funder.CENTRAL)], project=[project], paid_fen=[fen]
    )


@pytest.fixture
def funded() -> Made:
    made = Made()
    made.add(7, paid(1_000))
    made.add(7, event(ProjectApproved, project=[0], county=[EAST], central_fen=[600]))
    made.add(14, paid(600, PURSE, SUPPLIERS, project=0))
    return made


def test_money_that_is_paid_within_purse_and_budget_adds_up(funded: Made) -> None:
    assert funded.violations("money") == []
    assert funded.law("money").summary().startswith("2 payments of 16.00 yuan in all")


@pytest.mark.parametrize(("returned", "day", "told"), [
    (240, 21, []),
    (241, 21, []),  # both are rounded to a fen
    (242, 21, ["project 0 leaves 242 fen to its purse for 4 stations that nobody took; it has 600 fen for 10"]),
    (240, 14, []),  # what suppliers owe they give back the week after
])  # fmt: skip
def test_what_comes_back_for_stations_that_nobody_took_is_theirs_and_paid_no_more(
    returned: int, day: int, told: list[str]
) -> None:
    made = Made()
    made.add(7, paid(1_000))
    made.add(7, event(ProjectApproved, project=[0], county=[EAST], central_fen=[600], quantity=[10]))
    made.add(14, paid(600, PURSE, SUPPLIERS, project=0))
    made.add(14, event(OffersEnded, project=[0], untaken=[4], returned_fen=[returned]))
    if day > 14:
        made.add(day, paid(returned, SUPPLIERS, PURSE, project=0))
    assert made.violations("money") == told


def test_a_project_that_keeps_what_came_back_to_its_purse_is_named() -> None:
    made = Made()
    made.add(7, paid(1_000))
    made.add(7, event(ProjectApproved, project=[0], county=[EAST], central_fen=[600], quantity=[10]))
    made.add(14, paid(600, PURSE, SUPPLIERS, project=0))
    made.add(14, event(OffersEnded, project=[0], untaken=[4], returned_fen=[240]))
    made.add(21, paid(239, SUPPLIERS, PURSE, project=0))
    assert made.violations("money") == ["project 0 got 361 fen of central money; its budget is 360 fen"]


def settled(fen: int) -> Event:
    return event(StationsSettled, station=[0], grant_fen=[fen])


def test_a_grant_of_a_station_is_paid_the_same_day(funded: Made) -> None:
    funded.add(28, settled(300), to_state=False)
    funded.add(28, paid(300, PURSE, OPERATORS))
    assert funded.violations("money") == []


@pytest.mark.parametrize(("day", "fen"), [(28, 299), (28, 301), (28, 0), (35, 300)])
def test_a_grant_that_was_not_paid_so_and_a_payment_for_none_are_named(funded: Made, day: int, fen: int) -> None:
    funded.add(28, settled(300), to_state=False)
    funded.add(day, paid(fen, PURSE, OPERATORS))
    told = funded.violations("money")
    there = fen if day == 28 else 0
    assert told[0] == f"stations got grants of 300 fen on day 28; {there} fen were paid"
    assert told[1:] == ([] if day == 28 else ["stations got grants of 0 fen on day 35; 300 fen were paid"])


@pytest.mark.parametrize(("day", "fen"), [(28, 700), (28, 699), (35, 700)])
def test_what_running_a_facility_costs_beyond_fees_is_paid_by_who_runs_it(day: int, fen: int) -> None:
    made = Made()
    made.add(7, event(FacilityOpened, facility=[0], county=[EAST], owner=[-1]))
    made.add(
        28, event(FacilitySettled, facility=[0], owner=[-1], fees_fen=[300], running_fen=[900], returned_fen=[100])
    )
    local = {"funder": [int(Funder.LOCAL)], "project": [-1], "paid_fen": [fen]}
    made.add(day, event(PaymentMade, payer=[OUTSIDE], payee=[PURSE], **local))
    made.add(day, event(PaymentMade, payer=[PURSE], payee=[SUPPLIERS], **local))
    told = made.violations("money")
    there = fen if day == 28 else 0
    cost = f"running facilities cost account {PURSE}"
    assert told[:1] == ([] if (day, fen) == (28, 700) else [
        f"{cost} 700 fen beyond fees on day 28; it paid {there:,} fen"
    ])  # fmt: skip
    assert told[1:] == ([f"{cost} 0 fen beyond fees on day 35; it paid 700 fen"] if day == 35 else [])


def test_a_dealer_that_pays_to_run_what_it_cannot_is_named() -> None:
    made = Made()
    made.add(7, event(FacilityOpened, facility=[0], county=[EAST], owner=[MERCHANTS]))
    made.add(28, event(FacilitySettled, facility=[0], owner=[MERCHANTS], fees_fen=[300], running_fen=[400]))
    assert made.violations("trade") == []  # it had 100
    made.add(56, event(FacilitySettled, facility=[0], owner=[MERCHANTS], running_fen=[1]))
    assert made.violations("trade")[0].endswith("dealer 3 paid 1 fen to run facility 0 and had less")


@pytest.mark.parametrize(
    ("household", "fen", "told"),
    [
        ([0], [10], None),  # ten households: all of its 100 fen
        ([0], [11], "and had less"),
        ([0, 1], [4, 2], "of unlike size"),
        ([2], [1], "to households that are not on the register"),
    ],
)
def test_dividends_are_paid_to_the_register_alike_out_of_what_the_owner_has(
    household: list[int], fen: list[int], told: str | None
) -> None:
    made = Made({HouseholdsBaselined: {"poor": [True, True, False]}})
    made.add(7, event(FacilityOpened, facility=[0], county=[EAST], owner=[MERCHANTS]))
    made.add(364, event(DividendsPaid, facility=0, dealer=MERCHANTS, household=household, paid_fen=fen))
    found = made.violations("trade")
    assert found == [] if told is None else found[0].endswith(f"dealer 3 paid dividends of facility 0 {told}")


def test_runs_from_before_grants_were_paid_are_not_held_to_it() -> None:
    law = Money(OpeningColumns(COUNTIES), grants_are_paid=False)
    law.see(settled(300), Stamp(0, 28, np.array([-1])))
    assert law.violations(State.allocate(SIZES)) == []


@pytest.fixture
def keeping() -> Made:
    """A run in which the growers of a product that needs the cold have 7 kg each: 10 of one row, 20 of another."""
    fresh = {CropsBaselined: {"form": [CropForm.FRESH, CropForm.LIVE]}, PlotsBaselined: {"stock_g": [7_000] * 3}}
    made = Made(fresh)
    made.add(7, event(ColdRoomLet, crop=[0], stored_g=[9_000], fee_fen=[100]))
    made.add(7, event(KeepingCharged, crop=[0, 1], kept_g=[9_000, 210_000], charged_fen=[100, 50]))
    return made


def test_growers_pay_what_they_are_charged_for_keeping_or_owe_it(keeping: Made) -> None:
    assert keeping.state.plots.keeping_fen.tolist() == [33, 67, 50]
    assert keeping.violations("money") == keeping.violations("kilograms") == []
    keeping.add(28, event(KeepingPaid, plot=[0, 2], paid_fen=[33, 50]))
    assert keeping.violations("money") == []
    assert "growers paid 0.83 yuan for feed and cold rooms" in keeping.law("money").summary()


def test_a_cost_of_keeping_that_is_nobodys_is_named(keeping: Made) -> None:
    keeping.add(28, event(KeepingPaid, plot=[0], paid_fen=[40]), to_state=False)
    assert keeping.violations("money") == [
        "East, product 0: growers were charged 100 fen for keeping it; they paid 40 fen and owe 100 fen"
    ]
    keeping.add(28, event(ColdRoomLet, crop=[0], stored_g=[1], fee_fen=[5]))
    assert "East, product 0: cold rooms cost 105 fen; growers were charged 100 fen" in keeping.violations("money")
    keeping.add(28, event(KeepingPaid, plot=[1], paid_fen=[-1]), to_state=False)
    assert "1 payments for keeping are below 0 fen" in keeping.violations("money")


def test_more_kept_than_there_is_is_named(keeping: Made) -> None:
    keeping.add(14, event(KeepingCharged, crop=[1], kept_g=[210_001], charged_fen=[0]))
    assert keeping.violations("kilograms") == ["210,001 g of product 1 were kept on day 14; there were 210,000 g"]


def test_runs_from_before_rooms_were_charged_are_not_held_to_it() -> None:
    facts = OpeningColumns(COUNTIES)
    law = Money(facts, rooms_are_charged=False)
    for each in opening():
        if type(each) in facts.listens:
            facts.see(each, Stamp(0, 0, np.full(each.rows, -1)))
    law.see(event(ColdRoomLet, crop=[0], stored_g=[1], fee_fen=[5]), Stamp(0, 28, np.array([-1])))
    assert law.violations(State.allocate(SIZES)) == []


def test_a_purse_that_pays_more_than_it_has_is_named_with_the_payment(funded: Made) -> None:
    funded.add(21, paid(401, PURSE, SUPPLIERS))
    funded.add(21, paid(1, PURSE, SUPPLIERS))  # the first by which it owes is told, not every later one
    (told,) = funded.violations("money")
    assert told == f"account {PURSE} paid 401 fen of central money at seq {funded.first - 2} (day 21), more than it had"


def test_the_order_of_payments_tells_whether_a_purse_was_overdrawn() -> None:
    early, late = Made(), Made()
    for made, order in ((early, (1, 0)), (late, (0, 1))):
        payments = [paid(500), paid(500, PURSE, SUPPLIERS)]
        for which in order:
            made.add(7, payments[which])
    assert late.violations("money") == []
    assert "more than it had" in early.violations("money")[0]


def test_a_project_paid_beyond_its_budget_is_named_by_funder(funded: Made) -> None:
    funded.add(21, paid(1, PURSE, SUPPLIERS, project=0))
    assert funded.violations("money") == ["project 0 got 601 fen of central money; its budget is 600 fen"]


def test_money_that_the_state_did_not_see_is_named(funded: Made) -> None:
    funded.add(21, paid(5, PURSE, SUPPLIERS, project=0), to_state=False)
    told = funded.violations("money")
    assert f"account {PURSE} holds 400 fen of central money; its payments come to 395 fen" in told
    assert "project 0 got 605 fen; the state counts 600 fen" in told


def test_a_ledger_that_does_not_sum_to_zero_and_a_payment_backwards_are_named(funded: Made) -> None:
    funded.state.accounts.balance_fen[SUPPLIERS, Funder.CENTRAL] += 3
    funded.add(21, paid(-2, PURSE, SUPPLIERS))
    told = funded.violations("money")
    assert f"the payment at seq {funded.first - 1} (day 21) is of -2 fen" in told
    assert "the ledger of central money sums to 3 fen, not 0" in told


def ordered(day: int, made: Made, parcels: list[int]) -> None:
    """Parcels of each household that one stands for: the first row says it of all ten together, as rows do today."""
    first, *others = parcels
    each = [False, True, True]
    made.add(day, orders_of([0, 1, 2], [10 * first, *others], [-1, 0, -1], each=each))


@pytest.fixture
def delivering() -> Made:
    """Week 0: 50 parcels ordered in East, 30 in West; all but 4 at the hub and 2 on tour arrive. Week 1: these do."""
    made = Made()
    ordered(0, made, [1, 2, 1])
    made.add(0, event(ParcelsDelivered, village=[0, 1], parcels=[44, 30]))
    waiting = {"operator": [0, 1, 0], "township": [0, 0, 0], "village": [-1, -1, 0]}
    made.add(0, event(ParcelsWaiting, **waiting, parcels=[3, 1, 2]))
    made.add(7, event(ParcelsDelivered, village=[0], parcels=[6]))
    made.add(7, event(ParcelsWaiting, **waiting, parcels=[0, 0, 0]))
    return made


def test_parcels_that_arrive_or_wait_add_up_by_county_and_week(delivering: Made) -> None:
    assert delivering.violations("parcels") == []
    assert (
        delivering.law("parcels").summary().startswith("80 ordered = 80 delivered + 0 waiting, in each of 2 counties")
    )


def test_a_lost_parcel_is_named_by_county_and_the_first_week_it_is_missing(delivering: Made) -> None:
    ordered(14, delivering, [0, 0, 2])
    delivering.add(14, event(ParcelsDelivered, village=[1], parcels=[59]))
    ordered(21, delivering, [0, 0, 1])
    delivering.add(21, event(ParcelsDelivered, village=[1], parcels=[30]))
    assert delivering.violations("parcels") == [
        "West, week of day 14: 90 ordered so far, 89 delivered, 0 waiting: 1 lost"
    ]
    (finding,) = delivering.law("parcels").violations(delivering.state)
    assert finding.where == {"county": "West", "day": 14, "ordered": 90, "delivered": 89, "waiting": 0}


def test_what_waits_for_an_operator_waits_for_the_pool_it_joins() -> None:
    made = Made()
    ordered(0, made, [1, 0, 0])
    made.add(0, event(ParcelsWaiting, operator=[0], township=[0], village=[-1], parcels=[10]))
    made.add(7, event(PoolFormed, county=[EAST], pool=[2]))
    made.add(7, event(OperatorJoinedPool, operator=[0], pool=[2]))
    made.add(14, event(ParcelsDelivered, village=[0], parcels=[10]))
    made.add(14, event(ParcelsWaiting, operator=[2], township=[0], village=[-1], parcels=[0]))
    assert made.violations("parcels") == []


def test_more_parcels_late_than_came_and_a_state_that_counts_otherwise_are_named(delivering: Made) -> None:
    delivering.state.counties.delivered_parcels[EAST] -= 1
    delivering.add(14, event(ParcelsDelivered, village=[0], parcels=[0], late=[1]))
    told = delivering.violations("parcels")
    assert "got 0 parcels, 1 of them late" in told[0]
    assert told[1] == "East: 50 delivered by the events; the state counts 49"


def lots(*rows: tuple[int, Channel, int, int, int, int]) -> Event:
    """Return lots: plot, channel, grams, fen received, fen paid by consumers, dealer."""
    plot, channel, grams, fen, paid, dealer = zip(*rows, strict=True)
    return event(
        LotSold, plot=plot, channel=[int(c) for c in channel], sold_g=grams, received_fen=fen, retail_fen=paid,
        dealer=dealer,
    )  # fmt: skip


@pytest.fixture
def selling() -> Made:
    """Harvests of 500, 1,000 and 1,500 g; a tenth spoils: stocks of 450, 900 and 1,350 g, rounded by plot.

    700 g were ordered in East, 400 of the merchants and 300 of shops.
    """
    made = Made()
    made.add(0, event(CropHarvested, crop=[0, 1], share=[ONE // 2, ONE // 2]))
    made.add(0, event(StockSpoiled, crop=[0, 1], share=[ONE // 10, ONE // 10], lost_g=[2_500, 4_500]))
    made.add(0, event(OrdersArrived, crop=[0, 1], ordered_g=[700, 0]))
    return made


LOTS = (
    (0, Channel.COOPERATIVE, 100, 7, 0, 2), (1, Channel.OWN_SHOP, 20, 9, 11, 4), (2, Channel.TRADER, 1_350, 1, 0, 1),
    (1, Channel.TRADER, 50, 3, 0, 0),
)  # fmt: skip
"""Households stand for 10, 20 and 30: 1,000 g to the cooperative, 400 g by shops, 40,500 g and 1,000 g to traders."""
FILLED: dict[str, list[int]] = {
    "dealer": [3, 4], "ordered_g": [400, 300], "taken_g": [50, -50], "filled_g": [450, 200], "lost_g": [0, 20],
    "processed_g": [0, 0], "waiting_g": [0, 30], "sent_g": [900, 400], "paid_fen": [50, 220], "costs_fen": [20, 40],
}  # fmt: skip
"""A gram sold is two raw. The merchants take over 50 g that shops cannot fill."""
TRADED: dict[str, list[int]] = {
    "dealer": [0, 1, 2, 3], "bought_g": [1_000, 40_500, 1_000, 0], "paid_fen": [60, 30, 70, 0],
    "passed_g": [-600, 0, 0, 600], "passed_fen": [-90, 0, 0, 90], "bulk_g": [300, 0, 200, 0],
    "bulk_fen": [45, 0, 30, 0], "spoilt_g": [10, 0, 5, 0],
}  # fmt: skip


def week(
    made: Made, *, sold: tuple[tuple[int, Channel, int, int, int, int], ...] = LOTS,
    filled: dict[str, list[int]] | None = None, traded: dict[str, list[int]] | None = None,
) -> list[str]:  # fmt: skip
    """Let a week of trade happen, with some columns otherwise, and return what the law of trade finds."""
    made.add(0, event(OrdersFilled, **{**FILLED, **(filled or {})}))
    made.add(0, lots(*sold))
    made.add(0, event(DealersTraded, **{**TRADED, **(traded or {})}))
    ordered(7, made, [0, 0, 0])
    return made.violations("trade")


def test_kilograms_and_trade_add_up(selling: Made) -> None:
    assert week(selling) == []
    assert selling.law("kilograms").stock().tolist() == [350, 830, 0]
    assert selling.violations("kilograms") == []
    d = selling.state.dealers
    assert d.stock_g[:4].tolist() == [9_090, 40_500, 1_295, 1_700]
    assert d.cash_fen[:4].tolist() == [75, -30, -40, 40]
    assert d.waiting_g[:6].tolist() == [0, 0, 0, 0, 30, 0]
    assert selling.law("trade").summary().startswith("6 dealers bought 0.0 thousand t of growers")


def test_a_gram_more_said_to_be_lost_than_the_stocks_lose_is_named(selling: Made) -> None:
    selling.add(0, event(StockSpoiled, crop=[0], share=[0], lost_g=[1]))
    found = selling.violations("kilograms")
    assert found == ["1 g of product 0 are said to be lost on day 0; by its plots' stocks it is 0 g"]


def changed(columns: dict[str, list[int]], name: str, at: int, by: int) -> dict[str, list[int]]:
    """Return a column of which one value is a little more."""
    return {name: [value + by * (row == at) for row, value in enumerate(columns[name])]}


@pytest.mark.parametrize(
    ("name", "at", "by", "words"),
    [
        ("filled_g", 0, -1, "dealer 3 of its orders 1 g are neither filled, lost nor waiting"),
        ("lost_g", 1, 1, "dealer 4 of its orders -1 g are neither filled, lost nor waiting"),
        ("waiting_g", 1, -1, "dealer 4 of its orders 1 g are neither filled, lost nor waiting"),
        ("taken_g", 0, 1, "orders of 1 g were taken over from nobody"),
        ("processed_g", 0, 1, "1 g were processed for dealers by nobody"),
        ("ordered_g", 0, 1, "701 g were ordered of dealers; 700 g arrived"),
        ("sent_g", 1, 1, "dealer 4 sent 401 g; households' lots are of 400 g"),
        ("sent_g", 0, -4, "dealer 3 sent 896 g raw for 450 g sold"),
        ("sent_g", 0, 4, "dealer 3 sent 904 g raw for 450 g sold"),
        ("paid_fen", 1, 1, "dealer 4 was paid 221 fen; households' lots say 220 fen"),
    ],
)
def test_an_order_a_gram_and_a_fen_of_orders_that_go_astray_are_named(
    name: str, at: int, by: int, words: str, selling: Made
) -> None:
    found = week(selling, filled=changed(FILLED, name, at, by))
    assert any(message.startswith("East, product 0, week of day 0: ") and words in message for message in found)


def test_a_gram_that_another_processed_than_orders_say_is_named(selling: Made) -> None:
    selling.add(0, event(GoodsProcessed, dealer=[3], processor=[2], processed_g=[7]))
    found = week(selling)
    assert len(found) == 2
    assert "dealer 2 had 0 g processed by others; processors say -7 g" in found[0]
    assert "dealer 3 had 0 g processed by others; processors say 7 g" in found[1]


def test_what_a_cooperative_sells_a_processor_is_booked_with_both(selling: Made) -> None:
    week(selling)
    selling.add(7, event(DealerListed, dealer=[6], dealer_kind=[ENTERPRISE], cash_fen=[50], enterprise=[0]))
    selling.add(7, event(GoodsSupplied, dealer=[2], processor=[6], supplied_g=[95], paid_fen=[30]))
    assert selling.violations("trade") == []
    d = selling.state.dealers
    assert (d.stock_g[2], d.stock_g[6], d.cash_fen[2], d.cash_fen[6]) == (1_200, 95, -10, 20)
    d.stock_g[6] -= 1
    (found,) = selling.violations("trade")
    assert "dealer 6 has 95 of stock_g by its trade; the state says 94" in found


@pytest.mark.parametrize(
    ("dealer", "processor", "crop", "grams"), [(3, 6, 0, 95), (2, 3, 0, 95), (2, 6, 1, 95), (2, 6, 0, 0)],
    ids=["a seller that is no cooperative", "a buyer that is no enterprise", "of another product", "of nothing"],
)  # fmt: skip
def test_goods_supplied_to_whom_they_cannot_be_are_named(
    dealer: int, processor: int, crop: int, grams: int, selling: Made
) -> None:
    week(selling)
    selling.add(7, event(DealerListed, dealer=[6], crop=[crop], dealer_kind=[ENTERPRISE], enterprise=[0]))
    selling.add(7, event(GoodsSupplied, dealer=[dealer], processor=[processor], supplied_g=[grams], paid_fen=[30]))
    assert any("only cooperatives supply" in message for message in selling.violations("trade"))


def test_more_than_a_cooperative_has_cannot_be_supplied(selling: Made) -> None:
    week(selling)
    selling.add(7, event(DealerListed, dealer=[6], dealer_kind=[ENTERPRISE], enterprise=[0]))
    selling.add(7, event(GoodsSupplied, dealer=[2], processor=[6], supplied_g=[1_296], paid_fen=[30]))
    (found,) = selling.violations("trade")
    assert "dealer 2 has -1 g in stock" in found


def test_goods_that_are_passed_on_before_they_are_there_are_named_though_the_week_ends_well(selling: Made) -> None:
    # The enterprise delivers 95 g on the day on which the cooperative supplies it with them, but before.
    week(selling)
    selling.add(7, event(DealerListed, dealer=[6], dealer_kind=[ENTERPRISE], enterprise=[0]))
    selling.add(7, event(DealersTraded, dealer=[6], offline_g=[95]))
    selling.add(7, event(GoodsSupplied, dealer=[2], processor=[6], supplied_g=[95]))
    assert selling.state.dealers.stock_g[6] == 0
    (found,) = selling.violations("trade")
    assert "dealer 6 has -95 g in stock" in found


def test_work_for_others_of_which_no_processor_is_named_is_told(selling: Made) -> None:
    found = week(selling, filled=changed(FILLED, "processed_g", 0, 1))
    assert any("dealer 3 had 1 g processed by others; processors say 0 g" in message for message in found)


@pytest.mark.parametrize(
    ("name", "at", "by", "words"),
    [
        ("bought_g", 2, 1, "dealer 2 bought 1,001 g of growers; their lots are of 1,000 g"),
        ("paid_fen", 0, -1, "dealer 0 paid growers 59 fen; they got 60 fen"),
        ("passed_g", 3, 1, "1 g came from traders that they did not pass on"),
        ("passed_fen", 3, 1, "1 fen came from traders that they did not pass on"),
        ("bulk_g", 2, 1_296, "dealer 2 has -1 g in stock"),
        ("spoilt_g", 2, 1_296, "dealer 2 has -1 g in stock"),
    ],
)
def test_a_gram_and_a_fen_of_trade_that_go_astray_are_named(
    name: str, at: int, by: int, words: str, selling: Made
) -> None:
    found = week(selling, traded=changed(TRADED, name, at, by))
    assert [message for message in found if words in message] == found


def test_a_lot_that_no_dealer_bought_is_named(selling: Made) -> None:
    found = week(selling, sold=(*LOTS, (0, Channel.COOPERATIVE, 1, 0, 0, 2)))
    assert found == [
        "East, product 0, week of day 0: dealer 2 bought 1,000 g of growers; their lots are of 1,010 g"
    ]  # fmt: skip


@pytest.mark.parametrize("book", ["stock_g", "cash_fen", "waiting_g"])
def test_books_that_the_state_keeps_otherwise_are_named(book: str, selling: Made) -> None:
    week(selling)
    getattr(selling.state.dealers, book)[3] += 1
    (found,) = selling.violations("trade")
    was = int(getattr(selling.state.dealers, book)[3]) - 1
    assert found == f"dealer 3 has {was:,} of {book} by its trade; the state says {was + 1:,}"


def test_an_order_that_waits_with_a_dealer_that_ends_is_named(selling: Made) -> None:
    week(selling)
    selling.add(7, event(DealerDelisted, dealer=[4], stock_g=[0], passed_fen=[0]))
    assert any("dealer 4 ended while 30 g of orders waited" in found for found in selling.violations("trade"))


def test_an_account_that_orders_and_purchases_do_not_say_is_named(selling: Made) -> None:
    # The merchants sent 450 g in sold form for 50 fen, and paid traders 90 for what they took over.
    week(selling)
    account = {"packed_g": [450], "sold_fen": [50], "bought_fen": [90]}
    selling.add(21, event(DealersSettled, dealer=[3], **account))
    assert selling.violations("trade") == []
    selling.add(49, event(DealersSettled, dealer=[3], packed_g=[0], sold_fen=[1], bought_fen=[0]))
    (found,) = selling.violations("trade")
    assert found.endswith("dealer 3 settled 1 of sold_fen; its trade says 0")


def bases(made: Made, grams: int, day: int = 7) -> None:
    """Traders of East buy what firms' bases bring in; these grow 140 g a year, of which a half is due."""
    made.add(day, event(CropHarvested, crop=[0], share=[ONE // 2]))
    made.add(day, event(BasesHarvested, dealer=[0], harvested_g=[grams], paid_fen=[40]))


@pytest.mark.parametrize("day", [7, 14])
def test_goods_of_bases_that_these_did_not_grow_are_named(day: int, selling: Made) -> None:
    week(selling)
    bases(selling, 70)
    selling.add(day, event(BasesHarvested, dealer=[0], harvested_g=[1], paid_fen=[0]))
    (found,) = selling.violations("trade")
    assert found.endswith("dealer 0 had 1 g of firms' bases, 1 g more than those grew")


def test_a_lot_that_turns_into_another_product_is_named_though_grams_and_fen_agree(selling: Made) -> None:
    # West's 40,500 g go to the traders of East, who say that they bought them.
    sold = tuple((*lot[:-1], 0) if lot[0] == 2 else lot for lot in LOTS)
    (found,) = week(selling, sold=sold, traded={"bought_g": [41_500, 0, 1_000, 0], "paid_fen": [90, 0, 70, 0]})
    assert found.endswith("dealer 0 got a lot of product 1 from plot 2 and deals in another")


@pytest.mark.parametrize(("account", "says"), [
    ({"farm_fen": [7], "bought_fen": [3]}, None),
    ({"farm_fen": [8], "bought_fen": [3]}, "dealer 6 of enterprise 0 settled 7 of sold_fen; the enterprise says 8"),
    ({"farm_fen": [7], "bought_fen": [0]}, "dealer 6 of enterprise 0 settled 3 of bought_fen; the enterprise says 0"),
])  # fmt: skip
def test_an_enterprise_says_of_farm_products_what_its_dealer_does(
    account: dict[str, list[int]], says: str | None, selling: Made
) -> None:
    farm = event(EnterprisesBaselined, enterprise=[0], county=[EAST], enterprise_kind=[EnterpriseKind.FARM_MERCHANT])
    selling.add(0, farm)
    selling.add(0, event(DealerListed, dealer=[6], crop=[0], dealer_kind=[ENTERPRISE], enterprise=[0]))
    sold = {"dealer": [*FILLED["dealer"], 6], "paid_fen": [*FILLED["paid_fen"], 7]}
    filled = {name: [*values, 0] for name, values in FILLED.items()} | sold
    bought = {"dealer": [0, 1, 2, 3, 6], "passed_g": [-601, 0, 0, 600, 1], "passed_fen": [-93, 0, 0, 90, 3]}
    traded = {name: [*values, 0] for name, values in TRADED.items()} | bought
    week(selling, filled=filled, traded=traded)
    selling.add(21, event(DealersSettled, dealer=[6], sold_fen=[7], bought_fen=[3]))
    selling.add(21, event(EnterprisesTraded, enterprise=[0], **account))
    found = selling.violations("trade")
    assert [message.partition(": ")[2] for message in found] == ([says] if says else [])


def test_bases_and_dealers_that_come_and_go_stay_in_the_books(selling: Made) -> None:
    # A new enterprise begins with 50 fen; traders buy 70 g of bases for 40 fen, and pay for what the merchants leave.
    week(selling)
    bases(selling, 70)
    selling.add(7, event(DealerListed, dealer=[6], dealer_kind=[ENTERPRISE], cash_fen=[50], enterprise=[-1]))
    selling.add(7, event(DealerDelisted, dealer=[3], stock_g=[1_700], passed_fen=[200]))
    selling.add(7, event(ProfitsDrawn, dealer=[3], household=[-1], drawn_fen=[240]))
    assert selling.violations("trade") == []
    assert selling.state.dealers.stock_g[[0, 3, 6]].tolist() == [10_860, 0, 0]
    assert selling.state.dealers.cash_fen[[0, 3, 6]].tolist() == [-165, 0, 50]


def test_goods_of_bases_that_go_to_others_than_traders_or_bring_less_than_nothing_are_named(selling: Made) -> None:
    week(selling)
    selling.add(7, event(CropHarvested, crop=[0], share=[ONE // 2]))
    selling.add(7, event(BasesHarvested, dealer=[3, 0], harvested_g=[30, 40], paid_fen=[40, -1]))
    found = selling.violations("trade")
    assert len(found) == 2
    assert "dealer 3 bought 30 g of firms' bases for 40 fen: only traders do, and they pay for it" in found[0]
    assert "dealer 0 bought 40 g of firms' bases for -1 fen" in found[1]


def test_what_traders_paid_bases_is_in_their_account(selling: Made) -> None:
    # They paid growers 60 and got 90 of those to whom they passed goods on.
    week(selling)
    bases(selling, 70)
    selling.add(21, event(DealersSettled, dealer=[0], bought_fen=[60 - 90 + 40]))
    assert selling.violations("trade") == []


def test_a_plot_that_sells_more_than_there_is_is_named_in_grams(selling: Made) -> None:
    selling.add(7, lots((2, Channel.TRADER, 1_351, 1, 0, 1)))
    (told,) = selling.violations("kilograms")
    assert told == (
        "West: by day 7 plot 2 (household 2) had 0 g, has harvested 1,500 g, lost 150 g and sold 1,351 g: 1 g more "
        "than there was"
    )


def test_what_is_in_stock_at_the_opening_can_be_sold() -> None:
    made = Made(opened={PlotsBaselined: {"stock_g": [0, 0, 7]}})
    made.add(0, lots((2, Channel.TRADER, 7, 1, 0, 1)))
    assert made.violations("kilograms") == []
    made.add(7, lots((2, Channel.TRADER, 1, 1, 0, 1)))
    assert "had 7 g, has harvested 0 g, lost 0 g and sold 8 g: 1 g more" in made.violations("kilograms")[0]


def test_two_harvests_of_a_crop_are_rounded_each_for_itself() -> None:
    made = Made()
    made.add(0, event(CropHarvested, crop=[1, 1], share=[ONE // 2, ONE // 2]))
    assert made.law("kilograms").stock().tolist() == [0, 0, 3_000]  # 1,500.5 g twice, whole grams each time
    assert made.violations("kilograms") == []


def test_a_stock_that_the_state_keeps_otherwise_and_an_empty_lot_are_named(selling: Made) -> None:
    selling.state.plots.stock_g[0] += 1
    selling.add(0, lots((1, Channel.TRADER, 0, 0, 0, 0)))
    told = selling.violations("kilograms")
    assert told == [
        f"the lot at seq {selling.first - 1} (day 0) is of 0 g",
        "East: plot 0 has 450 g in stock by its harvests and sales; the state says 451 g",
    ]


def test_of_much_that_is_broken_the_first_is_told_and_how_much_more_there_is(selling: Made) -> None:
    for _ in range(MOST + 5):
        selling.add(0, lots((0, Channel.TRADER, 0, 0, 0, 0)))
    told = selling.violations("kilograms")
    assert len(told) == MOST + 1
    assert told[-1] == "and 5 more of this sort"


@pytest.mark.parametrize("policy", ["pooled_by_project", pytest.param("split_by_project", marks=pytest.mark.slow)])
def test_every_law_holds_exactly_in_a_real_run(policy: str) -> None:
    of = scenario(policy, sample=0.002, end=dt.date(2019, 9, 29))
    conservation = Conservation([county.name_zh for county in load_pack(of.region).counties])
    run = simulate(of, 2, watchers=[conservation])
    assert [finding.message for law in conservation.laws for finding in law.violations(run.state)] == []
    assert run.state.counties.pool.max() >= 0  # joint delivery is in what was added up
    assert run.state.projects.paid_fen.sum() > 0


def month(
    made: Made, *, hours: int = 30, paid: int = 20, others: int = 10, fen: int = 20_000, delivery_fen: int = 3_000,
    works_fen: int = 100, each: bool = False, charged: int = 15_000, merchant_fen: int = 12_000, sold: int = 50_000,
) -> None:  # fmt: skip
    """Let a month be settled in East: 30 hours of packing and 12 of a merchant, 7,300 s of crews, 400 fen of works."""
    made.add(27, event(EnterprisesBaselined, enterprise=[0], county=[EAST], enterprise_kind=[EnterpriseKind.MERCHANT]))
    made.add(27, event(RoundsDriven, operator=[1], crew_seconds=[7_300]))
    made.add(27, event(DeliveryCosted, county=[EAST], crew_fen=[2_000], handling_fen=[1_000]))
    made.add(27, event(ProjectApproved, project=[0], county=[EAST], central_fen=[600]))
    made.add(27, paid_for_project(100))
    made.add(28, event(DealersSettled, dealer=[2, 3], job_hours=[10, 20], wages_fen=[15_000, charged]))
    merchant = event(EnterprisesTraded, enterprise=[0], other_fen=[sold], job_hours=[12], wages_fen=[merchant_fen])
    made.add(28, merchant)
    works = [Work.PACKING, Work.OTHER_GOODS, Work.DELIVERY, Work.PUBLIC_WORKS]
    made.add(28, event(
        HoursWorked, county=[EAST] * 4, township=[-1] * 4, work=works, hours=[hours, 12, 2, 1],
        wages_fen=[30_000, 12_000, delivery_fen, works_fen], others_hours=[others, 0, 0, 0],
        others_fen=[10_000, 0, 0, 0],
    ))  # fmt: skip
    made.add(28, event(
        WagesPaid, household=[0, 1, 1, 1], work=works, workers=[1] * 4, hours=[paid, 12, 2, 1], each=[each] * 4,
        paid_fen=[fen, 12_000, delivery_fen, works_fen],
    ), cause=range(made.first - 4, made.first), to_state=False)  # fmt: skip
    made.add(
        28, event(JobsFilled, household=[0, 1], county=[EAST] * 2, group=[0, Founder.REGISTERED_POOR], jobs=[1, 2])
    )


def paid_for_project(fen: int) -> Event:
    return paid(fen, PROVINCE, SUPPLIERS, project=0)


def test_hours_that_somebody_worked_and_was_paid_for_add_up() -> None:
    made = Made()
    month(made)
    assert made.violations("hours") == []
    assert made.law("hours").summary().startswith("45 hours were worked and 451.00 yuan of wages paid")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours": 31, "paid": 21}, "packing, account of day 28: 30 hours were needed; 31 are in the accounts"),
        ({"paid": 19}, "packing, account of day 28: 30 hours were worked; 29 were paid to somebody"),
        ({"fen": 19_999}, "packing, account of day 28: 30,000 fen of wages are due; 29,999 were paid to somebody"),
        ({"others": -10, "paid": 40}, "packing, account of day 28: others worked less than nothing"),
        ({"delivery_fen": 3_001}, "delivery, account of day 28: wages of 3,001 fen are more than it cost"),
        ({"works_fen": 101}, "public_works, account of day 28: wages of works are more than was paid for projects"),
        (
            {"charged": 15_001},
            "packing, account of day 28: wages are 30,000 fen; dealers and merchants paid 30,001 fen",
        ),
        (
            {"merchant_fen": 11_999},
            "other_goods, account of day 28: wages are 12,000 fen; dealers and merchants paid 11,999 fen",
        ),
        (
            {"sold": 11_999},
            "other_goods, account of day 28: enterprise 0 paid 12,000 fen of wages out of sales of 11,999 fen",
        ),
        ({"each": True}, "packing, account of day 28: 30 hours were worked; 10 were paid to somebody"),
    ],
)
def test_hours_and_wages_that_are_nobodys_or_too_many_are_named(changes: dict[str, Any], message: str) -> None:
    made = Made()
    month(made, **changes)
    assert f"East, {message}" in made.violations("hours")


def test_crews_whose_time_is_not_in_the_accounts_are_named() -> None:
    made = Made()
    made.add(27, event(RoundsDriven, operator=[1], crew_seconds=[3_700]))
    month(made)
    assert made.violations("hours") == [
        "East, delivery, account of day 28: crews' time and hours in the accounts are 3,800 s apart"
    ]


def test_journals_without_accounts_of_hours_are_not_held_to_them() -> None:
    made = Made()
    made.add(28, event(DealersSettled, dealer=[2], job_hours=[10]))
    made.add(28, event(WagesPaid, household=[0], paid_fen=[5], hours=[9], each=[True]))
    assert made.violations("hours") == []


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"job_hours": [42], "overtime_hours": [2]}, ""),
        ({"job_hours": [43], "overtime_hours": [5]}, "dealer 3 paid 5 h of overtime; 2 were worked"),
        (
            {"job_hours": [46], "overtime_hours": [2]},
            "dealer 3 paid 44 ordinary h, 0 idle ones among them; its crew has 41",
        ),
        ({"job_hours": [10], "overtime_hours": [2], "idle_hours": [9]}, "dealer 3 paid 8 ordinary h, 9 idle ones"),
    ],
)
def test_a_crew_is_paid_for_the_hours_it_has_and_overtime_for_those_worked(
    account: Mapping[str, Any], says: str
) -> None:  # ten hours a week for four weeks, and the hour of rounding
    made = Made()
    for day in (7, 14):
        made.add(day, event(OrdersFilled, dealer=[3], overtime_seconds=[3600]))
    made.add(28, event(DealersSettled, dealer=[3], **account))
    found = made.violations("hours")
    assert len(found) == bool(says)
    assert says in "".join(found)


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"received_fen": [70], "goods_fen": [20], "drawn_fen": [50]}, ""),
        ({"received_fen": [101]}, "enterprise 0 got 101 fen of bills of 100 fen"),
        ({"received_fen": [50], "goods_fen": [20], "drawn_fen": [31]}, "enterprise 0 drew 31 fen and had 30 fen"),
    ],
)
def test_a_merchant_spends_what_it_has_and_is_paid_what_it_is_owed(account: Mapping[str, Any], says: str) -> None:
    made = Made()
    made.add(0, event(EnterprisesBaselined, enterprise=[0], county=[EAST], enterprise_kind=[EnterpriseKind.MERCHANT]))
    made.add(28, event(EnterprisesTraded, enterprise=[0], other_fen=[100]))
    made.add(28, event(MerchantsSettled, enterprise=[0], **account))
    found = made.violations("trade")
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_money_of_a_merchant_that_the_state_alone_has_is_named() -> None:
    made = Made()
    made.add(0, event(EnterprisesBaselined, enterprise=[0], county=[EAST], enterprise_kind=[EnterpriseKind.MERCHANT]))
    made.add(28, event(EnterprisesTraded, enterprise=[0], other_fen=[100]))
    made.add(28, event(MerchantsSettled, enterprise=[0], goods_fen=[7]), to_state=False)
    (found,) = made.violations("trade")
    assert found == "enterprise 0 cash_fen by its events is -7; the state says 0"


def test_journals_of_before_there_were_dealers_are_not_held_to_trade() -> None:
    facts = OpeningColumns(COUNTIES)
    law = Trade(facts)
    law.see(event(OrdersArrived, crop=[0], ordered_g=[700]), Stamp(0, 7, np.array([-1])))
    assert law.violations(State.allocate(SIZES)) == []
