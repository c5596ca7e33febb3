"""What the programme built, trained, recognised and paid, whom it served, and who complained (docs/model.md 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BrandRegistered,
    BuyerAdopted,
    BuyerLapsed,
    Category,
    Channel,
    CooperativeFounded,
    CountiesBaselined,
    DisclosureComplained,
    EnterpriseFounded,
    Event,
    ExampleKind,
    ExampleRecognised,
    FacilityClosed,
    FacilityOpened,
    Founder,
    HouseholdsBaselined,
    JobsFilled,
    LotSold,
    PaymentMade,
    ProjectKind,
    SellerLapsed,
    SellerStarted,
    ServiceComplained,
    ShopsBaselined,
    Stamp,
    TraineeAttended,
)
from ecsim.rural.figures.accumulators.accumulator import (
    F64,
    Accumulator,
    Amount,
    Source,
    Where,
    column,
    each,
    weighted,
)
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex
from ecsim.rural.state.ledger import spent_fen

COUNTED = Founder.WOMAN | Founder.YOUNG | Founder.RETURNEE | Founder.GRADUATE
"""Groups of the employment indicator (notice, annex 2)."""


def _county_facility(kind: ProjectKind) -> Where:
    return lambda event, _: (event.facility_kind == kind) & (event.county >= 0)


def _one_less(event: FacilityClosed, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return np.full(len(event.facility[rows]), -1, np.int64)


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


def _spent(event: PaymentMade, _: PlaceIndex, rows: I64 | slice) -> I64:
    """What suppliers give back is taken off."""
    return spent_fen(event.payer[rows], event.paid_fen[rows])


def _to_the_region(_: PaymentMade, __: PlaceIndex, rows: I64) -> tuple[I64, I32]:
    """Payments of projects shared by a prefecture have no county: they are added up in one place."""
    return rows, np.zeros(len(rows), np.int32)


def _shops(sign: int = 1) -> Amount:
    """Return shops opened or given up: what a row says, or (in journals of before) one of each household of it."""

    def amount(event: Event, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
        shops, weight = event.__dict__["shops"][rows], index.weight.take(event.__dict__["household"][rows])
        return np.asarray(sign * np.where(shops > 0, shops, weight))

    return amount


def _fewer_than_the_row_stands_for(event: ShopsBaselined, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    """Return shops of the opening less the households that their row stands for, which are counted as sellers."""
    return np.asarray(event.shops[rows] - index.weight.take(event.household[rows]))


class ProgrammeFacts(Accumulator):
    """What the programme built, trained, recognised, paid, and the complaints."""

    sources = (
        Source("service_centres", FacilityOpened, each, where=_county_facility(ProjectKind.SERVICE_CENTRE)),
        Source("distribution_centres", FacilityOpened, each, where=_county_facility(ProjectKind.DISTRIBUTION_CENTRE)),
        *(
            Source(name, FacilityClosed, _one_less, where=_county_facility(kind))
            for name, kind in (
                ("service_centres", ProjectKind.SERVICE_CENTRE),
                ("distribution_centres", ProjectKind.DISTRIBUTION_CENTRE),
            )
        ),
        Source("regional_brands", BrandRegistered, each, spread=_in_prefecture),
        *(
            Source(name, ExampleRecognised, column("weight"), where=_example(example))
            for name, example in (
                ("example_enterprises", ExampleKind.DEMONSTRATION_ENTERPRISE),
                ("example_households", ExampleKind.DEMONSTRATION_HOUSEHOLD),
            )
        ),
        *(Source(name, TraineeAttended, column(name)) for name in ("persons", "answered", "satisfied")),
        *(
            Source("employment", kind, each, where=lambda event, _: event.founder & COUNTED)
            for kind in (EnterpriseFounded, CooperativeFounded)
        ),
        Source(
            "employment", JobsFilled, column("first_jobs"),
            where=lambda event, _: ((event.group & COUNTED) > 0) & (event.first_jobs > 0),
        ),
        Source("complaints", DisclosureComplained, column("complaints")),
        Source("service_complaints", ServiceComplained, column("complaints")),
        Source("buyers", HouseholdsBaselined, weighted("buyer")),
        Source("buyers", BuyerAdopted, weighted()),
        Source("buyers", BuyerLapsed, weighted(sign=-1)),
        Source("sellers", HouseholdsBaselined, weighted("seller")),
        Source("sellers", ShopsBaselined, _fewer_than_the_row_stands_for),
        Source("sellers", SellerStarted, _shops()),
        Source("sellers", SellerLapsed, _shops(sign=-1)),
        *(
            Source(
                f"paid_{category.name.lower()}", PaymentMade, _spent, where=_for_project(category),
                spread=_to_the_region,
            )
            for category in Category
        ),
    )  # fmt: skip

    def paid_yuan(self) -> dict[str, float]:
        """Return what projects were paid over the whole run by head, all funders together; yuan."""
        heads = [category.name.lower() for category in Category]
        return {head: float(self.series(f"paid_{head}").sum()) / 100.0 for head in heads}


class PoorServed(Accumulator):
    """Registered poor households served: trained, or selling through a station or cooperative (docs/model.md 7).

    Of the households that a row stands for, different ones come to each training; the same ones sell each time, and
    whether a household sells has nothing to do with whether it came.
    """

    reads = (TraineeAttended, LotSold)
    _SERVED = "served"

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        super().__init__(index, weeks)
        self._trained, self._selling = np.zeros(0, np.int64), np.zeros(0, np.int64)

    @staticmethod
    def served(event: Event, index: PlaceIndex) -> tuple[I64, I32, I64]:
        """Return the rows of an event that serve registered poor households, which, and how many of each.

        Returns
        -------
        rows : shape (n,)
        household : shape (n,)
        households : shape (n,), of those that the household stands for
        """
        if isinstance(event, TraineeAttended):
            rows = np.flatnonzero(event.household >= 0)
            household, many = event.household[rows], event.persons[rows].astype(np.int64)
        else:
            assert isinstance(event, LotSold)
            through = (event.channel == Channel.STATION) | (event.channel == Channel.COOPERATIVE)
            rows = np.flatnonzero(through)
            household, many = index.plot_household.take(event.plot[rows]), event.sellers[rows].astype(np.int64)
        poor = index.poor[household]
        household = household[poor]
        weight = index.weight[household]
        return rows[poor], household, np.where(many[poor] > 0, np.minimum(many[poor], weight), weight)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add the households that are served for the first time."""
        if not len(self._trained):
            self._trained, self._selling = (np.zeros(len(self.index.weight), np.int64) for _ in range(2))
        _, household, many = self.served(event, self.index)
        rows = np.unique(household)
        before = self._reached(rows)
        if isinstance(event, TraineeAttended):
            np.add.at(self._trained, household, many)
            self._trained[rows] = np.minimum(self._trained[rows], self.index.weight[rows])
        else:
            np.maximum.at(self._selling, household, many)
        self.add(self._SERVED, stamp, self.index.household_county[rows], self._reached(rows) - before)

    def _reached(self, rows: I32) -> F64:
        """Return how many households of each row were trained, sell through others, or both; shape (rows,)."""
        weight = self.index.weight[rows]
        return np.asarray(weight - (weight - self._trained[rows]) * (weight - self._selling[rows]) / weight, np.float64)

    def households(self, day: int) -> F64:
        """Return how many were served up to and with a day, those that the sample stands for; shape (counties,)."""
        return self.until(self._SERVED, day)
