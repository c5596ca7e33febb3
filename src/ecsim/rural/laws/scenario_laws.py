"""Laws of limits that hang on a scenario: on its kinds of projects and on its target table."""

from __future__ import annotations

from ecsim.kernel.limits import LimitLaw
from ecsim.rural.laws.instrument_laws import kind_laws
from ecsim.rural.laws.target_laws import target_laws
from ecsim.rural.scenario import Scenario


def laws_of(scenario: Scenario) -> tuple[LimitLaw, ...]:
    """Return the laws on kinds of projects, then those on targets."""
    return (*kind_laws(scenario), *target_laws(scenario))
