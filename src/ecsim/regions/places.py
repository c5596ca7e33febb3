"""Synthesis of where things are: townships without a source, villages, roads (labelled synthetic)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.draws import Draws
from ecsim.events.codes import Outlet, VillageKind
from ecsim.events.opening import TownshipsBaselined, VillagesBaselined
from ecsim.regions.pack import RegionPack

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
KM_A_DEGREE = 111.19
_CANDIDATES = 64


@dataclass(frozen=True)
class PlaceTerms:
    """Numbers of places; units in the pack's ``rules/opening_places.toml``."""

    circuity: float
    township_km_an_hour: float
    village_km_an_hour: float
    area_sigma: float
    size_sigma: float
    hamlet_sigma: float
    poor_noise: float
    poor_tilt: float
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


def great_circle_km(lat_a: F64, lon_a: F64, lat_b: F64, lon_b: F64) -> F64:
    """Return great-circle distances in km (haversine, mean earth radius)."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * 6371.0088 * np.arcsin(np.sqrt(half)), np.float64)


def shared_exactly(total: int, weights: NDArray[Any], most: I64 | None = None) -> I64:
    """Return whole parts of a total in proportion to weights, none above ``most``; they add up exactly."""
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


def townships(pack: RegionPack, draws: Draws, terms: PlaceTerms) -> TownshipsBaselined:
    """Return the townships; one without a position lies far from the known ones, within the county."""
    lat = np.array([np.nan if t.latitude is None else t.latitude for t in pack.townships])
    lon = np.array([np.nan if t.longitude is None else t.longitude for t in pack.townships])
    county = np.array([t.county for t in pack.townships])
    for row in np.flatnonzero(np.isnan(lat)):
        lat[row], lon[row] = _far_from_known(pack, draws, int(row), lat, lon, county)
    seat_lat = np.array([c.latitude for c in pack.counties])[county]
    seat_lon = np.array([c.longitude for c in pack.counties])[county]
    km = great_circle_km(lat, lon, seat_lat, seat_lon) * terms.circuity
    rows = np.arange(len(county))
    seat = np.array([t.is_seat for t in pack.townships])
    return TownshipsBaselined(
        township=rows,
        county=county,
        latitude=micro(lat),
        longitude=micro(lon),
        road_m=np.rint(1000 * km).astype(np.int64),
        road_seconds=np.rint(3600 * km / terms.township_km_an_hour).astype(np.int64),
        slope_class=np.floor(3 * draws.uniform("township_slope", 0, rows)).astype(np.int64),
        outlet=seat | (draws.uniform("township_outlet", 0, rows) < terms.township_outlets),
    )


def _far_from_known(
    pack: RegionPack, draws: Draws, row: int, lat: F64, lon: F64, county: NDArray[np.int64]
) -> tuple[float, float]:
    """Return the best of many candidates in the county's disc: the one farthest from the towns already placed."""
    home = pack.counties[county[row]]
    ids = row * _CANDIDATES + np.arange(_CANDIDATES)
    radius = np.sqrt(home.area_km2 / np.pi) * np.sqrt(draws.uniform("town_distance", 0, ids))
    angle = 2 * np.pi * draws.uniform("town_angle", 0, ids)
    there_lat = home.latitude + radius * np.sin(angle) / KM_A_DEGREE
    there_lon = home.longitude + radius * np.cos(angle) / (KM_A_DEGREE * np.cos(np.radians(home.latitude)))
    known = np.flatnonzero((county == county[row]) & ~np.isnan(lat))
    km = great_circle_km(there_lat[:, None], there_lon[:, None], lat[None, known], lon[None, known])
    best = int(np.argmax(km.min(axis=1)))
    return float(there_lat[best]), float(there_lon[best])


def households_by_village(pack: RegionPack, draws: Draws, terms: PlaceTerms) -> I64:
    """Return rural households of every unit: residents' committees are urban and hold none; counties add up."""
    county = county_of_villages(pack)
    rural = np.array([village.kind != VillageKind.COMMUNITY for village in pack.villages])
    size = draws.lognormal("village_size", 0, np.arange(len(rural)), terms.size_sigma) * rural
    found = np.zeros(len(rural), np.int64)
    for number, here in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        found[rows] = shared_exactly(here.rural_households, size[rows])
    return found


def villages(pack: RegionPack, draws: Draws, terms: PlaceTerms, towns: TownshipsBaselined) -> VillagesBaselined:
    """Return the village-level units: positions, areas, roads, poor villages, outlets before the programme."""
    rows = np.arange(len(pack.villages))
    county = county_of_villages(pack)
    township = np.array([village.township for village in pack.villages])
    kind = np.array([village.kind for village in pack.villages])
    area = _areas_hectares(pack, draws, terms, county)
    lat, lon = _scattered(draws, towns, township, area)
    town_lat, town_lon = towns.latitude[township] * 1e-6, towns.longitude[township] * 1e-6
    km = great_circle_km(lat, lon, town_lat, town_lon) * terms.circuity
    remote = km + towns.road_m[township] / 1000.0
    poor = _poor_villages(pack, draws, terms, county, kind, remote)
    shop = draws.uniform("village_shop", 0, rows) < terms.shop_share
    network = draws.uniform("village_network", 0, rows) < terms.network_share
    broadband = draws.uniform("village_broadband", 0, rows) < np.where(
        poor, terms.broadband_poor, terms.broadband_other
    )
    return VillagesBaselined(
        village=rows,
        township=township,
        unit_kind=kind,
        latitude=micro(lat),
        longitude=micro(lon),
        area_hectares=area,
        road_m=np.rint(1000 * km).astype(np.int64),
        road_seconds=np.rint(3600 * km / terms.village_km_an_hour).astype(np.int64),
        slope_class=np.floor(3 * draws.uniform("village_slope", 0, rows)).astype(np.int64),
        poor=poor,
        broadband=broadband,
        outlet=np.where(shop, np.where(network, Outlet.NETWORK_SHOP, Outlet.SHOP), Outlet.NONE),
        parcel_point=(kind == VillageKind.VILLAGE) & (draws.uniform("parcel_point", 0, rows) < terms.parcel_points),
    )


def _areas_hectares(pack: RegionPack, draws: Draws, terms: PlaceTerms, county: I64) -> I64:
    size = draws.lognormal("village_area", 0, np.arange(len(county)), terms.area_sigma)
    area = np.zeros(len(county), np.int64)
    for number, here in enumerate(pack.counties):
        rows = np.flatnonzero(county == number)
        area[rows] = shared_exactly(round(100 * here.area_km2), size[rows])
    return area


def _scattered(draws: Draws, towns: TownshipsBaselined, township: I64, area: I64) -> tuple[F64, F64]:
    """Return positions, even over a disc of the township's area about its seat."""
    total_km2 = np.bincount(township, area, len(towns.township)) / 100.0
    rows = np.arange(len(township))
    radius = np.sqrt(total_km2[township] / np.pi) * np.sqrt(draws.uniform("village_distance", 0, rows))
    angle = 2 * np.pi * draws.uniform("village_angle", 0, rows)
    town_lat, town_lon = towns.latitude[township] * 1e-6, towns.longitude[township] * 1e-6
    lat = town_lat + radius * np.sin(angle) / KM_A_DEGREE
    lon = town_lon + radius * np.cos(angle) / (KM_A_DEGREE * np.cos(np.radians(town_lat)))
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)


def _poor_villages(
    pack: RegionPack, draws: Draws, terms: PlaceTerms, county: I64, kind: NDArray[np.int64], remote_km: F64
) -> NDArray[np.bool_]:
    """Return which villages are poor: each county's number, the remote ones sooner."""
    noise = terms.poor_noise * draws.normal("poor_village", 0, np.arange(len(county)))
    poor = np.zeros(len(county), np.bool_)
    for number, here in enumerate(pack.counties):
        rows = np.flatnonzero((county == number) & (kind == VillageKind.VILLAGE))
        order = np.argsort(-(np.log(remote_km[rows] + 1.0) + noise[rows]), kind="stable")
        poor[rows[order[: here.poor_villages]]] = True
    return poor
