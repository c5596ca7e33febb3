"""Whom and what rows are about: counties, villages, stations, projects, households, with their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.diff.divergence import Side
from ecsim.kernel.event import Event
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import FacilityOpened, ProjectApproved
from ecsim.rural.events.market import EnterpriseFounded
from ecsim.rural.events.opening import (
    CooperativesBaselined,
    CropsBaselined,
    EnterprisesBaselined,
    HouseholdsBaselined,
    OperatorsBaselined,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.events.training import SessionHeld
from ecsim.rural.regions.names import Names

I64 = NDArray[np.int64]
TABLES = {
    "counties": "county",
    "villages": "village",
    "stations": "station",
    "projects": "project",
    "households": "household",
}
"""Tables whose rows are counted, and what one of them is called."""
_BELONGS: tuple[tuple[type[Event], str, str, str], ...] = (
    (TownshipsBaselined, "townships", "counties", "county"),
    (VillagesBaselined, "villages", "townships", "township"),
    (HouseholdsBaselined, "households", "villages", "village"),
    (PlotsBaselined, "plots", "households", "household"),
    (CropsBaselined, "crops", "counties", "county"),
    (CooperativesBaselined, "cooperatives", "townships", "township"),
    (EnterprisesBaselined, "enterprises", "counties", "county"),
    (EnterpriseFounded, "enterprises", "counties", "county"),
    (OperatorsBaselined, "operators", "counties", "county"),
    (StationOpened, "stations", "villages", "village"),
    (ProjectApproved, "projects", "counties", "county"),
    (SessionHeld, "sessions", "counties", "county"),
    (FacilityOpened, "facilities", "counties", "county"),
)
"""Which event says to what a row of a table belongs: kind, table, the table above, column that points there."""


class Belonging:
    """To what every row of a run's tables belongs, up to its county.

    Parameters
    ----------
    names : what people call places; empty if nobody knows
    """

    def __init__(self, side: Side, names: Names) -> None:
        self.names = names
        self._above: dict[str, tuple[str, I64]] = {}
        for kind, table, above, column in _BELONGS:
            rows = side.rows(kind, 0)
            own = next(c.name for c in kind.columns if c.table == table)
            self._above[table] = (above, _filled(self._above.get(table), rows[own], rows[column]))
        projects = side.rows(ProjectApproved, 0)
        self._builds = dict(zip(projects["project"].tolist(), projects["project_kind"].tolist(), strict=True))

    def about(self, kind: type[Event], columns: Columns, rows: I64) -> dict[str, I64]:
        """Return what rows are about, by table, shape (rows,) each; -1 where a row tells nothing of the table."""
        found: dict[str, I64] = {}
        for column in kind.columns:
            table, ids = column.table, columns[column.name][rows].astype(np.int64)
            while table is not None:
                found[table] = np.where(found[table] < 0, ids, found[table]) if table in found else ids
                table, ids = self._up(table, ids)
        return found

    def _up(self, table: str, ids: I64) -> tuple[str | None, I64]:
        above = self._above.get(table)
        if above is None:
            return None, ids
        known = (ids >= 0) & (ids < len(above[1]))
        return above[0], np.where(known, above[1][np.where(known, ids, 0)], -1) if len(above[1]) else ids * 0 - 1

    def name(self, table: str, entity: int) -> str:
        """Return what people call a row of a table; places by name, all else by number and place."""
        own = f"{TABLES[table]} {entity}"
        if table in self.names:
            told = self.names[table][entity]
            own = " ".join(told[language] for language in ("zh", "en") if language in told)
        elif table == "projects" and entity in self._builds:
            own += f" ({ProjectKind(self._builds[entity]).name.lower()})"
        where = self._where(table, entity)
        return f"{own}, {where}" if where else own

    def _where(self, table: str, entity: int) -> str:
        """Return the village and the county that a row belongs to."""
        told, ids = [], np.array([entity], np.int64)
        above: str | None = table
        while above is not None:
            above, ids = self._up(above, ids)
            if above in ("villages", "counties") and above in self.names and ids[0] >= 0:
                told.append(self.names[above][int(ids[0])]["zh"])
        return " ".join(reversed(told))


def _filled(before: tuple[str, I64] | None, ids: NDArray[Any], belongs: NDArray[Any]) -> I64:
    """Return a column by id, with -1 where nothing is known."""
    old = before[1] if before else np.zeros(0, np.int64)
    many = max(len(old), int(ids.max()) + 1 if len(ids) else 0)
    found = np.full(many, -1, np.int64)
    found[: len(old)] = old
    found[ids] = belongs
    return found


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something with rows that differ: how many of them, by how."""

    table: str
    number: int
    name: str
    only_a: int
    only_b: int
    changed: int
    moved: int

    @property
    def rows(self) -> int:
        """All rows that differ."""
        return self.only_a + self.only_b + self.changed + self.moved


class Tally:
    """Rows that differ, counted by whom they are about."""

    HOWS = ("only_a", "only_b", "changed", "moved")

    def __init__(self, a: Belonging, b: Belonging) -> None:
        self.a, self.b = a, b
        self._counts: dict[str, I64] = {table: np.zeros((0, len(self.HOWS)), np.int64) for table in TABLES}

    def add(self, how: str, side: Belonging, kind: type[Event], columns: Columns, rows: I64) -> None:
        """Count rows; pairs are counted once, as the first run has them."""
        for table, ids in side.about(kind, columns, rows).items():
            if table not in self._counts:
                continue
            many = np.bincount(ids[ids >= 0])
            counts = self._counts[table]
            if len(many) > len(counts):
                counts = np.concatenate([counts, np.zeros((len(many) - len(counts), len(self.HOWS)), np.int64)])
                self._counts[table] = counts
            counts[: len(many), self.HOWS.index(how)] += many

    def most(self, top: int) -> list[Entity]:
        """Return for each table those with most rows that differ, the most first."""
        return [
            Entity(table, int(number), self._name(table, int(number)), *(int(n) for n in counts[number]))
            for table, counts in self._counts.items()
            for number in np.argsort(-counts.sum(axis=1), kind="stable")[:top]
            if counts[number].any()
        ]

    def _name(self, table: str, number: int) -> str:
        """Return the name in the run that knows more of it; both names where the number stands for another in each."""
        short, long = sorted((side.name(table, number) for side in (self.a, self.b)), key=len)
        if long.startswith(short):
            return long
        return f"{self.a.name(table, number)} in A, {self.b.name(table, number)} in B"
