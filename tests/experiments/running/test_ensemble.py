"""Ensembles: the same numbers wherever and in whatever order runs are made; what fails, hangs or dies costs itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_experiment import experiment, tables

from ecsim.cli.main import main
from ecsim.experiments.compare import compare, compare_plan, load_plan, merge
from ecsim.experiments.running import executors
from ecsim.experiments.running.executors import Cluster, Executor, InProcess, LocalProcesses
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.stopping import Verdict

HERE = Path(__file__).parents[1]
SAME_SOURCE = os.pathsep.join([str(HERE), *sys.path])
"""Of the commands that a test starts: they run the source that the test runs."""


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    home = experiment(tmp_path_factory.mktemp("unbroken"))
    compare(home, home / "out", executor=InProcess())
    return tables(home / "out")


def test_differences_are_exact_under_the_same_luck(tmp_path: Path) -> None:
    found = compare(experiment(tmp_path, more='better = { y = "max" }'), tmp_path / "out", executor=InProcess())
    rows = found.summary.set_index(["outcome", "arm"])
    assert rows.loc[("y", "high"), "difference"] == pytest.approx(1.0, abs=1e-12)
    assert rows.loc[("y", "high"), "high"] - rows.loc[("y", "high"), "low"] < 1e-9
    assert rows.loc[("z", "high"), "difference"] == 0.0
    assert rows.loc[("y", "high"), "best"] == 1.0
    assert np.isnan(rows.loc[("z", "high"), "best"])  # nobody says which way z is better


@pytest.mark.parametrize("executor", [LocalProcesses(1), LocalProcesses(3)], ids=["one", "three"])
def test_processes_give_the_same_tables_to_the_byte(
    executor: Executor, tmp_path: Path, unbroken: dict[str, bytes]
) -> None:
    compare(experiment(tmp_path), tmp_path / "out", executor=executor)
    assert tables(tmp_path / "out") == unbroken


def test_what_fails_hangs_or_dies_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    home = experiment(tmp_path, "brittle", seconds=2, changes="fails = [3]\nhangs = [5]\ndies = [7]")
    found = compare(home, tmp_path / "out", executor=LocalProcesses(2))
    assert len(found.runs) == 2 * (12 - 3)
    told = "\n".join(found.failed)
    assert "seed 3 is unlucky" in told
    assert "took longer than 2 s" in told
    assert "its worker died" in told
    assert found.summary["n"].eq(9).all()


def test_failed_runs_are_made_again_and_finished_ones_are_not(tmp_path: Path, unbroken: dict[str, bytes]) -> None:
    (tmp_path / "marks").mkdir()
    home = experiment(tmp_path, "brittle", changes=f'dies = [2, 9]\nmarker = "{tmp_path / "marks"}"')
    first = compare(home, tmp_path / "out", executor=LocalProcesses(2))
    assert len(first.failed) == 2  # each seed dies once
    before = (tmp_path / "out" / "ledger.jsonl").read_text(encoding="utf-8")
    second = compare(home, tmp_path / "out", executor=InProcess())
    assert not second.failed
    after = (tmp_path / "out" / "ledger.jsonl").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 2
    columns = ["arm", "replication", "y", "z"]
    whole = pd.read_parquet(tmp_path / "out" / "runs.parquet")[columns]
    home = experiment(tmp_path / "sound")
    pd.testing.assert_frame_equal(whole, compare(home, home / "out", executor=InProcess()).runs[columns])


def test_a_killed_parent_loses_only_the_runs_in_flight(tmp_path: Path) -> None:
    home = experiment(tmp_path, "slow", changes="seconds = 0.05", replications=30)
    command = [sys.executable, "-m", "ecsim.cli.main", "compare", str(home), "--out", str(tmp_path / "out")]
    child = subprocess.Popen(
        [*command, "--workers", "2"], env={**os.environ, "PYTHONPATH": SAME_SOURCE}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ledger = tmp_path / "out" / "ledger.jsonl"
    while not ledger.exists() or ledger.read_bytes().count(b"\n") < 8:
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    kept = ledger.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]
    assert kept.count(b"\n") < 60
    found = compare(home, tmp_path / "out", executor=LocalProcesses(2))
    assert len(found.runs) == 60
    assert ledger.read_bytes().startswith(kept)
    whole = experiment(tmp_path / "whole", "slow", changes="seconds = 0.05", replications=30)
    compare(whole, whole / "out", executor=LocalProcesses(2))
    assert tables(whole / "out") == tables(tmp_path / "out")


def test_shards_put_together_are_the_whole(tmp_path: Path, unbroken: dict[str, bytes]) -> None:
    home = experiment(tmp_path)
    plan = load_plan(home)
    for k in (1, 2, 3):
        assert compare_plan(plan, tmp_path / str(k), InProcess(), shard=(k, 3)) is None
    with pytest.raises(EcsimError, match="in none of the parts: 8 of 24 runs"):
        merge(plan, tmp_path / "lacking", [tmp_path / "1", tmp_path / "3"])
    merge(plan, tmp_path / "out", [tmp_path / str(k) for k in (3, 1, 2)])
    assert tables(tmp_path / "out") == unbroken
    with pytest.raises(EcsimError, match="holds no ledger"):
        merge(plan, tmp_path / "none", [tmp_path / "nowhere"])


@contextmanager
def started_cluster(place: Path, *options: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    more = "".join(f", {option!r}" for option in options)
    programs = {
        "scheduler": "from distributed.cli.dask_scheduler import main; main(['--host', '127.0.0.1', '--port', '0', "
        f"'--no-dashboard', '--no-show', '--scheduler-file', FILE{more}])",
        "worker": "from distributed.cli.dask_worker import main; main(['--scheduler-file', FILE, '--nthreads', '1', "
        f"'--no-nanny', '--no-dashboard', '--death-timeout', '30'{more}])",
    }
    environment = {
        **os.environ,
        "PYTHONPATH": SAME_SOURCE,
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "10",
    }
    started = []

    def start(name: str) -> None:
        program = programs[name].replace("FILE", repr(str(place)))
        started.append(subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.DEVNULL))

    start("scheduler")
    while not place.exists():
        time.sleep(0.1)
    start("worker")
    start("worker")
    try:
        yield json.loads(place.read_text(encoding="utf-8"))["address"], started
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    with started_cluster(tmp_path / "scheduler.json") as found:
        yield found


def test_a_cluster_that_loses_a_worker_gives_the_same_numbers(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, processes = scheduler
    told = {"function": "slow", "changes": "seconds = 0.1", "replications": 20}
    home = experiment(tmp_path, **told)

    def progress(done: int, _: int) -> None:
        if 8 <= done < 20:
            processes[1].kill()

    cluster = Cluster(address)
    assert cluster.workers >= 1
    found = compare(home, tmp_path / "out", executor=cluster, progress=progress)
    assert not found.failed
    here = experiment(tmp_path / "here", **told)
    compare(here, here / "out", executor=LocalProcesses(2))
    assert tables(here / "out") == tables(tmp_path / "out")


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a scheduler that there is not for a second, not for ten."""
    monkeypatch.setattr(executors, "SCHEDULER_SECONDS", 1.0)


@pytest.mark.usefixtures("little_patience")
def test_no_cluster_says_so() -> None:
    with pytest.raises(EcsimError, match="no scheduler there"):
        Cluster("tcp://127.0.0.1:9")


CERTIFICATE, KEY = HERE / "certificates" / "certificate.pem", HERE / "certificates" / "key.pem"
TLS = ("--tls-ca-file", str(CERTIFICATE), "--tls-cert", str(CERTIFICATE), "--tls-key", str(KEY))


def test_a_cluster_behind_certificates_makes_runs_for_who_has_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = experiment(tmp_path)
    with started_cluster(tmp_path / "scheduler.json", "--protocol", "tls", *TLS) as (address, _):
        assert address.startswith("tls://")
        for refused in ([address], [address.replace("tls://", "tcp://")]):
            assert main(["compare", str(home), "--out", str(tmp_path / "no"), "--cluster", *refused]) == 2
            assert "no scheduler there" in capsys.readouterr().err
        assert main(["compare", str(home), "--out", str(tmp_path / "out"), "--cluster", address, *TLS]) == 0
    here = experiment(tmp_path / "here")
    compare(here, here / "out", executor=InProcess())
    assert tables(here / "out") == tables(tmp_path / "out")


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cluster", "tcp://127.0.0.1:9", *TLS], "certificates go with tls://"),
        (["--cluster", "tls://127.0.0.1:9", *TLS[:4]], "go together"),
        (TLS, "go together, and with --cluster tls://"),
        (["--cluster", "tls://127.0.0.1:9", *TLS[:5], "no.pem"], "no.pem: no such file; name PEM files"),
        (["--cluster", "tls://127.0.0.1:9", *TLS[:5], str(CERTIFICATE)], "TLS cannot use them"),
        (["--cluster", "tls://127.0.0.1:9", *TLS], "no scheduler there"),
    ],
)
def test_certificates_that_do_not_fit_are_told(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(experiment(tmp_path)), "--out", str(tmp_path / "out"), *options]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told


def test_replications_go_on_until_the_half_width_is_reached_on_any_machine(tmp_path: Path) -> None:
    more = '[stopping]\noutcome = "w"\nhalf_width = 0.5\nleast = 5\nmost = 400\n'
    found = []
    for place, executor in (("one", InProcess()), ("three", LocalProcesses(3))):
        home = experiment(tmp_path / place, "noisy", more=more)
        found.append(compare(home, home / "out", executor=executor))
    first, second = found
    assert first.stopped is not None
    assert first.stopped.verdict is Verdict.ENOUGH
    assert first.stopped.half_width <= 0.5
    assert 5 <= first.stopped.n < 400
    assert len(first.runs) == 2 * first.stopped.n
    pd.testing.assert_frame_equal(first.runs, second.runs)


def test_a_design_runs_every_arm_at_every_point_with_its_own_luck(tmp_path: Path) -> None:
    more = """
[space.b]
low = 0.0
high = 10.0
unit = "1"
source = "made up"
[design]
kind = "latin_hypercube"
points = 6
"""
    home = experiment(tmp_path, more=more, replications=2)
    found = compare(home, tmp_path / "out", executor=InProcess())
    assert len(found.runs) == 2 * 6 * 2
    design = pd.read_parquet(tmp_path / "out" / "design.parquet")
    assert sorted((design.b // (10 / 6)).astype(int)) == list(range(6))
    joined = found.runs.merge(design, on="point")
    rest = joined.y - joined.z - joined.b - 2.0 * joined.arm.map({"low": 1.0, "high": 1.5})
    assert rest.abs().max() < 1e-12
    assert found.runs.groupby(["point", "replication"]).seed.nunique().eq(1).all()  # arms share their luck


def test_changed_content_or_code_is_another_run(tmp_path: Path) -> None:
    plans = [
        load_plan(experiment(tmp_path / str(number), function))
        for number, function in enumerate(("line", "line", "noisy"))
    ]
    names = [[task.run for task in plan.tasks(0)] for plan in plans]
    assert names[0] == names[1]
    assert not set(names[0]) & set(names[2])
    assert len(set(names[0])) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('reference = "low"', 'reference = "middle"', "must be one of the arms"),
        ("replications = 12", "replication = 12", "did you mean 'replications'"),
        ("made_up:line", "made_up:lines", "lines is not in"),
        ("made_up:line", "made_down:line", "made_down"),
        ("a = 1.5", 'a = 1.5\n[arms.shocks]\n"monsoon.toml" = 1.0', "the simulation's"),
        ('name = "high"', 'name = "low"', "a name of its own"),
        ("replications = 12", 'scenario = "x.toml"', "give one of the two"),
        ("replications = 12", '[design]\nkind = "sobol"', "design.kind"),
    ],
)
def test_a_wrong_experiment_is_told_what_is_allowed(
    old: str, new: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = experiment(tmp_path) / "experiment.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err


def test_plan_tells_what_will_run_and_the_trial_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = experiment(tmp_path, "ten_milliseconds", replications=50)
    out = str(tmp_path / "out")
    assert main(["estimate", str(home), "--out", out, "--workers", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["made already"], told["processes"]) == (100, 1, 2)
    assert 0.009 < told["seconds a run"] < 1.0
    assert main(["compare", str(home), "--out", out, "--resume", "--json"]) == 0
    assert len((tmp_path / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()) == 100
    assert main(["compare", str(home), "--out", str(tmp_path / "none"), "--resume"]) == 2
    assert main(["compare", str(home), "--out", out, "--shard", "3/2"]) == 2


def test_parts_of_an_experiment_with_a_stopping_rule_stop_where_the_whole_does(tmp_path: Path) -> None:
    rule = '[stopping]\noutcome = "w"\nhalf_width = 0.3\nleast = 20\nmost = 60\n'
    home = experiment(tmp_path, "noisy", more=rule)
    plan = load_plan(home)
    whole = compare_plan(plan, tmp_path / "whole", InProcess())
    for part in (1, 2):
        assert compare_plan(plan, tmp_path / f"part-{part}", InProcess(), (part, 2)) is None
    parts = merge(plan, tmp_path / "merged", [tmp_path / "part-1", tmp_path / "part-2"])
    assert whole is not None
    assert parts.stopped == whole.stopped
    assert tables(tmp_path / "merged") == tables(tmp_path / "whole")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("return {}", "there is no outcome"),
        ("return {'seed': 1.0}", "an outcome is called seed"),
        ("return {'y': float('inf')}", "outcome y is inf; a finite number is needed"),
    ],
)
def test_what_a_function_may_not_return_is_told(
    tmp_path: Path, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"returns_{len(words)}"
    (tmp_path / f"{name}.py").write_text(f"def model(parameters, seed):\n    {text}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    home = experiment(tmp_path)
    file = home / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("made_up:line", f"{name}:model"), encoding="utf-8")
    with pytest.raises(EcsimError, match=words):
        compare(home, tmp_path / "out", executor=InProcess())


def test_the_command_line_reaches_every_arm(tmp_path: Path) -> None:
    study = Path(__file__).parents[3] / "experiments" / "robust-allocation"
    plan = load_plan(study, sample=0.003, changes={"scenario.policy.funds.multiplier": 7.0})
    told = {(scenario.sample, scenario.policy.funds.multiplier) for scenario in plan.scenarios.values()}
    assert told == {(0.003, 7.0)}


def test_no_workers_are_refused() -> None:
    with pytest.raises(EcsimError, match="workers is -1; at least 1 is needed"):
        LocalProcesses(-1)
