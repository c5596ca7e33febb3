"""Every breach of a run in words, with the payments made for it, beside what the run says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ecsim.kernel.breaches import Breach, BreachReport, Flagged, PaymentOfBreach
from ecsim.kernel.recorded import StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.recount import UNIT_RULES, Recount, RecountedBreach
from ecsim.rural.events import Funder, PaymentMade, ProjectRefused
from ecsim.rural.programme.cures import cure_of
from ecsim.rural.state.ledger import SUPPLIERS
from ecsim.rural.texts import text
from ecsim.rural.world import FIRST_SHARED_PLACE

Unit = tuple[int, int, int]
"""Kind, place and turn of a project, as `Candidate.key`."""
Flag = tuple[str, Unit, tuple[int, int], int]
"""What the run flagged: rule, unit, purse and sequence number."""


def breaches_of(run: StoredRun[Any, Any]) -> BreachReport:
    """Return every breach of a run.

    Raises
    ------
    EcsimError
        If the run kept less than all its events.
    VerificationError
        If its events cannot have happened.
    """
    run.reader.needs_all()
    return _Comparison(run).report()


class _Comparison:
    """What the events of a run give, against the flags that the run wrote."""

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        self._recount = Recount(run)
        self._words = RunWords.of(run.reader.folder)
        self._found = self._recount.breaches()
        self._rules = self._recount.rules
        self._flags = list(self._flagged(run))

    def report(self) -> BreachReport:
        """Return what both say."""
        breaches = [self._breach(found) for found in self._found]
        payments = sum(len(paid) for paid in self._payments.values())
        return BreachReport(
            self._rules.on_breach, self._recount.commitments, payments, breaches,
            [*self._not_said(breaches), *self._said_alone()],
        )  # fmt: skip

    def _flagged(self, run: StoredRun[Any, Any]) -> Iterator[Flag]:
        rows, names = run.reader.kind(ProjectRefused), list(self._rules.rules)
        for row in rows["let_through"].nonzero()[0].tolist():
            kind, county, prefecture, turn, rule, seq = (
                int(rows[name][row]) for name in ("project_kind", "county", "prefecture", "turn", "rule", "seq")
            )
            place = county if county >= 0 else FIRST_SHARED_PLACE + prefecture
            yield names[rule - 1], (kind, place, turn), self._recount.purse_of(county, prefecture), seq

    def _breach(self, found: RecountedBreach) -> Breach:
        rule, unit = self._rules.rules[found.rule], found.unit
        return Breach(
            article=rule.article, rule=found.rule, title=rule.title,
            place=self._words.place(unit.county, unit.prefecture), project=found.project,
            what=self._words.project_kind(unit.kind), seq=found.seq, date=self._words.date(found.day),
            yuan=unit.central_fen / 100.0, over_yuan=found.over_fen / 100.0, cure=cure_of(rule, found.over_fen),
            flagged=self._flag_of(found), payments=tuple(self._payments.get(found.project, ())),
        )  # fmt: skip

    def _flag_of(self, found: RecountedBreach) -> Flagged:
        """Return whether the run flagged a breach: the unit, or under rules that hang on order any of its book."""
        if any(rule == found.rule and unit == found.unit.key for rule, unit, _, _ in self._flags):
            return "flagged"
        books = {(rule, purse) for rule, _, purse, _ in self._flags}
        if self._rules.rules[found.rule].kind not in UNIT_RULES and found.book in books:
            return "flagged"
        return "under another rule" if found.unit.key in {unit for _, unit, _, _ in self._flags} else "not flagged"

    def _not_said(self, breaches: list[Breach]) -> Iterator[Text]:
        for breach in breaches:
            said = {"what": breach.what, "place": breach.place, "seq": f"{breach.seq:,}", "rule": breach.title}
            if breach.flagged == "not flagged":
                yield text("breaches.not_flagged", **said)
            elif breach.flagged == "under another rule":
                yield text("breaches.under_another", **said)

    def _said_alone(self) -> Iterator[Text]:
        """Yield the flags of the run that the events do not bear out."""
        units = {(found.rule, found.unit.key) for found in self._found}
        books = {found.book for found in self._found}
        for rule, unit, purse, seq in self._flags:
            by_unit = self._rules.rules[rule].kind in UNIT_RULES
            if (rule, unit) in units or (not by_unit and (rule, purse) in books):
                continue
            county = unit[1] if unit[1] < FIRST_SHARED_PLACE else -1
            prefecture = unit[1] - FIRST_SHARED_PLACE if county < 0 else -1
            yield text(
                "breaches.only_flagged", what=self._words.project_kind(unit[0]),
                place=self._words.place(county, prefecture), seq=f"{seq:,}", rule=self._rules.rules[rule].title,
            )  # fmt: skip

    @cached_property
    def _payments(self) -> Mapping[int, list[PaymentOfBreach]]:
        """Central money paid for projects, by project; what suppliers gave back is below zero."""
        paid, made = self._words.reading.rows(PaymentMade), defaultdict[int, list[PaymentOfBreach]](list)
        rows = ((paid["project"] >= 0) & (paid["funder"] == Funder.CENTRAL)).nonzero()[0]
        for row in rows.tolist():
            project, seq, day, payer, payee, fen = (
                int(paid[name][row]) for name in ("project", "seq", "day", "payer", "payee", "paid_fen")
            )
            names = [self._words.called("accounts", account) for account in (payer, payee)]
            yuan = (-fen if payer == SUPPLIERS else fen) / 100.0
            made[project].append(PaymentOfBreach(seq, self._words.date(day), names[0], names[1], yuan))
        return made
