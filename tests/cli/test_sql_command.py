"""`ecsim sql`: what it prints and writes, and what wrong input is told."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commands import command
from ecsim.kernel.errors import EcsimError

QUERY = "SELECT station, village_name, opened_date, 1234.5::DOUBLE AS amount, NULL AS nothing FROM stations ORDER BY 1"


def test_a_table_shows_the_first_rows_and_says_how_to_get_all(
    sealed_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("sql", str(sealed_run), QUERY) == 0
    told = capsys.readouterr().out
    assert "village_name" in told
    assert "2019-" in told
    assert "1,234.50" in told
    assert "the first 100 rows; --csv, --json or --out FILE gives all" in told
    assert command("sql", str(sealed_run), f"{QUERY} LIMIT 3") == 0
    assert "the first" not in capsys.readouterr().out


def test_a_text_is_shown_as_it_is(sealed_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = ("[/x]", "[red]hidden", "[bold]a[/bold]", ":smile:", "$a$")
    told = ", ".join(f"'{text}' AS \"{text}\"" for text in texts)
    assert command("sql", str(sealed_run), f"SELECT {told}") == 0
    shown = capsys.readouterr().out
    assert [shown.count(text) for text in texts] == [2] * len(texts)


def test_csv_and_json_give_every_row(sealed_run: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert command("sql", str(sealed_run), QUERY, "--csv") == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0] == '"station","village_name","opened_date","amount","nothing"'
    assert command("sql", str(sealed_run), QUERY, "--json") == 0
    rows = json.loads(capfdbinary.readouterr().out)
    assert len(rows) == len(lines) - 1 > 100
    assert rows[0]["station"] == 0


def test_a_file_is_written_in_the_format_of_its_ending(
    sealed_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("sql", str(sealed_run), QUERY, "--out", str(tmp_path / "stations.parquet")) == 0
    rows = pq.read_table(tmp_path / "stations.parquet").num_rows
    assert capsys.readouterr().out == f"{tmp_path / 'stations.parquet'}: {rows:,} rows\n"


def test_without_a_query_views_are_listed_as_csv_and_no_file_is_written(
    sealed_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("sql", str(sealed_run), "--csv") == 0
    views = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {"lot_sold", "stations"} <= {row["view"] for row in views}
    assert all(row["columns"] for row in views)
    with pytest.raises(EcsimError, match="say what to write, as one SELECT"):
        command("sql", str(sealed_run), "--out", str(tmp_path / "views.csv"))


def test_without_a_query_all_views_are_listed(sealed_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("sql", str(sealed_run), "--json") == 0
    views = {row["view"]: row for row in json.loads(capsys.readouterr().out)}
    assert {"lot_sold", "lot_sold_named", "stations", "counties", "weeks"} <= views.keys()
    assert views["lot_sold_named"]["columns"].startswith("seq, day, date, cause, plot, channel, channel_name")
    assert views["station_closed"]["holds"] == "A station is given up."
    assert command("sql", str(sealed_run)) == 0
    assert "A station is given up." in capsys.readouterr().out


def test_wrong_input_is_told(sealed_run: Path, tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="no view 'sations'; similar: stations"):
        command("sql", str(sealed_run), "SELECT * FROM sations")
    with pytest.raises(EcsimError, match="no run there"):
        command("sql", str(tmp_path), "SELECT 1")
    with pytest.raises(EcsimError, match="ends in nothing"):
        command("sql", str(sealed_run), "SELECT 1", "--out", str(tmp_path / "answer"))
    assert not list(tmp_path.iterdir())
    with pytest.raises(SystemExit):
        command("sql", str(sealed_run), QUERY, "--csv", "--json")
