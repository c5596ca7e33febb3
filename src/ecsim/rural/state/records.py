"""Running sums that governments keep of what happens in their counties: sales, trainees, founders, the poor served.

They are what a government can know of the figures of its target table (`ecsim.rural.programme.records`).
"""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import I32, I64, U8, applies
from ecsim.rural.events import (
    Channel,
    EnterprisesTraded,
    Founder,
    LotSold,
    RetailSold,
    Stamp,
    Stream,
    TraineeAttended,
)
from ecsim.rural.state.state import State

ALL, FARM = range(2)
COUNTED = Founder.WOMAN | Founder.YOUNG | Founder.RETURNEE | Founder.GRADUATE
"""Groups of the employment target (notice, annex 2)."""


def _add_sales(state: State, day: int, which: int, county: I32, fen: I64) -> None:
    """Add online sales of a day to the week's; weeks that come round again begin at nothing."""
    counties, week = state.counties, day // 7
    kept = counties.sold_fen.shape[2]
    last = int(counties.sold_week[0])
    if week > last:
        for new in range(max(last + 1, week - kept + 1), week + 1):
            counties.sold_fen[:, :, new % kept] = 0
        counties.sold_week[:] = week
    np.add.at(counties.sold_fen[:, which, week % kept], county, fen)


def _add_farm_sales(state: State, day: int, county: I32, fen: I64) -> None:
    for which in (ALL, FARM):
        _add_sales(state, day, which, county, fen)


def note_sales_of_lots(state: State, event: LotSold, day: int) -> None:
    """What consumers paid for lots of households' shops and stations, all households of a row together."""
    rows, h = np.flatnonzero(event.retail_fen), state.households
    household = state.plots.household[event.plot[rows]]
    _add_farm_sales(state, day, h.county[household], event.retail_fen[rows] * h.weight[household])


def note_sales_of_dealers(state: State, dealer: I32, paid_fen: I64, day: int) -> None:
    """What consumers paid for what dealers sent from stock of their own, shape (n,) each."""
    _add_farm_sales(state, day, state.crops.county[state.dealers.crop[dealer]], paid_fen)


def note_sales_of_enterprises(state: State, event: EnterprisesTraded, day: int) -> None:
    """What enterprises sold of other goods."""
    _add_sales(state, day, ALL, state.enterprises.county[event.enterprise], event.other_fen)


@applies(RetailSold)
def sell_retail(state: State, event: RetailSold, stamp: Stamp) -> None:
    """Add what small merchants and services sold to the week's sales."""
    _add_sales(state, stamp.day, ALL, event.county, event.sold_fen)
    farm = event.stream == Stream.FARM_PRODUCTS
    _add_sales(state, stamp.day, FARM, event.county[farm], event.sold_fen[farm])


def note_poor_sellers(state: State, event: LotSold) -> None:
    """Registered poor households that sold through a station or cooperative: the same ones sell each time."""
    h = state.households
    rows = np.flatnonzero((event.channel == Channel.STATION) | (event.channel == Channel.COOPERATIVE))
    household = state.plots.household[event.plot[rows]]
    poor, many = _poor_of_rows(state, household, event.sellers[rows])
    np.maximum.at(h.served, poor, many)


def note_trainees(state: State, event: TraineeAttended) -> None:
    """Attendances, answers and registered poor households that came: different ones of a row each time."""
    counties, h = state.counties, state.households
    county = state.sessions.county[event.session]
    for column, many in (
        (counties.trained, event.persons), (counties.answered, event.answered), (counties.satisfied, event.satisfied),
    ):  # fmt: skip
        np.add.at(column, county, many)
    rows = np.flatnonzero(event.household >= 0)
    poor, many = _poor_of_rows(state, event.household[rows], event.persons[rows])
    np.add.at(h.taught, poor, many)
    np.minimum(h.taught, h.weight, out=h.taught)


def _poor_of_rows(state: State, household: I32, many: I32) -> tuple[I32, I32]:
    """Return which rows stand for registered poor households and how many of each it were; none told: all of it."""
    h = state.households
    poor = h.poor[household]
    household, many = household[poor], many[poor]
    weight = h.weight[household]
    return household, np.where(many > 0, np.minimum(many, weight), weight).astype(np.int32)


def note_employed(state: State, county: I32, group: U8, many: I32) -> None:
    """Founders and first jobs of the groups that the notice names; shape (n,) each."""
    of_group = (group & COUNTED) > 0
    np.add.at(state.counties.employed, county[of_group], many[of_group])


RECORDS = (sell_retail,)
