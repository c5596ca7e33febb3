"""Selection of arms: the known best is chosen, wherever and with whatever breaks it was run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest
from made_up_analyses import experiment

from ecsim.cli.main import main
from ecsim.experiments.analyses.analysis import Analysis
from ecsim.experiments.analyses.selection import select
from ecsim.experiments.compare import load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.experiments.running.task import Outcome, Task, Work
from ecsim.kernel.errors import EcsimError
from ecsim.report.analyses import draw
from ecsim.report.results import read_results
from ecsim.report.texts import Texts

HERE = Path(__file__).parents[1]
SAME_SOURCE = os.pathsep.join([str(HERE), *sys.path])
"""Of the commands that a test starts: they run the source that the test runs."""
ARMS = {"worst": "{ mean = 0.3 }", "middle": "{ mean = 0.7 }", "best": "{ mean = 1.0 }"}
RULE = 'better = {{ y = "{better}" }}\n[selection]\noutcome = "y"\ndifference = {difference}\n{more}'


def contest(
    folder: Path,
    better: str = "max",
    difference: float = 0.1,
    more: str = "first = 10",
    arms: dict[str, str] | None = None,
) -> Path:
    rule = RULE.format(better=better, difference=difference, more=more)
    return experiment(folder, "contest", arms or ARMS, rule)


def chosen(home: Path, executor: InProcess | None = None) -> Analysis:
    return select(load_plan(home), home / "out", executor or InProcess())[0]


class Many(InProcess):
    """One process that says it is many: more runs are asked for at a time."""

    workers = 40


class Cut(InProcess):
    """Is interrupted after some runs."""

    def __init__(self, after: int) -> None:
        self.left = after

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:
        for found in super().run(work, tasks, seconds):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield found


def written(home: Path) -> bytes:
    return (home / "out" / "analysis" / "selection.json").read_bytes()


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = contest(tmp_path_factory.mktemp("unbroken"))
    chosen(home)
    return home


@pytest.mark.parametrize(("better", "best"), [("max", "best"), ("min", "worst")])
def test_the_known_best_is_chosen_with_the_promised_probability(tmp_path: Path, better: str, best: str) -> None:
    analysis = chosen(contest(tmp_path, better))
    assert analysis.settings["chosen"] == best
    assert (analysis.settings["probability_of_choice"], analysis.settings["promised"]) == (0.95, True)
    assert f"y: {best} is chosen. Where the best arm leads the others by 0.1 or more" in analysis.findings[0].en
    assert "至少在95%的实验中" in analysis.findings[0].zh


def test_arms_that_are_ruled_out_cost_no_more_runs(unbroken: Path) -> None:
    told = json.loads(written(unbroken))
    rows = {row["arm"]: row for row in told["tables"]["arms"]["rows"]}
    assert rows["best"]["chosen"]
    assert rows["best"]["ruled_out_after"] is None
    assert rows["worst"]["ruled_out_after"] == rows["worst"]["replications"] < rows["best"]["replications"]
    runs = pd.read_parquet(unbroken / "out" / "runs.parquet")
    assert runs.groupby("arm").size().to_dict() == {arm: row["replications"] for arm, row in rows.items()}
    assert told["settings"]["runs"] == len(runs)
    stages = told["tables"]["stages"]["rows"]
    assert stages[0]["survivors"] == "worst, middle, best"
    assert stages[-1]["survivors"] == "best"


def test_differences_are_over_the_replications_that_both_have(unbroken: Path) -> None:
    runs = pd.read_parquet(unbroken / "out" / "runs.parquet").pivot(index="replication", columns="arm", values="y")
    row = next(r for r in json.loads(written(unbroken))["tables"]["arms"]["rows"] if r["arm"] == "worst")
    gap = (runs["worst"] - runs["best"]).dropna()
    assert row["difference"] == pytest.approx(gap.mean())
    assert row["difference_low"] < -0.7 < row["difference_high"]  # what it truly is


def test_many_workers_choose_what_one_chooses_to_the_byte(tmp_path: Path, unbroken: Path) -> None:
    home = contest(tmp_path)
    chosen(home, Many())
    ledger = (home / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(ledger) > json.loads(written(unbroken))["settings"]["runs"]  # some were made ahead in vain
    assert written(home) == written(unbroken)
    for name in ("runs.parquet", "manifest.json", "plan.csv"):
        assert (home / "out" / name).read_bytes() == (unbroken / "out" / name).read_bytes()


@pytest.mark.parametrize("after", [7, 46])
def test_a_selection_that_was_stopped_goes_on_to_the_same_choice(tmp_path: Path, unbroken: Path, after: int) -> None:
    home = contest(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        chosen(home, Cut(after))
    assert not (home / "out" / "analysis").exists()
    chosen(home)
    assert written(home) == written(unbroken)
    assert (home / "out" / "ledger.jsonl").read_bytes() == (unbroken / "out" / "ledger.jsonl").read_bytes()


def test_a_selection_whose_parent_was_killed_goes_on_to_the_same_choice(tmp_path: Path) -> None:
    slow = {arm: changes.replace("}", ", seconds = 0.02 }") for arm, changes in ARMS.items()}
    whole, cut = (contest(tmp_path / name, arms=slow) for name in ("whole", "cut"))
    command = [sys.executable, "-m", "ecsim.cli.main", "select", str(cut), "--out", str(cut / "out"), "--workers", "2"]
    child = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": SAME_SOURCE}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ledger = cut / "out" / "ledger.jsonl"
    until = time.monotonic() + 60
    while not (ledger.exists() and ledger.read_bytes().count(b"\n") >= 5):
        assert time.monotonic() < until
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    made = ledger.read_bytes().count(b"\n")
    chosen(cut)
    chosen(whole)
    assert made < ledger.read_bytes().count(b"\n")
    assert written(cut) == written(whole)


def test_arms_that_are_as_good_as_the_chosen_are_named(tmp_path: Path) -> None:
    arms = {"one": "{ mean = 1.0 }", "same": "{ mean = 1.0 }", "poor": "{ mean = 0.0 }"}
    analysis = chosen(contest(tmp_path, arms=arms))
    assert "Here same lies closer to it than that: take the two for equally good." in analysis.findings[1].en


def test_a_budget_that_ends_first_promises_nothing(tmp_path: Path) -> None:
    analysis = chosen(contest(tmp_path, difference=0.01, more="first = 5\nmost = 6"))
    assert analysis.settings["probability_of_choice"] is None
    assert "the budget of 6 replications ended with" in analysis.findings[0].en
    assert "no probability is promised" in analysis.findings[0].en


def test_the_command_fails_with_the_reason_where_nothing_could_be_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = contest(tmp_path / "short", difference=0.01, more="first = 5\nmost = 6")
    assert main(["select", str(home), "--out", str(home / "out"), "--workers", "1"]) == 1
    told = capsys.readouterr().err
    assert "no probability is promised: after 6 replications" in told
    assert "raise selection.most (6) or selection.difference (0.01)" in told
    enough = contest(tmp_path / "enough")
    assert main(["select", str(enough), "--out", str(enough / "out"), "--workers", "1"]) == 0
    assert "promised" not in capsys.readouterr().err


def test_a_given_number_of_runs_is_spent_where_it_tells_most(tmp_path: Path) -> None:
    analysis = chosen(contest(tmp_path, more='procedure = "ocba"\nmost = 100\nfirst = 10'))
    rows = analysis.tables["arms"].rows.set_index("arm")
    assert analysis.settings["chosen"] == "best"
    assert rows.replications.sum() == 100
    assert rows.loc["worst", "replications"] < rows.loc["middle", "replications"]
    assert not analysis.settings["promised"]
    assert 0.5 < analysis.settings["probability_of_choice"] <= 1.0
    assert "an estimate, no promise" in analysis.findings[0].en


def test_a_run_that_failed_is_named_and_only_it_is_made_again(tmp_path: Path) -> None:
    arms = {**ARMS, "middle": "{ mean = 0.7, fails = [4] }"}
    home = contest(tmp_path, arms=arms)
    with pytest.raises(EcsimError, match=r"the run of middle, replication 3 \(seed 4\) failed: .*seed 4 is unlucky"):
        chosen(home)
    lines = [json.loads(line) for line in (home / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum("failed" in line for line in lines) == 1
    assert len(lines) == 30  # the others of the stage went on
    assert not (home / "out" / "analysis").exists()


def test_a_run_that_failed_after_its_arm_was_ruled_out_does_no_harm(tmp_path: Path, unbroken: Path) -> None:
    lost = json.loads(written(unbroken))["tables"]["arms"]["rows"][0]["replications"] + 1  # first seed is 1
    home = contest(tmp_path, arms={**ARMS, "worst": f"{{ mean = 0.3, fails = [{lost}] }}"})
    analysis = chosen(home, Many())
    assert analysis.settings["chosen"] == "best"
    assert '"failed"' in (home / "out" / "ledger.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[selection]", "[robustness]", r"robustness.outcome"),
        ("difference = 0.1", "difference = 0.0", r"difference is 0; Kim-Nelson needs"),
        ("difference = 0.1", 'difference = 0.1\nprocedure = "ocba"\nfirst = 3', r"first is 3; OCBA needs 5"),
        ("difference = 0.1", 'difference = 0.1\nprocedure = "ocba"\nmost = 20', r"selection: budget is 20, first 15"),
        ("difference = 0.1", "difference = 0.1\nmost = 10", r"most is 10; it cannot be less than first, which is 15"),
        ("difference = 0.1", "difference = 0.1\nprobability = 0.3", r"blind choice among 3 is right with 0.333"),
        ("difference = 0.1", "difference = 0.1\nstep = 9", r"step is for OCBA"),
        ('y = "max"', 'z = "max"', r'which way y is better; add better.y = "max"'),
        ('outcome = "y"', 'outcome = "yy"', r"which way yy is better"),
        ('better = { y = "max" }', 'better = { w = "max" }', r"which way y is better"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    home = contest(tmp_path, more="")
    text = (home / "experiment.toml").read_text(encoding="utf-8")
    assert old in text
    (home / "experiment.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(EcsimError, match=words):
        chosen(home)
    assert not (home / "out").exists()


def test_an_outcome_that_runs_do_not_have_is_refused_with_the_nearest(tmp_path: Path) -> None:
    home = contest(tmp_path)
    text = (home / "experiment.toml").read_text(encoding="utf-8")
    text = text.replace('outcome = "y"', 'outcome = "yy"').replace('{ y = "max" }', '{ yy = "max" }')
    (home / "experiment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError, match=r"selection.outcome: no outcome 'yy'; did you mean 'y'"):
        chosen(home)


def test_the_command_prints_the_choice_and_the_report_can_be_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, out = contest(tmp_path), tmp_path / "out"
    assert main(["select", str(home), "--out", str(out), "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "best (chosen)" in printed
    assert "y: best is chosen" in printed
    assert main(["report", str(out)]) == 0
    assert "Which arm is best" in (out / "report.html").read_text(encoding="utf-8")
    told = json.loads((out / "analysis" / "selection.json").read_text(encoding="utf-8"))
    for language, words in (("en", "The choice: best"), ("zh", "选择结果：best")):
        assert [(f.name, f.title) for f in draw(told, read_results(out, Texts(language)))] == [("selection", words)]
    assert main(["select", str(home), "--out", str(out), "--replications", "9"]) == 2
    assert "--set selection.most=N" in capsys.readouterr().err
