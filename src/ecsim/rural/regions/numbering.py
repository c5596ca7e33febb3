"""The numbers that random draws know the rows of an opening by, where they are not the row numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ecsim.rural.events import OperatorsBaselined, PlacesNumbered
from ecsim.rural.events.codes import Numbered
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
    each = operators.rows // len(counties)
    numbers: dict[Numbered, ArrayLike] = {
        Numbered.PREFECTURE: whole.prefectures,
        Numbered.COUNTY: counties,
        Numbered.TOWNSHIP: townships,
        Numbered.VILLAGE: whole.villages,
        Numbered.CROP: whole.products,
        Numbered.COOPERATIVE: goods.cooperative_numbers,
        Numbered.HOUSEHOLD: who.number,
        Numbered.ENTERPRISE: goods.enterprise_numbers,
        Numbered.OPERATOR: counties[operators.county] * each + np.arange(operators.rows) % each,
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
