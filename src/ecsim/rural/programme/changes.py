"""Changes of plans held against the rule book: what leaves, with what comes in its place (docs/model.md 4.10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecsim.rural.events import ChangeOverLimit
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.examination import examined, too_much_fen
from ecsim.rural.programme.purse_facts import book_of, housing_of
from ecsim.rural.programme.rule_book import EVERYWHERE, Breach, Purse
from ecsim.rural.world import World


@dataclass(frozen=True)
class ChangeBreach:
    """A rule that a change of a plan breaks.

    Attributes
    ----------
    county : in whose book, or whose units do; `EVERYWHERE`: in that of the whole purse
    over_fen : so much less of what the rule limits would cure it
    """

    rule: str
    county: int
    over_fen: int


def broken_by_change(
    world: World, office: FundAdministration, purse: Purse, leaving: Sequence[int], chosen: Sequence[Candidate]
) -> list[ChangeBreach]:
    """Return the rules that would be broken if projects left a plan and units came in.

    Shares that would be broken, or further than they are, and, of the rules whose breach is refused, those by which a
    unit would be turned down. Units that break a rule which only flags are marked when they are approved.

    Parameters
    ----------
    leaving : projects that nobody has begun
    chosen : units that would be examined then
    """
    entered, broken = housing_of(world, office).assigned(world.state, chosen, leaving), list[ChangeBreach]()
    for refusing in (True, False):
        now = book_of(world, office, purse, refusing=refusing).broken_shares()
        before = {(breach.rule, breach.county): breach.over_fen for breach in now}
        book = book_of(world, office, purse, refusing=refusing, without=leaving)
        made = examined(entered, book)
        entered = made.entered
        broken += [
            ChangeBreach(breach.rule, breach.county, breach.over_fen)
            for breach in book.broken_shares()
            if breach.over_fen > before.get((breach.rule, breach.county), 0)
        ]
        broken += _turned_down(office, made.breaches) if refusing else ()
    return _together(broken)


def _turned_down(office: FundAdministration, breaches: Iterable[Breach]) -> Iterator[ChangeBreach]:
    """Yield each rule by which units are turned down, with what of them is too much: once a purse, or once a county."""
    rules, of_book = office.policy.rule_book, defaultdict[tuple[str, int], list[Breach]](list)
    for breach in breaches:
        of_purse = rules.is_of_purse(rules.rules[breach.rule])
        of_book[breach.rule, EVERYWHERE if of_purse else breach.unit.county].append(breach)
    for (name, county), mine in of_book.items():
        yield ChangeBreach(name, county, too_much_fen(rules.rules[name], mine))


def _together(broken: Iterable[ChangeBreach]) -> list[ChangeBreach]:
    """Return breaches of which each rule has one a book."""
    over_fen = defaultdict[tuple[str, int], int](int)
    for breach in broken:
        over_fen[breach.rule, breach.county] += breach.over_fen
    return [ChangeBreach(rule, county, fen) for (rule, county), fen in over_fen.items()]


def say_broken_by_change(
    world: World, office: FundAdministration, purse: Purse, leaving: Sequence[int], broken: Sequence[ChangeBreach],
    cause: int,
) -> bool:  # fmt: skip
    """Say which rules a change of a plan breaks, and return whether it may be made: all of them only flag."""
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
