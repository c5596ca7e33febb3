"""Exported Parquet says the same to every reader, and the same as the journal."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ecsim.export import write_parquet_files
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.rural.events import EVENTS


@pytest.fixture(scope="module")
def exported(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parquet") / "out"
    steps: list[tuple[int, int]] = []
    rows = write_parquet_files(run, out, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (len(rows), len(rows))
    assert {path.relative_to(out) for path in out.rglob("*.parquet")} == rows.keys()
    return out


def sums_by_reader(path: Path, columns: list[str]) -> dict[str, list[int]]:
    """Return the sum of each column as four readers see it; nothing counts as 0."""
    added = ", ".join(f'coalesce(sum("{name}"), 0)' for name in columns)
    row: Any = duckdb.sql(f"SELECT {added} FROM read_parquet('{path}')").fetchall()[0]
    table, lazy = pq.read_table(path), pl.read_parquet(path)
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    return {
        "duckdb": [int(value) for value in row],
        "polars": [int(lazy[name].cast(pl.Int64).sum()) for name in columns],
        "pandas": [int(frame[name].dropna().astype("int64").sum()) for name in columns],
        "pyarrow": [pc.sum(table.column(name).cast("int64")).as_py() or 0 for name in columns],
    }


def whole_columns(path: Path) -> list[str]:
    return [field.name for field in pq.read_schema(path) if str(field.type).lstrip("u").startswith(("int", "bool"))]


def test_four_readers_and_the_journal_agree_on_every_whole_number_of_every_kind(exported: Path, run: Path) -> None:
    reader, rows = JournalReader(run, EVENTS), 0
    for kind in EVENTS:
        path = exported / "events" / f"{kind.kind}.parquet"
        columns, stored = whole_columns(path), reader.kind(kind)
        assert stored.keys() <= set(columns)
        sums = sums_by_reader(path, columns)
        assert all(found == sums["duckdb"] for found in sums.values()), kind.kind
        by_column = dict(zip(columns, sums["duckdb"], strict=True))
        assert {name: by_column[name] for name in stored} == {
            name: int(values.astype(np.int64).sum()) for name, values in stored.items()
        }
        rows += pq.read_metadata(path).num_rows
    assert reader.published is not None
    assert rows == reader.published.events


def test_four_readers_agree_on_the_tables_of_things(exported: Path) -> None:
    paths = sorted((exported / "tables").glob("*.parquet"))
    assert {"counties.parquet", "households.parquet", "stations.parquet"} <= {path.name for path in paths}
    for path in paths:
        sums = sums_by_reader(path, whole_columns(path))
        assert all(found == sums["duckdb"] for found in sums.values()), path.name


def test_events_come_in_the_order_they_happened(exported: Path) -> None:
    for path in (exported / "events").glob("*.parquet"):
        seq = pq.read_table(path, columns=["seq"]).column("seq").to_numpy()
        assert (np.diff(seq) > 0).all(), path.name


def test_names_are_text_in_every_reader(exported: Path) -> None:
    path = exported / "tables" / "counties.parquet"
    names = pl.read_parquet(path)["county_name"].to_list()
    assert "会泽县" in names
    assert pd.read_parquet(path).county_name.tolist() == names == pq.read_table(path).column("county_name").to_pylist()


def test_every_column_of_every_file_is_told(exported: Path) -> None:
    with (exported / "columns.csv").open(encoding="utf-8", newline="") as source:
        told = list(csv.DictReader(source))
    for path in exported.rglob("*.parquet"):
        name = path.relative_to(exported).as_posix()
        assert [row["column"] for row in told if row["file"] == name] == pq.read_schema(path).names
    assert next(row for row in told if row["file"] == "events/works_finished.parquet")["holds"] == "Works are accepted."


def test_a_run_that_kept_less_than_all_is_not_exported(tmp_path: Path) -> None:
    Journal.create(tmp_path / "run", {"scenario": {}}, EVENTS, "digest").close()
    with pytest.raises(EcsimError, match="keeps digest only"):
        write_parquet_files(tmp_path / "run", tmp_path / "out")
    assert not (tmp_path / "out").exists()
