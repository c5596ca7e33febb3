"""Who belongs where, from the opening events alone: what the laws of a run look up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    CooperativesBaselined,
    CropsBaselined,
    Event,
    HouseholdsBaselined,
    PlotsBaselined,
    Stamp,
    TownshipsBaselined,
    VillagesBaselined,
)

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
N = TypeVar("N", bound=np.integer[Any])
MOST = 10
"""Findings of one sort that are named one by one."""


class OpeningColumns:
    """Columns of the opening, in the order of their ids.

    Attributes
    ----------
    counties : names, for findings
    """

    listens: tuple[type[Event], ...] = (
        TownshipsBaselined, VillagesBaselined, HouseholdsBaselined, CropsBaselined, PlotsBaselined,
        CooperativesBaselined,
    )  # fmt: skip

    def __init__(self, counties: Sequence[str]) -> None:
        self.counties = tuple(counties)
        self._tables: dict[type[Event], dict[str, NDArray[Any]]] = {}

    def see(self, event: Event, _: Stamp) -> None:
        """Take note of an opening event."""
        columns = {column.name: event.__dict__[column.name] for column in event.columns}
        order = np.argsort(columns[event.columns[0].name], kind="stable")
        self._tables[type(event)] = {name: values[order] for name, values in columns.items()}
        if isinstance(event, VillagesBaselined):
            self.village_county = self.of(TownshipsBaselined, "county")[self.of(VillagesBaselined, "township")]
        elif isinstance(event, HouseholdsBaselined):
            self.household_county = self.village_county[self.of(HouseholdsBaselined, "village")]
            self.weight = self.of(HouseholdsBaselined, "weight").astype(np.int64)

    def of(self, kind: type[Event], column: str) -> NDArray[Any]:
        """Return a column of the opening."""
        return self._tables[kind][column]


def named(findings: Iterable[Finding]) -> list[Finding]:
    """Return the first few findings of one sort, and how many more there are."""
    every = list(findings)
    others = len(every) - MOST
    more = [Finding(every[0].check, f"and {others:,} more of this sort")] if others > 0 else []
    return every[:MOST] + more


def put(values: NDArray[N], rows: I32, new: I32 | I64 | int) -> NDArray[N]:
    """Return values with some rows set, and room for them."""
    larger = with_room(values, int(rows.max(initial=-1)) + 1)
    larger[rows] = new
    return larger


def with_room(values: NDArray[N], rows: int) -> NDArray[N]:
    """Return a copy of values with room for so many rows at least; new ones hold zeros."""
    return np.append(values, np.zeros(max(0, rows - len(values)), values.dtype))
