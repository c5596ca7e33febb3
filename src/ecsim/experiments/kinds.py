"""What a configuration file is, by what it says: scenario, policy, station design, shock or experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ecsim.errors import EcsimError
from ecsim.experiments.config import FILE, Experiment
from ecsim.experiments.running.plan import made_ready
from ecsim.scenario.config import Policy, Scenario, StationDesign
from ecsim.scenario.load import load, load_design, load_policy, load_shock, read_merged
from ecsim.scenario.parameter import load_parameters
from ecsim.scenario.shocks import ActiveShock, Shock, check_shocks

SCHEMAS: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "policy": Policy,
    "design": StationDesign,
    "shock": Shock,
    "experiment": Experiment,
}


def check_file(path: Path) -> str:
    """Return what a file is, if all that it says is allowed.

    Raises
    ------
    EcsimError
        If it says what is not allowed, or is none of the known kinds.
    """
    file = path / FILE if path.is_dir() else path
    content = read_merged(file, {})
    if "arms" in content:
        plan = made_ready(file)
        return f"experiment of {len(plan.arms)} arms, {plan.points} points, {plan.runs} runs"
    if "effects" in content:
        shock = load_shock(file)
        check_shocks([ActiveShock(shock=shock)], load_parameters(), str(file))
        return f"shock of {len(shock.effects)} parameters"
    if "funds" in content:
        return f"policy, purse {load_policy(file).funds.purse}"
    if "capex_yuan" in content:
        return f"station design {load_design(file).name}"
    return _scenario(file, content)


def _scenario(file: Path, content: dict[str, Any]) -> str:
    if not {"policy", "extends", "region", "start"} & content.keys():
        raise EcsimError(f"{file}: is no {', '.join(SCHEMAS)}; it has the keys {', '.join(content) or 'none'}")
    scenario = load(file)
    return f"scenario of {scenario.weeks} weeks, policy {scenario.policy.name}"
