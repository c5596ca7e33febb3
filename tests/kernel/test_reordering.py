"""Another order of rows: the same things under other numbers; what points at them follows, groups stay together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecsim.examples import epidemic
from ecsim.kernel import toolkit as ec
from ecsim.kernel.reordering import OpeningRows


class VillageIds(ec.Ids, table="villages"):
    """Villages."""


class HouseIds(ec.Ids, table="houses"):
    """Houses."""


class PlotIds(ec.Ids, table="plots"):
    """Plots."""


class HousesBuilt(ec.Event):
    """Houses."""

    kind = "test_houses_built"
    house: HouseIds
    village: VillageIds
    rooms: ec.Counts


class PlotsLaidOut(ec.Event):
    """Plots of houses."""

    kind = "test_plots_laid_out"
    plot: PlotIds
    house: HouseIds
    acres: ec.Counts


class HeadsChosen(ec.Event):
    """Heads of villages; a village may have none."""

    kind = "test_heads_chosen"
    village: VillageIds
    house: HouseIds


VILLAGE, ROOMS = [0, 0, 0, 1, 1, 2], [1, 2, 3, 4, 5, 6]
OF_HOUSE, ACRES = [0, 0, 1, 3, 3, 3, 5], [10, 11, 12, 13, 14, 15, 16]
ROWS = OpeningRows(
    (
        HousesBuilt(house=np.arange(6), village=VILLAGE, rooms=ROOMS),
        PlotsLaidOut(plot=np.arange(7), house=OF_HOUSE, acres=ACRES),
        HeadsChosen(village=[0, 1, 2], house=[2, -1, 5]),
    ),
    {"villages": 3, "houses": 6, "plots": 7},
)


def test_rows_take_new_numbers_and_what_points_at_them_follows() -> None:
    houses, plots, heads = ROWS.renumbered("houses", np.array([5, 4, 3, 2, 1, 0])).events
    assert list(houses.house) == [0, 1, 2, 3, 4, 5]  # still listed in order
    assert list(houses.rooms) == [6, 5, 4, 3, 2, 1]
    assert list(houses.village) == [2, 1, 1, 0, 0, 0]
    assert list(plots.house) == [5, 5, 4, 2, 2, 2, 0]
    assert list(plots.acres) == ACRES
    assert list(heads.house) == [3, -1, 0]  # none stays none


def test_a_shuffle_is_a_permutation_that_keeps_groups_in_their_places() -> None:
    seen = set()
    for number in range(40):
        new = ROWS.shuffled("houses", "village", number)
        assert sorted(new) == list(range(6))
        houses = ROWS.renumbered("houses", new).events[0]
        assert list(houses.village) == VILLAGE
        seen.add(tuple(houses.rooms))
    assert len(seen) == 12  # 3! orders of the first village times 2! of the second
    assert any(
        list(ROWS.renumbered("houses", ROWS.shuffled("houses", "", n)).events[0].village) != VILLAGE for n in range(9)
    )


def test_rows_of_another_table_may_follow_so_that_they_stay_together() -> None:
    turned = ROWS.renumbered("houses", np.array([5, 4, 3, 2, 1, 0]))
    houses, plots, _ = turned.renumbered("plots", turned.in_order_of("plots", "houses")).events
    assert list(plots.plot) == list(range(7))
    assert list(plots.house) == sorted(plots.house)
    assert list(plots.acres) == [16, 13, 14, 15, 12, 10, 11]
    assert list(houses.rooms) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("table", "within", "words"),
    [
        ("houses", "street", "test_houses_built lists the rows of houses and has no column street"),
        ("villages", "house", "no event of the opening lists all rows of villages"),
    ],
)
def test_a_group_that_there_is_not_is_told(table: str, within: str, words: str) -> None:
    rows = OpeningRows(ROWS.events[:2], ROWS.sizes)
    with pytest.raises(ValueError, match=words):
        rows.shuffled(table, within, 0)


def test_first_cases_of_an_epidemic_become_other_people_and_the_others_of_the_town_are_there_still() -> None:
    model = epidemic.MODEL
    scenario = model.scenario(model="x:Y", name="x", title_en="x", title_zh="x", start="2020-01-01", end="2020-02-01")
    change = next(change for change in model.invariances if change.name == "order_of_people")
    opening = model.opening(scenario)
    orders = []
    for number in (0, 0, 1):
        other, same = change.apply(model, scenario, ec.Variant(number, Path()))
        changed = other.opening(same)
        assert changed.sizes == opening.sizes
        orders.append(tuple(changed.events[0].person))
    assert orders[0] == orders[1] != orders[2]
    assert max(orders[0]) > 5
