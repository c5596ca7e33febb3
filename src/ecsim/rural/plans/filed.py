"""A plan that was filed, as the strategy of a run: each purse gets the rows of its own places, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.errors import EcsimError, counted
from ecsim.rural.plans.resolved import Fault, resolve
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.strategies import Allocation, BudgetView, FundStrategy, Purse, strategy_of
from ecsim.rural.regions.place_names import Places
from ecsim.rural.regions.scope import pack_of
from ecsim.rural.scenario import Scenario

MOST_FAULTS_SHOWN = 5


class RowsRefusedError(EcsimError):
    """Rows of a scenario's plan cannot be taken; nothing else is wrong with the scenario so far.

    Attributes
    ----------
    scenario : whose plan it is
    """

    def __init__(self, message: str, scenario: Scenario) -> None:
        super().__init__(message)
        self.scenario = scenario


@dataclass(frozen=True)
class FiledPlan:
    """The plan that a policy names.

    Attributes
    ----------
    units : of all purses, in the order of the plan
    rows : the number of the row that each unit is of, from 1
    """

    units: tuple[Candidate, ...]
    rows: tuple[int, ...]

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the units of a purse; the government holds them against the rule book like anybody's."""
        return Allocation(self.of(view.purse))

    def of(self, purse: Purse) -> list[Candidate]:
        """Return the units of a purse, in the order of the plan."""
        return [unit for unit in self.units if purse.pays_for(unit)]


def planner_of(scenario: Scenario, options: Mapping[str, tuple[Any, ...]], *, trust: bool) -> FundStrategy:
    """Return who makes the plans of a scenario: its plan file, one of ecsim's strategies, or a user's own.

    Raises
    ------
    RowsRefusedError
        If rows of the plan file cannot be taken.
    EcsimError
        As `strategy_of`.
    """
    if scenario.policy.plan is None:
        return strategy_of(scenario.policy.funds, trust=trust)
    return filed_plan(scenario, options)


def filed_plan(scenario: Scenario, options: Mapping[str, tuple[Any, ...]]) -> FiledPlan:
    """Return the plan that the policy of a scenario names.

    Raises
    ------
    RowsRefusedError
        If rows cannot be taken.
    """
    plan = scenario.policy.plan
    assert plan is not None
    found = resolve(plan, scenario, Places(pack_of(scenario)), options)
    refuse_rows(scenario, found.faults)
    return FiledPlan(tuple(found.units), tuple(found.rows))


def refuse_rows(scenario: Scenario, faults: Sequence[Fault]) -> None:
    """Refuse a scenario whose plan has faults, the first of which are told.

    Raises
    ------
    RowsRefusedError
        If there is any.
    """
    if not faults:
        return
    plan = scenario.policy.plan
    assert plan is not None
    told = "\n  ".join(map(str, faults[:MOST_FAULTS_SHOWN]))
    more = f"\n  and {len(faults) - MOST_FAULTS_SHOWN} more" if len(faults) > MOST_FAULTS_SHOWN else ""
    rows = len({fault.line for fault in faults if fault.line})
    what = f"{counted(rows, 'row')} cannot be taken" if rows else "its days cannot be"
    raise RowsRefusedError(f"plan {plan.name}: {what}; mend what is wrong:\n  {told}{more}", scenario)
