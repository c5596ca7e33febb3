"""What laws on kinds of projects look at beside outcomes: central money by kind, incomes without wages of works."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import Funder, PaymentMade, ProjectApproved, ProjectKind
from ecsim.rural.instruments import LAST_YEAR, YearlyFlows
from ecsim.rural.programme.kinds import OWN_NAMES
from ecsim.rural.scenario import Scenario
from ecsim.rural.state.ledger import OPERATORS, spent_fen

FEN_A_MILLION = 1e8


class ContractFigures:
    """Watches a run for central money by kind of project, and for incomes of its last 52 weeks."""

    def __init__(self, scenario: Scenario) -> None:
        self._flows, self._kind = YearlyFlows(scenario), dict[int, int]()
        self._paid_fen = np.zeros(len(OWN_NAMES), np.int64)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self._flows.see(event, stamp)
        if isinstance(event, ProjectApproved):
            self._kind.update(zip(event.project.tolist(), event.project_kind.tolist(), strict=True))
        elif isinstance(event, PaymentMade):
            self._pay(event)

    def _pay(self, event: PaymentMade) -> None:
        """Add up central money by kind; running grants of stations are the stations' too."""
        central, of_project = event.funder == Funder.CENTRAL, event.project >= 0
        rows, grants = central & of_project, central & ~of_project & (event.payee == OPERATORS)
        fen = spent_fen(event.payer[rows], event.paid_fen[rows]).tolist()
        for project, paid in zip(event.project[rows].tolist(), fen, strict=True):
            if self._kind[project] < len(OWN_NAMES):
                self._paid_fen[self._kind[project]] += paid
        self._paid_fen[ProjectKind.STATIONS] += event.paid_fen[grants].sum()

    def figures(self) -> Mapping[str, float]:
        """Return ``central_<kind>``, million yuan, NaN where none was paid, and ``poor_income_but_works``, likewise.

        The latter is what registered poor households have in the last 52 weeks, wages of public works left out.
        """
        card = self._flows.card
        works = float(card.incomes.series("works")[card.periods.weeks_in(LAST_YEAR)].sum())
        poor = self._flows.flows()["poor_income"] - works / 100.0
        central = {name: fen / FEN_A_MILLION for name, fen in zip(OWN_NAMES, self._paid_fen.tolist(), strict=True)}
        return {f"central_{name}": value or float("nan") for name, value in central.items()} | {
            "poor_income_but_works": poor / 1e6
        }
