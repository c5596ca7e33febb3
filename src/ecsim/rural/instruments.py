"""The instruments of the programme, one a kind of project: what each cost, and which flows are held against that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.instruments import Instrument, InstrumentBook
from ecsim.kernel.recorded import Event, JournalReader, Stamp, Text
from ecsim.rural.events import ContractAwarded, Funder, PaymentMade, ProjectKind
from ecsim.rural.indicators import CountyScorecard, Period
from ecsim.rural.state import State
from ecsim.rural.state.ledger import OPERATORS, spent_fen
from ecsim.rural.texts import code_label, text

LAST_YEAR = Period.of("last52weeks")
MOST = 2.0
"""Yuan a year by yuan of fund; more needs a mechanism that can be named."""
SOURCES = {
    "poor_farm": ("farm",),
    "poor_wages": ("jobs", "delivery", "works"),
    "poor_station": ("station",),
    "poor_dividends": ("dividends",),
}
"""Income of the registered poor by what it is earned with; the rest is told as one."""
FLOWS = ("farm_sales", "poor_income", *SOURCES, "poor_other")


class YearlyFlows:
    """Yuan of the last 52 weeks of a run: farm products sold online, income of registered poor households by source."""

    def __init__(self, scenario: Any) -> None:  # noqa: ANN401 (as the kernel gives it)
        self.card = CountyScorecard.of(scenario)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self.card.see(event, stamp)

    def flows(self) -> Mapping[str, float]:
        """Return yuan a year by flow."""
        card = self.card
        weeks, incomes = card.periods.weeks_in(LAST_YEAR), card.incomes
        sales = float(card.sales.series("farm")[weeks].sum()) / 100.0
        total = float((incomes.poor_a_head(weeks) * incomes.heads[:, 1]).sum()) / 100.0
        parts = {
            flow: sum(float(incomes.series(name)[weeks].sum()) for name in names) / 100.0
            for flow, names in SOURCES.items()
        }
        other = total - sum(parts.values())
        return {"farm_sales": sales, "poor_income": total, **parts, "poor_other": other}


def instruments(reader: JournalReader, state: State) -> tuple[Sequence[Instrument], Instrument]:
    """Return the kinds of project that a run awarded contracts for, and all of them as one.

    The fund is central money paid for projects of the kind; running grants of stations are the stations' too.
    """
    awarded = np.unique(state.projects.kind[reader.kind(ContractAwarded)["project"]]).tolist()
    paid = _central_fen(reader, state)
    words = reader.genesis["vocabularies"]["project_approved.project_kind"]
    found = [
        Instrument(
            words[str(kind)], _title(kind, words[str(kind)]), f"contract_awarded:kind={words[str(kind)]}",
            paid[kind] / 100.0,
        )
        for kind in awarded
    ]  # fmt: skip
    whole = sum(instrument.fund_yuan for instrument in found)
    return found, Instrument("all", text("instruments.all"), "contract_awarded", whole)


def _title(kind: int, word: str) -> Text:
    """Return what a kind of project is called; one that an extension adds by its word."""
    return code_label(ProjectKind, kind) if kind in set(ProjectKind) else Text(word, word)


def _central_fen(reader: JournalReader, state: State) -> NDArray[np.int64]:
    """Return central money that was paid by kind of project, fen; grants count as of stations."""
    payments = reader.kind(PaymentMade)
    central, of_project = payments["funder"] == Funder.CENTRAL, payments["project"] >= 0
    rows, grants = central & of_project, central & ~of_project & (payments["payee"] == OPERATORS)
    kinds = state.projects.kind[payments["project"][rows]].astype(np.int64)
    totals = np.zeros(max(len(ProjectKind), int(kinds.max(initial=0)) + 1), np.int64)
    np.add.at(totals, kinds, spent_fen(payments["payer"][rows], payments["paid_fen"][rows]))
    totals[ProjectKind.STATIONS] += payments["paid_fen"][grants].sum()
    return totals


BOOK = InstrumentBook(
    instruments, YearlyFlows, {name: text(f"instruments.{name}") for name in FLOWS}, ("farm_sales", "poor_income"), MOST
)
"""What the rural model offers."""
