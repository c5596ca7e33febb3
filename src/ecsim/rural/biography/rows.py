"""Which rows of a run tell of somebody or something, and which rows brought those about.

A biography of a village tells of its households, plots, roads and stations too, that of a project of its sessions, that
of a cooperative or an enterprise of what it does as a dealer and of the lots it buys.
Causes are looked up by sequence number; the kinds with most rows are searched last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.objects import Columns
from ecsim.rural.biography.names import Entity, Naming, RunTables
from ecsim.rural.biography.values import DERIVED, SelectedRows
from ecsim.rural.events import (
    BrandBuilt,
    BrandRegistered,
    BuyerAdopted,
    Event,
    HouseholdsBaselined,
    LotSold,
    MarketingDone,
    OperatorJoinedPool,
    ParcelsDelivered,
    ParcelsOrdered,
    ParcelsWaiting,
    PlotsBaselined,
    PoolFormed,
    RoundsDriven,
    SessionHeld,
    StationOffered,
    StationOpened,
    TownshipsBaselined,
)

Ids = Mapping[str, NDArray[np.integer]]
ASIDE = {(ParcelsOrdered, "stop")}
"""Columns that point at what rows are not about."""
FOLLOW_FROM: Mapping[str, tuple[type[Event], ...]] = {
    "projects": (BrandBuilt, BrandRegistered, MarketingDone, PoolFormed, OperatorJoinedPool),
    "stations": (BuyerAdopted,),
}
"""Kinds whose rows belong to a biography because a row of it brought them about."""
LARGE = (ParcelsWaiting, ParcelsDelivered, RoundsDriven, ParcelsOrdered, LotSold)
"""Kinds with so many rows that causes are looked for among them last."""


def members(reading: RunTables, followed: Entity) -> Ids:
    """Return what belongs to what is followed: rows by table."""
    table, row = followed
    ids: dict[str, NDArray[np.integer]] = {table: np.array([row])}
    if table == "villages":
        ids["households"] = _where(reading, HouseholdsBaselined, "village", ids["villages"])
        ids["roads"] = reading.roads_at(row + len(reading.column(TownshipsBaselined, "township")))
        opened = reading.rows(StationOpened)
        ids["stations"] = opened["station"][opened["village"] == row]
    if table in ("villages", "households"):
        ids["plots"] = _where(reading, PlotsBaselined, "household", ids["households"])
    if table in ("cooperatives", "enterprises"):
        ids["dealers"] = reading.dealers["dealer"][reading.dealers[table.removesuffix("s")] == row]
    if table == "projects":
        held = reading.rows(SessionHeld)
        ids["sessions"] = held["session"][held["project"] == row]
    return ids


def _where(reading: RunTables, kind: type[Event], column: str, ids: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return the rows of the opening that point at some ids."""
    return np.flatnonzero(np.isin(reading.column(kind, column), ids))


def selected_rows(naming: Naming) -> list[SelectedRows]:
    """Return the rows that tell of what is followed, kind by kind."""
    reading, followed = naming.reading, naming.followed
    assert followed is not None
    ids = members(reading, followed)
    selected = {kind: rows for kind in reading.kinds if len(rows := _about(reading, kind, ids))}
    if followed[0] == "stations" and StationOpened in selected:
        causes = reading.column(StationOpened, "cause")[selected[StationOpened]]
        selected[StationOffered] = np.flatnonzero(np.isin(reading.column(StationOffered, "seq"), causes))
    for kind in FOLLOW_FROM.get(followed[0], ()):
        seqs = np.concatenate([reading.column(each, "seq")[rows] for each, rows in selected.items()])
        rows = np.flatnonzero(np.isin(reading.column(kind, "cause"), seqs))
        if len(rows):
            selected[kind] = rows
    return [select(naming, kind, rows) for kind, rows in selected.items()]


def _about(reading: RunTables, kind: type[Event], ids: Ids) -> NDArray[np.intp]:
    """Return the rows of a kind that point at any of the members; kinds that cannot are not read."""
    columns = [c for c in kind.columns if c.table in ids and (kind, c.name) not in ASIDE]
    if not columns:
        return np.zeros(0, np.intp)
    rows = reading.rows(kind)
    about = np.zeros(len(rows["seq"]), np.bool_)
    for column in columns:
        about |= np.isin(rows[column.name], ids[str(column.table)])
    return np.flatnonzero(about)


def select(naming: Naming, kind: type[Event], rows: NDArray[np.integer]) -> SelectedRows:
    """Return some rows of a kind, with what follows from their columns and the households they stand for.

    Parameters
    ----------
    rows : shape (n,), row numbers within the kind
    """
    columns: Columns = {name: values[rows] for name, values in naming.reading.rows(kind).items()}
    for column, derive in DERIVED.get(kind, ()):
        columns[column.name] = derive(naming, columns)
    return SelectedRows(kind, columns, _weight(naming.reading, columns))


def _weight(reading: RunTables, columns: Columns) -> NDArray[np.int64]:
    household = columns.get("household")
    if household is None:
        return np.ones(len(columns["seq"]), np.int64)
    weight = reading.column(HouseholdsBaselined, "weight")
    return np.where(household >= 0, weight[np.maximum(household, 0)], 1).astype(np.int64)


def happened(naming: Naming, seqs: Iterable[int]) -> dict[int, SelectedRows]:
    """Return the rows with some sequence numbers, one by one."""
    left, selected = np.unique(np.fromiter(seqs, np.int64)), dict[int, SelectedRows]()
    for kind in _kinds_by_size(naming.reading):
        if not len(left):
            break
        seq = naming.reading.column(kind, "seq")
        at = np.minimum(np.searchsorted(seq, left), max(len(seq) - 1, 0))
        matches = seq[at] == left if len(seq) else np.zeros(len(left), np.bool_)
        selected |= {int(seq[row]): select(naming, kind, np.array([row])) for row in at[matches]}
        left = left[~matches]
    return selected


def _kinds_by_size(reading: RunTables) -> Iterator[type[Event]]:
    yield from (kind for kind in reading.kinds if kind not in LARGE)
    yield from LARGE
