"""What the runs of a function are known by: its name and code, the changes of an arm, and the data it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecsim.experiments.running.task import canonical
from ecsim.kernel.errors import EcsimError


def identity_of_function(
    model: str, code: str, changes: Mapping[str, Any], data: Sequence[str], home: Path, where: str
) -> str:
    """Return what all runs of an arm of a function share: its name and text, the arm's changes, and data by content.

    Parameters
    ----------
    data : files that the function reads, from ``home`` on

    Raises
    ------
    EcsimError
        If a file cannot be read.
    """
    content: list[Any] = [model, code, changes]
    return canonical([*content, {name: _digest(home / name, name, where) for name in data}] if data else content)


def _digest(path: Path, name: str, where: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EcsimError(
            f"{where}: data names {name!r}, and {path} cannot be read ({error.strerror}); name files that the function "
            "reads, from the experiment's folder on"
        ) from None
