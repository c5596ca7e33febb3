"""Kin: the tree of forks, and runs written out in full again."""

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import tamper
from ecsim.audit.published import INDICATORS, differences, read_published, run_and_publish
from ecsim.audit.reproduce import known_run, reproduce
from ecsim.audit.run_tree import run_trees
from ecsim.audit.verify.verification import verify_run
from ecsim.cli.main import main
from ecsim.experiments.compare import compare
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal import JournalReader
from ecsim.rural.events import EVENTS
from ecsim.rural.model import MODEL
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import Run, simulate
from runs import CONFIGS, scenario


@pytest.fixture(scope="module")
def short() -> Scenario:
    return scenario(sample=0.002, end=dt.date(2018, 3, 31))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, short: Scenario) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("results")
    return folder, simulate(short, 5, out=folder / "first")


def test_the_tree_knows_forks_of_forks_and_what_was_changed(
    results: tuple[Path, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, run = results
    first = str(folder / "first")
    assert main(["fork", first, "--at", "2018-02-14", "--out", str(folder / "same"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["root"] == run.root.root
    changed = ["--set", "market.growth=0.3", "--out", str(folder / "other"), "--json"]
    assert main(["fork", str(folder / "same"), "--at", "2018-03-08", *changed]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["root"] != run.root.root
    assert told["since"] == "2018-03-05"
    (eldest,) = run_trees(folder)
    assert (eldest.folder.name, eldest.since, eldest.seed) == ("first", None, 5)
    (child,) = eldest.children
    (grandchild,) = child.children
    assert (child.change, child.since) == ("nothing changed", dt.date(2018, 2, 12))
    assert (grandchild.change, grandchild.root) == ("market.growth=0.3", told["root"])
    assert main(["tree", str(folder)]) == 0
    drawn = capsys.readouterr().out
    assert all(name in drawn for name in ("first", "same", "other", "market.growth=0.3"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--at", "2018-02-30"], "not a date"),
        (["--at", "2031-01-01"], "no week begins"),
        (["--at", "2018-02-14", "--set", "market.growt=0.3"], "did you mean market.growth"),
        (["--at", "2018-02-14", "--set", "sample=0.5"], "cannot change sample"),
        (["--at", "2018-02-14", "--set", "funds.purse=nobody"], "funds.purse"),
        (["--at", "2018-02-14", "--policy", "nowhere.toml"], "no such file"),
    ],
)
def test_a_wrong_fork_is_told_what_to_do(
    change: list[str], words: str, results: tuple[Path, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fork", str(results[0] / "first"), *change, "--out", str(tmp_path / "wrong")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "wrong").exists()


def test_a_run_killed_between_its_last_event_and_its_figures_gets_them_from_resume(
    short: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what was begun of them is removed; once they are there, nothing is left to do."""
    late, whole = tmp_path / "late", tmp_path / "whole"
    run = simulate(short, 5, out=late)
    draft = late / f"{INDICATORS}.{os.uname().nodename}-{2**22 + 1}-1.draft"  # of a process that no system has
    draft.write_text("{")
    run_and_publish(MODEL, short, whole, lambda watchers: simulate(short, 5, out=whole, watchers=watchers))
    assert main(["resume", str(late)]) == 0
    told = capsys.readouterr().out
    assert f"root {run.root.root}, manifest {run.root.manifest}" in told
    assert f"published {INDICATORS}; the run had ended without it" in told
    assert not draft.exists()
    assert verify_run(late).good
    mine, theirs = read_published(late), read_published(whole)
    assert mine is not None
    assert theirs is not None
    assert differences(mine.figures, theirs.figures) == []
    assert main(["resume", str(late)]) == 2
    assert "there is nothing to resume" in capsys.readouterr().err


def test_no_figures_are_published_of_a_run_whose_files_were_altered(
    short: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulate(short, 5, out=tmp_path / "run")
    tamper.rename(tmp_path / "run", EVENTS, "lot_sold", tamper.added("received_fen", 0, 100))
    assert main(["resume", str(tmp_path / "run")]) == 1
    assert "does not match the manifest" in capsys.readouterr().err
    assert not (tmp_path / "run" / INDICATORS).exists()


def test_a_fork_takes_a_policy_by_its_name_and_one_that_extends_another(
    results: tuple[Path, Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here the policy of the run itself, so nothing changes."""
    folder, run = results
    monkeypatch.chdir(tmp_path)
    own = CONFIGS / "policies" / "pooled_by_project.toml"
    (tmp_path / "mine.toml").write_text(f'extends = "{own}"\n', encoding="utf-8")
    for number, policy in enumerate(["pooled_by_project", "mine.toml"]):
        out = ["--out", str(tmp_path / str(number)), "--json"]
        assert main(["fork", str(folder / "first"), "--at", "2018-02-14", "--policy", policy, *out]) == 0
        assert json.loads(capsys.readouterr().out)["root"] == run.root.root


def test_a_run_that_kept_its_root_alone_is_written_out_with_the_same_root(short: Scenario, tmp_path: Path) -> None:
    run = simulate(short, 5, out=tmp_path / "digest", keep="digest")
    again = reproduce(known_run(tmp_path / "digest"), tmp_path / "full")
    assert again.root.root == run.root.root
    assert sum(event.rows for event, _ in JournalReader(tmp_path / "full", EVENTS).batches()) == run.root.events


def test_another_root_than_the_known_one_is_told(short: Scenario, tmp_path: Path) -> None:
    simulate(short, 5, out=tmp_path / "digest", keep="digest")
    known = known_run(tmp_path / "digest")
    other = replace(known, seed=known.seed + 1)
    with pytest.raises(VerificationError, match="simulated again it has"):
        reproduce(other, tmp_path / "full")


EXPERIMENT = """
name = "tiny"
title_en = "Tiny"
title_zh = "微型"
question = "?"
scenario = "mine.toml"
reference = "no_money"
replications = 2
[[arms]]
name = "no_money"
policy = "{configs}/policies/no_money.toml"
[[arms]]
name = "equal_split"
policy = "{configs}/policies/equal_split.toml"
"""


def test_any_member_of_an_experiment_is_written_out_in_full(tmp_path: Path) -> None:
    (tmp_path / "experiment.toml").write_text(EXPERIMENT.format(configs=CONFIGS), encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        f'extends = "{CONFIGS / "baseline.toml"}"\nsample = 0.002\nend = 2018-02-28\n', encoding="utf-8"
    )
    found = compare(tmp_path, tmp_path / "out", workers=1)
    known = known_run(tmp_path / "out", "equal_split", 2)
    assert known.root == found.runs.set_index(["arm", "seed"]).root["equal_split", 2]
    assert reproduce(known, tmp_path / "full").root.root == known.root
    with pytest.raises(EcsimError, match="arms are equal_split, no_money, seeds 1 to 2"):
        known_run(tmp_path / "out", "equal_split", 9)
    with pytest.raises(EcsimError, match="holds neither a run"):
        known_run(tmp_path)
