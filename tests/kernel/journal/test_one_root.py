"""One root for the same events, however they were batched, sealed, kept, interrupted, forked and stored."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import weeks
from weeks import GENESIS, KINDS, WEEKS, begun, branched, brought_to_its_end, reopened, unbroken_root

from ecsim.kernel.journal import Journal, JournalReader, Root, journal, objects, verify

ROOT = unbroken_root()
Variant = Callable[[Path, pytest.MonkeyPatch], list[Path]]
"""Writes one run or more, and returns their folders."""


def small_batches(place: Path, _: pytest.MonkeyPatch) -> list[Path]:
    for pieces in (2, 7, 500):
        with begun(place / str(pieces)) as made:
            weeks.write(made, pieces=pieces)
            made.close()
    return [place / "2", place / "7", place / "500"]


def other_seals(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    sizes = (1, weeks.ROWS + 2, 3 * weeks.ROWS, 2**40)
    for size in sizes:
        monkeypatch.setattr(journal, "SEAL_EVENTS", size)
        brought_to_its_end(place / str(size))
    counts = {len(JournalReader(place / str(size), KINDS).seals) for size in sizes}
    assert counts == {5, 3, 2, 1}
    return [place / str(size) for size in sizes]


def reopened_after_every_week(place: Path, _: pytest.MonkeyPatch) -> list[Path]:
    for week in range(WEEKS):
        made, first = reopened(place / "run") if week else (begun(place / "run"), 0)
        assert first == week
        with made:
            weeks.write(made, week, week + 1)
    brought_to_its_end(place / "run")
    return [place / "run"]


def copied_while_it_is_written(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(journal, "SEAL_EVENTS", 1)
    copies = []

    def copy(week: int) -> None:
        copies.append(place / str(week) / "run")
        shutil.copytree(place / "first" / "run", copies[-1], ignore=shutil.ignore_patterns("*.draft"))
        shutil.copytree(place / "first" / "objects", place / str(week) / "objects")

    (place / "first" / "objects").mkdir(parents=True)
    with begun(place / "first" / "run") as made:
        weeks.write(made, last=3, told=lambda week: (made._wait(), copy(week)))
    for folder in copies:
        brought_to_its_end(folder)
    return copies


def forked(place: Path, _: pytest.MonkeyPatch) -> list[Path]:
    """From a parent that has ended, within its seals; and from a fork that was stopped, within its tail."""
    brought_to_its_end(place / "parent")
    with branched(place / "parent", place / "child", 1) as made:
        weeks.write(made, 1, 4)
    with branched(place / "child", place / "grandchild", 3) as made:
        weeks.write(made, 3)
        made.close()
    held = [JournalReader(place / name, KINDS).marks() for name in ("child", "grandchild")]
    assert held[0] == held[1][:4]
    brought_to_its_end(place / "child")
    return [place / "child", place / "grandchild"]


def written_at_the_same_time(place: Path, _: pytest.MonkeyPatch) -> list[Path]:
    folders = [place / str(number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(brought_to_its_end, folders))
    assert not list(place.rglob("*.draft"))
    return folders


def in_other_codecs(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    whole = pq.write_table

    def plain(table: object, sink: object, **_: object) -> None:
        whole(table, sink, compression="gzip", use_dictionary=True)

    monkeypatch.setattr(objects.pq, "write_table", plain)
    brought_to_its_end(place / "run")
    return [place / "run"]


VARIANTS = (
    small_batches, other_seals, reopened_after_every_week, copied_while_it_is_written, forked, written_at_the_same_time,
    in_other_codecs,
)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_root_is_the_same(variant: Variant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEAL_EVENTS", weeks.SEAL_EVENTS)
    folders = variant(tmp_path, monkeypatch)
    assert folders
    for folder in folders:
        found = verify(folder, KINDS)
        assert (found.closed, found.root, found.findings) == (True, ROOT, ()), folder.name
        events = [event for event, _ in JournalReader(folder, KINDS).batches()]
        assert events == [event for week in range(WEEKS) for event, _ in weeks.events_of(week)]


@pytest.mark.parametrize("keep", ["decisions", "digest"])
def test_the_root_does_not_depend_on_what_is_kept(keep: str, tmp_path: Path) -> None:
    with Journal.create(tmp_path / "run", GENESIS, KINDS, keep) as made:
        weeks.write(made)
        assert made.close().root == ROOT
    published = JournalReader(tmp_path / "run", KINDS).published
    assert isinstance(published, Root)
    assert published.root == ROOT
