"""The studies that are shipped, run small by the commands their READMEs name.

All files but `sobol.toml`, which is its `experiment.toml` with another design: hundreds of points at the least.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecsim.cli.main import main
from tiny import PACK

STUDIES = Path(__file__).parents[2] / "experiments"
SMALL = ["--sample", "0.002", "--set", "scenario.end=2018-01-28"]
TINY = ["--sample", "1.0", "--set", f"scenario.region={PACK}", "--set", "scenario.end=2018-01-28"]
"""Of the two counties of the tests; the main study alone is run of the 25 that it is about."""
COMMANDS = {
    "pooled-vs-per-county/experiment.toml": ("compare", ["--replications", "2"], []),
    "station-designs/experiment.toml": ("compare", ["--replications", "2"], []),
    "stress-targets/experiment.toml": (
        "stress",
        ["--replications", "2", "--set", "stress.strengths=[0.0, 2.0]", "--set", "stress.search.generations=1",
         "--set", "stress.search.replications=2", "--set", "stress.search.fresh=2", "--set",
         'stress.search.targets=["complaints"]', "--set", "stress.search.population=5", "--set",
         "stress.search.step=1.0"],
        ["stress", "search"],
    ),
    "stress-targets/discovery.toml": (
        "stress",
        ["--replications", "2", "--set", "design.points=40", "--set", "discovery.target=complaints"],
        ["discovery"],
    ),
    "delivery-costs/experiment.toml": (
        "sensitivity",
        ["--outcome", "buyers_share", "--set", 'scenario.counties=["上河县", "下坪县"]',
         "--set", 'space={"logistics.docks" = {}, "logistics.longest_hours" = {}}'],
        ["sensitivity"],
    ),
    "sensitivity-of-the-answer/experiment.toml": (
        "sensitivity",
        ["--outcome", "buyers_share", "--replications", "1", "--set", "design.points=2"],
        ["sensitivity"],
    ),
    "robust-allocation/experiment.toml": (
        "robust", ["--outcome", "targets_met", "--set", "design.points=4"], ["robustness"]
    ),
    "robust-allocation/selection.toml": (
        "select",
        ["--set", "selection.outcome=stations_open", "--set", "selection.first=3", "--set", "selection.most=4"],
        ["selection"],
    ),
}  # fmt: skip


def test_every_file_of_every_study_is_checked_and_has_a_readme(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(STUDIES.rglob("*.toml"))
    assert len({file.parent for file in files}) >= 5
    assert main(["check", *map(str, files)]) == 0, capsys.readouterr().err
    for file in files:
        readme = (file.parent / "README.md").read_text(encoding="utf-8")
        assert "**Question.**" in readme
        assert "**What was found.**" in readme


@pytest.mark.parametrize("name", COMMANDS)
def test_a_study_runs_small(name: str, tmp_path: Path) -> None:
    command, options, analyses = COMMANDS[name]
    size = SMALL if name.startswith("pooled-vs-per-county") else TINY
    assert main([command, str(STUDIES / name), "--out", str(tmp_path), *size, *options]) == 0
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["failed"] == []
    for analysis in analyses:
        told = json.loads((tmp_path / "analysis" / f"{analysis}.json").read_text(encoding="utf-8"))
        assert told["findings"]
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "report.zh.html").exists()
