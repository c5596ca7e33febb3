"""Sums of an evaluation file: none that is there reads as nothing."""

from __future__ import annotations

import pytest

from ecsim.rural.dossier.wording import sum_of_money, yuan


@pytest.mark.parametrize(
    ("fen", "en", "zh"),
    [
        (0, "0", "0.00"),
        (1, "0.01", "0.01 元"),
        (-1, "-0.01", "-0.01 元"),
        (9_999, "99.99", "99.99 元"),
        (10_000, "100", "0.01"),
        (123_456_700, "1,234,567", "123.46"),
    ],
)
def test_a_cell_of_a_table_tells_small_sums_to_the_fen(fen: int, en: str, zh: str) -> None:
    assert (yuan(fen).en, yuan(fen).zh) == (en, zh)


@pytest.mark.parametrize(
    ("fen", "en", "zh"),
    [
        (0, "0.00 million yuan", "0.00 万元"),
        (1, "0.01 yuan", "0.01 元"),
        (123_456_700, "1.23 million yuan", "123.46 万元"),
    ],
)
def test_a_sum_in_words_tells_small_sums_to_the_fen(fen: int, en: str, zh: str) -> None:
    assert (sum_of_money(fen).en, sum_of_money(fen).zh) == (en, zh)
