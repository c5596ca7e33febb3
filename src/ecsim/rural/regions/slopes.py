"""Synthesis of slope classes from heights of township seats, or from a written rule (labelled synthetic)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.units import KM_A_DEGREE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_EARTH_KM = 6371.0088
_NEIGHBOURS = 3
_STEEP = 2


@dataclass(frozen=True)
class RoadTerms:
    """Numbers of roads; units in the pack's ``rules/opening_roads.toml``."""

    beta: float
    winding: float
    winding_step: float
    main_km_an_hour: float
    county_km_an_hour: float
    township_km_an_hour: float
    village_km_an_hour: float
    speed_step: float
    gentle_m_a_km: float
    steep_m_a_km: float
    slope_spread: float


def great_circle_km(lat_a: F64, lon_a: F64, lat_b: F64, lon_b: F64) -> F64:
    """Return great-circle distances by the haversine formula, with the mean radius of the earth.

    Parameters
    ----------
    lat_a, lon_a, lat_b, lon_b : degrees; of shapes that fit together

    Returns
    -------
    km, of the shape they have together
    """
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)), np.float64)


def scattered(
    draws: Draws, process: str, ids: I64, centre_lat: F64, centre_lon: F64, radius_km: F64
) -> tuple[F64, F64]:
    """Return points drawn evenly over discs about their centres.

    Parameters
    ----------
    process : name of the draws
    ids : shape (n,), draw keys of the points
    centre_lat, centre_lon : shape (n,), degrees
    radius_km : shape (n,)

    Returns
    -------
    Latitudes and longitudes, shape (n,) each, degrees
    """
    away = radius_km * np.sqrt(draws.uniform(f"{process}_distance", 0, ids))
    angle = 2 * np.pi * draws.uniform(f"{process}_angle", 0, ids)
    lat = centre_lat + away * np.sin(angle) / KM_A_DEGREE
    lon = centre_lon + away * np.cos(angle) / (KM_A_DEGREE * np.cos(np.radians(centre_lat)))
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)


def gradients_m_a_km(pack: RegionPack, lat: F64, lon: F64) -> F64:
    """Return how steeply heights differ between a township's seat and its nearest neighbours'.

    Where a seat has no height, the middle value of its county stands in.

    Parameters
    ----------
    lat, lon : shape (townships,), degrees

    Returns
    -------
    shape (townships,), metres of height a kilometre
    """
    county = np.array([town.county for town in pack.townships])
    height = np.array([np.nan if t.elevation_m is None else t.elevation_m for t in pack.townships])
    known = np.flatnonzero(~np.isnan(height))
    km = great_circle_km(lat[known, None], lon[known, None], lat[None, known], lon[None, known])
    np.fill_diagonal(km, np.inf)
    near = np.argsort(km, axis=1, kind="stable")[:, :_NEIGHBOURS]
    rise = np.abs(height[known][near] - height[known, None])
    gradients = np.full(len(height), np.nan)
    gradients[known] = (rise / np.maximum(np.take_along_axis(km, near, axis=1), 1.0)).mean(axis=1)
    for number in range(len(pack.counties)):
        in_county = county == number
        given = gradients[in_county & ~np.isnan(gradients)]
        gradients[in_county & np.isnan(gradients)] = np.median(given) if given.size else 0.0
    return gradients


def township_slopes(pack: RegionPack, terms: RoadTerms, metres_a_km: F64) -> I64:
    """Return slope classes of townships, 0 gentle to 2 steep: by gradient, or by a written rule for the county.

    Parameters
    ----------
    metres_a_km : shape (townships,), how steep it is

    References
    ----------
    docs/model.md 6.2.
    """
    by_height = slope_class(terms, metres_a_km)
    ruled = [pack.counties[town.county].slope_class for town in pack.townships]
    return np.array([by_height[row] if rule is None else rule for row, rule in enumerate(ruled)], np.int64)


def slope_class(terms: RoadTerms, metres_a_km: F64) -> I64:
    """Return the slope class of land so steep, 0 gentle to 2 steep."""
    return np.asarray(np.searchsorted([terms.gentle_m_a_km, terms.steep_m_a_km], metres_a_km), np.int64)


def village_slopes(draws: Draws, terms: RoadTerms, township_class: I64, number: I64) -> I64:
    """Return slope classes of villages: their township's, a class up or down by luck.

    Parameters
    ----------
    township_class : shape (villages,), slope class of each village's township
    number : shape (villages,), draw keys of the villages

    Returns
    -------
    shape (villages,), 0 gentle to 2 steep
    """
    luck = draws.uniform("village_slope", 0, number)
    step = np.where(luck < terms.slope_spread, -1, np.where(luck > 1.0 - terms.slope_spread, 1, 0))
    return np.asarray(np.clip(township_class + step, 0, _STEEP), np.int64)
