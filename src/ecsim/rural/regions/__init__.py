"""Region packs: the facts of a region, the opening synthesised from them, and what its places are called.

A pack is a folder of tables, rules and sources (`RegionPack`). `ecsim.rural.regions.opening` makes the opening events
of a run from it by the rules of docs/model.md 6: imputation of missing facts, then places, people, farms and trade,
whose margins (`ecsim.rural.regions.margins`) are held against the facts.
"""

from ecsim.rural.regions.names import Names, county_row, names
from ecsim.rural.regions.official import Official, check_fits, official_figures
from ecsim.rural.regions.pack import RegionPack, load_pack, pack_identity, seasons_of, shipped_packs
from ecsim.rural.regions.road_names import HUB, junction_names, road_ends, roads_between
from ecsim.rural.regions.scope import cut_of, pack_of

__all__ = [
    "HUB", "Names", "Official", "RegionPack", "check_fits", "county_row", "cut_of", "junction_names", "load_pack",
    "names", "official_figures", "pack_identity", "pack_of", "road_ends", "roads_between", "seasons_of",
    "shipped_packs",
]  # fmt: skip
