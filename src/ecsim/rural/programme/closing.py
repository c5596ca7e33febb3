"""Accounts of purses are closed: ratios of the rule book are held on what was paid (docs/model.md 4.10; notice, 4.1).

A plan that was lawful when it was approved may have been paid for unlawfully in the end: works of one head are given
up or recalled, those of another are not.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.rural.events import ClosingBreachFound, Funder, PaymentBarred, ProjectStatus, ReportFiled, Rows
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.purse_facts import committed_fen, facts_of, paid_units
from ecsim.rural.programme.rule_book import EVERYWHERE, Book, PaidBreach, Purse
from ecsim.rural.world import World

RUNNING = (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED)
"""Statuses of projects that may still claim money."""


def close_accounts(world: World, office: FundAdministration, filed: Rows[ReportFiled]) -> None:
    """Find the ratios that payments out of each purse break; stop those that break them further, or flag the breach.

    Parameters
    ----------
    filed : the closing reports, of all counties
    """
    state = world.state
    for purse in office.purses(state):
        paid = paid_units(state, purse)
        book = Book(office.policy.rule_book, purse, facts_of(world, office), sunk=[unit for _, unit in paid])
        for breach in book.broken_shares():
            found = _find(world, office, purse, breach, filed)
            if found.count and not found.event.let_through[0]:
                world.publish(PaymentBarred(project=_breaking(world, office, book, breach, paid)), cause=found.first)


def _find(
    world: World, office: FundAdministration, purse: Purse, breach: PaidBreach, filed: Rows[ReportFiled]
) -> Rows[ClosingBreachFound]:
    """Publish a breach; that of a purse of one county is the county's."""
    whole = breach.county == EVERYWHERE
    county = purse.counties[0] if whole else breach.county
    rules = office.policy.rule_book
    return world.publish(
        ClosingBreachFound(
            county=[-1 if whole and len(purse.counties) > 1 else county], prefecture=[purse.prefecture],
            rule=[rules.code(breach.rule)], counted_fen=[breach.counted_fen], paid_fen=[breach.spent_fen],
            over_fen=[breach.over_fen], let_through=[not rules.refuses(rules.rules[breach.rule])],
        ),
        cause=int(filed.seqs[county]),
    )  # fmt: skip


def _breaking(
    world: World, office: FundAdministration, book: Book, breach: PaidBreach, paid: Sequence[tuple[int, Candidate]]
) -> list[int]:
    """Return the projects with more to claim whose payment would break a ratio further: of what has too much."""
    p, too_much = world.state.projects, office.policy.rule_book.rules[breach.rule].kind == "share_at_most"
    return [
        row for row, unit in paid
        if p.status[row] in RUNNING
        and not p.barred[row]
        and committed_fen(world.state, row) > p.paid_by_fen[row, Funder.CENTRAL]
        and book.counts(breach.rule, unit) == too_much
        and book.spent_in(unit, breach.county)
    ]  # fmt: skip
