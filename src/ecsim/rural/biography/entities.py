"""What can be followed through a run: how it is named, and whom it is interesting to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal.objects import Columns
from ecsim.naming.story import Suggestion
from ecsim.rural.biography.code_labels import LANGUAGES, Both
from ecsim.rural.biography.names import Entity, RunTables
from ecsim.rural.events import (
    CooperativeFailed,
    CooperativesTraded,
    DisclosureComplained,
    EnterpriseClosed,
    EnterpriseFounded,
    Event,
    ExampleRecognised,
    ParcelsDelivered,
    ParcelsWaiting,
    ProjectApproved,
    SellerLapsed,
    SellerStarted,
    SkillGained,
    StationClosed,
    StationIdled,
    StationOpened,
    StationsSettled,
    TownshipsBaselined,
    TraineeAttended,
    VillagesBaselined,
    WorksSlipped,
)
from ecsim.rural.regions import Names

TABLES = {
    "household": "households",
    "station": "stations",
    "village": "villages",
    "project": "projects",
    "cooperative": "cooperatives",
    "enterprise": "enterprises",
}
PARCELS = "parcels"
NAMED = 8
"""Places of one name that an error tells."""
FORMS = (
    "household:NUMBER, station:NUMBER or station:VILLAGE, village:NAME or village:TOWNSHIP/NAME, project:NUMBER, "
    "cooperative:NUMBER, enterprise:NUMBER, parcels:VILLAGE/2019-06-03"
)


def table_and_name(told: str) -> tuple[str, str]:
    """Return what kind of thing is followed, and which.

    Raises
    ------
    EcsimError
        If nothing of the kind can be followed.
    """
    kind, colon, which = told.partition(":")
    if kind not in (*TABLES, PARCELS) or not colon:
        raise EcsimError(f"--follow {told!r}: allowed are {FORMS}; `--follow household:` lists a few")
    return kind, which.strip()


def entity_of(reading: RunTables, told: str) -> Entity:
    """Return the table and the row of what is named.

    Raises
    ------
    EcsimError
        If there is no such thing, or several have the name.
    """
    kind, which = table_and_name(told)
    table = TABLES[kind]
    if which.isdecimal():
        row = int(which)
    elif kind in ("village", "station"):
        row = village_of(reading, which, told)
        if kind == "station":
            row = _station_of(reading, row, told)
    else:
        raise EcsimError(f"--follow {told!r}: a number is needed{_instead(reading, kind)}")
    if row >= reading.many[table]:
        many = reading.many[table]
        allowed = f"allowed are 0 to {many - 1}" if many else f"the run has no {table}"
        raise EcsimError(f"--follow {told!r}: no such {kind}; {allowed}{_instead(reading, kind)}")
    return table, row


def _instead(reading: RunTables, kind: str) -> str:
    found = suggestions(reading, kind)
    return "; worth following: " + ", ".join(f"{each.entity} ({each.why})" for each in found) if found else ""


def village_of(reading: RunTables, which: str, told: str) -> int:
    """Return the village of a number or a name, whole or its beginning, perhaps after its township's or county's.

    Raises
    ------
    EcsimError
        If there is none, or more than one.
    """
    if which.isdecimal() and int(which) < reading.many["villages"]:
        return int(which)
    *places, own = which.split("/")
    township = reading.column(VillagesBaselined, "township")
    named = [row for row, name in enumerate(reading.names["villages"]) if own and name["zh"].startswith(own)]
    exact = [row for row in named if reading.names["villages"][row]["zh"] == own]
    found = [row for row in exact or named if all(_lies_in(reading, int(township[row]), place) for place in places)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise EcsimError(f"--follow {told!r}: no village is called so; write its Chinese name, as village:清溪社区")
    several = ", ".join(f"{_place(reading.names, row, int(township[row]))} ({row})" for row in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    raise EcsimError(f"--follow {told!r}: several villages are called so: {several}{more}; add the township or county")


def _lies_in(reading: RunTables, township: int, place: str) -> bool:
    county = int(reading.column(TownshipsBaselined, "county")[township])
    called = (*reading.names["townships"][township].values(), *reading.names["counties"][county].values())
    return any(name.lower().startswith(place.lower()) for name in called)


def _place(names: Names, village: int, township: int) -> str:
    return f"{names['townships'][township]['zh']}/{names['villages'][village]['zh']}"


def _station_of(reading: RunTables, village: int, told: str) -> int:
    opened = reading.rows(StationOpened)
    found = opened["station"][opened["village"] == village]
    if not len(found):
        raise EcsimError(f"--follow {told!r}: no station was ever opened there{_instead(reading, 'station')}")
    return int(found[-1])


def suggested(run: Path, kind: str, language: str = "en") -> list[Suggestion]:
    """Return a few of a kind in a run that are worth following, each for another reason.

    Raises
    ------
    EcsimError
        If nothing of the kind can be followed.
    """
    table_and_name(f"{kind}:")
    return suggestions(RunTables(run), kind, language)


def suggestions(reading: RunTables, kind: str, language: str = "en") -> list[Suggestion]:
    """Return a few of a kind that are worth following, each for another reason."""
    if kind == PARCELS:
        return _parcels(reading, language)
    place, found = LANGUAGES.index(language), dict[int, Suggestion]()
    for choose, why in _WORTH[kind]:
        row = choose(reading)
        if row is not None and row not in found:
            found[row] = Suggestion(f"{kind}:{row}", why[place])
    return list(found.values())


def _parcels(reading: RunTables, language: str) -> list[Suggestion]:
    delivered, place = reading.rows(ParcelsDelivered), LANGUAGES.index(language)
    waiting = reading.rows(ParcelsWaiting)
    most: tuple[tuple[Columns, str, Both], ...] = (
        (delivered, "late", ("most late parcels", "迟到最多")),
        (waiting, "waited_days", ("longest waits", "滞留最久")),
    )
    found = []
    for rows, column, why in most:
        own = np.where(rows["village"] >= 0, rows[column], -1)
        if own.size and own.max() > 0:
            row = int(own.argmax())
            name = f"{int(rows['village'][row])}/{reading.date(int(rows['day'][row]))}"
            found.append(Suggestion(f"{PARCELS}:{name}", why[place]))
    return found


Choose = Callable[[RunTables], "int | None"]


def _last(kind: type[Event], column: str, place: int = -1) -> Choose:
    """Return the last row that a column of a kind points at."""

    def choose(reading: RunTables) -> int | None:
        ids = reading.column(kind, column)
        ids = ids[ids >= 0]
        return int(ids[place]) if len(ids) else None

    return choose


def _first(kind: type[Event], column: str) -> Choose:
    """Return the first row that a column of a kind points at."""
    return _last(kind, column, 0)


def _most(kind: type[Event], column: str, amount: str = "") -> Choose:
    """Return the row that a kind points at most often, or with the largest amount in all."""

    def choose(reading: RunTables) -> int | None:
        ids = reading.column(kind, column)
        here = ids >= 0
        if not here.any():
            return None
        many = np.bincount(ids[here], reading.column(kind, amount)[here] if amount else None)
        return int(many.argmax())

    return choose


def _trained_seller(reading: RunTables) -> int | None:
    """Return a household that opened a shop because it mastered selling in a training session."""
    gained, started = reading.rows(SkillGained), reading.rows(SellerStarted)
    taught = gained["seq"][np.isin(gained["cause"], reading.column(TraineeAttended, "seq"))]
    found = started["household"][np.isin(started["cause"], taught)]
    return int(found[0]) if len(found) else None


_WORTH: Mapping[str, tuple[tuple[Choose, Both], ...]] = {
    "household": (
        (_last(ExampleRecognised, "household"), ("a demonstration household", "示范户")),
        (_trained_seller, ("learned to sell by training and opened a shop", "经培训开了网店")),
        (_last(SellerLapsed, "household"), ("gave up its online shop", "关了网店")),
        (_last(StationOpened, "operator"), ("keeps a station", "经营服务站")),
    ),
    "station": (
        (_last(StationClosed, "station"), ("was given up", "已关闭")),
        (_last(StationIdled, "station"), ("stayed shut", "曾闲置")),
        (_most(StationsSettled, "station", "transactions"), ("most transactions", "交易最多")),
        (_last(StationsSettled, "station"), ("in service to the end", "营业到最后")),
    ),
    "village": (
        (_last(StationOpened, "village"), ("got a station", "建了服务站")),
        (_most(ParcelsDelivered, "village", "late"), ("most late parcels", "迟到快件最多")),
        (_most(ParcelsDelivered, "village", "parcels"), ("most parcels", "快件最多")),
    ),
    "project": (
        (_most(WorksSlipped, "project"), ("slipped most often", "延期最多")),
        (_last(DisclosureComplained, "project"), ("was reported", "被举报")),
        (_most(ProjectApproved, "project", "central_fen"), ("most central money", "中央资金最多")),
    ),
    "cooperative": (
        (_last(CooperativeFailed, "cooperative"), ("stopped trading", "停业")),
        (_most(CooperativesTraded, "cooperative", "online_fen"), ("sold most online", "网销最多")),
        (_most(CooperativesTraded, "cooperative", "bought_g"), ("bought most", "收购最多")),
    ),
    "enterprise": (
        (_last(ExampleRecognised, "enterprise"), ("a demonstration enterprise", "示范企业")),
        (_first(EnterpriseFounded, "enterprise"), ("founded in the run", "期间成立")),
        (_last(EnterpriseClosed, "enterprise"), ("closed", "停业")),
    ),
}
"""Whom to follow, and why."""
