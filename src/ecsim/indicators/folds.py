"""Folds that several indicators and outcomes read: sales, incomes, parcels, stations, programme facts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.events import Event, Stamp
from ecsim.events.codes import Category, EnterpriseKind, Founder, IncomeSource, ProjectKind, StationStatus, Stream
from ecsim.events.funds import FacilityOpened, PaymentMade
from ecsim.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered, SellerLapsed, SellerStarted
from ecsim.events.logistics import DeliveryCosted, ParcelsDelivered
from ecsim.events.market import (
    BackgroundIncomeMoved,
    BrandRegistered,
    CooperativesTraded,
    EnterpriseFounded,
    EnterprisesTraded,
    ExampleRecognised,
    JobsFilled,
    LotSold,
    RetailSold,
    WagesPaid,
)
from ecsim.events.opening import (
    CountiesBaselined,
    CropsBaselined,
    EnterprisesBaselined,
    HouseholdsBaselined,
    PlotsBaselined,
    VillagesBaselined,
)
from ecsim.events.quality import DisclosureComplained, ServiceComplained
from ecsim.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.events.training import SessionHeld, TraineeAttended
from ecsim.indicators.register import Fold, Register

ONE = 1_000_000


class Sales(Fold):
    """Online retail sales of the county's sellers, fen, by stream (MODEL 4.7)."""

    listens = (LotSold, CooperativesTraded, RetailSold, EnterprisesBaselined, EnterpriseFounded, EnterprisesTraded)

    def __init__(self, register: Register, weeks: int) -> None:
        super().__init__(register, weeks)
        self._county, self._kind = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add sales; enterprises' farm products come with `RetailSold`, their other goods with their own trade."""
        if isinstance(event, LotSold):
            rows = np.flatnonzero(event.retail_fen)
            household = self.register.column(PlotsBaselined, "household")[event.plot[rows]]
            fen = event.retail_fen[rows] * self.register.weight[household]
            self.add("farm", stamp, self.register.household_county[household], fen)
        elif isinstance(event, CooperativesTraded):
            self.add("farm", stamp, self.register.cooperative_county[event.cooperative], event.online_fen)
        elif isinstance(event, RetailSold):
            for stream, name in (
                (Stream.FARM_PRODUCTS, "farm"),
                (Stream.OTHER_GOODS, "goods"),
                (Stream.SERVICES, "services"),
            ):
                mine = event.stream == stream
                self.add(name, stamp, event.county[mine], event.sold_fen[mine])
        elif isinstance(event, EnterprisesBaselined | EnterpriseFounded):
            self._county = np.concatenate([self._county, event.county])
            self._kind = np.concatenate([self._kind, event.enterprise_kind])
        elif isinstance(event, EnterprisesTraded):
            mine = self._kind[event.enterprise] == EnterpriseKind.MERCHANT
            self.add("goods", stamp, self._county[event.enterprise[mine]], event.other_fen[mine])

    def total(self) -> NDArray[np.float64]:
        """Return all streams, shape (weeks, counties)."""
        return self.series("farm") + self.series("goods") + self.series("services")


class Incomes(Fold):
    """Income of registered poor households (and of all), fen, by source (MODEL 1, 6)."""

    listens = (HouseholdsBaselined, BackgroundIncomeMoved, LotSold, WagesPaid, StationsSettled)
    _SOURCES = ("wages_fen", "business_fen", "transfers_fen", "property_fen")

    def __init__(self, register: Register, weeks: int) -> None:
        super().__init__(register, weeks)
        self._factor = np.ones((weeks, 0, 2, 4))
        self._farm: dict[int, NDArray[np.float64]] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add what households get; background income is a factor on the opening from a week on."""
        if isinstance(event, HouseholdsBaselined):
            self._open(event)
        elif isinstance(event, BackgroundIncomeMoved):
            week = stamp.day // 7
            self._factor[week:, event.county, event.poor.astype(np.int64), event.source] = event.factor / ONE
        elif isinstance(event, LotSold):
            self._sell(event, stamp)
        elif isinstance(event, WagesPaid):
            county = self.register.household_county[event.household]
            self.add("jobs", stamp, county, event.paid_fen * self.register.weight[event.household])
        elif isinstance(event, StationsSettled):
            poor = np.array([self.register.poor_keeper[int(s)] for s in event.station], np.bool_)
            county = self.register.village_county[self.register.stations_by(event.station[poor])]
            self.add("station", stamp, county, (event.takings_fen + event.grant_fen - event.costs_fen)[poor])

    def _open(self, event: HouseholdsBaselined) -> None:
        counties = self.register.counties
        self._factor = np.ones((self.weeks, counties, 2, len(self._SOURCES)))
        county, poor = self.register.household_county, event.poor.astype(np.int64)
        place = 2 * county + poor
        heads = event.persons.astype(np.float64) * event.weight
        self.heads = np.bincount(place, heads, 2 * counties).reshape(counties, 2)
        self._yearly = np.stack(
            [np.bincount(place, getattr(event, s) * event.weight, 2 * counties) for s in self._SOURCES], axis=-1
        ).reshape(counties, 2, len(self._SOURCES))
        self._own = np.stack([getattr(event, s) for s in self._SOURCES], axis=-1) / event.persons[:, None]
        self._persons = event.persons

    def _sell(self, event: LotSold, stamp: Stamp) -> None:
        margin = self.register.column(CropsBaselined, "net_margin") / ONE
        household = self.register.column(PlotsBaselined, "household")[event.plot]
        net = event.received_fen * margin[self.register.column(PlotsBaselined, "crop")[event.plot]]
        county, weight = self.register.household_county[household], self.register.weight[household]
        poor = self.register.poor[household]
        self.add("farm", stamp, county[poor], (net * weight)[poor])
        self.add("farm_others", stamp, county[~poor], (net * weight)[~poor])
        year = self._year(stamp.day)
        kept = self._farm.setdefault(year, np.zeros(len(self.register.weight)))
        kept += np.bincount(household, net, len(kept))

    @staticmethod
    def _year(day: int) -> int:
        return day // 364

    def poor_by_source(self, weeks: slice) -> dict[str, NDArray[np.float64]]:
        """Return registered poor households' income a head in those weeks by source, fen, shape (counties,)."""
        background = (self._factor[weeks, :, 1] * self._yearly[:, 1] / 52.0).sum(axis=0)
        heads = np.maximum(self.heads[:, 1], 1.0)
        names = [source.name.lower() for source in IncomeSource]
        found = {name: background[:, place] / heads for place, name in enumerate(names)}
        return found | {name: self.series(name)[weeks].sum(axis=0) / heads for name in ("farm", "jobs", "station")}

    def poor_a_head(self, weeks: slice) -> NDArray[np.float64]:
        """Return registered poor households' income a head in those weeks, fen, shape (counties,)."""
        return np.asarray(sum(self.poor_by_source(weeks).values()), np.float64)

    def all_a_head(self, weeks: slice) -> NDArray[np.float64]:
        """Return rural income a head of all households in those weeks, fen, shape (counties,)."""
        background = (self._factor[weeks] * self._yearly / 52.0).sum(axis=(0, 2, 3))
        rest = sum(self.series(name)[weeks].sum(axis=0) for name in ("farm", "farm_others", "jobs", "station"))
        return np.asarray((background + rest) / self.heads.sum(axis=1), np.float64)

    def poor_below(self, line_fen: float, year: int) -> NDArray[np.float64]:
        """Return the share of registered poor households below an income line in year 0, 1, … of the run."""
        week = min(52 * year + 26, self.weeks - 1)
        poor = self.register.poor
        county = self.register.household_county[poor]
        background = (self._own[poor] * self._factor[week, county, 1]).sum(axis=1)
        farm = self._farm.get(year, np.zeros(len(self.register.weight)))[poor] / self._persons[poor]
        weight, counties = self.register.weight[poor], self.register.counties
        below = np.bincount(county, weight * (background + farm < line_fen), counties)
        return np.asarray(below / np.maximum(np.bincount(county, weight, counties), 1), np.float64)


class Parcels(Fold):
    """Parcels, what they cost whom, how long they took (MODEL 4.9)."""

    listens = (ParcelsOrdered, ParcelsDelivered, DeliveryCosted)
    PARTS = ("vehicle", "distance", "crew", "handling", "station_fee")

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add parcels and costs."""
        if isinstance(event, ParcelsOrdered):
            county, weight = self.register.household_county[event.household], self.register.weight[event.household]
            self.add("ordered", stamp, county, event.parcels * weight)
            self.add("spent", stamp, county, event.spent_fen * weight)
            self.add("saved", stamp, county, event.saved_fen * weight)
            self.add("trips", stamp, county, event.trip_fen * weight)
        elif isinstance(event, ParcelsDelivered):
            county = self.register.village_county[event.village]
            for name in ("late", "delay_hours"):
                self.add(name, stamp, county, getattr(event, name))
            self.add("delivered", stamp, county, event.parcels)
            self.add("at_station", stamp, county, event.parcels * event.to_station)
        elif isinstance(event, DeliveryCosted):
            for part in self.PARTS:
                self.add(part, stamp, event.county, getattr(event, f"{part}_fen"))
            self.add("upward_fen", stamp, event.county, event.upward_fen)
            self.add("upward_g", stamp, event.county, event.upward_g)

    def operators_fen(self) -> NDArray[np.float64]:
        """Return what parcels down cost the operators, shape (weeks, counties)."""
        return np.asarray(sum(self.series(part) for part in self.PARTS) - self.series("upward_fen"), np.float64)


class StationLife(Fold):
    """Stations open, idle, closed, and the accounts of those in service (MODEL 4.8)."""

    listens = (StationOpened, StationIdled, StationReopened, StationClosed, StationsSettled)

    def __init__(self, register: Register, weeks: int) -> None:
        super().__init__(register, weeks)
        self.changes: list[tuple[int, int, int]] = []
        self.village: dict[int, int] = {}
        self.settled: list[tuple[int, NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note changes of status by day, and takings."""
        status = {
            StationOpened: StationStatus.OPEN,
            StationReopened: StationStatus.OPEN,
            StationIdled: StationStatus.IDLE,
            StationClosed: StationStatus.CLOSED,
        }.get(type(event))
        if isinstance(event, StationOpened):
            self.village.update(zip(event.station.tolist(), event.village.tolist(), strict=True))
        if status is not None:
            stations: NDArray[np.int32] = event.__dict__["station"]
            self.changes += [(stamp.day, int(station), int(status)) for station in stations]
        elif isinstance(event, StationsSettled):
            self.settled.append((stamp.day, event.station, event.takings_fen + event.grant_fen, event.transactions))

    def status(self, day: int) -> dict[int, int]:
        """Return the status of every station on a day."""
        return {station: status for when, station, status in self.changes if when <= day}

    def villages_with(self, day: int, status: StationStatus = StationStatus.OPEN) -> NDArray[np.int64]:
        """Return villages whose station has a status on a day."""
        return np.array(sorted(self.village[s] for s, now in self.status(day).items() if now == status), np.int64)

    def verified(self, day: int, least: int) -> NDArray[np.int64]:
        """Return villages whose open station did at least so many transactions in its last settled month."""
        last: dict[int, int] = {}
        for when, stations, _, transactions in self.settled:
            if when <= day:
                last.update(zip(stations.tolist(), transactions.tolist(), strict=True))
        open_now = [s for s, now in self.status(day).items() if now == StationStatus.OPEN]
        return np.array(sorted(self.village[s] for s in open_now if last.get(s, 0) >= least), np.int64)

    def takings_a_month(self, day: int) -> NDArray[np.float64]:
        """Return the takings of each station in the last settled month before a day, fen."""
        found = [takings for when, _, takings, _ in self.settled if when <= day]
        return np.asarray(found[-1] if found else np.zeros(0), np.float64)

    def coverage(self, villages: NDArray[np.int64], *, poor_only: bool) -> NDArray[np.float64]:
        """Return the share of each county's villagers' committees (or poor villages) among the given villages."""
        register = self.register
        mask = register.column(VillagesBaselined, "unit_kind")[villages] == 0
        if poor_only:
            mask &= register.column(VillagesBaselined, "poor")[villages]
        have = np.bincount(register.village_county[villages[mask]], minlength=register.counties)
        total = register.column(CountiesBaselined, "poor_villages" if poor_only else "villages")
        return np.asarray(have / np.maximum(total, 1), np.float64)


class Programme(Fold):
    """What the programme built, trained, recognised, paid, and the complaints."""

    listens = (
        FacilityOpened, BrandRegistered, ExampleRecognised, SessionHeld, TraineeAttended, EnterpriseFounded, JobsFilled,
        DisclosureComplained, ServiceComplained, PaymentMade, BuyerAdopted, BuyerLapsed, SellerStarted, SellerLapsed,
        HouseholdsBaselined,
    )  # fmt: skip

    def __init__(self, register: Register, weeks: int) -> None:
        super().__init__(register, weeks)
        self._session_county: dict[int, int] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add counts."""
        if isinstance(event, FacilityOpened):
            self._facility(event, stamp)
        elif isinstance(event, BrandRegistered):
            self._brand(event, stamp)
        elif isinstance(event, ExampleRecognised):
            for code, name in enumerate(("example_enterprises", "example_households")):
                mine = event.example == code
                self.add(name, stamp, event.county[mine], event.weight[mine])
        elif isinstance(event, SessionHeld):
            self._session_county.update(zip(event.session.tolist(), event.county.tolist(), strict=True))
        elif isinstance(event, TraineeAttended):
            county = np.array([self._session_county[int(s)] for s in event.session])
            for name in ("persons", "answered", "satisfied"):
                self.add(name, stamp, county, getattr(event, name))
            self.add("poor_trained", stamp, county, event.persons * event.poor)
        else:
            self._rest(event, stamp)

    def _rest(self, event: Event, stamp: Stamp) -> None:
        counted = Founder.WOMAN | Founder.YOUNG | Founder.RETURNEE | Founder.GRADUATE
        if isinstance(event, EnterpriseFounded):
            self.add("employment", stamp, event.county[(event.founder & counted) > 0])
        elif isinstance(event, JobsFilled):
            mine = ((event.group & counted) > 0) & (event.jobs > 0)
            self.add("employment", stamp, event.county[mine], event.jobs[mine])
        elif isinstance(event, DisclosureComplained):
            self.add("complaints", stamp, event.county, event.complaints)
        elif isinstance(event, ServiceComplained):
            self.add("service_complaints", stamp, event.county, event.complaints)
        elif isinstance(event, PaymentMade):
            self._payment(event, stamp)
        else:
            self._traders(event, stamp)

    def _traders(self, event: Event, stamp: Stamp) -> None:
        household: NDArray[np.int32] = event.__dict__["household"]
        county, weight = self.register.household_county[household], self.register.weight[household]
        if isinstance(event, HouseholdsBaselined):
            self.add("buyers", stamp, county, weight * event.buyer)
            self.add("sellers", stamp, county, weight * event.seller)
            return
        name = "buyers" if isinstance(event, BuyerAdopted | BuyerLapsed) else "sellers"
        sign = -1 if isinstance(event, BuyerLapsed | SellerLapsed) else 1
        self.add(name, stamp, county, sign * weight)

    def _facility(self, event: FacilityOpened, stamp: Stamp) -> None:
        for kind, name in (
            (ProjectKind.SERVICE_CENTRE, "service_centres"),
            (ProjectKind.DISTRIBUTION_CENTRE, "distribution_centres"),
        ):
            mine = (event.facility_kind == kind) & (event.county >= 0)
            self.add(name, stamp, event.county[mine])

    def _brand(self, event: BrandRegistered, stamp: Stamp) -> None:
        """A brand counts in every county of its prefecture."""
        prefecture = self.register.column(CountiesBaselined, "prefecture")
        for brand in event.brand:
            home = prefecture[brand] if brand < len(prefecture) else brand - len(prefecture)
            self.add("regional_brands", stamp, np.flatnonzero(prefecture == home))

    def _payment(self, event: PaymentMade, stamp: Stamp) -> None:
        paid = event.project >= 0
        for category in Category:
            mine = paid & (event.category == category)
            self.add(f"paid_{category.name.lower()}", stamp, np.zeros(int(mine.sum()), np.int64), event.paid_fen[mine])
