"""Synthesis of where places lie and how steep it is there: townships without a source, and villages (synthetic).

Areas of a county's villages add up exactly (largest remainders); positions are drawn over discs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import VillageKind
from ecsim.rural.regions import slopes
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.slopes import RoadTerms, great_circle_km

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_CANDIDATES = 64


@dataclass(frozen=True)
class PlaceTerms:
    """Numbers of places; units in the pack's ``rules/opening_places.toml``."""

    area_sigma: float
    community_area: float
    size_sigma: float
    hamlet_sigma: float
    poor_noise: float
    poor_tilt: float
    remote_tilt: float
    persons_a_poor_village: float
    shop_share: float
    network_share: float
    parcel_points: float
    township_outlets: float
    broadband_poor: float
    broadband_other: float


@dataclass(frozen=True)
class Ground:
    """Townships and villages on the map; positions in millionths of a degree."""

    town_latitude: I64
    town_longitude: I64
    town_slope: I64
    """Shape (townships,), slope class: 0 gentle to 2 steep."""
    village_latitude: I64
    village_longitude: I64
    village_slope: I64
    village_hectares: I64


def ground(pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms) -> Ground:
    """Return where the townships and villages of a pack lie, and how steep it is there.

    References
    ----------
    docs/model.md 6.1, 6.2.
    """
    town_lat, town_lon = (micro(degrees) for degrees in positions(pack, draws))
    township = np.array([village.township for village in pack.villages])
    number = np.array(pack.whole.villages)
    slope = slopes.township_slopes(pack, road_terms, metres_a_km(pack, draws))
    hectares = _areas_hectares(pack, draws, terms)
    km2 = np.bincount(township, hectares, len(town_lat))[township] / 100.0
    lat, lon = slopes.scattered(
        draws, "village", number, town_lat[township] * 1e-6, town_lon[township] * 1e-6, np.sqrt(km2 / np.pi)
    )
    village_slope = slopes.village_slopes(draws, road_terms, slope[township], number)
    return Ground(town_lat, town_lon, slope, micro(lat), micro(lon), village_slope, hectares)


def micro(degrees: F64) -> I64:
    """Return degrees as millionths."""
    return np.rint(degrees * 1e6).astype(np.int64)


def county_of_villages(pack: RegionPack) -> I64:
    """Return the county of every village-level unit."""
    county = np.array([town.county for town in pack.townships])
    return np.asarray(county[[village.township for village in pack.villages]])


def positions(pack: RegionPack, draws: Draws) -> tuple[F64, F64]:
    """Return latitude and longitude of the townships, shape (townships,) each, degrees.

    One without a position lies far from the known ones, within the county.
    """
    lat = np.array([np.nan if t.latitude is None else t.latitude for t in pack.townships])
    lon = np.array([np.nan if t.longitude is None else t.longitude for t in pack.townships])
    county = np.array([t.county for t in pack.townships])
    for row in np.flatnonzero(np.isnan(lat)):
        lat[row], lon[row] = _far_from_known(pack, draws, int(row), lat, lon, county)
    return lat, lon


def metres_a_km(pack: RegionPack, draws: Draws) -> F64:
    """Return how steep the land about each township is, shape (townships,).

    Neighbours across the border count, those of counties that were cut away too.
    """
    if pack.whole.metres_a_km is not None:
        return np.array(pack.whole.metres_a_km)
    if pack.larger is not None:
        row = {town.code: row for row, town in enumerate(pack.larger.townships)}
        return metres_a_km(pack.larger, draws)[[row[town.code] for town in pack.townships]]
    return slopes.gradients_m_a_km(pack, *positions(pack, draws))


def _far_from_known(pack: RegionPack, draws: Draws, row: int, lat: F64, lon: F64, county: I64) -> tuple[float, float]:
    """Return the best of many candidates in the county's disc: the one farthest from the towns already placed."""
    home = pack.counties[county[row]]
    ids = pack.whole.townships[row] * _CANDIDATES + np.arange(_CANDIDATES)
    whole = np.ones(_CANDIDATES)
    there_lat, there_lon = slopes.scattered(
        draws, "town", ids, home.latitude * whole, home.longitude * whole, np.sqrt(home.area_km2 / np.pi) * whole
    )
    known = np.flatnonzero((county == county[row]) & ~np.isnan(lat))
    km = great_circle_km(there_lat[:, None], there_lon[:, None], lat[None, known], lon[None, known])
    best = int(np.argmax(km.min(axis=1))) if known.size else 0
    return float(there_lat[best]), float(there_lon[best])


def shared_exactly(total: int, weights: NDArray[Any], most: I64 | None = None) -> I64:
    """Return whole parts of a total in proportion to weights, none above ``most``; they add up exactly.

    References
    ----------
    The method of largest remainders; docs/model.md 6.
    """
    parts = np.zeros(len(weights), np.int64)
    limit = np.full(len(weights), total) if most is None else most
    while (left := total - int(parts.sum())) > 0:
        free = np.where(parts < limit, weights, 0.0)
        if free.sum() <= 0:
            raise ValueError(f"{total} cannot be shared out: the limits add up to {int(limit.sum())}")
        wanted = left * free / free.sum()
        step = np.minimum(np.floor(wanted).astype(np.int64), limit - parts)
        if step.sum() == 0:
            order = np.argsort(-(wanted - np.floor(wanted)) * (free > 0) - (free > 0), kind="stable")
            step[order[:left]] = np.minimum(1, limit - parts)[order[:left]]
        parts += step
    return parts


def _areas_hectares(pack: RegionPack, draws: Draws, terms: PlaceTerms) -> I64:
    """Return areas that add up to each county's; residents' committees are towns and take little land."""
    county, community = (
        county_of_villages(pack), np.array([village.kind == VillageKind.COMMUNITY for village in pack.villages])
    )  # fmt: skip
    size = draws.lognormal("village_area", 0, pack.whole.villages, terms.area_sigma)
    size = np.where(community, terms.community_area * size, size)
    area = np.zeros(len(county), np.int64)
    for number, place in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        area[rows] = shared_exactly(round(100 * place.area_km2), size[rows])
    return area
