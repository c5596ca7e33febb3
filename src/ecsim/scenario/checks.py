"""Checks of scenario files and of the files that they name: each returns in a few words what its file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, counted
from ecsim.kernel.lazy import later
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.shocks import ActiveShock, check_shocks
from ecsim.kernel.validation import checked
from ecsim.rural.plans.filed import RowsRefusedError
from ecsim.rural.plans.plan import Plan
from ecsim.rural.plans.readable import ReadableRows
from ecsim.rural.plans.resolved import Fault
from ecsim.rural.programme.programme_files import load_programme
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Scenario as RuralScenario
from ecsim.scenario import parts
from ecsim.scenario.load import load, resolved
from ecsim.scenario.merged import merged, read_kind
from ecsim.scenario.openings import imported, model_that_opens, own_code
from ecsim.scenario.plans import read_plan
from ecsim.scenario.shipped import find

verdicts = later("ecsim.rural.plans.verdict")
"""It opens a region, with every rule and Mesa: only who checks a plan loads that."""


def check_scenario(file: Path) -> str:
    """Check a scenario, and that its run could begin."""
    policy = resolved(file).get("policy")
    rows = _readable(f"{file}: policy.plan", policy)
    scenario = _loaded(file, {"policy.plan": rows.content} if rows else {}, rows)
    parts.refuse_unlawful(getattr(scenario, "policy", None), f"{file}: policy")
    model = model_that_opens(scenario, str(file))
    unit = {1: "day", 7: "week"}.get(model.days, f"period of {model.days} days")
    periods = counted(scenario.periods(model.days), unit, f"periods of {model.days} days" if "of" in unit else None)
    of_policy = f", policy {scenario.policy.name}" if hasattr(scenario, "policy") else f" of the model {model.name}"
    told = f", {_plan_told(f'{file}: policy.plan', scenario, rows)}" if rows else ""
    return f"scenario of {periods}{of_policy}{imported(own_code(model, scenario))}{told}"


def check_policy(file: Path) -> str:
    """Check a policy and its shares against its rule book; a strategy of one's own is imported."""
    content = read_kind("policy", file)
    rows = _readable(str(file), content)
    with _told_with(rows):
        policy = parts.policy_of({**content, "plan": rows.content} if rows else content, str(file))
        parts.refuse_unlawful(policy, str(file))
    funds = policy.funds
    if rows:
        planned = _planned(policy.model_dump(mode="json"), rows)
        return f"policy, purse {funds.purse}, {_plan_told(str(file), planned, rows)}"
    strategy_of(funds, trust=True)
    return f"policy, purse {funds.purse}{imported([funds.strategy])}"


def check_plan(file: Path) -> str:
    """Check a plan against the rule book, as the government of the shipped baseline would, without a run.

    No floors are kept for counties: those are a policy's; check the policy that names the plan.
    """
    rows = _some_readable(str(file), ReadableRows.of(read_plan(file)))
    with _told_with(rows):
        plan = checked(Plan, rows.content, str(file))
    funds = {"strategy": "plan", "purse": plan.purse, "floor_share": 0.0}
    return _plan_told(str(file), _planned({"funds": funds, "plan": plan.model_dump(mode="json")}, rows), rows)


def _readable(where: str, policy: Any) -> ReadableRows | None:  # noqa: ANN401 (of a file)
    """Return the rows that can be read of the plan that a policy's content holds, if it holds one."""
    plan = policy.get("plan") if isinstance(policy, Mapping) else None
    return _some_readable(where, ReadableRows.of(plan)) if isinstance(plan, Mapping) else None


def _some_readable(where: str, rows: ReadableRows) -> ReadableRows:
    """Return the rows of a plan, if there is any that can be read, or none at all."""
    if rows.many and not rows.rows:
        raise EcsimError("\n".join([_faulty(where, rows, rows.faults), *(f"  {fault}" for fault in rows.faults)]))
    return rows


def _faulty(where: str, rows: ReadableRows, faults: Sequence[Fault]) -> str:
    return f"{where}: {counted(len(faults), 'fault')} in a plan of {counted(rows.many, 'row')}:"


@contextmanager
def _told_with(rows: ReadableRows | None) -> Iterator[None]:
    """Tell what is wrong with rows of a plan with what is wrong beside them.

    Raises
    ------
    EcsimError
        If something is wrong beside them.
    """
    try:
        yield
    except RowsRefusedError:
        raise
    except EcsimError as error:
        of_rows = [] if rows is None else [f"  {fault}" for fault in rows.faults]
        raise EcsimError("\n".join([str(error), *of_rows])) from error


def _loaded(file: Path, changes: Mapping[str, Any], rows: ReadableRows | None) -> Any:  # noqa: ANN401 (of any model)
    """Return a scenario with some values replaced, whose plan may have rows that cannot be taken."""
    try:
        with _told_with(rows):
            return load(file, changes)
    except RowsRefusedError as refused:
        return refused.scenario


def _planned(policy: dict[str, Any], rows: ReadableRows) -> RuralScenario:
    """Return the baseline under a policy; what the policy does not say is the baseline's own."""
    baseline = find("baseline", "scenarios")
    scenario: RuralScenario = _loaded(baseline, {"policy": merged(resolved(baseline)["policy"], policy)}, rows)
    return scenario


def _plan_told(where: str, scenario: RuralScenario, rows: ReadableRows) -> str:
    """Return what governments would make of the plan of a scenario's policy.

    Parameters
    ----------
    rows : of the whole plan, of which the scenario has those that can be read

    Raises
    ------
    EcsimError
        If rows cannot be taken or the plan breaks the rule book: what each purse places, and each fault with its cure.
    """
    model = model_of_scenario(scenario, trust=True)
    of_rest = verdicts.faults_of_cells(scenario, model, [row.cells for row in rows.rest])
    verdict = verdicts.verdict_of(scenario, model)
    warnings = tuple(rows.told(warning) for warning in verdict.warnings)
    verdict = replace(verdict, faults=rows.with_own(verdict.faults, of_rest), warnings=warnings)
    if verdict.faults:
        raise EcsimError(f"{_faulty(where, rows, verdict.faults)}\n{verdict}")
    return f"plan of {counted(rows.many, 'row')}:\n{verdict}"


def check_programme(file: Path) -> str:
    """Check a programme."""
    return f"programme of {counted(len(load_programme(file).targets), 'target')}"


def check_rule_book(file: Path) -> str:
    """Check a rule book."""
    return f"rule book of {counted(len(parts.load_rule_book(file).rules), 'rule')}"


def check_design(file: Path) -> str:
    """Check a station design."""
    return f"station design {parts.load_design(file).name}"


def check_shock(file: Path) -> str:
    """Check a shock; that its parameters exist is checked where they are the rural model's."""
    shock = parts.load_shock(file)
    groups = {effect.parameter.partition(".")[0] for effect in shock.effects}
    parameters = counted(len(shock.effects), "parameter")
    if not groups & {name.partition(".")[0] for name in rule_defaults().by_name}:
        return f"shock of {parameters} of a model that names {', '.join(sorted(groups))}"
    check_shocks([ActiveShock(shock=shock)], rule_defaults(), str(file))
    return f"shock of {parameters}"
