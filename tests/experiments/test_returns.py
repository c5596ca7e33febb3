"""What a yuan paid for projects brings: by hand, discounted, paired by luck, and refused where it means nothing."""

from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from ecsim.experiments.compare import load_plan
from ecsim.experiments.returns import Returns, returns_table, years_of
from ecsim.experiments.schema import Experiment
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.comparison import paired

STUDY = Path(__file__).parents[2] / "experiments" / "pooled-vs-per-county"
RUNS = pd.DataFrame(
    [
        ("none", 1, 10.0, 20.0, 40.0), ("none", 2, 12.0, 22.0, 44.0),
        ("money", 1, 10.0, 31.0, 51.0), ("money", 2, 12.0, 44.0, 55.0),
        ("as_poor", 1, 11.0, 20.0, 40.0), ("as_poor", 2, 12.0, 22.0, 44.0),
    ],
    columns=["arm", "seed", "sales@2018", "sales@2019", "sales@2020"],
)  # fmt: skip
SPENDING = pd.DataFrame(
    [("none", 1, 0.0, 0.0), ("none", 2, 0.0, 0.0), ("money", 1, 4e6, 6e6), ("money", 2, 10e6, 10e6),
     ("as_poor", 1, 0.0, 0.0), ("as_poor", 2, 0.0, 0.0)],
    columns=["arm", "seed", "brand", "training"],
)  # fmt: skip


def test_a_yuan_worked_by_hand() -> None:
    # At 10 % a year gains of 0, 11 and 11 are worth 0 + 10 + 9.0909 = 19.0909 in 2018, over 10 million paid; those of
    # the second luck 0 + 20 + 9.0909 = 29.0909 over 20.
    asked = Returns(outcomes=("sales",), discount_rate=0.1)
    (row,) = returns_table(RUNS, SPENDING, asked, "none").to_dict("records")
    each = [19.0909090909 / 10.0, 29.0909090909 / 20.0]
    assert (row["arm"], row["outcome"], row["first"], row["last"], row["n"]) == ("money", "sales", 2018, 2020, 2)
    assert row["sum"] == pytest.approx((19.0909090909 + 29.0909090909) / 2.0)
    assert row["paid"] == pytest.approx(15.0)
    assert row["per_yuan"] == pytest.approx(sum(each) / 2.0)
    expected = paired(each, [0.0, 0.0])
    assert (row["low"], row["high"]) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_without_discounting_years_are_added_up_and_one_pair_has_no_interval() -> None:
    first = RUNS[RUNS.seed == 1], SPENDING[SPENDING.seed == 1]
    (row,) = returns_table(*first, Returns(outcomes=("sales",), discount_rate=0.0), "none").to_dict("records")
    assert (row["n"], row["sum"], row["per_yuan"]) == (1, pytest.approx(22.0), pytest.approx(2.2))
    assert pd.isna(row["low"])


def test_a_year_that_some_run_lacks_is_left_out() -> None:
    lacking = RUNS.assign(**{"sales@2020": RUNS["sales@2020"].where(RUNS.arm != "money")})
    (row,) = returns_table(lacking, SPENDING, Returns(outcomes=("sales",), discount_rate=0.0), "none").to_dict(
        "records"
    )
    assert (row["last"], row["sum"]) == (2019, pytest.approx((11.0 + 22.0) / 2.0))
    assert returns_table(RUNS, SPENDING, Returns(outcomes=("other",)), "none").empty


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2018-01-01", "2022-01-02", [2018, 2019, 2020, 2021]), ("2018-02-05", "2020-03-29", [2019])],
)
def test_years_are_those_that_the_model_says_are_run_whole(start: str, end: str, years: list[int]) -> None:
    plan = load_plan(STUDY, changes={"scenario.start": start, "scenario.end": end})
    assert years_of("poor_incomes", plan.catalogue.outcomes) == years


def test_the_main_study_asks_for_every_year_and_what_is_no_money_is_refused() -> None:
    plan = load_plan(STUDY)
    assert years_of("poor_incomes", plan.catalogue.outcomes) == list(range(2018, 2022))
    with pytest.raises(EcsimError, match=r"returns\.outcomes names 'poor_income'; name outcomes of calendar years"):
        load_plan(STUDY, changes={"returns.outcomes": ["poor_income"]})
    with pytest.raises(EcsimError, match=r"returns\.outcomes names 'stations_open'"):
        load_plan(STUDY, changes={"returns.outcomes": ["stations_open"]})


def test_returns_need_the_tables_of_runs() -> None:
    experiment = {
        "name": "x", "title_en": "X", "title_zh": "某", "question": "?", "scenario": "s.toml", "reference": "a",
        "arms": [{"name": "a"}, {"name": "b"}], "returns": {"outcomes": ["sales"]},
    }  # fmt: skip
    with pytest.raises(ValidationError, match="write tables = true"):
        Experiment.model_validate({**experiment, "tables": False})
