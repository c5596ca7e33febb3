"""The roads of a scenario's region as people look at them: classes, checks, and the network of a prefecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import JunctionsBaselined, RoadClass, RoadsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.regions.names import prefecture_row
from ecsim.rural.regions.opening import Opening, open_region
from ecsim.rural.regions.road_check import CheckedRoad, checked_roads, places_by_code
from ecsim.rural.regions.scope import pack_of
from ecsim.rural.rules import region_rules
from ecsim.rural.scenario import LEAST_SAMPLE, Scenario

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class NetworkOf:
    """The network of a prefecture as it is drawn: places in degrees, links between them, seats by name."""

    latitude: F64
    longitude: F64
    start: I64
    end: I64
    road_class: I64
    seats: tuple[tuple[int, tuple[str, str]], ...]
    """Chinese and English names."""


@dataclass(frozen=True)
class RoadView:
    """The roads of a region.

    Attributes
    ----------
    prefectures : Chinese and English names
    classes : name, links, kilometres and mean speed of each class of road
    checks : printed figures beside those of the networks
    seats : Chinese and English names of seats, by place of the networks
    """

    opening: Opening
    prefectures: tuple[tuple[str, str], ...]
    classes: tuple[tuple[str, int, float, float], ...]
    checks: tuple[CheckedRoad, ...]
    seats: Mapping[int, tuple[str, str]]

    @property
    def compared(self) -> int:
        """How many printed kilometres there are."""
        return sum(check.ratio is not None for check in self.checks)

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Kilometres of the networks over those printed: lower quartile, median, upper quartile."""
        ratios = [check.ratio for check in self.checks if check.ratio is not None]
        low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
        return float(low), float(middle), float(high)

    def prefecture(self, name: str) -> int:
        """Return the row of a prefecture by its name; see `row_named`."""
        return prefecture_row(self.prefectures, name)

    def of(self, prefecture: int) -> NetworkOf:
        """Return the network of a prefecture."""
        roads = self.opening.of(RoadsBaselined)
        towns, villages = self.opening.of(TownshipsBaselined), self.opening.of(VillagesBaselined)
        tables: list[TownshipsBaselined | VillagesBaselined | JunctionsBaselined] = [towns, villages]
        tables += [event for event in self.opening.events if isinstance(event, JunctionsBaselined)]
        latitude, longitude = (
            np.concatenate([getattr(table, name) for table in tables]) * 1e-6 for name in ("latitude", "longitude")
        )
        mine = roads.prefecture == prefecture
        places, ends = np.unique(np.concatenate([roads.start[mine], roads.end[mine]]), return_inverse=True)
        start, end = ends[: int(mine.sum())], ends[int(mine.sum()) :]
        row = {int(place): number for number, place in enumerate(places)}
        named = ((place, names) for place, names in self.seats.items() if place in row)
        return NetworkOf(
            latitude[places], longitude[places], start, end, roads.road_class[mine].astype(np.int64),
            tuple((row[place], names) for place, names in named),
        )  # fmt: skip


def road_view(scenario: Scenario) -> RoadView:
    """Return the roads that a scenario opens with."""
    pack = pack_of(scenario)
    opening = open_region(pack, LEAST_SAMPLE, scenario.start, region_rules(scenario, pack.rules))
    roads = opening.of(RoadsBaselined)
    classes = []
    for road_class in RoadClass:
        mine = roads.road_class == road_class
        km, hours = roads.metres[mine].sum() / 1e3, roads.seconds[mine].sum() / 3600.0
        classes.append((road_class.name.lower(), int(mine.sum()), float(km), float(km / hours) if hours else 0.0))
    place = places_by_code(pack)
    seats = {place[county.adcode]: (county.name_zh, county.name_en) for county in pack.counties}
    outside = (seat for seat in pack.through if seat.kind == "seat" and seat.code in place)
    seats |= {place[seat.code]: (seat.name_zh, seat.name_en) for seat in outside}
    return RoadView(opening, pack.prefectures, tuple(classes), checked_roads(pack, opening), seats)
