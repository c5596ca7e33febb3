"""Recognition of demonstration enterprises and households (docs/model.md 4.7).

Candidates are those above the notice's thresholds; each county recognises the largest of them, so many a quarter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import ExampleKind, ExampleRecognised
from ecsim.rural.world import World

F64 = NDArray[np.float64]


def recognise_examples(world: World, terms: CommerceTerms) -> None:
    """Each quarter a county recognises enterprises and poor households that meet the thresholds, the largest first.

    References
    ----------
    docs/model.md 4.7; the notice's targets of demonstration enterprises and households.
    """
    state = world.state
    e, h = state.enterprises, state.households
    earned = np.asarray(h.earned_fen * 52.0 / max(1, world.week + 1), np.float64)
    fits = e.alive & ~e.recognised & (e.yearly_fen >= 100.0 * terms.example_sales_yuan)
    fits &= e.poor_households >= terms.example_poor
    rows = _first_of_each(np.flatnonzero(fits), e.county, e.yearly_fen, terms.examples_a_quarter)
    world.publish(
        ExampleRecognised(
            county=e.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_ENTERPRISE)),
            enterprise=rows,
            household=np.full(len(rows), -1),
            weight=np.ones(len(rows), np.int64),
            yearly_fen=e.yearly_fen[rows],
        ),
        cause=e.seq[rows],
    )
    fits = h.poor & ~h.example & (earned >= 100.0 * terms.example_household_yuan)
    most = max(1, terms.households_a_quarter // max(1, int(np.median(h.weight))))
    rows = _first_of_each(np.flatnonzero(fits), h.county, earned, most)
    world.publish(
        ExampleRecognised(
            county=h.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_HOUSEHOLD)),
            enterprise=np.full(len(rows), -1),
            household=rows,
            weight=h.weight[rows],
            yearly_fen=np.rint(earned[rows]).astype(np.int64),
        ),
        cause=h.earned_seq[rows],
    )


def _first_of_each(
    rows: NDArray[np.int64], county: NDArray[np.int32], size: NDArray[np.int64] | F64, most: int
) -> NDArray[np.int64]:
    """Return the largest ``most`` rows of each county."""
    order = rows[np.lexsort((rows, -size[rows], county[rows]))]
    start = np.searchsorted(county[order], county[order])
    return order[np.arange(len(order)) - start < most]
