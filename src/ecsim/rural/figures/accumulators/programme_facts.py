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

COUNTED = Founder.WOMAN | Founder.YOUNG | Founder.RETURNEE | Founder.GRADUATE
"""Groups of the employment indicator (notice, annex 2)."""


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
                f"paid_{category.name.lower()}", PaymentMade, column("paid_fen"), where=_for_project(category),
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
            household = index.plot_household.take(event.plot[rows])
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
