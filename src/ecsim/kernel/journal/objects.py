"""Sealed events: one Parquet object for each kind, named by the SHA-256 of its bytes, in a store that runs share.

Runs that begin alike (forks, seeds of one scenario's opening) share objects, since the same rows give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import disk

ENVELOPE = (("seq", np.dtype(np.int64)), ("day", np.dtype(np.int32)), ("cause", np.dtype(np.int64)))
MOST_ROWS_A_BYTE = 2**12
"""More rows than this a byte no object of ours holds, so one that says it does is not read.

Notes
-----
Three columns of each row are written as differences, 5 bytes or more for every 128 of them, and LZ4 makes no 255 bytes
smaller than one: 128 / (3 × 5) × 255 = 2,176 rows a byte. A tail holds less.
"""
Columns = dict[str, NDArray[Any]]


def layout(kind: type[Event]) -> list[tuple[str, np.dtype[Any]]]:
    """Return names and types of the stored columns of a kind: the envelope, then its own; flags as bytes."""
    columns = [(c.name, np.dtype(np.uint8) if c.dtype == np.bool_ else c.dtype) for c in kind.columns]
    return [*ENVELOPE, *columns]


def gathered(batches: Sequence[tuple[Event, Stamp]]) -> Columns:
    """Return the rows of batches of one kind as columns, envelope included; each of shape (rows,)."""
    columns: Columns = {
        "seq": np.concatenate([stamp.seqs(event) for event, stamp in batches]),
        "day": np.concatenate([np.full(event.rows, stamp.day, np.int32) for event, stamp in batches]),
        "cause": np.concatenate([stamp.cause for _, stamp in batches]),
    }
    for column in type(batches[0][0]).columns:
        columns[column.name] = np.concatenate([event.__dict__[column.name] for event, _ in batches])
    return columns


def arrow_schema(kind: type[Event]) -> pa.Schema:
    """Return the Arrow schema of every object of a kind: names, types and order of `layout`; no value is missing."""
    return pa.schema([pa.field(name, pa.from_numpy_dtype(dtype), nullable=False) for name, dtype in layout(kind)])


def write_object(store: Path, kind: type[Event], columns: Columns) -> str:
    """Write one object and return its name, the SHA-256 of its bytes; an object that is there already is kept.

    Parameters
    ----------
    store : folder of the objects
    kind : whose rows they are
    columns : envelope and own columns, of one length, by sequence number
    """
    schema, arrays = arrow_schema(kind), []
    for (name, dtype), stored in zip(layout(kind), schema, strict=True):
        values = np.ascontiguousarray(columns[name]).view(np.uint8) if dtype == np.uint8 else columns[name]
        buffer = pa.py_buffer(np.ascontiguousarray(values, dtype))
        arrays.append(pa.Array.from_buffers(stored.type, len(values), [None, buffer]))
    table = pa.Table.from_arrays(arrays, schema=schema)
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
    """Return where an object lies in a store: ``ab/ab….parquet``, by the first two digits of its name."""
    return store / name[:2] / f"{name}.parquet"


def check_object(store: Path, name: str, kind: type[Event], most_rows: int | None = None) -> int:
    """Return how many rows an object says it holds; refuse one that is not of a kind.

    Its values are not read, nor its bytes held against its name.

    Parameters
    ----------
    most_rows : how many rows its seal has room for; None: not known

    Raises
    ------
    VerificationError
        If it is missing, no plain file, no Parquet, of another schema, or says that it holds more than it can.
    """
    path = object_path(store, name)
    try:
        size = disk.size_of(path)
    except (FileNotFoundError, NotADirectoryError):
        raise VerificationError(
            f"{kind.kind}: object {name} is missing; `ecsim verify` reports what else is damaged"
        ) from None
    with path.open("rb") as file:
        rows: int = _opened(file, size, kind, path.name, most_rows).metadata.num_rows
    return rows


def read_object(
    store: Path, name: str, kind: type[Event], without: Sequence[str] = (), most_rows: int | None = None
) -> Columns:
    """Return the columns of an object, or all but some, checked against its name and its kind.

    Parameters
    ----------
    most_rows : as in `check_object`

    Raises
    ------
    VerificationError
        If it is missing, or is not what its name or its kind says.
    """
    path = object_path(store, name)
    try:
        content = disk.read(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VerificationError(f"{kind.kind}: object {path.name} cannot be read ({error.strerror})") from None
    if hashlib.sha256(content).hexdigest() != name:
        raise VerificationError(f"{kind.kind}: object {path.name} was altered: its bytes do not hash to its name")
    return columns_of(content, kind, path.name, without, most_rows, sums=False)


def columns_of(
    content: bytes, kind: type[Event], name: str, without: Sequence[str] = (), most_rows: int | None = None,
    *, sums: bool = True,
) -> Columns:  # fmt: skip
    """Return the columns that an object's bytes hold, or all but some.

    Parameters
    ----------
    most_rows : as in `check_object`
    sums : whether to check the sums of its pages; needless where its bytes were hashed

    Raises
    ------
    VerificationError
        If they are no Parquet, fail their checksums, or are of another schema.
    """
    wanted = [(column, dtype) for column, dtype in layout(kind) if column not in without]
    file = _opened(pa.BufferReader(content), len(content), kind, name, most_rows, sums=sums)
    try:
        table = file.read(columns=[column for column, _ in wanted])
    except (pa.ArrowException, OSError) as error:
        raise VerificationError(f"{kind.kind}: object {name} cannot be read ({error})") from None
    return {column: _values(table.column(column), dtype) for column, dtype in wanted}


def _opened(
    source: pa.BufferReader | IO[bytes],
    size: int,
    kind: type[Event],
    name: str,
    most_rows: int | None,
    *,
    sums: bool = False,
) -> pq.ParquetFile:
    """Return an object opened, nothing of it read but what it says of itself: the one place where that is checked."""
    try:
        file = pq.ParquetFile(source, page_checksum_verification=sums)
        schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise VerificationError(f"{kind.kind}: object {name} cannot be read ({error})") from None
    if problem := _unlike(schema, arrow_schema(kind), file.schema):
        raise VerificationError(f"{kind.kind}: object {name} {problem}")
    room = MOST_ROWS_A_BYTE * size if most_rows is None else min(most_rows, MOST_ROWS_A_BYTE * size)
    if rows > room:
        raise VerificationError(
            f"{kind.kind}: object {name} says that it holds {rows:,} rows; there is room for {room:,}"
        )
    return file


def _unlike(schema: pa.Schema, known: pa.Schema, parquet: pq.ParquetSchema) -> str:
    """Return in what a schema is not a kind's: columns and their order, types, whether values may be missing."""
    if schema.names != known.names:
        return f"has the columns {', '.join(schema.names)}; its kind has {', '.join(known.names)}"
    for place, (field, expected) in enumerate(zip(schema, known, strict=True)):
        if field.type != expected.type:
            return f"holds {field.name} as {field.type}; its kind holds {expected.type}"
        column = parquet.column(place)
        if field.nullable or column.max_definition_level or column.max_repetition_level:
            return f"lets values of {field.name} be missing or repeated; its kind does not"
        if column.physical_type != ("INT64" if field.type == pa.int64() else "INT32"):
            return f"stores {field.name} as {column.physical_type}"
    return ""


def _values(chunked: pa.ChunkedArray, dtype: np.dtype[Any]) -> NDArray[Any]:
    parts = [np.frombuffer(c.buffers()[1], dtype, len(c), c.offset * dtype.itemsize) for c in chunked.chunks if len(c)]
    if len(parts) == 1:
        return parts[0]
    values = np.concatenate(parts) if parts else np.zeros(0, dtype)
    values.flags.writeable = False
    return values
