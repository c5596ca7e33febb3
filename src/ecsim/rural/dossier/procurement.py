"""Contracts and tenders of an evaluation file."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.dossier import FactSection
from ecsim.kernel.recorded import Text
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.money import project_entry
from ecsim.rural.dossier.wording import MILLIONTHS, phrase, same, table
from ecsim.rural.events import (
    ContractAwarded,
    ContractorFailed,
    OffersEnded,
    ProjectRecalled,
    ProjectWithdrawn,
    TenderVoided,
    WorksFinished,
    WorksGivenUp,
)

TROUBLES = (TenderVoided, ContractorFailed, WorksGivenUp, ProjectRecalled, ProjectWithdrawn, OffersEnded)


def contracts(facts: CountyFacts) -> FactSection:
    """Return every contract with bidders, price, quality and delay, and what went wrong with tenders and works."""
    awarded, finished = facts.rows(ContractAwarded), facts.all_rows(WorksFinished)
    accepted = dict(zip(finished["project"].tolist(), finished["day"].tolist(), strict=True))
    known = facts.projects["project"]
    rows = []
    for row in range(len(awarded["seq"])):
        of = {name: int(column[row]) for name, column in awarded.items()}
        done = accepted.get(of["project"])
        rows.append(
            (
                project_entry(facts, int(np.searchsorted(known, of["project"]))), facts.date(of["day"]),
                same(of["bidders"]), phrase("contracts.price", share=f"{100 * of['price_factor'] / MILLIONTHS:.1f}"),
                same(f"{of['quality'] / MILLIONTHS:.2f}"), facts.date(of["due_day"]),
                phrase("contracts.open") if done is None else facts.date(done),
                _lateness((facts.last_day if done is None else done) - of["due_day"]),
            )
        )  # fmt: skip
    columns = ("project", "awarded", "bidders#", "price#", "quality#", "due", "accepted", "late")
    troubles = facts.told(*(facts.rows(kind) for kind in TROUBLES))
    tables = (
        table("contracts.table", columns, rows, "contracts.none"),
        table("contracts.troubles", ("date", "event#", "what"), troubles, "contracts.no_troubles"),
    )
    return FactSection("contracts", phrase("contracts.title"), (phrase("contracts.note"),), tables)


def _lateness(days: int) -> Text:
    return phrase("contracts.late", days=f"{days:,}") if days > 0 else phrase("contracts.in_time")
