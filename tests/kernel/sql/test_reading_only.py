"""A question reads the run's objects and does nothing else, however it is written and whatever it calls."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.sql import SqlSession

WRITES = [
    "COPY (SELECT 1) TO '{object}' (FORMAT parquet, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 666 AS owned) TO '{object}' (FORMAT parquet, USE_TMP_FILE false)",
    "explain/* */analyze copy (SELECT 1) TO '{object}' (FORMAT parquet)",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO '{object}' (FORMAT parquet)",
    "EXPLAIN COPY (SELECT 1) TO '{object}' (FORMAT parquet)",
    "WITH x AS (COPY (SELECT 1) TO '{object}' (FORMAT parquet)) SELECT * FROM x",
    "-- 先看\nWITH x AS (COPY (SELECT 1) TO '{object}' (FORMAT parquet)) SELECT * FROM x",
    "EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO '{object}' (FORMAT parquet)) SELECT * FROM x",
    "COPY (PIVOT weeks ON day USING count(*)) TO '{object}' (FORMAT parquet)",
    "EXPLAIN ANALYZE COPY (PIVOT weeks ON day USING count(*)) TO '{object}' (FORMAT parquet)",
    "WITH x AS (COPY (SELECT 1) TO '{object}' (FORMAT parquet)) PIVOT weeks ON day USING count(*)",
    "FROM query('WITH x AS (COPY (SELECT 1) TO ''{object}'' (FORMAT parquet)) SELECT * FROM x')",
    "SELECT * FROM weeks) t; COPY weeks TO '{object}' (FORMAT parquet); FROM (SELECT 1",
    "SELECT 1; COPY weeks TO '{object}' (FORMAT parquet)",
    "SELECT (WITH x AS (DELETE FROM names.counties RETURNING *) SELECT count(*) FROM x)",
    "WITH x AS (INSERT INTO names.counties SELECT * FROM names.counties RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM names.counties RETURNING *) SELECT * FROM x",
    "WITH x AS (UPDATE names.counties SET county_name = 'X' RETURNING *) SELECT * FROM x",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TABLE mine AS PIVOT weeks ON day USING count(*)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE MACRO mine(a) AS a + 1",
    "CREATE SECRET mine (TYPE http)",
    "CREATE SCHEMA mine",
    "CREATE SEQUENCE mine",
    "CREATE TYPE mine AS ENUM ('a')",
    "INSERT INTO names.counties SELECT * FROM names.counties",
    "UPDATE names.counties SET county_name = 'X'",
    "DELETE FROM names.counties",
    "MERGE INTO names.counties USING weeks ON true WHEN MATCHED THEN DELETE",
    "DROP VIEW weeks",
    "DROP SCHEMA names CASCADE",
    "ALTER TABLE names.counties ADD COLUMN x INTEGER",
    "TRUNCATE names.counties",
    "ATTACH '{place}/other.db'",
    "ATTACH '{object}' (TYPE parquet)",
    "DETACH memory",
    "USE memory",
    "EXPORT DATABASE '{place}/all'",
    "IMPORT DATABASE '{place}/all'",
    "COPY FROM DATABASE memory TO other",
    "COPY names.counties FROM '{object}'",
    "INSTALL sqlite",
    "LOAD sqlite",
    "FORCE INSTALL httpfs",
    "UPDATE EXTENSIONS",
    "SET enable_external_access = true",
    "SET GLOBAL allowed_directories = ['/']",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "PRAGMA profile_output = '{place}/profile.json'",
    "PRAGMA database_list",
    "CALL enable_logging(storage := 'file', storage_path := '{place}')",
    "CALL checkpoint()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "PREPARE mine AS SELECT 1",
    "EXECUTE mine",
    "SET VARIABLE mine = 1",
    "COMMENT ON VIEW weeks IS 'x'",
    "",
    ";",
    "-- nothing",
]
READS_ELSEWHERE = [
    "FROM read_csv('{secret}')",
    "FROM read_text('{secret}')",
    "FROM read_blob('{secret}')",
    "FROM read_json('{secret}')",
    "FROM read_parquet('{secret}')",
    "FROM parquet_metadata('{secret}')",
    "FROM sniff_csv('{secret}')",
    "FROM '{secret}'",
    "FROM query('FROM read_text(''{secret}'')')",
    "FROM query_table('{secret}')",
    "FROM glob('{place}/*')",
    "FROM read_parquet('https://127.0.0.1:9/a.parquet')",
    "FROM read_duckdb('{secret}')",
    "EXPLAIN FROM read_csv('{secret}')",
    "FROM duckdb_secrets()",
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mine(sealed_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSession]:
    """A copy of the sealed_run, which a hole in a door may spoil."""
    folder = tmp_path_factory.mktemp("asked_for_writing")
    shutil.copytree(sealed_run, folder / "run")
    shutil.copytree(sealed_run.parent / "objects", folder / "objects")
    with SqlSession(folder / "run") as questions:
        yield questions


def files_of(questions: SqlSession) -> dict[Path, bytes]:
    """Return the content of every file of a run and its store."""
    return {path: path.read_bytes() for path in questions.reader.folder.parent.rglob("*") if path.is_file()}


def filled(query: str, questions: SqlSession, place: Path) -> str:
    held = next(iter(questions.reader.seals[0].objects.values()))
    object_path = questions.reader.store.resolve() / held[:2] / f"{held}.parquet"
    return query.replace("{object}", str(object_path)).replace("{place}", str(place))


def test_no_statement_but_a_query_is_run(mine: SqlSession, place: Path) -> None:
    before, counties = files_of(mine), mine.ask("FROM counties ORDER BY county").table()
    for query in WRITES:
        with pytest.raises(EcsimError) as told:
            mine.ask(filled(query, mine, place)).table()
        assert str(told.value).startswith("SQL: "), query
        assert files_of(mine) == before, query
    assert [path.name for path in place.iterdir()] == ["secret.csv"]
    assert mine.ask("FROM counties ORDER BY county").table().equals(counties)


def test_a_query_that_does_write_gets_at_no_file_that_counts(mine: SqlSession, place: Path) -> None:
    """DuckDB runs what was serialised as JSON, whatever it is: then there must be nothing to write to."""
    before = files_of(mine)
    copies = Path(mine.ask("SELECT current_setting('temp_directory') AS place").table().column("place")[0].as_py())
    own = mine.reader.folder.resolve()
    tried = ["{object}", "{place}/new.csv", "{place}/secret.csv", f"{own}/manifest.jsonl", f"{copies}/../outside.csv"]
    for target in tried:
        copy = f"WITH x AS (COPY (SELECT 1) TO ''{target}'' (FORMAT csv, USE_TMP_FILE false)) SELECT * FROM x"
        query = filled(f"FROM json_execute_serialized_sql(json_serialize_sql('{copy}'))", mine, place)
        with pytest.raises(EcsimError, match="files and settings outside it are out of reach"):
            mine.ask(query).table()
    assert files_of(mine) == before
    assert (place / "secret.csv").read_text(encoding="utf-8") == "a\n1\n"
    mine.close()
    assert not copies.exists()


def test_no_path_of_the_run_is_shown(mine: SqlSession) -> None:
    """Settings and views tell of the copies alone, so what a received query prints may be passed on."""
    mine.ask("SELECT count(*) FROM lot_sold").table()
    for query in (
        "SELECT string_agg(value, ' ') AS told FROM duckdb_settings()",
        "SELECT string_agg(sql, ' ') AS told FROM duckdb_views()",
    ):
        told = mine.ask(query).table().column("told")[0].as_py()
        assert mine.reader.folder.parent.name not in told


@pytest.mark.parametrize("query", READS_ELSEWHERE)
def test_nothing_but_the_run_is_read(query: str, questions: SqlSession, place: Path) -> None:
    told = query.replace("{secret}", str(place / "secret.csv")).replace("{place}", str(place))
    with pytest.raises(EcsimError, match=r"files and settings outside it are out of reach|no view"):
        questions.ask(told).table()


def test_no_function_that_a_query_can_call_writes(mine: SqlSession, place: Path) -> None:
    functions = mine.ask("SELECT DISTINCT function_name AS name FROM duckdb_functions() WHERE function_type = 'table'")
    before, answered = files_of(mine), 0
    endless = {"repeat", "repeat_row", "test_all_types"}
    for name in set(functions.table().column("name").to_pylist()) - endless:
        for arguments in ("", "'{object}'", f"'{place}/new'", f"'{{object}}', '{place}/new'", f"storage := '{place}'"):
            try:
                answer = mine.ask(filled(f'SELECT * FROM "{name}"({arguments}) LIMIT 1', mine, place))
                answered += answer.table().num_rows
            except EcsimError:
                continue
    assert answered > 5
    assert files_of(mine) == before
    assert [path.name for path in place.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("text", ["SELECT '\ud800'", "\udfff", "SELECT 1 -- \ud800"])
def test_half_a_character_is_told_in_one_sentence(text: str, questions: SqlSession) -> None:
    with pytest.raises(EcsimError, match="a character that UTF-8 cannot write") as told:
        questions.ask(text)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("-- 会泽县\nSELECT 1 AS a; -- 一", ["a"]),
        ("/* 甲 */ SELECT 1 AS a ; ;", ["a"]),
        ("(SELECT 1 AS a)", ["a"]),
        ("VALUES (1)", ["col0"]),
        ("FROM weeks SELECT day", ["day"]),
        ("WITH w AS (FROM weeks) SELECT day FROM w", ["day"]),
        ("PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)", ["1"]),
        ("explain\n-- 一\nSELECT 1", ["explain_key", "explain_value"]),
        ("EXPLAIN PIVOT weeks ON day USING count(*)", ["explain_key", "explain_value"]),
    ],
)
def test_queries_of_every_form_are_answered(query: str, columns: list[str], questions: SqlSession) -> None:
    assert questions.ask(query).table().column_names == columns


def test_the_order_of_an_answer_is_that_of_its_query(questions: SqlSession) -> None:
    found = questions.ask("SELECT seq FROM lot_sold ORDER BY hash(seq)").table().column("seq").to_pylist()
    ordered = duckdb.sql(f"SELECT unnest({sorted(found)}) AS seq ORDER BY hash(seq)").fetchall()
    assert [(seq,) for seq in found] == ordered
