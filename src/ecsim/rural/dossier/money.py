"""The money of an evaluation file: what each project was promised, paid and gave back, by source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.dossier import Entry, FactSection, FactTable
from ecsim.kernel.recorded import Text
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.wording import FEN_A_YUAN, MILLIONTHS, phrase, same, sum_of_money, table, yuan
from ecsim.rural.events import (
    Category,
    ContractAwarded,
    Funder,
    OffersEnded,
    PaymentMade,
    ProjectKind,
    ProjectRecalled,
    ProjectStatus,
    ProjectWithdrawn,
    WorksFinished,
    WorksGivenUp,
)
from ecsim.rural.state.ledger import SUPPLIERS

I64 = NDArray[np.int64]
UNITS: dict[int, str] = {ProjectKind.STATIONS: "money.stations", ProjectKind.TRAINING: "money.person_times"}
"""Texts of how many units a project is for, by its kind."""
STAGES = (
    (ContractAwarded, ProjectStatus.CONTRACTED), (WorksFinished, ProjectStatus.FINISHED),
    (WorksGivenUp, ProjectStatus.GIVEN_UP), (ProjectRecalled, ProjectStatus.RECALLED),
)  # fmt: skip


@dataclass(frozen=True)
class ProjectMoney:
    """The money of the county's projects; each of shape (projects, funders), in fen.

    Attributes
    ----------
    facts : of the county
    """

    facts: CountyFacts

    @cached_property
    def status(self) -> I64:
        """The last stage of each project, shape (projects,); one that left the plan is ABSENT."""
        project = self.facts.projects["project"]
        status = np.full(len(project), int(ProjectStatus.APPROVED), np.int64)
        for kind, stage in (*STAGES, (ProjectWithdrawn, ProjectStatus.ABSENT)):
            status[np.isin(project, self.facts.all_rows(kind)["project"])] = int(stage)
        return status

    @cached_property
    def price(self) -> NDArray[np.float64]:
        """What a contract leaves of the budget, shape (projects,); 1 before there is one."""
        awarded = self.facts.all_rows(ContractAwarded)
        last = dict(zip(awarded["project"].tolist(), awarded["price_factor"].tolist(), strict=True))
        factor = [last.get(project, MILLIONTHS) for project in self.facts.projects["project"].tolist()]
        return np.array(factor, np.float64) / MILLIONTHS

    @cached_property
    def committed(self) -> I64:
        """The budget, once awarded the price of the contract; nothing of what left the plan or never began.

        What is for stations that nobody took in the last round of offers is not among it.
        """
        rows = self.facts.projects
        budget = np.column_stack([rows[f"{funder.name.lower()}_fen"] for funder in Funder]).astype(np.float64)
        gone = np.isin(self.status, (ProjectStatus.ABSENT, ProjectStatus.RECALLED))
        price = self.price * (1.0 - self.untaken / np.maximum(rows["quantity"], 1))
        return np.where(gone[:, None], 0, np.rint(price[:, None] * budget)).astype(np.int64)

    @cached_property
    def untaken(self) -> I64:
        """Stations that nobody took in the last round of offers, shape (projects,)."""
        ended = self.facts.all_rows(OffersEnded)
        untaken = np.zeros(len(self.facts.projects["project"]), np.int64)
        known = np.isin(ended["project"], self.facts.projects["project"])
        untaken[np.searchsorted(self.facts.projects["project"], ended["project"][known])] = ended["untaken"][known]
        return untaken

    @cached_property
    def flows(self) -> tuple[I64, I64]:
        """What was paid to suppliers of each project, and what they gave back."""
        paid = self.facts.all_rows(PaymentMade)
        known = self.facts.projects["project"]
        rows = np.flatnonzero(np.isin(paid["project"], known))
        place = np.searchsorted(known, paid["project"][rows])
        back = paid["payer"][rows] == SUPPLIERS
        out, returned = (np.zeros((len(known), len(Funder)), np.int64) for _ in range(2))
        for sums, some in ((out, ~back), (returned, back)):
            np.add.at(sums, (place[some], paid["funder"][rows][some]), paid["paid_fen"][rows][some])
        return out, returned

    @cached_property
    def retention(self) -> I64:
        """What is kept of accepted works until the time for faults is over, shape (projects,)."""
        numbers = self.facts.run.model.parameters(self.facts.scenario).by_name
        share, weeks = (float(numbers[f"funds.{name}"].value) for name in ("retention", "retention_weeks"))
        finished = self.facts.all_rows(WorksFinished)
        days = dict(zip(finished["project"].tolist(), finished["day"].tolist(), strict=True))
        until = [days.get(project, 0) + 7 * weeks for project in self.facts.projects["project"].tolist()]
        kept = (self.status == ProjectStatus.FINISHED) & (np.array(until) > self.facts.last_day)
        out, returned = self.flows
        left = (self.committed - out + returned).sum(axis=1)
        most = np.rint(share * self.committed.sum(axis=1)).astype(np.int64)
        return np.where(kept, np.clip(left, 0, most), 0)

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Which projects are the county's own, shape (projects,)."""
        return np.asarray(self.facts.projects["county"] >= 0)


def money(facts: CountyFacts, sums: ProjectMoney) -> FactSection:
    """Return committed, paid and returned money by project and source, by head, and what came into the accounts."""
    weeks = facts.run.model.parameters(facts.scenario).by_name["funds.retention_weeks"].value
    notes = (phrase("money.note", weeks=f"{float(weeks):g}"), phrase("money.shared"))
    return FactSection(
        "money", phrase("money.title"), notes, (_heads(facts, sums), _projects(facts, sums), _transfers(facts))
    )


def project_entry(facts: CountyFacts, row: int) -> Entry:
    """Return what a project is called, with its size, level and owner below."""
    of = {name: int(column[row]) for name, column in facts.projects.items()}
    below = [phrase("money.of_prefecture")] if of["county"] < 0 else []
    unit = UNITS.get(of["project_kind"], "money.units")
    below += [phrase(unit, units=f"{of['quantity']:,}")] if of["quantity"] > 1 else []
    below += [
        phrase("money.owner", owner=facts.words.called(f"{owner}s", of[owner]))
        for owner in ("cooperative", "enterprise")
        if of[owner] >= 0
    ]
    if of["building"] >= 0:
        rent = f"{of['rent_fen'] / FEN_A_YUAN:,.0f}"
        below.append(phrase("money.rented", rent=rent) if of["rent_fen"] else phrase("money.housed"))
    kind = facts.words.project_kind(of["project_kind"])
    return Entry(
        Text(f"{of['project']} {kind.en}", f"{of['project']} {kind.zh}"), phrase.joined(below, Text("; ", "；"))
    )


def _projects(facts: CountyFacts, sums: ProjectMoney) -> FactTable:
    out, returned = sums.flows
    rows = [
        (
            project_entry(facts, row), facts.words.word(ProjectStatus, int(sums.status[row])),
            _by_source(sums.committed[row]), _by_source(out[row] - returned[row]), yuan(returned[row].sum()),
            yuan(sums.retention[row]),
        )
        for row in range(len(sums.status))
    ]  # fmt: skip
    columns = ("project", "state", "committed#", "paid#", "returned#", "retention#")
    return table("money.table", columns, rows, "money.none")


def _heads(facts: CountyFacts, sums: ProjectMoney) -> FactTable:
    """Return the sums of the county's own projects by head."""
    out, returned = sums.flows
    category = facts.projects["category"]
    rows = []
    for head in Category:
        of = (category == head) & sums.own
        if of.any():
            rows.append(
                (
                    facts.words.word(Category, int(head)), same(f"{int(of.sum()):,}"),
                    _by_source(sums.committed[of].sum(axis=0)), _by_source((out - returned)[of].sum(axis=0)),
                    yuan(returned[of].sum()), yuan(sums.retention[of].sum()),
                )
            )  # fmt: skip
    columns = ("head", "projects#", "committed#", "paid#", "returned#", "retention#")
    return table("money.heads", columns, rows, "money.none")


def _by_source(fen: I64) -> Entry:
    """Return a sum, and below it what each funder gave of it."""
    parts = {funder.name.lower(): yuan(fen[funder]) for funder in Funder}
    return Entry(yuan(fen.sum()), phrase("money.by_source", **parts) if fen[1:].any() else Text("", ""))


def _transfers(facts: CountyFacts) -> FactTable:
    paid = facts.all_rows(PaymentMade)
    touched = np.isin(paid["payer"], facts.accounts) | np.isin(paid["payee"], facts.accounts)
    outside = (paid["project"] < 0) & (paid["category"] == Category.OTHER)
    rows = [
        (
            facts.date(int(paid["day"][row])), facts.words.called("accounts", int(paid["payer"][row])),
            facts.words.called("accounts", int(paid["payee"][row])),
            facts.words.word(Funder, int(paid["funder"][row])), yuan(paid["paid_fen"][row]),
        )
        for row in np.flatnonzero(touched & outside).tolist()
    ]  # fmt: skip
    return table("money.received", ("date", "payer", "payee", "source", "amount#"), rows, "money.none_received")


def money_in_short(sums: ProjectMoney) -> Text:
    """Return in a sentence what the county's own projects had of central money."""
    out, returned = (flow[sums.own, Funder.CENTRAL].sum() for flow in sums.flows)
    return phrase(
        "summary.money", projects=f"{int(sums.own.sum()):,}",
        committed=sum_of_money(sums.facts.projects["central_fen"][sums.own].sum()), paid=sum_of_money(out - returned),
        back=sum_of_money(returned),
    )  # fmt: skip
