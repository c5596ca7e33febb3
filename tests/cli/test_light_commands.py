"""A command that simulates nothing loads no library of simulation or statistics."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecsim.rural.simulate import simulate
from tiny import tiny_scenario

ROOT = Path(__file__).parents[2]
SIMULATION = ("mesa", "simpy", "numba", "pandas", "scipy.stats", "scipy.spatial", "SALib", "matplotlib")

PROGRAM = """
import json, sys
from ecsim.cli.main import main
watched, commands = map(json.loads, sys.argv[1:])
found, before = [], set()
for command in commands:
    try:
        status = main(command)
    except SystemExit as ended:
        status = ended.code or 0
    new = [name for name in watched if name in sys.modules and name not in before]
    before.update(new)
    found.append([status, new])
print()
print(json.dumps(found))
"""


def loaded(*commands: Sequence[str]) -> list[list[str]]:
    """Return which libraries of simulation each command is the first to load, one after the other in a new process."""
    asked = [sys.executable, "-c", PROGRAM, json.dumps(SIMULATION), json.dumps(commands)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120)
    found = json.loads(told.stdout.splitlines()[-1])
    assert [status for status, _ in found] == [0] * len(commands), told.stderr
    return [new for _, new in found]


LIGHT = (
    ("--help",),
    ("compare", "--help"),
    ("validate", "--help"),
    *[("list", kind) for kind in ("experiments", "scenarios", "policies", "designs", "shocks", "programmes")],
    *[("list", kind) for kind in ("indicators", "events", "parameters")],
    *[("schema", kind) for kind in ("scenario", "policy", "experiment", "space")],
    ("check", "configs/baseline.toml", "configs/policies/pooled_by_project.toml"),
)


def test_to_list_and_check_needs_no_library_of_simulation() -> None:
    assert dict(zip(LIGHT, loaded(*LIGHT), strict=True)) == {command: [] for command in LIGHT}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("light") / "run"
    simulate(tiny_scenario({"end": "2018-03-31"}), 1, out=folder)
    return str(folder)


def test_a_query_needs_none_either(run: str) -> None:
    assert loaded(("sql", run, "select count(*) from lot_sold")) == [[]]


@pytest.mark.parametrize("command", [("verify",), ("replay", "--at", "2018-02-19")], ids=" ".join)
def test_to_fold_a_run_needs_the_compiled_changes_of_its_state_and_nothing_more(
    run: str, command: tuple[str, ...]
) -> None:
    assert loaded((command[0], run, *command[1:])) == [["numba"]]


def test_a_run_is_seen_to_load_them(run: str) -> None:
    (found,) = loaded(("fork", run, "--at", "2018-03-05", "--out", f"{run}-fork"))
    assert {"mesa", "numba"} <= set(found)
