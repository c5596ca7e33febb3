"""Disks that refuse, fill up or lose power, processes that die, at every single operation: same root in the end."""

from __future__ import annotations

import datetime as dt
import errno
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path

import pytest
import weeks
from faulty_disk import CrashError, Fault, Faults, Platter
from weeks import KINDS, brought_to_its_end, unbroken_root, whole_weeks

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal import Journal, JournalReader, disk, journal, verify
from ecsim.kernel.resuming import resume
from ecsim.rural.events import EVENTS
from ecsim.rural.simulate import simulate
from runs import scenario

ROOT = unbroken_root()
SOME, ALL = 5, pytest.param(1, marks=pytest.mark.slow)
"""Every fifth operation in the short tests, every single one in the long ones."""
FULL = r"No space left on device\); .+: make room"
HOW = ("dies", "is full", "refuses", "takes half", "dies half-way")
WORDS = {"refuses": r"Input/output error\); .+: check the disk.*", "is full": FULL, "takes half": FULL}


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    monkeypatch.setattr(journal, "SEAL_EVENTS", weeks.SEAL_EVENTS)
    return Faults(monkeypatch)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Path]:
    """Folders for one run each; a place is cleared when the next is asked for."""

    def new() -> Iterator[Path]:
        for number in count():
            place = tmp_path / str(number)
            place.mkdir()
            yield place / "run"
            shutil.rmtree(place)

    return new()


class Life:
    """A run that is begun, stopped in its fourth week, and brought to its end; what was acknowledged is known."""

    def __init__(self, folder: Path, told: Callable[[int], None] | None = None) -> None:
        self.folder = folder
        self.known = -1
        self._told = told

    def live(self) -> None:
        self.begins()
        self.ends()

    def begins(self) -> None:
        with weeks.begun(self.folder) as begun:
            self.told(0)
            weeks.write(begun, last=3, told=self.told)

    def ends(self) -> None:
        brought_to_its_end(self.folder, told=self.told)
        self.told(weeks.WEEKS + 1)

    def told(self, week: int) -> None:
        self.known = week
        if self._told:
            self._told(week)


def goes_on(folder: Path, known: int) -> None:
    """Nothing acknowledged is lost, and the end is that of an unbroken run."""
    assert whole_weeks(folder) >= min(known, weeks.WEEKS)
    if known > weeks.WEEKS:
        assert JournalReader(folder, KINDS).published
    assert brought_to_its_end(folder).root == ROOT
    found = verify(folder, KINDS)
    assert (found.closed, found.root, found.findings) == (True, ROOT, ())
    assert {path.name for path in folder.iterdir()} <= {"manifest.jsonl", journal.LOCK}


@pytest.mark.parametrize(
    ("when", "step"),
    [
        ("at once", 3),
        ("at last", 4),
        pytest.param("at once", 1, marks=pytest.mark.slow),
        pytest.param("at last", 1, marks=pytest.mark.slow),
        pytest.param("in a thread", 1, marks=pytest.mark.slow),
    ],
)
def test_a_process_that_dies_at_any_operation_is_resumed(
    when: str, step: int, faults: Faults, places: Iterator[Path]
) -> None:
    faults.seal(when)

    def dies(how: str, number: int) -> str:
        faulty, life = faults.put(Fault(number, how)), Life(next(places))
        with suppress(CrashError):
            life.live()
        faulty.restart()
        faults.mend()
        goes_on(life.folder, life.known)
        return faulty.struck

    number, struck = 1, dies("dies", 1)
    while struck:
        if struck == "write":
            dies("dies half-way", number)
        number += step
        struck = dies("dies", number)
    assert number > 170, "there are that many operations"


def refused(life: Life) -> EcsimError | None:
    try:
        life.live()
    except EcsimError as error:
        return error
    return None


@pytest.mark.parametrize("step", [SOME, ALL])
@pytest.mark.parametrize("how", ["refuses", "is full", "takes half"])
def test_a_disk_that_refuses_says_what_to_do_and_after_that_the_run_goes_on(
    how: str, step: int, faults: Faults, places: Iterator[Path]
) -> None:
    told = 0
    for number in count(step, step):
        faulty, life = faults.put(Fault(number, how)), Life(next(places))
        error = refused(life)
        told += error is not None
        assert not faulty.handles
        assert not list(life.folder.parent.rglob("*.draft"))
        faults.mend()
        if error:
            why, then = ("Input/output error", "check the disk") if how == "refuses" else ("No space left", "make room")
            assert re.match(
                f"{re.escape(str(life.folder))}: cannot be written \\({why}.*\\); .+: {then}.*, then", str(error)
            )
            assert ("`ecsim resume" in str(error)) == (whole_weeks(life.folder) >= 0)
        goes_on(life.folder, life.known)
        if not faulty.struck:
            break
    assert told > 0.5 * number / step


def operations_until_week_3(folder: Path, faults: Faults) -> int:
    counts: dict[int, int] = {}
    faulty = faults.put()
    Life(folder, lambda week: counts.setdefault(week, faulty.count)).begins()
    return counts[3]


@pytest.mark.parametrize("step", [SOME, ALL])
@pytest.mark.parametrize("luck", [0.0, 0.3, 0.8])
@pytest.mark.parametrize(("when", "unsynced"), [("at once", False), ("at last", False), ("at last", True)])
def test_a_power_cut_at_any_operation_keeps_what_was_acknowledged(
    when: str, unsynced: bool, luck: float, step: int, tmp_path: Path, faults: Faults, places: Iterator[Path]
) -> None:
    """Also what a resumed run acknowledged after a week that was whole, though its writer died before it was synced."""
    faults.seal(when)
    last = operations_until_week_3(next(places), faults)
    first, second = faults.put(Fault(last, "dies") if unsynced else None), faults.put()
    second.log = first.log
    (tmp_path / "first").mkdir()
    life = Life(tmp_path / "first" / "run", lambda week: first.log.append(("week", week)))
    faults.monkeypatch.setattr(disk, "os", first)
    with suppress(CrashError):
        life.begins()
    assert first.struck == ("fsync" if unsynced else "")
    first.restart()
    faults.monkeypatch.setattr(disk, "os", second)
    life.ends()
    faults.mend()
    platter, chance = Platter(tmp_path / "first"), random.Random(1)
    for number, operation in enumerate(first.log):
        platter.take(*operation)
        if number % step == 0:
            folder = next(places)
            folder.parent.rmdir()
            platter.left(folder.parent, lambda: chance.random() < luck)
            goes_on(folder, platter.known)
    assert platter.known == weeks.WEEKS + 1


@pytest.mark.parametrize("step", [SOME, ALL])
def test_a_power_cut_takes_nothing_that_a_killed_run_left_to_be_shared(
    step: int, faults: Faults, places: Iterator[Path]
) -> None:
    faults.seal("at once")
    for number in count(step, step):
        results = next(places).parent
        first, second = faults.put(Fault(number, "dies")), faults.put()
        faults.monkeypatch.setattr(disk, "os", first)
        with suppress(CrashError):
            Life(results / "killed").live()
        first.restart()
        faults.monkeypatch.setattr(disk, "os", second)
        assert brought_to_its_end(results / "run").root == ROOT
        faults.mend()
        platter = Platter(results)
        for operation in (*first.log, *second.log):
            platter.take(*operation)
        platter.left(left := next(places).parent / "left", lambda: False)
        assert verify(left / "run", KINDS).root == ROOT
        if not first.struck:
            break


def test_a_fork_that_dies_while_it_is_made_is_not_there_or_has_its_whole_past(
    faults: Faults, places: Iterator[Path]
) -> None:
    faults.seal("at once")
    faults.mend()
    for number in count(1):
        parent = next(places)
        with weeks.begun(parent) as begun:
            weeks.write(begun, last=3)  # the third week is not sealed: the fork takes it along
        faulty, child = faults.put(Fault(number, "dies")), parent.with_name("child")
        with suppress(CrashError):
            weeks.branched(parent, child, 3)
        faulty.restart()
        faults.mend()
        if whole_weeks(child) < 0:
            with weeks.branched(parent, child, 3) as again:
                weeks.write(again, 3)
                again.close()
        assert whole_weeks(child) >= 3
        goes_on(child, 3)
        if not faulty.struck:
            break
    assert number > 15


@pytest.mark.parametrize("many", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_a_simulation_goes_on_after_its_disk_failed(many: int, faults: Faults, tmp_path: Path) -> None:
    faults.monkeypatch.setattr(journal, "SEAL_EVENTS", 20_000)
    of, chance = scenario(sample=0.002, end=dt.date(2018, 3, 25)), random.Random(many)
    unhurt = faults.put()
    root = simulate(of, 3, out=tmp_path / "unhurt" / "run").root
    for number, how in zip(sorted(chance.sample(range(1, unhurt.count), many)), cycle(HOW), strict=False):
        folder, faulty = tmp_path / str(number) / "run", faults.put(Fault(number, how))
        with suppress(EcsimError, CrashError):
            simulate(of, 3, out=folder)
        faulty.restart()
        faults.mend()
        if not (folder / "manifest.jsonl").exists():
            simulate(of, 3, out=folder)
        elif not JournalReader(folder, EVENTS).published:
            resume(folder)
        assert JournalReader(folder, EVENTS).published == root
        shutil.rmtree(folder.parent)


def test_a_manifest_line_of_which_a_power_cut_left_the_end_alone_is_written_again(
    tmp_path: Path, faults: Faults
) -> None:
    faults.seal("at once")
    with weeks.begun(tmp_path / "first" / "run") as begun:
        weeks.write(begun, last=1)
        shutil.copytree(tmp_path / "first", tmp_path / "copy")
        begun.seal()
    manifest, copy = (tmp_path / place / "run" / "manifest.jsonl" for place in ("first", "copy"))
    lost = len(copy.read_bytes()) + 100
    torn = manifest.read_bytes()[: lost - 100] + bytes(100) + manifest.read_bytes()[lost:]
    copy.write_bytes(torn)
    assert whole_weeks(copy.parent) == 1
    goes_on(copy.parent, 1)
    copy.write_bytes(torn + manifest.read_bytes()[: lost - 100])
    with pytest.raises(VerificationError, match="line 2 is not readable"):
        JournalReader(copy.parent, KINDS)


def test_after_a_refusal_nothing_more_is_written(tmp_path: Path, faults: Faults) -> None:
    with weeks.begun(tmp_path / "run") as begun:
        weeks.write(begun, last=1)
        faulty = faults.put(Fault(3, "is full"))
        with pytest.raises(EcsimError, match="make room"):
            weeks.write(begun, 1, 2)
        faults.mend()
        size = next((tmp_path / "run").glob("tail-*")).stat().st_size
        with pytest.raises(EcsimError, match="No space left on device"):
            weeks.write(begun, 2, 3)
        with pytest.raises(EcsimError, match="No space left on device"):
            begun.close()
        assert next((tmp_path / "run").glob("tail-*")).stat().st_size == size
    assert faulty.struck
    goes_on(tmp_path / "run", 1)


@pytest.mark.parametrize("keep", ["decisions", "digest"])
def test_a_run_that_keeps_less_is_not_said_to_go_on(keep: str, tmp_path: Path, faults: Faults) -> None:
    with Journal.create(tmp_path / "run", weeks.GENESIS, KINDS, keep) as begun:
        faults.put(Fault(1, "is full"))
        with pytest.raises(EcsimError, match=f"keeps {keep} cannot go on: make room, then remove the folder"):
            weeks.write(begun) if keep == "decisions" else begun.close()


def test_a_tail_that_was_altered_before_its_end_is_not_gone_on_with(tmp_path: Path, faults: Faults) -> None:
    faults.seal("at last")
    with weeks.begun(tmp_path / "run") as begun:
        weeks.write(begun, last=3)
        shutil.copytree(tmp_path / "run", tmp_path / "copy")
    tails = sorted((tmp_path / "copy").glob("tail-*"))
    assert len(tails) == 2
    tails[0].write_bytes(tails[0].read_bytes()[:-1])
    with pytest.raises(EcsimError, match=r"cut short at byte \d+, and more follows; run again"):
        weeks.reopened(tmp_path / "copy")


def test_a_disk_that_does_not_read_says_so(tmp_path: Path, faults: Faults) -> None:
    with weeks.begun(tmp_path / "run") as begun:
        weeks.write(begun, last=3)

    def read_it_all() -> None:
        reader = JournalReader(tmp_path / "run", KINDS)
        assert [len(reader.kind(weeks.Opened)["seq"]), len(list(reader.batches())), len(reader.marks())] == [3, 6, 3]

    def refuse(number: int) -> Iterator[int]:
        numbers = count(1)

        def read_bytes(path: Path) -> bytes:
            if next(numbers) == number:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            with path.open("rb") as file:
                return file.read()

        faults.monkeypatch.setattr(Path, "read_bytes", read_bytes)
        return numbers

    numbers = refuse(0)
    read_it_all()
    many = next(numbers) - 1
    assert many >= 10, "manifest, objects and tail"
    for number in range(1, many + 1):
        refuse(number)
        with pytest.raises(EcsimError, match=r"cannot be read \(Input/output error\); check the disk") as error:
            read_it_all()
        assert not isinstance(error.value, VerificationError)
