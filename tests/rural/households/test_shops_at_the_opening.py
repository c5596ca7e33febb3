"""Who keeps a shop at the opening: schooled and young ones, of those who grow what it sends (docs/model.md 6.6)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from ecsim.kernel.draws import Draws
from ecsim.rural.regions.shops import _keepers


def keepers(output_g: list[int], sends_g: float, wanted: int = 10) -> Any:
    """Return who keeps shops of one product; rows stand for 10 each, and have more schooling than the next."""
    many = len(output_g)
    who = SimpleNamespace(
        number=np.arange(many), weight=np.full(many, 10), online=np.ones(many, np.bool_),
        schooling_years=100 * (many - np.arange(many)), age_class=np.zeros(many),
    )  # fmt: skip
    plots = SimpleNamespace(crop=np.zeros(many, np.int64), household=np.arange(many), output_g=np.array(output_g))
    terms = SimpleNamespace(seller_schooling=1.0, seller_age=0.0)
    return _keepers(Draws(1), terms, who, plots, np.array([wanted]), np.array([sends_g]))  # type: ignore[arg-type]


def test_no_row_keeps_more_shops_than_its_harvest_feeds() -> None:
    # 10 households grow 200 g each: 2,000 g feed 4 shops that send 500 g; the next feed the 6 that are left.
    household, plot, count = keepers([200, 1_000, 10_000], 500.0)
    assert household.tolist() == plot.tolist() == [0, 1]
    assert count.tolist() == [4, 6]
    assert keepers([200, 250, 300], 500.0)[2].tolist() == [4, 5, 1]


def test_where_growers_are_too_small_fewer_keep_shops_than_are_wanted() -> None:
    assert keepers([10, 60], 500.0)[2].tolist() == [1]
    assert not keepers([10, 20], 5_000.0)[2].size
