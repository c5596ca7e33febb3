"""Payments of works: each funder its part of the price; a county's own part may come late (docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_MONTH
from ecsim.rural.events import Funder, PaymentMade, ProjectStatus
from ecsim.rural.programme.commissioning import draw_keys_of_projects
from ecsim.rural.state.ledger import OUTSIDE, SUPPLIERS
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
MOST_ROUNDED_FEN = 6
"""Three funders pay in two parts, each rounded: what that can leave over is nobody's debt."""


def pay(world: World, project: I64, share: F64, payer: I64, late: Bool, cause: I64) -> None:
    """Pay shares of projects' budgets, each funder its part, but for local parts that are late.

    Parameters
    ----------
    project, share : of its budget that is due, at the contract's price
    payer : the account that central money comes from
    late : whether the local part is not paid now
    cause : what each is paid for
    """
    p = world.state.projects
    budget = np.column_stack([p.central_fen[project], p.local_fen[project], p.social_fen[project]])
    budget[late, Funder.LOCAL] = 0
    row, funder = np.nonzero(budget)
    world.publish(
        PaymentMade(
            payer=np.where(funder == Funder.CENTRAL, payer[row], OUTSIDE),
            payee=np.full(len(row), SUPPLIERS),
            funder=funder,
            category=p.category[project[row]],
            project=project[row],
            paid_fen=np.rint(share[row] * budget[row, funder]).astype(np.int64),
        ),
        cause=cause[row],
    )


def owed_fen(state: State, projects: I64) -> I64:
    """Return what is still owed for projects that were accepted, shape (projects,); rounding of parts left out."""
    p = state.projects
    price = p.price_factor[projects] / ONE * (p.central_fen + p.local_fen + p.social_fen)[projects]
    owed = np.rint(price).astype(np.int64) - p.paid_fen[projects]
    return np.where((p.status[projects] == ProjectStatus.FINISHED) & (owed > MOST_ROUNDED_FEN), owed, 0)


def pay_arrears(world: World, local_late: float) -> None:
    """Counties pay what they have owed for a month of their own part of works: each month all but a share of it.

    Parameters
    ----------
    local_late : that share
    """
    if world.week % WEEKS_A_MONTH:
        return
    state, p = world.state, world.state.projects
    month_ago = p.finished_day <= world.day - 7 * WEEKS_A_MONTH
    finished = np.flatnonzero((p.status == ProjectStatus.FINISHED) & (p.local_fen > 0) & month_ago)
    owing = finished[owed_fen(state, finished) > 0]
    paid = owing[~local_part_is_late(world, local_late, owing)]
    if not paid.size:
        return
    world.publish(
        PaymentMade(
            payer=np.full(len(paid), OUTSIDE),
            payee=np.full(len(paid), SUPPLIERS),
            funder=np.full(len(paid), int(Funder.LOCAL)),
            category=p.category[paid],
            project=paid,
            paid_fen=owed_fen(state, paid),
        ),
        cause=p.seq[paid],
    )


def local_part_is_late(world: World, local_late: float, projects: I64) -> Bool:
    """Return which projects do not get their local part now, shape (projects,).

    Parameters
    ----------
    local_late : the chance of it
    """
    luck = world.draws.uniform("local_part_late", world.week, draw_keys_of_projects(world.state, projects))
    return np.asarray(luck < local_late, np.bool_)
