"""What the figures of stylised facts need of a run beside the scorecard: who uses, supplies, tours, pools, loses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.toolkit import Event, Stamp
from ecsim.rural.events import (
    CropForm,
    CropHarvested,
    CropsBaselined,
    DealerKind,
    DealerListed,
    DealersBaselined,
    DealersTraded,
    HouseholdsBaselined,
    LotSold,
    ParcelsOrdered,
    PlotsBaselined,
    PoolFormed,
    ProjectApproved,
    ProjectKind,
    RoundsDriven,
    SellerLapsed,
    SellerStarted,
    ShopsBaselined,
    StationOpened,
    StationsSettled,
    StockSpoiled,
)
from ecsim.rural.figures.accumulators import F64, PlaceIndex
from ecsim.rural.units import ONE

BUYERS_OF_THE_POOR = (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE)
"""Dealers that are one firm each; small merchants are told together."""


class StationUse:
    """Which households had parcels handed over at a station, and what each station took in by month of its life."""

    listens: tuple[type[Event], ...] = (StationOpened, StationsSettled, ParcelsOrdered)

    def __init__(self, index: PlaceIndex) -> None:
        self.index = index
        self.users: set[int] = set()
        self.villages: set[int] = set()
        self.months: list[tuple[int, NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]] = []
        """Day, stations, parcels handed over and takings with the grant, a month of settlements each."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of stations, their accounts and their users."""
        if isinstance(event, StationOpened):
            self.villages.update(event.village.tolist())
        elif isinstance(event, StationsSettled):
            takings = event.takings_fen.astype(np.int64) + event.grant_fen
            self.months.append((stamp.day, event.station, event.parcels_in.astype(np.int64), takings))
        elif isinstance(event, ParcelsOrdered):
            at_stop = event.itself & (event.handed_over > 0) & np.isin(event.stop, list(self.villages))
            self.users.update(event.household[at_stop].tolist())


class Suppliers:
    """Registered poor households that sold to a cooperative or firm in the last year, and which dealers bought."""

    listens: tuple[type[Event], ...] = (LotSold,)

    def __init__(self, index: PlaceIndex, since: int) -> None:
        self.index, self.since = index, since
        self.households: set[int] = set()
        self.dealers: set[int] = set()

    def see(self, event: LotSold, stamp: Stamp) -> None:
        """Take note of lots of registered poor households."""
        if stamp.day < self.since:
            return
        household = self.index.plot_household.take(event.plot)
        rows = np.flatnonzero((event.dealer >= 0) & self.index.is_poor(household))
        rows = rows[np.isin(self.index.dealer_kind[event.dealer[rows]], BUYERS_OF_THE_POOR)]
        self.households.update(household[rows].tolist())
        self.dealers.update(event.dealer[rows].tolist())

    @property
    def count(self) -> float:
        """Households that sold, all that the sample stands for."""
        return float(self.index.weight[sorted(self.households)].sum()) if self.households else 0.0


class Shops:
    """Households' own online shops by row: how many, and when the row's first opened."""

    listens: tuple[type[Event], ...] = (HouseholdsBaselined, ShopsBaselined, SellerStarted, SellerLapsed)

    def __init__(self) -> None:
        self.shops = np.zeros(0, np.int64)

    def see(self, event: Event, _: Stamp) -> None:
        """Add and take away shops."""
        if isinstance(event, HouseholdsBaselined):
            self.shops = np.zeros(event.rows, np.int64)
        elif isinstance(event, ShopsBaselined | SellerStarted):
            np.add.at(self.shops, event.household, event.shops)
        elif isinstance(event, SellerLapsed):
            np.subtract.at(self.shops, event.household, event.shops)


class VillageTours:
    """Parcels and hours of crews on tours of villages in some weeks."""

    listens: tuple[type[Event], ...] = (RoundsDriven,)

    def __init__(self, weeks: slice) -> None:
        self.weeks = weeks
        self.parcels = self.seconds = 0.0

    def see(self, event: RoundsDriven, stamp: Stamp) -> None:
        """Add the tours of a week."""
        if self.weeks.start <= stamp.day // 7 < self.weeks.stop:
            self.parcels += float(event.parcels_down[event.village_tour].sum())
            self.seconds += float(event.crew_seconds[event.village_tour].sum())


class Pools:
    """The day on which each county's operators began to deliver jointly; -1: they never did."""

    listens: tuple[type[Event], ...] = (PoolFormed,)

    def __init__(self) -> None:
        self.day: dict[int, int] = {}

    def see(self, event: PoolFormed, stamp: Stamp) -> None:
        """Note the first pool of a county."""
        for county in event.county.tolist():
            self.day.setdefault(county, stamp.day)


class TrainingPlanned:
    """Person-times of training that projects are approved for, by day of approval."""

    listens: tuple[type[Event], ...] = (ProjectApproved,)

    def __init__(self) -> None:
        self.planned = 0.0

    def see(self, event: ProjectApproved, _: Stamp) -> None:
        """Add the quantity of training projects."""
        self.planned += float(event.quantity[event.project_kind == ProjectKind.TRAINING].sum())


class FreshLoss:
    """Grams of fresh goods that came in, and that growers and dealers lost of them, in some weeks."""

    listens: tuple[type[Event], ...] = (
        CropsBaselined, PlotsBaselined, DealersBaselined, DealerListed, CropHarvested, StockSpoiled, LotSold,
        DealersTraded,
    )  # fmt: skip

    def __init__(self, index: PlaceIndex, weeks: slice) -> None:
        self.index, self.weeks = index, weeks
        self.harvested = self.lost = 0.0
        self._fresh = np.zeros(0, np.bool_)
        self._crop_of: dict[int, int] = {}
        self._stock = self._output = np.zeros(0, np.float64)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Follow what growers have in stock, and add what came in and what was lost."""
        counts = self.weeks.start <= stamp.day // 7 < self.weeks.stop
        if isinstance(event, CropsBaselined):
            self._fresh = event.form == CropForm.FRESH
        elif isinstance(event, PlotsBaselined):
            weight = self.index.weight[event.household] * self._fresh[event.crop]
            self._output, self._stock = event.output_g * weight, event.stock_g.astype(np.float64) * weight
        elif isinstance(event, DealersBaselined | DealerListed):
            self._crop_of.update(zip(event.dealer.tolist(), event.crop.tolist(), strict=True))
        elif isinstance(event, CropHarvested):
            harvest = self._output * self._shares(event.crop, event.share)
            self._stock += harvest
            self.harvested += counts * float(harvest.sum())
        elif isinstance(event, StockSpoiled):
            spoilt = self._stock * self._shares(event.crop, event.share)
            self._stock -= spoilt
            self.lost += counts * float(spoilt.sum())
        elif isinstance(event, LotSold):
            sold = event.sold_g * self.index.plot_weight[event.plot] * self._fresh[self.index.plot_crop[event.plot]]
            np.subtract.at(self._stock, event.plot, sold)
        elif isinstance(event, DealersTraded):
            fresh = self._fresh[[self._crop_of[dealer] for dealer in event.dealer.tolist()]]
            self.lost += counts * float(event.spoilt_g[fresh].sum())

    def _shares(self, crop: NDArray[np.int32], share: NDArray[np.int32]) -> F64:
        """Return the share of each plot's crop."""
        shares = np.zeros(len(self._fresh))
        np.add.at(shares, crop, share / ONE)
        return shares[self.index.plot_crop]


def weighted_mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return a weighted mean; NaN of nothing."""
    total = float(weight.sum())
    return float((values * weight).sum() / total) if total > 0 else float("nan")


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, equal values in order; NaN of fewer than three pairs.

    References
    ----------
    Spearman (1904), The proof and measurement of association between two things.
    """
    if len(first) < 3:
        return float("nan")
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
