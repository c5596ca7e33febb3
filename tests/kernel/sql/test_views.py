"""A view of a kind holds what the journal's own reader gives: sealed, cut by a fork, not sealed yet, or raised."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.columns import Flags
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import Journal, JournalReader, journal
from ecsim.kernel.sql import SqlSession
from ecsim.kernel.sql.views import settled
from ecsim.rural.events import EVENTS
from ecsim.rural.events.ids import CountyIds, StationIds
from ecsim.rural.events.stations import StationClosed, StationIdled
from ecsim.rural.simulate import simulate
from runs import scenario


def same_rows(folder: Path, kinds: Sequence[type[Event]] = EVENTS) -> int:
    """Return how many rows there are, once every column of every kind is the same in SQL as in the reader."""
    reader, rows = JournalReader(folder, EVENTS), 0
    with SqlSession(folder) as asked:
        for kind in kinds:
            expected = reader.kind(kind)
            found = asked.ask(f'SELECT * FROM "{kind.kind}" ORDER BY seq').table()
            assert found.column_names == list(expected)
            for name, values in expected.items():
                assert np.array_equal(found.column(name).to_numpy(), values), f"{kind.kind}.{name}"
            rows += found.num_rows
    return rows


def test_every_kind_of_an_ended_run_is_there_row_by_row(sealed_run: Path) -> None:
    reader = JournalReader(sealed_run, EVENTS)
    assert len(reader.seals) > 3
    assert reader.published is not None
    assert same_rows(sealed_run) == reader.published.events


def test_a_kind_without_rows_is_an_empty_view_with_its_columns(questions: SqlSession) -> None:
    assert not len(questions.reader.kind(StationClosed)["seq"])
    assert questions.ask("SELECT * FROM station_closed").table().num_rows == 0
    assert questions.columns("station_closed") == [
        ("seq", "BIGINT"), ("day", "INTEGER"), ("cause", "BIGINT"), ("station", "INTEGER"), ("reason", "UTINYINT"),
    ]  # fmt: skip


def test_flags_are_true_or_false_and_can_be_added_up(questions: SqlSession) -> None:
    assert ("poor", "BOOLEAN") in questions.columns("households_baselined")
    poor = questions.reader.kind(next(k for k in EVENTS if k.kind == "households_baselined"))["poor"]
    counted = "SELECT count(*) FILTER (poor) AS poor, sum(poor) AS added FROM households_baselined"
    assert questions.ask(counted).table().to_pylist() == [{"poor": int(poor.sum()), "added": int(poor.sum())}]


def test_a_fork_sees_its_parents_rows_up_to_the_cut_and_its_own_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SEAL_EVENTS", 30_000)
    of = scenario(sample=0.002, end=dt.date(2018, 2, 28))
    other = of.model_copy(update={"parameters": {**of.parameters, "market.growth": 0.32}})
    parent, child, grandchild = tmp_path / "parent", tmp_path / "child", tmp_path / "grandchild"
    simulate(of, 1, out=parent)
    fork(parent, 7 * 4, other, out=child)
    fork(child, 7 * 5, of, out=grandchild)
    for folder in (child, grandchild):
        reader = JournalReader(folder, EVENTS)
        published = reader.published
        assert published is not None
        assert any(seal.cut for seal in reader.seals)
        assert same_rows(folder) == published.events


class Stops:
    """Stops a run on a day."""

    def __init__(self, day: int) -> None:
        self.day = day

    def see(self, _: Event, stamp: Stamp) -> None:
        if stamp.day >= self.day:
            raise KeyboardInterrupt


def test_a_run_that_goes_on_is_seen_up_to_its_last_whole_week(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        simulate(scenario(sample=0.002, end=dt.date(2018, 3, 31)), 1, out=tmp_path / "run", watchers=[Stops(21)])
    reader = JournalReader(tmp_path / "run", EVENTS)
    assert len(reader.seals) == 1  # the opening
    assert reader.marks()[-1][1] == 21
    assert same_rows(tmp_path / "run") == reader.marks()[-1][0]
    with SqlSession(tmp_path / "run") as asked:
        weeks = asked.ask("SELECT * FROM weeks ORDER BY day").table().to_pylist()
    assert [week["date"] for week in weeks] == [dt.date(2018, 1, day) for day in (1, 8, 15, 22)]
    assert [week["first_seq"] for week in weeks] == [seq for seq, _ in reader.marks()]


GENESIS: dict[str, Any] = {"scenario": {"start": "2018-01-01"}, "seed": 1}


def written(folder: Path, kinds: Sequence[type[Event]], events: Sequence[Event], *, closed: bool = True) -> Journal:
    """Return the journal of a few events, one a week."""
    made = Journal.create(folder, GENESIS, kinds)
    first = 0
    for week, event in enumerate(events):
        made.append(event, Stamp(first, 7 * week, np.full(event.rows, -1, np.int64)))
        made.end_week(7 * (week + 1))
        first += event.rows
    if closed:
        made.close()
    return made


def test_a_seal_that_ends_while_a_run_is_read_hides_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [StationIdled(station=[week]) for week in range(3)]
    going_on = written(tmp_path / "run", EVENTS, events, closed=False)
    read = JournalReader.whole_weeks

    def sealed_meanwhile(reader: JournalReader) -> Any:
        if not JournalReader(reader.folder, EVENTS).seals:
            going_on.close()
        return read(reader)

    monkeypatch.setattr(JournalReader, "whole_weeks", sealed_meanwhile)
    _, reader, open_rows = settled(tmp_path / "run")
    sealed = sum(seal.next - seal.first for seal in reader.seals)
    assert (sealed, len(open_rows)) == (3, 0)


class IdledThen(Event):
    """Stations idled, as an earlier version told it: one number more."""

    kind = "station_idled"
    version = 0
    station: StationIds
    county: CountyIds


class Festival(Event):
    """A kind that there is no more."""

    kind = "festival_held"
    county: CountyIds
    wet: Flags


def test_kinds_of_an_earlier_version_are_seen_as_they_are_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StationIdled, "upcasts", {0: lambda old: {"station": old["station"] + 100}})
    events = [IdledThen(station=[1, 2], county=[0, 0]), Festival(county=[7], wet=[True])]
    written(tmp_path / "run", (IdledThen, Festival), events)
    with SqlSession(tmp_path / "run") as asked:
        assert asked.ask("SELECT seq, station FROM station_idled ORDER BY seq").table().to_pydict() == {
            "seq": [0, 1], "station": [101, 102],
        }  # fmt: skip
        assert asked.ask("SELECT county, wet FROM festival_held").table().to_pylist() == [{"county": 7, "wet": True}]
        assert asked.meanings["festival_held"] == "A kind that only this run knows."


@pytest.mark.parametrize("keep", ["decisions", "digest"])
def test_a_run_that_kept_less_than_all_is_refused(keep: Any, tmp_path: Path) -> None:
    Journal.create(tmp_path / "run", GENESIS, EVENTS, keep).close()
    with pytest.raises(EcsimError, match=f"keeps {keep} only; `ecsim reproduce`"):
        SqlSession(tmp_path / "run")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="no run there"):
        SqlSession(tmp_path)
