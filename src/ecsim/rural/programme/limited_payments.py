"""Central money that is due, held against the shares of the rule book payment by payment (docs/model.md 4.10).

What would break a share waits, down to the fen; where the rule only flags, it is paid and marked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Funder, PaymentOverLimit
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.rules import SHARES
from ecsim.rural.programme.shares import Overrun, ShareBooks
from ecsim.rural.world import World

I64 = NDArray[np.int64]


def lawful_fen(world: World, office: FundAdministration, projects: I64, funder: I64, claims: I64) -> I64:
    """Return what of claims may be paid, shape (claims,); say what waits of each project where that has changed.

    Parameters
    ----------
    projects, funder : of each claim, in the order in which they are paid
    claims : fen
    """
    central, lawful, held = np.flatnonzero(funder == Funder.CENTRAL), claims.copy(), dict[int, Overrun]()
    books = ShareBooks.at_payment(world, office)
    for row in central.tolist():
        project, fen = int(projects[row]), int(claims[row])
        refused = [overrun for overrun in books.overruns(project, fen) if overrun.refused]
        if refused:
            lawful[row] = books.most_fen(project, fen)
            held[project] = Overrun(project, refused[0].rule, fen - int(lawful[row]), refused=True)
        books.enter(project, int(lawful[row]))
    _say_what_waits(world, office, held)
    return lawful


def mark_payments(world: World, office: FundAdministration, projects: I64, funder: I64, paid: I64) -> None:
    """Mark payments that are about to break a share which only flags.

    Parameters
    ----------
    paid : fen, in the order in which they are paid
    """
    rules = office.policy.rule_book
    if not any(rule.kind in SHARES for rule in rules.flagging.rules.values()):
        return
    books, marked = ShareBooks.at_payment(world, office), list[Overrun]()
    for row in np.flatnonzero(funder == Funder.CENTRAL).tolist():
        project, fen = int(projects[row]), int(paid[row])
        marked += [overrun for overrun in books.overruns(project, fen) if not overrun.refused]
        books.enter(project, fen)
    _publish(world, {(each.project, rules.code(each.rule)): each.over_fen for each in marked}, let_through=True)


def _say_what_waits(world: World, office: FundAdministration, held: Mapping[int, Overrun]) -> None:
    p, rules = world.state.projects, office.policy.rule_book
    now = {(each.project, rules.code(each.rule)): each.over_fen for each in held.values()}
    waited = np.flatnonzero(p.held_fen > 0).tolist()
    now |= {(project, int(p.held_rule[project])): 0 for project in waited if project not in held}
    moved = {key: fen for key, fen in sorted(now.items()) if fen != p.held_fen[key[0]]}
    _publish(world, moved, let_through=False)


def _publish(world: World, over_fen: Mapping[tuple[int, int], int], *, let_through: bool) -> None:
    """Say what is over a share, by project and rule."""
    if over_fen:
        projects = [project for project, _ in over_fen]
        world.publish(
            PaymentOverLimit(
                project=projects, rule=[rule for _, rule in over_fen], over_fen=list(over_fen.values()),
                let_through=[let_through] * len(projects),
            ),
            cause=world.state.projects.seq[projects],
        )  # fmt: skip
