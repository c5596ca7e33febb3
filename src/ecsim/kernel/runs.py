"""Runs on disk, with the model that made them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal import MANIFEST, JournalReader, read_lines
from ecsim.kernel.model import Model
from ecsim.kernel.models import model_of_content
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.validation import checked

S = TypeVar("S", bound=State)
C = TypeVar("C")


@dataclass(frozen=True)
class StoredRun(Generic[S, C]):
    """A run on disk.

    Attributes
    ----------
    reader : JournalReader
        Its journal.
    model : Model
        What was simulated, with its extensions.
    scenario : Scenario
        Of the model's own class.
    """

    reader: JournalReader
    model: Model[S, C]
    scenario: Any


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
    model, reader = opened(folder, trust=trust)
    return StoredRun(reader, model, _scenario(model, reader))


def received_run(folder: Path, *, trust: bool = False) -> StoredRun[Any, Any]:
    """Return the run in a folder, also where its scenario is none of today: of that, start and end are sure alone.

    Raises
    ------
    EcsimError
        As `open_run`.
    """
    model, reader = opened(folder, trust=trust)
    try:
        return StoredRun(reader, model, _scenario(model, reader))
    except VerificationError:
        content = reader.genesis["scenario"]
        dates = {key: dt.date.fromisoformat(content[key]) for key in ("start", "end")}
        return StoredRun(reader, model, model.scenario.model_construct(**{**content, **dates}))


def opened(folder: Path, *, trust: bool = False) -> tuple[Model[Any, Any], JournalReader]:
    """Return the model and the journal of the run in a folder, whatever its scenario says beside the model.

    Raises
    ------
    EcsimError
        As `open_run`.
    """
    model = model_of_content(read_lines(folder / MANIFEST)[0][0].get("scenario", {}), trust=trust)
    return model, JournalReader(folder, model.events)


def _scenario(model: Model[Any, Any], reader: JournalReader) -> Scenario:
    try:
        return checked(model.scenario, reader.genesis["scenario"], f"{reader.folder / MANIFEST}: line 1: scenario")
    except EcsimError as error:
        raise VerificationError(f"{error} (the run was simulated by {reader.genesis['code']})") from None
