"""Every breach of a run in words, with the payments made for it, beside what the run says of itself."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.breaches import BreachReport, Flagged, PaymentOfBreach
from ecsim.kernel.recorded import StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.flags import flags_of, said_alone
from ecsim.rural.breaches.found import RecountedBreach
from ecsim.rural.breaches.payments import central_payments
from ecsim.rural.breaches.recount import UNIT_RULES, Recount
from ecsim.rural.breaches.wording import breach_of, not_said


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
        recount = Recount(run)
        self._words, self._rules = RunWords.of(run.reader.folder), run.scenario.policy.rule_book
        self._found = recount.breaches()
        self._commitments = recount.commitments
        self._flags = flags_of(run, list(self._rules.rules), recount.purse_of)
        self._payments = central_payments(self._words)

    def report(self) -> BreachReport:
        """Return what both say."""
        breaches = [
            breach_of(
                found, self._rules.rules[found.rule], self._words, self._flag_of(found), self._paid_for(found)
            )
            for found in self._found
        ]  # fmt: skip
        payments = sum(len(paid) for paid in self._payments.values())
        return BreachReport(
            self._rules.on_breach, self._commitments, payments, breaches,
            [*filter(None, map(not_said, breaches)), *self._said_alone()],
        )  # fmt: skip

    def _by_unit(self, rule: str) -> bool:
        return self._rules.rules[rule].kind in UNIT_RULES

    def _paid_for(self, found: RecountedBreach) -> tuple[PaymentOfBreach, ...]:
        """Return the payments for a project that breaks a rule; of a payment that does, itself."""
        every = tuple(self._payments.get(found.project, ()))
        if found.step == "payment":
            return tuple(payment for payment in every if payment.seq == found.seq)
        return () if found.step in ("change", "closing") else every

    def _flag_of(self, found: RecountedBreach) -> Flagged:
        """Return whether the run flagged a breach: the unit, or under rules that hang on order any of its book."""
        if found.step != "approval":
            return "flagged" if found.book in {flag.book for flag in self._flags} else "not flagged"
        planned = [flag for flag in self._flags if flag.step == "approval"]
        if any(flag.rule == found.rule and flag.key == found.key for flag in planned):
            return "flagged"
        if not self._by_unit(found.rule) and found.book in {flag.book for flag in planned}:
            return "flagged"
        return "under another rule" if found.key in {flag.key for flag in planned} else "not flagged"

    def _said_alone(self) -> list[Text]:
        """Return the flags of the run that the events do not bear out."""
        units = {(found.step, found.rule, found.key) for found in self._found}
        books = {found.book for found in self._found}
        return [
            said_alone(flag, self._rules.rules[flag.rule].title, self._words)
            for flag in self._flags
            if (flag.step, flag.rule, flag.key) not in units and (self._by_unit(flag.rule) or flag.book not in books)
        ]
