"""Sealed events: one Parquet object a kind, named by the hash of its bytes, in a store that runs share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ecsim.errors import VerificationError
from ecsim.events.event import Event, Stamp
from ecsim.journal import disk

ENVELOPE = (("seq", np.dtype(np.int64)), ("day", np.dtype(np.int32)), ("cause", np.dtype(np.int64)))
Columns = dict[str, NDArray[Any]]


def layout(kind: type[Event]) -> list[tuple[str, np.dtype[Any]]]:
    """Return the stored columns of a kind: the envelope, then its own; flags as bytes."""
    own = [(c.name, np.dtype(np.uint8) if c.dtype == np.bool_ else c.dtype) for c in kind.columns]
    return [*ENVELOPE, *own]


def gathered(batches: Sequence[tuple[Event, Stamp]]) -> Columns:
    """Return the rows of batches of one kind as columns, envelope included."""
    columns: Columns = {
        "seq": np.concatenate([stamp.seqs(event) for event, stamp in batches]),
        "day": np.concatenate([np.full(event.rows, stamp.day, np.int32) for event, stamp in batches]),
        "cause": np.concatenate([stamp.cause for _, stamp in batches]),
    }
    for column in type(batches[0][0]).columns:
        columns[column.name] = np.concatenate([event.__dict__[column.name] for event, _ in batches])
    return columns


def write_object(store: Path, kind: type[Event], columns: Columns) -> str:
    """Write one object and return its name, the SHA-256 of its bytes; an object that is there already is kept."""
    fields, arrays = [], []
    for name, dtype in layout(kind):
        values = np.ascontiguousarray(columns[name]).view(np.uint8) if dtype == np.uint8 else columns[name]
        kind_of = pa.from_numpy_dtype(dtype)
        fields.append(pa.field(name, kind_of, nullable=False))
        buffer = pa.py_buffer(np.ascontiguousarray(values, dtype))
        arrays.append(pa.Array.from_buffers(kind_of, len(values), [None, buffer]))
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    small = [name for name, dtype in layout(kind) if dtype.itemsize == 1]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="lz4",
        use_dictionary=small,
        column_encoding={name: "DELTA_BINARY_PACKED" for name, dtype in layout(kind) if dtype.itemsize > 1},
        write_page_checksum=True,
        write_statistics=False,
    )
    return _store(store, sink.getvalue())


def _store(store: Path, content: pa.Buffer) -> str:
    name = hashlib.sha256(content).hexdigest()
    path = object_path(store, name)
    if path.exists():
        disk.sync_folder(path.parent)  # another run may have put it there this moment
    else:
        disk.make_folder(path.parent)
        disk.write_whole(path, content)
    return name


def object_path(store: Path, name: str) -> Path:
    """Return where an object lies."""
    return store / name[:2] / f"{name}.parquet"


def read_object(store: Path, name: str, kind: type[Event], without: Sequence[str] = ()) -> Columns:
    """Return the columns of an object, or all but some, checked against its name.

    Raises
    ------
    VerificationError
        If it is missing or is not what its name says.
    """
    path = object_path(store, name)
    try:
        content = disk.read(path)
    except FileNotFoundError as error:
        raise VerificationError(f"{kind.kind}: object {path.name} cannot be read ({error.strerror})") from None
    if hashlib.sha256(content).hexdigest() != name:
        raise VerificationError(f"{kind.kind}: object {path.name} was altered: its bytes do not hash to its name")
    return columns_of(content, kind, path.name, without, sums=False)


def columns_of(
    content: bytes, kind: type[Event], name: str, without: Sequence[str] = (), *, sums: bool = True
) -> Columns:
    """Return the columns that an object's bytes hold, or all but some.

    Parameters
    ----------
    sums : whether to check the sums of its pages; needless where its bytes were hashed

    Raises
    ------
    VerificationError
        If they are no Parquet, fail their checksums or hold other columns.
    """
    wanted = [(column, dtype) for column, dtype in layout(kind) if column not in without]
    try:
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=sums)
        table = file.read(columns=[column for column, _ in wanted])
    except (pa.ArrowException, OSError) as error:
        raise VerificationError(f"{kind.kind}: object {name} cannot be read ({error})") from None
    if file.schema_arrow.names != [column for column, _ in layout(kind)]:
        raise VerificationError(f"{kind.kind}: object {name} has the columns {', '.join(file.schema_arrow.names)}")
    return {column: _values(table.column(column), dtype) for column, dtype in wanted}


def _values(chunked: pa.ChunkedArray, dtype: np.dtype[Any]) -> NDArray[Any]:
    parts = [np.frombuffer(c.buffers()[1], dtype, len(c), c.offset * dtype.itemsize) for c in chunked.chunks if len(c)]
    if len(parts) == 1:
        return parts[0]
    found = np.concatenate(parts) if parts else np.zeros(0, dtype)
    found.flags.writeable = False
    return found
