"""Checks of scenario files and of the files that they name: each returns in a few words what its file is."""

from __future__ import annotations

from pathlib import Path

from ecsim.kernel.shocks import ActiveShock, check_shocks
from ecsim.rural.programme.programme_files import load_programme
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.rules import rule_defaults
from ecsim.scenario import parts
from ecsim.scenario.load import load
from ecsim.scenario.openings import imported, model_that_opens, own_code


def check_scenario(file: Path) -> str:
    """Check a scenario, and that its run could begin."""
    scenario = load(file)
    parts.refuse_unlawful(getattr(scenario, "policy", None), f"{file}: policy")
    model = model_that_opens(scenario, str(file))
    policy = f", policy {scenario.policy.name}" if hasattr(scenario, "policy") else f" of the model {model.name}"
    unit = {1: "days", 7: "weeks"}.get(model.days, f"periods of {model.days} days")
    return f"scenario of {scenario.periods(model.days)} {unit}{policy}{imported(own_code(model, scenario))}"


def check_policy(file: Path) -> str:
    """Check a policy and its shares against its rule book; a strategy of one's own is imported."""
    policy = parts.load_policy(file)
    parts.refuse_unlawful(policy, str(file))
    funds = policy.funds
    strategy_of(funds, trust=True)
    return f"policy, purse {funds.purse}{imported([funds.strategy])}"


def check_programme(file: Path) -> str:
    """Check a programme."""
    return f"programme of {len(load_programme(file).targets)} targets"


def check_rule_book(file: Path) -> str:
    """Check a rule book."""
    return f"rule book of {len(parts.load_rule_book(file).rules)} rules"


def check_design(file: Path) -> str:
    """Check a station design."""
    return f"station design {parts.load_design(file).name}"


def check_shock(file: Path) -> str:
    """Check a shock; that its parameters exist is checked where they are the rural model's."""
    shock = parts.load_shock(file)
    groups = {effect.parameter.partition(".")[0] for effect in shock.effects}
    if not groups & {name.partition(".")[0] for name in rule_defaults().by_name}:
        return f"shock of {len(shock.effects)} parameters of a model that names {', '.join(sorted(groups))}"
    check_shocks([ActiveShock(shock=shock)], rule_defaults(), str(file))
    return f"shock of {len(shock.effects)} parameters"
