"""One run of an ensemble, as data: what is to be run, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


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
