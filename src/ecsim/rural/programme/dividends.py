"""Owners of what public money built pay registered poor households a part of it (资产收益; docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DividendsPaid, Funder
from ecsim.rural.programme.facilities import FacilityTerms
from ecsim.rural.state.projects import counties_served
from ecsim.rural.world import WEEKS_A_YEAR, World

I64 = NDArray[np.int64]
DAYS_OF_TURN = 7 * WEEKS_A_YEAR
"""From one yearly turn to the next."""
PUBLIC = (Funder.CENTRAL, Funder.LOCAL)


def pay_dividends(world: World, terms: FacilityTerms) -> None:
    """Dealers that own what public money built pay the registered poor of its county, each household alike.

    Notes
    -----
    A year's part is a share of the public money in it; of a facility that opened within the year, for its days. Dealers
    pay as far as their cash goes, one facility after the other; what is less than a fen each stays with them.

    References
    ----------
    docs/model.md 4.10.
    """
    state = world.state
    f, h, left = state.facilities, state.households, state.dealers.cash_fen.astype(np.int64).copy()
    facility, household, due, paid = list[I64](), list[I64](), list[I64](), list[I64]()
    for row, fen in zip(*_yearly_parts(world, terms), strict=True):
        poor = np.flatnonzero(h.poor & np.isin(h.county, counties_served(state, row)))
        many, owner = max(int(h.weight[poor].sum()), 1), int(f.owner[row])
        each = min(fen, max(int(left[owner]), 0)) // many
        left[owner] -= each * many
        facility.append(np.full(len(poor), row))
        household.append(poor)
        due.append(np.full(len(poor), fen // many))
        paid.append(np.full(len(poor), each))
    rows, nobody = np.concatenate([*facility, np.zeros(0, np.int64)]), np.zeros(0, np.int64)
    world.publish(
        DividendsPaid(
            facility=rows,
            dealer=f.owner[rows],
            household=np.concatenate([*household, nobody]),
            due_fen=np.concatenate([*due, nobody]),
            paid_fen=np.concatenate([*paid, nobody]),
        ),
        cause=f.seq[rows],
    )


def _yearly_parts(world: World, terms: FacilityTerms) -> tuple[list[int], list[int]]:
    """Return the facilities whose owners owe something for the year, and how much, fen."""
    f, d, p = world.state.facilities, world.state.dealers, world.state.projects
    owned = np.flatnonzero(f.in_service & (f.owner >= 0) & (f.project >= 0))
    owned = owned[d.alive[f.owner[owned]]]
    public = p.paid_by_fen[f.project[owned]][:, PUBLIC].sum(axis=1)
    days = np.minimum(world.day - f.opened_day[owned], DAYS_OF_TURN) / DAYS_OF_TURN
    fen = np.floor(terms.dividend_rate * public * days).astype(np.int64)
    owes = fen > 0
    return owned[owes].tolist(), fen[owes].tolist()
