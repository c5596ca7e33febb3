"""Central money that was paid for projects, project by project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ecsim.kernel.breaches import PaymentOfBreach
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.found import RecountedBreach
from ecsim.rural.events import Funder, PaymentMade
from ecsim.rural.state.ledger import SUPPLIERS


class CentralPayments:
    """What was paid of central money for projects, and what suppliers gave back of it.

    Attributes
    ----------
    many : how many payments there are
    """

    def __init__(self, words: RunWords) -> None:
        self._by_project = _central_payments(words)
        self.many = sum(len(paid) for paid in self._by_project.values())

    def of(self, found: RecountedBreach) -> tuple[PaymentOfBreach, ...]:
        """Return the payments for a project that breaks a rule; of a payment that does, itself."""
        every = tuple(self._by_project.get(found.project, ()))
        if found.step == "payment":
            return tuple(payment for payment in every if payment.seq == found.seq)
        return () if found.step in ("change", "closing") else every


def _central_payments(words: RunWords) -> Mapping[int, list[PaymentOfBreach]]:
    """Return the payments of central money by project; what suppliers gave back is below zero."""
    paid, made = words.reading.rows(PaymentMade), defaultdict[int, list[PaymentOfBreach]](list)
    rows = ((paid["project"] >= 0) & (paid["funder"] == Funder.CENTRAL)).nonzero()[0]
    for row in rows.tolist():
        project, seq, day, payer, payee, fen = (
            int(paid[name][row]) for name in ("project", "seq", "day", "payer", "payee", "paid_fen")
        )
        names = [words.called("accounts", account) for account in (payer, payee)]
        yuan = (-fen if payer == SUPPLIERS else fen) / 100.0
        made[project].append(PaymentOfBreach(seq, words.date(day), names[0], names[1], yuan))
    return made
