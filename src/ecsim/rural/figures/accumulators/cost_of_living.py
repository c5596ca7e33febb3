"""What ordering online takes off the cost of living, and income at village shops' prices (docs/model.md 4.2, 7)."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import HouseholdsBaselined, ParcelsOrdered
from ecsim.rural.figures.accumulators.accumulator import F64, Accumulator, Source, ratio, weighted
from ecsim.rural.figures.accumulators.place_index import PlaceIndex

SAVED_BY_THE_POOR = ("saved",)
"""Series of what registered poor households save."""
SAVED_BY_ALL = ("saved", "saved_others")
"""Series of what all households save."""


def _by_poor(event: ParcelsOrdered, index: PlaceIndex) -> NDArray[np.bool_]:
    return index.is_poor(event.household)


def _by_others(event: ParcelsOrdered, index: PlaceIndex) -> NDArray[np.bool_]:
    return ~_by_poor(event, index)


class CostOfLiving(Accumulator):
    """What households save by ordering online against their village shop, fen."""

    sources = (
        Source("saved", ParcelsOrdered, weighted("saved_fen"), where=_by_poor),
        Source("saved_others", ParcelsOrdered, weighted("saved_fen"), where=_by_others),
    )

    def saved_a_head(self, weeks: slice, *, poor: bool) -> F64:
        """Return what registered poor households (or all) save a head in some weeks, fen, shape (counties,)."""
        names, heads = (SAVED_BY_THE_POOR, self._heads[1]) if poor else (SAVED_BY_ALL, self._heads.sum(axis=0))
        saved = np.sum([self.series(name)[weeks].sum(axis=0) for name in names], axis=0)
        return np.asarray(saved / np.maximum(heads, 1.0), np.float64)

    @cached_property
    def _heads(self) -> F64:
        """Persons of households not on the register and on it by county, shape (2, counties)."""
        index = self.index
        persons = index.column(HouseholdsBaselined, "persons") * index.weight.astype(np.float64)
        place = index.counties * index.poor + index.household_county
        return np.bincount(place, persons, 2 * index.counties).reshape(2, index.counties).astype(np.float64)


def real_income(nominal: F64, saved: F64, consumption_share: float) -> F64:
    """Return income at the prices of village shops: over one less the share of consumption that ordering saves.

    Parameters
    ----------
    nominal, saved : a head, in one unit and of the same weeks
    consumption_share : of income, at the prices of village shops; above 0

    Returns
    -------
    shape of ``nominal``; NaN where more than all consumption is said to be saved

    References
    ----------
    docs/model.md 7.
    """
    consumed = consumption_share * nominal
    return ratio(nominal, 1.0 - np.divide(saved, consumed, out=np.zeros_like(consumed), where=consumed > 0))
