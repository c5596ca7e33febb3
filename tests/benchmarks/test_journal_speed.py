"""What the journal costs and gives at full scale, printed beside the budgets (``make bench``)."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecsim.audit.verify import verify_run
from ecsim.kernel.branching import branched
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.kernel.runs import open_run
from ecsim.kernel.sql import SqlSession
from ecsim.rural.events import EVENTS
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import load
from runs import CONFIGS

pytestmark = pytest.mark.benchmark
FULL = 1.0


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what came out, wall seconds and CPU seconds of all threads."""
    begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    found = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return found, time.perf_counter() - begun, cpu


@pytest.fixture(scope="module")
def full() -> Scenario:
    warm = load(CONFIGS / "scenarios" / "pooled_by_project.toml", {"sample": 0.002})
    simulate(warm, 1)
    return warm.model_copy(update={"sample": FULL})


@pytest.fixture(scope="module")
def run(full: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "run"
    bare, bare_wall, bare_cpu = timed(lambda: simulate(full, 1))
    kept, wall, cpu = timed(lambda: simulate(full, 1, out=folder, keep="all"))
    assert kept.root.root == bare.root.root
    million = kept.root.events / 1e6
    size = sum(path.stat().st_size for path in (folder.parent / "objects").rglob("*.parquet"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"\nfull scale, {million:.1f} M events: {bare_wall:.1f} s with the root alone, {wall:.1f} s with the journal"
        f" (budget 60 s); the journal takes {(wall - bare_wall) / million:.3f} s wall a million (0.1),"
        f" {(cpu - bare_cpu) / million:.3f} s CPU (0.2), {100 * (1 - bare_wall / wall):.0f} % of the wall time (25 %),"
        f" {size / kept.root.events:.1f} bytes an event (10); peak {peak:.1f} GB (4)"
    )
    return folder


def test_replay_beside_the_run_that_wrote_it(run: Path, full: Scenario) -> None:
    _, alone, _ = timed(lambda: simulate(full, 1))
    state, wall, _ = timed(lambda: replay_run(run))
    events = JournalReader(run, EVENTS).published
    assert events is not None
    print(
        f"\nreplay: {events.events / wall / 1e6:.1f} M events/s (budget 15), "
        f"{alone / wall:.1f} times as fast as the run (budget 3)"
    )
    assert state.count("stations") > 0


def test_a_fork_apart_from_restoring_the_state(run: Path, full: Scenario) -> None:
    stored = open_run(run)

    def branch() -> None:
        with branched(stored, 7 * 78, full, run.parent / f"fork-{time.monotonic_ns()}", "benchmark"):
            pass

    times = sorted(timed(branch)[1] for _ in range(5))
    print(f"\nfork at full scale: median {1000 * times[2]:.0f} ms (budget 50 ms)")


def test_verify(run: Path) -> None:
    found, wall, _ = timed(lambda: verify_run(run))
    print(f"\nverify: {found.events / wall / 1e6:.1f} M events/s (budget 5)")


def test_a_question_over_ten_million_events(run: Path) -> None:
    with SqlSession(run) as questions:
        many = questions.ask("SELECT count(*) AS n FROM lot_sold").frame()["n"][0]
        _, wall, _ = timed(lambda: questions.ask("SELECT channel, sum(sold_g) FROM lot_sold GROUP BY 1").frame())
    print(f"\nsql: {many / 1e6:.0f} M rows grouped in {wall:.2f} s; a 10 M {1e7 / many * wall:.2f} s (budget 0.5 s)")
