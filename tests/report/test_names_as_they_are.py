"""Names of arms and outcomes are shown as they are: no mathematics, no markup, no command of a shell."""

import datetime as dt
import json
import shlex
import subprocess
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from folders import shop
from matplotlib.figure import Figure
from rich.tree import Tree

from ecsim.audit.run_tree import RunNode
from ecsim.cli.console import print_rows, wide
from ecsim.cli.main import main
from ecsim.cli.tree import _grow
from ecsim.report.document import Code
from ecsim.report.drawing import styled, svg
from ecsim.report.results import Results
from ecsim.report.sections.programme import check
from ecsim.report.texts import Texts

ARMS = (r"$5 \frac{ and $10", "$x^2$", "[/x]", "[red]hidden", "a; rm x", "<script>alert(1)</script>", ":smile:")
OUTCOMES = ("[b]sales[/b]", r"$\frac$ cost")


def strange(parameters: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return sales and cost of a shop under strange names."""
    return dict(zip(OUTCOMES, shop(parameters, seed).values(), strict=True))


class _Words(HTMLParser):
    """The text of a page, and the tags it has."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


def experiment(folder: Path) -> Path:
    arms = "".join(
        f"[[arms]]\nname = {json.dumps(name)}\nchanges = {{gain = {place}.0}}\n" for place, name in enumerate(ARMS)
    )
    (folder / "experiment.toml").write_text(
        'name = "strange"\ntitle_en = "[/] $a$"\ntitle_zh = "[/] $a$"\nquestion = "[red]?"\n'
        'function = "test_names_as_they_are:strange"\n'
        f"reference = {json.dumps(ARMS[0])}\nreplications = 4\n{arms}",
        encoding="utf-8",
    )
    return folder


def test_a_comparison_of_strange_names_is_printed_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["compare", str(experiment(tmp_path)), "--out", str(out), "--workers", "1"]) == 0
    told = " ".join(capsys.readouterr().out.replace("┃", " ").replace("│", " ").split())
    for name in ("[red]hidden", "[/x]", "$x^2$", ":smile:", "[b]sales[/b]", r"$\frac$ cost"):
        assert name in told, name
    for page in ("report.html", "report.zh.html"):
        words = _Words()
        words.feed((out / page).read_text(encoding="utf-8"))
        assert "script" not in words.tags
        for name in (*ARMS, *OUTCOMES):
            assert name in words.text, name
    assert main(["estimate", str(tmp_path), "--out", str(tmp_path / "planned"), "--workers", "1"]) == 0
    assert "strange: [red]?" in capsys.readouterr().out


@pytest.mark.parametrize("name", [*ARMS, *OUTCOMES, r"\$5 and \$6", "$", "$$"])
def test_a_figure_writes_a_name_as_it_is(name: str) -> None:
    styled()
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure = Figure()
        axes = figure.subplots()
        axes.set_title(name)
        axes.set_xticks([0.0], [name])
        axes.plot([0.0], [0.0], label=name)
        axes.legend()
        words = _Words()
        words.feed(svg(figure))
    assert words.text.count(name) == 3


@pytest.mark.parametrize("name", [*ARMS, *OUTCOMES, "[link=file:///x]y[/link]", "\\[x]"])
def test_a_table_prints_a_name_as_it_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(name, [{name: name}])
    assert capsys.readouterr().out.count(name) == 3
    tree = Tree(name)
    _grow(tree, RunNode(Path(name), "", 1, "p", dt.date(2018, 1, 1), name, 1, None))
    wide().print(tree)
    told = capsys.readouterr().out
    assert f"from 2018-01-01: {name} · 1 event ·" in told
    assert told.startswith(f"{name}\n")


@pytest.mark.parametrize("arm", [*ARMS, "a b", "'", '"', "$(rm x)", "`rm x`", "a\\", "会泽"])
def test_lines_for_a_shell_are_one_command_each(arm: str) -> None:
    folder, county = Path("results/a folder; rm y"), {"zh": "会泽县", "en": "Huize; rm z"}
    manifest = {
        "experiment": {"arms": [{"name": arm}], "reference": arm},
        "arms": {arm: {"start": "2018-01-01", "weeks": 104}},
        "counties": [county],
        "seeds": [1],
        "targets": [{"name": "village_coverage"}],
    }
    section = check(Results(folder, Texts("en"), manifest, pd.DataFrame(), {}, ()))
    assert section is not None
    code = section.blocks[-1]
    assert isinstance(code, Code)
    commands = [shlex.split(line) for line in code.text.splitlines()]
    assert [words[:2] for words in commands] == [
        ["ecsim", name] for name in ("reproduce", "verify", "trace", "why", "fork")
    ]
    assert commands[0][2:5] == [".", "--arm", arm]
    assert commands[2][-1] == county["en"]
    assert commands[3][-1] == "station_opened:county=会泽县"
    for line in code.text.splitlines():
        run = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True)
        assert run.stdout.splitlines() == shlex.split(line)
