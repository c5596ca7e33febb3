"""Shares recounted after approval, from events alone: contracts, changes of plans, payments and the closing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.runs import open_run
from ecsim.rural.breaches import breaches_of
from ecsim.rural.breaches.spending import Spending
from ecsim.rural.events.codes import Category, ProjectKind, ReportKind
from ecsim.rural.events.funds import (
    ContractAwarded,
    PaymentMade,
    ProjectApproved,
    ProjectRefused,
    ReportFiled,
    WorksGivenUp,
)
from ecsim.rural.events.governance import AwardOverLimit, ClosingBreachFound, PaymentOverLimit, ProjectWithdrawn
from ecsim.rural.programme import limited_awards, limited_payments
from ecsim.rural.programme.candidates import OWN_KINDS
from ecsim.rural.programme.rule_book import Purse
from ecsim.rural.programme.shares import ShareBooks
from ecsim.rural.state.ledger import SUPPLIERS
from evaluated import ended_run
from heads import CENTRE, OTHER, SUPPLY
from tiny import made, tiny_scenario

FULL, HALF = 10**6, 500_000
PURSE = 100


class Told:
    """Feeds events to the recount of one county with 10,000 fen, and keeps what it finds."""

    def __init__(self) -> None:
        self._spending = Spending(tiny_scenario().policy.rule_book, OWN_KINDS.names)
        self._purse = Purse(0, (0,), 10_000, (10_000,), shared=False)
        self._seq = self._projects = 0
        self.found: list[tuple[str, str, int, int]] = []

    def says(self, event: Event, day: int = 0) -> None:
        stamp = Stamp(self._seq, day, np.full(event.rows, -1))
        self._seq += event.rows
        self._keep(self._spending.see(event, stamp, lambda: [self._purse]))

    def ends(self) -> list[tuple[str, str, int, int]]:
        self._keep(self._spending.end())
        return self.found

    def _keep(self, breaches: Iterator[Any]) -> None:
        self.found += [(each.step, each.rule, each.over_fen, each.project) for each in breaches]

    def plans(self, kind: tuple[ProjectKind, Category], fen: int) -> int:
        project, self._projects = self._projects, self._projects + 1
        self.says(
            made(
                ProjectApproved, project=[project], project_kind=[kind[0]], category=[kind[1]], central_fen=[fen],
                turn=[project],
            )
        )  # fmt: skip
        return project

    def awards(self, project: int, factor: int = FULL) -> None:
        self.says(made(ContractAwarded, project=[project], price_factor=[factor]))

    def pays(self, project: int, fen: int) -> None:
        self.says(made(PaymentMade, payer=[PURSE], payee=[SUPPLIERS], project=[project], paid_fen=[fen]))


@pytest.mark.parametrize("fen", [500, 501])
def test_contracts_are_held_down_to_the_fen(fen: int) -> None:
    told = Told()
    told.awards(told.plans(SUPPLY, 1000), HALF)
    other = told.plans(OTHER, fen)
    told.awards(other)
    assert told.ends() == [("award", "supply_chain_share", 1, other)] * (fen > 500)


@pytest.mark.parametrize("fen", [1500, 1501])
def test_payments_for_centres_are_held_to_their_share_of_the_allotment(fen: int) -> None:
    told = Told()
    told.awards(told.plans(SUPPLY, 5000))
    centre = told.plans(CENTRE, 1500)
    told.awards(centre)
    told.pays(centre, 1000)
    told.pays(centre, fen - 1000)
    assert told.ends() == [("payment", "service_centre_share", 1, centre)] * (fen > 1500)


def test_each_payment_that_the_supply_chain_left_no_room_for_is_found_and_what_came_back_gives_room() -> None:
    told = Told()
    store, other = told.plans(SUPPLY, 1000), told.plans(OTHER, 1000)
    for project in (store, other):
        told.awards(project)
    told.pays(store, 300)
    told.pays(other, 300)
    told.says(made(WorksGivenUp, project=[store]))
    told.pays(other, 1)
    told.pays(other, 2)
    assert told.ends() == [
        ("payment", "supply_chain_share", 1, other),
        ("payment", "supply_chain_share", 3, other),
    ]
    told.says(made(PaymentMade, payer=[SUPPLIERS], payee=[PURSE], project=[other], paid_fen=[3]))
    told.pays(other, 0)
    assert len(told.ends()) == 2


@pytest.mark.parametrize(("new", "broken"), [(0, True), (399, True), (400, False)])
def test_a_change_is_held_as_a_whole_with_what_takes_the_place_of_what_left(new: int, broken: bool) -> None:
    told = Told()
    told.plans(SUPPLY, 600)
    told.plans(OTHER, 1000)
    left = told.plans(SUPPLY, 400)
    told.says(made(ProjectWithdrawn, project=[left]))
    if new:
        told.plans(SUPPLY, new)
    assert told.ends() == [("change", "supply_chain_share", 400 - new, left)] * broken


def test_what_is_new_for_the_rest_is_no_fault_of_what_left() -> None:
    told = Told()
    told.plans(SUPPLY, 1000)
    told.plans(OTHER, 800)
    told.says(made(ProjectWithdrawn, project=[told.plans(SUPPLY, 100)]))
    told.plans(OTHER, 300)
    assert not told.ends()


@pytest.mark.parametrize("fen", [300, 301])
def test_the_closing_is_held_on_what_was_paid(fen: int) -> None:
    told = Told()
    store, other = told.plans(SUPPLY, 1000), told.plans(OTHER, 1000)
    for project, paid in ((store, 300), (other, fen)):
        told.awards(project)
        told.pays(project, paid)
    told.says(made(ReportFiled, county=[0], report=[ReportKind.MONTHLY_REPORT]))
    told.says(made(ReportFiled, county=[0], report=[ReportKind.CLOSING]))
    assert told.ends() == [("closing", "supply_chain_share", 1, -1)] * (fen > 300)


LEAK: dict[str, Any] = {
    "start": "2018-11-26",
    "end": "2021-01-17",
    "policy.funds.strategy": "plan",
    "policy.funds.floor_share": 0.0,
    "policy.plan": {
        "name": "p",
        "title_en": "p",
        "title_zh": "p",
        "purse": "prefecture",
        "projects": [
            {"id": "a", "place": "990101", "kind": "cold_store", "units": 20, "central_yuan": 2_500_000.0},
            {"id": "b", "place": "990101", "kind": "training", "units": 5000, "central_yuan": 2_500_000.0},
            {"id": "c", "place": "990102", "kind": "joint_delivery", "central_yuan": 900_000.0},
        ],
    },
}
"""A plan of exactly half in one county, and of none of the supply chain in another, where the law only flags."""
FLAG = {"policy.rule_book.on_breach": "flag"}


def test_a_run_that_flags_marks_what_is_recounted_at_every_step(tmp_path: Path) -> None:
    run = ended_run(tiny_scenario({**LEAK, **FLAG}), tmp_path / "run")
    report, reader = breaches_of(open_run(run)), open_run(run).reader
    assert not report.disagreements
    steps = {breach.step for breach in report.breaches}
    assert steps >= {"approval", "award", "payment", "closing"}
    assert {breach.flagged for breach in report.breaches} == {"flagged"}
    for step, kind in (("award", AwardOverLimit), ("payment", PaymentOverLimit), ("closing", ClosingBreachFound)):
        assert sum(breach.step == step for breach in report.breaches) == len(reader.kind(kind)["seq"])
    paid = reader.kind(PaymentMade)
    for breach in report.breaches:
        if breach.step == "payment":
            row = int(np.flatnonzero(paid["seq"] == breach.seq)[0])
            assert [round(100 * payment.yuan) for payment in breach.payments] == [int(paid["paid_fen"][row])]


def test_a_run_that_refuses_leaves_no_payment_that_breaks_a_share(tmp_path: Path) -> None:
    run = ended_run(tiny_scenario(LEAK), tmp_path / "run")
    assert len(open_run(run).reader.kind(ProjectRefused)["seq"]) == 1
    report = breaches_of(open_run(run))
    assert (list(report.breaches), list(report.disagreements)) == ([], [])


def test_contracts_and_payments_that_nobody_held_are_found_and_said_to_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(made_books: Callable[..., ShareBooks]) -> Callable[..., ShareBooks]:
        def without_overruns(*given: Any) -> ShareBooks:
            books = made_books(*given)
            books.overruns = lambda *_: []  # type: ignore[method-assign]
            return books

        return without_overruns

    class Blind:
        at_award, at_payment = blind(ShareBooks.at_award), blind(ShareBooks.at_payment)

    monkeypatch.setattr(limited_awards, "ShareBooks", Blind)
    monkeypatch.setattr(limited_payments, "ShareBooks", Blind)
    report = breaches_of(open_run(ended_run(tiny_scenario({**LEAK, **FLAG, "end": "2020-06-28"}), tmp_path / "run")))
    told = {(breach.step, breach.flagged) for breach in report.breaches}
    assert told >= {("award", "not flagged"), ("payment", "not flagged")}
    assert all("did not flag it" in said.en for said in report.disagreements)
    assert len(report.disagreements) == sum(breach.step != "approval" for breach in report.breaches)
