"""A plan is changed in mid-course: what is not begun leaves it, what is new enters (docs/model.md 4.10).

A change that takes something away and breaks a rule is refused as a whole, so that no lawful project is lost for an
unlawful one; or it is only flagged. Of a change that only adds, each unit is examined by itself, as of any plan.

What is new may be paid out of what left the plan, or out of what came back for stations that nobody took.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ecsim.rural.events import AwardedKept, ProjectStatus, ProjectWithdrawn
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.changes import broken_by_change, say_broken_by_change
from ecsim.rural.programme.plans import (
    approve,
    plannable_units,
    planned_design,
    view_of,
)
from ecsim.rural.programme.purse_facts import (
    committed_fen,
    committed_rows,
    committed_units,
    last_return,
    returned_fen,
)
from ecsim.rural.programme.strategies import Allocation, Candidate, Purse, allocation_of
from ecsim.rural.world import State, World

Key = tuple[int, int, int]


def amend(
    world: World, office: FundAdministration, purse: Purse, units: Sequence[Candidate], cause: int
) -> tuple[list[int], int]:
    """Bring what is approved from a purse in line with a changed plan; return what left, and how many breaches it had.

    Projects that nobody has begun leave the plan where it has them no more, or at other terms; what is awarded stays,
    and is named. What left frees its money for what is new. Of a change that the law refuses nothing is done.

    Parameters
    ----------
    units : of the changed plan, those of the purse
    cause : sequence number of the money that came into the purse
    """
    state = world.state
    approved = [unit.key for unit in committed_units(state, purse)]
    standing = dict(zip(approved, committed_rows(state, purse), strict=True))
    wanted = {unit.key: unit for unit in units}
    named = {unit.terms.township for unit in units}
    left = [
        row for key, row in standing.items()
        if state.projects.status[row] == ProjectStatus.APPROVED
        and not (key in wanted and _as_approved(state, office, row, wanted[key], named))
    ]  # fmt: skip
    _say_what_stays(world, standing, wanted)
    kept = standing.keys() - {key for key, row in standing.items() if row in set(left)}
    new, broken = [unit for unit in units if unit.key not in kept], 0
    if left:
        breaches = broken_by_change(world, office, purse, left, new)
        if not say_broken_by_change(world, office, purse, left, breaches, cause):
            return [], 0
        world.publish(ProjectWithdrawn(project=left), cause=state.projects.seq[left])
        broken = len(breaches)
    return left, broken + approve(world, office, purse, Allocation(new), cause)


def _say_what_stays(world: World, standing: Mapping[Key, int], wanted: Mapping[Key, Candidate]) -> None:
    """Name the projects that a changed plan has no more, or at other money, though they are awarded."""
    state, p = world.state, world.state.projects
    stays = [
        row for key, row in standing.items()
        if p.status[row] != ProjectStatus.APPROVED and not (key in wanted and _same_money(state, row, wanted[key]))
    ]  # fmt: skip
    if stays:
        fen = [committed_fen(state, row) for row in stays]
        world.publish(AwardedKept(project=stays, central_fen=fen), cause=p.seq[stays])


def _same_money(state: State, row: int, unit: Candidate) -> bool:
    """Return whether a project was approved with the money and quantity that a unit has."""
    p = state.projects
    was = [int(p.central_fen[row]), int(p.local_fen[row]), int(p.social_fen[row]), int(p.quantity[row])]
    return was == [unit.central_fen, unit.local_fen, unit.social_fen, unit.quantity]


def reallocate(world: World, office: FundAdministration, purse: Purse) -> int:
    """Place anew what came back to a purse for stations that nobody took; return how many units broke a rule.

    Its holder chooses as for the plan, of that money and no more.
    """
    fen = returned_fen(world.state, purse)
    if not fen:
        return 0
    view = view_of(world, office, purse, plannable_units(world, office, purse.prefecture))
    view = replace(view, held_fen=view.book().left_fen - fen)
    chosen = Allocation(allocation_of(office.strategy, view).chosen)
    return approve(world, office, purse, chosen, last_return(world.state, purse), reallocated=True)


def _as_approved(
    state: State, office: FundAdministration, row: int, unit: Candidate, named: Collection[int]
) -> bool:  # fmt: skip
    """Return whether a project was approved with the money and terms that a unit has.

    Parameters
    ----------
    named : townships that units of the changed plan name
    """
    p, terms = state.projects, unit.terms
    sites = np.flatnonzero(state.villages.planned == row).tolist()
    return (
        _same_money(state, row, unit)
        and [int(p.start_day[row]), int(p.package[row]), int(p.cooperative[row]), int(p.enterprise[row])]
        == [terms.start_day, terms.package, terms.cooperative, terms.enterprise]
        and (int(p.building[row]) < 0) == terms.anew
        and bool(p.exclusive[row]) == terms.exclusive
        and int(p.uses[row]) == sum(1 << office.policy.rule_book.forbidden.index(use) for use in terms.uses)
        and _township_as_approved(int(p.township[row]), unit, named)
        and int(p.design[row]) == planned_design(unit, office.scenario.station_design)
        and sorted(terms.sites) == sites
    )


def _township_as_approved(township: int, unit: Candidate, named: Collection[int]) -> bool:
    """Return whether a unit is for a township, or for any that no other unit names."""
    return township == unit.terms.township or (unit.terms.township < 0 and township not in named)
