"""What `ecsim list` lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecsim.cli import model_listings, shipped_files
from ecsim.kernel.errors import EcsimError

Row = dict[str, Any]


def rows_of(what: str, scenario: str | None = None) -> list[Row]:
    """Return the rows of a listing; files go by the name that commands find them by, wherever they are called.

    Parameters
    ----------
    what : experiments, scenarios, programmes, policies, designs, shocks, region, indicators, events or parameters
    scenario : whose model's indicators, events or parameters are listed; by default those of the rural model

    Raises
    ------
    EcsimError
        If a scenario is named and what is listed is not of a model.
    """
    of_model = {
        "indicators": model_listings.indicators,
        "events": model_listings.events,
        "parameters": model_listings.parameters,
    }
    if what in of_model:
        return of_model[what](scenario)
    if scenario is not None:
        raise EcsimError(f"--scenario: {what} do not depend on a model; use it with {', '.join(of_model)}")
    makers: dict[str, Callable[[], list[Row]]] = {
        "experiments": shipped_files.experiments,
        "scenarios": shipped_files.scenarios,
        "programmes": shipped_files.programmes,
        "policies": shipped_files.policies,
        "designs": shipped_files.designs,
        "shocks": shipped_files.shocks,
        "region": model_listings.region,
    }
    return makers[what]()
