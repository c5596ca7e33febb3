"""The schema of every kind of configuration file."""

from __future__ import annotations

from pydantic import BaseModel

from ecsim.experiments.schema import Experiment
from ecsim.kernel.shocks import Shock
from ecsim.rural.plans.plan import Plan
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.scenario import Policy, Scenario, StationDesign
from ecsim.statistics.space import Space

SCHEMAS: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "policy": Policy,
    "programme": Programme,
    "plan": Plan,
    "rule_book": RuleBook,
    "design": StationDesign,
    "shock": Shock,
    "experiment": Experiment,
    "space": Space,
}
