"""The figures that stylised facts are held against, from the events of a run alone."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.toolkit import Event, Stamp
from ecsim.rural.events import CountiesBaselined, HouseholdsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.figures import DATE_FIGURES
from ecsim.rural.figures.accumulators import F64
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.scenario import Scenario
from ecsim.rural.stylised_facts.watchers import (
    FreshLoss,
    Pools,
    Shops,
    StationUse,
    Suppliers,
    TrainingPlanned,
    VillageTours,
    rank_correlation,
    weighted_mean,
)

QUARTER, HALF, YEAR = 13, 26, 52
"""Weeks."""
CREW_DAY_SECONDS = 8.5 * 3600
"""A worker's day in the source (L11: 8 to 9 hours)."""
STAR_SHARE = 0.99
"""Stations below a star, by takings."""
SETTLED, MONTHS = 0.95, 13
"""Of its mean over the second half of its first year: use of a station that has settled; months of that year."""
MONTH_WEEKS = 4
WEEKS_A_MONTH = 365.25 / 12 / 7
NAN = float("nan")


class FactFigures:
    """Watches a run of the rural model for the figures of stylised facts."""

    def __init__(self, scenario: Scenario) -> None:
        self.card = card = CountyScorecard.of(scenario)
        index, weeks = card.index, card.weeks
        first_year = card.periods.run_of(card.periods.year_of(0))
        self.use = StationUse(index)
        self.suppliers = Suppliers(index, 7 * (weeks - YEAR))
        self.shops = Shops()
        self.tours = VillageTours(first_year)
        self.pools = Pools()
        self.training = TrainingPlanned()
        self.loss = FreshLoss(index, first_year)
        self._by_kind: dict[type[Event], list[Callable[[Event, Stamp], None]]] = defaultdict(list)
        for watcher in (self.use, self.suppliers, self.shops, self.tours, self.pools, self.training, self.loss):
            for kind in watcher.listens:
                self._by_kind[kind].append(watcher.see)  # type: ignore[arg-type]

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self.card.see(event, stamp)
        for see in self._by_kind.get(type(event), ()):
            see(event, stamp)

    def figures(self) -> Mapping[str, float]:
        """Return every figure by name; NaN where the run gives none."""
        return {
            **self._growth(), **self._coverage(), **self._delivery(), **self._pooling(), **self._programme(),
            **self._users(), **self._stations(), **self._the_poor(),
        }  # fmt: skip

    def _growth(self) -> dict[str, float]:
        """Figures of facts 1, 2, 3, 14."""
        sales = self.card.sales
        total, farm = (series.sum(axis=1) for series in (sales.total(), sales.series("farm")))
        goods, services = (sales.series(name).sum(axis=1) for name in ("goods", "services"))
        year = {y: self._growth_of(total, y) for y in (2019, 2020, 2021)}
        first, second = (self._growth_of(total, 2020, quarter) for quarter in (0, 1))
        nation = self.card.official.growth_of("retail", 2019)
        return {
            "growth_slowdown": year[2021] - year[2019],
            "farm_lead_2020": self._growth_of(farm, 2020) - year[2020],
            "farm_lead_2021": self._growth_of(farm, 2021) - year[2021],
            "lead_over_nation_2019": year[2019] - nation,
            "growth_2020q1": first,
            "rebound_2020": second - first,
            "farm_lead_2020q1": self._growth_of(farm, 2020, 0) - first,
            "goods_lead_2020": self._growth_of(farm + goods, 2020) - self._growth_of(services, 2020),
            **{f"shops_growth_{y}": self._shops_growth(y) for y in (2020, 2021)},
        }

    def _weeks(self, year: int, quarter: int | None = None) -> slice | None:
        """Return the weeks of a year or a quarter of it; None if one of them was not run."""
        weeks = self.card.periods.weeks_of(year)
        if quarter is not None:
            weeks = weeks[QUARTER * quarter : QUARTER * (quarter + 1)]
        inside = weeks.start >= 0 and weeks.stop <= self.card.weeks
        return slice(weeks.start, weeks.stop) if inside else None

    def _growth_of(self, series: F64, year: int, quarter: int | None = None) -> float:
        """Return the growth of a series on the same weeks of the year before."""
        now, before = self._weeks(year, quarter), self._weeks(year - 1, quarter)
        if now is None or before is None:
            return NAN
        weeks = min(now.stop - now.start, before.stop - before.start)
        return _ratio(series[now][:weeks].sum(), series[before][:weeks].sum()) - 1.0

    def _day(self, date: dt.date) -> int:
        """Return the day of a date; -1 if the run does not reach it."""
        day = (date - self.card.start).days
        return day if 0 <= day <= 7 * self.card.weeks else -1

    def _year_end(self, year: int) -> int:
        return self._day(dt.date(year, 12, 31))

    def _shops_growth(self, year: int) -> float:
        days = (self._year_end(year), self._year_end(year - 1))
        if min(days) < 0:
            return NAN
        now, before = (float(self.card.programme.until("sellers", day).sum()) for day in days)
        return _ratio(now, before) - 1.0

    def _coverage(self) -> dict[str, float]:
        """Figures of fact 5."""
        index, stations = self.card.index, self.card.stations
        points = np.flatnonzero(index.column(VillagesBaselined, "parcel_point"))

        def reached(year: int) -> float:
            day = self._year_end(year)
            if day < 0:
                return NAN
            villages = np.union1d(points, stations.villages_with(day))
            committees = float(stations.counts(villages, poor_only=False).sum())
            return committees / float(index.column(CountiesBaselined, "villages").sum())

        return {f"villages_reached_{year}": reached(year) for year in (2019, 2020, 2021)}

    def _delivery(self) -> dict[str, float]:
        """Figures of facts 4 and 6."""
        parcels, weeks = self.card.parcels, [self._weeks(year) for year in (2018, 2021)]
        elasticity = NAN
        if weeks[0] is not None and weeks[1] is not None:
            volume = [float(parcels.series("delivered")[span].sum()) for span in weeks if span]
            cost = [_ratio(float(parcels.operators_fen()[s].sum()), v) for s, v in zip(weeks, volume, strict=True) if s]
            elasticity = _ratio(_log_ratio(cost[1], cost[0]), _log_ratio(volume[1], volume[0]))
        return {
            "cost_elasticity": elasticity,
            "parcels_a_crew_day": _ratio(self.tours.parcels, self.tours.seconds / CREW_DAY_SECONDS),
            "fresh_loss_2018": _ratio(self.loss.lost, self.loss.harvested),
        }

    def _pooling(self) -> dict[str, float]:
        """Figures of facts 7 and 8: the half-years before and after each county's pool."""
        parcels, area = self.card.parcels, self.card.index.column(CountiesBaselined, "area_hectares")
        cost, delivered, ordered = parcels.operators_fen(), parcels.brought(), parcels.series("ordered")
        saved, dense, answered = [], [], []
        for county, day in sorted(self.pools.day.items()):
            week = day // 7
            before, after = slice(week - HALF, week), slice(week, week + HALF)
            if before.start < 0 or after.stop > self.card.weeks:
                continue
            a_parcel = [_ratio(cost[span, county].sum(), delivered[span, county].sum()) for span in (before, after)]
            saved.append(1.0 - _ratio(a_parcel[1], a_parcel[0]))
            dense.append(float(ordered[before, county].sum() / area[county]))
            if before.start >= YEAR:
                growth = [_on_year_before(ordered[:, county], span) for span in (before, after)]
                answered.append(_ratio(growth[1], growth[0]) - 1.0)
        return {
            "pooling_saving": _mean(saved), "pooling_saving_by_density": rank_correlation(saved, dense),
            "volume_after_pooling": _mean(answered),
        }  # fmt: skip

    def _programme(self) -> dict[str, float]:
        """Figures of facts 9 and 10."""
        card = self.card
        year_on = card.notice.dates.notice + dt.timedelta(days=7 * YEAR)
        day = self._day(year_on)
        trained = float(card.programme.until("persons", day).sum()) if day >= 0 else NAN
        centres = _at(DATE_FIGURES, "service_centres")(card, year_on) if day >= 0 else np.full(1, NAN)
        stations = len(card.stations.village)
        return {
            "training_after_a_year": _ratio(trained, self.training.planned),
            "centres_after_a_year": float((centres > 0).mean()) if day >= 0 else NAN,
            "yuan_a_station": _ratio(card.spending_yuan()["stations"], stations),
        }

    def _users(self) -> dict[str, float]:
        """Figures of fact 11; users against other households of counties that have stations."""
        index = self.card.index
        weight = index.weight.astype(np.float64)
        age, schooling = (self._household(name) for name in ("age_class", "schooling_years"))
        income = sum(self._household(name) for name in ("wages_fen", "business_fen", "transfers_fen", "property_fen"))
        a_head = np.log(np.maximum(income / np.maximum(self._household("persons"), 1.0), 1.0))
        user = np.zeros(len(weight), np.bool_)
        user[sorted(self.use.users)] = True
        seller = self.shops.shops.astype(np.float64)
        hours = self._hours() - self._county_mean(self._hours(), weight)

        def gap(values: F64) -> float:
            return weighted_mean(values[user], weight[user]) - weighted_mean(values[~user], weight[~user])

        return {
            "users_remoteness": gap(hours),
            "users_age": gap(age),
            "users_income": gap(a_head),
            "sellers_schooling": weighted_mean(schooling, seller) - weighted_mean(schooling, weight),
        }

    def _household(self, name: str) -> F64:
        return np.asarray(self.card.index.column(HouseholdsBaselined, name), np.float64)

    def _hours(self) -> F64:
        """Return the hours from each household's village to the county seat."""
        index = self.card.index
        village = index.column(HouseholdsBaselined, "village")
        township = index.column(VillagesBaselined, "township")[village]
        seconds = index.column(VillagesBaselined, "road_seconds")[village].astype(np.float64)
        return np.asarray((seconds + index.column(TownshipsBaselined, "road_seconds")[township]) / 3600.0)

    def _county_mean(self, values: F64, weight: F64) -> F64:
        """Return the weighted mean of each household's county, shape (households,)."""
        county = self.card.index.household_county
        sums = np.bincount(county, values * weight) / np.maximum(np.bincount(county, weight), 1.0)
        return np.asarray(sums[county])

    def _stations(self) -> dict[str, float]:
        """Figures of facts 12 and 20."""
        takings: dict[int, list[int]] = defaultdict(list)
        for day, stations, _, fen in self.use.months:
            if day >= 7 * (self.card.weeks - YEAR):
                for station, amount in zip(stations.tolist(), fen.tolist(), strict=True):
                    takings[station].append(amount)
        monthly = [WEEKS_A_MONTH / MONTH_WEEKS * sum(fen) / len(fen) / 100.0 for fen in takings.values()]
        return {
            "months_to_settle": self._months_to_settle(),
            "star_takings": float(np.quantile(monthly, STAR_SHARE)) if monthly else NAN,
        }

    def _months_to_settle(self) -> float:
        """Return the months after which stations' mean share of their county's parcels stops growing.

        Of stations that were settled for a year: the first month whose mean share reaches `SETTLED` of that of the
        year's second half, and of the year after where it is higher.
        """
        ordered = self.card.parcels.series("ordered")
        shares: dict[int, list[float]] = defaultdict(list)
        for day, stations, parcels, _ in self.use.months:
            week = min(day // 7 + 1, self.card.weeks)
            county = ordered[max(week - MONTH_WEEKS, 0) : week].sum(axis=0)
            home = self.card.index.village_county[self.card.index.stations_by(stations)]
            for station, share in zip(stations.tolist(), parcels / np.maximum(county[home], 1.0), strict=True):
                shares[station].append(share)
        whole = np.array([months[: 2 * MONTHS] for months in shares.values() if len(months) >= 2 * MONTHS])
        if not len(whole):
            return NAN
        path = whole.mean(axis=0)
        level = max(float(path[MONTHS // 2 : MONTHS].mean()), float(path[MONTHS:].mean()))
        settled = int(np.argmax(path >= SETTLED * level))
        return (settled + 1) * MONTH_WEEKS / WEEKS_A_MONTH

    def _the_poor(self) -> dict[str, float]:
        """Figures of fact 18."""
        poor = self.card.index.poor
        own = float(self.shops.shops[poor].sum()) if len(self.shops.shops) else NAN
        return {
            "poor_households_a_dealer": _ratio(self.suppliers.count, len(self.suppliers.dealers)),
            "poor_shops_over_suppliers": _ratio(own, self.suppliers.count),
        }


def _at(figures: Iterable[object], name: str) -> Callable[[CountyScorecard, dt.date], F64]:
    """Return how a figure of a date is worked out."""
    return next(figure.value for figure in figures if figure.name == name)  # type: ignore[attr-defined, no-any-return]


def _ratio(of: float, to: float) -> float:
    return float(of / to) if to and not math.isnan(to) else NAN


def _log_ratio(of: float, to: float) -> float:
    return math.log(of / to) if of > 0 and to > 0 else NAN


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else NAN


def _on_year_before(series: NDArray[np.float64], weeks: slice) -> float:
    before = series[weeks.start - YEAR : weeks.stop - YEAR].sum()
    return _ratio(float(series[weeks].sum()), float(before))
