"""Robustness of experiments: a table worked by hand comes out of the whole command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_analyses import FIGURES, design, experiment, uniform

from ecsim.cli.main import main
from ecsim.experiments.analyses.analysis import Analysis
from ecsim.experiments.analyses.robustness import robustness
from ecsim.experiments.compare import load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.kernel.errors import EcsimError
from ecsim.report.analyses import draw
from ecsim.report.results import read_results
from ecsim.report.texts import Texts

ARMS = {name: f'{{ strategy = "{name}" }}' for name in FIGURES}
FUTURES = ['future = { distribution = "integer", low = 0, high = 3, unit = "1", source = "made up" }']
BETTER = 'better = { gain = "max", cost = "min" }\n'
REGRETS = {"bold": [0.0, 3.0, 0.0, 4.0], "steady": [4.0, 0.0, 3.0, 0.0], "timid": [6.0, 1.0, 4.0, 0.0]}


def by_hand(folder: Path, more: str = "") -> Path:
    return experiment(folder, "by_hand", ARMS, BETTER + design("grid", 4) + "\n" + more, FUTURES)


def found(home: Path, **told: Any) -> Analysis:
    return robustness(load_plan(home), home / "out", InProcess(), **told)[0]


def ranks(analysis: Analysis, outcome: str, metric: str) -> dict[str, int]:
    rows = analysis.tables["rankings"].rows
    rows = rows[(rows.outcome == outcome) & (rows.metric == metric)]
    return dict(zip(rows.arm, rows["rank"], strict=True))


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Analysis]:
    home = by_hand(tmp_path_factory.mktemp("hand"), "[robustness]\nthresholds = { gain = 5.0, cost = -5.0 }\n")
    return home, found(home)


@pytest.mark.parametrize("outcome", ["gain", "cost"])
def test_every_regret_is_the_one_worked_by_hand(hand: tuple[Path, Analysis], outcome: str) -> None:
    table = pd.read_parquet(hand[0] / "out" / "analysis" / "regret.parquet")
    assert list(table.columns) == ["outcome", "strategy", "point", "value", "regret"]
    mine = table[table.outcome == outcome]
    for arm, regrets in REGRETS.items():
        rows = mine[mine.strategy == arm].sort_values("point")
        assert list(rows.regret) == regrets
        assert list(rows.value) == [figure if outcome == "gain" else -figure for figure in FIGURES[arm]]


@pytest.mark.parametrize("outcome", ["gain", "cost"])
@pytest.mark.parametrize(
    ("metric", "bold", "steady", "timid"),
    [
        ("maximin", 3, 1, 1),
        ("maximax", 1, 2, 3),
        ("mean", 1, 1, 3),
        ("mean_less_deviation", 3, 1, 2),
        ("max_regret", 1, 1, 3),
        ("mean_regret", 1, 1, 3),
        ("satisficing", 2, 1, 3),
    ],
)
def test_ranks_are_those_worked_by_hand_for_a_gain_and_for_a_cost(
    hand: tuple[Path, Analysis], outcome: str, metric: str, bold: int, steady: int, timid: int
) -> None:
    assert ranks(hand[1], outcome, metric) == {"bold": bold, "steady": steady, "timid": timid}


def test_the_summary_of_regret_is_the_one_worked_by_hand(hand: tuple[Path, Analysis]) -> None:
    rows = hand[1].tables["regret"].rows.set_index(["outcome", "arm"])
    assert rows.loc[("gain", "bold"), ["mean", "median", "most", "none"]].tolist() == [1.75, 1.5, 4.0, 0.5]
    assert rows.loc[("cost", "timid"), ["mean", "median", "most", "none"]].tolist() == [2.75, 2.5, 6.0, 0.25]
    assert rows.loc[("gain", "timid"), "most_at_point"] == 0


def test_sentences_say_who_is_first_and_where_metrics_part(hand: tuple[Path, Analysis]) -> None:
    said = [one.en for one in hand[1].findings if one.en.startswith("gain")]
    assert said[0] == "gain: over 4 futures steady comes first under 9 of 12 metrics that distinguish the arms."
    assert "timid under worst future (maximin), mean–variance" in said[1]
    assert "not steady under every metric" in said[2]
    assert "the least regret is that of bold and steady, never more than 4.000 behind" in said[3]
    assert any("chosen by hand" in one.en for one in hand[1].notes)


def test_what_is_written_can_be_drawn(hand: tuple[Path, Analysis]) -> None:
    out = hand[0] / "out"
    told = json.loads((out / "analysis" / "robustness.json").read_text(encoding="utf-8"))
    noise = [row for row in told["tables"]["rankings"]["rows"] if row["metric"] == "signal_to_noise"]
    assert {row["arm"]: row["rank"] for row in noise} == {"steady": 1, "timid": 2, "bold": 3}  # timid never varies
    figures = draw(told, read_results(out, Texts("zh")))
    assert [f.name for f in figures] == ["robustness_ranks", "robustness_regret", "robustness_shares"]
    assert figures[0].title == "各准则下方案的排名"
    assert all(f.svg.startswith("<svg") for f in figures)


def test_one_strategy_that_leads_everywhere_leads_under_every_metric(tmp_path: Path) -> None:
    arms = {"weak": '{ strategy = "timid" }', "strong": '{ strategy = "timid", bonus = 1.0 }'}
    home = experiment(tmp_path, "by_hand", arms, BETTER + design("grid", 4), FUTURES)
    analysis = found(home, outcomes=["gain"])
    assert "strong comes first under" in analysis.findings[0].en
    assert ranks(analysis, "gain", "mean") == {"weak": 2, "strong": 1}
    rows = analysis.tables["regret"].rows.set_index("arm")
    assert rows.loc["strong", "most"] == 0.0
    assert rows.loc["weak", "most"] == 1.0


def test_arms_that_are_the_same_are_told_apart_by_no_metric(tmp_path: Path) -> None:
    arms = {"one": '{ strategy = "steady" }', "same": '{ strategy = "steady" }'}
    home = experiment(tmp_path, "by_hand", arms, BETTER + design("grid", 4), FUTURES)
    analysis = found(home, outcomes=["gain"])
    assert [said.en for said in analysis.findings] == ["gain: no metric distinguishes the arms."]
    assert set(analysis.tables["rankings"].rows["rank"]) == {1}


def test_a_future_without_a_figure_is_refused_by_name_and_may_be_left_out(tmp_path: Path) -> None:
    space = [uniform("a", 0.0, 1.0), uniform("b", 0.0, 1.0)]
    arms = {"whole": "{}", "holed": "{ nan_above = 0.8 }"}
    more = 'better = { y = "max" }\n' + design("latin_hypercube", 30)
    home = experiment(tmp_path, "broken", arms, more, space)
    with pytest.raises(EcsimError, match=r"y is no number in 6 of 30 futures, the first is point \d+ \(a = "):
        found(home)
    analysis = found(home, missing="drop")
    assert analysis.settings["futures_used"] == 24
    assert any("6 of 30 futures were left out" in said.en for said in analysis.notes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (design("grid", 4), "", r"no design"),
        (
            'better = { gain = "max", cost = "min" }',
            "",
            r'which way outcomes are better; add better = { NAME = "max" }',
        ),
        ("", "", r"nothing says which way gains is better; .*; there is better for gain, cost"),
        ("thresholds", "threshold", r"robustness.threshold"),
        ("gain = 5.0", "gian = 5.0", r"robustness.thresholds: no outcome 'gian'; did you mean 'gain'"),
    ],
)
def test_what_cannot_be_ranked_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    home = by_hand(tmp_path, "[robustness]\nthresholds = { gain = 5.0 }\n")
    text = (home / "experiment.toml").read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new) if old else text
    if "no design" in words:
        text = text[: text.index("[space]")]
    (home / "experiment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError, match=words):
        found(home, outcomes=[] if old else ["gains"])


def test_one_arm_alone_is_refused(tmp_path: Path) -> None:
    arms = {"bold": ARMS["bold"]}
    home = experiment(tmp_path, "by_hand", arms, BETTER + design("grid", 4), FUTURES)
    with pytest.raises(EcsimError, match="one arm, bold; robustness ranks two or more"):
        found(home)


def test_the_command_prints_ranks_and_writes_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, out = by_hand(tmp_path), tmp_path / "out"
    command = ["robust", str(home), "--out", str(out), "--workers", "1", "--outcome", "gain"]
    assert main([*command, "--set", "robustness.optimism=1.0"]) == 0
    printed = capsys.readouterr().out
    assert "largest regret" in printed
    assert "bold and steady, never more than 4.000 behind" in printed
    told = json.loads((out / "analysis" / "robustness.json").read_text(encoding="utf-8"))
    assert told["settings"]["optimism"] == 1.0
    assert "Which arm stands up" in (out / "report.html").read_text(encoding="utf-8")
