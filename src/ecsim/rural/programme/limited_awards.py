"""Contracts that are about to be awarded, held against the shares of the rule book (docs/model.md 4.10).

Bids make known what works cost, so a project that is out to tender binds what its best bidder asks. What tenders saved
is the purse's again: it is bound to nothing, and counts neither for the supply chain nor for anything else.
"""

from __future__ import annotations

import numpy as np

from ecsim.rural.events import AwardOverLimit, ContractAwarded
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.shares import Overrun, ShareBooks
from ecsim.rural.world import ONE, World


class AwardLimits:
    """What the shares leave room for among the contracts of a week.

    Parameters
    ----------
    contracts : those that could be awarded, at the prices that the best bidders ask
    """

    def __init__(self, world: World, office: FundAdministration, contracts: ContractAwarded) -> None:
        state, rules = world.state, office.policy.rule_book
        asked = np.rint(contracts.price_factor / ONE * state.projects.central_fen[contracts.project]).astype(np.int64)
        self._asked = dict(zip(contracts.project.tolist(), asked.tolist(), strict=True))
        self._books = ShareBooks.at_award(world, office, self._asked)
        self._world, self._rules = world, rules
        self._waiting, self._marked = dict[int, Overrun](), list[Overrun]()

    def allow(self, project: int) -> bool:
        """Return whether a contract breaks no share that refuses; what does waits."""
        refused = [over for over in self._books.overruns(project, self._asked[project]) if over.refused]
        if refused:
            self._waiting[project] = refused[0]
        return not refused

    def enter(self, project: int) -> None:
        """Count a contract that is awarded; it is marked if it breaks a share which only flags."""
        self._marked += self._books.overruns(project, self._asked[project])
        self._books.enter(project, self._asked[project])

    def say(self) -> None:
        """Say which contracts begin to wait, and which are awarded with a mark."""
        held = self._world.state.projects.held_rule
        begun = [over for over in self._waiting.values() if held[over.project] != self._rules.code(over.rule)]
        said = [*begun, *self._marked]
        if said:
            projects = [over.project for over in said]
            self._world.publish(
                AwardOverLimit(
                    project=projects, rule=[self._rules.code(over.rule) for over in said],
                    price_fen=[self._asked[project] for project in projects],
                    over_fen=[over.over_fen for over in said], let_through=[not over.refused for over in said],
                ),
                cause=self._world.state.projects.seq[projects],
            )  # fmt: skip
