"""Numbers as people read them."""

import pytest

from ecsim.report.numbers import change, figure


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234.56, "1,234.6"), (12.345, "12.35"), (0.01234, "0.0123"), (-2.5, "−2.50"), (1e-5, "1e−05"), (0.0, "0"),
     (float("nan"), "–"), (float("inf"), "∞"), (float("-inf"), "−∞")],
)  # fmt: skip
def test_a_figure_has_the_digits_its_size_needs(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("value", "size", "shown"),
    [(12.34, 1000.0, "+12.3"), (-0.0123, 1000.0, "−0.012"), (0.0, 5.0, "+0.00"), (float("nan"), 5.0, "–")],
)
def test_a_difference_has_a_sign_and_is_never_rounded_to_nothing(value: float, size: float, shown: str) -> None:
    assert change(value, size) == shown
