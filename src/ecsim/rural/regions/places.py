"""Synthesis of what there is in townships and villages: people, poor villages, outlets (labelled synthetic).

Counts of a county's villages add up exactly (largest remainders).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Outlet, TownshipsBaselined, VillageKind, VillagesBaselined
from ecsim.rural.regions import imputation
from ecsim.rural.regions.ground import Ground, PlaceTerms, county_of_villages, shared_exactly
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.pack import RegionPack

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws
    from ecsim.rural.regions.road_synthesis import SynthesisedRoads

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


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


def townships(
    pack: RegionPack, draws: Draws, terms: PlaceTerms, land: Ground, network: SynthesisedRoads
) -> TownshipsBaselined:
    """Return the townships.

    Parameters
    ----------
    terms : numbers of the pack's rules for places
    land, network : where they lie, and the roads to them

    References
    ----------
    docs/model.md 6.1, 6.2.
    """
    seat = np.array([town.is_seat for town in pack.townships])
    return TownshipsBaselined(
        township=np.arange(len(seat)),
        county=[town.county for town in pack.townships],
        latitude=land.town_latitude,
        longitude=land.town_longitude,
        road_m=network.to_hub.metres,
        road_seconds=network.to_hub.seconds,
        slope_class=land.town_slope,
        outlet=seat | (draws.uniform("township_outlet", 0, pack.whole.townships) < terms.township_outlets),
        seat=seat,
    )


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
    pack: RegionPack, draws: Draws, terms: PlaceTerms, land: Ground, network: SynthesisedRoads
) -> VillagesBaselined:
    """Return the village-level units: positions, areas, roads, poor villages, outlets before the programme.

    Parameters
    ----------
    terms : numbers of the pack's rules for places
    land, network : where they lie, and the roads to them

    References
    ----------
    docs/model.md 6.1, 6.2.
    """
    number = np.array(pack.whole.villages)
    township = np.array([village.township for village in pack.villages])
    kind = np.array([village.kind for village in pack.villages])
    to_township = network.to_township
    remote = (to_township.metres + network.to_hub.metres[township]) / 1000.0
    poor = _poor_villages(pack, draws, terms, kind, remote)
    shop = draws.uniform("village_shop", 0, number) < terms.shop_share
    of_network = draws.uniform("village_network", 0, number) < terms.network_share
    broadband = draws.uniform("village_broadband", 0, number) < np.where(
        poor, terms.broadband_poor, terms.broadband_other
    )
    return VillagesBaselined(
        village=np.arange(len(number)),
        township=township,
        unit_kind=kind,
        latitude=land.village_latitude,
        longitude=land.village_longitude,
        area_hectares=land.village_hectares,
        road_m=to_township.metres,
        road_seconds=to_township.seconds,
        slope_class=land.village_slope,
        poor=poor,
        broadband=broadband,
        outlet=np.where(shop, np.where(of_network, Outlet.NETWORK_SHOP, Outlet.SHOP), Outlet.NONE),
        parcel_point=(kind == VillageKind.VILLAGE) & (draws.uniform("parcel_point", 0, number) < terms.parcel_points),
    )


def _poor_villages(pack: RegionPack, draws: Draws, terms: PlaceTerms, kind: I64, remote_km: F64) -> Bool:
    """Return which villages are poor: each county's number, the remote ones sooner."""
    county = county_of_villages(pack)
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
