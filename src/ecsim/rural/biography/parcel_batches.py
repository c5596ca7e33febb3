"""The parcels that a village ordered in a week: by whom, by which rounds, where they arrived, at what cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.toolkit import Columns, EcsimError
from ecsim.naming.story import Line, Story
from ecsim.rural.biography.entities import PARCELS, village_of
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.biography.sentences import line, reasons
from ecsim.rural.biography.values import SelectedRows, length, money
from ecsim.rural.events import (
    DeliveryCosted,
    Event,
    HouseholdsBaselined,
    ParcelsDelivered,
    ParcelsOrdered,
    ParcelsWaiting,
    RoadClosed,
    RoundsDriven,
    TownshipsBaselined,
)

Rows = NDArray[np.intp]
WEEK_HOURS = 168
PARTS = ("vehicle_fen", "distance_fen", "crew_fen", "handling_fen", "station_fee_fen")


def parcels_story(reading: RunTables, which: str, language: str) -> Story:
    """Return the biography of a week's parcels of a village, named as ``VILLAGE/2019-06-03``.

    Raises
    ------
    EcsimError
        If there is no such village, or the date is none or not in the run.
    """
    entity = f"{PARCELS}:{which}"
    name, _, date = which.rpartition("/")
    week = _week_of(reading, date, entity)
    village = village_of(reading, name, entity)
    naming = Naming(reading, language, ("villages", village))
    batch = _Batch(reading, naming, village, week)
    monday = reading.date(7 * week)
    title = naming.say("parcels.title", village=naming.village(village), monday=monday)
    return Story(str(reading.run), f"{PARCELS}:{village}/{monday}", title, tuple(batch.lines()))


def _week_of(reading: RunTables, date: str, entity: str) -> int:
    try:
        asked = dt.date.fromisoformat(date)
    except ValueError:
        raise EcsimError(f"--follow {entity!r}: write VILLAGE/DATE, as {PARCELS}:清溪社区/2019-06-03") from None
    week = (asked - reading.start).days // 7
    if not 0 <= week < reading.weeks:
        last = reading.date(7 * reading.weeks - 1)
        raise EcsimError(
            f"--follow {entity!r}: {date} is outside the run; choose a date from {reading.start} to {last}"
        )
    return week


@dataclass
class _Batch:
    """The parcels of a village in a week."""

    reading: RunTables
    naming: Naming
    village: int
    week: int

    def lines(self) -> Iterator[Line]:
        """Yield what happened to them, in order."""
        yield from self._waiting(7 * self.week - 1, "waiting_before")
        yield from self._closures()
        yield from self._orders()
        yield from self._rounds()
        yield from self._delivered()
        yield from self._waiting(7 * self.week + 6, "waiting_after")
        yield from self._costs()

    def _line(self, kind: type[Event], rows: Rows, words: str, day: int | None = None) -> Line:
        """Return a line of the week, or of one day."""
        columns = {name: values[rows] for name, values in self.reading.rows(kind).items()}
        cause = int(columns["cause"][0])
        reason = reasons(self.naming, [cause]).get(cause) if day is None else None
        days = (7 * self.week, 7 * self.week + 6) if day is None else (day, day)
        selected = SelectedRows(kind, columns, np.ones(len(rows), np.int64))
        return line(self.naming, selected, words[:1].upper() + words[1:], days, reason)

    def _of_week(self, kind: type[Event]) -> tuple[Columns, Rows]:
        """Return a kind and the rows of it that lie in the week."""
        rows = self.reading.rows(kind)
        start, stop = np.searchsorted(rows["day"], [7 * self.week, 7 * self.week + 7])
        return rows, np.arange(start, stop)

    @property
    def _township(self) -> int:
        return self.naming.village_township(self.village)

    def _orders(self) -> Iterator[Line]:
        rows, ordered = self._of_week(ParcelsOrdered)
        home = self.reading.column(HouseholdsBaselined, "village")
        ordered = ordered[home[rows["household"][ordered]] == self.village]
        if not len(ordered):
            return
        weight = self.reading.column(HouseholdsBaselined, "weight")
        counts = np.where(rows["each"][ordered], weight[rows["household"][ordered]], 1).astype(np.int64)
        total, handed_over, spent, trip = (
            int((rows[name][ordered] * counts).sum()) for name in ("parcels", "handed_over", "spent_fen", "trip_fen")
        )
        words = self.naming.say(
            "parcels.ordered", households=f"{int(weight[home == self.village].sum()):,}", parcels=f"{total:,}",
            spent=money(spent, self.naming), trip=money(trip / total, self.naming),
        )  # fmt: skip
        yield self._line(ParcelsOrdered, ordered, words)
        if handed_over:
            at_stop = rows["handed_over"][ordered] > 0
            stop = int(rows["stop"][ordered[at_stop][0]])  # one for all of a village
            yield self._line(ParcelsOrdered, ordered[at_stop], self._to_fetch(stop, handed_over))
        if total > handed_over:
            further = rows["parcels"][ordered] > rows["handed_over"][ordered]
            yield self._line(ParcelsOrdered, ordered[further], self._to_fetch(-1, total - handed_over))

    def _to_fetch(self, stop: int, parcels: int) -> str:
        if stop < 0:
            return self.naming.say("parcels.fetched_far", parcels=f"{parcels:,}")
        return self.naming.say("parcels.fetched_at", parcels=f"{parcels:,}", village=self.naming.call("villages", stop))

    def _closures(self) -> Iterator[Line]:
        rows, begin = self.reading.rows(RoadClosed), 24 * 7 * self.week
        village = len(self.reading.column(TownshipsBaselined, "township")) + self.village
        links = self.reading.roads_at(self._township, village)
        over = (rows["from_hour"] < begin + WEEK_HOURS) & (rows["until_hour"] > begin)
        for row in np.flatnonzero(over & np.isin(rows["road"], links)):
            road = self.naming.call("roads", int(rows["road"][row]))
            hours = [self.reading.moment(int(rows[name][row])) for name in ("from_hour", "until_hour")]
            words = self.naming.say("parcels.road_closed", road=road, start=hours[0], end=hours[1])
            yield self._line(RoadClosed, np.array([row]), words)

    def _rounds(self) -> Iterator[Line]:
        rows, of_township = self._of_week(RoundsDriven)
        of_township = of_township[rows["township"][of_township] == self._township]
        town = self.naming.call("townships", self._township)
        for operator, tour in sorted(
            {*zip(rows["operator"][of_township].tolist(), rows["village_tour"][of_township].tolist(), strict=True)}
        ):
            driven = of_township[
                (rows["operator"][of_township] == operator) & (rows["village_tour"][of_township] == tour)
            ]
            words = self.naming.say(
                "parcels.village_tours" if tour else "parcels.hub_rounds",
                operator=self.naming.call("operators", operator), township=town, rounds=len(driven),
                length=length(float(rows["driven_m"][driven].sum()), self.naming),
                parcels=f"{int(rows['parcels_down'][driven].sum()):,}",
            )  # fmt: skip
            yield self._line(RoundsDriven, driven, words)

    def _delivered(self) -> Iterator[Line]:
        rows, delivered = self._of_week(ParcelsDelivered)
        for row in delivered[rows["village"][delivered] == self.village]:
            parcels, late = int(rows["parcels"][row]), int(rows["late"][row])
            hours = rows["delay_hours"][row] / max(parcels, 1)
            words = self.naming.say(
                "parcels.handed_over" if rows["to_station"][row] else "parcels.arrived",
                parcels=f"{parcels:,}", late=f"{late:,}", hours=f"{hours:,.0f}",
            )  # fmt: skip
            yield self._line(ParcelsDelivered, np.array([row]), words)

    def _waiting(self, day: int, key: str) -> Iterator[Line]:
        """Yield what waits after a day: for the village, and at the hub for its township."""
        rows = self.reading.rows(ParcelsWaiting)
        upto = np.arange(np.searchsorted(rows["day"], day, side="right"))
        village = upto[rows["village"][upto] == self.village][-1:]
        town = upto[(rows["village"][upto] < 0) & (rows["township"][upto] == self._township)]
        _, last = np.unique(rows["operator"][town][::-1], return_index=True)
        for some, where in ((village, "village"), (np.sort(town[::-1][last]), "township")):
            parcels, days = int(rows["parcels"][some].sum()), int(rows["waited_days"][some].sum())
            if parcels:
                words = self.naming.say(f"parcels.{key}_{where}", parcels=f"{parcels:,}", days=f"{days / parcels:.1f}")
                yield self._line(ParcelsWaiting, some, words, day)

    def _costs(self) -> Iterator[Line]:
        rows, of_county = self._of_week(DeliveryCosted)
        county = self.naming.township_county(self._township)
        of_county = of_county[rows["county"][of_county] == county]
        parcels = int(rows["parcels"][of_county].sum())
        if not parcels:
            return
        where = self.naming.call("counties", county)
        each = [int(rows[name][of_county].sum()) / parcels for name in (*PARTS, "upward_fen")]
        amounts = [money(fen, self.naming) for fen in (sum(each[:-1]) - each[-1], *each[:-1])]
        names = ("down", "vehicle", "distance", "crew", "handling", "fee")
        words = self.naming.say("parcels.costs", county=where, **dict(zip(names, amounts, strict=True)))
        yield self._line(DeliveryCosted, of_county, words)
