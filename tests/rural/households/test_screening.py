"""The quick pass over a population flags everybody whom the exact test could mean, and nobody beyond its bound."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.rural.households.screening import flagged, screened


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 1000])
@pytest.mark.parametrize("most", [0.0, 0.02, 0.5, 3.0])
def test_two_passes_find_what_one_comparison_does(rows: int, most: float) -> None:
    draws = Draws(5)
    factor = np.random.default_rng(rows).lognormal(0.0, 0.5, rows)
    key = draws.key("test")
    found = flagged(screened(key, 3, most, factor, np.arange(rows)), rows)
    luck = draws.uniform("test", 3, np.arange(rows))
    np.testing.assert_array_equal(found, np.flatnonzero(luck < factor * most))


def test_flags_are_filled_up_to_whole_words_and_none_beyond_the_rows_is_found() -> None:
    flags = screened(Draws(1).key("test"), 0, 10.0, np.ones(5), np.arange(5))
    assert len(flags) == 8
    assert flags.tolist() == [True] * 5 + [False] * 3
    assert flagged(np.ones(8, np.bool_), 5).tolist() == [0, 1, 2, 3, 4]


def test_rounding_in_the_exact_test_never_passes_the_bound() -> None:
    # The chance 1 - exp(-x) is at most x: whoever the exact test means was flagged, for hazards of every size.
    draws, rows = Draws(2), 5000
    for most in (1e-6, 1e-3, 0.3):
        factor = np.linspace(0.1, 2.0, rows)
        meant = np.flatnonzero(draws.uniform("test", 1, np.arange(rows)) < -np.expm1(-most * factor))
        assert np.isin(meant, flagged(screened(draws.key("test"), 1, most, factor, np.arange(rows)), rows)).all()
