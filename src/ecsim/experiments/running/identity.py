"""What a run of a function is known by: values that are equal in value are equal here, whatever their spelling."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError

SEEDS_APART = 10_000_000
"""Seeds of one ``first_seed``: more replications than anybody makes, so that no two of them share a run."""
FIRST_SEEDS = 100_000_000
"""Values that ``first_seed`` may have; the last seed is then below 2**53, which JSON and R still hold exactly."""


def canonical(content: Any) -> str:  # noqa: ANN401 (values as TOML and designs give them)
    """Return a text that is the same for equal content: keys in order, and a whole number as such (1000.0 is 1000).

    A flag is no number, and a text none either: True, 1 and "1" are three values.
    """
    return json.dumps(_plain(content), sort_keys=True, default=lambda value: {type(value).__name__: str(value)})


def _plain(value: Any) -> Any:  # noqa: ANN401 (as above)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


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


def seed_of(first_seed: int, replication: int) -> int:
    """Return the seed of a replication: 1, 2, 3 … of the first seed 1, and other ones of every other first seed."""
    return (first_seed - 1) % FIRST_SEEDS * SEEDS_APART + 1 + replication
