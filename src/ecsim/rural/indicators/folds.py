"""Folds that several indicators and outcomes read: sales, incomes, parcels, stations, programme facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BackgroundIncomeMoved,
    BrandRegistered,
    BuyerAdopted,
    BuyerLapsed,
    CooperativesTraded,
    CountiesBaselined,
    DeliveryCosted,
    DisclosureComplained,
    EnterpriseFounded,
    EnterprisesTraded,
    Event,
    ExampleRecognised,
    FacilityOpened,
    HouseholdsBaselined,
    JobsFilled,
    LotSold,
    ParcelsDelivered,
    ParcelsOrdered,
    PaymentMade,
    RetailSold,
    SellerLapsed,
    SellerStarted,
    ServiceComplained,
    Stamp,
    StationClosed,
    StationIdled,
    StationOpened,
    StationReopened,
    StationsSettled,
    TraineeAttended,
    VillagesBaselined,
    WagesPaid,
)
from ecsim.rural.events.codes import (
    Category,
    Channel,
    EnterpriseKind,
    ExampleKind,
    Founder,
    IncomeSource,
    ProjectKind,
    StationStatus,
    Stream,
    VillageKind,
)
from ecsim.rural.indicators.accumulator import F64, Accumulator, Source, Where, column, each, weighted
from ecsim.rural.indicators.place_index import I32, I64, PlaceIndex

ONE = 1_000_000


def ratio(of: NDArray[Any], to: NDArray[Any]) -> F64:
    """Return one amount over another; NaN where the other is nothing: there is no figure then."""
    found: F64 = np.divide(of, to, out=np.full(np.shape(of), np.nan), where=to > 0)
    return found


COUNTED = Founder.WOMAN | Founder.YOUNG | Founder.RETURNEE | Founder.GRADUATE
"""Groups of the employment indicator (notice, annex 2)."""


def _household(event: LotSold, index: PlaceIndex, rows: I64) -> I32:
    return index.plot_household.take(event.plot[rows])


def _paid_by_consumers(event: LotSold, index: PlaceIndex, rows: I64) -> NDArray[Any]:
    return np.asarray(event.retail_fen[rows] * index.plot_weight.take(event.plot[rows]))


def _of_stream(stream: Stream) -> Where:
    return lambda event, _: event.stream == stream


def _by_merchants(event: EnterprisesTraded, index: PlaceIndex) -> NDArray[np.bool_]:
    return np.asarray(index.enterprise_kind[event.enterprise] == EnterpriseKind.MERCHANT)


class Sales(Accumulator):
    """Online retail sales of the county's sellers, fen, by stream (docs/model.md 4.7).

    Enterprises' farm products come with `RetailSold`, their other goods with their own trade.
    """

    sources = (
        Source("farm", LotSold, _paid_by_consumers, where=lambda event, _: event.retail_fen),
        Source("farm", CooperativesTraded, column("online_fen")),
        Source("farm", RetailSold, column("sold_fen"), where=_of_stream(Stream.FARM_PRODUCTS)),
        Source("goods", RetailSold, column("sold_fen"), where=_of_stream(Stream.OTHER_GOODS)),
        Source("goods", EnterprisesTraded, column("other_fen"), where=_by_merchants),
        Source("services", RetailSold, column("sold_fen"), where=_of_stream(Stream.SERVICES)),
    )

    def total(self) -> F64:
        """Return all streams, shape (weeks, counties)."""
        return self.series("farm") + self.series("goods") + self.series("services")


def _net_fen(event: LotSold, index: PlaceIndex, rows: I64) -> F64:
    """Return what is left of each lot after production costs, for one household."""
    return np.asarray(event.received_fen[rows] * index.plot_margin.take(event.plot[rows]))


def _net_weighted_fen(event: LotSold, index: PlaceIndex, rows: I64) -> F64:
    return _net_fen(event, index, rows) * index.plot_weight.take(event.plot[rows])


def _by_poor(event: LotSold, index: PlaceIndex) -> NDArray[np.bool_]:
    return index.plot_poor.take(event.plot)


def _by_others(event: LotSold, index: PlaceIndex) -> NDArray[np.bool_]:
    return ~_by_poor(event, index)


def _kept_by_poor(event: StationsSettled, index: PlaceIndex) -> NDArray[np.bool_]:
    return np.asarray(index.poor_keeper[event.station])


def _left_fen(event: StationsSettled, _: PlaceIndex, rows: I64) -> NDArray[Any]:
    return np.asarray((event.takings_fen + event.grant_fen - event.costs_fen)[rows])


class Incomes(Accumulator):
    """Income of registered poor households (and of all), fen, by source (docs/model.md 7)."""

    reads = (HouseholdsBaselined, BackgroundIncomeMoved)
    sources = (
        Source("farm", LotSold, _net_weighted_fen, where=_by_poor),
        Source("farm_others", LotSold, _net_weighted_fen, where=_by_others),
        Source("jobs", WagesPaid, weighted("paid_fen")),
        Source("station", StationsSettled, _left_fen, where=_kept_by_poor),
    )
    _SOURCES = ("wages_fen", "business_fen", "transfers_fen", "property_fen")

    def __init__(self, index: PlaceIndex, weeks: int, years: Sequence[int]) -> None:
        super().__init__(index, weeks)
        self._years = years
        self._factor = np.ones((weeks, 0, 2, 4))
        self._farm: dict[int, F64] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add what households get; background income is a factor on the opening from a week on."""
        if isinstance(event, HouseholdsBaselined):
            self._open(event)
        elif isinstance(event, BackgroundIncomeMoved):
            week = stamp.day // 7
            self._factor[week:, event.county, event.poor.astype(np.int64), event.source] = event.factor / ONE
        else:
            super().see(event, stamp)
        if isinstance(event, LotSold):
            self._keep(event, stamp)

    def _open(self, event: HouseholdsBaselined) -> None:
        counties = self.index.counties
        self._factor = np.ones((self.weeks, counties, 2, len(self._SOURCES)))
        county, poor = self.index.household_county, event.poor.astype(np.int64)
        place = 2 * county + poor
        heads = event.persons.astype(np.float64) * event.weight
        self.heads = np.bincount(place, heads, 2 * counties).reshape(counties, 2)
        self._yearly = np.stack(
            [np.bincount(place, getattr(event, s) * event.weight, 2 * counties) for s in self._SOURCES], axis=-1
        ).reshape(counties, 2, len(self._SOURCES))
        self._own = np.stack([getattr(event, s) for s in self._SOURCES], axis=-1) / event.persons[:, None]
        self._persons = event.persons

    def _keep(self, event: LotSold, stamp: Stamp) -> None:
        """Add up the lots of each registered poor household by calendar year."""
        rows = np.flatnonzero(_by_poor(event, self.index))
        household, net = _household(event, self.index, rows), _net_fen(event, self.index, rows)
        kept = self._farm.setdefault(self._years[self.week(stamp.day)], np.zeros(len(self.index.weight)))
        kept += np.bincount(household, net, len(kept))

    def poor_by_source(self, weeks: slice) -> dict[str, F64]:
        """Return registered poor households' income a head in those weeks by source, fen, shape (counties,)."""
        background = (self._factor[weeks, :, 1] * self._yearly[:, 1] / 52.0).sum(axis=0)
        heads = np.maximum(self.heads[:, 1], 1.0)
        names = [source.name.lower() for source in IncomeSource]
        found = {name: background[:, place] / heads for place, name in enumerate(names)}
        return found | {name: self.series(name)[weeks].sum(axis=0) / heads for name in ("farm", "jobs", "station")}

    def poor_a_head(self, weeks: slice) -> F64:
        """Return registered poor households' income a head in those weeks, fen, shape (counties,)."""
        return np.asarray(sum(self.poor_by_source(weeks).values()), np.float64)

    def all_a_head(self, weeks: slice) -> F64:
        """Return rural income a head of all households in those weeks, fen, shape (counties,)."""
        background = (self._factor[weeks] * self._yearly / 52.0).sum(axis=(0, 2, 3))
        rest = sum(self.series(name)[weeks].sum(axis=0) for name in ("farm", "farm_others", "jobs", "station"))
        return np.asarray((background + rest) / self.heads.sum(axis=1), np.float64)

    def poor_below(self, line_fen: float, year: int, weeks: slice) -> F64:
        """Return the share of registered poor households below an income line in a calendar year, of those weeks.

        Farm income is that of the year, background income that of its middle week.
        """
        week = middle(weeks)
        if week >= self.weeks:
            return np.full(self.index.counties, np.nan)
        poor = self.index.poor
        county = self.index.household_county[poor]
        background = (self._own[poor] * self._factor[week, county, 1]).sum(axis=1)
        farm = self._farm.get(year, np.zeros(len(self.index.weight)))[poor] / self._persons[poor]
        weight, counties = self.index.weight[poor], self.index.counties
        below = np.bincount(county, weight * (background + farm < line_fen), counties)
        return ratio(below, np.bincount(county, weight, counties))


def middle(weeks: slice) -> int:
    """Return the week in the middle of some weeks."""
    return int(weeks.start + (weeks.stop - weeks.start) // 2)


class Parcels(Accumulator):
    """Parcels, what they cost whom, how long they took (docs/model.md 4.9)."""

    PARTS = ("vehicle", "distance", "crew", "handling", "station_fee")
    sources = (
        Source("ordered", ParcelsOrdered, weighted("parcels")),
        Source("spent", ParcelsOrdered, weighted("spent_fen")),
        Source("saved", ParcelsOrdered, weighted("saved_fen")),
        Source("trips", ParcelsOrdered, weighted("trip_fen")),
        Source("late", ParcelsDelivered, column("late")),
        Source("delay_hours", ParcelsDelivered, column("delay_hours")),
        Source("delivered", ParcelsDelivered, column("parcels")),
        Source("at_station", ParcelsDelivered, column("parcels"), where=lambda event, _: event.to_station),
        *(Source(part, DeliveryCosted, column(f"{part}_fen")) for part in PARTS),
        Source("upward_fen", DeliveryCosted, column("upward_fen")),
        Source("upward_g", DeliveryCosted, column("upward_g")),
    )

    def operators_fen(self) -> F64:
        """Return what parcels down cost the operators, shape (weeks, counties)."""
        return np.asarray(sum(self.series(part) for part in self.PARTS) - self.series("upward_fen"), np.float64)


class StationLife(Accumulator):
    """Stations open, idle, closed, and the accounts of those in service (docs/model.md 4.8)."""

    reads = (StationOpened, StationIdled, StationReopened, StationClosed, StationsSettled)

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        super().__init__(index, weeks)
        self.changes: list[tuple[int, int, int]] = []
        self.village: dict[int, int] = {}
        self.settled: list[tuple[int, I32, I64, I32]] = []

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
            stations: I32 = event.__dict__["station"]
            self.changes += [(stamp.day, int(station), int(status)) for station in stations]
        elif isinstance(event, StationsSettled):
            self.settled.append((stamp.day, event.station, event.takings_fen + event.grant_fen, event.transactions))

    def status(self, day: int) -> dict[int, int]:
        """Return the status of every station on a day."""
        return {station: status for when, station, status in self.changes if when <= day}

    def villages_with(self, day: int, status: StationStatus = StationStatus.OPEN) -> I64:
        """Return villages whose station has a status on a day."""
        return np.array(sorted(self.village[s] for s, now in self.status(day).items() if now == status), np.int64)

    def verified(self, day: int, least: float) -> I64:
        """Return villages whose open station did at least so many transactions in its last settled month."""
        last: dict[int, int] = {}
        for when, stations, _, transactions in self.settled:
            if when <= day:
                last.update(zip(stations.tolist(), transactions.tolist(), strict=True))
        open_now = [s for s, now in self.status(day).items() if now == StationStatus.OPEN]
        return np.array(sorted(self.village[s] for s in open_now if last.get(s, 0) >= least), np.int64)

    def takings_a_month(self, day: int) -> F64:
        """Return the takings of each station in the last settled month before a day, fen."""
        found = [takings for when, _, takings, _ in self.settled if when <= day]
        return np.asarray(found[-1] if found else np.zeros(0), np.float64)

    def counts(self, villages: I64, *, poor_only: bool) -> NDArray[np.bool_]:
        """Return which villages coverage is counted over: villagers' committees, or the poor ones of them."""
        index = self.index
        committee = index.column(VillagesBaselined, "unit_kind")[villages] == VillageKind.VILLAGE
        return np.asarray(committee & (index.column(VillagesBaselined, "poor")[villages] | (not poor_only)))

    def coverage(self, villages: I64, *, poor_only: bool) -> F64:
        """Return the share of each county's villagers' committees (or poor villages) among the given villages."""
        index = self.index
        among = villages[self.counts(villages, poor_only=poor_only)]
        have = np.bincount(index.village_county[among], minlength=index.counties)
        total = index.column(CountiesBaselined, "poor_villages" if poor_only else "villages")
        return ratio(have, total)


def _county_facility(kind: ProjectKind) -> Where:
    return lambda event, _: (event.facility_kind == kind) & (event.county >= 0)


def _example(example: ExampleKind) -> Where:
    return lambda event, _: event.example == example


def _in_prefecture(event: BrandRegistered, index: PlaceIndex, rows: I64) -> tuple[I64, I32]:
    """A brand counts in every county of its prefecture."""
    prefecture = index.column(CountiesBaselined, "prefecture")
    brand, counties = event.brand[rows], len(prefecture)
    home = np.where(brand < counties, prefecture[np.minimum(brand, counties - 1)], brand - counties)
    row, county = np.nonzero(home[:, None] == prefecture)
    return rows[row], county.astype(np.int32)


def _for_project(category: Category) -> Where:
    code = int(category)  # numpy is slow to compare with members of an enumeration
    return lambda event, _: (event.category == code) & (event.project >= 0)


def _to_the_region(_: PaymentMade, __: PlaceIndex, rows: I64) -> tuple[I64, I32]:
    """Payments of projects shared by a prefecture have no county: they are added up in one place."""
    return rows, np.zeros(len(rows), np.int32)


class ProgrammeFacts(Accumulator):
    """What the programme built, trained, recognised, paid, and the complaints."""

    sources = (
        Source("service_centres", FacilityOpened, each, where=_county_facility(ProjectKind.SERVICE_CENTRE)),
        Source("distribution_centres", FacilityOpened, each, where=_county_facility(ProjectKind.DISTRIBUTION_CENTRE)),
        Source("regional_brands", BrandRegistered, each, spread=_in_prefecture),
        *(
            Source(name, ExampleRecognised, column("weight"), where=_example(example))
            for name, example in (
                ("example_enterprises", ExampleKind.DEMONSTRATION_ENTERPRISE),
                ("example_households", ExampleKind.DEMONSTRATION_HOUSEHOLD),
            )
        ),
        *(Source(name, TraineeAttended, column(name)) for name in ("persons", "answered", "satisfied")),
        Source("employment", EnterpriseFounded, each, where=lambda event, _: event.founder & COUNTED),
        Source(
            "employment", JobsFilled, column("jobs"),
            where=lambda event, _: ((event.group & COUNTED) > 0) & (event.jobs > 0),
        ),
        Source("complaints", DisclosureComplained, column("complaints")),
        Source("service_complaints", ServiceComplained, column("complaints")),
        Source("buyers", HouseholdsBaselined, weighted("buyer")),
        Source("buyers", BuyerAdopted, weighted()),
        Source("buyers", BuyerLapsed, weighted(sign=-1)),
        Source("sellers", HouseholdsBaselined, weighted("seller")),
        Source("sellers", SellerStarted, weighted()),
        Source("sellers", SellerLapsed, weighted(sign=-1)),
        *(
            Source(
                f"paid_{category.name.lower()}", PaymentMade, column("paid_fen"), where=_for_project(category),
                spread=_to_the_region,
            )
            for category in Category
        ),
    )  # fmt: skip


class PoorServed(Accumulator):
    """Registered poor households served: trained, or selling through a station or cooperative (docs/model.md 7)."""

    reads = (TraineeAttended, LotSold)
    never = np.iinfo(np.int32).max

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        super().__init__(index, weeks)
        self._since = np.zeros(0, np.int32)

    @staticmethod
    def served(event: Event, index: PlaceIndex) -> tuple[I64, I32]:
        """Return the rows of an event that serve registered poor households, and which households; shape (n,) each."""
        if isinstance(event, TraineeAttended):
            rows = np.flatnonzero(event.household >= 0)
            household = event.household[rows]
        else:
            assert isinstance(event, LotSold)
            through = (event.channel == Channel.STATION) | (event.channel == Channel.COOPERATIVE)
            rows = np.flatnonzero(through)
            household = _household(event, index, rows)
        poor = index.poor[household]
        return rows[poor], household[poor]

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note the week in which a household is served for the first time."""
        if not len(self._since):
            self._since = np.full(len(self.index.weight), self.never, np.int32)
        _, household = self.served(event, self.index)
        self._since[household] = np.minimum(self._since[household], self.week(stamp.day))

    def households(self, day: int) -> F64:
        """Return how many were served up to and with a day, those that the sample stands for; shape (counties,)."""
        served = np.flatnonzero(self._since <= day // 7)
        weight, county = self.index.weight[served], self.index.household_county[served]
        return np.bincount(county, weight, self.index.counties).astype(np.float64)
