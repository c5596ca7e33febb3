"""Which projects of a run bring into service what was there before."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.recorded import Columns, JournalReader
from ecsim.rural.events import AssetsBaselined, ProjectApproved

SAYS_SO = 3
"""Version of `ProjectApproved` from which on a project says itself whether it reuses something."""


def reused(reader: JournalReader, approved: Columns) -> NDArray[np.bool_]:
    """Return which approved projects reuse what was there, shape (projects,).

    Runs of before did not say so: in them all that exists is taken as reused, as nothing else of it was approved.

    Parameters
    ----------
    approved : rows of `ProjectApproved`, as columns
    """
    if reader.stored[ProjectApproved.kind].kind.version >= SAYS_SO:
        return np.asarray(approved["reuses"], np.bool_)
    existing = _existing(reader)
    places = zip(*(approved[name].tolist() for name in ("project_kind", "county", "prefecture")), strict=True)
    built = [
        max(existing[kind, county, prefecture], existing[kind, -1, prefecture]) for kind, county, prefecture in places
    ]
    return np.asarray(approved["turn"] < np.array(built, np.int64), np.bool_)


def _existing(reader: JournalReader) -> Counter[tuple[int, int, int]]:
    """Return how many units of a kind there were before the programme, by kind, county (or -1) and prefecture."""
    assets = reader.kind(AssetsBaselined)
    places = zip(*(assets[name].tolist() for name in ("project_kind", "county", "prefecture")), strict=True)
    units: Counter[tuple[int, int, int]] = Counter()
    for place, many in zip(places, assets["units"].tolist(), strict=True):
        units[place] += many
    return units
