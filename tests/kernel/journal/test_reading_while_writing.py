"""A run is read while it is written: no gap, no repeat, no error, and every week that was acknowledged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import weeks
from killed import Forked
from weeks import KINDS, ROWS, Opened, Sold

from ecsim.kernel.journal import Journal, JournalReader, disk, journal
from ecsim.rural.events import EVENTS
from ecsim.rural.simulate import simulate
from runs import scenario

WEEK = ROWS + 1
Look = Callable[[JournalReader], int]


def batches(reader: JournalReader) -> int:
    """Return how many events there are; each is the one it should be."""
    at = 0
    for event, stamp in reader.batches():
        assert stamp.first == at, "a gap or a repeat"
        assert stamp.day == 7 * (at // WEEK)
        at += event.rows
    return at


def kinds(reader: JournalReader) -> int:
    """Return how many events of two kinds there are, asked for one by one."""
    opened, sold = (reader.kind(kind) for kind in (Opened, Sold))
    assert np.array_equal(opened["seq"], np.arange(1, len(opened["seq"]) + 1) * WEEK - 1)
    whole = len(sold["seq"]) // ROWS
    seqs = np.arange((whole + 1) * WEEK).reshape(-1, WEEK)[:, :-1].ravel()
    assert np.array_equal(sold["seq"], seqs[: len(sold["seq"])])
    return len(opened["seq"]) * WEEK


def marks(reader: JournalReader) -> int:
    """Return how many events whole weeks have."""
    found = reader.marks()
    assert found == [(WEEK * week, 7 * week) for week in range(1, len(found) + 1)]
    return found[-1][0] if found else 0


LOOKS: tuple[Look, ...] = (batches, kinds, marks)


class Written:
    """A run that gets a week longer with every step, and is sealed with every other."""

    def __init__(self, folder: Path) -> None:
        self.journal: Journal = weeks.begun(folder)
        self.week = 0

    def step(self) -> None:
        weeks.write(self.journal, self.week, self.week + 1)
        self.week += 1
        if self.week % 2 == 0:
            self.journal.seal()
            self.journal._wait()  # so that the reader finds the seal done and the tail gone


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("look", LOOKS)
def test_whatever_is_written_between_two_reads_of_a_file(
    look: Look, steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "sync", lambda _: None)
    whole = disk.read
    for number in count():
        run = Written(tmp_path / str(number) / "run")
        with run.journal:
            for _ in range(3):
                run.step()
            numbers = count()

            def read(path: Path, number: int = number, run: Written = run, numbers: count[int] = numbers) -> bytes:
                if next(numbers) == number:
                    for _ in range(steps):
                        run.step()
                return whole(path)

            monkeypatch.setattr(disk, "read", read)
            found = look(JournalReader(tmp_path / str(number) / "run", KINDS))
            monkeypatch.setattr(disk, "read", whole)
            assert found >= 3 * WEEK
            assert found % WEEK == 0
        if next(numbers) <= number:
            break
    assert number > 2, "manifest, tail, manifest"


@pytest.mark.parametrize("look", LOOKS)
def test_another_process_that_writes_and_seals_all_the_time(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "sync", lambda _: None)
    monkeypatch.setattr(journal, "SEAL_EVENTS", 1)
    folder, last = tmp_path / "run", 60
    writer = Forked(lambda told: weeks.brought_to_its_end(folder, last, told))
    looks = 0
    while True:
        known = writer.hears()
        if known < 1:
            continue
        reader = JournalReader(folder, KINDS)
        assert look(reader) >= known * WEEK
        assert look(reader) >= known * WEEK, "a reader that looked before sees what came since"
        looks += 1
        if reader.published:
            break
    assert not writer.killed_after(60.0)
    assert look(JournalReader(folder, KINDS)) == last * WEEK
    assert looks > 1


def test_every_week_of_a_simulation_can_be_read_once_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SEAL_EVENTS", 10_000)
    seen = []

    def progress(week: int, _: int) -> None:
        reader = JournalReader(tmp_path / "run", EVENTS)
        assert reader.marks()[-1][1] == 7 * week
        at = 0
        for event, stamp in reader.batches():
            assert stamp.first == at
            at += event.rows
        seen.append(at)

    ended = simulate(scenario(sample=0.002, end=dt.date(2018, 2, 28)), 3, out=tmp_path / "run", progress=progress)
    assert seen == sorted(seen)
    assert seen[-1] == ended.root.events
