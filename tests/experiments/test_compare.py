"""A whole small comparison: tables, report, resuming, the same numbers however it was run."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecsim.experiments.compare import compare
from ecsim.experiments.summary import independent, left_out, summarise
from ecsim.kernel.errors import EcsimError
from ecsim.report.report import write_report
from ecsim.rural.simulate import simulate
from ecsim.statistics import designs
from ecsim.statistics.comparison import paired
from ecsim.statistics.space import Space
from runs import CONFIGS, scenario

EXPERIMENT = """
name = "small"
title_en = "Small"
title_zh = "小型"
question = "?"
scenario = "{scenario}"
reference = "no_money"
replications = 2
[[arms]]
name = "no_money"
policy = "{configs}/policies/no_money.toml"
[[arms]]
name = "pooled_by_project"
policy = "{configs}/policies/pooled_by_project.toml"
"""
DATES = {"start": dt.date(2018, 10, 1), "end": dt.date(2019, 12, 31)}
"""From before the money to the end of the year that outcomes are of."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home = tmp_path_factory.mktemp("experiment")
    dates = "".join(f"{name} = {date}\n" for name, date in DATES.items())
    (home / "dates.toml").write_text(f'extends = "{CONFIGS}/baseline.toml"\n{dates}', encoding="utf-8")
    text = EXPERIMENT.format(configs=CONFIGS, scenario="dates.toml")
    (home / "experiment.toml").write_text(text, encoding="utf-8")
    compare(home, home / "out", sample=0.004, workers=2)
    return home, home / "out"


def test_tables_hold_every_arm_seed_county_and_indicator(found: tuple[Path, Path]) -> None:
    _, out = found
    runs = pd.read_parquet(out / "runs.parquet")
    assert list(zip(runs.arm, runs.seed, strict=True)) == [
        ("no_money", 1), ("no_money", 2), ("pooled_by_project", 1), ("pooled_by_project", 2)
    ]  # fmt: skip
    assert runs.root.nunique() == 4
    indicators = pd.read_parquet(out / "indicators.parquet")
    assert len(indicators) == 4 * 25 * 14 * indicators.date.nunique()
    summary = pd.read_csv(out / "summary.csv")
    of_reference = summary[summary.arm == "no_money"].difference.dropna()  # nobody is trained there
    assert (of_reference == 0).all()
    assert len(of_reference) > 30


def test_a_worker_process_makes_the_run_that_this_process_makes(found: tuple[Path, Path]) -> None:
    _, out = found
    runs = pd.read_parquet(out / "runs.parquet").set_index(["arm", "seed"])
    here = simulate(scenario("pooled_by_project", sample=0.004, **DATES), 2)
    assert runs.loc[("pooled_by_project", 2), "root"] == here.root.root


def test_a_run_that_was_lost_is_run_again_and_the_tables_are_the_same(found: tuple[Path, Path]) -> None:
    home, out = found
    before = {
        name: (out / name).read_bytes()
        for name in ("summary.csv", "runs.parquet", "indicators.parquet", "weekly.parquet")
    }
    lines = (out / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    lost = json.loads(lines.pop(1))["run"]
    (out / "ledger.jsonl").write_text("".join(lines) + '{"run": "cut sh', encoding="utf-8")
    compare(home, out, sample=0.004, workers=1)
    assert {name: (out / name).read_bytes() for name in before} == before
    again = (out / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    assert again[:-1] == lines  # the others were not made again
    assert json.loads(again[-1])["run"] == lost


def test_the_report_is_one_file_that_names_everything(found: tuple[Path, Path]) -> None:
    _, out = found
    page = write_report(out, ["en"])[0].read_text(encoding="utf-8")
    for words in ("no_money", "pooled_by_project", "Huize", "Gongshan", "Satisfied trainees", "<svg"):
        assert words in page
    assert 'src="http' not in page
    assert 'href="http' not in page
    summary = pd.read_csv(out / "summary.csv")
    sales = summary[(summary.outcome == "retail@2019") & (summary.arm == "pooled_by_project")]["mean"].iloc[0]
    assert f"{sales:,.1f}" in page


def test_a_report_without_tables_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="ecsim compare"):
        write_report(tmp_path)


def test_arms_must_be_able_to_share_their_luck(tmp_path: Path) -> None:
    text = EXPERIMENT.format(configs=CONFIGS, scenario=f"{CONFIGS}/baseline.toml") + "[arms.changes]\nsample = 0.2\n"
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError, match="share their random draws"):
        compare(tmp_path, tmp_path / "out")


GAINS = {0: [1.0, 1.2], 1: [2.0, 2.2], 2: [6.0, 6.2]}


def gains(told: dict[int, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"arm": arm, "point": point, "replication": replication, "seed": replication, "y": gain * (arm == "b")}
            for arm in ("a", "b")
            for point, gained in told.items()
            for replication, gain in enumerate(gained)
        ]
    )


def told_of_b(design: designs.Design, runs: pd.DataFrame) -> pd.Series:
    return summarise(independent(runs, design), "a", {"y": "min"}).set_index("arm").loc["b"]


def test_replications_at_one_point_are_not_told_as_independent() -> None:
    """What lies at one point shares that point: three drawn points are three figures, however often each is run."""
    row = told_of_b(designs.latin_hypercube(Space.uniform({"x": (0.0, 1.0)}), 3, 1), gains(GAINS))
    expected = paired([1.1, 2.1, 6.1], [0.0, 0.0, 0.0])
    assert (row.n, row.difference) == (3, pytest.approx(3.1))
    assert (row.low, row.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_points_chosen_by_hand_are_no_sample() -> None:
    """Over a grid the replications are what luck moves: two of them, 3.0 and 3.2."""
    row = told_of_b(designs.grid(Space.uniform({"x": (0.0, 1.0)}), 3), gains(GAINS))
    expected = paired([3.0, 3.2], [0.0, 0.0])
    assert (row.n, row.low, row.high) == (2, pytest.approx(expected.low), pytest.approx(expected.high))


def test_a_run_without_a_number_takes_its_row_with_it() -> None:
    runs = gains(GAINS)
    runs.loc[(runs.arm == "b") & (runs.point == 1) & (runs.replication == 0), "y"] = float("nan")
    drawn = told_of_b(designs.latin_hypercube(Space.uniform({"x": (0.0, 1.0)}), 3, 1), runs)
    assert (drawn.n, drawn["mean"]) == (3, pytest.approx((1.1 + 2.2 + 6.1) / 3))
    by_hand = told_of_b(designs.grid(Space.uniform({"x": (0.0, 1.0)}), 3), runs)
    assert (by_hand.n, by_hand["mean"]) == (1, pytest.approx(3.2))
    assert np.isnan(by_hand.low)
    assert left_out(runs) == {"y": 1}


def test_best_is_the_smallest_where_less_is_better() -> None:
    figures = independent(gains(GAINS), designs.grid(Space.uniform({"x": (0.0, 1.0)}), 3))
    rows = summarise(figures, "a", {"y": "min"}).set_index("arm")
    assert (rows.loc["a", "best"], rows.loc["b", "best"]) == (1.0, 0.0)
    assert summarise(figures, "a", {"y": "max"}).set_index("arm").loc["b", "best"] == 1.0
    assert summarise(figures, "a").best.isna().all()


def test_one_replication_tells_a_gap_and_no_interval() -> None:
    row = summarise(independent(gains({0: [1.5]})), "a").set_index("arm").loc["b"]
    assert (row.difference, row.n) == (1.5, 1)
    assert np.isnan([row.low, row.high, row.family_low, row.p_holm]).all()
