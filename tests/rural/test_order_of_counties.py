"""The order of counties in a pack's file numbers them, and decides nothing else but which luck of a county is whose."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.event import Event
from ecsim.kernel.parameters import Value
from ecsim.rural.events.households import BuyerAdopted, ParcelsOrdered, SellerStarted, SellingHeardOf, SkillGained
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.market import CropHarvested, FarmPriceMoved, LotSold, OrdersArrived, StockSpoiled
from ecsim.rural.region import Region
from tiny import LIVELY, PACK, Events, run, tiny_region

NO_LUCK_OF_COUNTIES: dict[str, Value] = {
    "market.county_sigma": 0.0,
    "farming.weather_sigma": 0.0,
    "commerce.enterprise_sigma": 0.0,
    "commerce.founding": 0.0,
    "commerce.closing": 0.0,
}
KEPT: tuple[type[Event], ...] = (
    BuyerAdopted, ParcelsOrdered, SellerStarted, SellingHeardOf, SkillGained, ParcelsDelivered, CropHarvested,
    FarmPriceMoved, LotSold, OrdersArrived, StockSpoiled,
)  # fmt: skip
LIVELY_PEOPLE = {kind: columns for kind, columns in LIVELY.items() if kind.kind == "households_baselined"}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """The tiny pack without merchants that deal in farm products: which do, and in what, is a county's luck."""
    pack = tmp_path / "plain"
    shutil.copytree(PACK, pack)
    rules = pack / "rules" / "opening_trade.toml"
    head, of_farm = rules.read_text(encoding="utf-8").split("[farm_followed_share]")
    none = of_farm.replace("value = 0.6", "value = 0.0", 1).replace("low = 0.3", "low = 0.0", 1)
    rules.write_text(f"{head}[farm_followed_share]{none}", encoding="utf-8")
    return pack


@pytest.fixture
def turned(plain: Path) -> Path:
    """The same with the rows of its counties the other way round."""
    pack = plain.with_name("turned")
    shutil.copytree(plain, pack)
    head, *rows = (pack / "counties.csv").read_text(encoding="utf-8").splitlines()
    (pack / "counties.csv").write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    return pack


def after(weeks: int, changes: dict[str, object]) -> tuple[Region, Events]:
    """Return the region after some weeks without money."""
    region, events = tiny_region(changes, policy="no_money", opened=LIVELY_PEOPLE, numbers=NO_LUCK_OF_COUNTIES)
    run(region, weeks)
    return region, events


def test_the_opening_is_the_same_but_for_the_numbers_of_counties(plain: Path, turned: Path) -> None:
    mine, theirs = (tiny_region({"region": str(pack)})[0].world.state for pack in (plain, turned))
    for name in ("townships", "villages", "households", "plots", "crops", "cooperatives"):
        filled = slice(mine.count(name))  # rows that are not begun yet are of no county
        for column, values in getattr(mine, name).columns().items():
            other = getattr(theirs, name).columns()[column][filled]
            np.testing.assert_array_equal(
                1 - other if column == "county" else other, values[filled], err_msg=f"{name}.{column}"
            )
    for column in ("residents", "households", "villages", "poor_villages", "income_fen", "longitude", "retail_fen"):
        np.testing.assert_array_equal(getattr(theirs.counties, column)[::-1], getattr(mine.counties, column))


def test_households_do_the_same_whatever_the_number_of_their_county(plain: Path, turned: Path) -> None:
    (_, mine), (_, theirs) = after(80, {"region": str(plain)}), after(80, {"region": str(turned)})
    for kind in KEPT:
        for column in kind.columns:
            np.testing.assert_array_equal(
                mine.of(kind)[column.name], theirs.of(kind)[column.name], err_msg=f"{kind.kind}.{column.name}"
            )
    assert mine.rows(LotSold) > 20
    assert mine.rows(ParcelsOrdered) > 100
