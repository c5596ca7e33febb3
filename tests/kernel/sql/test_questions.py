"""A query only reads; what is wrong with it is told in plain words; answers come as tables and files."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal.objects import object_path
from ecsim.kernel.sql import SqlSession, sql
from ecsim.kernel.sql.files import write_file


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM lot_sol", "no view 'lot_sol'; similar: lot_sold"),
        ("SELECT recieved_fen FROM lot_sold", "no column 'recieved_fen'; similar: received_fen"),
        ("SELECT l.channel_nam FROM lot_sold_named l", "no column 'channel_nam'; similar: channel"),
        ("SELECT zzz FROM works_finished", "no column 'zzz'; available: cause, day, project, seq"),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT day, sum(seq) FROM lot_sold", 'column "day" must appear in the GROUP BY clause'),
        ("SELECT sum(x) FROM other.lot_sold", "no view 'other.lot_sold'; similar: lot_sold"),
        ("SELECT 'a'::INTEGER", "Could not convert string 'a'"),
    ],
)
def test_a_wrong_query_is_told_in_plain_words(query: str, words: str, questions: SqlSession) -> None:
    with pytest.raises(EcsimError) as told:
        questions.ask(query).table()
    assert words in str(told.value)
    assert "Error:" not in str(told.value)


def test_an_error_shows_where_in_the_query_it_is(questions: SqlSession) -> None:
    with pytest.raises(EcsimError, match=r'at or near "lot_sold"\n  SELECT day FORM lot_sold\n +\^+'):
        questions.ask("SELECT day FORM lot_sold")


@pytest.mark.parametrize(
    "query",
    [
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO lot_sold SELECT * FROM lot_sold",
        "DROP VIEW lot_sold",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "ATTACH 'other.db'",
        "EXPORT DATABASE 'all'",
        "SET enable_external_access = true",
        "INSTALL sqlite",
        "CALL pragma_version()",
        "SELECT 1; DROP VIEW lot_sold",
        "",
    ],
)
def test_what_is_no_select_is_refused(
    query: str, questions: SqlSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EcsimError, match="a run can only be read: write one SELECT"):
        questions.ask(query)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "query",
    ["FROM read_csv('{file}')", "FROM read_text('{file}')", "FROM read_parquet('{file}')", "FROM glob('{folder}/*')"],
)
def test_a_select_reads_nothing_outside_the_run(query: str, questions: SqlSession, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(EcsimError, match="a query can read only the run"):
        questions.ask(query.format(file=secret, folder=tmp_path)).table()


def test_a_select_sees_no_variables_of_the_program(questions: SqlSession) -> None:
    mine = pd.DataFrame({"a": [1]})
    with pytest.raises(EcsimError, match="no view 'mine'"):
        questions.ask("SELECT * FROM mine")
    assert len(mine) == 1


def test_a_query_that_describes_summarises_pivots_or_explains_is_answered(questions: SqlSession) -> None:
    assert questions.ask("DESCRIBE lot_sold").table().num_rows == 10
    assert questions.ask("SUMMARIZE works_finished").table().num_rows == 4
    pivot = questions.ask("PIVOT payment_made_named ON funder_name USING sum(paid_fen) GROUP BY category_name").table()
    assert {"central", "local", "social"} <= set(pivot.column_names)
    assert questions.ask("EXPLAIN SELECT 1").table().num_rows == 1
    assert {"lot_sold", "lot_sold_named", "stations", "weeks"} <= set(
        questions.ask("SHOW TABLES").table().column("name").to_pylist()
    )


def test_two_answers_can_be_taken_by_turns(questions: SqlSession) -> None:
    one, two = (questions.ask(f"SELECT seq FROM {kind} ORDER BY seq") for kind in ("storms_came", "report_filed"))
    first = next(one.batches).num_rows
    assert two.table().num_rows > 0
    assert first + sum(batch.num_rows for batch in one.batches) == questions.ask("FROM storms_came").table().num_rows


def test_sums_are_whole_numbers_in_a_frame(sealed_run: Path) -> None:
    found = sql(
        sealed_run,
        "SELECT sum(paid_fen) AS fen, min(date) AS since, any_value(funder_name) AS who FROM payment_made_named",
    )
    assert str(found.fen.dtype) == "int64"
    assert found.fen[0] > 0
    assert found.since[0] == pd.Timestamp("2018-11-26")
    assert found.who[0] in {"central", "local", "social"}


def test_a_sum_that_does_not_fit_is_told(questions: SqlSession) -> None:
    with pytest.raises(EcsimError, match="write sum"):
        questions.ask("SELECT sum(9000000000000000000 + seq) FROM storms_came").table()


QUERY = "SELECT county_name, count(*) AS stations, NULL::DOUBLE AS nothing FROM stations GROUP BY ALL ORDER BY ALL"


def test_an_answer_is_written_as_csv_json_or_parquet(questions: SqlSession, tmp_path: Path) -> None:
    expected = questions.ask(QUERY).table().to_pylist()
    paths = [tmp_path / f"answer.{ending}" for ending in ("csv", "json", "parquet")]
    assert {write_file(questions.ask(QUERY), path) for path in paths} == {len(expected)}
    assert json.loads(paths[1].read_text(encoding="utf-8")) == expected
    assert pq.read_table(paths[2]).to_pylist() == expected
    csv = pd.read_csv(paths[0])
    assert csv.county_name.tolist() == [row["county_name"] for row in expected]
    assert csv.stations.tolist() == [row["stations"] for row in expected]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.csv", "answer.json", "answer.parquet"]


def test_what_is_no_number_is_null_in_json(questions: SqlSession, tmp_path: Path) -> None:
    write_file(questions.ask("SELECT 'NaN'::DOUBLE AS a, 1.5 AS b, 2::HUGEINT AS c"), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == [{"a": None, "b": 1.5, "c": 2}]


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("SELECT 1", "a.xlsx", "ends in .xlsx; allowed are .csv, .json, .parquet"),
        ("SELECT 1", "there/is/none.csv", "cannot be written (No such file or directory)"),
        ("SELECT [1, 2] AS a", "a.csv", "CSV cannot hold lists"),
        ("SELECT ('a' || seq)::INTEGER AS a FROM storms_came", "a.parquet", "Could not convert string"),
    ],
)
def test_an_answer_that_cannot_be_written_leaves_no_file(
    query: str, name: str, words: str, questions: SqlSession, tmp_path: Path
) -> None:
    with pytest.raises(EcsimError) as told:
        write_file(questions.ask(query), tmp_path / name)
    assert words in str(told.value)
    assert not list(tmp_path.iterdir())


def test_a_run_is_found_wherever_it_lies_and_however_it_is_named(
    sealed_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "the county's 会泽" / "run"
    shutil.copytree(sealed_run, folder)
    shutil.copytree(sealed_run.parent / "objects", folder.parent / "objects")
    monkeypatch.chdir(folder.parent)
    many = "SELECT count(*) AS n FROM lot_sold_named"
    assert sql("run", many).n[0] == sql(sealed_run, many).n[0] > 0


def test_no_room_for_what_a_query_reads_is_told(sealed_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, to: Path) -> None:
        to.write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    with SqlSession(sealed_run) as asked:
        monkeypatch.setattr(shutil, "copyfile", full)
        with pytest.raises(EcsimError, match=r"No space left on device.*TMPDIR"):
            asked.ask("SELECT count(*) FROM lot_sold")
        monkeypatch.undo()
        assert asked.ask("SELECT count(*) AS n FROM lot_sold").table().column("n")[0].as_py() > 0


def test_an_object_that_is_not_whole_is_told(sealed_run: Path, tmp_path: Path) -> None:
    shutil.copytree(sealed_run, tmp_path / "run")
    with SqlSession(tmp_path / "run") as asked:
        for _ in range(2):  # a view that could not be made is not forgotten
            with pytest.raises(VerificationError, match=r"lot_sold: object [0-9a-f]{64} is missing; `ecsim verify`"):
                asked.ask("SELECT count(*) FROM lot_sold")
        shutil.copytree(sealed_run.parent / "objects", tmp_path / "objects")
        name = asked.reader.seals[-1].objects["lot_sold"]
        path = object_path(tmp_path / "objects", name)
        whole = path.read_bytes()
        path.write_bytes(b"PAR1 and no more")
        with pytest.raises(VerificationError, match=r"lot_sold: object [0-9a-f]{64}\.parquet cannot be read"):
            asked.ask("SELECT sum(seq) FROM lot_sold").table()
        path.write_bytes(whole)
        assert asked.ask("SELECT count(*) FROM lot_sold").table().num_rows == 1
        path.write_bytes(b"PAR1 and no more")  # a query reads the copy that was made
        assert asked.ask("SELECT count(*) FROM lot_sold").table().num_rows == 1


def test_an_object_of_other_columns_is_told_in_a_listing_too(sealed_run: Path, tmp_path: Path) -> None:
    shutil.copytree(sealed_run, tmp_path / "run")
    shutil.copytree(sealed_run.parent / "objects", tmp_path / "objects")
    with SqlSession(tmp_path / "run") as asked:
        name = next(seal.objects["lot_sold"] for seal in asked.reader.seals if "lot_sold" in seal.objects)
        pq.write_table(pa.table({"x": [1]}), object_path(tmp_path / "objects", name))
        with pytest.raises(EcsimError, match="has the columns x"):
            asked.columns("lot_sold")
