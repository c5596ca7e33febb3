"""Every breach of a run in words, with the payments made for it, beside what the run says of itself."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.breaches import BreachReport
from ecsim.kernel.recorded import StoredRun
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.flags import Flags, flags_of, said_alone
from ecsim.rural.breaches.payments import CentralPayments
from ecsim.rural.breaches.recount import Recount
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
        kinds = {name: rule.kind for name, rule in self._rules.rules.items()}
        self._flags = Flags(flags_of(run, list(self._rules.rules), recount.purse_of), kinds)
        self._payments = CentralPayments(self._words)

    def report(self) -> BreachReport:
        """Return what both say."""
        breaches = [
            breach_of(
                found, self._rules.rules[found.rule], self._words, self._flags.of(found), self._payments.of(found)
            )
            for found in self._found
        ]  # fmt: skip
        alone = [
            said_alone(flag, self._rules.rules[flag.rule].title, self._words) for flag in self._flags.alone(self._found)
        ]
        return BreachReport(
            self._rules.on_breach, self._commitments, self._payments.many, breaches,
            [*filter(None, map(not_said, breaches)), *alone],
        )  # fmt: skip
