"""The numbers that random draws know the rows of an opening by, where they are not the row numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.rural.events import OperatorsBaselined, PlacesNumbered
from ecsim.rural.events.codes import PARTNERS, Numbered
from ecsim.rural.regions.dealers import Trade
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.people import People


def numbered(pack: RegionPack, who: People, goods: Trade, operators: OperatorsBaselined) -> tuple[PlacesNumbered, ...]:
    """Return the numbers that differ from the row numbers, in one event; none if there are none.

    Parameters
    ----------
    who, goods, operators : people, trade and logistics of the opening

    Notes
    -----
    A household counts among all households of the whole region, followed or not; what belongs to a place counts from
    the number of that.
    """
    whole = pack.whole
    townships, counties = np.array(whole.townships, np.int64), np.array(whole.counties, np.int64)
    numbers: dict[Numbered, ArrayLike] = {
        Numbered.PREFECTURE: whole.prefectures,
        Numbered.COUNTY: counties,
        Numbered.TOWNSHIP: townships,
        Numbered.VILLAGE: whole.villages,
        Numbered.CROP: whole.products,
        Numbered.COOPERATIVE: goods.cooperative_numbers,
        Numbered.HOUSEHOLD: who.number,
        Numbered.ENTERPRISE: goods.enterprise_numbers,
        Numbered.OPERATOR: _operator_numbers(counties, operators),
    }
    what, rows, found = [], [], []
    for kind, of_kind in numbers.items():
        number = np.asarray(of_kind, np.int64)
        other = np.flatnonzero(number != np.arange(len(number)))
        what.append(np.full(len(other), int(kind)))
        rows.append(other)
        found.append(number[other])
    if not sum(map(len, rows)):
        return ()
    return (PlacesNumbered(what=np.concatenate(what), row=np.concatenate(rows), number=np.concatenate(found)),)


FIRST_OUTSIDE = 2048
"""Number of the first operator that is not in its county at the opening: those that are have lower ones."""
FIRST_PARTNER = 3072
"""From there on operators of other kinds are numbered, wherever they are at the opening: one a county and kind."""


def _operator_numbers(counties: NDArray[np.int64], operators: OperatorsBaselined) -> NDArray[np.int64]:
    """Return operators' numbers, by the county's and their place in it.

    Posts and couriers in their counties come first, then couriers outside, then partners.

    Parameters
    ----------
    counties : numbers of the counties of a run
    """
    kind, inside = operators.operator_kind, operators.share > 0
    partner = np.isin(kind, PARTNERS)
    numbers = np.zeros(operators.rows, np.int64)
    for first, mine in ((0, inside & ~partner), (FIRST_OUTSIDE, ~inside & ~partner)):
        rows = np.arange(int(mine.sum()))
        each = len(rows) // len(counties)
        numbers[mine] = first + np.repeat(counties, each) * each + rows % max(each, 1)
    numbers[partner] = (
        FIRST_PARTNER + len(PARTNERS) * counties[operators.county[partner]] + kind[partner] - min(PARTNERS)
    )
    return numbers
