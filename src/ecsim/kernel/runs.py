"""Runs on disk, with the model that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.manifest import MANIFEST, read_lines
from ecsim.kernel.model import Model
from ecsim.kernel.own_code import looked_up
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.validation import checked

S = TypeVar("S", bound=State)
C = TypeVar("C")
UNNAMED = "ecsim.rural.model:MODEL"
"""The model of scenarios that name none: there was one alone."""
OURS = "ecsim."
"""Modules that begin so come with ecsim: importing them runs nothing of a stranger's."""


@dataclass(frozen=True)
class StoredRun(Generic[S, C]):
    """A run on disk: its journal, its model and its scenario, which is of the model's own kind."""

    reader: JournalReader
    model: Model[S, C]
    scenario: Any


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
    if not trust and not name.startswith(OURS):
        raise EcsimError(
            f"the run names the model {name!r}, whose code would run here: read it first, then give --trust "
            "(in Python trust=True)"
        )
    found = looked_up("model", name, "package.module:MODEL", "models")
    if not isinstance(found, Model):
        raise EcsimError(f"model {name!r}: is a {type(found).__name__}; name a Model (ecsim.kernel.model)")
    return found


def named_model(content: Mapping[str, Any]) -> str:
    """Return the name of the model in a scenario's content."""
    return str(content.get("model", UNNAMED))


def open_run(folder: Path, *, trust: bool = False) -> StoredRun[Any, Any]:
    """Return the run in a folder.

    Parameters
    ----------
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is none, or its model may not be imported or is not there.
    VerificationError
        If its manifest is not what was written, or its scenario says what is not allowed.
    """
    content = read_lines(folder / MANIFEST)[0][0]["scenario"]
    model = model_of(named_model(content), trust=trust)
    reader = JournalReader(folder, model.events)
    return StoredRun(reader, model, _scenario(model, reader))


def _scenario(model: Model[Any, Any], reader: JournalReader) -> Scenario:
    try:
        return checked(model.scenario, reader.genesis["scenario"], f"{reader.folder / MANIFEST}: line 1: scenario")
    except EcsimError as error:
        raise VerificationError(f"{error} (the run was simulated by {reader.genesis['code']})") from None
