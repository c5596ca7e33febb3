"""What a configuration file is, by what it says: scenario, policy, station design, shock, experiment or space."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ecsim.experiments.config import Experiment
from ecsim.experiments.running.plan import check_regions, made_ready
from ecsim.kernel.errors import EcsimError, shortened
from ecsim.kernel.parameters import load_parameters
from ecsim.kernel.validation import checked
from ecsim.rural.programme.notice import Programme, load_programme
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.scenario import Policy, Scenario, StationDesign
from ecsim.rural.shocks import ActiveShock, Shock, check_shocks
from ecsim.scenario.kinds import TITLES, likeliest
from ecsim.scenario.load import load, load_design, load_policy, load_shock, read_kind, read_merged
from ecsim.scenario.shipped import EXPERIMENT, find
from ecsim.statistics.space import Space

SCHEMAS: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "policy": Policy,
    "programme": Programme,
    "design": StationDesign,
    "shock": Shock,
    "experiment": Experiment,
    "space": Space,
}


def check_file(path: Path) -> str:
    """Return what a file is, if all that it says is allowed.

    Raises
    ------
    EcsimError
        If it says what is not allowed, or is none of the known kinds.
    """
    file = find(path)
    return CHECKS[kind_of(file, read_merged(file))](file)


def studies_in(folder: Path) -> list[Path]:
    """Return the files of every study that lies in a folder; none if the folder is a study itself."""
    studies = [] if (folder / EXPERIMENT).is_file() else sorted(folder.glob(f"*/{EXPERIMENT}"))
    return [file for study in studies for file in sorted(study.parent.glob("*.toml"))]


def kind_of(file: Path, content: dict[str, Any]) -> str:
    """Return the kind whose keys a file has most of, so that a key misspelt does not hide what is meant.

    Raises
    ------
    EcsimError
        If it has no key of any kind, or is a list of project types.
    """
    if file.name == EXPERIMENT:
        return "experiment"
    kind = likeliest(content)
    if kind is None:
        raise EcsimError(f"{file}: {_strange(content)}; `ecsim schema KIND` tells what {', '.join(SCHEMAS)} hold")
    if kind not in SCHEMAS:
        raise EcsimError(f"{file}: this is {TITLES[kind]}; check that scenario")
    return kind


def _strange(content: dict[str, Any]) -> str:
    if not content:
        return "is empty"
    every = {key for model in SCHEMAS.values() for key in model.model_fields}
    near = [near for key in content for near in get_close_matches(key, every, n=1)]
    hint = f" — did you mean {near[0]!r}?" if near else ""
    return f"has the keys {shortened(', '.join(content))}, which no kind of file has{hint}"


def _scenario(file: Path) -> str:
    scenario = load(file)
    strategy_of(scenario.policy.funds, trust=True)
    check_regions({str(file): scenario})
    own = _imported([scenario.policy.funds.strategy])
    return f"scenario of {scenario.weeks} weeks, policy {scenario.policy.name}{own}"


def _policy(file: Path) -> str:
    funds = load_policy(file).funds
    strategy_of(funds, trust=True)
    return f"policy, purse {funds.purse}{_imported([funds.strategy])}"


def _programme(file: Path) -> str:
    return f"programme of {len(load_programme(file).targets)} targets"


def _design(file: Path) -> str:
    return f"station design {load_design(file).name}"


def _shock(file: Path) -> str:
    shock = load_shock(file)
    check_shocks([ActiveShock(shock=shock)], load_parameters(), str(file))
    return f"shock of {len(shock.effects)} parameters"


def _experiment(file: Path) -> str:
    plan = made_ready(file)
    strategies = [scenario.policy.funds.strategy for scenario in plan.scenarios.values()]
    own = _imported([*([plan.experiment.model] if plan.experiment.model else []), *strategies])
    return f"experiment of {len(plan.arms)} arms, {plan.points} points, {plan.runs} runs{own}"


def _imported(names: Iterable[str]) -> str:
    """Return what to say of the code that a file names: to check it, its module was imported."""
    modules = sorted({name.partition(":")[0] for name in names if ":" in name})
    return f"; imported {', '.join(modules)}" if modules else ""


def _space(file: Path) -> str:
    return f"space of {len(load_space(file))} parameters"


CHECKS: dict[str, Callable[[Path], str]] = {
    "scenario": _scenario,
    "policy": _policy,
    "programme": _programme,
    "design": _design,
    "shock": _shock,
    "experiment": _experiment,
    "space": _space,
}


def load_space(path: Path | str) -> Space:
    """Return the space of a TOML file: one table ``[parameters.<name>]`` a parameter.

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed.
    """
    return checked(Space, read_kind("space", Path(path)), str(path))
