"""One writer a run: another is refused, not let in; what a dead one has left is in nobody's way."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import os
import time
from pathlib import Path

import pytest
import weeks
from killed import Forked, Told
from weeks import KINDS, begun, brought_to_its_end, reopened, unbroken_root, whole_weeks

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import Journal, JournalReader, disk
from ecsim.kernel.journal.journal import LOCK
from ecsim.kernel.resuming import resume
from ecsim.rural.simulate import simulate
from runs import scenario

WRITTEN = "is being written at this moment; wait until it has ended, or stop it first"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def writes_and_stays(folder: Path, told: Told) -> None:
    with begun(folder) as journal:
        weeks.write(journal, last=3, told=told)
        time.sleep(60)


def test_a_run_that_a_living_process_writes_is_not_resumed_and_one_whose_writer_was_killed_is(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    writer = Forked(lambda told: writes_and_stays(folder, told))
    while writer.hears() < 3:
        time.sleep(0.01)
    before = content(folder)
    with pytest.raises(EcsimError, match=WRITTEN):
        reopened(folder)
    assert content(folder) == before
    assert writer.killed_after(0.0)
    assert brought_to_its_end(folder).root == unbroken_root()


def test_a_simulation_under_way_is_not_resumed(tmp_path: Path) -> None:
    refused = 0

    def progress(week: int, _: int) -> None:
        nonlocal refused
        if week == 2:
            with pytest.raises(EcsimError, match=WRITTEN):
                resume(tmp_path / "run")
            refused += 1

    simulate(scenario(sample=0.002, end=dt.date(2018, 1, 31)), 3, out=tmp_path / "run", progress=progress)
    assert refused


def test_two_processes_do_not_make_a_run_in_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    other = disk.lock(folder / LOCK)
    with pytest.raises(EcsimError, match=WRITTEN):
        begun(folder)
    assert whole_weeks(folder) == -1
    disk.unlock(other)
    with begun(folder), pytest.raises(EcsimError, match="already holds a run"):
        begun(folder)


def test_a_reader_from_before_is_no_way_around_the_writer(tmp_path: Path) -> None:
    with begun(tmp_path / "run") as journal:
        weeks.write(journal, last=1)
        early = JournalReader(tmp_path / "run", KINDS)
        weeks.write(journal, 1, 4)
        journal.seal()
    with Journal.reopen(early) as journal:
        assert early.marks()[-1] == (4 * (weeks.ROWS + 1), 28)
        late = JournalReader(tmp_path / "run", KINDS)
    brought_to_its_end(tmp_path / "run")
    with pytest.raises(EcsimError, match="has ended"):
        Journal.reopen(late)


def test_a_forked_process_that_lives_on_keeps_nobody_out(tmp_path: Path) -> None:
    with begun(tmp_path / "run") as journal:
        weeks.write(journal, last=2)
        other = Forked(lambda _: time.sleep(60))
    assert brought_to_its_end(tmp_path / "run").root == unbroken_root()
    assert other.killed_after(0.0)


def test_a_run_that_has_ended_leaves_no_lock_and_one_that_cannot_be_gone_on_with_lets_go(tmp_path: Path) -> None:
    brought_to_its_end(tmp_path / "run")
    assert set(content(tmp_path / "run")) == {"manifest.jsonl"}
    with begun(tmp_path / "other") as journal:
        weeks.write(journal, last=3)
        journal.seal()
        weeks.write(journal, 3, 4)
    (tail,) = (tmp_path / "other").glob("tail-*")
    tail.rename(tail.with_name("tail-00000.bin")).write_bytes(b"?")
    tail.write_bytes(b"?")
    for _ in range(2):
        with pytest.raises(EcsimError, match="and more follows; run again"):
            reopened(tmp_path / "other")


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_written_all_the_same(
    error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(_: int, how: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(fcntl, "flock", flock)
    assert brought_to_its_end(tmp_path / "run").root == unbroken_root()


def test_a_lock_that_the_disk_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(_: int, how: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(EcsimError, match=r"cannot be written \(Input/output error\); nothing was written yet"):
        begun(tmp_path / "run")


def test_what_a_killed_run_left_in_a_folder_is_cleared_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("tail-00000.bin", "manifest.jsonl.elsewhere-1-1.draft"):
        (folder / name).write_bytes(b"of a run that never began")
    assert brought_to_its_end(folder).root == unbroken_root()
    assert set(content(folder)) == {"manifest.jsonl"}


class StopsBeforeNaming:
    """`os` for a process that never gets to name what it wrote."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def replace(self, *_: Path) -> None:
        time.sleep(60)


def dies_within_a_seal(folder: Path, told: Told) -> None:
    journal, _ = reopened(folder)
    disk.os = StopsBeforeNaming()  # type: ignore[assignment]
    told(0)
    journal.close()


def test_drafts_of_dead_processes_are_removed_and_others_are_left_alone(tmp_path: Path) -> None:
    folder, store = tmp_path / "run", tmp_path / "objects"
    with begun(folder) as journal:
        weeks.write(journal, last=3)
    dead = Forked(lambda told: dies_within_a_seal(folder, told))
    while not list(store.rglob("*.draft")):
        time.sleep(0.01)
    (draft,) = store.rglob("*.draft")
    assert f"-{dead.process}-" in draft.name
    living = draft.with_name(draft.name.replace(f"-{dead.process}-", f"-{os.getpid()}-"))
    elsewhere = draft.with_name(draft.name.replace(os.uname().nodename, "elsewhere"))
    for path in (living, elsewhere):
        path.write_bytes(b"half of an")
    assert dead.killed_after(0.0)
    assert whole_weeks(folder) == 3
    assert len(JournalReader(folder, KINDS).kind(weeks.Sold)["seq"]) == 3 * weeks.ROWS
    assert brought_to_its_end(folder).root == unbroken_root()
    assert {path.name for path in store.rglob("*.draft")} == {living.name, elsewhere.name}
