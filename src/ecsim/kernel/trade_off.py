"""Two outcomes of which one is had for the other, as data of a model: what something costs, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TradeOff:
    """What a model offers under the view ``trade_off``.

    Attributes
    ----------
    cost : outcome without its period, yuan a piece; less is better
    time : outcome without its period, days a piece; less is better
    late : outcome without its period, share of pieces that come late; shown beside
    value : parameter, what a day is worth, yuan a piece
    """

    cost: str
    time: str
    late: str
    value: str
