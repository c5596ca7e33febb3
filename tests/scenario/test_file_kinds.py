"""A file of another kind than the command or the key wants is named as what it is, in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.experiments.schema import Experiment
from ecsim.scenario.file_kinds import KEYS, likeliest
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
        ({"colour": 1}, None),
        ({}, None),
    ],
)
def test_a_key_misspelt_does_not_hide_the_kind(content: dict[str, object], kind: str | None) -> None:
    assert likeliest(content) == kind
