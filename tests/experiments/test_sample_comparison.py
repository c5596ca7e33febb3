"""Outcomes at several samples: what is allowed, and what is said of each."""

import math

import numpy as np
import pytest

from ecsim.experiments.sample_comparison import SampleRow, SampleVerdict, _row
from ecsim.kernel.measures import Label
from ecsim.kernel.samples import SampleTolerance
from ecsim.kernel.text import Text

LABEL = Label(Text("sales", "销售"), "yuan")
TOLERANCE = SampleTolerance(absolute={"share": 0.005})


def row(here: list[float], there: list[float], name: str = "sales@2019") -> SampleRow:
    return _row(name, LABEL, 0.1, 1.0, np.array(here), np.array(there), TOLERANCE)


def test_the_tolerance_is_one_per_cent_and_two_standard_errors_worked_by_hand() -> None:
    found = row([101.0, 103.0], [100.0, 100.0])  # variance 2 of two runs: the mean's error is 1
    assert (found.difference, found.error) == pytest.approx((2.0, 1.0))
    assert found.tolerance == pytest.approx(1.0 + 2.0)


@pytest.mark.parametrize(
    ("here", "there", "verdict"),
    [
        ([100.5, 100.6, 100.4], [100.0, 100.0, 100.0], "agrees"),
        ([110.0, 110.1, 109.9], [100.0, 100.1, 99.9], "differs"),
        ([90.0, 110.0], [100.0, 100.0], "too few seeds"),
        ([100.0], [100.0], "too few seeds"),
        ([math.nan, math.nan], [100.0, 100.0], "missing"),
    ],
)
def test_chance_that_could_hide_a_difference_is_called_too_few_seeds(
    here: list[float], there: list[float], verdict: SampleVerdict
) -> None:
    assert row(here, there).verdict == verdict


def test_a_share_below_the_line_has_a_tolerance_of_its_own() -> None:
    assert row([0.104, 0.104], [0.1, 0.1], "share@2019").verdict == "agrees"
    assert row([0.106, 0.106], [0.1, 0.1], "share@2019").verdict == "differs"
