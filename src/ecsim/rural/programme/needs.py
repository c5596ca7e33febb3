"""What counties need kinds of projects for, and what covering a part of it is worth (docs/model.md 4.10).

A need is what planners can know of a county beforehand: tonnes, heads, villages at the opening. No outcome of a run
enters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import CropForm

if TYPE_CHECKING:
    from ecsim.rural.state import State

F64 = NDArray[np.float64]
Needs = Callable[["State"], F64]
"""Returns the need of every county, shape (counties,)."""


def _one(state: State) -> F64:
    return np.ones(len(state.counties))


def _column(name: str) -> Needs:
    return lambda state: np.asarray(getattr(state.counties, name), np.float64)


def _villages(state: State) -> F64:
    c = state.counties
    return np.maximum(c.villages, c.poor_villages).astype(np.float64)


def _townships(state: State) -> F64:
    return np.bincount(state.townships.county, minlength=len(state.counties)).astype(np.float64)


def _products(state: State) -> F64:
    return np.bincount(state.crops.county, state.crops.demand_g > 0, len(state.counties)).astype(np.float64)


def _tonnes(grams: Callable[[State], NDArray[Any]]) -> Needs:
    return lambda state: np.bincount(state.crops.county, grams(state), len(state.counties)) / 1e6


def _farm_sales(state: State) -> F64:
    c = state.crops
    sold = c.demand_g / 1000.0 * c.online_price_fen / 100.0
    return np.bincount(c.county, sold, len(state.counties)).astype(np.float64)


NEEDS: Mapping[str, Needs] = {
    "county": _one,
    "townships": _townships,
    "villages": _villages,
    "poor_villages": _column("poor_villages"),
    "households": _column("households"),
    "residents": _column("residents"),
    "merchants": _column("merchants"),
    "products": _products,
    "output_t": _tonnes(lambda state: state.crops.output_g + state.crops.base_g),
    "fresh_t": _tonnes(lambda state: state.crops.output_g * (state.crops.form == CropForm.FRESH)),
    "processed_t": _tonnes(
        lambda state: (state.crops.output_g + state.crops.base_g) * (state.crops.processing_fen > 0)
    ),
    "orders_t": _tonnes(lambda state: state.crops.demand_g),
    "farm_sales_yuan": _farm_sales,
}
"""Needs by name, each in what its name says; tonnes are of a year at the opening."""


def covered_worth(covered: float, need: float, full_need: float, curvature: float) -> float:
    """Return what covering a part of a need is worth, in targets of the table: less and less, nothing beyond it.

    Parameters
    ----------
    covered, need : in units of the need
    full_need : need whose covering is worth one target; 0: it is worth none
    curvature : 0: every unit is worth as much until the need is covered

    References
    ----------
    docs/model.md 4.10: ``B(x) = v·N·(1 − exp(−β·x/N))/(1 − exp(−β))`` up to ``x = N``, ``v = 1/full_need``.
    """
    if need <= 0.0 or full_need <= 0.0:
        return 0.0
    share = min(covered / need, 1.0)
    bent = share if curvature < 1e-9 else float(np.expm1(-curvature * share) / np.expm1(-curvature))
    return need / full_need * bent
