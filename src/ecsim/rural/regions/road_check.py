"""The synthesised roads held against distances and times that pages print; the facts made none of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.roads import NO_WAY, costs_from, lexicographic, network, seconds_and_metres
from ecsim.rural.events import JunctionsBaselined, RoadsBaselined
from ecsim.rural.regions.opening import Opening
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.rows import RoadFact


@dataclass(frozen=True)
class CheckedRoad:
    """A printed figure beside what the network says.

    Attributes
    ----------
    km, hours : of the fastest way, roads open and dry
    """

    fact: RoadFact
    km: float
    hours: float

    @property
    def ratio(self) -> float | None:
        """Kilometres of the network over those printed; None where none are."""
        return None if self.fact.road_km is None else self.km / self.fact.road_km

    @property
    def printed_hours(self) -> float | None:
        """Hours as printed, of a span its middle; None where none are."""
        return None if self.fact.hours is None else float(np.mean([float(part) for part in self.fact.hours.split("-")]))


def checked_roads(pack: RegionPack, opening: Opening) -> tuple[CheckedRoad, ...]:
    """Return every printed figure that is used, beside that of the network that both its ends lie on.

    A township whose position is made up tells nothing.
    """
    made_up = {town.code for town in pack.townships if town.latitude is None}
    roads, place = opening.of(RoadsBaselined), places_by_code(pack)
    through = [event for event in opening.events if isinstance(event, JunctionsBaselined)]
    places = len(pack.townships) + len(pack.villages) + sum(event.rows for event in through)
    fastest = network(places, roads.start, roads.end, lexicographic(roads.seconds, roads.metres))
    found = []
    for fact in pack.road_facts:
        ends = place.get(fact.from_adcode), place.get(fact.to_adcode)
        if fact.used != "yes" or ends[0] is None or ends[1] is None or fact.from_adcode in made_up:
            continue
        cost = costs_from(fastest, ends[0])[ends[1]]
        if cost < NO_WAY:
            seconds, metres = seconds_and_metres(cost)
            found.append(CheckedRoad(fact, int(metres) / 1000.0, int(seconds) / 3600.0))
    return tuple(found)


def places_by_code(pack: RegionPack) -> dict[str, int]:
    """Return where townships, seats of counties and outside places of a whole pack lie on its networks, by code."""
    towns = {town.code: row for row, town in enumerate(pack.townships)}
    seats = {pack.counties[town.county].adcode: row for row, town in enumerate(pack.townships) if town.is_seat}
    first = len(pack.townships) + len(pack.villages)
    by_number = sorted(pack.through, key=lambda place: place.number)
    outside = {place.code: first + row for row, place in enumerate(by_number)} if pack.larger is None else {}
    return outside | towns | seats
