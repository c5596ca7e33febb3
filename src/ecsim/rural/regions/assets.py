"""What stands before the start: what earlier programmes built, and idle buildings of others (docs/model.md 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecsim.rural.events import AssetsBaselined, BuildingsBaselined, Premises, ProjectKind
from ecsim.rural.regions.pack import RegionPack

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws


@dataclass(frozen=True)
class AssetTerms:
    """Numbers of earlier assets and idle buildings; units in the pack's ``rules/opening_assets.toml``."""

    level: float
    buildings: float


APART = 1000
"""More than a county has rows of idle buildings, or a row has buildings: random draws tell them apart."""


def assets(pack: RegionPack, draws: Draws, terms: AssetTerms) -> tuple[AssetsBaselined, ...]:
    """Return what there is, in one event or none; whether an assumed asset is there is drawn by place and kind."""
    rows = pack.assets
    kinds = np.array([ProjectKind[row.kind.upper()] for *_, row in rows], np.int64)
    chance = np.array([row.chance * (terms.level if row.provenance == "assumed" else 1.0) for *_, row in rows])
    keys = np.array([int(row.place) for *_, row in rows], np.int64) * len(ProjectKind) + kinds
    there = np.flatnonzero(draws.uniform("existing_asset", 0, keys) < chance)
    if not there.size:
        return ()
    return (
        AssetsBaselined(
            asset=np.arange(len(there)),
            project_kind=kinds[there],
            county=[rows[row][0] for row in there],
            prefecture=[rows[row][1] for row in there],
            units=[rows[row][2].units for row in there],
        ),
    )


def buildings(pack: RegionPack, draws: Draws, terms: AssetTerms) -> tuple[BuildingsBaselined, ...]:
    """Return the buildings that stand idle, in one event or none; whether an assumed one does is drawn one by one.

    Draws hang on the code of the county, the place of the row among its own, and the place of the building in the row.
    """
    of_county: Counter[int] = Counter()
    county, premises, private, chance, keys = list[int](), list[int](), list[bool](), list[float](), list[int]()
    for at, row in pack.buildings:
        first = (int(row.place) * APART + of_county[at]) * APART
        of_county[at] += 1
        level = terms.buildings if row.provenance == "assumed" else 1.0
        county += [at] * row.units
        premises += [int(Premises[row.premises.upper()])] * row.units
        private += [row.owner == "private"] * row.units
        chance += [row.chance * level] * row.units
        keys += range(first, first + row.units)
    there = np.flatnonzero(draws.uniform("idle_building", 0, np.array(keys, np.int64)) < np.array(chance, np.float64))
    if not there.size:
        return ()
    return (
        BuildingsBaselined(
            building=np.arange(len(there)),
            county=np.array(county)[there],
            premises=np.array(premises)[there],
            private=np.array(private)[there],
        ),
    )
