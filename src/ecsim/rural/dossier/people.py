"""Complaints and disclosure of an evaluation file."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ecsim.kernel.dossier import FactSection, FactTable
from ecsim.kernel.recorded import Columns, Event, Text, select_rows
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.wording import phrase, same, table
from ecsim.rural.events import (
    DisclosureCause,
    DisclosureComplained,
    InformationPublished,
    ProjectStatus,
    ServiceCause,
    ServiceComplained,
)


def complaints(facts: CountyFacts) -> FactSection:
    """Return complaints by cause, and how the course of projects was published."""
    days = facts.scenario.programme.disclosure_days
    tables = (
        _by_cause(facts, DisclosureComplained, DisclosureCause, "complaints.disclosure"),
        _by_cause(facts, ServiceComplained, ServiceCause, "complaints.service"),
        _published(facts),
    )
    notes = [phrase("complaints.note", days=f"{days.value:g}" if days else "0")]
    notice, rows = facts.scenario.programme.dates.notice, facts.rows(DisclosureComplained)
    early = rows["day"] < (notice - facts.scenario.start).days
    if early.any():
        notes.append(phrase("complaints.before", many=f"{int(rows['complaints'][early].sum()):,}", date=notice))
    return FactSection("complaints", phrase("complaints.title"), tuple(notes), tables)


def complaints_in_short(facts: CountyFacts) -> Text:
    """Return in a sentence how many complained."""
    kinds: dict[str, type[Event]] = {"disclosure": DisclosureComplained, "service": ServiceComplained}
    counts = {name: f"{int(facts.rows(kind)['complaints'].sum()):,}" for name, kind in kinds.items()}
    return phrase("summary.complaints", **counts)


def _by_cause(facts: CountyFacts, kind: type[Event], causes: type[IntEnum], title: str) -> FactTable:
    rows = facts.rows(kind)
    told = []
    for cause in causes:
        of = select_rows(rows, rows["cause_code"] == cause)
        if len(of["seq"]):
            first, last = (facts.date(int(of["day"][at])) for at in (0, -1))
            told.append((facts.words.word(causes, int(cause)), same(f"{int(of['complaints'].sum()):,}"), first, last))
    return table(title, ("cause", "number#", "first", "last"), told, "complaints.none")


def _published(facts: CountyFacts) -> FactTable:
    rows: Columns = facts.rows(InformationPublished)
    told = []
    for stage in np.unique(rows["stage"]).tolist():
        late = rows["late_days"][rows["stage"] == stage]
        told.append(
            (
                facts.words.word(ProjectStatus, int(stage)), same(f"{len(late):,}"), same(f"{int((late > 0).sum()):,}"),
                same(int(late.max())),
            )
        )  # fmt: skip
    columns = ("step", "published#", "late_steps#", "longest#")
    return table("complaints.published", columns, told, "complaints.none")
