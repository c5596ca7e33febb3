"""`ecsim site`: table, map and plan in either language, and a plan that `ecsim check` accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecsim.cli.main import main

TINY = str(Path(__file__).parents[1] / "packs" / "tiny")
OF_TINY = ("--county", "990101", "--stations", "2", "--set", f"region={TINY}", "--set", "policy.station_design=mobile")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def is_png(path: str) -> bool:
    return Path(path).read_bytes().startswith(b"\x89PNG")


def test_it_prints_whom_stations_serve_and_draws_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", *OF_TINY, "--reach-km", "6"]) == 0
    told = capsys.readouterr().out
    for line in ("villages served", "poor villages served", "longest distance", "proved optimal", "yes"):
        assert line in told
    assert is_png("results/sites/990101-coverage-2.png")
    assert main(["site", *OF_TINY, "--lang", "zh", "--objective", "population", "--map", "map.png"]) == 0
    told = capsys.readouterr().out
    assert "覆盖贫困村" in told
    assert "未作优化" in told
    assert is_png("map.png")


def test_it_writes_a_plan_that_check_reads_and_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["site", *OF_TINY, "--objective", "p_median", "--plan", "plans/mine.toml", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["stations"]) == 2
    table = Path("plans/mine.csv").read_text(encoding="utf-8-sig")
    assert ";".join(told["stations"]) in table
    assert told["written"][1:] == ["plans/mine.toml", "plans/mine.csv"]
    assert told["bound"] <= told["value"]
    assert told["optimal"] == (told["bound"] == told["value"])
    assert main(arguments) == 2
    assert "there already" in capsys.readouterr().err


def test_a_plan_for_a_county_of_the_shipped_region_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "--county", "会泽县", "--stations", "12", "--plan", "huize.toml", "--map", "huize.png"]) == 0
    assert main(["check", "huize.toml"]) == 0
    assert "会泽县 Huize County" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--county", "x"], "is no county there"),
        (["--stations", "99"], "give 1 to"),
        (["--reach-km", "-1"], "give kilometres from 0 on"),
        (["--map", "map.jpg"], "ends in .png"),
        (["--plan", "plan.csv"], "ends in .toml"),
    ],
)
def test_what_is_wrong_ends_in_one_sentence(more: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", *OF_TINY, *more]) == 2
    told = capsys.readouterr().err.splitlines()
    assert words in told[-1]
    assert not list(Path().glob("**/*.png"))
