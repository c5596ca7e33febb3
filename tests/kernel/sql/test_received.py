"""A run that somebody else sent is listed, asked and exported without running anything of its sender."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from commands import command
from ecsim.audit.verify import verify_run
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.journal.manifest import MANIFEST, chained, read_lines
from ecsim.kernel.sql import SqlSession
from ecsim.kernel.sql.identifiers import identifier, literal

Line = dict[str, Any]
SQL = "x\" AS SELECT 1 AS a; COPY (SELECT 'owned' AS precious) TO '{victim}' (FORMAT parquet, USE_TMP_FILE false); --"


def with_kind(name: str) -> Callable[[list[Line], Path], None]:
    def change(lines: list[Line], victim: Path) -> None:
        kind = {"kind": name.replace("{victim}", str(victim)), "version": 1, "columns": [["county", "<i4", "counties"]]}
        lines[0]["kinds"].append(kind)

    return change


def with_column(name: str) -> Callable[[list[Line], Path], None]:
    def change(lines: list[Line], victim: Path) -> None:
        told = [name.replace("{victim}", str(victim)), "<i4", "counties"]
        lines[0]["kinds"].append({"kind": "festival_held", "version": 1, "columns": [told]})

    return change


def with_object(lines: list[Line], victim: Path) -> None:
    """Name the reader's own file as an object."""
    store = victim.parent.parent / "sent" / "objects"
    name = "../" * (len(store.parts) + 3) + str(victim.with_suffix("")).lstrip("/")
    lines[1]["objects"]["storms_came"] = name


def with_number(key: str) -> Callable[[list[Line], Path], None]:
    def change(lines: list[Line], victim: Path) -> None:
        text = f"1; COPY (SELECT 1) TO '{victim}' (FORMAT parquet, USE_TMP_FILE false); --"
        if key == "marks":
            lines[1]["marks"][0][0] = text
        else:
            lines[1] |= {key: text, "cut": True}

    return change


def with_word(lines: list[Line], _: Path) -> None:
    told = "x' END FROM weeks; COPY (SELECT 1) TO 'owned.parquet' (USE_TMP_FILE false); --"
    for words in lines[0]["vocabularies"].values():
        words.update(dict.fromkeys(words, told))


FORGERIES = {
    "a kind that is SQL": with_kind(SQL),
    "a kind that is a path": with_kind("../../stolen"),
    "a kind in capitals": with_kind("Festival"),
    "a kind without a name": with_kind(""),
    "a column that is SQL": with_column(SQL),
    "an object outside the store": with_object,
    "a first that is SQL": with_number("first"),
    "a next that is SQL": with_number("next"),
    "a mark that is SQL": with_number("marks"),
}


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    (tmp_path / "victim").mkdir()
    path = tmp_path / "victim" / "data.parquet"
    path.write_bytes(b"precious")
    return path


def received(sealed_run: Path, victim: Path, change: Callable[[list[Line], Path], None]) -> Path:
    """Return a copy of a run whose manifest was changed, each line following the one before as it should."""
    sent = victim.parent.parent / "sent"
    shutil.copytree(sealed_run, sent / "run")
    shutil.copytree(sealed_run.parent / "objects", sent / "objects")
    lines = [line for line, _ in read_lines(sent / "run" / MANIFEST)]
    change(lines, victim)
    previous, written = "", b""
    for line in lines:
        raw = chained({key: value for key, value in line.items() if key not in ("previous", "hash")}, previous)
        previous, written = hashlib.sha256(raw).hexdigest(), written + raw
    (sent / "run" / MANIFEST).write_bytes(written)
    return sent / "run"


def unharmed(victim: Path) -> bool:
    return [*victim.parent.iterdir()] == [victim] and victim.read_bytes() == b"precious"


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_a_manifest_with_strange_names_is_refused_in_one_sentence(
    change: Callable[[list[Line], Path], None], sealed_run: Path, victim: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = received(sealed_run, victim, change)
    before = sorted(victim.parent.parent.rglob("*"))
    for asked in (
        ["sql", str(sent)],
        ["sql", str(sent), "SELECT count(*) FROM storms_came"],
        ["export", str(sent), "--format", "parquet"],
        ["export", str(sent), "--format", "ocel"],
    ):
        with pytest.raises(VerificationError) as told:
            command(*asked)
        assert "\n" not in str(told.value)
        assert len(str(told.value)) < 500
    assert unharmed(victim)
    assert sorted(victim.parent.parent.rglob("*")) == before
    assert capsys.readouterr().out == ""


def test_verify_of_a_manifest_with_sql_in_it_runs_none(sealed_run: Path, victim: Path) -> None:
    sent = received(sealed_run, victim, with_kind(SQL))
    with suppress(EcsimError):
        verify_run(sent)
    assert unharmed(victim)


def test_words_of_a_manifest_are_words_to_sql(sealed_run: Path, victim: Path) -> None:
    sent = received(sealed_run, victim, with_word)
    with pytest.raises(VerificationError):
        SqlSession(sent)
    assert unharmed(victim)


@pytest.mark.parametrize("text", ["a", 'a"b', "a'b", '"; DROP VIEW x; --', "'; DROP VIEW x; --", "会泽", "a\nb"])
def test_quoted_names_and_texts_are_themselves(text: str) -> None:
    found = duckdb.connect().sql(f"SELECT {literal(text)} AS {identifier(text)}")
    assert found.columns == [text]
    assert found.fetchall() == [(text,)]
