"""Breaches in words."""

from __future__ import annotations

from ecsim.kernel.breaches import Breach, Flagged, PaymentOfBreach
from ecsim.kernel.recorded import Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches.found import RecountedBreach, what
from ecsim.rural.programme.cures import cure_of
from ecsim.rural.programme.rules import Rule
from ecsim.rural.texts import text


def breach_of(
    found: RecountedBreach, rule: Rule, words: RunWords, flagged: Flagged, payments: tuple[PaymentOfBreach, ...]
) -> Breach:
    """Return a breach as people read it."""
    return Breach(
        step=found.step, article=rule.article, rule=found.rule, title=rule.title,
        place=words.place(found.county, found.prefecture), project=found.project,
        what=what(found.kind, found.step, words), seq=found.seq, date=words.date(found.day), yuan=found.fen / 100.0,
        over_yuan=found.over_fen / 100.0, cure=cure_of(rule, found.over_fen),
        flagged=flagged, payments=payments,
    )  # fmt: skip


def not_said(breach: Breach) -> Text | None:
    """Return that the run does not speak of a breach, or of another one of the same project; None if it does."""
    said = {"what": breach.what, "place": breach.place, "seq": f"{breach.seq:,}", "rule": breach.title}
    if breach.flagged == "not flagged":
        return text("breaches.not_flagged", **said)
    return text("breaches.under_another", **said) if breach.flagged == "under another rule" else None
