"""The law of trade: goods and money pass from growers to dealers to buyers, and each order is filled, lost or waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ecsim.kernel.errors import counted
from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    BasesHarvested,
    CrewsMoved,
    CropHarvested,
    CropsBaselined,
    DealerDelisted,
    DealerKind,
    DealerListed,
    DealersAdjusted,
    DealersBaselined,
    DealersSettled,
    DealersTraded,
    DividendsPaid,
    Event,
    FacilitySettled,
    GoodsProcessed,
    GoodsSupplied,
    HouseholdsBaselined,
    LotSold,
    MarkTaken,
    OfflineBaselined,
    OfflineEntered,
    OfflineLeft,
    OrdersArrived,
    OrdersFilled,
    PlotsBaselined,
    ProfitsDrawn,
    RefundsPaid,
    Stamp,
)
from ecsim.rural.laws.claims import Claims, Wrong
from ecsim.rural.laws.merchants import MerchantBooks
from ecsim.rural.laws.opening_columns import I32, I64, Bool, OpeningColumns, named, put, with_room
from ecsim.rural.laws.whose_goods import WhoseGoods
from ecsim.rural.state import ONE, State

_BOOKS = ("stock_g", "cash_fen", "owed_fen", "waiting_g")
_ACCOUNT = ("packed_g", "sold_fen", "bought_fen")
"""What a dealer's settlement says that orders and purchases since the last one said before."""
_WEEK = (
    "ordered_g", "taken_g", "processed_g", "sent_g", "paid_fen", "bought_g", "bought_fen", "lots_g", "lots_fen",
    "lots_retail_fen", "hired_g",
)  # fmt: skip

_SUMS = ("bought_g", "sent_g", "bulk_g", "offline_g", "spoilt_g", "based_g", "supplied_g")
"""What the summary tells of."""
_MOVES_STOCK = (DealerDelisted, OrdersFilled, DealersTraded, GoodsSupplied)
"""Events by which a dealer gives goods away."""


class Trade:
    """Books of every dealer, and what a week's lots, orders and purchases say of each other.

    Parameters
    ----------
    processors_are_named : whether who processes for others is said (`GoodsProcessed`); in journals of before nobody is
    supply_comes_first : whether processors get goods before they pass them on; in the first version of `GoodsSupplied`
        stocks are looked at when a week has ended alone
    """

    name = "trade"
    listens: tuple[type[Event], ...] = (
        CropsBaselined, HouseholdsBaselined, PlotsBaselined, DealersBaselined, DealerListed, DealerDelisted,
        OfflineBaselined, BasesHarvested, OrdersArrived, OrdersFilled, GoodsProcessed, LotSold, DealersTraded,
        GoodsSupplied, DealersAdjusted, DealersSettled, CrewsMoved, MarkTaken, ProfitsDrawn, RefundsPaid,
        FacilitySettled, DividendsPaid, CropHarvested, OfflineEntered, OfflineLeft, *MerchantBooks.listens,
    )  # fmt: skip

    def __init__(
        self, facts: OpeningColumns, *, processors_are_named: bool = True, supply_comes_first: bool = True
    ) -> None:
        self.facts, self._processors_are_named = facts, processors_are_named
        self._supply_comes_first = supply_comes_first
        self._day = self._weeks = 0
        self._merchants, self._whose, self._claims = MerchantBooks(), WhoseGoods(facts), Claims(facts)
        self._books = {name: np.zeros(0, np.int64) for name in _BOOKS}
        self._week = {name: np.zeros(0, np.int64) for name in _WEEK}
        self._account = {name: np.zeros(0, np.int64) for name in _ACCOUNT}
        self._crop, self._kind = np.zeros(0, np.int32), np.zeros(0, np.int32)
        self._arrived, self._rooms_g = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._passed = np.zeros((2, 0), np.int64)
        self._sums = dict.fromkeys(_SUMS, 0)
        self._based_fen = 0
        self._found: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Keep the books; look at a week when the next one begins."""
        if stamp.day > self._day:
            self._end_week()
            self._day = stamp.day
        self._find_all(self._whose.see(event, stamp))
        self._find_wrong(self._claims.see(event, stamp, self._books))
        if isinstance(event, DealersBaselined | DealerListed):
            self._begin(event)
        elif isinstance(event, DealerDelisted):
            self._end(event)
        elif isinstance(event, OrdersArrived):
            self._arrive(event)
        elif isinstance(event, OrdersFilled):
            self._fill(event)
        elif isinstance(event, GoodsProcessed):
            np.add.at(self._week["hired_g"], event.dealer, event.processed_g)
            np.subtract.at(self._week["hired_g"], event.processor, event.processed_g)
        elif isinstance(event, LotSold):
            self._sell(event)
        elif isinstance(event, BasesHarvested | DealersTraded | DealersAdjusted | GoodsSupplied):
            self._trade(event)
        else:
            self._pay(event)
        if self._supply_comes_first and isinstance(event, _MOVES_STOCK):
            self._hold_stocks(event.dealer)

    def _arrive(self, event: OrdersArrived) -> None:
        if len(self._arrived):  # not in journals of before there were dealers
            self._arrived[event.crop] = event.ordered_g

    def _pay(self, event: Event) -> None:
        """Book what merchants do, what dealers are owed at first, and pay beside their trade: wages, crews, profits."""
        cash = self._books["cash_fen"]
        if isinstance(event, MerchantBooks.listens):
            self._merchants.see(event)
        elif isinstance(event, OfflineBaselined):
            self._books["owed_fen"][event.dealer] = event.owed_fen
        elif isinstance(event, DealersSettled):
            np.subtract.at(cash, event.dealer, event.fees_fen + event.wages_fen)
            self._settle(event)
        elif isinstance(event, MarkTaken | CrewsMoved):
            np.subtract.at(cash, event.dealer, event.cost_fen)
        elif isinstance(event, FacilitySettled):
            own = event.owner >= 0
            np.add.at(cash, event.owner[own], (event.fees_fen - event.running_fen)[own])
            for row in np.flatnonzero(own & (event.running_fen > 0) & (cash[event.owner] < 0)).tolist():
                paid = f"paid {event.running_fen[row]:,} fen to run facility {event.facility[row]} and had less"
                self._find(int(event.owner[row]), paid)
            np.subtract.at(cash, event.owner[own], event.returned_fen[own])
        elif isinstance(event, ProfitsDrawn):
            np.subtract.at(cash, event.dealer, event.drawn_fen)
        elif isinstance(event, RefundsPaid):
            weight = self.facts.weight[self.facts.of(PlotsBaselined, "household")[event.plot]]
            np.subtract.at(cash, event.dealer, event.paid_fen * weight)
        elif isinstance(event, DividendsPaid):
            self._share_out(event)

    def _share_out(self, event: DividendsPaid) -> None:
        """Book dividends: to the registered poor alone, of a facility each alike, out of what its owner has."""
        cash = self._books["cash_fen"]
        np.subtract.at(cash, event.dealer, event.paid_fen * self.facts.weight[event.household])
        poor = self.facts.of(HouseholdsBaselined, "poor")[event.household]
        for facility in np.unique(event.facility).tolist():
            mine = event.facility == facility
            owner, paid = int(event.dealer[mine][0]), event.paid_fen[mine]
            for wrong, what in (
                (not poor[mine].all(), "to households that are not on the register"),
                (paid.min() < paid.max(), "of unlike size"),
                (paid.max() > 0 and cash[owner] < 0, "and had less"),
            ):
                if wrong:
                    self._find(owner, f"paid dividends of facility {facility} {what}")

    def _settle(self, event: DealersSettled) -> None:
        """Hold an account against the orders and purchases since the one before."""
        for name, since in self._account.items():
            says = event.__dict__[name]
            for row in np.flatnonzero(says != since[event.dealer]).tolist():
                dealer = int(event.dealer[row])
                self._find(dealer, f"settled {says[row]:,} of {name}; its trade says {since[dealer]:,}")
            since[event.dealer] = 0

    def _begin(self, event: DealersBaselined | DealerListed) -> None:
        rows = int(event.dealer.max()) + 1
        if not len(self._arrived):
            crops = len(self.facts.of(CropsBaselined, "crop"))
            self._arrived, self._passed = np.zeros(crops, np.int64), np.zeros((2, crops), np.int64)
        for book in (self._books, self._week, self._account):
            for name, values in book.items():
                book[name] = with_room(values, rows)
        self._crop = put(self._crop, event.dealer, event.crop)
        self._kind = put(self._kind, event.dealer, event.dealer_kind)
        self._rooms_g = put(self._rooms_g, event.dealer, event.room_g)
        self._books["cash_fen"][event.dealer] = event.cash_fen
        if isinstance(event, DealersBaselined):
            self._books["stock_g"][event.dealer] = event.stock_g

    def _end(self, event: DealerDelisted) -> None:
        traders = np.full(len(self._arrived), -1)
        rows = np.flatnonzero(self._kind == DealerKind.TRADERS)
        traders[self._crop[rows]] = rows
        to = traders[self._crop[event.dealer]]
        for dealer, sign in ((event.dealer, -1), (to, 1)):
            np.add.at(self._books["stock_g"], dealer, sign * event.stock_g)
            np.add.at(self._books["cash_fen"], dealer, -sign * event.passed_fen)
        np.add.at(self._books["owed_fen"], to, self._books["owed_fen"][event.dealer])
        self._books["owed_fen"][event.dealer] = 0
        for dealer in event.dealer[self._books["waiting_g"][event.dealer] != 0].tolist():
            self._find(dealer, f"ended while {self._books['waiting_g'][dealer]:,} g of orders waited")

    def _fill(self, event: OrdersFilled) -> None:
        before = self._books["waiting_g"][event.dealer]
        lacking = before + event.ordered_g + event.taken_g - event.filled_g - event.lost_g - event.waiting_g
        for row in np.flatnonzero(lacking).tolist():
            self._find(int(event.dealer[row]), f"of its orders {lacking[row]:,} g are neither filled, lost nor waiting")
        holds = self._kind[event.dealer] < DealerKind.SHOPS
        np.subtract.at(self._books["stock_g"], event.dealer[holds], event.sent_g[holds])
        np.add.at(self._books["cash_fen"], event.dealer[holds], (event.paid_fen - event.costs_fen)[holds])
        self._books["waiting_g"][event.dealer] = event.waiting_g
        for name in ("ordered_g", "taken_g", "processed_g", "sent_g", "paid_fen"):
            np.add.at(self._week[name], event.dealer, event.__dict__[name])
        np.add.at(self._account["packed_g"], event.dealer, event.filled_g)
        np.add.at(self._account["sold_fen"], event.dealer, event.paid_fen)
        self._sums["sent_g"] += int(event.sent_g.sum())
        conversion = self.facts.of(CropsBaselined, "conversion").astype(np.int64)[self._crop[event.dealer]]
        yields = event.sent_g * conversion / ONE
        wasted = holds & (event.filled_g < yields - conversion / ONE - 1)
        for row in np.flatnonzero((event.filled_g > yields + 1) | wasted).tolist():
            self._find(int(event.dealer[row]), f"sent {event.sent_g[row]:,} g raw for {event.filled_g[row]:,} g sold")

    def _sell(self, event: LotSold) -> None:
        if not len(self._crop):
            return
        weight = self.facts.weight[self.facts.of(PlotsBaselined, "household")[event.plot]]
        for name, column in (("lots_g", "sold_g"), ("lots_fen", "received_fen"), ("lots_retail_fen", "retail_fen")):
            np.add.at(self._week[name], event.dealer, event.__dict__[column] * weight)

    def _trade(self, event: BasesHarvested | DealersTraded | DealersAdjusted | GoodsSupplied) -> None:
        if isinstance(event, DealersAdjusted):
            self._rooms_g[event.dealer] = event.room_g
            return
        if isinstance(event, GoodsSupplied):
            self._supply(event)
            return
        if isinstance(event, BasesHarvested):
            self._harvest_bases(event)
            return
        stock = event.bought_g + event.passed_g - event.bulk_g - event.offline_g - event.spoilt_g
        cash = event.bulk_fen + event.received_fen - event.paid_fen - event.passed_fen - event.cooling_fen
        self._hold_rooms(event)
        np.add.at(self._books["stock_g"], event.dealer, stock)
        np.add.at(self._books["cash_fen"], event.dealer, cash)
        np.add.at(self._books["owed_fen"], event.dealer, event.offline_fen - event.received_fen)
        np.add.at(self._account["bought_fen"], event.dealer, event.paid_fen + event.passed_fen)
        np.add.at(self._week["bought_g"], event.dealer, event.bought_g)
        np.add.at(self._week["bought_fen"], event.dealer, event.paid_fen)
        for total, amount in zip(self._passed, (event.passed_g, event.passed_fen), strict=True):
            np.add.at(total, self._crop[event.dealer], amount)
        for name in ("bought_g", "bulk_g", "offline_g", "spoilt_g"):
            self._sums[name] += int(event.__dict__[name].sum())

    def _harvest_bases(self, event: BasesHarvested) -> None:
        """Book what traders bought of firms' own bases, at nothing in journals of before."""
        np.add.at(self._books["stock_g"], event.dealer, event.harvested_g)
        np.subtract.at(self._books["cash_fen"], event.dealer, event.paid_fen)
        np.add.at(self._account["bought_fen"], event.dealer, event.paid_fen)
        self._sums["based_g"] += int(event.harvested_g.sum())
        self._based_fen += int(event.paid_fen.sum())
        wrong = (self._kind[event.dealer] != DealerKind.TRADERS) | (event.paid_fen < 0)
        for row in np.flatnonzero(wrong).tolist():
            bought = f"bought {event.harvested_g[row]:,} g of firms' bases for {event.paid_fen[row]:,} fen"
            self._find(int(event.dealer[row]), f"{bought}: only traders do, and they pay for it")

    def _supply(self, event: GoodsSupplied) -> None:
        """Book what cooperatives sold to processors, who deal in the same product of the county."""
        for dealer, sign in ((event.dealer, -1), (event.processor, 1)):
            np.add.at(self._books["stock_g"], dealer, sign * event.supplied_g)
            np.add.at(self._books["cash_fen"], dealer, -sign * event.paid_fen)
        np.add.at(self._account["bought_fen"], event.processor, event.paid_fen)
        self._sums["supplied_g"] += int(event.supplied_g.sum())
        sells, buys = self._kind[event.dealer], self._kind[event.processor]
        wrong = (sells != DealerKind.COOPERATIVE) | (buys != DealerKind.ENTERPRISE)
        wrong |= self._crop[event.dealer] != self._crop[event.processor]
        wrong |= (event.supplied_g <= 0) | (event.paid_fen < 0)
        for row in np.flatnonzero(wrong).tolist():
            to = f"sold {event.supplied_g[row]:,} g for {event.paid_fen[row]:,} fen to dealer {event.processor[row]}"
            self._find(int(event.dealer[row]), f"{to}: only cooperatives supply, and enterprises of the product alone")

    def _hold_rooms(self, event: DealersTraded) -> None:
        """Hold that what was kept cold was in stock, and found room in rooms of its own but for what was rented."""
        own_g = event.cooled_g - event.rented_g
        wrong = (event.cooled_g > self._books["stock_g"][event.dealer]) | (own_g > self._rooms_g[event.dealer])
        for row in np.flatnonzero(wrong | (own_g < 0)).tolist():
            dealer = int(event.dealer[row])
            room, stock = self._rooms_g[dealer], self._books["stock_g"][dealer]
            self._find(dealer, f"kept {own_g[row]:,} g cold in rooms for {room:,} g, of a stock of {stock:,} g")

    def _end_week(self) -> None:
        if not len(self._crop):
            return
        self._weeks += 1
        holds = self._kind < DealerKind.SHOPS
        self._hold(holds, "bought_g", "lots_g", "bought {:,} g of growers; their lots are of {:,} g")
        self._hold(holds, "bought_fen", "lots_fen", "paid growers {:,} fen; they got {:,} fen")
        self._hold(~holds, "sent_g", "lots_g", "sent {:,} g; households' lots are of {:,} g")
        self._hold(~holds, "paid_fen", "lots_retail_fen", "was paid {:,} fen; households' lots say {:,} fen")
        if self._processors_are_named:
            message = "had {:,} g processed by others; processors say {:,} g"
            self._hold(np.ones_like(holds), "processed_g", "hired_g", message)
        if not self._supply_comes_first:
            self._hold_stocks(np.arange(len(self._crop)))
        self._hold_crops()
        self._find_wrong(self._claims.end_week(self._books["cash_fen"]))
        for values in self._week.values():
            values.fill(0)
        self._arrived.fill(0)
        self._passed.fill(0)

    def _hold_stocks(self, dealers: I64 | I32) -> None:
        """Hold that some dealers have given no more than they had."""
        for dealer in np.unique(dealers[self._books["stock_g"][dealers] < 0]).tolist():
            self._find(dealer, f"has {self._books['stock_g'][dealer]:,} g in stock")

    def _hold(self, which: Bool, name: str, other: str, message: str) -> None:
        says, said = self._week[name], self._week[other]
        for dealer in np.flatnonzero(which & (says != said)).tolist():
            self._find(dealer, message.format(int(says[dealer]), int(said[dealer])))

    def _hold_crops(self) -> None:
        """Orders reach dealers in full; others get what is passed on."""
        ordered, taken, processed = (self._by_crop(name) for name in ("ordered_g", "taken_g", "processed_g"))
        for crop in np.flatnonzero(ordered != self._arrived).tolist():
            self._find_crop(crop, f"{ordered[crop]:,} g were ordered of dealers; {self._arrived[crop]:,} g arrived")
        for crop in np.flatnonzero(taken).tolist():
            self._find_crop(crop, f"orders of {taken[crop]:,} g were taken over from nobody")
        for crop in np.flatnonzero(processed).tolist():
            self._find_crop(crop, f"{processed[crop]:,} g were processed for dealers by nobody")
        for amounts, unit in zip(self._passed, ("g", "fen"), strict=True):
            for crop in np.flatnonzero(amounts).tolist():
                self._find_crop(crop, f"{amounts[crop]:,} {unit} came from traders that they did not pass on")

    def _by_crop(self, name: str) -> I64:
        total = np.zeros(len(self._arrived), np.int64)
        np.add.at(total, self._crop, self._week[name])
        return total

    def _find_all(self, found: Iterable[tuple[int, str]]) -> None:
        for dealer, message in found:
            self._find(dealer, message)

    def _find_wrong(self, found: Iterable[Wrong]) -> None:
        for wrong in found:
            self._find(wrong.dealer, f"{wrong.message} (seq {wrong.seq:,})", seq=wrong.seq)

    def _find(self, dealer: int, message: str, **at: int) -> None:
        self._find_crop(int(self._crop[dealer]), f"dealer {dealer} {message}", dealer=dealer, **at)

    def _find_crop(self, crop: int, message: str, **of: int) -> None:
        county = self.facts.counties[int(self.facts.of(CropsBaselined, "county")[crop])]
        at = {"county": county, "crop": crop, "day": self._day, **of}
        self._found.append(Finding("trade", f"{county}, product {crop}, week of day {self._day}: {message}", at))

    def violations(self, state: State) -> list[Finding]:
        """Return the weeks in which two sides said different things, and books that the state does not share."""
        self._end_week()
        self._found += [*self._against_state(state), *self._merchants.violations(state)]
        return named(self._found)

    def _against_state(self, state: State) -> Iterator[Finding]:
        for name, values in self._books.items():
            now: I64 | I32 = getattr(state.dealers, name)[: len(values)]
            for dealer in np.flatnonzero(values != now).tolist():
                says = f"dealer {dealer} has {values[dealer]:,} of {name} by its trade; the state says {now[dealer]:,}"
                yield Finding("trade", says, {"dealer": dealer})

    def summary(self) -> str:
        """Return how much was added up, in thousand tonnes."""
        kt = {name: f"{grams / 1e9:,.1f}" for name, grams in self._sums.items()}
        supplied = f"{self._sums['supplied_g'] / 1e6:,.1f}"
        stock = f"{int(self._books['stock_g'].sum()) / 1e9:,.1f}"
        share = f"{self._sums['based_g'] / max(self._sums['based_g'] + self._sums['bought_g'], 1):.1%}"
        goods = f"{self._merchants.sold_fen / 1e8:,.1f}"
        return (
            f"{len(self._crop):,} dealers bought {kt['bought_g']} thousand t of growers and {kt['based_g']} ({share}) "
            f"of firms' own bases for {self._based_fen / 1e8:,.1f} m yuan; "
            f"cooperatives sold {supplied} t of it to processors; "
            f"{kt['sent_g']} went to consumers, {kt['bulk_g']} in bulk, "
            f"{kt['offline_g']} to offline channels, {kt['spoilt_g']} spoilt, "
            f"{stock} are in stock; lots, purchases and orders agree in each of {counted(self._weeks, 'week')}; "
            f"merchants of other goods sold for {goods} m yuan and kept books of it"
        )
