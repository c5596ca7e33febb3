"""Reading a journal: events in the order they happened, or all rows of one kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.errors import EcsimError, VerificationError
from ecsim.events.event import Event, Stamp
from ecsim.journal.frames import Damage, read_frames
from ecsim.journal.journal import MANIFEST, Root, is_whole, schema_of
from ecsim.journal.objects import Columns, read_object


@dataclass(frozen=True, slots=True)
class Seal:
    """What one seal holds: seqs from ``first`` to below ``next``, one object a kind."""

    first: int
    next: int
    objects: dict[str, str]


class JournalReader:
    """A run on disk.

    Attributes
    ----------
    genesis : the first line of the manifest
    seals : the sealed parts, in order
    published : the root the run was closed with, or None if it was not closed
    damage : where the tail stopped being readable, once it was read
    """

    def __init__(self, folder: Path, kinds: Sequence[type[Event]]) -> None:
        self.folder = folder
        self.damage: Damage | None = None
        lines = _lines(folder / MANIFEST)
        self.genesis: dict[str, Any] = lines[0][0]
        self.keep: str = self.genesis.get("keep", "all")
        self.store = folder / self.genesis["store"]
        self._check_kinds(kinds)
        self.seals = [_seal(line) for line, _ in lines if line["line"] == "seal"]
        close = next((line for line, _ in lines if line["line"] == "close"), None)
        self.published = Root(close["events"], close["root"], lines[0][1]) if close else None

    def _check_kinds(self, kinds: Sequence[type[Event]]) -> None:
        self.kinds: dict[str, type[Event]] = {kind.kind: kind for kind in kinds}
        known = {told["kind"]: told for told in schema_of(kinds)}
        for told in self.genesis["kinds"]:
            if known.get(told["kind"]) != told:
                raise EcsimError(
                    f"{self.folder}: was written with another {told['kind']!r} (version {told['version']}); "
                    "read it with the version of ecsim named in its manifest"
                )
        self.order = [self.kinds[told["kind"]] for told in self.genesis["kinds"]]

    def batches(self, until_day: int | None = None) -> Iterator[tuple[Event, Stamp]]:
        """Yield events by sequence number, up to and with a day; rows of one kind and day that follow come together.

        Raises
        ------
        EcsimError
            If the run kept less than all its events.
        """
        if self.keep != "all":
            raise EcsimError(f"{self.folder}: keeps {self.keep} only; `ecsim reproduce` writes the run in full again")
        for event, stamp in self._all():
            if until_day is not None and stamp.day > until_day:
                return
            yield event, stamp

    def _all(self) -> Iterator[tuple[Event, Stamp]]:
        next_seq = 0
        for seal in self.seals:
            tables = {name: read_object(self.store, held, self.kinds[name]) for name, held in seal.objects.items()}
            yield from in_order({self.kinds[name]: columns for name, columns in tables.items()})
            next_seq = seal.next
        for path in sorted(self.folder.glob("tail-*.bin")):
            for found in read_frames(path, self.order):
                if isinstance(found, Damage):
                    self.damage = found
                    return
                if found[1].first >= next_seq:
                    yield found

    def kind(self, kind: type[Event]) -> Columns:
        """Return all rows of one kind as columns: seq, day, cause and its own."""
        from ecsim.journal.objects import gathered, layout

        parts = [read_object(self.store, s.objects[kind.kind], kind) for s in self.seals if kind.kind in s.objects]
        sealed = self.seals[-1].next if self.seals else 0
        tail = [
            found
            for path in sorted(self.folder.glob("tail-*.bin"))
            for found in read_frames(path, self.order)
            if not isinstance(found, Damage) and type(found[0]) is kind and found[1].first >= sealed
        ]
        if tail:
            parts.append(gathered(tail))
        return {
            name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0, dtype)
            for name, dtype in layout(kind)
        }


def in_order(tables: dict[type[Event], Columns]) -> Iterator[tuple[Event, Stamp]]:
    """Yield rows of several kinds by sequence number, in runs of one kind and day."""
    runs: list[tuple[int, type[Event], int, int]] = []
    for kind, columns in tables.items():
        seq, day = columns["seq"], columns["day"]
        cuts = np.flatnonzero((np.diff(seq) != 1) | (np.diff(day) != 0)) + 1
        starts = np.concatenate([[0], cuts])
        stops = np.concatenate([cuts, [len(seq)]])
        runs += [
            (int(seq[start]), kind, int(start), int(stop))
            for start, stop in zip(starts, stops, strict=True)
            if len(seq)
        ]
    runs.sort(key=lambda run: run[0])
    for first, kind, start, stop in runs:
        columns = tables[kind]
        arrays = {
            c.name: columns[c.name][start:stop].view(np.bool_) if c.dtype == np.bool_ else columns[c.name][start:stop]
            for c in kind.columns
        }
        yield kind.of(arrays), Stamp(first, int(columns["day"][start]), columns["cause"][start:stop])


def _seal(line: dict[str, Any]) -> Seal:
    return Seal(line["first"], line["next"], {name: held["object"] for name, held in line["objects"].items()})


def _lines(path: Path) -> list[tuple[dict[str, Any], str]]:
    """Return the manifest's lines, each with its hash; a last line cut short is left out, a broken chain named."""
    try:
        content = path.read_bytes()
    except OSError:
        raise EcsimError(f"{path.parent}: no run there (no {MANIFEST}); name a folder that `ecsim run` wrote") from None
    found: list[tuple[dict[str, Any], str]] = []
    previous = ""
    for number, raw in enumerate(content.splitlines(keepends=True), 1):
        if not raw.endswith(b"\n"):
            break
        try:
            line = json.loads(raw)
        except ValueError:
            raise VerificationError(f"{path}: line {number} is not readable; the manifest was altered") from None
        if not isinstance(line, dict) or not is_whole(line):
            raise VerificationError(f"{path}: line {number} is not what it was; the manifest was altered")
        if line.get("previous") != previous:
            raise VerificationError(f"{path}: line {number} does not follow the line before; the manifest was altered")
        previous = hashlib.sha256(raw).hexdigest()
        found.append((line, previous))
    if not found:
        raise EcsimError(f"{path}: is empty; the run ended before it began: remove the folder and run again")
    return found
