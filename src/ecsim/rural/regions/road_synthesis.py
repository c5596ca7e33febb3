"""Synthesis of roads: one network a prefecture, over its seats, townships and villages (labelled synthetic).

Who is whose neighbour by road follows from where places lie alone: a proximity graph of townships and seats, and a
finer one of villages with them. Classes follow from what a road joins, lengths and speeds from class and slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.roads import Network, costs_from, lexicographic, network, proximity_links, seconds_and_metres, way
from ecsim.rural.events import JunctionsBaselined, RoadClass, RoadsBaselined
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.slopes import RoadTerms, great_circle_km
from ecsim.rural.regions.through_places import NetworkPlaces
from ecsim.rural.units import KM_A_DEGREE, ONE

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class WayHome(NamedTuple):
    """The fastest ways to some place, roads open and dry; shape (places,) each."""

    metres: I64
    seconds: I64


@dataclass(frozen=True)
class SynthesisedRoads:
    """The networks of a pack's prefectures; their places are townships, then villages, then junctions."""

    junctions: JunctionsBaselined
    roads: RoadsBaselined
    to_hub: WayHome
    """From each township to its county's seat."""
    to_township: WayHome
    """From each village to its township's seat."""


class _Links(NamedTuple):
    """Roads between places, the one of the lower number first."""

    start: I64
    end: I64
    road_class: I64


def synthesised_roads(pack: RegionPack, places: NetworkPlaces, road_terms: RoadTerms) -> SynthesisedRoads:
    """Return the roads of a pack; a county cut out of it has the same, for its neighbours' places count.

    Parameters
    ----------
    places : of the pack, and those that its roads go through beyond them
    road_terms : numbers of the pack's rules

    References
    ----------
    docs/model.md 6.2.
    """
    links = _in_order(places, [_of_prefecture(places, row, road_terms) for row in range(len(pack.prefectures))])
    slope = (places.slope[links.start] + places.slope[links.end]) / 2.0
    metres, seconds = _lengths(places, links, slope, road_terms)
    roads = RoadsBaselined(
        road=np.arange(len(metres)),
        prefecture=places.prefecture[links.start],
        start=links.start,
        end=links.end,
        road_class=links.road_class,
        slope=np.rint(slope * ONE).astype(np.int64),
        metres=metres,
        seconds=seconds,
    )
    own = len(pack.townships) + len(pack.villages)
    junctions = JunctionsBaselined(
        junction=np.arange(len(places.number) - own),
        prefecture=places.prefecture[own:],
        number=places.number[own:],
        latitude=places.latitude[own:],
        longitude=places.longitude[own:],
    )
    fastest = network(len(places.number), links.start, links.end, lexicographic(seconds, metres))
    return SynthesisedRoads(junctions, roads, _to_hubs(pack, fastest), _to_townships(pack, fastest))


def _of_prefecture(places: NetworkPlaces, prefecture: int, terms: RoadTerms) -> _Links:
    """Return the links of a prefecture: between townships and seats, and those of villages."""
    here = np.flatnonzero(places.prefecture == prefecture)
    here = here[np.argsort(places.number[here])]
    towns = here[~places.village[here]]
    between = _neighbours(places, towns, terms.beta)
    classes = _classes(places, towns, between, terms)
    finer = _neighbours(places, here, terms.beta)
    finer = finer[places.village[finer].any(axis=1)]
    of_villages = np.full(len(finer), int(RoadClass.VILLAGE))
    start, end = np.concatenate([between, finer]).T
    return _Links(start, end, np.concatenate([classes, of_villages]))


def _neighbours(places: NetworkPlaces, some: I64, beta: float) -> I64:
    """Return the links of the proximity graph of some places, shape (links, 2), by place."""
    latitude, longitude = places.latitude[some] * 1e-6, places.longitude[some] * 1e-6
    shrink = np.cos(np.radians(latitude.mean()))
    return np.asarray(some[proximity_links(KM_A_DEGREE * np.column_stack([latitude, longitude * shrink]), beta)])


def _classes(places: NetworkPlaces, towns: I64, links: I64, terms: RoadTerms) -> I64:
    """Return the class of each link between townships and seats, by whom it leads to whom.

    Main roads lie on the shortest ways between neighbouring seats, county roads on those from a township to its seat.
    """
    row = np.full(len(places.number), -1)
    row[towns] = np.arange(len(towns))
    metres = np.rint(1000 * _km(places, links[:, 0], links[:, 1])).astype(np.int64)
    roads = network(len(towns), row[links[:, 0]], row[links[:, 1]], metres)
    classes = np.full(len(links), int(RoadClass.TOWNSHIP))
    seats = towns[places.seat[towns]]
    seat_of = {int(places.county[seat]): int(row[seat]) for seat in seats}
    for town in towns:
        classes[_passed(roads, int(row[town]), seat_of[int(places.county[town])])] = int(RoadClass.COUNTY)
    for a, b in _neighbours(places, seats, terms.beta):
        classes[_passed(roads, int(row[a]), int(row[b]))] = int(RoadClass.MAIN)
    return classes


def _passed(roads: Network, start: int, end: int) -> NDArray[np.int32]:
    return way(roads, start, end, np.zeros(len(roads.cost), np.bool_))[1]


def _in_order(places: NetworkPlaces, of_prefectures: list[_Links]) -> _Links:
    """Return all links by the numbers of their ends, the lower first."""
    a, b, road_class = (np.concatenate(column) for column in zip(*of_prefectures, strict=True))
    turned = places.number[a] > places.number[b]
    start, end = np.where(turned, b, a), np.where(turned, a, b)
    order = np.lexsort((places.number[end], places.number[start]))
    return _Links(start[order], end[order], road_class[order])


def _km(places: NetworkPlaces, a: I64, b: I64) -> F64:
    ends = (
        (1e-6 * degrees[end]).astype(np.float64) for end in (a, b) for degrees in (places.latitude, places.longitude)
    )
    return great_circle_km(*ends)


def _lengths(places: NetworkPlaces, links: _Links, slope: F64, terms: RoadTerms) -> tuple[I64, I64]:
    """Return metres and seconds of roads: longer and slower where it is steep.

    Parameters
    ----------
    slope : mean of the slope classes at both ends
    """
    speeds = np.array(
        [terms.main_km_an_hour, terms.county_km_an_hour, terms.township_km_an_hour, terms.village_km_an_hour]
    )  # in the order of RoadClass
    above = slope - 1.0
    road_km = _km(places, links.start, links.end) * terms.winding * terms.winding_step**above
    hours = road_km / (speeds[links.road_class] * terms.speed_step**above)
    return np.rint(1000 * road_km).astype(np.int64), np.rint(3600 * hours).astype(np.int64)


def _to_hubs(pack: RegionPack, fastest: Network) -> WayHome:
    """Return the fastest ways from townships to their counties' seats."""
    county = np.array([town.county for town in pack.townships])
    cost = np.zeros(len(county), np.int64)
    for seat in [row for row, town in enumerate(pack.townships) if town.is_seat]:
        mine = np.flatnonzero(county == county[seat])
        cost[mine] = costs_from(fastest, seat)[mine]
    seconds, metres = seconds_and_metres(cost)
    return WayHome(metres, seconds)


def _to_townships(pack: RegionPack, fastest: Network) -> WayHome:
    """Return the fastest ways from villages to their townships' seats."""
    township, towns = np.array([village.township for village in pack.villages]), len(pack.townships)
    cost = np.zeros(len(township), np.int64)
    for town in range(towns):
        mine = np.flatnonzero(township == town)
        cost[mine] = costs_from(fastest, town)[towns + mine]
    seconds, metres = seconds_and_metres(cost)
    return WayHome(metres, seconds)
