"""The parcels that a village ordered in a week: by whom, by which rounds, where they arrived, at what cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal.objects import Columns
from ecsim.naming.story import Line, Story
from ecsim.rural.biography.code_labels import Both
from ecsim.rural.biography.entities import PARCELS, village_of
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.biography.rows import happened
from ecsim.rural.biography.sentences import because
from ecsim.rural.biography.values import length, money
from ecsim.rural.events import (
    NO_CAUSE,
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
    told = f"{PARCELS}:{which}"
    name, _, date = which.rpartition("/")
    week = _week_of(reading, date, told)
    village = village_of(reading, name, told)
    naming = Naming(reading, language, ("villages", village))
    batch = _Batch(reading, naming, village, week)
    monday = reading.date(7 * week)
    title = naming.say(
        (f"parcels of {naming.village(village)}, week of {monday}", f"{naming.village(village)}{monday}当周快件")
    )
    return Story(str(reading.run), f"{PARCELS}:{village}/{monday}", title, tuple(batch.lines()))


def _week_of(reading: RunTables, date: str, told: str) -> int:
    try:
        asked = dt.date.fromisoformat(date)
    except ValueError:
        raise EcsimError(f"--follow {told!r}: write VILLAGE/DATE, as {PARCELS}:清溪社区/2019-06-03") from None
    week = (asked - reading.start).days // 7
    if not 0 <= week < reading.weeks:
        last = reading.date(7 * reading.weeks - 1)
        raise EcsimError(f"--follow {told!r}: {date} is outside the run; choose a date from {reading.start} to {last}")
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
        yield from self._waiting(7 * self.week - 1, ("before the week", "此前"))
        yield from self._closures()
        yield from self._orders()
        yield from self._rounds()
        yield from self._delivered()
        yield from self._waiting(7 * self.week + 6, ("at the end of the week", "周末"))
        yield from self._costs()

    def _line(self, kind: type[Event], rows: Rows, both: Both, day: int | None = None) -> Line:
        """Return a line of the week, or of one day."""
        columns = self.reading.rows(kind)
        told, cause = self.naming.say(both), int(columns["cause"][rows[0]])
        first, last = (7 * self.week, 7 * self.week + 6) if day is None else (day, day)
        return Line(
            date=str(self.reading.date(first)),
            until=str(self.reading.date(last)),
            sentence=told[:1].upper() + told[1:],
            because=self._why(cause) if day is None else None,
            kind=kind.kind,
            events=len(rows),
            seq=int(columns["seq"][rows[0]]),
            cause=None if cause == NO_CAUSE else cause,
        )

    def _why(self, cause: int) -> str | None:
        found = happened(self.naming, [cause] if cause != NO_CAUSE else [])
        return because(self.naming, found[cause]) if found else None

    def _of_week(self, kind: type[Event]) -> tuple[Columns, Rows]:
        """Return a kind and the rows of it that lie in the week."""
        rows = self.reading.rows(kind)
        start, stop = np.searchsorted(rows["day"], [7 * self.week, 7 * self.week + 7])
        return rows, np.arange(start, stop)

    @property
    def _township(self) -> int:
        return self.naming.village_township(self.village)

    def _orders(self) -> Iterator[Line]:
        rows, here = self._of_week(ParcelsOrdered)
        home = self.reading.column(HouseholdsBaselined, "village")
        here = here[home[rows["household"][here]] == self.village]
        weight = self.reading.column(HouseholdsBaselined, "weight")
        many = weight[rows["household"][here]].astype(np.int64)
        parcels = rows["parcels"][here] * many
        if not len(here):
            return
        spent, trip = (int((rows[name][here] * many).sum()) for name in ("spent_fen", "trip_fen"))
        all_here, total = int(weight[home == self.village].sum()), int(parcels.sum())
        told = (
            f"{many.sum():,} of its {all_here:,} households ordered {total:,} parcels for {money(spent, self.naming)}; "
            f"fetching costs them {money(trip / total, self.naming)} a parcel",
            f"{all_here:,}户中{many.sum():,}户网购{total:,}件，花费{money(spent, self.naming)}；"
            f"取件成本每件{money(trip / total, self.naming)}",
        )
        yield self._line(ParcelsOrdered, here, told)
        for stop in np.unique(rows["stop"][here]):
            mine = rows["stop"][here] == stop
            yield self._line(ParcelsOrdered, here[mine], self._to_fetch(int(stop), int(parcels[mine].sum())))

    def _to_fetch(self, stop: int, parcels: int) -> Both:
        if stop < 0:
            return f"{parcels:,} of them are fetched at the township or the hub", f"其中{parcels:,}件在乡镇或县城取"
        where = self.naming.call("villages", stop)
        return f"{parcels:,} of them are handed over in {where}", f"其中{parcels:,}件在{where}投递"

    def _closures(self) -> Iterator[Line]:
        rows, begin = self.reading.rows(RoadClosed), 24 * 7 * self.week
        links = (self._township, len(self.reading.column(TownshipsBaselined, "township")) + self.village)
        over = (rows["from_hour"] < begin + WEEK_HOURS) & (rows["until_hour"] > begin)
        for row in np.flatnonzero(over & np.isin(rows["road"], links)):
            road = self.naming.call("roads", int(rows["road"][row]))
            hours = [self.reading.moment(int(rows[name][row])) for name in ("from_hour", "until_hour")]
            told = f"{road} was closed from {hours[0]} to {hours[1]}", f"{road}自{hours[0]}至{hours[1]}中断"
            yield self._line(RoadClosed, np.array([row]), told)

    def _rounds(self) -> Iterator[Line]:
        rows, here = self._of_week(RoundsDriven)
        here = here[rows["township"][here] == self._township]
        town = self.naming.call("townships", self._township)
        for operator, tour in sorted(
            {*zip(rows["operator"][here].tolist(), rows["village_tour"][here].tolist(), strict=True)}
        ):
            mine = here[(rows["operator"][here] == operator) & (rows["village_tour"][here] == tour)]
            who, n = self.naming.call("operators", operator), len(mine)
            km = length(float(rows["driven_m"][mine].sum()), self.naming)
            parcels = int(rows["parcels_down"][mine].sum())
            told = (
                (
                    f"{who} drove {n} tours of the villages of {town}: {km}, {parcels:,} parcels",
                    f"{who}在{town}各村巡回{n}趟，行驶{km}，送件{parcels:,}件",
                )
                if tour
                else (
                    f"{who} drove {n} rounds from the hub that went to {town} first: {km}, {parcels:,} parcels",
                    f"{who}从县城先到{town}发车{n}趟，行驶{km}，送件{parcels:,}件",
                )
            )
            yield self._line(RoundsDriven, mine, told)

    def _delivered(self) -> Iterator[Line]:
        rows, here = self._of_week(ParcelsDelivered)
        for row in here[rows["village"][here] == self.village]:
            parcels, late = int(rows["parcels"][row]), int(rows["late"][row])
            hours = rows["delay_hours"][row] / max(parcels, 1)
            told = (
                (
                    f"{parcels:,} parcels were handed over in the village, {late:,} of them late, {hours:,.0f} hours "
                    "after they had come to the hub",
                    f"村内投递{parcels:,}件，迟到{late:,}件，自到达县城起平均{hours:,.0f}小时",
                )
                if rows["to_station"][row]
                else (
                    f"{parcels:,} parcels arrived at the township or the hub, {late:,} of them late, "
                    f"{hours:,.0f} hours after they had come to the hub",
                    f"到达乡镇或县城网点{parcels:,}件，迟到{late:,}件，自到达县城起平均{hours:,.0f}小时",
                )
            )
            yield self._line(ParcelsDelivered, np.array([row]), told)

    def _waiting(self, day: int, when: Both) -> Iterator[Line]:
        """Yield what waits after a day: for the village, and at the hub for its township."""
        rows = self.reading.rows(ParcelsWaiting)
        upto = np.arange(np.searchsorted(rows["day"], day, side="right"))
        village = upto[rows["village"][upto] == self.village][-1:]
        town = upto[(rows["village"][upto] < 0) & (rows["township"][upto] == self._township)]
        _, last = np.unique(rows["operator"][town][::-1], return_index=True)
        for some, where in (
            (village, ("on their way to the village", "去往该村途中")),
            (np.sort(town[::-1][last]), ("at the hub for its township", "县城待发其乡镇")),
        ):
            parcels, days = int(rows["parcels"][some].sum()), int(rows["waited_days"][some].sum())
            if parcels:
                each = days / parcels
                told = (
                    f"{parcels:,} parcels waited {where[0]} {when[0]}, for {each:.1f} days on the average",
                    f"{when[1]}{where[1]}滞留{parcels:,}件，平均{each:.1f}天",
                )
                yield self._line(ParcelsWaiting, some, told, day)

    def _costs(self) -> Iterator[Line]:
        rows, here = self._of_week(DeliveryCosted)
        county = self.naming.township_county(self._township)
        here = here[rows["county"][here] == county]
        if not len(here) or not rows["parcels"][here[0]]:
            return
        row, where = here[0], self.naming.call("counties", county)
        each = [int(rows[name][row]) / int(rows["parcels"][row]) for name in (*PARTS, "upward_fen")]
        down = money(sum(each[:-1]) - each[-1], self.naming)
        vehicle, distance, crew, handling, fee = (money(part, self.naming) for part in each[:-1])
        told = (
            f"in {where} a parcel down cost the operators {down} this week: vehicles {vehicle}, distance {distance}, "
            f"crews {crew}, handling {handling}, station fees {fee}, less what goods upward bear",
            f"当周{where}下行每件成本{down}：车辆{vehicle}、里程{distance}、人工{crew}、分拣{handling}、"
            f"站点费{fee}，扣除上行分摊",
        )
        yield self._line(DeliveryCosted, here, told)
