"""A file of another kind than the command or the key wants is named as what it is, in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.experiments.schema import Experiment
from ecsim.scenario.file_kinds import KEYS, PROJECTS, SAID_OF_A_PROJECT, likeliest
from ecsim.scenario.load import load
from ecsim.statistics.space import Space

ROOT = Path(__file__).parents[2]
FILES = {
    "policy": "configs/policies/no_money.toml",
    "station design": "configs/designs/mobile.toml",
    "shock": "configs/shocks/monsoon.toml",
    "experiment": "experiments/pooled-vs-per-county/experiment.toml",
    "list of project types": "configs/projects.toml",
    "scenario": "configs/baseline.toml",
}


def test_the_keys_of_experiments_and_spaces_are_those_of_their_models() -> None:
    assert KEYS["experiment"] == tuple(Experiment.model_fields)
    assert KEYS["space"] == tuple(Space.model_fields)


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind != "scenario"])
@pytest.mark.parametrize("command", [["run"], ["plausibility", "--config"]], ids=" ".join)
def test_a_file_that_is_no_scenario_is_told_in_one_sentence(
    command: list[str], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(ROOT / FILES[kind])
    assert main([*command, file]) == 2
    printed = capsys.readouterr().err.strip()
    article = "an" if kind[0] in "aeiou" else "a"
    assert printed.startswith(f"ecsim: {file}: this is {article} {kind}, which ")
    assert printed.endswith("; here a scenario is needed")
    assert "\n" not in printed


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind != "experiment"])
@pytest.mark.parametrize("command", ["compare", "estimate", "stress", "select", "sensitivity", "robust"])
def test_a_file_that_is_no_experiment_is_told_in_one_sentence(
    command: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(ROOT / FILES[kind])
    assert main([command, file, "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr().err.strip()
    assert printed.startswith(f"ecsim: {file}: this is a {kind}, which ")
    assert printed.endswith("; here an experiment is needed")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("key", "kind"), [("policy", "shock"), ("policy", "scenario"), ("projects", "policy"), ("designs", "policy")]
)
def test_a_file_of_another_kind_that_a_scenario_names_is_told(
    key: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = str(ROOT / FILES[kind])
    file = tmp_path / "mine.toml"
    value = f'["{named}"]' if key == "designs" else f'"{named}"'
    file.write_text(
        f'extends = "{ROOT}/configs/baseline.toml"\nwithout = ["{key}"]\n{key} = {value}\n', encoding="utf-8"
    )
    assert main(["check", str(file)]) == 2
    printed = capsys.readouterr().err.strip()
    assert f"{named}, named by {file}: {key}: this is a {kind}, which " in printed
    assert "\n" not in printed


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"name": "x", "fnds": {}, "limits": {}, "siting": "population"}, "policy"),
        ({"name": "x", "title_en": "x", "title_zh": "x", "source": "x", "effect": []}, "shock"),
        ({"parameters": {}}, "space"),
        ({"mine": dict.fromkeys(SAID_OF_A_PROJECT), "training": {"title_en": "x"}, "y": 1}, PROJECTS),
        ({"name": "x", "region": "x", "mine": dict.fromkeys(SAID_OF_A_PROJECT)}, "scenario"),
        ({"mine": dict.fromkeys(SAID_OF_A_PROJECT), "training": dict.fromkeys(SAID_OF_A_PROJECT)}, PROJECTS),
        ({"colour": 1}, None),
        ({}, None),
    ],
)
def test_a_key_misspelt_does_not_hide_the_kind(content: dict[str, object], kind: str | None) -> None:
    assert likeliest(content) == kind


KIOSK = """
[my_kiosk]
title_en = "Kiosk"
title_zh = "售货亭"
category = "supply_chain"
feeds = "visibility"
acts_through = "farm_retail"
central_yuan = 100000
lead_weeks = 6
scope = "county"
local_share = 0.1
social_share = 0.0
source = "mine"
"""


def with_a_kind_of_ones_own(folder: Path, table: str) -> tuple[Path, Path]:
    """Return a copy of the shipped list of project types with one more table, and a scenario that names it."""
    shipped = (ROOT / "configs/projects.toml").read_text(encoding="utf-8")
    listed, scenario = folder / "projects.toml", folder / "mine.toml"
    listed.write_text(shipped + table, encoding="utf-8")
    base = f'extends = "{ROOT}/configs/baseline.toml"\nwithout = ["projects"]\n'
    scenario.write_text(base + 'projects = "projects.toml"\n', encoding="utf-8")
    return listed, scenario


def test_one_more_short_table_makes_one_more_type_of_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, scenario = with_a_kind_of_ones_own(tmp_path, KIOSK)
    assert main(["check", str(listed), str(scenario)]) == 0
    said = capsys.readouterr().out
    assert f"ok  {listed}: list of project types: service_centre, " in said
    assert ", my_kiosk\n" in said
    kiosk = load(scenario).projects["my_kiosk"]
    assert (kiosk.title_zh, kiosk.central_yuan, kiosk.capacity_t) == ("售货亭", 100_000, 0.0)


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('feeds = "visibility"', 'feeds = "visibilty"', "projects.my_kiosk.feeds is 'visibilty'; it must be "),
        ("local_share", "locl_share", "unknown key projects.my_kiosk.locl_share; did you mean 'local_share'?"),
        ("lead_weeks = 6\n", "", "projects.my_kiosk.lead_weeks is required but missing"),
        (KIOSK, "[my_kiosk]\ncentral_yuan = 9\n", "projects.my_kiosk.title_en is required but missing"),
    ],
)
def test_a_wrong_table_of_a_list_is_told_with_its_key(
    was: str, now: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in with_a_kind_of_ones_own(tmp_path, KIOSK.replace(was, now)):
        assert main(["check", str(file)]) == 2
        assert f"{file}: {words}" in capsys.readouterr().err
