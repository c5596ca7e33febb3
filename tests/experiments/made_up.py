"""Functions that stand in for the simulation."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecsim.kernel.draws import Draws


def line(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a straight line with luck."""
    luck = float(Draws(seed).normal("line", 0, [0])[0])
    return {"y": 2.0 * parameters.get("a", 1.0) + parameters.get("b", 0.0) + luck, "z": luck}


def brittle(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Fail, hang or die where told to; each only where the marker file is not there yet, if one is named."""
    marker = Path(str(parameters["marker"])) / str(seed) if "marker" in parameters else None
    if seed in parameters.get("dies", ()) and (marker is None or _is_new(marker)):
        os.kill(os.getpid(), signal.SIGKILL)
    if seed in parameters.get("hangs", ()):
        time.sleep(60)
    if seed in parameters.get("fails", ()):
        raise ValueError(f"seed {seed} is unlucky")
    return line(parameters, seed)


def _is_new(marker: Path) -> bool:
    """Leave a marker and return whether it was not there; of two workers at once only one finds it so."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def ten_milliseconds(parameters: Mapping[str, Any], seed: int) -> float:
    """Take ten milliseconds of work."""
    until = time.perf_counter() + 0.01
    while time.perf_counter() < until:
        pass
    return float(seed)


def slow(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Sleep, then return the line."""
    time.sleep(float(parameters["seconds"]))
    return line(parameters, seed)


def noisy(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a line whose slope has luck too."""
    slope = 2.0 + float(Draws(seed).normal("slope", 0, [0])[0])
    return {"w": slope * parameters["a"]}


def sleeps_on(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return the line for the first four seeds; others keep on for a minute."""
    if seed > 4:
        time.sleep(60)
    return line(parameters, seed)
