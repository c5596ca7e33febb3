"""Journals on disk: round trip, kill, damage, keep levels."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from weeks import KINDS, Opened, Sold

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader, verify
from ecsim.kernel.journal.frames import week_mark


def write(journal: Journal, weeks: int = 6, rows: int = 400, *, seal_at: int = -1) -> list[tuple[Event, Stamp]]:
    first, made = 0, []
    for week in range(weeks):
        for event in (
            Sold(household=np.arange(rows) % 50, fen=np.arange(rows) * (week + 1)),
            Opened(household=[week], poor=[week % 2 == 0]),
        ):
            stamp = Stamp(first, 7 * week, np.full(event.rows, first - 1, np.int64))
            journal.append(event, stamp)
            made.append((event, stamp))
            first += event.rows
        journal.end_week(7 * (week + 1))
        if week == seal_at:
            journal.seal()
    return made


def test_events_come_back_as_they_were_written_sealed_or_not(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "run", {"seed": 1}, KINDS)
    made = write(journal, seal_at=2)
    journal._wait()  # a run is read between seals, not during one
    for read in (list(JournalReader(tmp_path / "run", KINDS).batches()),):
        assert [e for e, _ in read] == [e for e, _ in made]
    journal.close()
    read = list(JournalReader(tmp_path / "run", KINDS).batches())
    assert [e for e, _ in read] == [e for e, _ in made]
    assert all(np.array_equal(a.cause, b.cause) and a.day == b.day for (_, a), (_, b) in zip(read, made, strict=True))
    assert list(JournalReader(tmp_path / "run", KINDS).kind(Opened)["household"]) == list(range(6))


def test_every_keep_level_has_the_same_root(tmp_path: Path) -> None:
    roots = []
    for keep in ("all", "decisions", "digest"):
        journal = Journal.create(tmp_path / keep, {"seed": 1}, KINDS, keep=keep)
        write(journal)
        roots.append(journal.close().root)
    memory = Journal.in_memory({"seed": 1}, KINDS)
    write(memory)
    assert set(roots) == {memory.close().root}
    with pytest.raises(EcsimError, match="keeps decisions only"):
        next(JournalReader(tmp_path / "decisions", KINDS).batches())
    assert len(JournalReader(tmp_path / "decisions", KINDS).kind(Opened)["seq"]) == 6


def test_a_tail_cut_short_keeps_every_whole_batch(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "run", {"seed": 1}, KINDS)
    made = write(journal)
    tail = next((tmp_path / "run").glob("tail-*.bin"))
    tail.write_bytes(tail.read_bytes()[: -len(week_mark(0, 0)) - 3])  # into the last batch of the last week
    read = list(JournalReader(tmp_path / "run", KINDS).batches())
    assert [e for e, _ in read] == [e for e, _ in made[:-1]]
    assert "cut short" in verify(tmp_path / "run", KINDS).findings[0].message


def test_a_killed_writer_leaves_a_run_that_reads(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from test_journal import KINDS, write
        from ecsim.kernel.journal import Journal
        journal = Journal.create(Path({str(tmp_path / "run")!r}), {{"seed": 1}}, KINDS)
        write(journal, weeks=3)
        print("written", flush=True)
        import time; time.sleep(60)
    """)
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"written\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    found = verify(tmp_path / "run", KINDS)
    assert (found.events, found.last_day, found.closed, found.findings) == (3 * 401, 14, False, ())


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="no run there"):
        JournalReader(tmp_path, KINDS)
    Journal.create(tmp_path / "run", {"seed": 1}, KINDS).close()
    with pytest.raises(EcsimError, match="already holds a run"):
        Journal.create(tmp_path / "run", {"seed": 1}, KINDS)
