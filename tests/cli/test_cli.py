"""The commands: what they print, and what wrong input is told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.kernel.runs import open_run
from runs import CONFIGS

ROOT = CONFIGS.parent


def scenario(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "{CONFIGS / "baseline.toml"}"\nsample = 0.01\n{text}\n', encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sampel = 0.5", ["sampel", "did you mean 'sample'"]),
        ("end = 2030-01-01", ["2018-01-01 to 2022-12-31"]),
        ("end = 2018-01-02", ["at least one whole week"]),
        ('policy = "none.toml"', ["none.toml", "no such file"]),
        ('[parameters]\n"buying.inovation" = 0.03', ["buying.inovation", "did you mean buying.innovation"]),
        ("[parameters.buying]\ninnovation = 0.01", ["parameters.buying", 'in quotes: "group.name" = 0.5']),
        ('[parameters]\n"buying.innovation" = 7.0', ["buying.innovation is 7.0", "0.006 to 0.03"]),
        ('region = "atlantis"', ["atlantis", "yunnan_2018"]),
        ('operating_day = "paper"', ["operating_day", "compiled"]),
    ],
)
def test_a_wrong_scenario_ends_with_status_2_and_says_what_to_do(
    text: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", scenario(tmp_path, text)]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    for word in words:
        assert word in told


def policy(tmp_path: Path, old: str, new: str) -> str:
    text = (CONFIGS / "policies" / "equal_split.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "policy.toml").write_text(text.replace(old, new), encoding="utf-8")
    return scenario(tmp_path, 'policy = "policy.toml"')


def test_a_policy_of_a_file_takes_the_place_of_the_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(tmp_path, 'name = "equal_split"', 'name = "another"')
    short, run = scenario(tmp_path, "end = 2018-01-14"), str(tmp_path / "run")
    sets = ["--set", "policy.funds.multiplier=0.5"]
    assert main(["run", short, "--policy", str(tmp_path / "policy.toml"), "--out", run, "--json", *sets]) == 0
    made = open_run(tmp_path / "run").scenario.policy
    assert (made.name, made.funds.multiplier) == ("another", 0.5)
    capsys.readouterr()
    assert main(["run", short, "--policy", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("supply_chain = 0.35", "supply_chain = 0.45", ["adds up to 1.10", "at most 1", "lower one of"]),
        ("value = 17_600_000", "value = -5", ["funds.central.value", "greater than or equal to 0"]),
        ("training = 0.08", "parties = 0.08", ["parties", "allowed are supply_chain"]),
        ("[funds.central]", 'uses = ["trading_platform"]\n[funds.central]', ["trading_platform", "part 4.1", "remove"]),
    ],
)
def test_a_wrong_policy_is_refused_with_the_article(
    old: str, new: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = policy(tmp_path, old, new.replace("[funds.central]", "[funds.central]"))
    if "uses" in new:
        text = (tmp_path / "policy.toml").read_text(encoding="utf-8").replace('uses = ["trading_platform"]\n', "")
        text = text.replace("[funds]\n", '[funds]\nuses = ["trading_platform"]\n')
        (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    assert main(["run", place]) == 2
    told = capsys.readouterr().err
    for word in words:
        assert word in told


def test_an_unknown_county_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(tmp_path / "run")
    assert main(["run", scenario(tmp_path, "end = 2018-02-28"), "--out", run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"run", "root", "manifest", "events", "seconds", "outcomes", "not_available"}
    assert {told["outcomes"][name] for name in told["not_available"]} == {None}
    assert set(told["not_available"].values()) == {"2019 was not run"}
    published = json.loads((tmp_path / "run" / "indicators.json").read_text(encoding="utf-8"))
    retail = next(row for row in published["outcomes"] if row["outcome"] == "retail@2018")
    assert (set(retail["value"]), retail["reason"]) == ({None}, "2018 was run until 2018-02-25")
    growth = next(row for row in published["indicators"] if row["indicator"] == "retail_growth")
    assert (set(growth["value"]), set(growth["met"]), growth["reason"]) == ({None}, {None}, "2017 was not run")
    assert main(["verify", run, "--root", told["root"]]) == 0
    assert main(["verify", run, "--root", "00"]) == 1
    assert main(["replay", run, "--at", "2018-02-01", "--county", "Atlantis"]) == 2
    assert "会泽县" in capsys.readouterr().err
    assert main(["replay", run, "--at", "2018-02-01", "--county", "会泽县", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["households"]["households"] == 175133
    assert main(["replay", run, "--at", "2031-02-01"]) == 2
    assert main(["run", scenario(tmp_path, ""), "--out", run]) == 2
    assert "already holds a run" in capsys.readouterr().err


@pytest.mark.parametrize(
    "what",
    ["experiments", "scenarios", "policies", "designs", "shocks", "indicators", "events", "parameters", "region"],
)
def test_every_listing_has_rows(what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["list", what, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) >= 4


def test_help_loads_nothing_heavy() -> None:
    program = "import sys; from ecsim.cli.main import parser; parser(); print([m for m in HEAVY if m in sys.modules])"
    heavy = ["numpy", "pandas", "matplotlib", "numba", "mesa", "pyarrow", "pydantic", "rich"]
    told = subprocess.run(
        [sys.executable, "-c", program.replace("HEAVY", repr(heavy))], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_the_schema_names_every_key_of_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert {"sample", "policy", "designs", "parameters"} <= set(json.loads(capsys.readouterr().out)["properties"])
