"""Numbers as people read them."""

import pytest

from ecsim.report.numbers import change, changes, figure, half_width_of, of_all_years, plus_minus


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234.56, "1,234.6"), (12.345, "12.35"), (0.01234, "0.0123"), (-2.5, "−2.50"), (1e-5, "1e−05"), (0.0, "0"),
     (float("nan"), "–"), (float("inf"), "∞"), (float("-inf"), "−∞")],
)  # fmt: skip
def test_a_figure_has_the_digits_its_size_needs(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("value", "size", "shown"),
    [(12.34, 1000.0, "+12.3"), (-0.0123, 1000.0, "−0.012"), (0.0, 5.0, "0"), (float("nan"), 5.0, "–"),
     (0.0012, 0.0024, "+0.0012"), (3e-5, 0.0012, "+0.000030"), (-2.5e-11, 3.0, "−2.5e−11"),
     (2e12, 1.0, "+2,000,000,000,000.0")],
)  # fmt: skip
def test_a_difference_has_a_sign_and_is_never_rounded_to_nothing(value: float, size: float, shown: str) -> None:
    assert change(value, size) == shown


@pytest.mark.parametrize(
    ("half", "size", "shown"),
    [(0.00019, 0.0024, "± 0.00019"), (12.34, 1000.0, "± 12.3"), (0.0, 5.0, "± 0.00"), (float("nan"), 5.0, "")],
)
def test_a_half_width_has_the_digits_of_its_figure_and_is_never_rounded_to_nothing(
    half: float, size: float, shown: str
) -> None:
    assert plus_minus(half, size) == shown


def test_the_half_width_of_a_mean_is_students() -> None:
    assert half_width_of(2.0, 4) == pytest.approx(3.182446, rel=1e-6)  # t of 3 degrees of freedom at 97.5 %
    assert half_width_of(2.0, 1) != half_width_of(2.0, 1)  # not a number


@pytest.mark.parametrize(
    ("difference", "half", "size", "shown"),
    [(278.0, 40.1, 3173.0, "+278.0 +237.9 +318.1"), (0.0012, 1.2e-5, 0.0024, "+0.00120 +0.00119 +0.00121"),
     (0.0012, 0.0009, 0.0024, "+0.0012 +0.0003 +0.0021"), (0.0, 0.0, 5.0, "0 0 0"),
     (0.0012, 0.0, 0.0024, "+0.0012 +0.0012 +0.0012"), (2.5, 1e-12, 100.0, "+2.500 +2.500 +2.500"),
     (-2e-11, 1e-11, 1.0, "−2e−11 −3e−11 −1e−11"), (0.0012, float("nan"), 0.0024, "+0.0012 – –")],
)  # fmt: skip
def test_a_difference_and_its_interval_have_digits_that_tell_them_apart(
    difference: float, half: float, size: float, shown: str
) -> None:
    assert " ".join(changes(difference, difference - half, difference + half, size)) == shown


def test_what_is_added_up_is_named_with_all_of_its_years() -> None:
    assert of_all_years("Farm products sold online, 2021", 2018, 2021) == "Farm products sold online, 2018–2021"
    assert of_all_years("农产品网络零售额（2021年）", 2018, 2021) == "农产品网络零售额（2018–2021年）"
    assert of_all_years("Farm products sold online, 2021", 2021, 2021) == "Farm products sold online, 2021"
