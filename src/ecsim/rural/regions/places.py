"""Synthesis of where things are: townships without a source, villages, roads (labelled synthetic).

Counts and areas of a county's villages add up exactly (largest remainders); positions are drawn over discs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Outlet, TownshipsBaselined, VillageKind, VillagesBaselined
from ecsim.rural.regions import imputation, roads
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.roads import RoadTerms, great_circle_km

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
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


def micro(degrees: F64) -> I64:
    """Return degrees as millionths."""
    return np.rint(degrees * 1e6).astype(np.int64)


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


def county_of_villages(pack: RegionPack) -> I64:
    """Return the county of every village-level unit."""
    county = np.array([town.county for town in pack.townships])
    return np.asarray(county[[village.township for village in pack.villages]])


def poor_village_numbers(pack: RegionPack, terms: PlaceTerms) -> tuple[I64, list[ImputationNote]]:
    """Return each county's number of poor villages, and notes on those that a written rule made."""
    numbers, notes = [], []
    for county in pack.counties:
        number = county.poor_villages
        if number is None:
            number, note = imputation.poor_villages(
                county.name_zh, county.register_persons, terms.persons_a_poor_village, county.committees
            )
            notes.append(note)
        numbers.append(number)
    return np.array(numbers, np.int64), notes


def townships(pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms) -> TownshipsBaselined:
    """Return the townships; one without a position lies far from the known ones, within the county.

    Parameters
    ----------
    terms, road_terms : numbers of the pack's rules for places and roads

    References
    ----------
    docs/model.md 6.1, 6.2.
    """
    lat, lon = positions(pack, draws)
    county = np.array([t.county for t in pack.townships])
    seat_lat = np.array([c.latitude for c in pack.counties])[county]
    seat_lon = np.array([c.longitude for c in pack.counties])[county]
    slope = roads.township_slopes(pack, road_terms, metres_a_km(pack, draws))
    km = great_circle_km(lat, lon, seat_lat, seat_lon)
    road_m, road_seconds = roads.road(km, slope, road_terms.township_km_an_hour, road_terms)
    rows = np.arange(len(county))
    seat = np.array([t.is_seat for t in pack.townships])
    return TownshipsBaselined(
        township=rows,
        county=county,
        latitude=micro(lat),
        longitude=micro(lon),
        road_m=road_m,
        road_seconds=road_seconds,
        slope_class=slope,
        outlet=seat | (draws.uniform("township_outlet", 0, pack.whole.townships) < terms.township_outlets),
    )


def positions(pack: RegionPack, draws: Draws) -> tuple[F64, F64]:
    """Return latitude and longitude of the townships, shape (townships,) each, degrees."""
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
    return roads.gradients_m_a_km(pack, *positions(pack, draws))


def _far_from_known(pack: RegionPack, draws: Draws, row: int, lat: F64, lon: F64, county: I64) -> tuple[float, float]:
    """Return the best of many candidates in the county's disc: the one farthest from the towns already placed."""
    home = pack.counties[county[row]]
    ids = pack.whole.townships[row] * _CANDIDATES + np.arange(_CANDIDATES)
    whole = np.ones(_CANDIDATES)
    there_lat, there_lon = roads.scattered(
        draws, "town", ids, home.latitude * whole, home.longitude * whole, np.sqrt(home.area_km2 / np.pi) * whole
    )
    known = np.flatnonzero((county == county[row]) & ~np.isnan(lat))
    km = great_circle_km(there_lat[:, None], there_lon[:, None], lat[None, known], lon[None, known])
    best = int(np.argmax(km.min(axis=1))) if known.size else 0
    return float(there_lat[best]), float(there_lon[best])


def households_by_village(pack: RegionPack, draws: Draws, terms: PlaceTerms) -> I64:
    """Return rural households of every unit: residents' committees are urban and hold none; counties add up.

    Returns
    -------
    shape (villages,), households; sizes within a county are log-normal

    References
    ----------
    docs/model.md 6.1.
    """
    county = county_of_villages(pack)
    rural = np.array([village.kind != VillageKind.COMMUNITY for village in pack.villages])
    size = draws.lognormal("village_size", 0, pack.whole.villages, terms.size_sigma) * rural
    households = np.zeros(len(rural), np.int64)
    for number, place in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        households[rows] = shared_exactly(place.rural_households, size[rows])
    return households


def villages(
    pack: RegionPack, draws: Draws, terms: PlaceTerms, road_terms: RoadTerms, towns: TownshipsBaselined
) -> VillagesBaselined:
    """Return the village-level units: positions, areas, roads, poor villages, outlets before the programme.

    Parameters
    ----------
    terms, road_terms : numbers of the pack's rules for places and roads
    towns : the townships of the opening, in the order of their ids

    References
    ----------
    docs/model.md 6.1, 6.2.
    """
    rows, number = np.arange(len(pack.villages)), np.array(pack.whole.villages)
    county = county_of_villages(pack)
    township = np.array([village.township for village in pack.villages])
    kind = np.array([village.kind for village in pack.villages])
    area = _areas_hectares(pack, draws, terms, county, kind)
    town_lat, town_lon = towns.latitude[township] * 1e-6, towns.longitude[township] * 1e-6
    town_km2 = np.bincount(township, area, len(towns.township))[township] / 100.0
    lat, lon = roads.scattered(draws, "village", number, town_lat, town_lon, np.sqrt(town_km2 / np.pi))
    slope = roads.village_slopes(draws, road_terms, towns.slope_class.astype(np.int64)[township], number)
    km = great_circle_km(lat, lon, town_lat, town_lon)
    road_m, road_seconds = roads.road(km, slope, road_terms.village_km_an_hour, road_terms)
    remote = (road_m + towns.road_m[township]) / 1000.0
    poor = _poor_villages(pack, draws, terms, county, kind, remote)
    shop = draws.uniform("village_shop", 0, number) < terms.shop_share
    network = draws.uniform("village_network", 0, number) < terms.network_share
    broadband = draws.uniform("village_broadband", 0, number) < np.where(
        poor, terms.broadband_poor, terms.broadband_other
    )
    return VillagesBaselined(
        village=rows,
        township=township,
        unit_kind=kind,
        latitude=micro(lat),
        longitude=micro(lon),
        area_hectares=area,
        road_m=road_m,
        road_seconds=road_seconds,
        slope_class=slope,
        poor=poor,
        broadband=broadband,
        outlet=np.where(shop, np.where(network, Outlet.NETWORK_SHOP, Outlet.SHOP), Outlet.NONE),
        parcel_point=(kind == VillageKind.VILLAGE) & (draws.uniform("parcel_point", 0, number) < terms.parcel_points),
    )


def _areas_hectares(pack: RegionPack, draws: Draws, terms: PlaceTerms, county: I64, kind: I64) -> I64:
    """Return areas that add up to each county's; residents' committees are towns and take little land."""
    size = draws.lognormal("village_area", 0, pack.whole.villages, terms.area_sigma)
    size = np.where(kind == VillageKind.COMMUNITY, terms.community_area * size, size)
    area = np.zeros(len(county), np.int64)
    for number, place in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        area[rows] = shared_exactly(round(100 * place.area_km2), size[rows])
    return area


def _poor_villages(pack: RegionPack, draws: Draws, terms: PlaceTerms, county: I64, kind: I64, remote_km: F64) -> Bool:
    """Return which villages are poor: each county's number, the remote ones sooner."""
    noise = terms.poor_noise * draws.normal("poor_village", 0, pack.whole.villages)
    poor = np.zeros(len(county), np.bool_)
    for number, wanted in enumerate(poor_village_numbers(pack, terms)[0]):
        rows = np.flatnonzero((county == number) & (kind == VillageKind.VILLAGE))
        order = np.argsort(-(np.log(remote_km[rows] + 1.0) + noise[rows]), kind="stable")
        poor[rows[order[:wanted]]] = True
    return poor


def poor_households_by_village(
    pack: RegionPack, terms: PlaceTerms, towns: TownshipsBaselined, villages_: VillagesBaselined, households: I64
) -> I64:
    """Return registered poor households of every unit: more where poor and remote; counties add up exactly.

    Parameters
    ----------
    households : shape (villages,), rural households; no village has more poor ones than these

    Returns
    -------
    shape (villages,), registered poor households; weights are log-linear in being a poor village and in remoteness

    References
    ----------
    docs/model.md 6.3.
    """
    county = county_of_villages(pack)
    remote = np.log1p((villages_.road_m + towns.road_m[villages_.township]) / 1000.0)
    poor = np.zeros(len(county), np.int64)
    for number, place in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        tilt = terms.poor_tilt * villages_.poor[rows] + terms.remote_tilt * (remote[rows] - remote[rows].mean())
        poor[rows] = shared_exactly(place.poor_households, households[rows] * np.exp(tilt), households[rows])
    return poor
