"""Amounts as people write them: 亿元 and 万元, per cent and percentage points, digits that the uncertainty leaves."""

import pytest

from ecsim.report.amounts import rounded, scale_of, with_unit
from ecsim.report.texts import Texts

ZH, EN = Texts("zh"), Texts("en")


@pytest.mark.parametrize(
    ("million", "said"),
    [(7150.9, "71.51 亿元"), (278.0, "2.78 亿元"), (100.0, "1.00 亿元"), (99.9, "9,990.0 万元"),
     (0.5, "50.00 万元"), (-278.0, "−2.78 亿元")],
)  # fmt: skip
def test_chinese_counts_money_in_yi_from_one_yi_on_and_in_wan_below(million: float, said: str) -> None:
    scale = scale_of("million yuan", [million], ZH)
    assert with_unit(scale.figure(million), scale.unit, ZH) == said


def test_figures_side_by_side_share_the_unit_of_the_largest() -> None:
    assert scale_of("million yuan", [5.0, 250.0, float("nan")], ZH).unit == "亿元"
    assert scale_of("million yuan", [], ZH).unit == "万元"


def test_english_keeps_million_yuan_and_other_units_stay() -> None:
    scale = scale_of("million yuan", [7150.9], EN)
    assert with_unit(scale.figure(7150.9), scale.unit, EN) == "7,150.9 million yuan"
    assert scale_of("days", [1.0], ZH).unit == "天"
    assert with_unit("3.1", scale_of("", [1.0], EN).unit, EN) == "3.1"


def test_a_share_is_per_cent_and_its_difference_percentage_points() -> None:
    for texts, share, points in ((EN, "0.8500 %", "percentage points"), (ZH, "0.8500%", "个百分点")):
        scale = scale_of("share", [0.0085], texts)
        assert with_unit(scale.figure(0.0085), scale.unit, texts) == share
        assert scale.difference == points
        assert scale.change(0.0012, 0.0004) == "+0.120"


@pytest.mark.parametrize(
    ("value", "half", "said"),
    [(-11.52, 5.71, "−11.5"), (0.1601, 0.021, "+0.160"), (2195.7, 1.4, "+2,195.7"), (31.5, 92.3, "+32"),
     (0.0012, 0.0004, "+0.00120"), (0.0001, 0.07, "0.000"), (-0.0001, 0.07, "0.000"), (0.0, 0.0, "0"),
     (12.3, 0.0, "+12.3"), (12.34, float("nan"), "+12.3"), (float("nan"), 1.0, "–")],
)  # fmt: skip
def test_a_difference_has_two_digits_of_what_it_may_be_off_by(value: float, half: float, said: str) -> None:
    assert rounded(value, half) == said
