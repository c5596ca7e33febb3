"""Runs killed at any moment, again and again: nothing acknowledged is lost, the root is that of an unbroken run."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import weeks
from killed import Forked, Told
from weeks import KINDS, brought_to_its_end, unbroken_root, whole_weeks

from ecsim.kernel.journal import JournalReader, disk, journal, verify
from ecsim.kernel.resuming import resume
from ecsim.rural.events import EVENTS
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from runs import CONFIGS, scenario

LONG = 12
"""Weeks of a made-up run; it is sealed after every second."""
Act = Callable[[Path, Told], object]


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEAL_EVENTS", weeks.SEAL_EVENTS)


def killed_until_it_ends(folder: Path, act: Act, first: float, chance: random.Random) -> int:
    """Return how often a run was killed before it came to its end; each time what it had told of is still there.

    Parameters
    ----------
    first : seconds within which the first kill comes; each later one may take a little longer
    """
    kills, known = 0, -1
    while True:
        process = Forked(lambda told: act(folder, told))
        killed = process.killed_after(chance.uniform(0.0, first * 1.1**kills))
        known = max(known, process.known)
        if not killed:
            return kills
        kills += 1
        assert whole_weeks(folder) >= known, f"week {known} was acknowledged"


@pytest.mark.usefixtures("sealing")
@pytest.mark.parametrize("kills", [100, pytest.param(2_000, marks=pytest.mark.slow)])
def test_a_made_up_run_outlives_hundreds_of_kills(kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "sync", lambda _: None)  # a kill takes nothing from the system; so more of them fit
    root, chance, done, runs = unbroken_root(LONG), random.Random(kills), 0, 0
    while done < kills:
        folder = tmp_path / str(runs) / "run"
        first = chance.choice([0.01, 0.03, 0.09])
        done += killed_until_it_ends(folder, lambda place, told: brought_to_its_end(place, LONG, told), first, chance)
        found = verify(folder, KINDS)
        assert (found.closed, found.root, found.findings) == (True, root, ())
        shutil.rmtree(folder.parent)
        runs += 1
    assert runs > kills / 50


def simulated(of: Scenario, folder: Path, told: Told) -> None:
    """Run a scenario or go on with it, as somebody does who finds the folder after a kill."""

    def progress(week: int, _: int) -> None:
        told(week)

    if not (folder / "manifest.jsonl").exists():
        simulate(of, 3, out=folder, progress=progress)
    elif not JournalReader(folder, EVENTS).published:
        resume(folder, progress=progress)


@pytest.mark.parametrize("kills", [2, pytest.param(240, marks=pytest.mark.slow)])
def test_a_simulation_outlives_hundreds_of_kills(kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEAL_EVENTS", 20_000)
    of = scenario(sample=0.002, end=dt.date(2018, 4, 30))
    root = simulate(of, 3).root.root  # children begin warm: compiled, with the region in memory
    begun = time.perf_counter()
    assert simulate(of, 3, out=tmp_path / "unbroken" / "run").root.root == root
    seconds = time.perf_counter() - begun
    assert len(JournalReader(tmp_path / "unbroken" / "run", EVENTS).seals) > 4
    chance, done, runs = random.Random(kills), 0, 0
    while done < kills:
        folder = tmp_path / str(runs) / "run"
        done += killed_until_it_ends(folder, lambda place, told: simulated(of, place, told), seconds, chance)
        found = verify(folder, EVENTS)
        assert (found.closed, found.root, found.findings) == (True, root, ())
        shutil.rmtree(folder.parent)
        runs += 1


@pytest.mark.slow
def test_commands_killed_and_resumed_print_the_root_of_an_unbroken_run(tmp_path: Path) -> None:
    settings = ["--set", "sample=0.002", "--set", "end=2018-04-30", "--seed", "3"]
    config = str(CONFIGS / "scenarios" / "pooled_by_project.toml")
    root, chance = simulate(scenario(sample=0.002, end=dt.date(2018, 4, 30)), 3).root.root, random.Random(1)

    def ecsim(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "ecsim.cli.main", *arguments, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    for number in range(5):
        folder = tmp_path / str(number)
        process = ecsim("run", config, *settings, "--out", str(folder))
        while not list(folder.glob("tail-*")):
            time.sleep(0.01)
        for _ in range(3):
            time.sleep(chance.uniform(0.0, 2.0))
            process.kill()
            process.wait()
            if JournalReader(folder, EVENTS).published:
                break
            process = ecsim("resume", str(folder))
        process.wait()
        published = JournalReader(folder, EVENTS).published
        assert published
        assert published.root == root
