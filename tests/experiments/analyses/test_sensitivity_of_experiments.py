"""Sensitivity of experiments: known indices and signs come out, through the whole command, of functions and runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_analyses import PI, design, experiment, uniform

from ecsim.cli.main import main
from ecsim.experiments.analyses.analysis import Analysis
from ecsim.experiments.analyses.sensitivity import sensitivity
from ecsim.experiments.compare import load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.kernel.errors import EcsimError
from ecsim.report.analyses import draw
from ecsim.report.results import read_results
from ecsim.report.texts import Texts
from ecsim.statistics.sensitivity import LUCK
from runs import CONFIGS

TILTED = {"plain": "{}", "tilted": "{ gain = 1.0 }"}
CUBE = [uniform(name, -PI, PI) for name in ("x1", "x2", "x3")]
SQUARE = [uniform("u", 0.0, 1.0), uniform("v", 0.0, 1.0)]


def found(home: Path, **told: Any) -> Analysis:
    return sensitivity(load_plan(home), home / "out", InProcess(), **told)[0]


def index(analysis: Analysis, parameter: str, kind: str, arm: str, against: str = "", outcome: str = "y") -> pd.Series:
    rows = analysis.tables["indices"].rows
    rows = rows[(rows.parameter == parameter) & (rows["index"] == kind) & (rows.outcome == outcome)]
    return rows[(rows.arm == arm) & (rows.against == against)].iloc[0]


def winner(analysis: Analysis, arm: str) -> pd.Series:
    rows = analysis.tables["winners"].rows
    return rows[(rows.arm == arm) & (rows.outcome == "y")].iloc[0]


@pytest.fixture(scope="module")
def ishigami(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Analysis]:
    home = experiment(tmp_path_factory.mktemp("ishigami"), "ishigami", TILTED, design("saltelli", 256), CUBE)
    return home, found(home)


@pytest.mark.parametrize(
    ("parameter", "first", "total"), [("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424), ("x3", 0.0, 0.2437)]
)
def test_intervals_of_an_arm_hold_the_known_indices_of_ishigami(
    ishigami: tuple[Path, Analysis], parameter: str, first: float, total: float
) -> None:
    for kind, truth in (("first", first), ("total", total)):
        row = index(ishigami[1], parameter, kind, "plain")
        assert row["low"] <= truth <= row["high"]
        assert row["high"] - row["low"] < 0.45


@pytest.mark.parametrize(("parameter", "truth"), [("x1", 0.8), ("x2", 0.2), ("x3", 0.0)])
def test_a_difference_hangs_on_what_the_arms_treat_differently_alone(
    ishigami: tuple[Path, Analysis], parameter: str, truth: float
) -> None:
    for kind in ("first", "total"):  # the difference is 2 x1 + x2, whatever Ishigami's function does
        row = index(ishigami[1], parameter, kind, "tilted", "plain")
        assert row["low"] - 1e-9 <= truth <= row["high"] + 1e-9
    assert index(ishigami[1], "x3", "total", "tilted", "plain")["value"] == pytest.approx(0.0, abs=1e-12)


def test_what_is_written_is_what_was_found_and_the_report_can_draw_it(ishigami: tuple[Path, Analysis]) -> None:
    home, analysis = ishigami
    told = json.loads((home / "out" / "analysis" / "sensitivity.json").read_text(encoding="utf-8"))
    assert told["kind"] == "sensitivity"
    assert told["settings"]["method"] == "sobol"
    assert len(told["tables"]["indices"]["rows"]) == len(analysis.tables["indices"].rows)
    first = told["findings"][1]
    assert "tilted − plain: depends most on x1 (total index 0.80 [" in first["en"]
    assert "tilted减plain：最主要取决于x1（总效应指数 0.80 [" in first["zh"]
    assert {name for name in ("runs.parquet", "design.parquet", "manifest.json") if (home / "out" / name).exists()} == {
        "runs.parquet", "design.parquet", "manifest.json"
    }  # fmt: skip
    for language in ("en", "zh"):
        figures = draw(told, read_results(home / "out", Texts(language)))
        assert [f.name for f in figures] == [
            "sensitivity_differences", "sensitivity_levels", "sensitivity_scatter_y_tilted"
        ]  # fmt: skip
        assert all(f.svg.startswith("<svg") for f in figures)


@pytest.mark.parametrize(("kind", "points", "most"), [("latin_hypercube", 200, 200), ("saltelli", 64, 128)])
def test_the_sign_of_a_difference_turns_at_its_known_share_of_the_space(
    tmp_path: Path, kind: str, points: int, most: int
) -> None:
    arms = {"plain": "{}", "tilted": "{ gain = 4.0 }"}
    more = design(kind, points) + '\nbetter = { y = "max" }'
    analysis = found(experiment(tmp_path, "turning", arms, more, SQUARE, 2))
    row = winner(analysis, "tilted")  # 4 (u - 0.3) is above 0 at 70 % of the space, and so is its mean
    assert row["points"] == most
    assert row["above"] == pytest.approx(0.7, abs=0.02)
    assert row["above_low"] < 0.7 < row["above_high"]
    assert row["turned"] == row["below"] == pytest.approx(0.3, abs=0.02)
    assert row["turned_clearly"] == row["turned"]  # all luck is shared: a difference has none
    assert row["best"] == row["above"]
    assert row["mean_difference"] == pytest.approx(4.0 * 0.2, abs=0.02)
    assert "The sign depends on the assumptions." in analysis.findings[0].en
    assert "u" in analysis.findings[1].en.partition("depends most on ")[2][:1]


def test_luck_gets_its_known_share(tmp_path: Path) -> None:
    space = [uniform("a", 0.0, 1.0), uniform("b", 0.0, 1.0)]
    analysis = found(experiment(tmp_path, "noisy_line", {"only": "{}"}, design("saltelli", 256), space, 4))
    luck = index(analysis, LUCK, "luck_share", "only")
    assert luck["low"] < 0.5 < luck["high"]
    assert index(analysis, "a", "total", "only")["low"] < 0.8 < index(analysis, "a", "total", "only")["high"]
    assert "winners" not in analysis.tables  # there is nobody to win against
    assert "of the variance of a single run" in analysis.findings[0].en


def test_morris_and_tornado_give_the_known_effects(tmp_path: Path) -> None:
    arms = {"plain": "{}", "tilted": "{ gain = 4.0 }"}
    by_morris = found(experiment(tmp_path / "morris", "turning", arms, design("morris", 8), SQUARE, 2))
    assert index(by_morris, "u", "mu_star", "tilted", "plain")["value"] == pytest.approx(4.0)
    assert index(by_morris, "v", "mu_star", "tilted", "plain")["value"] == pytest.approx(0.0, abs=1e-9)
    assert index(by_morris, "v", "mu_star", "plain")["value"] == pytest.approx(5.0)
    tornado = found(experiment(tmp_path / "tornado", "turning", arms, design("one_at_a_time", 1), SQUARE, 3))
    ends = [index(tornado, "u", end, "tilted", "plain")["value"] for end in ("low_end", "high_end")]
    assert ends == pytest.approx([-2.0, 2.0])
    assert "its sign turns with u at its low end" in tornado.findings[1].en
    assert tornado.tables["middle"].rows.value.iloc[0] == pytest.approx(0.8)
    assert np.isnan(winner(tornado, "tilted")["above_low"])  # five points by hand are no sample
    for home in (tmp_path / "morris", tmp_path / "tornado"):
        told = json.loads((home / "out" / "analysis" / "sensitivity.json").read_text(encoding="utf-8"))
        assert [f.name for f in draw(told, read_results(home / "out", Texts("zh")))] == [
            "sensitivity_differences",
            "sensitivity_levels",
        ]


def test_an_outcome_that_no_parameter_moves_is_said_to_be_so(tmp_path: Path) -> None:
    arms = {"plain": "{}", "same": "{ gain = 0.0 }"}
    analysis = found(experiment(tmp_path, "turning", arms, design("saltelli", 32), SQUARE, 2), outcomes=["y"])
    assert "0 at all 64 points" in analysis.findings[0].en
    assert "no parameter has an effect distinguishable from" in analysis.findings[1].en


def test_what_is_no_number_is_refused_and_may_be_left_out(tmp_path: Path) -> None:
    space = [uniform("a", 0.0, 1.0), uniform("b", 0.0, 1.0)]
    arms = {"whole": "{}", "holed": "{ nan_above = 0.8 }"}
    home = experiment(tmp_path, "broken", arms, design("latin_hypercube", 60), space)
    with pytest.raises(EcsimError, match=r"y of holed less whole: outcome at point \d+, replication 0 is nan \(a = "):
        found(home)
    analysis = found(home, missing="drop")
    assert analysis.settings["blocks_used"] == 48
    assert any("48 points are few: ranges are cut into 4 slices" in said.en for said in analysis.notes)
    assert any("12 of 60 blocks were left out" in said.en for said in analysis.notes)


def test_a_run_that_failed_is_refused_by_name(tmp_path: Path) -> None:
    space = [uniform("a", 0.0, 1.0), uniform("b", 0.0, 1.0)]
    arms = {"whole": "{}", "dear": "{ fails_above = 0.9 }"}
    home = experiment(tmp_path, "broken", arms, design("latin_hypercube", 60), space)
    with pytest.raises(
        EcsimError, match=r"6 of the runs failed, the first is dear, point \d+.*nobody can pay.*--missing drop"
    ):
        found(home)
    assert found(home, missing="drop").settings["blocks_used"] == 54


@pytest.mark.parametrize(
    ("more", "space", "told", "words"),
    [
        ("", [], {}, r"no design.*add a \[design\]"),
        (design("latin_hypercube", 40), SQUARE, {"outcomes": ["yy"]}, r"no outcome 'yy'; did you mean 'y'"),
        (design("latin_hypercube", 9), SQUARE, {}, r"9 points .* PAWN needs 10"),
        (design("latin_hypercube", 40), SQUARE, {"missing": "skip"}, r"--missing is 'skip'; it is refuse or drop"),
    ],
)
def test_what_cannot_be_analysed_is_refused(
    tmp_path: Path, more: str, space: list[str], told: dict[str, Any], words: str
) -> None:
    home = experiment(tmp_path, "turning", {"plain": "{}", "tilted": "{ gain = 4.0 }"}, more, space)
    with pytest.raises(EcsimError, match=words):
        found(home, **told)


def test_the_command_prints_its_analysis_and_goes_on_where_it_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arms = {"plain": "{}", "tilted": "{ gain = 4.0 }"}
    home = experiment(tmp_path, "turning", arms, design("one_at_a_time", 1), SQUARE, 2)
    command = ["sensitivity", str(home), "--out", str(tmp_path / "out"), "--workers", "1", "--outcome", "y"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "depends most on u" in printed
    assert "analysis/sensitivity.json" in printed
    before = (tmp_path / "out" / "ledger.jsonl").read_bytes()
    assert main([*command, "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["outcomes"] == ["y"]
    assert (tmp_path / "out" / "ledger.jsonl").read_bytes() == before


SIMULATED = """
name = "tiny"
title_en = "Tiny"
title_zh = "微型"
question = "?"
scenario = "short.toml"
reference = "no_money"
replications = 1
tables = false
outcomes = ["stations_open", "buyers_share"]
[design]
kind = "one_at_a_time"
[space]
"buying.innovation" = {{}}
"access.neighbours" = {{}}
[[arms]]
name = "no_money"
policy = "{configs}/policies/no_money.toml"
[[arms]]
name = "pooled_by_project"
policy = "{configs}/policies/pooled_by_project.toml"
"""


def test_a_tiny_design_on_the_simulation_is_told_in_both_languages(tmp_path: Path) -> None:
    short = f'extends = "{CONFIGS}/baseline.toml"\nname = "short"\nend = 2018-06-30\n'
    (tmp_path / "short.toml").write_text(short, encoding="utf-8")
    (tmp_path / "experiment.toml").write_text(SIMULATED.format(configs=CONFIGS), encoding="utf-8")
    plan = load_plan(tmp_path, sample=0.005)
    with pytest.raises(EcsimError, match="no outcome 'station_open'; did you mean 'stations_open'"):
        sensitivity(plan, tmp_path / "out", InProcess(), outcomes=["station_open"])
    assert not (tmp_path / "out" / "ledger.jsonl").exists()  # refused before anything ran
    analysis, designed = sensitivity(plan, tmp_path / "out", InProcess())
    assert not designed.failed
    assert len(designed.runs) == 2 * 5
    buying = index(analysis, "buying.innovation", "swing", "no_money", outcome="buyers_share")
    assert buying["value"] > 0.0  # more who begin by themselves, more who buy
    said = analysis.findings[0]
    assert "Stations open at the end, “Pooled, ranked projects” − “No money”" in said.en
    assert "期末营业站点，“州市统筹、按项目”减“" in said.zh
