"""The region pack: totals that add up, two counties against the hand-worked table."""

import datetime as dt

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.rural.events.opening import CropSeasonsBaselined, HouseholdsBaselined, PlotsBaselined, VillagesBaselined
from ecsim.rural.regions.opening import Opening, open_region
from ecsim.rural.regions.pack import RegionPack, load_pack

START = dt.date(2018, 1, 1)


@pytest.fixture(scope="module")
def pack() -> RegionPack:
    return load_pack("yunnan_2018")


@pytest.fixture(scope="module")
def opening(pack: RegionPack) -> Opening:
    return open_region(pack, 0.02, START)


def part(opening: Opening, kind: type[Event]) -> Event:
    return next(event for event in opening.events if isinstance(event, kind))


def county_of(pack: RegionPack) -> np.ndarray:
    return np.array([pack.townships[v.township].county for v in pack.villages])


def test_the_pack_holds_every_unit_of_the_list(pack: RegionPack) -> None:
    assert (len(pack.counties), len(pack.villages)) == (25, 2854)
    assert sum(v.kind == 0 for v in pack.villages) == 2641


@pytest.mark.parametrize("sample", [0.005, 0.02])
def test_weights_add_up_to_the_households_and_the_register(pack: RegionPack, sample: float) -> None:
    made = open_region(pack, sample, START)
    h = part(made, HouseholdsBaselined)
    county = county_of(pack)[h.village]
    for number, here in enumerate(pack.counties):
        assert h.weight[county == number].sum() == here.rural_households
        assert h.weight[(county == number) & h.poor].sum() == here.poor_households


def test_the_same_pack_and_sample_give_the_same_events(pack: RegionPack, opening: Opening) -> None:
    assert open_region(pack, 0.02, START).events == opening.events


def test_areas_add_up_and_seasons_are_whole(pack: RegionPack, opening: Opening) -> None:
    villages = part(opening, VillagesBaselined)
    area = np.bincount(county_of(pack), villages.area_hectares)
    assert np.abs(area - [100 * c.area_km2 for c in pack.counties]).max() <= 1
    seasons = part(opening, CropSeasonsBaselined)
    assert set(np.bincount(seasons.crop, seasons.share).tolist()) == {1_000_000.0}


def test_incomes_are_those_of_the_county_and_nobody_is_a_millionaire(pack: RegionPack, opening: Opening) -> None:
    h = part(opening, HouseholdsBaselined)
    total = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
    assert total.min() >= 0
    assert total.max() < 1e8  # a million yuan
    county = county_of(pack)[h.village]
    heads = np.bincount(county, h.persons * h.weight)
    assert np.abs(heads / [c.rural_residents for c in pack.counties] - 1).max() < 0.05


def test_plots_belong_to_growers_of_their_own_county(pack: RegionPack, opening: Opening) -> None:
    h, plots = part(opening, HouseholdsBaselined), part(opening, PlotsBaselined)
    home = county_of(pack)[h.village][plots.household]
    assert (home == np.array([p.county for p in pack.products])[plots.crop]).all()
    assert plots.output_g.min() >= 0


def test_an_unknown_region_names_those_there_are() -> None:
    with pytest.raises(EcsimError, match="yunnan_2018"):
        load_pack("atlantis")
