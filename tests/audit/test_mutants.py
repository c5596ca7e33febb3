"""Whatever a manifest says, a command answers or ends with one sentence, in bounded memory."""

from __future__ import annotations

import datetime as dt
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutants import mutant

import tamper
from ecsim.audit.published import run_and_publish
from ecsim.cli.main import main
from ecsim.kernel.forks import fork
from ecsim.kernel.journal.manifest import MANIFEST
from ecsim.rural.model import MODEL
from ecsim.rural.simulate import simulate
from runs import scenario

COMMANDS = (
    ("verify", "{run}"),
    ("sql", "{run}", "SELECT count(*), sum(received_fen) FROM lot_sold_named"),
    ("replay", "{run}", "--at", "2018-01-10"),
    ("tree", "{run}"),
    ("trace", "{run}", "buyers_share", "--county", "会泽县"),
)
"""A tree is drawn of the run's own folder: its kin are not looked at."""
MOST_BYTES = 3 * 2**30
"""Memory that a command may add."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run, one that kept its root alone, and a fork, in folders of their own."""
    of, home = scenario(sample=0.0005, end=dt.date(2018, 1, 21)), tmp_path_factory.mktemp("mutants")
    whole, digest, child = (home / name for name in ("whole", "digest", "fork"))
    run_and_publish(MODEL, of, whole, lambda watchers: simulate(of, 1, out=whole, watchers=watchers))
    run_and_publish(MODEL, of, digest, lambda watchers: simulate(of, 1, out=digest, keep="digest", watchers=watchers))
    run_and_publish(MODEL, of, child, lambda watchers: fork(whole, 7, of, out=child, watchers=watchers))
    return {"whole": whole, "digest": digest, "fork": child}


@pytest.fixture
def little_memory() -> Iterator[None]:
    """Let the process have so much more memory than it has, no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    words = Path("/proc/self/status").read_text(encoding="ascii").split()
    has = 1024 * int(words[words.index("VmData:") + 1])
    resource.setrlimit(resource.RLIMIT_DATA, (has + MOST_BYTES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _ends_well(run: Path, commands: tuple[tuple[str, ...], ...], capsys: pytest.CaptureFixture[str], what: str) -> None:
    for command in commands:
        try:
            status = main([word.format(run=run) for word in command])
        except Exception as error:
            pytest.fail(f"{what}: {command[0]} ends in {error!r}")
        told = capsys.readouterr().err.replace("\r", "\n").splitlines()
        problems = [line for line in told if line.startswith("ecsim: ")]
        assert status in (0, 1, 2), (what, command[0])
        assert status == 0 or problems or (command[0], status) in (("verify", 1), ("trace", 1)), (what, command[0])
        assert command[0] != "verify" or status, f"{what}: verify calls it good"


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("name", ["whole", "digest", "fork"])
@pytest.mark.parametrize("many", [pytest.param(30, id="some"), pytest.param(600, id="many", marks=pytest.mark.slow)])
def test_a_manifest_of_which_anything_was_changed_ends_in_an_answer_or_a_sentence(
    many: int, name: str, runs: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """And `verify` calls none of them good."""
    run = runs[name]
    good, lines = (run / MANIFEST).read_bytes(), tamper._lines(run)
    try:
        for seed in range(many):
            changed, what = mutant(lines, seed)
            tamper.chain(run, changed)
            if (run / MANIFEST).read_bytes() != good:
                _ends_well(run, COMMANDS, capsys, f"{name} {seed}: {what}")
    finally:
        (run / MANIFEST).write_bytes(good)
    assert main(["verify", str(run)]) == 0
