"""Places that cannot be written, consoles that cannot show a letter, arguments that are no text: one sentence each."""

import datetime as dt
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.rural.simulate import simulate
from runs import CONFIGS, scenario
from shop import lay_out_shop


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, a study of a function, its results and a part of them."""
    home = tmp_path_factory.mktemp("places")
    simulate(scenario(sample=0.001, end=dt.date(2018, 1, 21)), 1, out=home / "run")
    study = str(lay_out_shop(home / "study"))
    assert main(["compare", study, "--out", str(home / "results"), "--workers", "1", "--json"]) == 0
    assert main(["compare", study, "--out", str(home / "part"), "--workers", "1", "--shard", "1/1"]) == 0
    return home


WRITING = {
    "run": "run {configs}/baseline.toml --set sample=0.001 --set end=2018-01-14 --out {out}",
    "sql": "sql {home}/run select(1) --out {out}.csv",
    "export --format ocel": "export {home}/run --format ocel --out {out}.sqlite",
    "export --format parquet": "export {home}/run --format parquet --out {out}",
    "export --format ro-crate": "export {home}/run --format ro-crate --out {out}",
    "trace": "trace {home}/run village_coverage --county 会泽县 --html {out}",
    "compare": "compare {home}/study --workers 1 --out {out}",
    "estimate": "estimate {home}/study --workers 1 --out {out}",
    "merge": "merge {home}/part --experiment {home}/study --out {out}",
    "sensitivity": "sensitivity {home}/study --workers 1 --out {out}",
    "robust": "robust {home}/study --workers 1 --out {out}",
    "fork": "fork {home}/run --at 2018-01-10 --out {out}",
    "reproduce": "reproduce {home}/run --out {out}",
    "plausibility": "plausibility --config {configs}/scenarios/no_money.toml --out {out}",
}


def line_of(command: str, home: Path, out: Path) -> list[str]:
    """Return a command line that writes to a place."""
    return WRITING[command].format(configs=CONFIGS, home=home, out=out).split()


def refused(line: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence with which a command ended."""
    capsys.readouterr()
    assert main(line) == 2
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    told = [row for row in printed.splitlines() if row.startswith("ecsim: ")]
    assert len(told) == 1
    assert len(told[0]) <= 400
    return told[0]


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("place", ["file/out", "x" * 300])
def test_a_place_that_cannot_be_written_is_one_sentence(
    command: str, place: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    told = refused(line_of(command, home, tmp_path / place), capsys)
    assert "cannot be written (" in told
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("command", WRITING)
def test_a_file_or_folder_in_the_way_is_one_sentence_and_stays(
    command: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = line_of(command, home, tmp_path / "out")
    written = Path(line[-1])
    to_file = written.suffix in {".csv", ".parquet", ".sqlite"} or command in {"trace", "plausibility"}
    if to_file:
        written.mkdir()
    else:
        written.write_bytes(b"mine")
    assert "cannot be written (" in refused(line, capsys)
    assert [path.name for path in tmp_path.iterdir()] == [written.name]
    assert to_file or written.read_bytes() == b"mine"


@pytest.mark.parametrize("command", WRITING)
def test_an_empty_place_is_refused(command: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = [*line_of(command, home, Path("out"))[:-1], ""]
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    assert f"argument {line[-2]}: is empty; name a file or folder" in capsys.readouterr().err


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Path], None]:
    """Return what makes the system refuse every file and folder that is to be written below a folder."""

    def refuse(number: int, folder: Path) -> None:
        def refusing_call(real: Callable[..., object], writes: Callable[..., bool]) -> Callable[..., object]:
            def call(path: object, *given: object, **more: object) -> object:
                if writes(*given, **more) and str(path).startswith(str(folder)):
                    raise OSError(number, os.strerror(number), str(path))
                return real(path, *given, **more)

            return call

        def by_flags(flags: int = 0, *_: object, **__: object) -> bool:
            return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

        def by_mode(mode: str = "r", *_: object, **__: object) -> bool:
            return any(letter in mode for letter in "wax+")

        monkeypatch.setattr(os, "open", refusing_call(os.open, by_flags))
        monkeypatch.setattr(io, "open", refusing_call(io.open, by_mode))
        monkeypatch.setattr(os, "mkdir", refusing_call(os.mkdir, lambda *_, **__: True))

    return refuse


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
@pytest.mark.parametrize("command", WRITING)
def test_a_disk_that_refuses_is_told_with_its_reason(
    command: str,
    number: int,
    home: Path,
    tmp_path: Path,
    refusing: Callable[[int, Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    refusing(number, tmp_path)
    told = refused(line_of(command, home, tmp_path / "out"), capsys)
    assert f"cannot be written ({os.strerror(number)})" in told
    assert ("make room" if number == errno.ENOSPC else "check the disk and its permissions") in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_report_into_a_folder_that_cannot_be_written_is_one_sentence(
    number: int, home: Path, refusing: Callable[[int, Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    refusing(number, home / "results")
    told = refused(["report", str(home / "results")], capsys)
    assert f"report.html: cannot be written ({os.strerror(number)})" in told


@pytest.mark.parametrize("part", ["none", "study"])
def test_a_failed_merge_leaves_no_folder(
    part: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["merge", str(home / part), "--experiment", str(home / "study"), "--out", str(tmp_path / "whole")]
    assert "holds no ledger.jsonl" in refused(line, capsys)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "ledger.jsonl").write_bytes(b"")
    line[1] = str(tmp_path / "empty")
    assert "in none of the parts: 8 of 8 runs" in refused(line, capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_value_of_several_lines_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["run", str(CONFIGS / "baseline.toml"), "--set", "sample=0.001\nend=2018-01-07"]
    assert "is more than one line; use one --set per value" in refused(line, capsys)


@pytest.mark.parametrize("argument", ["\udcff", "select '\ud800'"])
def test_an_argument_that_is_no_text_is_refused(argument: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is not readable text" in refused(["sql", str(home / "run"), argument], capsys)


def test_an_argument_without_end_is_not_echoed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["list", "x" * 5000])
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("ecsim list: error: argument what: invalid choice: 'xxx")
    assert len(told) <= 400


PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
CONSOLES = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "strict gbk": {"PYTHONIOENCODING": "gbk:strict"},
    "C": {"LC_ALL": "C", **PLAIN},
}


def command(*line: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """Return a command that was run in a process of its own."""
    return subprocess.run([sys.executable, "-m", "ecsim.cli.main", *line], check=False, **more)  # type: ignore[call-overload]


@pytest.mark.parametrize("console", CONSOLES)
def test_a_console_that_cannot_show_a_letter_shows_a_substitute(console: str) -> None:
    environment = {**os.environ, **CONSOLES[console]}
    done = command("list", "indicators", "--json", env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    encoding = CONSOLES[console].get("PYTHONIOENCODING", "ascii").partition(":")[0]
    rows = json.loads(done.stdout.decode(encoding))
    assert any("\u4e00" <= letter <= "\u9fff" for row in rows for letter in row["题目"])


def test_a_table_on_such_a_console_is_shown(home: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = command("sql", str(home / "run"), "select '会泽' as 县", env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u4f1a\\u6cfd" in done.stdout


@pytest.mark.parametrize("line", [["list", "indicators"], ["schema"]])
def test_an_output_that_cannot_be_written_is_one_sentence(line: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = command(*line, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.decode() == "ecsim: the output cannot be read or written (No space left on device)\n"


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = command("schema", stdout=closed, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
