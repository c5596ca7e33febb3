"""The state of a run on a date, as people ask for it: stations, ledger, households, projects, roads, prices, trade."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.replay import replay_run
from ecsim.rural.biography.names import RunTables
from ecsim.rural.events import ProjectStatus
from ecsim.rural.regions import county_row, pack_of
from ecsim.rural.snapshot import money, places
from ecsim.rural.snapshot.dealers import Dealer, dealers
from ecsim.rural.snapshot.scope import BilingualName, Scope

STAGES = tuple(stage.name.lower() for stage in ProjectStatus if stage != ProjectStatus.ABSENT)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a run at the end of a week; all of it, or one county.

    Attributes
    ----------
    asked : the date asked for
    week_from, day : first and last day of the week whose events are in; of the last whole week if the date lies after
    county : the only county that is told of, or None
    closures : road links closed on the date asked for (or on ``day``, if that is earlier)
    """

    run: str
    asked: str
    week_from: str
    day: str
    county: BilingualName | None
    households: places.Households
    registered_poor: places.Households
    stations: tuple[places.Station, ...]
    ledger: money.Ledger
    projects: tuple[money.Project, ...]
    closures: tuple[places.Closure, ...]
    waiting: tuple[places.Waiting, ...]
    crops: tuple[places.Crop, ...]
    dealers: tuple[Dealer, ...]
    brands: tuple[places.Brand, ...]
    examples: tuple[places.Example, ...]
    complaints: places.Complaints
    parcels_delivered: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold, with counts of stations and projects."""
        return {**asdict(self), "counts": self.counts()}

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many stations there are by status, and projects by stage."""
        stations, stages = Counter(s.status for s in self.stations), Counter(p.stage for p in self.projects)
        return {
            "stations": {status: stations[status] for status in ("open", "idle", "closed")},
            "projects": {stage: stages[stage] for stage in STAGES},
        }


def snapshot(run: Path, date: dt.date, county: str | None = None) -> Snapshot:
    """Return the state of a run on a date, replayed from its events.

    Events are dated by the week they happen in, so the state is that of the end of the date's week.

    Parameters
    ----------
    county : Chinese or English name of the only county to tell of

    Raises
    ------
    EcsimError
        If the date lies outside the run, there is no such county, or the run kept less than all its events.
    """
    reading = RunTables(run)
    week = week_of(reading, date)
    row = county_row(pack_of(reading.reader.genesis["scenario"]), county) if county else None
    last = 7 * week + 6
    asked = min((date - reading.start).days, last)
    scope = Scope(reading, replay_run(run, last, trust=True), day=last, on_day=asked, county=row)
    delivered = scope.state.counties.delivered_parcels[scope.here]
    return Snapshot(
        run=str(run),
        asked=str(date),
        week_from=scope.date(7 * week),
        day=scope.date(last),
        county=scope.called("counties", row) if row is not None else None,
        households=places.households(scope, poor=False),
        registered_poor=places.households(scope, poor=True),
        stations=places.stations(scope),
        ledger=money.ledger(scope),
        projects=money.projects(scope),
        closures=places.closures(scope),
        waiting=places.waiting(scope),
        crops=places.crops(scope),
        dealers=dealers(scope),
        brands=places.brands(scope),
        examples=places.examples(scope),
        complaints=places.complaints(scope),
        parcels_delivered=int(delivered.sum()),
    )


def week_of(reading: RunTables, date: dt.date) -> int:
    """Return the week of a run that a date falls into; days of its scenario after the last whole week fall into that.

    Raises
    ------
    EcsimError
        If the date lies outside the run, or the run has not come to it.
    """
    end = dt.date.fromisoformat(reading.scenario["end"])
    done = reading.date(7 * reading.weeks - 1)
    upto = end if (end - done).days < 7 else done
    if not reading.weeks or not reading.start <= date <= upto:
        raise EcsimError(
            f"{reading.run}: {date} is outside the run; choose a date from {reading.start} to {upto}"
            + ("" if upto == end else f" (it was stopped before {end}; `ecsim resume` goes on with it)")
        )
    return min((date - reading.start).days // 7, reading.weeks - 1)
