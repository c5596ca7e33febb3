"""Small whole runs of the tiny region for tests of what an evaluator does: with money, checks and evaluations."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ecsim.audit.published import run_and_publish
from ecsim.rural.model import MODEL
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from tiny import tiny_scenario

COUNTY, OTHER = "上河县", "下坪县"
SOON = {
    "start": "2018-10-01",
    "end": "2020-03-31",
    "parameters.funds.county_capacity": 20.0,
    "parameters.funds.plan_lag_weeks": 4,
    "parameters.procurement.fewest_bidders": 1,
    "parameters.governance.formal_faults": 0.0,
    "parameters.governance.checked": 1.0,
    "parameters.governance.pressure": 0.0,
}
"""Offices that are done in time, so that there is something to evaluate; reports are checked, and are true."""
LAX = {
    **SOON,
    "policy.rule_book.on_breach": "flag",
    "policy.funds.exclusive_use": 0.3,
    "parameters.governance.diversion": 0.3,
    "parameters.governance.audited": 1.0,
    "parameters.governance.pressure": 1.0,
    "parameters.governance.visit_weeks": 0,
}
"""A government that lets breaches through and marks them; counties that divert money, lie and are found out."""
_HOME = TemporaryDirectory(prefix="ecsim-")


@lru_cache(maxsize=8)
def _ended(policy: str, changes: tuple[tuple[str, Any], ...]) -> Path:
    scenario = tiny_scenario(dict(changes), policy=policy)
    folder = Path(_HOME.name) / f"run-{len(list(Path(_HOME.name).iterdir()))}"
    return ended_run(scenario, folder)


def ended_run(scenario: Scenario, folder: Path) -> Path:
    """Return the folder of a run of a scenario, figures published."""
    run_and_publish(MODEL, scenario, folder, lambda watchers: simulate(scenario, 1, out=folder, watchers=watchers))
    return folder


def evaluated(changes: dict[str, Any], policy: str = "pooled_by_project") -> Path:
    """Return the folder of a run of the tiny region; made once for all tests that ask for the same."""
    return _ended(policy, tuple(sorted(changes.items())))
