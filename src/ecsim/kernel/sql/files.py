"""Answers as CSV, JSON or Parquet; rows are written as they come."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of
from ecsim.kernel.sql.session import Answer

_DIFFERENCED = (pa.int32(), pa.int64())


def write_csv(answer: Answer, sink: IO[bytes]) -> int:
    """Write an answer as CSV in UTF-8, with a line of column names; return how many rows there were."""
    rows = 0
    try:
        with pacsv.CSVWriter(sink, answer.schema) as writer:
            for batch in answer.batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    except pa.ArrowInvalid as error:
        raise EcsimError(f"CSV: {error}; CSV cannot hold lists: unnest them, or write Parquet or JSON") from None
    return rows


def write_json(answer: Answer, sink: IO[bytes]) -> int:
    """Write an answer as a JSON list, one object per row; return how many rows there were."""
    rows = 0
    sink.write(b"[")
    for batch in answer.batches:
        for row in batch.to_pylist():
            known = {name: _json_value(value) for name, value in row.items()}
            sink.write(b",\n" if rows else b"\n")
            sink.write(json.dumps(known, ensure_ascii=False, default=str).encode())
            rows += 1
    sink.write(b"\n]\n")
    return rows


def write_parquet(answer: Answer, sink: IO[bytes]) -> int:
    """Write an answer as Parquet, words as dictionaries, whole numbers as differences; return how many rows it has."""
    rows, columns = 0, list(answer.schema)
    with pq.ParquetWriter(
        sink,
        answer.schema,
        compression="zstd",
        write_page_checksum=True,
        use_dictionary=[field.name for field in columns if pa.types.is_string(field.type)],
        column_encoding={field.name: "DELTA_BINARY_PACKED" for field in columns if field.type in _DIFFERENCED},
    ) as writer:
        for batch in answer.batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


WRITERS: dict[str, Callable[[Answer, IO[bytes]], int]] = {
    ".csv": write_csv,
    ".json": write_json,
    ".parquet": write_parquet,
}
"""By the ending of the file."""


def write_file(answer: Answer, path: Path) -> int:
    """Write an answer to a file, its format by the ending; the file is there whole or not at all.

    Raises
    ------
    EcsimError
        If the ending is unknown, the folder is not there, or a row cannot be had.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise EcsimError(f"{path}: ends in {path.suffix or 'nothing'}; allowed are {', '.join(WRITERS)}")
    with draft_of(path) as draft, draft.open("wb") as sink:
        return writer(answer, sink)


def _json_value(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    return None if isinstance(value, float) and not math.isfinite(value) else value
