"""The documents run as they stand: the tour of a run, and the code blocks of the references."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ecsim.cli.main import main, parser

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "packs" / "tiny"
DOCS = sorted((ROOT / "docs").rglob("*.md"))
TOUR = (ROOT / "docs" / "event-sourcing.md").read_text(encoding="utf-8")
DIFFERS = 1
SMALLER = {"sample=0.01": ["sample=0.004", "--set", "start=2018-10-01", "--set", "end=2020-01-05"]}
"""What the tour's run is told here: fewer households, from before the money to after the last date asked for."""


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language, in order."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [content for told, content in fenced if told == language]


def commands(text: str) -> list[list[str]]:
    lines = [line for block in blocks(text, "") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("ecsim ")]


def test_every_command_and_the_python_of_the_tour_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    lines = commands(TOUR)
    assert len(lines) >= 17
    for line in lines:
        status = main([smaller for part in line for smaller in SMALLER.get(part, [part])])
        assert status == (DIFFERS if line[0] == "diff" else 0), f"{line}: {capsys.readouterr().err}"
    assert "slower-poorer" in capsys.readouterr().out
    assert (tmp_path / "results" / "coverage.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (code,) = blocks(TOUR, "python")
    exec(compile(code, "docs/event-sourcing.md", "exec"), {})


EVALUATED = {
    "sample=0.05": ["sample=1.0", "--set", f"region={TINY}", "--set", "start=2018-10-01", "--set", "end=2019-12-31"],
    "会泽县": ["上河县"],
    "Huize": ["Shanghe"],
    "--pdf": [],
}
"""What the page on evaluations is told here: a region of two counties, and no paper."""


def test_every_command_of_the_page_on_evaluations_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = commands((ROOT / "docs" / "how-to" / "evaluation.md").read_text(encoding="utf-8"))
    assert len(lines) >= 9
    for line in lines:
        status = main([other for part in line for other in EVALUATED.get(part, [part])])
        assert status == (1 if line == ["breaches", "results/flagged"] else 0), f"{line}: {capsys.readouterr().err}"
    page = (tmp_path / "results" / "stricter-huize" / "shanghe-county.html").read_text(encoding="utf-8")
    assert "≥ 5,000" in page
    assert "≥ 60.0%" in page


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_of_the_documents_is_one(path: Path) -> None:
    for line in commands(path.read_text(encoding="utf-8")):
        assert hasattr(parser().parse_args([part for part in line if part != "…"]), "run"), line


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "how-to").glob("*.md")), ids=lambda path: path.name)
def test_the_python_of_the_how_to_pages_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for content in blocks(text, "toml"):
        name = re.match(r"# (\S+\.toml)", content)
        if name:
            (tmp_path / name[1]).write_text(content, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    names: dict[str, object] = {}
    for code in blocks(text, "python"):
        module = re.match(r"# (\S+\.py)\n", code)
        if module:  # a module, which a scenario or the next block names
            (tmp_path / module[1]).write_text(code, encoding="utf-8")
        else:
            exec(compile(code, path.name, "exec"), names)
    assert names


@pytest.mark.parametrize("path", [*DOCS, ROOT / "README.md"], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("name", ["epidemic", "wealth", "queue"])
def test_every_command_of_a_tutorial_does_what_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("configs", "experiments"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    lines = commands((ROOT / "docs" / "tutorial" / f"{name}.md").read_text(encoding="utf-8"))
    assert len(lines) >= 9
    for line in lines:
        status = main(line)
        differs = line[0] == "diff" and name != "wealth"  # whose fork changes nothing
        assert status == (DIFFERS if differs else 0), f"{line}: {capsys.readouterr().err}"


def test_the_reference_says_what_the_code_says() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "reference" / "generate.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
