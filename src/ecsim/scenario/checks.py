"""Checks of scenario files and of the files that they name: each returns in a few words what its file is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.lazy import later
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.shocks import ActiveShock, check_shocks
from ecsim.rural.programme.programme_files import load_programme
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Scenario as RuralScenario
from ecsim.scenario import parts
from ecsim.scenario.load import load, resolved
from ecsim.scenario.merged import merged
from ecsim.scenario.openings import imported, model_that_opens, own_code
from ecsim.scenario.plans import load_plan
from ecsim.scenario.shipped import find

verdicts = later("ecsim.rural.plans.verdict")
"""It opens a region, with every rule and Mesa: only who checks a plan loads that."""


def check_scenario(file: Path) -> str:
    """Check a scenario, and that its run could begin."""
    scenario = load(file)
    parts.refuse_unlawful(getattr(scenario, "policy", None), f"{file}: policy")
    model = model_that_opens(scenario, str(file))
    policy = f", policy {scenario.policy.name}" if hasattr(scenario, "policy") else f" of the model {model.name}"
    unit = {1: "days", 7: "weeks"}.get(model.days, f"periods of {model.days} days")
    plan = isinstance(scenario, RuralScenario) and scenario.policy.plan
    told = f", {_plan_told(f'{file}: policy.plan', scenario)}" if plan else ""
    return f"scenario of {scenario.periods(model.days)} {unit}{policy}{imported(own_code(model, scenario))}{told}"


def check_policy(file: Path) -> str:
    """Check a policy and its shares against its rule book; a strategy of one's own is imported."""
    policy = parts.load_policy(file)
    parts.refuse_unlawful(policy, str(file))
    funds = policy.funds
    if policy.plan is not None:
        return f"policy, purse {funds.purse}, {_plan_told(str(file), _planned(policy.model_dump(mode='json')))}"
    strategy_of(funds, trust=True)
    return f"policy, purse {funds.purse}{imported([funds.strategy])}"


def check_plan(file: Path) -> str:
    """Check a plan against the rule book, as the government of the shipped baseline would, without a run.

    No floors are kept for counties: those are a policy's; check the policy that names the plan.
    """
    plan = load_plan(file)
    funds = {"strategy": "plan", "purse": plan.purse, "floor_share": 0.0}
    return _plan_told(str(file), _planned({"funds": funds, "plan": plan.model_dump(mode="json")}))


def _planned(policy: dict[str, Any]) -> RuralScenario:
    """Return the baseline under a policy; what the policy does not say is the baseline's own."""
    baseline = find("baseline", "scenarios")
    scenario: RuralScenario = load(baseline, {"policy": merged(resolved(baseline)["policy"], policy)})
    return scenario


def _plan_told(where: str, scenario: RuralScenario) -> str:
    """Return what governments would make of the plan of a scenario's policy.

    Raises
    ------
    EcsimError
        If the plan breaks the rule book: what each purse places, and each fault with what would cure it.
    """
    assert scenario.policy.plan is not None
    verdict = verdicts.verdict_of(scenario, model_of_scenario(scenario, trust=True))
    told = f"plan of {len(scenario.policy.plan.projects):,} rows:\n{verdict}"
    if verdict.faults:
        raise EcsimError(f"{where}: {len(verdict.faults)} fault{'s' * (len(verdict.faults) > 1)} in a {told}")
    return told


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
