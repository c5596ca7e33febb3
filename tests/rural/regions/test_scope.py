"""A run of some counties of a region: what a cut keeps, and that a county is in it what it is within the whole."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.rural.events import (
    BuyerAdopted,
    CooperativesBaselined,
    CountiesBaselined,
    CropHarvested,
    CropsBaselined,
    DealersBaselined,
    EnterprisesBaselined,
    FarmPriceMoved,
    HarvestShocked,
    HouseholdsBaselined,
    HouseholdShocksDrawn,
    LotSold,
    OperatorsBaselined,
    OrdersArrived,
    ParcelsDelivered,
    ParcelsOrdered,
    PlotsBaselined,
    RetailSold,
    RoadClosed,
    TownshipsBaselined,
    VillagesBaselined,
    WagesPaid,
)
from ecsim.rural.model import MODEL
from ecsim.rural.programme import timing
from ecsim.rural.region import Region
from ecsim.rural.regions import pack_of
from ecsim.rural.regions.pack import load_pack, load_part
from ecsim.rural.regions.scope import codes_of_cut, cut_of
from ecsim.rural.world import State, World
from ecsim.scenario.load import load
from tiny import CONFIGS, PACK, Events, run, tiny_scenario

LOWER = "990102"
"""The second county of the tiny pack, 下坪县: rows that come after another county's."""
YUNNAN = {"region": "yunnan_2018", "sample": 0.001}
CUT_OF_YUNNAN = ("530326", "530829")
"""会泽县, the second in the file, and 西盟佤族自治县, the tenth: another prefecture."""
OPENED: tuple[type[Event], ...] = (
    CountiesBaselined, TownshipsBaselined, VillagesBaselined, CropsBaselined, CooperativesBaselined,
    HouseholdsBaselined, PlotsBaselined, EnterprisesBaselined, DealersBaselined, OperatorsBaselined,
)  # fmt: skip
LIVED: tuple[type[Event], ...] = (
    BuyerAdopted, CropHarvested, FarmPriceMoved, HarvestShocked, HouseholdShocksDrawn, LotSold, OrdersArrived,
    ParcelsDelivered, ParcelsOrdered, RetailSold, RoadClosed, WagesPaid,
)  # fmt: skip
"""What happens without money."""


def test_a_cut_keeps_the_rows_of_its_counties_in_every_table() -> None:
    whole, part = load_pack(str(PACK)), load_part(str(PACK), frozenset({LOWER}))
    assert [county.name_zh for county in part.counties] == ["下坪县"]
    assert [town.name_zh for town in part.townships] == ["坪街镇"]
    assert [village.code for village in part.villages] == ["990102001201", "990102001202"]
    assert [product.name_zh for product in part.products] == ["春茶", "草莓"]
    assert part.title_zh.startswith("下坪县")
    assert (part.whole.townships, part.whole.villages, part.whole.products) == ((2,), (4, 5), (2, 3))
    assert part.whole.first_households == (8,)  # the eight of 上河县 come before them
    assert not whole.whole.is_larger
    assert part.whole.is_larger


def test_everything_kept_is_the_whole() -> None:
    whole = load_pack(str(PACK))
    every = load_part(str(PACK), codes_of_cut(whole, None, ["甲市"]))
    assert (every.counties, every.villages, every.whole) == (whole.counties, whole.villages, whole.whole)
    plain, cut = (MODEL.opening(tiny_scenario(changes)).events for changes in ({}, {"prefectures": ["甲市"]}))
    assert [type(event) for event in plain] == [type(event) for event in cut]
    for a, b in zip(plain, cut, strict=True):
        for column in a.columns:
            np.testing.assert_array_equal(getattr(a, column.name), getattr(b, column.name))


@pytest.mark.parametrize(
    ("counties", "prefectures", "kept"),
    [
        (["会泽县"], None, ["会泽县"]),
        (["530326"], None, ["会泽县"]),
        (["Huize County", "会泽县"], None, ["会泽县"]),
        (["Huize", "富源"], None, ["富源县", "会泽县"]),
        (None, ["Qujing"], ["富源县", "会泽县"]),
        (None, ["曲靖市"], ["富源县", "会泽县"]),
        (None, ["5303"], ["富源县", "会泽县"]),
        (["会泽县"], ["曲靖市"], ["会泽县"]),
    ],
)
def test_names_or_codes_say_what_is_kept(
    counties: list[str] | None, prefectures: list[str] | None, kept: list[str]
) -> None:
    pack = load_pack("yunnan_2018")
    codes = codes_of_cut(pack, counties, prefectures)
    assert [county.name_zh for county in pack.counties if county.adcode in codes] == kept


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (
            {"counties": ["会津县"]},
            r"names '会津县'; .*did you mean 会泽县.*counties are 富源县 Fuyuan 530325, 会泽县 Huize",
        ),
        ({"counties": ["泽"]}, "did you mean 会泽县"),
        ({"prefectures": ["曲婧市"]}, "did you mean 曲靖市.*prefectures are 曲靖市 Qujing, 普洱市 Pu'er"),
        ({"counties": []}, r"counties = \[\]: a cut without places would leave nothing"),
        ({"prefectures": []}, r"prefectures = \[\]: a cut without places"),
        ({"counties": ["会泽县"], "prefectures": ["普洱市"]}, "会泽县, which lies in 曲靖市; prefectures names 普洱市"),
    ],
)
def test_a_wrong_cut_is_refused_with_the_nearest_names_and_all_of_them(cut: dict[str, Any], said: str) -> None:
    with pytest.raises(EcsimError, match=said):
        pack_of(load(CONFIGS / "scenarios" / "no_money.toml", cut))


def test_a_cut_cuts_another_scenario_alike() -> None:
    assert cut_of(tiny_scenario()) == {}
    assert cut_of(tiny_scenario({"counties": ["下坪县"]})) == {"counties": ["下坪县"]}


def test_a_fork_cannot_change_the_cut() -> None:
    before, after = tiny_scenario(), tiny_scenario({"counties": ["下坪县"]})
    with pytest.raises(EcsimError, match="a fork cannot change counties"):
        timing.branch(before, after, 7)


@cache
def lived(policy: str, weeks: int = 0, **changes: Any) -> tuple[Region, Events]:
    """Return a region after some weeks, and all that happened, the opening included."""
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in changes.items()}
    scenario = load(CONFIGS / "scenarios" / f"{policy}.toml", told)
    opening, events = MODEL.opening(scenario), Events()
    world: World = World(MODEL.state.allocate(opening.sizes), MODEL.changes_by_kind, Draws(1), events)
    world.publish_all(opening.events)
    region = MODEL.context_of(world, scenario)
    run(region, weeks)
    return region, events


def home_of_roads(state: State) -> NDArray[np.int64]:
    """Return the county of each road both of whose ends lie in it, else -1."""
    county = np.concatenate([state.townships.county, state.villages.county, np.full(len(state.junctions), -1)])
    start, end = county[state.roads.start], county[state.roads.end]
    return np.where(start == end, start, -1)


def homes(state: State) -> dict[str, NDArray[np.int64]]:
    """Return the county of each row, by table."""
    h, v = state.households, state.villages
    return {
        "counties": np.arange(len(state.counties)), "townships": state.townships.county, "villages": v.county,
        "crops": state.crops.county, "households": h.county, "plots": h.county[state.plots.household],
        "cooperatives": state.cooperatives.county, "enterprises": state.enterprises.county,
        "operators": state.operators.county, "dealers": state.crops.county[state.dealers.crop],
        "roads": home_of_roads(state),
    }  # fmt: skip


def rows_of(kind: type[Event], events: Events, homes_of: dict[str, NDArray[np.int64]], kept: list[int]) -> Any:
    """Return the rows of a kind that are of some counties, ids counted among the rows of those."""
    found, tables = events.of(kind), {column.name: getattr(column, "table", None) for column in kind.columns}
    first = next(name for name, table in tables.items() if table in homes_of)
    mine = np.isin(homes_of[tables[first]][found[first]], kept)
    rows = []
    for name, table in tables.items():
        values = found[name][mine].astype(np.int64)
        if table in homes_of:
            number = np.cumsum(np.isin(homes_of[table], kept)) - 1
            values = np.where(values >= 0, number[values], -1)
        elif table is not None or name == "product":  # prefectures and names: numbered anew
            values = np.zeros_like(values)
        rows.append(values.reshape(-1).tolist())
    return sorted(zip(found["day"][mine].tolist(), *rows, strict=True))


@pytest.mark.parametrize(
    ("changes", "counties"),
    [
        ({"region": str(PACK), "sample": 1.0}, (LOWER,)),
        (YUNNAN, CUT_OF_YUNNAN),
        (YUNNAN | {"sample": 0.0005}, ("530326",)),
    ],
)
def test_a_county_opens_alone_as_within_the_whole(changes: dict[str, Any], counties: tuple[str, ...]) -> None:
    # Households, villages, roads, crops, stocks, cooperatives, enterprises and dealers: all but their row numbers.
    (whole, before), (part, after) = (lived("no_money", **changes, **cut) for cut in ({}, {"counties": counties}))
    kept = [row for row, county in enumerate(whole.pack.counties) if county.adcode in counties]
    for kind in OPENED:
        within = rows_of(kind, before, homes(whole.world.state), kept)
        assert within, kind.kind
        assert within == rows_of(kind, after, homes(part.world.state), list(range(len(kept)))), kind.kind


def test_a_county_lives_alone_as_within_the_whole_while_there_is_no_money() -> None:
    tiny = {"region": str(PACK), "sample": 1.0}
    (whole, before), (part, after) = (lived("no_money", 60, **tiny, **cut) for cut in ({}, {"counties": (LOWER,)}))
    rows = 0
    for kind in LIVED:
        within = rows_of(kind, before, homes(whole.world.state), [1])
        alone = rows_of(kind, after, homes(part.world.state), [0])
        assert within == alone, kind.kind
        rows += len(alone)
    assert rows > 500


def allotted_fen(region: Region, name: str) -> int:
    """Return what a county's purse holds, or its part of its prefecture's."""
    row = [county.name_zh for county in region.pack.counties].index(name)
    (purse,) = (purse for purse in region.office.purses(region.world.state) if row in purse.counties)
    assert purse.central_fen == sum(purse.shares_fen)  # a prefecture's purse is the sum of its counties' in the cut
    return purse.shares_fen[purse.counties.index(row)]


@pytest.mark.parametrize("policy", ["equal_split", "formula_split", "pooled_by_project"])
@pytest.mark.parametrize("name", ["富源县", "会泽县", "西盟佤族自治县"])
def test_a_county_of_a_cut_is_allotted_what_it_is_within_the_whole(policy: str, name: str) -> None:
    few = YUNNAN | {"sample": 0.0002, "policy.funds.split": "formula"}
    whole, part = (lived(policy, **few, **cut)[0] for cut in ({}, {"counties": (name,)}))
    assert allotted_fen(whole, name) == allotted_fen(part, name)
