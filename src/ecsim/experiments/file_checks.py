"""What a configuration file is, by what it says: scenario, policy, station design, shock, experiment or space."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ecsim.experiments.config import Experiment, simulated
from ecsim.experiments.openings import check_openings
from ecsim.kernel.errors import EcsimError, shortened
from ecsim.kernel.scenario import Scenario as KernelScenario
from ecsim.kernel.shocks import ActiveShock, Shock, check_shocks
from ecsim.kernel.user_code import OURS
from ecsim.kernel.validation import checked
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.programme_files import load_programme
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Policy, Scenario, StationDesign
from ecsim.scenario.file_kinds import TITLES, likeliest
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
    model = simulated(scenario)
    check_openings(model, {str(file): scenario})
    named = [*model.hooks.own_code(scenario), *scenario.extensions, *own_model(scenario)]
    policy = f", policy {scenario.policy.name}" if hasattr(scenario, "policy") else f" of the model {model.name}"
    unit = {1: "days", 7: "weeks"}.get(model.days, f"periods of {model.days} days")
    return f"scenario of {scenario.periods(model.days)} {unit}{policy}{_imported(named)}"


def own_model(scenario: KernelScenario) -> list[str]:
    """Return the model that a scenario names, if it is none that comes with ecsim."""
    return [] if scenario.model.startswith(OURS) else [scenario.model]


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
    groups = {effect.parameter.partition(".")[0] for effect in shock.effects}
    if not groups & {name.partition(".")[0] for name in rule_defaults().by_name}:
        return f"shock of {len(shock.effects)} parameters of a model that names {', '.join(sorted(groups))}"
    check_shocks([ActiveShock(shock=shock)], rule_defaults(), str(file))
    return f"shock of {len(shock.effects)} parameters"


def _experiment(file: Path) -> str:
    from ecsim.experiments.running.plan import resolve_plan

    plan = resolve_plan(file)
    named = [plan.experiment.function] if plan.experiment.function else []
    for scenario in plan.scenarios.values():
        assert plan.model is not None
        named += [*plan.model.hooks.own_code(scenario), *scenario.extensions, *own_model(scenario)]
    own = _imported(named)
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
