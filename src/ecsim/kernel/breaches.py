"""Breaches of a programme's rules as data: what a model that has rules offers under the view ``breaches``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ecsim.kernel.text import Text

Step = Literal["approval", "change", "award", "payment", "closing"]
"""Where a rule is held: a plan, a change of it, a contract, a payment, the closing of accounts."""
Flagged = Literal["flagged", "under another rule", "not flagged"]


@dataclass(frozen=True)
class PaymentOfBreach:
    """Money that moved for a commitment that broke a rule.

    Attributes
    ----------
    seq, date : of the payment
    payer, payee : names of accounts
    yuan : what was paid; below zero: what came back
    """

    seq: int
    date: str
    payer: Text
    payee: Text
    yuan: float


@dataclass(frozen=True)
class Breach:
    """What broke a rule of the run's rule book, by the events of the run: a commitment or a payment, say.

    Attributes
    ----------
    step : where
    article, rule, title : of the rule: as the notice numbers it, as files name it, as people call it
    place, project, what : whose project it is, its number and kind; -1: all that was paid out of a book
    seq, date : of the event that committed, bound, freed or paid the money
    yuan, over_yuan : that money, and by how much the rule was broken
    cure : what would have mended it
    flagged : whether the run said so itself
    payments : of the rule's money for the project; of a payment, itself
    """

    step: Step
    article: str
    rule: str
    title: Text
    place: Text
    project: int
    what: Text
    seq: int
    date: str
    yuan: float
    over_yuan: float
    cure: Text
    flagged: Flagged
    payments: tuple[PaymentOfBreach, ...]

    @property
    def paid_yuan(self) -> float:
        """What was paid for it, less what came back."""
        return sum(payment.yuan for payment in self.payments)


@dataclass(frozen=True)
class BreachReport:
    """Every breach of a run, and where what the run says of itself is not what its events give.

    Attributes
    ----------
    on_breach : what the run's rule book does on a breach
    commitments, payments : how many were looked at
    disagreements : in words
    """

    on_breach: str
    commitments: int
    payments: int
    breaches: Sequence[Breach]
    disagreements: Sequence[Text]

    def data(self) -> dict[str, Any]:
        """Return it as plain values; texts have both languages."""
        content = asdict(self)
        content["breaches"] = [_plain(asdict(breach)) for breach in self.breaches]
        content["disagreements"] = [text._asdict() for text in self.disagreements]
        return content


def _plain(value: Any) -> Any:  # noqa: ANN401 (anything that JSON can hold)
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
