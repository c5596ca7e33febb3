"""Tasks: the runs of an ensemble as data, with the identity that each is known by, and what comes of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

SEEDS_APART = 10_000_000
"""Seeds of one ``first_seed``: more replications than anybody makes, so that no two of them share a run."""
MOST_REPLICATIONS = 100_000
"""Replications of an experiment, at most."""
FIRST_SEEDS = 100_000_000
"""Values that ``first_seed`` may have; the last seed is then below 2**53, which JSON and R still hold exactly."""


def canonical(content: Any) -> str:  # noqa: ANN401 (as TOML and designs give it)
    """Return a text that is the same for equal content: keys in order, and a whole number as such (1000.0 is 1000).

    A flag is no number, and a text none either: True, 1 and "1" are three values.
    """
    return json.dumps(_plain(content), sort_keys=True, default=lambda value: {type(value).__name__: str(value)})


def _plain(value: Any) -> Any:  # noqa: ANN401 (as above)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def run_name(identity: Any) -> str:  # noqa: ANN401 (as above)
    """Return the SHA-256 that a run is known by, hexadecimal: equal content has equal names."""
    return hashlib.sha256(canonical(identity).encode()).hexdigest()


def seed_of(first_seed: int, replication: int) -> int:
    """Return the seed of a replication: 1, 2, 3 … of the first seed 1, and other ones of every other first seed."""
    return (first_seed - 1) % FIRST_SEEDS * SEEDS_APART + 1 + replication


OTHER_SEEDS, OTHER_SEEDS_APART = 2**50, 1_000_000
"""First of the seeds that no ``first_seed`` has, and how far they lie apart: all of them end in the same six digits."""


def other_seed_of(first_seed: int, replication: int) -> int:
    """Return a seed of a replication that no experiment has as its own, for runs under other luck.

    Such seeds are alike in all that is to be seen of a number: whether it is odd, its last digits. A rule that looks at
    the seed, in place of drawing by it, gives itself away.
    """
    block = (first_seed - 1) % (OTHER_SEEDS // OTHER_SEEDS_APART // MOST_REPLICATIONS)
    return OTHER_SEEDS + OTHER_SEEDS_APART * (block * MOST_REPLICATIONS + replication)


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be made.

    Attributes
    ----------
    run : identity of the run: what is run, with what, by which code; equal runs have equal names
    arm, point, replication : its place in the experiment; the point is 0 without a design
    seed : its luck
    payload : what the work needs, picklable
    """

    run: str
    arm: str
    point: int
    replication: int
    seed: int
    payload: Any = field(repr=False)

    @property
    def place(self) -> dict[str, Any]:
        """Its place in the experiment and its luck, by the columns of the table of runs."""
        return {"arm": self.arm, "point": self.point, "replication": self.replication, "seed": self.seed}


@dataclass(frozen=True, slots=True)
class Result:
    """A run that ended.

    Attributes
    ----------
    outcomes : one number an outcome
    facts : what else is known of the run in a word or number: root, events, seconds
    tables : rows by table, for a run whose details are kept
    """

    outcomes: Mapping[str, float]
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that did not end, and why."""

    why: str


Work: TypeAlias = Callable[[Task], Result]
Outcome: TypeAlias = "Result | Failure"
