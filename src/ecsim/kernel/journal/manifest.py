"""The manifest of a run: a line for its genesis, one a seal, one at the close, each with the hash of the one before.

A line also carries its own hash, so that the last one is protected too (docs/decisions/0003). Every reader of a run
takes its lines from `read_lines`, which lets none pass that does not say what it may (`ecsim.kernel.journal.lines`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import disk
from ecsim.kernel.journal.lines import problem_of
from ecsim.kernel.journal.merkle import LEAF_SEQS

MANIFEST = "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Root:
    """What a run is: how many events, their Merkle root, and the hash of the line that says where they come from.

    Attributes
    ----------
    events : int
        How many events it has.
    root : str
        Merkle root (RFC 6962) over them, in hex.
    genesis : str
        SHA-256 of the first line of the manifest, in hex.
    manifest : str
        SHA-256 of the closing line, which follows every seal before it; empty if it is not known. It says how the
        events lie in files, so the same events may have another one.
    """

    events: int
    root: str
    genesis: str
    manifest: str = field(default="", compare=False)

    def data(self) -> dict[str, Any]:
        """Return the root as JSON can hold it."""
        return {"events": self.events, "root": self.root, "manifest": self.manifest}


class LineContent(dict[str, Any]):
    """What a line of a manifest says; looking up what it does not say raises `VerificationError`."""

    def __init__(self, where: str, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self.where = where

    def __missing__(self, key: str) -> Any:  # noqa: ANN401 (never returns)
        raise VerificationError(f"{self.where} does not say {key!r}, which every simulated run does; it was altered")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.where, dict(self))


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed part of a run: sequence numbers from ``first`` to below ``next``, one object for each kind.

    Attributes
    ----------
    objects : dict[str, str]
        Name of the object by kind.
    leaves : tuple of str
        Hashes of the leaves that end in it, in hex.
    marks : tuple
        The weeks that end in it: sequence number and day with which the next one begins.
    cut : bool
        Whether its objects hold more than belongs to this run, because a fork left its parent within them.
    """

    first: int
    next: int
    objects: dict[str, str]
    leaves: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]
    cut: bool = False

    def line(self) -> dict[str, Any]:
        """Return the seal as its line tells it."""
        head = {"line": "seal", "first": self.first, "next": self.next, "marks": [list(mark) for mark in self.marks]}
        return {**head, "cut": self.cut, "objects": self.objects, "leaves": list(self.leaves)}

    def upto(self, events: int, day: int) -> Seal:
        """Return the part of the seal up to the mark of an event and day, over the same objects.

        Parameters
        ----------
        events, day : sequence number and day with which the week behind the part begins
        """
        marks = tuple(mark for mark in self.marks if mark <= (events, day))
        if marks == self.marks:
            return self
        if self.next <= events:
            return replace(self, marks=marks)
        whole = events // LEAF_SEQS - self.first // LEAF_SEQS
        return Seal(self.first, events, self.objects, self.leaves[:whole], marks, cut=True)

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Seal:
        """Return the seal that a line tells of."""
        marks = tuple((seq, day) for seq, day in line["marks"])
        return cls(line["first"], line["next"], dict(line["objects"]), tuple(line["leaves"]), marks, line["cut"])


def chained(line: Mapping[str, Any], previous: str) -> bytes:
    """Return a line of a manifest as bytes, with the hash of the line before and its own.

    Parameters
    ----------
    line : what it says
    previous : SHA-256 of the line before, in hex; empty for the first
    """
    content = {**line, "previous": previous}
    return _as_bytes({**content, "hash": hashlib.sha256(_as_bytes(content)).hexdigest()}) + b"\n"


def _is_whole(line: Mapping[str, Any]) -> bool:
    content = {key: value for key, value in line.items() if key != "hash"}
    return line.get("hash") == hashlib.sha256(_as_bytes(content)).hexdigest()


def _as_bytes(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True).encode()


def schema_of(kinds: Sequence[type[Event]]) -> list[dict[str, Any]]:
    """Return kinds with version and columns (name, type, table), as a genesis line lists them."""
    return [
        {"kind": k.kind, "version": k.version, "columns": [[c.name, c.dtype.str, c.table or ""] for c in k.columns]}
        for k in kinds
    ]


def whole_lines(content: bytes) -> list[bytes]:
    """Return the lines that were written whole: a kill cuts the last one short, a power cut may leave holes in it."""
    lines = content.splitlines(keepends=True)
    if lines and (not lines[-1].endswith(b"\n") or b"\0" in lines[-1]):
        lines.pop()
    return lines


def read_lines(path: Path) -> list[tuple[dict[str, Any], str]]:
    """Return the lines, each with its hash; a last line cut short is left out.

    Raises
    ------
    VerificationError
        If a line was altered, or does not follow the one before.
    EcsimError
        If there is no run.
    """
    try:
        content = disk.read(path)
    except (FileNotFoundError, NotADirectoryError):
        raise EcsimError(f"{path.parent}: no run there (no {MANIFEST}); name a folder that `ecsim run` wrote") from None
    lines: list[tuple[dict[str, Any], str]] = []
    previous = ""
    for number, raw in enumerate(whole_lines(content), 1):
        line = _line(raw, f"{path}: line {number}", previous)
        previous = hashlib.sha256(raw).hexdigest()
        lines.append((line, previous))
    if not lines:
        raise EcsimError(f"{path}: is empty; the run stopped before its first event: remove the folder and run again")
    if problem := problem_of(line for line, _ in lines):
        raise VerificationError(
            f"{path}: line {problem.line}: {problem.message}; the manifest is not as ecsim writes it"
        )
    return lines


def _line(raw: bytes, where: str, previous: str) -> dict[str, Any]:
    try:
        line = json.loads(raw, object_hook=partial(LineContent, where), parse_constant=_no_number)
        whole = isinstance(line, dict) and _is_whole(line)
    except (ValueError, RecursionError):
        raise VerificationError(f"{where} is not readable; the manifest was altered") from None
    if not whole:
        raise VerificationError(f"{where} does not match its hash; the manifest was altered")
    if line.get("previous") != previous:
        raise VerificationError(f"{where} does not follow the line before; the manifest was altered")
    content: dict[str, Any] = line
    return content


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")
