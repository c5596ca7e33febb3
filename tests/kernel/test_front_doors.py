"""The kernel's front doors give what they promise, and reading a recorded run loads no compiler."""

import os
import subprocess
import sys

import pytest

from ecsim.kernel import journal, recorded, sql, toolkit

HEAVY = ("numba", "scipy", "pandas", "duckdb", "mesa", "simpy", "matplotlib")


@pytest.mark.parametrize("door", [toolkit, recorded, journal, sql], ids=lambda door: door.__name__)
def test_a_front_door_has_every_name_that_it_lists_each_once(door: object) -> None:
    names = door.__all__  # type: ignore[attr-defined]
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(door, name)] == []


def test_what_a_recorded_run_is_read_with_loads_nothing_heavy() -> None:
    program = f"import sys, ecsim.kernel.recorded; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
