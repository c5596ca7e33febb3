"""The comparer names exactly the event, kind, column and values in which two runs differ, and nothing else."""

from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from ecsim.audit.diff.comparison import KindDifference, RunDifference, diff_runs
from ecsim.audit.diff.divergence import Divergence
from ecsim.audit.diff.matching import identifying, matched
from ecsim.kernel.columns import Counts, Fen
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.kernel.journal.objects import object_path
from ecsim.rural.events import EVENTS
from ecsim.rural.events.households import BuyerLapsed, ParcelsOrdered, SellerStarted
from ecsim.rural.events.ids import HouseholdIds, PlotIds
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.market import LotSold

GENESIS = {"scenario": {"start": "2018-01-01", "end": "2018-01-31"}, "seed": 1, "region": {"name": "none"}}
ROWS = 9
"""Rows of a week below."""
Week = list[tuple[Event, Any]]


def orders(**changed: Any) -> ParcelsOrdered:
    five: dict[str, Any] = {
        "household": [0, 1, 2, 3, 4], "parcels": [1, 2, 3, 4, 5], "spent_fen": [100, 200, 300, 400, 500],
        "saved_fen": 7, "trip_fen": [0, 0, 9, 0, 0], "stop": -1, "handed_over": 0, "itself": True, "each": False,
    }  # fmt: skip
    return ParcelsOrdered(**{**five, **changed})


def sales(**changed: Any) -> LotSold:
    three = {
        "plot": [0, 1, 2],
        "channel": [0, 1, 3],
        "sold_g": 5000,
        "received_fen": [10, 20, 30],
        "retail_fen": 0,
        "dealer": 0,
        "sellers": 1,
    }
    return LotSold(**{**three, **changed})


def started(more: int, of: int | None = None) -> SellerStarted:
    household = more if of is None else of
    return SellerStarted(household=[household], plot=[0], shops=[1], expected_fen=[1000 + more])


def weeks() -> list[Week]:
    """Four weeks of five orders, a household that opens a shop, three sales; nothing has a cause but the sales."""
    return [[(orders(), -1), (started(week), -1), (sales(), 9 * week + 5)] for week in range(4)]


def write(folder: Path, told: list[Week], *, sealed: bool = True, kinds: tuple[type[Event], ...] = EVENTS) -> Path:
    journal, first = Journal.create(folder, GENESIS, kinds, store=folder.parent / "objects"), 0
    for week, events in enumerate(told):
        for event, cause in events:
            journal.append(event, Stamp(first, 7 * week, np.full(event.rows, cause, np.int64)))
            first += event.rows
        journal.end_week(7 * (week + 1))
        if sealed and week == 1:
            journal.seal()
    if sealed:
        journal.close()
    return folder


def compared(tmp_path: Path, a: list[Week], b: list[Week]) -> RunDifference:
    """Compare two journals, sealed and not sealed, both ways round: it must tell the same."""
    found = {}
    for sealed in (True, False):
        there = tmp_path / f"sealed-{sealed}"
        runs = [write(there / name, told, sealed=sealed) for name, told in (("a", a), ("b", b))]
        found[sealed] = diff_runs(*runs, top=0, figures=False)
        _is_the_mirror(found[sealed], diff_runs(*reversed(runs), top=0, figures=False))
    assert (found[True].first, found[True].kinds) == (found[False].first, found[False].kinds)
    return found[True]


def _is_the_mirror(one: RunDifference, other: RunDifference) -> None:
    assert one.first is not None
    assert other.first is not None
    turned = {"only in A": "only in B", "only in B": "only in A"}
    assert (one.first.how, one.first.a, one.first.b) == (
        turned.get(other.first.how, other.first.how), other.first.b, other.first.a
    )  # fmt: skip
    assert {(k.kind, k.only_a, k.only_b, k.changed, k.moved) for k in one.kinds} == {
        (k.kind, k.only_b, k.only_a, k.changed, k.moved) for k in other.kinds
    }


def first(found: RunDifference) -> Divergence:
    assert found.first is not None
    assert not found.equal
    return found.first


def test_a_changed_value_is_named_with_event_column_and_both_values(tmp_path: Path) -> None:
    b = weeks()
    b[1][0] = (orders(spent_fen=[100, 200, 301, 400, 500]), -1)
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.day, one.kind) == ("changed", ROWS + 2, 7, "parcels_ordered")
    assert one.columns == (("spent_fen", 300, 301),)
    assert one.a is not None
    assert one.a.values["household"] == 2
    assert found.kinds == (KindDifference("parcels_ordered", 0, 0, 1, 0, {"spent_fen": 1}),)


def test_a_changed_id_is_one_event_to_its_neighbours_and_two_rows_to_the_kind(tmp_path: Path) -> None:
    b = weeks()
    b[2][2] = (sales(plot=[0, 9, 2]), 2 * ROWS + 5)
    found = compared(tmp_path, weeks(), b)
    assert (first(found).how, first(found).seq, first(found).columns) == ("changed", 2 * ROWS + 7, (("plot", 1, 9),))
    assert found.kinds == (KindDifference("lot_sold", 1, 1, 0, 0, {}),)


def test_a_removed_row_is_missing_and_what_follows_is_the_same(tmp_path: Path) -> None:
    b = weeks()
    b[1][0] = (orders().rows_where(np.array([True, True, False, True, True])), -1)
    b[1][2], b[2][2], b[3][2] = ((sales(), ROWS * week + 4) for week in (1, 2, 3))
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.day, one.kind, one.b) == ("only in A", ROWS + 2, 7, "parcels_ordered", None)
    assert one.a is not None
    assert one.a.values == {
        "household": 2, "parcels": 3, "handed_over": 0, "spent_fen": 300, "saved_fen": 7, "trip_fen": 9, "stop": -1,
        "itself": 1, "each": 0,
    }  # fmt: skip
    assert found.kinds == (KindDifference("parcels_ordered", 1, 0, 0, 0, {}),)


def test_one_of_two_equal_rows_that_is_removed_is_counted_once(tmp_path: Path) -> None:
    a, b = weeks(), weeks()
    a[1].insert(0, (started(40), -1))
    a[1].insert(0, (started(40), -1))
    b[1].insert(0, (started(40), -1))
    found = compared(tmp_path, a, b)
    assert (first(found).how, first(found).seq, first(found).kind) == ("only in A", ROWS + 1, "seller_started")
    assert found.kinds == (KindDifference("seller_started", 1, 0, 0, 0, {}),)


def test_the_last_event_that_is_missing_is_named(tmp_path: Path) -> None:
    b = weeks()
    b[3][2] = (sales().slice(0, 2), 3 * ROWS + 5)
    found = compared(tmp_path, weeks(), b)
    assert (first(found).how, first(found).seq, first(found).day) == ("only in A", 4 * ROWS - 1, 21)
    assert found.kinds == (KindDifference("lot_sold", 1, 0, 0, 0, {}),)


def test_an_event_that_moved_to_another_day_is_found_on_both_days(tmp_path: Path) -> None:
    b = weeks()
    b[3].insert(2, b[1].pop(1))
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.kind) == ("moved", ROWS + 5, "seller_started")
    assert one.a is not None
    assert one.b is not None
    assert (one.a.day, one.b.day, one.a.values) == (
        7,
        21,
        {"household": 1, "plot": 0, "shops": 1, "expected_fen": 1001},
    )
    assert ("day", 7, 21) in one.columns
    assert found.kinds == (KindDifference("seller_started", 0, 0, 0, 1, {}),)


def test_an_event_that_keeps_its_place_and_changes_its_day_has_moved(tmp_path: Path) -> None:
    a, b = weeks(), weeks()
    a[1].append(a[2].pop(0))
    found = compared(tmp_path, a, b)
    assert (first(found).how, first(found).seq, first(found).columns) == ("moved", 2 * ROWS, (("day", 7, 14),))


def test_events_in_another_order_on_a_day_differ_in_their_places_alone(tmp_path: Path) -> None:
    b = weeks()
    b[1][0], b[1][1] = b[1][1], b[1][0]
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.kind) == ("moved", ROWS, "seller_started")
    assert one.columns == (("seq", ROWS + 5, ROWS),)
    assert found.kinds == ()


def test_rows_of_one_event_in_another_order_differ_in_their_places_alone(tmp_path: Path) -> None:
    b = weeks()
    order = [0, 2, 3, 1, 4]
    b[1][0] = (ParcelsOrdered(**{c.name: getattr(orders(), c.name)[order] for c in ParcelsOrdered.columns}), -1)
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.columns) == ("moved", (("seq", ROWS + 1, ROWS + 3),))
    assert one.a is not None
    assert one.a.values["household"] == 1
    assert found.kinds == ()


def test_another_cause_is_named_and_no_row_iscounted(tmp_path: Path) -> None:
    b = weeks()
    b[1][2] = (sales(), 3)
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.kind, one.columns) == ("changed", ROWS + 6, "lot_sold", (("cause", ROWS + 5, 3),))
    assert found.kinds == ()


def test_two_events_in_the_place_of_each_other_are_both_named(tmp_path: Path) -> None:
    b = weeks()
    b[1][1] = (BuyerLapsed(household=[7]), -1)
    found = compared(tmp_path, weeks(), b)
    one = first(found)
    assert (one.how, one.seq, one.columns) == ("another", ROWS + 5, ())
    assert one.a is not None
    assert one.b is not None
    assert (one.a.kind, one.b.kind, one.b.values) == ("seller_started", "buyer_lapsed", {"household": 7})
    assert {k.kind: (k.only_a, k.only_b) for k in found.kinds} == {"seller_started": (1, 0), "buyer_lapsed": (0, 1)}


def test_other_rows_of_a_kind_with_others_after_them_are_no_change_of_one(tmp_path: Path) -> None:
    a, b = weeks(), weeks()
    a[1][2] = (sales(plot=[5, 6, 7]), -1)
    b[1][2] = (sales(plot=[8, 7, 4]), -1)
    found = compared(tmp_path, a, b)
    assert (first(found).how, first(found).seq, first(found).columns) == ("another", ROWS + 6, (("plot", 5, 8),))
    assert found.kinds == (KindDifference("lot_sold", 3, 3, 0, 0, {}),)


def test_a_run_that_goes_on_longer_differs_in_its_further_weeks(tmp_path: Path) -> None:
    found = compared(tmp_path, weeks(), weeks()[:3])
    assert (first(found).how, first(found).seq) == ("only in A", 3 * ROWS)
    assert sum(kind.only_a for kind in found.kinds) == ROWS


def test_equal_events_are_equal_whether_they_are_sealed_or_not(tmp_path: Path) -> None:
    runs = [write(tmp_path / str(sealed), weeks(), sealed=sealed) for sealed in (True, False)]
    found = diff_runs(*runs)
    assert (found.equal, found.first, found.kinds, found.leaf) == (True, None, (), None)
    assert found.notes == (f"{runs[1]} was not closed: it is compared up to its last whole week",)


def long_weeks(spent: int) -> list[Week]:
    many = np.arange(20_000)
    big = orders(household=many, parcels=1, spent_fen=many, trip_fen=0)
    return [[(big, -1)], [(big, -1)], [(orders(spent_fen=spent), -1)]]


def test_the_first_leaf_that_differs_holds_the_first_event_that_does(tmp_path: Path) -> None:
    a, b = (write(tmp_path / name, long_weeks(spent)) for name, spent in (("a", 1), ("b", 2)))
    found = diff_runs(a, b, top=0, figures=False)
    assert (found.leaf, first(found).leaf, first(found).seq) == (None, 2, 40_000)  # the last leaf is short
    assert found.kinds == (KindDifference("parcels_ordered", 0, 0, 5, 0, {"spent_fen": 5}),)
    c = write(tmp_path / "c", [[(sales(), -1)], *long_weeks(1)])
    assert (diff_runs(a, c, top=0, figures=False).leaf, first(diff_runs(a, c, top=0, figures=False)).seq) == (0, 0)
    early = write(tmp_path / "d", [*long_weeks(1)[:1], [(orders(), -1)], *long_weeks(1)[1:]])
    assert (diff_runs(a, early, top=0, figures=False).leaf, first(diff_runs(a, early, top=0, figures=False)).seq) == (
        1,
        20_000,
    )


def test_what_is_sealed_before_the_first_leaf_that_differs_is_not_read(tmp_path: Path) -> None:
    whole = orders(household=np.arange(16_384), parcels=1, spent_fen=0, trip_fen=0)
    a, b = (write(tmp_path / str(n), [[(whole, -1)], [], [(orders(spent_fen=n), -1)]]) for n in (1, 2))
    for name in JournalReader(a, EVENTS).seals[0].objects.values():
        object_path(tmp_path / "objects", name).unlink()
    found = diff_runs(a, b, top=0, figures=False)
    assert (first(found).seq, first(found).columns) == (16_384, (("spent_fen", 1, 2),))


def test_manifests_that_differ_over_equal_events_are_refused(tmp_path: Path) -> None:
    a = write(tmp_path / "a", long_weeks(1))
    journal = Journal.create(tmp_path / "b", GENESIS, EVENTS, store=tmp_path / "objects")
    for event, stamp in JournalReader(a, EVENTS).batches():
        journal.append(event, stamp)
    journal.hasher.leaves[1] = bytes(32)
    journal.end_week(21)
    journal.close()
    with pytest.raises(VerificationError, match="the manifests say that the runs differ, and no event does"):
        diff_runs(a, tmp_path / "b")


class SellerStartedOnce(Event):
    """As an earlier version might have had it: the gain in yuan."""

    kind = "seller_started"
    version = 0
    household: HouseholdIds
    plot: PlotIds
    shops: Counts
    expected_yuan: Fen


def in_fen(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in ("household", "plot", "shops")} | {
        "expected_fen": columns["expected_yuan"] * 100
    }


def once(household: int) -> SellerStartedOnce:
    return SellerStartedOnce(household=[household], plot=[0], shops=[1], expected_yuan=[10])


@pytest.mark.parametrize("moved", [0, 1])
def test_runs_of_different_versions_are_compared_through_the_upcasts(
    moved: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SellerStarted, "upcasts", MappingProxyType({0: in_fen, 1: lambda columns: columns}))
    old = tuple(SellerStartedOnce if kind is SellerStarted else kind for kind in EVENTS)
    told = [[(orders(), -1), (once(week), -1)] for week in range(3)]
    now: list[Week] = [[(orders(), -1), (started(moved * week, of=week), -1)] for week in range(3)]
    a, b = write(tmp_path / "a", told, kinds=old), write(tmp_path / "b", now)
    found = diff_runs(a, b, top=0, figures=False)
    assert (found.a.root == found.b.root, found.leaf) == (False, None)
    if moved:
        assert (first(found).seq, first(found).columns) == (11, (("expected_fen", 1000, 1001),))
        assert found.kinds == (KindDifference("seller_started", 0, 0, 2, 0, {"expected_fen": 2}),)
    else:
        assert found.equal


def test_rows_about_the_same_are_told_by_subject_else_by_what_they_begin_with() -> None:
    assert identifying(SellerStarted) == SellerStarted.subject == ("household",)
    assert identifying(LotSold) == ("plot", "channel")
    assert identifying(ParcelsDelivered) == ("village", "to_station")


def test_matching_agrees_with_counting_on_random_tables() -> None:
    luck = np.random.default_rng(5)
    for _ in range(50):
        a, b = (
            {"seq": np.arange(many), "day": luck.integers(0, 2, many), "cause": np.zeros(many, int)}
            | {column.name: luck.integers(0, 2, many) for column in LotSold.columns}
            for many in luck.integers(0, 40, 2)
        )
        pairs = matched(LotSold, a, b)
        mine, theirs = (counted(LotSold, columns) for columns in (a, b))
        assert len(pairs.rows_a) == (mine - theirs).total()
        assert len(pairs.rows_b) == (theirs - mine).total()
        assert all(a[name][i] == b[name][j] for i, j in pairs.changed.T for name in ("day", "plot", "channel"))


def counted(kind: type[Event], columns: dict[str, Any]) -> Counter[tuple[int, ...]]:
    names = ["day", *(column.name for column in kind.columns)]
    return Counter(zip(*(columns[name].tolist() for name in names), strict=True))


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="no run there"):
        diff_runs(tmp_path, tmp_path)
