"""What can be followed through a run: how it is named, and whom it is interesting to follow.

An entity is named on the command line (``station:清溪社区``); where a number or a name fits nothing, or several, the
message says what does. A few entities of each kind are suggested, each for a reason of its own (first closed, most
transactions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.naming.story import Suggestion
from ecsim.rural.biography.names import Entity, RunTables
from ecsim.rural.events import (
    CooperativeFailed,
    DealersTraded,
    DisclosureComplained,
    EnterpriseClosed,
    EnterpriseFounded,
    Event,
    ExampleRecognised,
    OrdersFilled,
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
    TenderVoided,
    TownshipsBaselined,
    TraineeAttended,
    VillagesBaselined,
)
from ecsim.rural.regions import Names
from ecsim.rural.texts import text

TABLES = {
    "household": "households",
    "station": "stations",
    "village": "villages",
    "project": "projects",
    "cooperative": "cooperatives",
    "enterprise": "enterprises",
    "dealer": "dealers",
}
PARCELS = "parcels"
NAMED = 8
"""Places of one name that an error tells."""
FORMS = (
    "household:NUMBER, station:NUMBER or station:VILLAGE, village:NAME or village:TOWNSHIP/NAME, project:NUMBER, "
    "cooperative:NUMBER, enterprise:NUMBER, dealer:NUMBER, parcels:VILLAGE/2019-06-03"
)


def table_and_name(entity: str) -> tuple[str, str]:
    """Return what kind of thing is followed, and which.

    Raises
    ------
    EcsimError
        If nothing of the kind can be followed.
    """
    kind, colon, which = entity.partition(":")
    if kind not in (*TABLES, PARCELS) or not colon:
        raise EcsimError(f"--follow {entity!r}: allowed are {FORMS}; `--follow household:` lists a few")
    return kind, which.strip()


def entity_of(reading: RunTables, entity: str) -> Entity:
    """Return the table and the row of what is named.

    Raises
    ------
    EcsimError
        If there is no such thing, or several have the name.
    """
    kind, which = table_and_name(entity)
    table = TABLES[kind]
    if which.isdecimal():
        row = int(which)
    elif kind in ("village", "station"):
        row = village_of(reading, which, entity)
        if kind == "station":
            row = _station_of(reading, row, entity)
    else:
        raise EcsimError(f"--follow {entity!r}: a number is needed{_instead(reading, kind)}")
    if row >= reading.many[table]:
        rows = reading.many[table]
        allowed = f"allowed are 0 to {rows - 1}" if rows else f"the run has no {table}"
        raise EcsimError(f"--follow {entity!r}: no such {kind}; {allowed}{_instead(reading, kind)}")
    return table, row


def _instead(reading: RunTables, kind: str) -> str:
    examples = suggestions(reading, kind)
    return "; worth following: " + ", ".join(f"{each.entity} ({each.why})" for each in examples) if examples else ""


def village_of(reading: RunTables, which: str, entity: str) -> int:
    """Return the village of a number or a name, whole or its beginning, perhaps after its township's or county's.

    Raises
    ------
    EcsimError
        If there is none, or more than one.
    """
    if which.isdecimal() and int(which) < reading.many["villages"]:
        return int(which)
    *places, name_of_village = which.split("/")
    township = reading.column(VillagesBaselined, "township")
    named = [
        row
        for row, name in enumerate(reading.names["villages"])
        if name_of_village and name["zh"].startswith(name_of_village)
    ]
    exact = [row for row in named if reading.names["villages"][row]["zh"] == name_of_village]
    matching = [row for row in exact or named if all(_lies_in(reading, int(township[row]), place) for place in places)]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise EcsimError(f"--follow {entity!r}: no village is called so; write its Chinese name, as village:清溪社区")
    several = ", ".join(f"{_place(reading.names, row, int(township[row]))} ({row})" for row in matching[:NAMED])
    more = f" and {len(matching) - NAMED} more" if len(matching) > NAMED else ""
    raise EcsimError(
        f"--follow {entity!r}: several villages are called so: {several}{more}; add the township or county"
    )


def _lies_in(reading: RunTables, township: int, place: str) -> bool:
    county = int(reading.column(TownshipsBaselined, "county")[township])
    called = (*reading.names["townships"][township].values(), *reading.names["counties"][county].values())
    return any(name.lower().startswith(place.lower()) for name in called)


def _place(names: Names, village: int, township: int) -> str:
    return f"{names['townships'][township]['zh']}/{names['villages'][village]['zh']}"


def _station_of(reading: RunTables, village: int, entity: str) -> int:
    opened = reading.rows(StationOpened)
    stations = opened["station"][opened["village"] == village]
    if not len(stations):
        raise EcsimError(f"--follow {entity!r}: no station was ever opened there{_instead(reading, 'station')}")
    return int(stations[-1])


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
    """Return a few of a kind that are worth following, each for another reason.

    Parameters
    ----------
    kind : ``household``, ``station``, ``village``, ``project``, ``cooperative``, ``enterprise``, ``dealer`` or
        ``parcels``
    language : "en" or "zh", of the reasons
    """
    if kind == PARCELS:
        return _parcels(reading, language)
    suggested: dict[int, Suggestion] = {}
    for choose, reason in WORTH_FOLLOWING[kind]:
        row = choose(reading)
        if row is not None and row not in suggested:
            suggested[row] = Suggestion(f"{kind}:{row}", _reason(reason, language))
    return list(suggested.values())


def _reason(key: str, language: str) -> str:
    reason = text(f"worth_following.{key}")
    return reason.zh if language == "zh" else reason.en


def _parcels(reading: RunTables, language: str) -> list[Suggestion]:
    columns: tuple[tuple[type[Event], str, str], ...] = (
        (ParcelsDelivered, "late", "parcels_most_late"),
        (ParcelsWaiting, "waited_days", "parcels_longest_waits"),
    )
    suggested = []
    for kind, column, reason in columns:
        rows = reading.rows(kind)
        amounts = np.where(rows["village"] >= 0, rows[column], -1)
        if amounts.size and amounts.max() > 0:
            row = int(amounts.argmax())
            name = f"{int(rows['village'][row])}/{reading.date(int(rows['day'][row]))}"
            suggested.append(Suggestion(f"{PARCELS}:{name}", _reason(reason, language)))
    return suggested


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
        present = ids >= 0
        if not present.any():
            return None
        totals = np.bincount(ids[present], reading.column(kind, amount)[present] if amount else None)
        return int(totals.argmax())

    return choose


def _most_as_dealer(kind: type[Event], owner: str, amount: str) -> Choose:
    """Return the cooperative or enterprise whose dealing in products has the largest amount in all."""

    def choose(reading: RunTables) -> int | None:
        owners = reading.dealers[owner][reading.column(kind, "dealer")]
        present = owners >= 0
        if not present.any():
            return None
        return int(np.bincount(owners[present], reading.column(kind, amount)[present]).argmax())

    return choose


def _trained_seller(reading: RunTables) -> int | None:
    """Return a household that opened a shop because it mastered selling in a training session."""
    gained, started = reading.rows(SkillGained), reading.rows(SellerStarted)
    taught = gained["seq"][np.isin(gained["cause"], reading.column(TraineeAttended, "seq"))]
    households = started["household"][np.isin(started["cause"], taught)]
    return int(households[0]) if len(households) else None


WORTH_FOLLOWING: Mapping[str, tuple[tuple[Choose, str], ...]] = {
    "household": (
        (_last(ExampleRecognised, "household"), "demonstration_household"),
        (_trained_seller, "learned_selling_by_training"),
        (_last(SellerLapsed, "household"), "gave_up_shop"),
        (_last(StationOpened, "operator"), "keeps_station"),
    ),
    "station": (
        (_last(StationClosed, "station"), "was_given_up"),
        (_last(StationIdled, "station"), "stayed_shut"),
        (_most(StationsSettled, "station", "transactions"), "most_transactions"),
        (_last(StationsSettled, "station"), "in_service_to_the_end"),
    ),
    "village": (
        (_last(StationOpened, "village"), "got_station"),
        (_most(ParcelsDelivered, "village", "late"), "most_late_parcels"),
        (_most(ParcelsDelivered, "village", "parcels"), "most_parcels"),
    ),
    "project": (
        (_last(TenderVoided, "project"), "tendered_twice"),
        (_last(DisclosureComplained, "project"), "was_reported"),
        (_most(ProjectApproved, "project", "central_fen"), "most_central_money"),
    ),
    "cooperative": (
        (_last(CooperativeFailed, "cooperative"), "stopped_trading"),
        (_most_as_dealer(OrdersFilled, "cooperative", "paid_fen"), "sold_most_online"),
        (_most_as_dealer(DealersTraded, "cooperative", "bought_g"), "bought_most"),
    ),
    "enterprise": (
        (_last(ExampleRecognised, "enterprise"), "demonstration_enterprise"),
        (_first(EnterpriseFounded, "enterprise"), "founded_in_the_run"),
        (_last(EnterpriseClosed, "enterprise"), "closed"),
        (_most_as_dealer(DealersTraded, "enterprise", "bought_g"), "bought_most"),
    ),
    "dealer": (
        (_most(OrdersFilled, "dealer", "paid_fen"), "sold_most_online"),
        (_most(DealersTraded, "dealer", "bought_g"), "bought_most"),
        (_most(OrdersFilled, "dealer", "lost_g"), "lost_most_orders"),
    ),
}
"""Whom to follow, and why: keys of the catalogue's ``worth_following``."""
