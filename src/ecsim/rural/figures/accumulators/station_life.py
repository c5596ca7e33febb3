"""The life of stations: when they are open, idle or closed, and their monthly accounts (docs/model.md 4.8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    CountiesBaselined,
    Event,
    Stamp,
    StationClosed,
    StationIdled,
    StationOpened,
    StationReopened,
    StationsSettled,
    StationStatus,
    VillageKind,
    VillagesBaselined,
)
from ecsim.rural.figures.accumulators.accumulator import (
    F64,
    Accumulator,
    ratio,
)
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex


class StationLife(Accumulator):
    """Stations open, idle, closed, and the accounts of those in service (docs/model.md 4.8)."""

    reads = (StationOpened, StationIdled, StationReopened, StationClosed, StationsSettled)

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        super().__init__(index, weeks)
        self.changes: list[tuple[int, int, int]] = []
        self.village: dict[int, int] = {}
        self.settled: list[tuple[int, I32, I64, I32]] = []
        self._status: dict[int, dict[int, int]] = {}
        self._verified: dict[tuple[int, float], I64] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note changes of status by day, and takings."""
        self._status.clear()
        self._verified.clear()
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
        """Return the status of every station on a day; several figures ask for one day, so it is worked out once."""
        if day not in self._status:
            self._status[day] = {station: status for when, station, status in self.changes if when <= day}
        return self._status[day]

    def villages_with(self, day: int, status: StationStatus = StationStatus.OPEN) -> I64:
        """Return villages whose station has a status on a day."""
        return np.array(sorted(self.village[s] for s, now in self.status(day).items() if now == status), np.int64)

    def of_status(self, day: int, status: StationStatus) -> F64:
        """Return how many stations have a status on a day, shape (counties,)."""
        county = self.index.village_county[self.villages_with(day, status)]
        return np.bincount(county, minlength=self.index.counties).astype(np.float64)

    def verified(self, day: int, least: float) -> I64:
        """Return villages whose open station did at least so many transactions in its last settled month."""
        if (day, least) not in self._verified:
            self._verified[day, least] = self._verified_on(day, least)
        return self._verified[day, least]

    def _verified_on(self, day: int, least: float) -> I64:
        last: dict[int, int] = {}
        for when, stations, _, transactions in self.settled:
            if when <= day:
                last.update(zip(stations.tolist(), transactions.tolist(), strict=True))
        open_now = [s for s, now in self.status(day).items() if now == StationStatus.OPEN]
        return np.array(sorted(self.village[s] for s in open_now if last.get(s, 0) >= least), np.int64)

    def last_takings(self) -> tuple[I32, I64]:
        """Return the stations of the last settled month and what each took in, fen; none if none was ever settled."""
        if not self.settled:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        _, stations, takings, _ = self.settled[-1]
        return stations, takings

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
