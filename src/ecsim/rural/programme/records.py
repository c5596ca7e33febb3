"""What governments know of the figures of a target table: from their own records, never from what measures a run.

A check of these figures by the events of the run gives the same (docs/model.md 7): tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import ProjectKind, Record, StationStatus, VillageKind
from ecsim.rural.programme.notice import Programme, Target
from ecsim.rural.regions.official import Official
from ecsim.rural.state.records import ALL, FARM
from ecsim.rural.world import Calendar, State

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Records:
    """The books of all counties at the beginning of a week: what happened up to the day before.

    Parameters
    ----------
    official : growth that targets of growth are held against
    """

    state: State
    week: int
    calendar: Calendar
    programme: Programme
    official: Official

    @property
    def counties(self) -> int:
        """How many counties keep records."""
        return len(self.state.counties)

    def figure(self, record: Record) -> F64:
        """Return a figure by county, as the run's events would give it on the day before; NaN where there is none."""
        return np.asarray(_FIGURES[record](self), np.float64)

    def targets(self) -> list[tuple[Record, Target]]:
        """Return the targets of the programme that governments keep records of, in the order of its table."""
        return [(Record[name], t) for t in self.programme.targets if (name := t.name.upper()) in Record.__members__]

    def facilities(self, kind: ProjectKind) -> F64:
        """Return how many facilities of a kind each county has of its own."""
        f = self.state.facilities
        built = slice(self.state.count("facilities"))
        own = (f.kind[built] == kind) & (f.county[built] >= 0)
        return self.by_county(f.county[built][own])

    def brands(self) -> F64:
        """Return the registered brands of each county's prefecture: its own, those of its counties."""
        b, prefecture = self.state.brands, self.state.counties.prefecture
        of = np.concatenate([prefecture, np.arange(self.state.prefecture_count)])
        return np.asarray(np.bincount(of, b.registered, self.state.prefecture_count)[prefecture], np.float64)

    def open_stations(self) -> I32:
        """Return the villages of open stations."""
        s = self.state.stations
        villages: I32 = s.village[s.status == StationStatus.OPEN]
        return villages

    def of_households(self, of_villages: I32) -> F64:
        """Return households of villages, shape (villages,), as a share of their county's."""
        county = self.state.villages.county
        return np.bincount(county, of_villages, self.counties) / self.state.counties.households

    def coverage(self, *, poor: bool) -> F64:
        """Return the share of villagers' committees, or of poor ones, with an open station."""
        v, c = self.state.villages, self.state.counties
        have = self.by_county(v.county[self._committees(self.open_stations(), poor=poor)])
        return _ratio(have, c.poor_villages if poor else c.villages)

    def poor_villages_served(self) -> F64:
        """Return poor villages whose open station did enough transactions in its last settled month."""
        s = self.state.stations
        busy = s.transactions >= self.programme.least_transactions.value
        served = self._committees(s.village[(s.status == StationStatus.OPEN) & busy], poor=True)
        return self.by_county(self.state.villages.county[served])

    def poor_households_served(self) -> F64:
        """Return registered poor households that were trained, or sold through a station or cooperative."""
        h = self.state.households
        left = (h.weight - h.taught).astype(np.float64) * (h.weight - h.served) / np.maximum(h.weight, 1)
        reached = np.bincount(h.county, np.where(h.poor, h.weight - left, 0.0), self.counties)
        return np.asarray(reached, np.float64)

    def growth_gap(self, which: int, benchmark: str) -> F64:
        """Return growth of the year to date on the same weeks of the year before, less the official growth."""
        year, kept = self.calendar.year(self.week - 1), self.state.counties.sold_fen.shape[2]
        now, before = self._first_week(year), self._first_week(year - 1)
        weeks = min(self.week - now, now - before)
        if before < 0 or self.week - before > kept:
            return np.full(self.counties, np.nan)
        sold = self.state.counties.sold_fen[:, which]
        this, base = (sold[:, np.arange(first, first + weeks) % kept].sum(axis=1) for first in (now, before))
        return _ratio(this, base) - 1.0 - self.official.growth_of(benchmark, year)

    def _first_week(self, year: int) -> int:
        """Return the first week of a year, below 0 before the run; weeks belong to the year of most of their days."""
        week = self.week - 1
        while self.calendar.year(week - 1) >= year:
            week -= 1
        return week

    def by_county(self, county: I32) -> F64:
        """Return how many of some things each county has, given the county of each."""
        return np.bincount(county, minlength=self.counties).astype(np.float64)

    def _committees(self, villages: I32, *, poor: bool) -> I32:
        v = self.state.villages
        committee = v.unit_kind[villages] == VillageKind.VILLAGE
        counted: I32 = villages[committee & (v.poor[villages] | (not poor))]
        return counted


def _ratio(over: NDArray[np.number], under: NDArray[np.number]) -> F64:
    found = np.divide(over, under, out=np.full(len(over), np.nan), where=np.asarray(under) > 0)
    return np.asarray(found, np.float64)


_FIGURES: dict[Record, Callable[[Records], NDArray[np.number]]] = {
    Record.SERVICE_CENTRES: lambda r: r.facilities(ProjectKind.SERVICE_CENTRE),
    Record.DISTRIBUTION_CENTRES: lambda r: r.facilities(ProjectKind.DISTRIBUTION_CENTRE),
    Record.DEMO_ENTERPRISES: lambda r: r.state.counties.example_enterprises,
    Record.DEMO_POOR_HOUSEHOLDS: lambda r: r.state.counties.example_households,
    Record.REGIONAL_BRANDS: lambda r: r.brands(),
    Record.TRAINED: lambda r: r.state.counties.trained,
    Record.VILLAGE_COVERAGE: lambda r: r.coverage(poor=False),
    Record.POOR_VILLAGE_COVERAGE: lambda r: r.coverage(poor=True),
    Record.RETAIL_GROWTH: lambda r: r.growth_gap(ALL, "retail"),
    Record.FARM_GROWTH: lambda r: r.growth_gap(FARM, "farm"),
    Record.EMPLOYMENT: lambda r: r.state.counties.employed,
    Record.POVERTY_SERVICE: lambda r: (r.poor_villages_served() > 0) + (r.poor_households_served() > 0) * 1.0,
    Record.COMPLAINTS: lambda r: r.state.counties.disclosure_complaints,
    Record.TRAINEE_SATISFACTION: lambda r: _ratio(r.state.counties.satisfied, r.state.counties.answered),
    Record.STATIONS_OPEN: lambda r: r.by_county(r.state.villages.county[r.open_stations()]),
    Record.BUYERS_SHARE: lambda r: r.of_households(r.state.villages.buyers),
    Record.SELLERS_SHARE: lambda r: r.of_households(r.state.villages.sellers),
    Record.SERVICE_COMPLAINTS: lambda r: r.state.counties.service_complaints,
    Record.POOR_VILLAGES_SERVED: lambda r: r.poor_villages_served(),
    Record.POOR_HOUSEHOLDS_SERVED: lambda r: r.poor_households_served(),
}
