"""Kinds change and old journals stay readable: upcasts, kinds that are gone, versions that are not known."""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.columns import (
    Codes,
    Counts,
    Fen,
    Flags,
    Grams,
    Ids,
)
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader, verify
from ecsim.kernel.journal.objects import layout
from ecsim.rural.events import EVENTS
from ecsim.rural.events.ids import HouseholdIds, PlotIds
from ecsim.rural.events.market import LotSold

GOLDEN = next((Path(__file__).parents[2] / "golden").glob("*/run"))


class Sold(Event):
    """A sale, as it was first written."""

    kind = "sold"
    household: HouseholdIds
    fen: Fen
    own: Flags


class Opened(Event):
    """Another kind, that does not change."""

    kind = "opened"
    household: HouseholdIds


def renamed(columns: dict[str, Any]) -> dict[str, Any]:
    return {"household": columns["household"], "paid_fen": columns["fen"], "own": columns["own"], "channel": 3}


class SoldInTwo(Event):
    """The same, with a column renamed and one more."""

    kind = "sold"
    version = 2
    upcasts = MappingProxyType({1: renamed})
    household: HouseholdIds
    paid_fen: Fen
    own: Flags
    channel: Codes


def in_yuan(columns: dict[str, Any]) -> dict[str, Any]:
    kept = {name: values for name, values in columns.items() if name != "own"}
    return {**kept, "by_others": ~columns["own"], "yuan": columns["paid_fen"] // 100}


class SoldInThree(Event):
    """The same once more: a flag turned round, a column made from another."""

    kind = "sold"
    version = 3
    upcasts = MappingProxyType({1: renamed, 2: in_yuan})
    household: HouseholdIds
    paid_fen: Fen
    channel: Codes
    by_others: Flags
    yuan: Counts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal of three weeks, the last of them not sealed."""
    journal = Journal.create(tmp_path / "run", {"seed": 1, "code": "ecsim-0.0.7"}, (Sold, Opened))
    first = 0
    for week in range(3):
        for event in (Sold(household=[1, 2, 3], fen=[100, 250, 399], own=[True, False, True]), Opened(household=week)):
            journal.append(event, Stamp(first, 7 * week, np.full(event.rows, -1)))
            first += event.rows
        journal.end_week(7 * (week + 1))
        if week == 1:
            journal.seal()
    journal._wait()
    return tmp_path / "run"


def sales(folder: Path, *kinds: type[Event]) -> Iterator[Event]:
    return (event for event, _ in JournalReader(folder, kinds).batches() if event.kind == "sold")


def test_rows_of_an_earlier_version_come_as_rows_of_today_sealed_or_not(folder: Path) -> None:
    found = list(sales(folder, SoldInTwo, Opened))
    assert found == [SoldInTwo(household=[1, 2, 3], paid_fen=[100, 250, 399], own=[1, 0, 1], channel=[3, 3, 3])] * 3


def test_upcasts_lead_from_version_to_version(folder: Path) -> None:
    one = SoldInThree(household=[1, 2, 3], paid_fen=[100, 250, 399], channel=3, by_others=[0, 1, 0], yuan=[1, 2, 3])
    assert list(sales(folder, SoldInThree, Opened)) == [one] * 3


def test_columns_of_a_kind_are_those_of_today_with_flags_as_bytes(folder: Path) -> None:
    columns = JournalReader(folder, (SoldInThree, Opened)).kind(SoldInThree)
    assert [(name, values.dtype) for name, values in columns.items()] == layout(SoldInThree)
    assert columns["seq"].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert columns["day"].tolist() == [0] * 3 + [7] * 3 + [14] * 3
    assert columns["by_others"].tolist() == [0, 1, 0] * 3
    assert columns["yuan"].tolist() == [1, 2, 3] * 3


def test_a_reader_says_whether_rows_may_be_read_as_they_lie(folder: Path) -> None:
    stored = JournalReader(folder, (SoldInTwo, Opened)).stored
    assert (stored["sold"].as_is, stored["sold"].shown) == (False, SoldInTwo)
    assert (stored["opened"].as_is, stored["opened"].shown) == (True, Opened)


def test_leaves_and_root_are_those_of_the_version_that_was_stored(folder: Path) -> None:
    then, now = (verify(folder, (kind, Opened)) for kind in (Sold, SoldInThree))
    assert then == now
    assert not now.findings
    assert [e.version for e, _ in JournalReader(folder, (SoldInThree, Opened)).as_stored()] == [1] * 6


def test_a_kind_with_no_rows_has_the_columns_of_today(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "run", {"seed": 1}, (Sold, Opened))
    journal.append(Opened(household=1), Stamp(0, 0, np.full(1, -1)))
    journal.end_week(7)
    journal.close()
    columns = JournalReader(tmp_path / "run", (SoldInTwo, Opened)).kind(SoldInTwo)
    assert [(name, values.dtype) for name, values in columns.items()] == layout(SoldInTwo)
    assert not len(columns["seq"])


def test_a_kind_that_is_new_has_no_rows_in_an_old_journal(folder: Path) -> None:
    class Closed(Event):
        kind = "closed"
        household: HouseholdIds

    columns = JournalReader(folder, (Sold, Opened, Closed)).kind(Closed)
    assert {name: len(values) for name, values in columns.items()} == {"seq": 0, "day": 0, "cause": 0, "household": 0}


def test_a_kind_known_no_more_names_its_version_and_the_others_are_read(folder: Path) -> None:
    reader = JournalReader(folder, (Opened,))
    assert reader.kind(Opened)["household"].tolist() == [0, 1, 2]
    assert not verify(folder, (Opened,)).findings
    with pytest.raises(EcsimError, match=r"sold: no such kind of event in this version of ecsim.*by ecsim-0\.0\.7"):
        list(reader.batches())


def _refused(folder: Path, kind: type[Event], words: str) -> None:
    with pytest.raises(EcsimError, match=rf"run: sold {words}.*written by ecsim-0\.0\.7: read it with that"):
        JournalReader(folder, (kind, Opened))


def test_other_columns_under_the_same_version_are_refused(folder: Path) -> None:
    class Wider(Event):
        kind = "sold"
        household: HouseholdIds
        fen: Grams
        own: Flags
        buyer: HouseholdIds

    class Turned(Event):
        kind = "sold"
        fen: Fen
        household: HouseholdIds
        own: Flags

    class Elsewhere(Event):
        kind = "sold"
        household: Ids
        fen: Fen
        own: Flags

    told = r"has other columns than today under the same version 1 \(%s\)"
    _refused(folder, Wider, told % "today buyer <i4 households")
    _refused(folder, Turned, told % "in another order")
    _refused(folder, Elsewhere, told % "stored household <i4 households, today household <i4")


def test_a_version_that_is_not_known_yet_is_refused(tmp_path: Path) -> None:
    Journal.create(tmp_path / "run", {"code": "ecsim-0.0.7"}, (SoldInThree, Opened)).close()
    _refused(tmp_path / "run", SoldInTwo, "has version 3, this ecsim knows it up to version 2")


def test_a_version_from_which_no_upcast_leads_on_is_refused(folder: Path) -> None:
    class Skipping(Event):
        kind = "sold"
        version = 3
        upcasts = MappingProxyType({1: renamed})
        household: HouseholdIds

    _refused(folder, Skipping, "has version 1, today's is 3, and no upcast leads on from version 2")


def test_an_upcast_that_loses_rows_or_makes_no_column_is_not_let_pass(folder: Path) -> None:
    class Shorter(Event):
        kind = "sold"
        version = 2
        upcasts = MappingProxyType({1: lambda columns: {"household": columns["household"][1:]}})
        household: HouseholdIds

    class Lacking(Event):
        kind = "sold"
        version = 2
        upcasts = MappingProxyType({1: lambda columns: {"household": columns["household"]}})
        household: HouseholdIds
        paid_fen: Fen

    for read in (lambda reader, _: list(reader.batches()), lambda reader, kind: reader.kind(kind)):
        with pytest.raises(ValueError, match=r"an upcast made 2 rows of 3|an upcast made 8 rows of 9"):
            read(JournalReader(folder, (Shorter, Opened)), Shorter)
        with pytest.raises(ValueError, match="Lacking has the columns household, paid_fen; found household"):
            read(JournalReader(folder, (Lacking, Opened)), Lacking)


def test_a_table_that_is_there_no_more_only_loses_the_column_its_name(tmp_path: Path) -> None:
    class OldIds(Ids):
        table = "shops"

    class Old(Event):
        kind = "sold"
        shop: OldIds

    journal = Journal.create(tmp_path / "run", {"seed": 1}, (Old,))
    journal.append(Old(shop=[4, -1]), Stamp(0, 0, np.full(2, -1)))
    journal.end_week(7)
    journal.close()
    OldIds.table = "renamed"
    assert not verify(tmp_path / "run", ()).findings
    assert [e.__dict__["shop"].tolist() for e, _ in JournalReader(tmp_path / "run", ()).as_stored()] == [[4, -1]]


def test_a_column_stored_as_nothing_known_is_refused(tmp_path: Path) -> None:
    class Sixteen(Counts):
        dtype = np.dtype(np.int16)

    class Old(Event):
        kind = "sold"
        some: Sixteen

    Journal.create(tmp_path / "run", {"seed": 1}, (Old,)).close()
    Sixteen.dtype = np.dtype(np.int32)
    with pytest.raises(EcsimError, match=r"sold\.some is stored as <i2, which no column is today"):
        JournalReader(tmp_path / "run", ())


def with_season(columns: dict[str, Any]) -> dict[str, Any]:
    return {
        **{n: v for n, v in columns.items() if n != "received_fen"},
        "income_fen": columns["received_fen"],
        "season": 0,
    }


class LotSoldInTwo(Event):
    """A household's sale, as a later version of ecsim might have it."""

    kind = "lot_sold"
    version = 2
    upcasts = MappingProxyType({1: with_season})
    season: Codes
    plot: PlotIds
    channel: Codes
    sold_g: Grams
    income_fen: Fen
    retail_fen: Fen


LATER = tuple(LotSoldInTwo if kind is LotSold else kind for kind in EVENTS)


def test_the_golden_journal_reads_through_an_upcast_with_the_same_root() -> None:
    then, now = JournalReader(GOLDEN, EVENTS).kind(LotSold), JournalReader(GOLDEN, LATER).kind(LotSoldInTwo)
    names = {name: {"received_fen": "income_fen"}.get(name, name) for name in then if name not in ("dealer", "sellers")}
    assert all(np.array_equal(then[old], now[new]) for old, new in names.items())
    assert len(now["season"]) == len(then["seq"]) > 1000
    assert not now["season"].any()
    found = verify(GOLDEN, LATER)
    assert (found.root, found.findings) == (JournalReader(GOLDEN, EVENTS).published.root, ())


def test_the_golden_journal_comes_batch_by_batch_through_an_upcast_and_all_else_as_it_was() -> None:
    both = zip(JournalReader(GOLDEN, EVENTS).batches(), JournalReader(GOLDEN, LATER).batches(), strict=True)
    for (then, stamp), (now, same) in both:
        assert (stamp.first, stamp.day, then.rows) == (same.first, same.day, now.rows)
        if isinstance(then, LotSold):
            assert isinstance(now, LotSoldInTwo)
            assert np.array_equal(then.received_fen, now.income_fen)
        else:
            assert then == now


def test_the_golden_journal_without_a_kind_of_today_still_gives_the_others() -> None:
    fewer = tuple(kind for kind in EVENTS if kind is not LotSold)
    whole, less = JournalReader(GOLDEN, EVENTS), JournalReader(GOLDEN, fewer)
    for kind in fewer:
        assert len(less.kind(kind)["seq"]) == len(whole.kind(kind)["seq"])
    with pytest.raises(EcsimError, match=r"lot_sold: no such kind of event .* written by ecsim-"):
        list(less.batches())
