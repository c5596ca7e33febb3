"""A package adds commands and sections of the report by entry points; the how-to page's own are taken."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ecsim
from ecsim.cli.main import main

ROOT = Path(__file__).parents[2]
ENTRY_POINTS = """[ecsim.commands]
contracts = contracts_extras:add

[ecsim.sections]
contracts = contracts_extras:section
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with the page's modules, installed as a package is."""
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
    for content in re.findall(r"```(?:python|toml)\n(.*?)```", page, re.DOTALL):
        if name := re.match(r"# (\w+\.(?:py|toml))\n", content):
            (tmp_path / name[1]).write_text(content, encoding="utf-8")
    about = tmp_path / "contracts_extras-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: contracts-extras\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for module in ("contracts_extras", "contracts"):
        sys.modules.pop(module, None)


def test_a_package_adds_a_command(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    region = str(ROOT / "tests" / "packs" / "tiny")
    own = {"extensions": ["contracts:EXTENSION"], "region": region, "sample": 1.0, "end": "2018-12-31"}
    ecsim.simulate(ecsim.load("baseline", own), 1, out=installed / "run")
    signed = ecsim.sql(installed / "run", "select count(*) n from grower_contract_signed", trust=True).n[0]
    assert main(["contracts", str(installed / "run")]) == 0
    counties = dict(re.findall(r"(\S+县)\s+(\d+)", capsys.readouterr().out))
    assert sum(map(int, counties.values())) == signed > 0
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "Print how many contracts each county has." in capsys.readouterr().out


def test_a_package_adds_a_section_to_the_report(installed: Path) -> None:
    ecsim.compare("example-epidemic", installed / "results", workers=1)
    assert main(["report", str(installed / "results")]) == 0
    for page, words in (("report.html", "3 arms"), ("report.zh.html", "共3种方案")):
        assert words in (installed / "results" / page).read_text(encoding="utf-8")
