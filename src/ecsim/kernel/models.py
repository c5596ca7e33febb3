"""Which model a scenario names, with the extensions that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.extending import extended, with_options
from ecsim.kernel.model import Model
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.user_code import looked_up, refuse_untrusted

UNNAMED = "ecsim.rural.model:MODEL"
"""The model of scenarios that name none: there was one alone."""


def model_of(name: str, *, trust: bool) -> Model[Any, Any]:
    """Return the model that a scenario names as ``package.module:MODEL``.

    Parameters
    ----------
    trust : whether a module that is none of ecsim's may be imported, which runs its code

    Raises
    ------
    EcsimError
        If it may not be imported, is not there, or is no model.
    """
    if not trust:
        refuse_untrusted("model", name)
    model = looked_up("model", name, "package.module:MODEL", "models")
    if not isinstance(model, Model):
        raise EcsimError(f"model {name!r}: is a {type(model).__name__}; name a Model (ecsim.kernel.model)")
    return model


def model_of_content(content: Mapping[str, Any], *, trust: bool) -> Model[Any, Any]:
    """Return the model that a scenario's content names, with the extensions that it names.

    Parameters
    ----------
    content : of a scenario, as TOML or a journal holds it
    trust : whether modules that are none of ecsim's may be imported, which runs their code

    Raises
    ------
    EcsimError
        As `model_of`, and as `ecsim.kernel.extending.extended`.
    """
    model = model_of(named_model(content), trust=trust)
    model = extended(model, content.get("extensions", ()), trust=trust)
    return with_options(model, model.hooks.options(content, model.options))


def model_of_scenario(scenario: Scenario, *, trust: bool) -> Model[Any, Any]:
    """Return the model that a scenario names, with its extensions; as `model_of`."""
    return model_of_content(scenario.model_dump(mode="json"), trust=trust)


def named_model(content: Mapping[str, Any]) -> str:
    """Return the name of the model in a scenario's content."""
    return str(content.get("model", UNNAMED))
