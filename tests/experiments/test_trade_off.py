"""Cost against time: worked by hand, each way of trading one for the other, and what luck leaves open."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecsim.cli.comparison import print_comparison
from ecsim.experiments.compare import compare
from ecsim.experiments.running.executors import InProcess
from ecsim.experiments.trade_off import Weighing, trade_off_table
from ecsim.kernel.trade_off import TradeOff
from ecsim.rural.model import MODEL
from ecsim.statistics.comparison import paired
from tiny import CONFIGS, PACK, tiny_scenario

OF = TradeOff("cost", "days", "late", "logistics.value_of_delay_yuan")
NAMES = ("cost@2019", "days@2019", "late@2019")


def table(*arms: tuple[str, list[tuple[float, float, float]]], day_yuan: float = 2.0) -> dict[str, dict[str, float]]:
    """Return the row of each arm beside the first, given what each replication came to."""
    rows = [(unit, arm, *values) for arm, runs in arms for unit, values in enumerate(runs)]
    figures = pd.DataFrame(rows, columns=["unit", "arm", *NAMES])
    found = trade_off_table(figures, Weighing(OF, day_yuan), arms[0][0])
    return {row["arm"]: row for row in found.to_dict("records")}


BASE = [(10.0, 2.0, 0.10), (11.0, 2.5, 0.12), (9.0, 1.5, 0.08)]


def moved(cost: float, days: float) -> list[tuple[float, float, float]]:
    """Return runs beside those of the reference, under the same luck and a little of their own."""
    return [(c + cost * (1.0 + 0.01 * k), d + days * (1.0 + 0.01 * k), share) for k, (c, d, share) in enumerate(BASE)]


def test_an_arm_worked_by_hand() -> None:
    # 1.0, 2.0 and 1.5 yuan less; 0.5, 0.5 and 0.8 days more: 1.5 yuan are saved by 0.6 days, 2.5 yuan by the day.
    slower = [(9.0, 2.5, 0.20), (9.0, 3.0, 0.22), (7.5, 2.3, 0.18)]
    row = table(("base", BASE), ("slower", slower))["slower"]
    assert (row["period"], row["n"], row["trade"]) == ("2019", 3, "cheaper_slower")
    assert row["cost"] == pytest.approx(-1.5)
    assert row["days"] == pytest.approx(0.6)
    assert row["late"] == pytest.approx(0.1)
    assert row["break_even"] == pytest.approx(2.5)
    assert row["full"] == pytest.approx(-1.5 + 2.0 * 0.6)
    interval = paired([-1.0, -2.0, -1.5], [0.0] * 3)
    assert (row["cost_low"], row["cost_high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))
    full = paired([-1.0 + 1.0, -2.0 + 1.0, -1.5 + 1.6], [0.0] * 3)
    assert (row["full_low"], row["full_high"]) == (pytest.approx(full.low), pytest.approx(full.high))


@pytest.mark.parametrize(
    ("cost", "days", "trade", "even"),
    [
        (-1.0, 0.5, "cheaper_slower", 2.0), (1.0, -0.5, "dearer_faster", 2.0), (-1.0, -0.5, "cheaper_faster", math.nan),
        (1.0, 0.5, "dearer_slower", math.nan), (0.0, 0.5, "open", math.nan), (0.0, 0.0, "open", math.nan),
    ],
)  # fmt: skip
def test_each_way_of_trading_one_for_the_other(cost: float, days: float, trade: str, even: float) -> None:
    row = table(("base", BASE), ("other", moved(cost, days)))["other"]
    assert row["trade"] == trade
    assert row["break_even"] == pytest.approx(even, nan_ok=True)


def test_at_the_break_even_value_both_cost_the_same() -> None:
    for cost, days in ((-1.0, 0.5), (1.0, -0.4)):
        even = table(("base", BASE), ("other", moved(cost, days)))["other"]["break_even"]
        at_it = table(("base", BASE), ("other", moved(cost, days)), day_yuan=even)["other"]
        assert at_it["full"] == pytest.approx(0.0)


def test_what_luck_explains_stays_open_and_one_pair_has_no_interval() -> None:
    tossed = [(10.5, 2.1, 0.1), (10.0, 2.4, 0.1), (9.5, 1.7, 0.1)]
    assert table(("base", BASE), ("tossed", tossed))["tossed"]["trade"] == "open"
    once = table(("base", BASE[:1]), ("other", moved(-1.0, 0.5)[:1]))["other"]
    assert (once["n"], once["trade"]) == (1, "cheaper_slower")
    assert np.isnan(once["cost_low"])


def test_a_run_without_a_figure_is_left_out_of_its_pair_alone() -> None:
    lacking = [(math.nan, 2.0, 0.1), *moved(-1.0, 0.5)[1:]]
    assert table(("base", BASE), ("other", lacking))["other"]["n"] == 2


def test_a_period_needs_cost_and_days_and_may_lack_what_is_late() -> None:
    rows = [(0, "a", 1.0, 2.0), (0, "b", 0.5, 2.5)]
    figures = pd.DataFrame(rows, columns=["unit", "arm", "cost@2019", "days@2019"])
    (row,) = trade_off_table(figures, Weighing(OF, 2.0), "a").to_dict("records")
    assert (row["trade"], row["break_even"]) == ("cheaper_slower", 1.0)
    assert np.isnan(row["late"])
    assert trade_off_table(figures.drop(columns="days@2019"), Weighing(OF, 2.0), "a").empty


def test_what_a_day_is_worth_is_the_scenarios_own() -> None:
    weighing = Weighing.in_scenario(MODEL, tiny_scenario({"logistics.value_of_delay_yuan": 3.5}))
    assert weighing is not None
    assert weighing.day_yuan == 3.5
    known = MODEL.measures.names
    assert {weighing.of.cost, weighing.of.time, weighing.of.late} <= {*known}


EXPERIMENT = f"""
name = "small"
title_en = "Small"
title_zh = "小型"
question = "?"
scenario = "{CONFIGS}/baseline.toml"
reference = "no_money"
replications = 2
tables = false
[[arms]]
name = "no_money"
policy = "{CONFIGS}/policies/no_money.toml"
changes = {{ region = "{PACK}", sample = 1.0, end = 2019-12-29, "logistics.value_of_delay_yuan" = 4.0 }}
[[arms]]
name = "pooled"
policy = "{CONFIGS}/policies/pooled_by_project.toml"
changes = {{ region = "{PACK}", sample = 1.0, end = 2019-12-29 }}
"""


def test_a_comparison_keeps_prints_and_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "experiment.toml").write_text(EXPERIMENT, encoding="utf-8")
    found = compare(tmp_path, tmp_path / "out", executor=InProcess())
    assert found is not None
    (row,) = found.trade_off.to_dict("records")
    assert (row["period"], row["arm"], row["day_yuan"]) == ("2019", "pooled", 4.0)
    assert row["full"] == pytest.approx(row["cost"] + 4.0 * row["days"])
    full = found.summary.set_index(["outcome", "arm"]).difference["full_parcel_cost@2019", "pooled"]
    assert row["cost"] == pytest.approx(full)
    assert len(pd.read_csv(tmp_path / "out" / "trade_off.csv")) == 1
    assert json.loads(found.json())["trade_off"][0]["arm"] == "pooled"
    print_comparison(found, as_json=False)
    said = capsys.readouterr().out
    assert "Delivery cost against delivery time" in said
    assert "full cost per kg up" in said.lower()
