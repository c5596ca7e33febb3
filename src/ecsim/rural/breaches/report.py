"""Every breach of a run in words, with the payments made for it, beside what the run says of itself."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.breaches import BreachReport, Flagged
from ecsim.kernel.recorded import StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.flags import flags_of, said_alone
from ecsim.rural.breaches.payments import central_payments
from ecsim.rural.breaches.recount import UNIT_RULES, Recount, RecountedBreach
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
                found, self._rules.rules[found.rule], self._words, self._flag_of(found),
                tuple(self._payments.get(found.project, ())),
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

    def _flag_of(self, found: RecountedBreach) -> Flagged:
        """Return whether the run flagged a breach: the unit, or under rules that hang on order any of its book."""
        if any(flag.rule == found.rule and flag.key == found.unit.key for flag in self._flags):
            return "flagged"
        books = {(flag.rule, flag.purse) for flag in self._flags}
        if not self._by_unit(found.rule) and (found.rule, found.purse) in books:
            return "flagged"
        return "under another rule" if found.unit.key in {flag.key for flag in self._flags} else "not flagged"

    def _said_alone(self) -> list[Text]:
        """Return the flags of the run that the events do not bear out."""
        units = {(found.rule, found.unit.key) for found in self._found}
        books = {(found.rule, found.purse) for found in self._found}
        return [
            said_alone(flag, self._rules.rules[flag.rule].title, self._words)
            for flag in self._flags
            if (flag.rule, flag.key) not in units and (self._by_unit(flag.rule) or (flag.rule, flag.purse) not in books)
        ]
