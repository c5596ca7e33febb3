"""`ecsim export`: one command, three formats."""

import json
from pathlib import Path

import pytest

from commands import command
from ecsim.export import crate
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import JournalReader
from ecsim.rural.events import EVENTS


def test_a_log_is_written_beside_the_run_unless_a_place_is_named(
    early: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("export", str(early), "--format", "ocel", "--county", "Gongshan") == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{early}-ocel.sqlite: ")
    assert "events" in told
    assert "relations" in told
    assert early.with_name("run-ocel.sqlite").is_file()


def test_files_are_counted_as_json(early: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("export", str(early), "--format", "parquet", "--out", str(tmp_path / "out"), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == len(list((tmp_path / "out").rglob("*.parquet")))
    published = JournalReader(early, EVENTS).published
    assert published is not None
    assert told["rows"] > published.events


def test_a_crate_is_written_into_a_new_folder(
    early: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crate, "write_parquet_files", lambda _run, out, **_: out.mkdir())
    out = tmp_path / "crate"
    assert command("export", str(early), "--format", "ro-crate", "--out", str(out)) == 0
    assert (out / "ro-crate-metadata.json").is_file()
    assert capsys.readouterr().out == f"{out}: {sum(path.is_file() for path in out.rglob('*'))} files\n"


def test_a_county_limits_a_log_alone(early: Path) -> None:
    with pytest.raises(EcsimError, match="--county limits an OCEL log alone; in Parquet, filter by"):
        command("export", str(early), "--format", "parquet", "--county", "会泽")
    with pytest.raises(SystemExit):
        command("export", str(early), "--format", "xes")
