"""Changes of plans held against the shares of the rule book: what leaves, with what comes in its place (4.10)."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.rural.events import ChangeOverLimit
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.purse_facts import book_of, housing_of
from ecsim.rural.programme.rule_book import EVERYWHERE, PaidBreach, Purse
from ecsim.rural.world import World


def broken_by_change(
    world: World, office: FundAdministration, purse: Purse, leaving: Sequence[int], chosen: Sequence[Candidate]
) -> list[PaidBreach]:
    """Return the shares that would be broken, or further than they are, if projects left a plan and units came in.

    Parameters
    ----------
    leaving : projects that nobody has begun
    chosen : units that would be examined then
    """
    housed = housing_of(world, office).assigned(world.state, chosen, leaving)
    entered, worse = housed, list[PaidBreach]()
    for refusing in (True, False):
        now = book_of(world, office, purse, refusing=refusing).broken_shares()
        before = {(breach.rule, breach.county): breach.over_fen for breach in now}
        book = book_of(world, office, purse, refusing=refusing, without=leaving)
        entered = examined(entered, book).entered
        then = book.broken_shares()
        worse += [breach for breach in then if breach.over_fen > before.get((breach.rule, breach.county), 0)]
    return worse


def say_broken_by_change(
    world: World, office: FundAdministration, purse: Purse, leaving: Sequence[int], broken: Sequence[PaidBreach],
    cause: int,
) -> bool:  # fmt: skip
    """Say which shares a change of a plan breaks, and return whether it may be made: all of them only flag."""
    rules = office.policy.rule_book
    refusing = [breach for breach in broken if rules.refuses(rules.rules[breach.rule])]
    said = refusing or broken
    if said:
        fen = int(world.state.projects.central_fen[list(leaving)].sum())
        whole = purse.counties[0] if len(purse.counties) == 1 else -1
        world.publish(
            ChangeOverLimit(
                county=[whole if breach.county == EVERYWHERE else breach.county for breach in said],
                prefecture=[purse.prefecture] * len(said), rule=[rules.code(breach.rule) for breach in said],
                projects=[len(leaving)] * len(said), central_fen=[fen] * len(said),
                over_fen=[breach.over_fen for breach in said], let_through=[not refusing] * len(said),
            ),
            cause=cause,
        )  # fmt: skip
    return not refusing
