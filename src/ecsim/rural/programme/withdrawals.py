"""Projects that supervision takes out of plans: which the law lets go, what is said of the others (4.10)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Category, Funder, PaymentMade, ProjectWithdrawn
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.changes import broken_by_change, say_broken_by_change
from ecsim.rural.programme.procurement import uncommitted_fen
from ecsim.rural.programme.shares import ShareBooks
from ecsim.rural.programme.strategies import Candidate, Purse
from ecsim.rural.world import PROVINCE, World, county_account

I64 = NDArray[np.int64]


def lawful(world: World, office: FundAdministration, ripe: I64) -> I64:
    """Return the ripe projects that may leave without a share of the rule book being broken, or broken further.

    Of a pooled plan less may leave in the end, so what a share limits makes no room in it.
    """
    if not ripe.size:
        return ripe
    books = ShareBooks.as_planned(world, office)
    return np.array(
        [row for row in ripe[::-1].tolist() if books.takes_out(row, freeing=not office.pooled)][::-1], np.int64
    )


def withdraw(
    world: World, office: FundAdministration, purse: Purse | None, left: I64, chosen: Sequence[Candidate], cause: I64
) -> None:
    """Let projects leave their plan; say which shares that only flag are broken by it.

    Parameters
    ----------
    purse : None: counties' own
    chosen : what is planned in their place
    cause : what supervision found, by county
    """
    p, flagging = world.state.projects, office.policy.rule_book.flagging.rules
    for holder in office.purses(world.state) if purse is None else [purse]:
        own = left[np.isin(p.county[left], holder.counties)].tolist()
        if own:
            worse = broken_by_change(world, office, holder, own, chosen)
            broken = [breach for breach in worse if breach.rule in flagging]
            say_broken_by_change(world, office, holder, own, broken, int(cause[p.county[own[0]]]))
    world.publish(ProjectWithdrawn(project=left), cause=cause[p.county[left]])


def recall(world: World, office: FundAdministration, counties: I64, left: I64, cause: I64) -> None:
    """Counties give back what the projects would have cost, as far as they have it beyond their contracts."""
    state = world.state
    p = state.projects
    account = county_account(state.prefecture_count, 0) + counties
    cost = np.bincount(p.county[left], p.central_fen[left], len(state.counties))[counties]
    fen = np.minimum(np.rint(cost).astype(np.int64), uncommitted_fen(state, office)[account])
    rows = np.flatnonzero(fen > 0)
    world.publish(
        PaymentMade(
            payer=account[rows], payee=np.full(len(rows), PROVINCE), funder=np.full(len(rows), int(Funder.CENTRAL)),
            category=np.full(len(rows), int(Category.OTHER)), project=np.full(len(rows), -1), paid_fen=fen[rows],
        ),
        cause=cause[counties[rows]],
    )  # fmt: skip
