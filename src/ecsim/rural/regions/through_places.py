"""Places outside the counties of a pack whose roads serve them too: seats of prefectures, and counties cut away.

The roads of a prefecture are one network, so a county's roads are what they are only where its neighbours' places are
known: a pack that was cut out of a larger one keeps them in ``through_places.csv``, without anything but their roads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.regions.ground import Ground, PlaceTerms, county_of_villages, ground, metres_a_km, micro
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.rows import ThroughPlace
from ecsim.rural.regions.slopes import RoadTerms, slope_class, village_slopes
from ecsim.rural.units import FIRST_VILLAGE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

I64 = NDArray[np.int64]


class NetworkPlaces(NamedTuple):
    """Every place of the networks; positions in millionths of a degree."""

    number: I64
    """In the whole region: their order never hangs on what else is run."""
    prefecture: I64
    county: I64
    """By its statistical code."""
    seat: NDArray[np.bool_]
    village: NDArray[np.bool_]
    latitude: I64
    longitude: I64
    slope: I64


def network_places(
    pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms, land: Ground
) -> NetworkPlaces:
    """Return the places of the road networks of a pack: its townships, its villages, then those beyond.

    Parameters
    ----------
    terms, road_terms : numbers of the pack's rules
    land : where its townships and villages lie
    """
    through = through_places(pack, draws, terms, road_terms)
    towns, villages = pack.townships, pack.villages
    prefectures = [chinese for chinese, _ in pack.prefectures]
    county = [towns[village.township].county for village in villages]
    home = [*(town.county for town in towns), *county]
    return NetworkPlaces(
        number=np.concatenate([
            pack.whole.townships, FIRST_VILLAGE + np.array(pack.whole.villages), [place.number for place in through],
        ]).astype(np.int64),
        prefecture=np.array(
            [*(pack.counties[row].prefecture for row in home), *(prefectures.index(p.prefecture_zh) for p in through)]
        ),
        county=np.array([*(int(pack.counties[row].adcode) for row in home), *(int(p.code[:6]) for p in through)]),
        seat=np.array([
            *(town.is_seat for town in towns), *(False for _ in villages), *(place.kind == "seat" for place in through),
        ]),
        village=np.array([
            *(False for _ in towns), *(True for _ in villages), *(place.kind == "village" for place in through),
        ]),
        latitude=np.concatenate(
            [land.town_latitude, land.village_latitude, micro(np.array([place.lat for place in through]))]
        ),
        longitude=np.concatenate(
            [land.town_longitude, land.village_longitude, micro(np.array([place.lon for place in through]))]
        ),
        slope=np.concatenate([land.town_slope, land.village_slope, _slopes_of(through, draws, road_terms)]),
    )  # fmt: skip


def through_places(
    pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms
) -> tuple[ThroughPlace, ...]:
    """Return the places outside the counties of a pack that the networks of its prefectures go through, by number.

    Parameters
    ----------
    terms, road_terms : numbers of the pack's rules; they say where villages of counties cut away lie
    """
    prefectures = {chinese for chinese, _ in pack.prefectures}
    found = [place for place in pack.through if place.prefecture_zh in prefectures]
    if pack.larger is not None:
        kept = {county.adcode for county in pack.counties}
        whole = (*through_places(pack.larger, draws, terms, road_terms), *_own(pack.larger, draws, terms, road_terms))
        found = [place for place in whole if place.prefecture_zh in prefectures and place.code[:6] not in kept]
    return tuple(sorted(found, key=lambda place: place.number))


def through_places_of(pack: RegionPack, draws: Draws) -> tuple[ThroughPlace, ...]:
    """Return the same by the numbers of the pack's own rules."""
    rules = pack.rules
    return through_places(
        pack, draws, rules.terms(PlaceTerms, "opening_places"), rules.terms(RoadTerms, "opening_roads")
    )


def _own(pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms) -> list[ThroughPlace]:
    """Return the townships and villages of a pack as places that others' roads go through."""
    land, steep = ground(pack, draws, terms, road_terms), metres_a_km(pack, draws)
    rows = []
    for row, town in enumerate(pack.townships):
        position = int(land.town_latitude[row]), int(land.town_longitude[row])
        names = town.name_zh, town.name_en, "seat" if town.is_seat else "township"
        rows.append(_place(pack, town.code, names, town.county, position, float(steep[row]), pack.whole.townships[row]))
    county = county_of_villages(pack)
    for row, village in enumerate(pack.villages):
        position = int(land.village_latitude[row]), int(land.village_longitude[row])
        number = FIRST_VILLAGE + pack.whole.villages[row]
        names = village.name_zh, village.code, "village"
        gradient = float(steep[village.township])
        rows.append(_place(pack, village.code, names, int(county[row]), position, gradient, number))
    return rows


def _place(
    pack: RegionPack, code: str, names: tuple[str, str, str], county: int, position: tuple[int, int], gradient: float,
    number: int,
) -> ThroughPlace:  # fmt: skip
    home = pack.counties[county]
    return ThroughPlace(
        code=code,
        kind=names[2],
        name_zh=names[0],
        name_en=names[1],
        prefecture_zh=pack.prefectures[home.prefecture][0],
        lat=position[0] / 1e6,
        lon=position[1] / 1e6,
        metres_a_km=gradient if home.slope_class is None else None,
        slope_class=home.slope_class,
        number=number,
        source=f"synthesised for {pack.name}",
    )


def _slopes_of(places: tuple[ThroughPlace, ...], draws: Draws, terms: RoadTerms) -> I64:
    """Return the slope class of each place, as a pack that has it would draw it."""
    given = np.array([-1 if place.slope_class is None else place.slope_class for place in places], np.int64)
    steep = np.array([place.metres_a_km or 0.0 for place in places])
    about = np.where(given >= 0, given, slope_class(terms, steep))
    village = np.array([place.kind == "village" for place in places], np.bool_)
    number = np.array([place.number for place in places], np.int64) - FIRST_VILLAGE
    drawn = about.copy()
    drawn[village] = village_slopes(draws, terms, about[village], number[village])
    return drawn
