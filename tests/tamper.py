"""Ways to alter a run on disk, from a flipped bit to a forgery that fits in itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ecsim.audit.published import INDICATORS, _hash, _text
from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.manifest import MANIFEST, chained
from ecsim.kernel.journal.merkle import LEAF_SEQS, LeafHasher
from ecsim.kernel.journal.objects import Columns, _store, object_path, read_object, write_object
from ecsim.kernel.journal.reader import in_order

Line = dict[str, Any]
Change = Callable[[Columns], None]


def copied(run: Path, to: Path) -> Path:
    """Return a copy of a run with objects of its own."""
    shutil.copytree(run, to)
    store = Path(os.path.normpath(run / _lines(run)[0]["store"]))
    if not store.is_relative_to(run):
        shutil.copytree(store, to.parent / store.name, dirs_exist_ok=True)
    return to


def _lines(run: Path) -> list[Line]:
    return [json.loads(raw) for raw in (run / MANIFEST).read_bytes().splitlines()]


def chain(run: Path, lines: Sequence[Line]) -> None:
    """Write manifest lines so that they follow one another."""
    previous, made = "", []
    for line in lines:
        told = {key: value for key, value in line.items() if key not in ("previous", "hash")}
        made.append(chained(told, previous))
        previous = hashlib.sha256(made[-1]).hexdigest()
    (run / MANIFEST).write_bytes(b"".join(made))


def flip(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def object_of(run: Path, kinds: Sequence[type[Event]], kind: str, seal: int = -1) -> Path:
    """Return the file that holds a kind's rows of one seal."""
    reader = JournalReader(run, kinds)
    seals = [s for s in reader.seals if kind in s.objects]
    return object_path(reader.store, seals[seal].objects[kind])


def rewrite(run: Path, kinds: Sequence[type[Event]], kind: str, change: Change, seal: int = -1) -> None:
    """Change rows of an object and write it as valid Parquet under the name it had."""
    path = object_of(run, kinds, kind, seal)
    path.write_bytes(object_path(*_written(run, kinds, kind, change, seal)).read_bytes())


def retype(run: Path, kinds: Sequence[type[Event]], kind: str) -> str:
    """Store the whole numbers of an object's own columns as doubles of the same bits; write the manifest anew."""
    reader = JournalReader(run, kinds)
    table = pq.read_table(object_of(run, kinds, kind))
    for place, field in enumerate(table.schema):
        if field.type == pa.int64() and field.name not in ("seq", "cause"):
            whole = table.column(place).combine_chunks()
            bits = pa.Array.from_buffers(pa.float64(), len(whole), [None, whole.buffers()[1]])
            table = table.set_column(place, pa.field(field.name, pa.float64(), nullable=False), bits)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="lz4")
    name = _store(reader.store, sink.getvalue())
    lines = _lines(run)
    [line for line in lines if line["line"] == "seal" and kind in line["objects"]][-1]["objects"][kind] = name
    chain(run, lines)
    return name


def rename(run: Path, kinds: Sequence[type[Event]], kind: str, change: Change, seal: int = -1) -> None:
    """Change rows of an object, name it by its hash, and write the manifest anew so that it fits."""
    _, name = _written(run, kinds, kind, change, seal)
    lines = _lines(run)
    mine = [line for line in lines if line["line"] == "seal" and kind in line["objects"]]
    mine[seal]["objects"][kind] = name
    chain(run, lines)


def _written(run: Path, kinds: Sequence[type[Event]], kind: str, change: Change, seal: int) -> tuple[Path, str]:
    reader = JournalReader(run, kinds)
    stored = reader.stored[kind].kind
    held = [s for s in reader.seals if kind in s.objects][seal].objects[kind]
    columns = {name: values.copy() for name, values in read_object(reader.store, held, stored).items()}
    change(columns)
    return reader.store, write_object(reader.store, stored, columns)


def forge(run: Path, kinds: Sequence[type[Event]], *, published: bool = False) -> str:
    """Work out leaves and root anew from what the objects hold; return the root. Perhaps in the published file too."""
    reader, hasher = JournalReader(run, kinds), LeafHasher()
    for seal in reader.seals:
        for event, stamp in in_order(reader.tables(seal)):
            hasher.add(event, stamp)
    lines = _lines(run)
    for line in lines:
        if line["line"] == "seal":
            ended = hasher.leaves[line["first"] // LEAF_SEQS : line["next"] // LEAF_SEQS]
            line["leaves"] = [leaf.hex() for leaf in ended]
        elif line["line"] == "close":
            line |= {"events": hasher.events, "root": hasher.root()}
    chain(run, lines)
    if published:
        last = hashlib.sha256((run / MANIFEST).read_bytes().splitlines(keepends=True)[-1]).hexdigest()
        republish(run, lambda told: told.update(events=hasher.events, root=hasher.root(), manifest=last))
    return hasher.root()


def republish(run: Path, change: Callable[[Line], None]) -> None:
    """Change the published figures and write the file so that it fits in itself."""
    told = json.loads((run / INDICATORS).read_bytes())
    told.pop("hash")
    change(told)
    (run / INDICATORS).write_bytes(_text({**told, "hash": _hash(told)}))


def drop_lines(run: Path, many: int) -> None:
    """Drop the last lines of the manifest."""
    lines = (run / MANIFEST).read_bytes().splitlines(keepends=True)
    (run / MANIFEST).write_bytes(b"".join(lines[:-many]))


def without_row(row: int) -> Change:
    """Return a change that removes a row; its sequence number is gone."""

    def change(columns: Columns) -> None:
        columns |= {name: np.delete(values, row) for name, values in columns.items()}

    return change


def added(column: str, row: int, amount: int) -> Change:
    """Return a change that adds to a value."""

    def change(columns: Columns) -> None:
        columns[column][row] += amount

    return change


def exchanged(column: str, one: int, other: int) -> Change:
    """Return a change that exchanges two values."""

    def change(columns: Columns) -> None:
        columns[column][[one, other]] = columns[column][[other, one]]

    return change


def files(run: Path) -> Iterator[Path]:
    """Yield every file of a run whose objects lie in its own folder."""
    yield from (path for path in sorted(run.rglob("*")) if path.is_file())
