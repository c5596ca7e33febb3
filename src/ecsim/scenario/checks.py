"""Checks of scenario files and of the files that they name: each returns in a few words what its file is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, counted, hint, shown
from ecsim.kernel.lazy import later
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.shocks import ActiveShock, check_shocks
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.plans.filed import RowsRefusedError
from ecsim.rural.plans.plan import Plan
from ecsim.rural.plans.readable import ReadableRows
from ecsim.rural.plans.resolved import Fault
from ecsim.rural.programme.programme_files import load_programme
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Policy
from ecsim.rural.scenario import Scenario as RuralScenario
from ecsim.scenario import parts
from ecsim.scenario.file_kinds import PROJECTS
from ecsim.scenario.load import changed, load, resolved
from ecsim.scenario.merged import merged, read_kind, read_merged
from ecsim.scenario.openings import check_openings, imported, own_code
from ecsim.scenario.plans import read_plan

verdicts = later("ecsim.rural.plans.verdict")
"""It opens a region, with every rule and Mesa: only who checks a plan loads that."""
JUDGED_BY = (
    "region", "programme", "projects", "designs", "parameters", "extensions", "policy.rule_book",
    "policy.funds.central", "policy.funds.multiplier",
)  # fmt: skip
"""Keys of a scenario by which a plan is judged that is checked alone, as the baseline has them."""


def check_scenario(file: Path) -> str:
    """Check a scenario, and that its run could begin."""
    content = resolved(file)
    rows = _readable(f"{file}: policy.plan", content.get("policy"))
    scenario = _with_wrong_rows(lambda: load(file, {"policy.plan": rows.content} if rows else {}), rows)
    parts.refuse_unlawful(getattr(scenario, "policy", None), f"{file}: policy")
    model = model_of_scenario(scenario, trust=True)
    with suppress(RowsRefusedError):  # they are told with what else the plan breaks
        check_openings(model, {str(file): scenario})
    unit = {1: "day", 7: "week"}.get(model.days, f"period of {model.days} days")
    periods = counted(scenario.periods(model.days), unit, f"periods of {model.days} days" if "of" in unit else None)
    of_policy = f", policy {scenario.policy.name}" if hasattr(scenario, "policy") else f" of the model {model.name}"
    missed = ""
    if isinstance(scenario, RuralScenario):
        _refuse_unlisted_names(content.get("programme"), scenario.programme.rule_book, f"{file}: programme.rule_book")
        _refuse_unlisted_names(content.get("policy"), scenario.policy.rule_book, f"{file}: policy.rule_book")
        missed = "".join(f"\n  warning: {words}" for words in _days_missed(scenario))
    told = f", {_plan_told(f'{file}: policy.plan', scenario, rows)}" if rows else ""
    return f"scenario of {periods}{of_policy}{imported(own_code(model, scenario))}{told}{missed}"


def _days_missed(scenario: RuralScenario) -> Iterator[str]:
    """Yield in words which days of the programme lie before the run begins, so that nothing happens on them."""
    dates, reports = scenario.programme.dates, scenario.programme.reports
    days = [(f"dates.{name}", getattr(dates, name)) for name in ("notice", "plan_due", "second_tranche")]
    days += [(f"reports: {report.kind}", report.date) for report in reports]
    for name, day in days:
        if day is not None and day < scenario.start:
            yield (
                f"programme.{name} is of {day}, before the run begins on {scenario.start}: it never comes — write a "
                "later date, or start the run before it"
            )


def _refuse_unlisted_names(holder: Any, book: RuleBook, where: str) -> None:  # noqa: ANN401 (of a file)
    """Refuse Chinese names of uses that their rule does not list, as nobody could write them.

    Parameters
    ----------
    holder : of the rule book, as its file has it; names that stand in for what it leaves out are not its own
    book : the whole of it
    """
    own = holder.get("rule_book", {}).get("rules", {}) if isinstance(holder, Mapping) else {}
    unlisted = [
        (name, use) for name, rule in own.items() for use in rule.get("uses_zh", {}) if use not in book.rules[name].uses
    ]
    if unlisted:
        raise EcsimError("\n".join(f"{where}: {_unlisted(name, use, book.rules[name].uses)}" for name, use in unlisted))


def _unlisted(rule: str, use: str, uses: Sequence[str]) -> str:
    near = hint(use, uses, f"they are {', '.join(uses)}" if uses else "it has none")
    return f"rules.{rule}.uses_zh names {shown(use)}, which is none of the rule's uses; {near}"


def check_policy(file: Path) -> str:
    """Check a policy and its shares against its rule book; a strategy of one's own is imported."""
    content = read_kind("policy", file)
    rows = _readable(str(file), content)
    with _told_with(rows):
        policy = parts.policy_of({**content, "plan": rows.content} if rows else content, str(file))
        parts.refuse_unlawful(policy, str(file))
        _refuse_unlisted_names(content, policy.rule_book, f"{file}: rule_book")
        _refuse_unknown_uses(policy, str(file))
    funds = policy.funds
    if rows:
        planned = _planned(policy.model_dump(mode="json"), rows, str(file))
        return f"policy, purse {funds.purse}, {_plan_told(str(file), planned, rows)}"
    strategy_of(funds, trust=True)
    return f"policy, purse {funds.purse}{imported([funds.strategy])}"


def _refuse_unknown_uses(policy: Policy, where: str) -> None:
    try:
        policy.rule_book.check_uses(policy.funds.uses, "funds.uses")
    except ValueError as error:
        raise EcsimError(f"{where}: {error}") from None


def check_plan(file: Path) -> str:
    """Check a plan against the rule book, as the government of the shipped baseline would, without a run.

    Money is split as the plan says, equally where it does not. No floors are kept for counties: those are a policy's;
    check the policy that names the plan.
    """
    rows = _some_readable(str(file), ReadableRows.of(read_plan(file)))
    with _told_with(rows):
        plan = checked(Plan, rows.content, str(file))
    funds = {"strategy": "plan", "purse": plan.purse, "split": plan.split or "equal", "floor_share": 0.0}
    policy = {"funds": funds, "plan": plan.model_dump(mode="json")}
    return _plan_told(str(file), _planned(policy, rows, str(file)), rows)


def unlike_baseline(scenario: Mapping[str, Any]) -> list[str]:
    """Return which of the keys by which `check_plan` judges say something else in a scenario than in the baseline.

    Parameters
    ----------
    scenario : as a journal holds it
    """
    baseline = load("baseline").model_dump(mode="json")
    return [key for key in JUDGED_BY if _value_at(scenario, key) != _value_at(baseline, key)]


def _value_at(content: Any, key: str) -> Any:  # noqa: ANN401 (of any type)
    for part in key.split("."):
        content = content.get(part, {})
    return content


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


def _with_wrong_rows(read: Callable[[], Any], rows: ReadableRows | None) -> Any:  # noqa: ANN401 (of any model)
    """Return the scenario that a reading gives, whose plan may have rows that cannot be taken."""
    try:
        with _told_with(rows):
            return read()
    except RowsRefusedError as refused:
        return refused.scenario


def _planned(policy: dict[str, Any], rows: ReadableRows, where: str) -> RuralScenario:
    """Return the baseline under a policy; what the policy does not say is the baseline's own.

    Parameters
    ----------
    where : the file that messages name, as what is wrong is wrong in it
    """
    baseline: RuralScenario = load("baseline")
    own = merged(baseline.policy.model_dump(mode="json", exclude={"rule_book"} & policy.keys()), policy)
    scenario: RuralScenario = _with_wrong_rows(lambda: changed(baseline, {}, where, own), rows)
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
    programme, content = load_programme(file), read_merged(file)
    named = content.get("rule_book")
    holder = {"rule_book": read_toml(file.parent / named)} if isinstance(named, str) else content
    _refuse_unlisted_names(holder, programme.rule_book, f"{file}: rule_book")
    return f"programme of {counted(len(programme.targets), 'target')}"


def check_rule_book(file: Path) -> str:
    """Check a rule book."""
    book = parts.load_rule_book(file)
    _refuse_unlisted_names({"rule_book": read_merged(file)}, book, str(file))
    return f"rule book of {counted(len(book.rules), 'rule')}"


def check_design(file: Path) -> str:
    """Check a station design."""
    return f"station design {parts.load_design(file).name}"


def check_projects(file: Path) -> str:
    """Check a list of project types, as the baseline would plan of it."""
    content = read_kind(PROJECTS, file)
    changed(load("baseline"), {"projects": content}, str(file))
    return f"{PROJECTS}: {', '.join(content)}"


def check_shock(file: Path) -> str:
    """Check a shock; that its parameters exist is checked where they are the rural model's."""
    shock = parts.load_shock(file)
    groups = {effect.parameter.partition(".")[0] for effect in shock.effects}
    parameters = counted(len(shock.effects), "parameter")
    if not groups & {name.partition(".")[0] for name in rule_defaults().by_name}:
        return f"shock of {parameters} of a model that names {', '.join(sorted(groups))}"
    check_shocks([ActiveShock(shock=shock)], rule_defaults(), str(file))
    return f"shock of {parameters}"
