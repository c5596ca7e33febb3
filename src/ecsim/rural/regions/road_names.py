"""Where the roads of a run lead, and what the places at their ends are called."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.recorded import Columns, JournalReader
from ecsim.kernel.text import Text
from ecsim.rural.events import JunctionsBaselined, RoadsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.regions.region_pack import RegionPack
from ecsim.rural.texts import text
from ecsim.rural.units import FIRST_VILLAGE

I64 = NDArray[np.int64]
HUB = -1
"""As an end: the hub of the county, in runs written before roads were networks."""


def road_ends(reader: JournalReader) -> tuple[I64, I64]:
    """Return the places at both ends of each road: townships, then villages, then junctions.

    Before roads were networks one led from each township to its hub, and one from each village to its township.
    """
    roads = reader.kind(RoadsBaselined)
    if len(roads["road"]):
        return roads["start"].astype(np.int64), roads["end"].astype(np.int64)
    townships = len(reader.kind(TownshipsBaselined)["township"])
    of_village = reader.kind(VillagesBaselined)["township"].astype(np.int64)
    return np.arange(townships + len(of_village)), np.concatenate([np.full(townships, HUB), of_village])


def roads_between(reader: JournalReader, named: Sequence[Text], pack: RegionPack) -> list[Text]:
    """Return what every road is called.

    Parameters
    ----------
    named : names of the townships, then of the villages
    pack : that the run was made with
    """
    named = [*named, *junction_names(reader.kind(JunctionsBaselined), pack)]
    hub = text("names.hub")
    ends = ([hub if row == HUB else named[row] for row in of.tolist()] for of in road_ends(reader))
    return [
        Text(text("names.between", start=a.en, end=b.en).en, text("names.between", start=a.zh, end=b.zh).zh)
        for a, b in zip(*ends, strict=True)
    ]


def junction_names(junctions: Columns, pack: RegionPack) -> list[Text]:
    """Return what the junctions of a run are called, by the numbers that they have in the whole region.

    Parameters
    ----------
    junctions : rows of ``junctions_baselined``
    pack : that the run was made with
    """
    whole = pack if pack.larger is None else pack.larger
    known = {place.number: Text(place.name_en, place.name_zh) for place in whole.through}
    known |= {
        number: Text(town.name_en, town.name_zh)
        for number, town in zip(whole.whole.townships, whole.townships, strict=True)
    }
    known |= {
        FIRST_VILLAGE + number: Text(unit.name_zh, unit.name_zh)
        for number, unit in zip(whole.whole.villages, whole.villages, strict=True)
    }
    return [known[number] for number in junctions["number"].tolist()]
