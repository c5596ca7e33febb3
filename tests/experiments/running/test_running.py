"""Running experiments under trouble: Ctrl-C, kills, a full disk, two at once; what is made again, and what is not."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_up import line
from made_up_experiment import experiment, tables

from ecsim.cli.main import main
from ecsim.experiments.compare import compare, load_plan
from ecsim.experiments.running.executors import InProcess, LocalProcesses
from ecsim.experiments.running.ledger import LEDGER, Ledger
from ecsim.experiments.running.task import Failure, Result, Task
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.designs import Design

HERE = Path(__file__).parents[1]
SAME_SOURCE = os.pathsep.join([str(HERE), *sys.path])
"""Of the commands that a test starts: they run the source that the test runs."""
SLOW = {"function": "slow", "changes": "seconds = 0.1", "replications": 80}
"""160 runs that take two workers 8 s: long enough for a signal to come before the last on a busy machine."""
DESIGN = """
[space.b]
low = 0.0
high = 10.0
unit = "1"
source = "made up"
[design]
kind = "latin_hypercube"
points = 4
"""


def lines(folder: Path) -> int:
    ledger = folder / LEDGER
    return ledger.read_bytes().count(b"\n") if ledger.exists() else 0


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def begun(home: Path, out: Path) -> tuple[subprocess.Popen[bytes], set[int]]:
    """Start a comparison in a process of its own and return it with its workers, once some runs have ended."""
    command = [sys.executable, "-m", "ecsim.cli.main", "compare", str(home), "--out", str(out), "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": SAME_SOURCE}
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert until(lambda: lines(out) >= 6)
    workers = {
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"\nPPid:\t{child.pid}\n" in status(entry)
    }
    assert len(workers) == 2
    return child, workers


def status(process: Path) -> str:
    try:
        return (process / "status").read_text(encoding="utf-8")
    except OSError:
        return ""


def have_ended(workers: set[int]) -> bool:
    told = [status(Path("/proc") / str(worker)) for worker in workers]
    return all(not text or "\nState:\tZ" in text for text in told)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    home = experiment(tmp_path_factory.mktemp("unbroken"), **SLOW)
    compare(home, home / "out", executor=LocalProcesses(4))
    return tables(home / "out")


def test_ctrl_c_keeps_what_has_ended_and_leaves_no_worker(tmp_path: Path, unbroken: dict[str, bytes]) -> None:
    home = experiment(tmp_path, **SLOW)
    child, workers = begun(home, tmp_path / "out")
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=20)
    assert child.returncode == 130
    assert b"finished runs are kept" in told
    assert b"Traceback" not in told
    assert have_ended(workers)
    kept = (tmp_path / "out" / LEDGER).read_bytes()
    assert 6 <= kept.count(b"\n") < 160
    compare(home, tmp_path / "out", executor=LocalProcesses(4))
    assert (tmp_path / "out" / LEDGER).read_bytes().startswith(kept)
    assert tables(tmp_path / "out") == unbroken


def test_workers_of_a_killed_process_end_in_the_middle_of_a_run(tmp_path: Path) -> None:
    home = experiment(tmp_path, "sleeps_on", replications=30)
    child, workers = begun(home, tmp_path / "out")
    assert until(lambda: lines(tmp_path / "out") == 8)  # from here on runs take a minute
    child.kill()
    child.wait()
    assert until(lambda: have_ended(workers), 5.0)
    with Ledger(tmp_path / "out") as ledger:
        assert len(ledger.lines) == 8


def test_two_processes_do_not_make_runs_into_one_folder(
    tmp_path: Path, unbroken: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    home = experiment(tmp_path, **SLOW, seconds=30)
    child, _ = begun(home, tmp_path / "out")
    child.send_signal(signal.SIGSTOP)
    assert main(["compare", str(home), "--out", str(tmp_path / "out")]) == 2
    assert "another process is making runs into this folder" in capsys.readouterr().err
    child.send_signal(signal.SIGCONT)
    child.communicate(timeout=30)
    assert child.returncode == 0
    assert tables(tmp_path / "out") == unbroken


@pytest.mark.parametrize("written", [0, 10], ids=["nothing", "part of a line"])
def test_a_full_disk_is_told_and_nothing_is_lost(
    written: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = experiment(tmp_path)
    real, left = os.write, [7]

    def full(handle: int, content: bytes) -> int:
        if not content.startswith(b'{"run"'):
            return real(handle, content)
        left[0] -= 1
        if left[0] >= 0:
            return real(handle, content)
        if written:
            return real(handle, content[:written])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert main(["compare", str(home), "--out", str(tmp_path / "out"), "--workers", "2"]) == 2
    told = capsys.readouterr().err
    assert "the 7 runs written so far are kept" in told
    assert "make room" in told
    monkeypatch.undo()
    assert lines(tmp_path / "out") == 7
    assert len(compare(home, tmp_path / "out", executor=InProcess()).runs) == 24
    assert lines(tmp_path / "out") == 24


def test_a_full_disk_leaves_no_half_details(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Ledger(tmp_path) as ledger:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(EcsimError, match="No space left on device"):
            ledger.keep(Task("a" * 64, "low", 0, 0, 1, {}), Result({"y": 1.0}, {}, {"weekly": [{"week": 1}]}))
        monkeypatch.undo()
        assert not ledger.has("a" * 64)
    assert not list((tmp_path / "runs").iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EcsimError, match="cannot be written"):
        compare(experiment(tmp_path), tmp_path / "file", executor=InProcess())


def test_a_line_cut_off_is_left_out_and_one_damaged_is_told(tmp_path: Path) -> None:
    home = experiment(tmp_path, replications=2)
    compare(home, tmp_path / "out", executor=InProcess())
    ledger = tmp_path / "out" / LEDGER
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-9])
    assert len(compare(home, tmp_path / "out", executor=InProcess()).runs) == 4
    assert ledger.read_bytes() == whole
    ledger.write_bytes(whole.replace(b'"run"', b'"rum"', 1))
    with pytest.raises(EcsimError, match="line 1 is not readable; remove it"):
        compare(home, tmp_path / "out", executor=InProcess())


def test_more_replications_and_arms_use_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = compare(experiment(tmp_path, replications=3), out, executor=InProcess())
    second = compare(experiment(tmp_path, replications=5), out, executor=InProcess())
    assert (lines(out), len(second.runs)) == (10, 10)
    third = '[[arms]]\nname = "higher"\n[arms.changes]\na = 2.0\n'
    file = tmp_path / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8") + third, encoding="utf-8")
    more = compare(tmp_path, out, executor=InProcess())
    assert (lines(out), len(more.runs), more.unused) == (15, 15, 0)
    same = more.runs[(more.runs.arm != "higher") & (more.runs.replication < 3)].reset_index(drop=True)
    assert same.equals(first.runs)


def test_another_value_makes_the_runs_it_touches_anew(tmp_path: Path) -> None:
    out = tmp_path / "out"
    compare(experiment(tmp_path), out, executor=InProcess())
    file = tmp_path / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("a = 1.5", "a = 1.6"), encoding="utf-8")
    found = compare(tmp_path, out, executor=InProcess())
    assert (lines(out), len(found.runs), found.unused) == (24 + 12, 24, 12)
    assert found.summary.set_index(["outcome", "arm"]).loc[("y", "high"), "difference"] == pytest.approx(1.2)


def test_another_text_of_the_function_makes_all_runs_anew_and_says_how_many_are_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = tmp_path / "of_their_own.py"
    module.write_text("def model(parameters, seed):\n    return parameters['a'] + seed\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    home = experiment(tmp_path)
    file = home / "experiment.toml"
    text = file.read_text(encoding="utf-8").replace("made_up:line", "of_their_own:model")
    file.write_text(text, encoding="utf-8")
    assert main(["compare", str(home), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert "other runs" not in capsys.readouterr().err
    with module.open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    assert main(["compare", str(home), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert f"{tmp_path / 'out'} holds runs beside this plan" in capsys.readouterr().err
    assert lines(tmp_path / "out") == 48


def test_equal_runs_are_made_once(tmp_path: Path) -> None:
    home = experiment(tmp_path)
    file = home / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("a = 1.5", "a = 1.0"), encoding="utf-8")
    found = compare(home, tmp_path / "out", executor=LocalProcesses(2))
    assert (lines(tmp_path / "out"), len(found.runs)) == (12, 24)


def test_seeds_of_a_design_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = Design.seeds, []

    def counted(self: Design, *given: Any) -> Any:
        calls.append(given)
        return real(self, *given)

    monkeypatch.setattr(Design, "seeds", counted)
    plan = load_plan(experiment(tmp_path, more=DESIGN))
    seeds = [[task.seed for task in plan.tasks(number)] for number in range(plan.experiment.most)]
    assert len(calls) == 1
    assert plan.design is not None
    assert [own[::2] for own in seeds] == real(plan.design, 12, 1).T.tolist()


def task(number: int) -> Task:
    return Task(f"{number:064}", "low", 0, number, number, {})


def its_worker(given: Task) -> Result:
    time.sleep(0.02)
    return Result({"worker": float(os.getpid())})


def leaves(given: Task) -> Result:
    if given.seed == 2:
        sys.exit("enough")
    return Result(line({}, given.seed))


def dies(given: Task) -> Result:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_workers_live_on_from_call_to_call_and_end_when_closed() -> None:
    executor = LocalProcesses(2)
    seen = [{outcome.outcomes["worker"] for _, outcome in executor.run(its_worker, [task(n) for n in range(12)], 9.0)
             if isinstance(outcome, Result)} for _ in range(2)]  # fmt: skip
    assert len(seen[0] | seen[1]) == 2
    executor.close()
    assert until(lambda: have_ended({int(pid) for pid in seen[0] | seen[1]}), 5.0)
    assert len(list(executor.run(its_worker, [task(1)], 9.0))) == 1
    executor.close()


def test_a_worker_killed_while_it_waits_is_replaced() -> None:
    executor = LocalProcesses(1)
    ((_, first),) = executor.run(its_worker, [task(0)], 9.0)
    assert isinstance(first, Result)
    os.kill(int(first.outcomes["worker"]), signal.SIGKILL)
    ended = list(executor.run(its_worker, [task(n) for n in range(1, 8)], 9.0))
    assert sorted(told.seed for told, _ in ended) == list(range(1, 8))
    assert all(isinstance(outcome, Result) for _, outcome in ended)
    executor.close()


def test_runs_that_leave_or_die_are_failures_of_their_own(tmp_path: Path) -> None:
    executor = LocalProcesses(2)
    found = {told.seed: outcome for told, outcome in executor.run(leaves, [task(n) for n in range(5)], 9.0)}
    assert found.pop(2) == Failure("SystemExit: enough")
    assert all(isinstance(outcome, Result) for outcome in found.values())
    assert {outcome for _, outcome in executor.run(dies, [task(n) for n in range(3)], 9.0)} == {
        Failure("its worker died (exit code -9)")
    }
    executor.close()


def test_a_disk_full_when_tables_are_written_is_told_and_the_runs_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    home = experiment(tmp_path, replications=2)
    monkeypatch.setattr("ecsim.experiments.comparison_tables.write_tables", full)
    assert main(["compare", str(home), "--out", str(tmp_path / "out"), "--workers", "1"]) == 2
    assert (
        "No space left on device); make room, or choose another place; finished runs are kept"
        in capsys.readouterr().err
    )
    monkeypatch.undo()
    assert len(compare(home, tmp_path / "out", executor=InProcess()).runs) == 4
    assert lines(tmp_path / "out") == 4
