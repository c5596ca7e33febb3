"""What would mend a breach of the rules on central money, in words."""

from __future__ import annotations

from ecsim.kernel.text import Text
from ecsim.rural.programme.rules import Rule
from ecsim.rural.texts import text

FEN_A_MILLION_YUAN = 1e8
CURES = {
    "not_twice": "cures.not_twice",
    "forbidden": "cures.forbidden",
    "open_access": "cures.open_access",
    "cost_at_most": "cures.cost_at_most",
    "budget_at_least": "cures.budget_at_least",
    "share_at_most": "cures.share_at_most",
    "share_at_least": "cures.share_at_least",
    "within_purse": "cures.within_purse",
}
"""Texts by kind of rule."""


def cure_of(rule: Rule, over_fen: int) -> Text:
    """Return what would mend a breach of a rule.

    Parameters
    ----------
    over_fen : by how much it is broken
    """
    return text(CURES[rule.kind], over=money(over_fen))


def money(fen: int) -> Text:
    """Return a sum as planners say it: in yuan below ten thousand, else in millions; in Chinese in 元 and 万元."""
    if fen < FEN_A_MILLION_YUAN / 100:
        return Text(f"{fen / 100:,.2f} yuan", f"{fen / 100:,.2f}元")
    millions = f"{fen / FEN_A_MILLION_YUAN:,.4f}".rstrip("0").rstrip(".")
    return Text(f"{millions} million yuan", f"{f'{fen / 1e6:,.4f}'.rstrip('0').rstrip('.')}万元")
