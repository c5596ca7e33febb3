"""Whether a run can go on here: only under the code, packages and sources that it was simulated with."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.identity import code_version
from ecsim.kernel.runs import StoredRun


def same_rules(run: StoredRun[Any, Any]) -> None:
    """Refuse to go on with events that other rules made.

    Raises
    ------
    EcsimError
        If versions of packages, rules or sources differ from those the run was simulated with.
    """
    reader = run.reader
    was, now = reader.genesis["code"], code_version(run.model, run.scenario)
    if was != now:
        raise EcsimError(
            f"{reader.folder}: was simulated with {was}; this is {now}. A run continues only under the rules "
            "that it began with: install that version, or run its scenario again with this one"
        )
    for key, source in run.model.hooks.sources(run.scenario).items():
        if reader.genesis[key] != source:
            raise EcsimError(
                f"{reader.folder}: the {key} is not the one it was simulated with "
                f"({reader.genesis[key]}; now {source}); run it again"
            )
