"""Contracts and tenders of an evaluation file."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.dossier import FactSection
from ecsim.kernel.event import Event
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
    awarded = facts.rows(ContractAwarded)
    accepted, ended = _days(facts, WorksFinished), _days(facts, WorksGivenUp)
    known = facts.projects["project"]
    rows = []
    for row in range(len(awarded["seq"])):
        of = {name: int(column[row]) for name, column in awarded.items()}
        done, given_up = accepted.get(of["project"]), ended.get(of["project"])
        rows.append(
            (
                project_entry(facts, int(np.searchsorted(known, of["project"]))), facts.date(of["day"]),
                same(of["bidders"]), phrase("contracts.price", share=f"{100 * of['price_factor'] / MILLIONTHS:.1f}"),
                same(f"{of['quality'] / MILLIONTHS:.2f}"), facts.date(of["due_day"]),
                *_outcome(facts, of["due_day"], done, given_up),
            )
        )  # fmt: skip
    columns = ("project", "awarded", "bidders#", "price#", "quality#", "due", "accepted", "late")
    troubles = facts.told(*(facts.rows(kind) for kind in TROUBLES))
    tables = (
        table("contracts.table", columns, rows, "contracts.none"),
        table("contracts.troubles", ("date", "event#", "what"), troubles, "contracts.no_troubles"),
    )
    return FactSection("contracts", phrase("contracts.title"), (phrase("contracts.note"),), tables)


def _days(facts: CountyFacts, kind: type[Event]) -> dict[int, int]:
    """Return the day of an event of each project that had one."""
    rows = facts.all_rows(kind)
    return dict(zip(rows["project"].tolist(), rows["day"].tolist(), strict=True))


def _outcome(facts: CountyFacts, due: int, done: int | None, given_up: int | None) -> tuple[Text, Text]:
    """Return when works were accepted, and how late; of those that were given up, when that was."""
    if done is not None:
        return facts.date(done), _lateness(done - due)
    if given_up is not None:
        return phrase("contracts.not_accepted"), phrase("contracts.given_up", day=facts.date(given_up))
    return phrase("contracts.open"), _lateness(facts.last_day - due)


def _lateness(days: int) -> Text:
    return phrase("contracts.late", days=f"{days:,}") if days > 0 else phrase("contracts.in_time")
