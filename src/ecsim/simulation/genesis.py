"""Where a run's events come from: scenario, seed, region, rules; the first line of its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ecsim.scenario.config import Scenario

LOOKS_ON = {"cli", "report", "experiments", "audit", "query", "export", "app"}
"""Packages that no event of a run depends on."""


def genesis_of(scenario: Scenario, seed: int, region: Mapping[str, str], sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return what the first line of a journal says: where its events come from; ``region`` names pack and digest."""
    return {
        "scenario": scenario.model_dump(mode="json"),
        "scenario_digest": scenario.digest(),
        "seed": seed,
        "code": code_version(),
        "region": dict(region),
        "sizes": dict(sizes),
    }


@lru_cache
def code_version() -> str:
    """Return what a run's numbers depend on: versions, and a digest of ecsim's own rules and parameters."""
    home = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        if path.suffix in {".py", ".toml"} and path.parts[len(home.parts)] not in LOOKS_ON:
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    versions = " ".join(f"{name}-{version(name)}" for name in ("ecsim", "numpy", "numba", "scipy"))
    return f"{versions} rules-{digest.hexdigest()[:16]}"
