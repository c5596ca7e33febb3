"""`ecsim validate`: facts beside runs, as a table, as JSON and as a picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecsim.cli.main import main
from tiny import PACK

TINY = ["--set", f"region={PACK}", "--set", "sample=1.0", "--set", "end=2018-12-30", "--workers", "1"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validate")
    assert main(["validate", "equal_split", *TINY, "--seeds", "2", "--out", str(folder)]) == 0
    return folder


def test_json_has_all_twenty_facts_and_one_verdict_each(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "equal_split", *TINY, "--seeds", "2", "--out", str(made), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [fact["id"] for fact in content["facts"]] == list(range(1, 21))
    assert sum(content["counts"].values()) == 20
    assert content["seeds"] == [1, 2]


def test_both_languages_are_drawn_and_told(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "equal_split", *TINY, "--seeds", "2", "--out", str(made), "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "典型事实" in printed
    assert "无法计算" in printed
    english, chinese = ((made / f"validation.{language}.svg").read_text(encoding="utf-8") for language in ("en", "zh"))
    assert "fresh goods lost by growers and dealers" in english
    assert "生鲜在农户和经销环节的损耗率" in chinese
    assert (made / "validation.en.png").stat().st_size > 1000


def test_a_figure_of_years_that_were_not_run_says_until_when_to_run(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "equal_split", *TINY, "--seeds", "2", "--out", str(made)]) == 0
    assert "2022-01-02" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["equal_split", "no_money"], "name one scenario, or folders that `ecsim run` wrote"),
        (["epidemic"], "names no stylised facts"),
    ],
)
def test_what_cannot_be_held_against_facts_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *arguments]) == 2
    assert words in capsys.readouterr().err
