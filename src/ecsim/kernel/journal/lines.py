"""What the lines of a manifest may say: types, names and numbers of each line, and how one follows another.

A manifest may come from anybody. Whatever passes here can be read without surprise: names fit into paths and queries,
numbers are whole and follow one another, dates are dates. Whether they are true, `ecsim.kernel.journal.verify` says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from ecsim.kernel.event import Event
from ecsim.kernel.journal.merkle import LEAF_SEQS

LAST_DAY = 36_525
"""Days that a run may last: a hundred years."""
MOST_EVENTS = 2**48
"""Events that a run may hold; beyond, no arithmetic of this package is tested."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=100)]
Path = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=4000)]
Seq = Annotated[int, Field(ge=0, lt=MOST_EVENTS)]
Day = Annotated[int, Field(ge=0, le=LAST_DAY)]
Date = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2200, 1, 1))]
Mark = tuple[Seq, Day]
Column = tuple[
    Name, Annotated[str, StringConstraints(max_length=10)], Annotated[str, StringConstraints(max_length=100)]
]
TAKEN = {"seq", "day", "cause", "rows", *dir(Event), *Event.__annotations__}
"""Names that a column cannot have: the envelope's, and what an event has beside its columns."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class _Line(_Part):
    """What every line has."""

    model_config = ConfigDict(extra="forbid")
    hash: Digest
    previous: str


class KindLine(_Part):
    """A kind of event with its version and columns."""

    kind: Name
    version: Annotated[int, Field(ge=0, lt=2**16)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _columns_are_their_own(self) -> KindLine:
        names = [name for name, _, _ in self.columns]
        if TAKEN.intersection(names) or len(set(names)) < len(names):
            raise ValueError(f"has columns {', '.join(names)}; each needs a name of its own")
        return self


class _Design(_Part):
    name: str = ""
    title_zh: str = ""


class _Policy(_Part):
    name: str = ""


class _Scenario(_Part):
    """What is read of a scenario as it stands, if it is there; `ecsim.kernel.runs.open_run` checks it all.

    What is not there, `ecsim.kernel.journal.manifest.Told` names once it is looked for.
    """

    name: str = ""
    region: Path = "."
    start: Date = dt.date(2018, 1, 1)
    end: Date = dt.date(2018, 1, 1)
    policy: _Policy = _Policy()
    designs: tuple[_Design, ...] = ()


class _Region(_Part):
    name: str = ""
    digest: str = ""


class _Parent(_Part):
    """The run that a fork left, when, and after how many events."""

    run: Path
    genesis: Digest
    day: Day
    events: Seq
    told: str
    removes: bool = False
    without_effect: tuple[str, ...] = ()


class GenesisLine(_Line):
    """The first line: where the events come from. A journal of other events than a simulation's says less."""

    model_config = ConfigDict(extra="ignore")
    line: Literal["genesis"]
    kinds: tuple[KindLine, ...]
    vocabularies: dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")],
        Annotated[dict[Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,3}$")], Word], Field(min_length=1)],
    ]
    keep: Literal["all", "decisions", "digest"]
    store: Path
    seed: int = 0
    code: str = ""
    scenario: _Scenario | None = None
    scenario_digest: str = ""
    region: _Region | None = None
    sizes: dict[Name, Annotated[int, Field(ge=0, lt=2**31)]] = Field(default_factory=dict)
    parent: _Parent | None = None

    @model_validator(mode="after")
    def _kinds_come_once(self) -> GenesisLine:
        names = [kind.kind for kind in self.kinds]
        if len(set(names)) < len(names):
            raise ValueError("a kind is listed twice")
        return self


class SealLine(_Line):
    """A sealed part: its span, its weeks, its objects by kind, the leaves that end in it."""

    line: Literal["seal"]
    first: Seq
    next: Seq
    marks: Annotated[tuple[Mark, ...], Field(min_length=1)]
    cut: bool
    objects: dict[Name, Digest]
    leaves: tuple[Digest, ...]


class CloseLine(_Line):
    """The last line: how many events, and their root."""

    line: Literal["close"]
    events: Seq
    root: Digest
    leaves: tuple[Digest, ...]


Line = GenesisLine | SealLine | CloseLine
_LINES: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="line")])


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that breaks a rule of manifests.

    Attributes
    ----------
    line : int
        Its number, from 1.
    message : str
        What is wrong with it.
    """

    line: int
    message: str


def problem_of(lines: Iterable[Mapping[str, Any]]) -> Problem | None:
    """Return the first line of a manifest that breaks a rule, or None.

    Checked are types and names of each line, and how one follows another: genesis first, seals without gaps, close
    last.
    """
    known: list[Line] = []
    for number, content in enumerate(lines, 1):
        try:
            known.append(_LINES.validate_json(json.dumps(content)))
        except ValidationError as error:
            return Problem(number, _plain(error))
        if message := _place(known) or _follows(known):
            return Problem(number, message)
    return None


def _plain(error: ValidationError) -> str:
    """Return the first thing that is not allowed, in words."""
    problem = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"][1:])  # the first is the sort of the line
    if problem["type"] in ("missing", "extra_forbidden"):
        return f"{place} is {'missing' if problem['type'] == 'missing' else 'not known'}"
    shown = repr(problem["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
    said = problem["msg"].removeprefix("Value error, ").replace("Input should", "it must")
    return f"{place} is {shown}; {said}" if place else said


def _place(known: list[Line]) -> str:
    """Return why the last line may not come where it does."""
    line = known[-1]
    if (len(known) == 1) != (line.line == "genesis"):
        return f"it is a {line.line} line; the first line is the genesis, and it alone"
    if len(known) > 1 and known[-2].line == "close":
        return "it comes after the closing line"
    return ""


def _follows(known: list[Line]) -> str:
    """Return why the numbers of the last line do not go on from those before."""
    genesis, line = known[0], known[-1]
    before = known[-2] if len(known) > 1 and isinstance(known[-2], SealLine) else None
    keeps_all = isinstance(genesis, GenesisLine) and genesis.keep == "all"
    if isinstance(line, SealLine):
        return _seal_follows(line, before, keeps_all)
    if isinstance(line, CloseLine):
        return _close_follows(line, before.next if before else 0, keeps_all)
    return ""


def _seal_follows(line: SealLine, before: SealLine | None, keeps_all: bool) -> str:
    first = before.next if before else 0
    marks = [before.marks[-1] if before else (0, -1), *line.marks]
    if line.first != first:
        return f"first is {line.first}; the events before end at {first}"
    if any(this[0] < last[0] or this[1] <= last[1] for last, this in pairwise(marks)):
        return f"marks are {list(line.marks)[:3]}…; weeks follow one another, from event {first} on"
    if line.next != line.marks[-1][0]:
        return f"next is {line.next}; its last week ends at {line.marks[-1][0]}"
    if line.first == line.next and line.objects:
        return f"it names {len(line.objects)} objects, and no event ends in it"
    ended = line.next // LEAF_SEQS - line.first // LEAF_SEQS if keeps_all else 0
    if len(line.leaves) != ended:
        return f"it has {len(line.leaves)} leaves; {ended} end in it"
    return ""


def _close_follows(line: CloseLine, sealed: int, keeps_all: bool) -> str:
    if line.events < sealed or (keeps_all and line.events > sealed):
        return f"events is {line.events}; {sealed} were sealed"
    leaves = 0 if keeps_all else -(-line.events // LEAF_SEQS)
    if len(line.leaves) != leaves:
        return f"it has {len(line.leaves)} leaves; there are {leaves}"
    return ""
