"""The synthesised roads: neighbours, classes and lengths by hand; the printed distances; the same in any cut."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Parameters
from ecsim.rural.events import (
    JunctionsBaselined,
    RoadClass,
    RoadsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.regions.opening import Opening, open_region
from ecsim.rural.regions.pack import RegionPack, load_pack, load_part
from ecsim.rural.regions.road_check import checked_roads, places_by_code
from ecsim.rural.regions.through_places import through_places_of
from tiny import PACK, tiny_region

SAMPLE = 0.001


@pytest.fixture(scope="module")
def pack() -> RegionPack:
    return load_pack("yunnan_2018")


@pytest.fixture(scope="module")
def opening(pack: RegionPack) -> Opening:
    return open_region(pack, SAMPLE, pack.first)


def opened(pack: RegionPack, **rules: float) -> Opening:
    by_name = dict(pack.rules.by_name)
    for name, value in rules.items():
        by_name[f"opening_roads.{name}"] = replace(by_name[f"opening_roads.{name}"], value=value)
    return open_region(pack, SAMPLE, pack.first, Parameters(by_name))


def test_the_tiny_network_worked_by_hand() -> None:
    # The road between villages 2 and 3: 0.968 km north and 0.494 km east, 1.087 km; the mean of their slope classes is
    # 1.5: 1.087 x 1.5 x 1.15^0.5 = 1.748 km, at 18 x 0.85^0.5 = 16.6 km/h 379 seconds. The seats of the two counties,
    # 50 km apart, are neighbours by township 1, so the roads to it are main ones: 14.96 km straight are 24.07 km, at
    # 45 x 0.85^0.5 = 41.5 km/h 2,088 seconds.
    roads = tiny_region()[0].world.state.roads
    by_ends = {(int(a), int(b)): row for row, (a, b) in enumerate(zip(roads.start, roads.end, strict=True))}
    between, main = by_ends[5, 6], by_ends[0, 1]
    assert (roads.road_class[between], roads.slope[between]) == (RoadClass.VILLAGE, 1_500_000)
    assert roads.metres[between] == pytest.approx(1_748, abs=2)
    assert roads.seconds[between] == pytest.approx(379, abs=1)
    assert roads.road_class[[main, by_ends[1, 2]]].tolist() == [RoadClass.MAIN] * 2
    assert roads.metres[main] == pytest.approx(24_070, rel=0.005)
    assert roads.seconds[main] == pytest.approx(2_088, rel=0.005)
    assert (0, 2) not in by_ends


def test_each_prefecture_is_one_network_that_joins_all_its_places(pack: RegionPack, opening: Opening) -> None:
    roads = opening.of(RoadsBaselined)
    places = len(pack.townships) + len(pack.villages) + len(pack.through)
    table = coo_matrix((np.ones(roads.rows), (roads.start, roads.end)), shape=(places, places))
    parts, part = connected_components(table, directed=False)
    assert parts == len(pack.prefectures)
    for prefecture in range(parts):
        assert len(set(part[roads.start[roads.prefecture == prefecture]])) == 1
    assert len(np.unique(np.column_stack([roads.start, roads.end]), axis=0)) == roads.rows
    assert (roads.start != roads.end).all()


def test_ways_home_are_those_of_the_network_and_the_seat_has_none(pack: RegionPack, opening: Opening) -> None:
    towns, villages = opening.of(TownshipsBaselined), opening.of(VillagesBaselined)
    assert (towns.road_m[towns.seat] == 0).all()
    assert (towns.road_m[~towns.seat] > 0).all()
    assert np.bincount(towns.county[towns.seat]).tolist() == [1] * len(pack.counties)
    assert (villages.road_seconds > 0).all()


def test_printed_distances_lie_about_those_of_the_networks(pack: RegionPack, opening: Opening) -> None:
    # None of them made the networks. A factor of 1.25 is the middle half of what printed distances over great circles
    # differ by themselves (1.37 to 1.74).
    ratios = [check.ratio for check in checked_roads(pack, opening) if check.ratio is not None]
    assert len(ratios) == 19
    assert 1 / 1.25 < np.median(ratios) < 1.25
    assert np.mean([1 / 1.25 < ratio < 1.25 for ratio in ratios]) >= 0.5


def test_no_printed_distance_decides_anything(pack: RegionPack, opening: Opening) -> None:
    without = open_region(replace(pack, road_facts=()), SAMPLE, pack.first)
    assert without.of(RoadsBaselined) == opening.of(RoadsBaselined)


def test_a_larger_beta_leaves_out_roads_and_still_joins_all(pack: RegionPack, opening: Opening) -> None:
    dense, sparse = opening.of(RoadsBaselined), opened(pack, beta=2.0).of(RoadsBaselined)
    pairs = [set(zip(roads.start.tolist(), roads.end.tolist(), strict=True)) for roads in (dense, sparse)]
    assert pairs[1] < pairs[0]
    towns = opened(pack, beta=2.0).of(TownshipsBaselined)
    assert (towns.road_m[~towns.seat] > 0).all()


def test_roads_that_wind_more_are_longer_and_slower_by_as_much(pack: RegionPack, opening: Opening) -> None:
    plain, winding = opening.of(RoadsBaselined), opened(pack, winding=1.8).of(RoadsBaselined)
    np.testing.assert_allclose(winding.metres, 1.2 * plain.metres, atol=1.2)  # whole metres and seconds
    np.testing.assert_allclose(winding.seconds, 1.2 * plain.seconds, atol=1.2)


@pytest.mark.parametrize("name", ["main", "county", "township", "village"])
def test_each_class_has_a_speed_of_its_own(pack: RegionPack, opening: Opening, name: str) -> None:
    plain, faster = opening.of(RoadsBaselined), opened(pack, **{f"{name}_km_an_hour": 20.0}).of(RoadsBaselined)
    moved = plain.seconds != faster.seconds
    assert moved.any()
    assert set(plain.road_class[moved].tolist()) == {RoadClass[name.upper()]}


def test_a_cut_has_the_roads_of_the_whole_with_its_neighbours_as_junctions(pack: RegionPack, opening: Opening) -> None:
    part = load_part("yunnan_2018", frozenset({"530829"}))  # Ximeng, of the eight of its prefecture in the pack
    cut = open_region(part, SAMPLE, part.first)
    roads, own = cut.of(RoadsBaselined), len(part.townships) + len(part.villages)
    whole = opening.of(RoadsBaselined)
    prefecture = [chinese for chinese, _ in pack.prefectures].index(part.prefectures[0][0])
    mine = whole.prefecture == prefecture
    assert roads.rows == mine.sum()
    for name in ("road_class", "slope", "metres", "seconds"):
        np.testing.assert_array_equal(getattr(roads, name), getattr(whole, name)[mine])
    junctions = cut.of(JunctionsBaselined)
    assert own + junctions.rows == len(np.unique(np.concatenate([whole.start[mine], whole.end[mine]])))
    assert len(through_places_of(part, Draws(part.seed))) == junctions.rows


def test_places_are_found_by_code(pack: RegionPack) -> None:
    place = places_by_code(pack)
    assert place["530829"] == place[next(t.code for t in pack.townships if t.is_seat and t.code[:6] == "530829")]
    assert place["530302"] == len(pack.townships) + len(pack.villages)  # the seat of a prefecture


def test_a_county_needs_one_seat(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    shutil.copytree(PACK, folder)
    file = folder / "townships.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("990101,上河县,1,", "990101,上河县,0,"), encoding="utf-8")
    with pytest.raises(EcsimError, match="上河县 has 0 rows with is_county_seat 1"):
        load_pack(str(folder))
