"""What earlier programmes built before the start: demonstrations, pilots, the border action (docs/model.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecsim.rural.events import AssetsBaselined, ProjectKind
from ecsim.rural.regions.pack import RegionPack

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws


@dataclass(frozen=True)
class AssetTerms:
    """Numbers of earlier assets; units in the pack's ``rules/opening_assets.toml``."""

    level: float


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
