"""Things of a run are called by their own name or number and where they belong, as the events that make them say."""

from __future__ import annotations

import datetime as dt
from enum import IntEnum
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.kernel import toolkit as ec
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.vocabulary import Word
from ecsim.naming.belonging import Belonging, code_word
from ecsim.naming.names import Names
from ecsim.naming.rows import row_named


class DepotKind(IntEnum):
    """What is kept in a depot."""

    DRY = 0
    COLD_STORE = 1


class Groups(IntEnum):
    """Flags that add up."""

    YOUNG = 1
    FEMALE = 2


class TownIds(ec.Ids, table="towns"):
    """Towns."""

    title = ec.Text("town", "镇")


class DepotIds(ec.Ids, table="depots"):
    """Depots."""


class VanIds(ec.Ids, table="vans"):
    """Vans."""


class DepotKinds(ec.Codes):
    """Kinds of depots."""

    vocabulary = DepotKind


class TownBaselined(ec.Event):
    """A town."""

    kind = "names_town_baselined"
    makes = "town"
    town: TownIds
    weight: ec.Counts


class DepotOpened(ec.Event):
    """A depot in a town."""

    kind = "names_depot_opened"
    makes = "depot"
    within = ("town",)
    depot: DepotIds
    depot_kind: DepotKinds
    town: TownIds


class VanBought(ec.Event):
    """A van of a depot."""

    kind = "names_van_bought"
    makes = "van"
    within = ("depot",)
    van: VanIds
    depot: DepotIds
    paid_fen: ec.Fen
    load_g: ec.Grams
    share: ec.Millionths
    new: ec.Flags
    due_day: ec.Counts


KINDS = (TownBaselined, DepotOpened, VanBought)
ROWS: dict[type[ec.Event], dict[str, NDArray[Any]]] = {
    TownBaselined: {"town": np.array([0, 1]), "weight": np.array([3, 5])},
    DepotOpened: {"depot": np.array([0, 1]), "depot_kind": np.array([1, 2]), "town": np.array([1, 0])},
    VanBought: {
        "van": np.array([0, 1]), "depot": np.array([1, -1]), "paid_fen": np.array([1250, 0]),
        "load_g": np.array([2500, 0]), "share": np.array([500_000, 0]), "new": np.array([True, False]),
        "due_day": np.array([31, 0]),
    },
}  # fmt: skip
WORDS = {DepotKind: (Word("silo_park", ec.Text("silo park", "筒仓")),)}


@pytest.fixture
def belonging() -> Belonging:
    return Belonging(KINDS, ROWS.__getitem__, WORDS)


@pytest.fixture
def names(belonging: Belonging) -> Names:
    towns = [ec.Text("Upper Town", "上镇"), ec.Text("Kunming", "Kunming")]
    return Names(belonging, dt.date(2018, 1, 1), {"towns": towns}, telling=("depot",))


def test_a_row_belongs_to_what_its_maker_says_and_so_on_up(belonging: Belonging) -> None:
    assert list(belonging.line("vans", 0)) == [("depots", 1), ("towns", 0)]
    assert list(belonging.line("vans", 1)) == []
    assert list(belonging.line("towns", 0)) == []


def test_a_row_that_no_event_made_belongs_to_nothing(belonging: Belonging) -> None:
    table, rows = belonging.up("vans", np.array([0, 1, 2, -1]))
    assert (table, rows.tolist()) == ("depots", [1, -1, -1, -1])


def test_what_rows_are_about_is_told_table_by_table(belonging: Belonging) -> None:
    about = belonging.about(VanBought, ROWS[VanBought], np.array([0, 1]))
    assert {table: rows.tolist() for table, rows in about.items()} == {
        "vans": [0, 1],
        "depots": [1, -1],
        "towns": [0, -1],
    }


def test_rows_stand_for_as_many_as_the_nearest_maker_with_a_weight_says(belonging: Belonging) -> None:
    assert belonging.weights(DepotOpened, ROWS[DepotOpened]).tolist() == [5, 3]


class DepotStocked(ec.Event):
    """Some amounts are of one such depot, others of all."""

    kind = "depot_stocked"
    counted_each = "one"
    depot: DepotIds
    one: ec.Flags


def test_amounts_that_are_of_all_already_count_once(belonging: Belonging) -> None:
    rows = {"depot": np.array([0, 0, 1]), "one": np.array([True, False, False])}
    assert belonging.weights(DepotStocked, rows).tolist() == [5, 1, 1]


def test_a_maker_may_say_of_what_kind_a_row_is_further_words_included(belonging: Belonging) -> None:
    assert [belonging.kind_of("depots", row) for row in (0, 1, 7)] == ["cold store", "silo park", ""]


def test_what_one_of_a_table_is_called_is_its_title_else_its_maker(belonging: Belonging) -> None:
    assert [belonging.one(table) for table in ("towns", "vans", "nothing_known")] == ["town", "van", "nothing known"]


@pytest.mark.parametrize(
    ("vocabulary", "code", "word"),
    [
        (DepotKind, 0, "dry"), (DepotKind, 1, "cold store"), (DepotKind, 2, "silo park"),
        (Groups, 0, "none"), (Groups, 2, "female"), (Groups, 3, "young + female"),
    ],
)  # fmt: skip
def test_a_code_is_its_word_and_flags_are_joined(vocabulary: type[IntEnum], code: int, word: str) -> None:
    assert code_word(vocabulary, code, WORDS) == word


def test_names_say_where_a_thing_is_and_never_twice_the_same_word(names: Names) -> None:
    assert names.name("towns", 0) == "上镇 Upper Town"
    assert names.name("towns", 1) == "Kunming"
    assert names.name("depots", 0) == "cold store 0 in Kunming"
    assert names.name("vans", 0) == "0 in 上镇 Upper Town"
    assert names.titled("vans", 0) == "van 0 in 上镇 Upper Town"
    assert names.titled("towns", 1) == "Kunming"


def test_an_event_is_told_by_what_it_names_counts_and_costs(names: Names) -> None:
    words = names.described(VanBought, ROWS[VanBought], 0)
    assert words == (
        "van 0 in 上镇 Upper Town; depot silo park 1 in 上镇 Upper Town; paid 12.50 yuan; load 2.5 kg; share 0.5; new; "
        "due 2018-02-01"
    )
    assert names.described(VanBought, ROWS[VanBought], 1) == "van 1; due 2018-01-01"


def test_an_event_is_named_by_the_column_that_tells_most(names: Names) -> None:
    first = {name: column[:1] for name, column in ROWS[VanBought].items()}
    assert names.briefly(VanBought, first) == "silo park 1 in 上镇 Upper Town"
    second = {name: column[1:] for name, column in ROWS[VanBought].items()}
    assert names.briefly(VanBought, second) == "van 1"


COUNTIES = [ec.Text("Lancang Lahu Autonomous County", "澜沧拉祜族自治县"), ec.Text("Lanping County", "兰坪县")]


@pytest.mark.parametrize("text", ["澜沧拉祜族自治县", "澜沧县", "澜沧", "Lancang Lahu Autonomous County", "lancang"])
def test_a_row_is_found_by_its_name_whole_or_short(text: str) -> None:
    assert row_named(COUNTIES, text, "counties") == 0


@pytest.mark.parametrize(("text", "words"), [("lan", "more than one"), ("昆明", "no such"), ("", "no such")])
def test_a_name_of_none_or_several_is_refused_with_what_there_is(text: str, words: str) -> None:
    with pytest.raises(EcsimError, match=words) as refused:
        row_named(COUNTIES, text, "counties")
    assert "澜沧拉祜族自治县 Lancang, 兰坪县 Lanping" in str(refused.value)
