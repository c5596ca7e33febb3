"""Named contrasts: main effects by hand, intervals that hold together, verdicts that know the better way."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_experiment import experiment
from pydantic import ValidationError

from ecsim.cli.main import main
from ecsim.experiments.contrasts import Contrast, contrast_table
from ecsim.experiments.schema import Experiment
from ecsim.statistics.comparison import paired, pairwise

ARMS = ("none", "split", "split_ranked", "pooled", "pooled_ranked")
NAMES = {"title": {"en": "Pooling", "zh": "统筹"}}
POOLING = {**NAMES, "compare": ["pooled", "pooled_ranked"], "with": ["split", "split_ranked"]}
EXPERIMENT = {
    "name": "x", "title_en": "X", "title_zh": "某", "question": "?", "function": "a:b", "reference": "none",
    "arms": [{"name": name} for name in ARMS],
}  # fmt: skip


def figures(**outcomes: list[list[float]]) -> pd.DataFrame:
    """Return independent figures: of each outcome a row a replication, a column an arm."""
    columns = {name: pd.DataFrame(rows, columns=list(ARMS)).stack() for name, rows in outcomes.items()}
    return pd.DataFrame(columns).rename_axis(["unit", "arm"]).reset_index()


def found(table: pd.DataFrame, **senses: str) -> pd.DataFrame:
    contrasts = {"pooling": Contrast.model_validate(POOLING)}
    units = {name: "yuan" for name in table if name not in ("unit", "arm")}
    return contrast_table(table, contrasts, units, senses).set_index("outcome")


def test_a_contrast_is_the_main_effect_of_a_two_by_two_paired_by_replication() -> None:
    rows = [[0.0, 1.0, 2.0, 4.0, 7.0], [9.0, 11.0, 12.0, 15.0, 16.0], [5.0, 5.0, 9.0, 8.0, 12.0]]
    gaps = [5.5 - 1.5, 15.5 - 11.5, 10.0 - 7.0]
    expected, row = paired(gaps, [0.0] * 3), found(figures(y=rows)).loc["y"]
    assert row.difference == pytest.approx(np.mean(gaps))
    assert (row.low, row.high, row.n) == (pytest.approx(expected.low), pytest.approx(expected.high), 3)
    assert (row.family_low, row.family_high) == (pytest.approx(expected.low), pytest.approx(expected.high))  # alone


def test_several_contrasts_and_outcomes_are_one_family() -> None:
    draw = np.random.default_rng(3).normal(size=(12, 5)).tolist()
    other = np.random.default_rng(4).normal(size=(12, 5)).tolist()
    contrasts = {
        "pooling": Contrast.model_validate(POOLING),
        "money": Contrast.model_validate({**NAMES, "compare": ["split"], "with": ["none"]}),
    }
    table = contrast_table(figures(y=draw, z=other), contrasts, {"y": "", "z": ""})
    assert len(table) == 4
    assert (table.family_low < table.low).all()
    assert (table.family_high > table.high).all()
    assert (table.p_family <= 1.0).all()


def test_with_one_arm_on_each_side_it_is_what_a_pairwise_comparison_says() -> None:
    table = figures(y=np.random.default_rng(5).normal(size=(8, 5)).tolist())
    one = Contrast.model_validate({**NAMES, "compare": ["split"], "with": ["none"]})
    row = contrast_table(table, {"one": one}, {"y": ""}).iloc[0]
    wide = table.pivot(index="unit", columns="arm", values="y")
    expected = pairwise(wide[["split", "none"]]).iloc[0]
    assert (row.difference, row.low, row.high) == tuple(pytest.approx(expected[n]) for n in ("mean", "low", "high"))


@pytest.mark.parametrize(
    ("step", "sense", "verdict"),
    [(3.0, "max", "better"), (3.0, "min", "worse"), (-3.0, "max", "worse"), (-3.0, "min", "better"),
     (3.0, None, "higher"), (-3.0, None, "lower"), (0.0, "max", "unclear")],
)  # fmt: skip
def test_a_verdict_knows_which_way_an_outcome_is_better(step: float, sense: str | None, verdict: str) -> None:
    wobble = [0.1, -0.1, 0.05, -0.05]
    rows = [[0.0, 1.0, 1.0, 1.0 + step + w, 1.0 + step + w] for w in wobble]
    assert found(figures(y=rows), **({"y": sense} if sense else {})).loc["y", "verdict"] == verdict


def test_sides_that_never_differ_are_told_so_and_one_replication_has_no_interval() -> None:
    assert found(figures(y=[[0.0, 1.0, 2.0, 1.0, 2.0]] * 3)).loc["y", "verdict"] == "none"
    row = found(figures(y=[[0.0, 1.0, 2.0, 3.0, 5.0]]), y="max").loc["y"]
    assert (row.difference, row.n, row.verdict) == (2.5, 1, "unclear")
    assert np.isnan([row.low, row.family_low, row.p_family]).all()


def test_a_replication_that_lacks_a_figure_is_left_out_of_the_whole_family() -> None:
    rows = [[0.0, 1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 1.0, 2.5, 2.5], [0.0, 1.0, 1.0, 9.0, 9.0]]
    other = [[0.0] * 5, [0.0] * 5, [0.0, float("nan"), 0.0, 0.0, 0.0]]
    table = found(figures(y=rows, z=other))
    assert list(table.n) == [2, 2]
    assert table.loc["y", "difference"] == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"compare": ["poold"]}, r"contrasts.pooling.compare names 'poold'; did you mean 'pooled'\?"),
        ({"with": ["zzz"]}, r"contrasts.pooling.with names 'zzz'; arms are none, split"),
        ({"compare": ["split", "pooled"]}, "split stands in compare and in with"),
        ({"compare": ["pooled", "pooled"]}, "name each arm once"),
        ({"compare": []}, "at least 1 item"),
        ({"title": {"en": "Pooling"}}, "zh"),
        ({"against": ["none"]}, "Extra inputs"),
    ],
)
def test_a_wrong_contrast_is_refused_with_what_is_wrong(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Experiment.model_validate({**EXPERIMENT, "contrasts": {"pooling": {**POOLING, **change}}})


def test_an_experiment_is_written_down_as_it_is_read() -> None:
    read = Experiment.model_validate({**EXPERIMENT, "contrasts": {"pooling": POOLING}})
    assert read.model_dump(mode="json")["contrasts"]["pooling"] == POOLING


def test_the_command_prints_contrasts_beside_the_summary_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contrast = '[contrasts.gain]\ntitle = { en = "Gain", zh = "增益" }\ncompare = ["high"]\nwith = ["low"]\n'
    home = experiment(tmp_path, replications=4, more='outcomes = ["y"]\n' + contrast)
    command = ["compare", str(home), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]
    assert main(command) == 0
    printed = json.loads(capsys.readouterr().out)
    (row,) = printed["contrasts"]
    gap = next(r for r in printed["summary"] if (r["outcome"], r["arm"]) == ("y", "high"))["difference"]
    assert (row["contrast"], row["title_zh"], row["outcome"]) == ("gain", "增益", "y")
    assert row["difference"] == pytest.approx(gap)
    assert gap != 0.0
    bare = experiment(tmp_path / "bare", replications=4)
    assert main(["compare", str(bare), "--out", str(bare / "out"), "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["contrasts"] == []
