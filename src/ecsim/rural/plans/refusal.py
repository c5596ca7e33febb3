"""Refusal of plans before a run begins: owners that rows name, and what they reuse, must be there at the opening.

Checks of plans ask the same (`ecsim.rural.plans.verdict`), so that no run begins of which a check would say that.
"""

from __future__ import annotations

from typing import Any

from ecsim.kernel.model import Model
from ecsim.rural.plans.filed import filed_plan, refuse_rows
from ecsim.rural.plans.opened import opened_world
from ecsim.rural.plans.unfounded import unfounded
from ecsim.rural.programme.purse_facts import facts_and_housing
from ecsim.rural.scenario import LEAST_SAMPLE, Scenario


def refuse_unfounded(scenario: Scenario, model: Model[Any, Any]) -> None:
    """Refuse a scenario whose plan names what is not there at its opening; one that names none of that opens nothing.

    Raises
    ------
    RowsRefusedError
        If a row names an owner, or something to reuse or to be housed in, that is not there, or cannot be taken.
    """
    plan = scenario.policy.plan
    assert plan is not None
    if not any(row.owner or row.reuses or row.idle_building for row in plan.projects):
        return
    few = scenario.model_copy(update={"sample": LEAST_SAMPLE})  # of what a plan names all is there at any sample
    planner, state = filed_plan(few, model.options), opened_world(few, model).state
    facts, housing = facts_and_housing(state, few, model.parameters(few), model.options)
    refuse_rows(scenario, list(unfounded(state, facts, housing, planner, [row.id for row in plan.projects])))
