"""Places and trade of a snapshot: stations, roads, parcels that wait, prices, brands, examples, complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events import ExampleKind, ExampleRecognised, RoadClosed, StationsSettled, StationStatus
from ecsim.rural.regions import road_ends
from ecsim.rural.snapshot.scope import BilingualName, Scope, yuan
from ecsim.rural.state import ONE


@dataclass(frozen=True, slots=True)
class Households:
    """Households, weighted."""

    households: int
    buyers: int
    sellers: int
    aware: int
    trained: int
    skilled: int


@dataclass(frozen=True, slots=True)
class Station:
    """A village station; the last month settled, None where it has not settled yet; money in yuan."""

    station: int
    village: BilingualName
    township: BilingualName
    county: BilingualName
    design: BilingualName
    status: str
    keeper: BilingualName | None
    poor_keeper: bool
    opened: str
    settled: str | None
    transactions: int | None
    profit: float | None


@dataclass(frozen=True, slots=True)
class Closure:
    """A road link that is closed on the day, and between which moments."""

    road: BilingualName
    county: BilingualName
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Parcels of a township that wait: at the hub, and on their way to its villages; days are a parcel's mean."""

    township: BilingualName
    county: BilingualName
    at_hub: int
    at_hub_days: float
    for_villages: int
    for_villages_days: float


@dataclass(frozen=True, slots=True)
class Crop:
    """Prices of a county's product, yuan a kilogram; ``online`` is None where it is not sold online."""

    product: BilingualName
    county: BilingualName
    trader: float
    trader_opening: float
    online: float | None
    online_opening: float | None


@dataclass(frozen=True, slots=True)
class Brand:
    """A regional public brand: stock in yuan, premium as a share of the price."""

    brand: BilingualName
    stock: float
    premium: float
    registered: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A demonstration enterprise or household; money in yuan a year; a household stands for ``households``."""

    date: str
    example: BilingualName
    who: BilingualName
    county: BilingualName
    households: int
    yearly: float


@dataclass(frozen=True, slots=True)
class Complaints:
    """Complaints since the start; the two streams are never added up."""

    service: int
    disclosure: int


def households(scope: Scope, *, poor: bool) -> Households:
    """Return how many households there are, all or the registered poor."""
    h = scope.state.households
    in_scope = scope.here[h.county] & (h.poor if poor else True)
    weight = h.weight * in_scope
    flags = {"buyers": h.buyer, "aware": h.aware, "trained": h.trained, "skilled": h.skilled}
    counted = {name: int(weight[flag].sum()) for name, flag in flags.items()}
    return Households(households=int(weight.sum()), sellers=int((h.shops * in_scope).sum()), **counted)


def stations(scope: Scope) -> tuple[Station, ...]:
    """Return every station that was ever opened."""
    s, opened_rows = scope.state.stations, scope.state.count("stations")
    accounts = scope.rows(StationsSettled)
    last = dict(zip(accounts["station"].tolist(), range(len(accounts["seq"])), strict=True))
    in_scope = np.flatnonzero(scope.here[scope.state.villages.county[s.village[:opened_rows]]])
    return tuple(_station(scope, int(row), _month(scope, accounts, last.get(int(row)))) for row in in_scope)


def _station(scope: Scope, row: int, month: dict[str, Any]) -> Station:
    s = scope.state.stations
    village, township, county = scope.place(s.village[row])
    return Station(
        station=row,
        village=village,
        township=township,
        county=county,
        design=scope.titled(s.design[row]),
        status=StationStatus(int(s.status[row])).name.lower(),
        keeper=scope.called("households", s.operator[row]) if s.operator[row] >= 0 else None,
        poor_keeper=bool(s.poor_operator[row]),
        opened=scope.date(s.opened_day[row]),
        **month,
    )


def _month(scope: Scope, accounts: Columns, row: int | None) -> dict[str, Any]:
    """Return what a station's last account says."""
    if row is None:
        return {"settled": None, "transactions": None, "profit": None}
    fen = {name: int(accounts[name][row]) for name in ("takings_fen", "grant_fen", "costs_fen", "labour_fen")}
    return {
        "settled": scope.date(int(accounts["day"][row])),
        "transactions": int(accounts["transactions"][row]),
        "profit": yuan(fen["takings_fen"] + fen["grant_fen"] - fen["costs_fen"] - fen["labour_fen"]),
    }


def closures(scope: Scope) -> tuple[Closure, ...]:
    """Return the links that are closed at some hour of the day; closures of a link that meet are one."""
    rows, begin = scope.rows(RoadClosed), 24 * scope.on_day
    county = _county_of_roads(scope)
    over = (rows["from_hour"] < begin + 24) & (rows["until_hour"] > begin)
    over &= (county >= 0)[rows["road"]] & scope.here[county[rows["road"]]]
    closed = []
    for road in np.unique(rows["road"][over]):
        in_scope = over & (rows["road"] == road)
        since, until = int(rows["from_hour"][in_scope].min()), int(rows["until_hour"][in_scope].max())
        moments = (scope.reading.moment(hour) for hour in (since, until))
        closed.append(Closure(scope.called("roads", road), scope.called("counties", county[road]), *moments))
    return tuple(closed)


def _county_of_roads(scope: Scope) -> NDArray[np.int64]:
    """Return the county of each road: that of its first end in a county of the run, or -1."""
    state = scope.state
    outside = np.full(len(state.junctions) + 1, -1)  # the last: the hub of runs written before roads were networks
    county = np.concatenate([state.townships.county, state.villages.county, outside])
    start, end = (county[ends] for ends in road_ends(scope.reading.reader))
    return np.where(start >= 0, start, end)


def waiting(scope: Scope) -> tuple[Waiting, ...]:
    """Return the townships for which parcels wait at the end of the week."""
    state, townships = scope.state, len(scope.state.townships)
    v = state.villages
    hub = [column.reshape(-1, townships).sum(axis=0) for column in (state.reaches.waiting, state.reaches.waiting_days)]
    onward = [np.bincount(v.township, column, townships).astype(np.int64) for column in (v.waiting, v.waiting_days)]
    some = scope.here[state.townships.county] & ((hub[0] > 0) | (onward[0] > 0))
    return tuple(
        Waiting(
            township=scope.called("townships", row),
            county=scope.called("counties", state.townships.county[row]),
            at_hub=int(hub[0][row]),
            at_hub_days=round(int(hub[1][row]) / max(1, int(hub[0][row])), 1),
            for_villages=int(onward[0][row]),
            for_villages_days=round(int(onward[1][row]) / max(1, int(onward[0][row])), 1),
        )
        for row in np.flatnonzero(some)
    )


def crops(scope: Scope) -> tuple[Crop, ...]:
    """Return the products of the counties with their prices now and at the opening."""
    c = scope.state.crops
    return tuple(
        Crop(
            product=scope.called("crops", row),
            county=scope.called("counties", c.county[row]),
            trader=yuan(c.price_fen[row]),
            trader_opening=yuan(c.farm_price_fen[row]),
            online=yuan(c.orders_price_fen[row]) if c.online_price_fen[row] else None,
            online_opening=yuan(c.online_price_fen[row]) if c.online_price_fen[row] else None,
        )
        for row in np.flatnonzero(scope.here[c.county])
    )


def brands(scope: Scope) -> tuple[Brand, ...]:
    """Return the brands that money was spent on: the counties' and their prefectures'."""
    b = scope.state.brands
    in_scope = np.concatenate([scope.here, scope.prefectures]) & ((b.stock_fen > 0) | b.registered)
    return tuple(
        Brand(scope.called("brands", row), yuan(b.stock_fen[row]), int(b.premium[row]) / ONE, bool(b.registered[row]))
        for row in np.flatnonzero(in_scope)
    )


def examples(scope: Scope) -> tuple[Example, ...]:
    """Return what was recognised so far, in the order it was."""
    rows = scope.rows(ExampleRecognised)
    recognised = []
    for row in np.flatnonzero(scope.here[rows["county"]]):
        code = ExampleKind(int(rows["example"][row]))
        table = "households" if code == ExampleKind.DEMONSTRATION_HOUSEHOLD else "enterprises"
        recognised.append(
            Example(
                date=scope.date(rows["day"][row]),
                example=scope.word(ExampleKind, code),
                who=scope.called(table, rows[table.removesuffix("s")][row]),
                county=scope.called("counties", rows["county"][row]),
                households=int(rows["weight"][row]) if table == "households" else 0,
                yearly=yuan(rows["yearly_fen"][row]),
            )
        )
    return tuple(recognised)


def complaints(scope: Scope) -> Complaints:
    """Return the complaints since the start."""
    c = scope.state.counties
    return Complaints(int(c.service_complaints[scope.here].sum()), int(c.disclosure_complaints[scope.here].sum()))
