"""A small run that the tests of replaying share: stations that do not pay, so that some are shut and given up."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import lru_cache
from pathlib import Path

from ecsim.rural.simulate import simulate
from ecsim.rural.state import State
from runs import least_paid, scenario

START, LAST_DAY, END = dt.date(2018, 1, 1), dt.date(2019, 10, 6), dt.date(2019, 10, 8)
"""The last whole week ends two days before the scenario does."""
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@lru_cache
def ended() -> tuple[Path, State]:
    """Return the folder of the run, and the state it ended in."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix="replayed-"))
    folder = Path(_KEPT[-1].name) / "run"
    of = scenario(sample=0.002, end=END, **{"policy.station_design": "stand_alone"})
    of = of.model_copy(update={"designs": tuple(least_paid(design) for design in of.designs)})
    return folder, simulate(of, 1, out=folder).state
