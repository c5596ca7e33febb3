"""How likely a county meets several targets at once, and what an experiment may ask for."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecsim.experiments.chances import chances
from ecsim.experiments.compare import load_plan
from ecsim.experiments.verdicts import meeting, of_sets
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.bounds import marks_of, read_marks
from ecsim.statistics.proportions import wilson

STUDIES = Path(__file__).parents[2] / "experiments"


def marks(a: list[list[float]], b: list[list[float]]) -> pd.DataFrame:
    """Return the table of two targets and both at once, over runs (rows) and two counties."""
    rows = []
    for number, (one, other) in enumerate(zip(a, b, strict=True)):
        every = {"a": np.array(one), "b": np.array(other)}
        for name, found in (every | of_sets(every, {"both": ("a", "b")})).items():
            rows.append(["arm", 0, number, name, *found])
    return pd.DataFrame(rows, columns=["arm", "point", "replication", "indicator", "East", "West"])


def test_all_at_once_is_counted_run_by_run_and_is_not_the_mean_of_the_single_shares() -> None:
    a, b = [[1, 1], [0, 1], [1, 1], [0, 1]], [[0, 1], [1, 1], [0, 1], [1, 0]]
    found = chances(marks(a, b)).set_index(["target", "county"])
    assert found.loc[[("a", "East"), ("b", "East")], "share"].tolist() == [0.5, 0.5]
    for both in ("all_targets", "set_both"):
        assert found.loc[both]["share"].to_dict() == {"East": 0.0, "West": 0.75, "region": 0.375}
        low, high = wilson([3.0, 1.5], [4.0, 4.0])  # of 4 runs, not of 8 counties
        assert found.loc[both].loc[["West", "region"], ["low", "high"]].to_numpy().T.tolist() == [[*low], [*high]]
        assert set(found.loc[both]["n"]) == {4}


def test_runs_without_a_figure_are_left_out_and_said() -> None:
    nan = float("nan")
    found = chances(marks([[nan, 1], [nan, 0]], [[1, nan], [1, nan]])).set_index(["target", "county"])
    assert np.isnan(found.loc[("a", "East"), "share"])
    assert found.loc[("a", "East"), ["n", "no_figure"]].tolist() == [0, 1.0]
    assert found.loc[("all_targets", "West"), ["share", "n", "no_figure"]].tolist() == [0.0, 1, 0.5]
    assert found.loc[("b", "region"), "share"] == 1.0


@pytest.mark.parametrize("text", ["", "1", "10-", "---", "0101-1"])
def test_marks_are_read_as_they_were_written(text: str) -> None:
    assert marks_of(read_marks(text)) == text
    known = [letter for letter in text if letter != "-"]
    np.testing.assert_equal(meeting(read_marks(text)), float(known.count("1")) if known else np.nan)


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ({"x": ["trained", "vilage_coverage"]}, "sets.x names 'vilage_coverage'; did you mean 'village_coverage'?"),
        ({"x": ["trained"]}, "needs two targets or more, each once"),
        ({"x": ["trained", "trained"]}, "needs two targets or more, each once"),
    ],
)
def test_a_set_that_is_none_is_refused(sets: dict[str, list[str]], words: str) -> None:
    with pytest.raises(EcsimError) as error:
        load_plan(STUDIES / "pooled-vs-per-county", changes={"sets": sets})
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("end", "reason"),
    [("2021-06-27", "2021 was run until 2021-06-27"), ("2020-12-30", "2021 was not run")],
)
def test_an_experiment_that_needs_a_figure_of_a_year_it_does_not_run_is_refused_before_any_run(
    end: str, reason: str
) -> None:
    asked = STUDIES / "robust-allocation" / "selection.toml"
    with pytest.raises(EcsimError) as error:
        load_plan(asked, changes={"scenario.end": end})
    assert f"selection.outcome names 'poor_income@2021', which is not available: {reason}" in str(error.value)
    load_plan(asked, changes={"scenario.end": "2022-01-02"})
