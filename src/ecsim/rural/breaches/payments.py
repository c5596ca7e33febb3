"""Central money that was paid for projects, project by project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ecsim.kernel.breaches import PaymentOfBreach
from ecsim.rural.biography.words import RunWords
from ecsim.rural.events import Funder, PaymentMade
from ecsim.rural.state.ledger import SUPPLIERS


def central_payments(words: RunWords) -> Mapping[int, list[PaymentOfBreach]]:
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
