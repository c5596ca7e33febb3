"""What goods lose with time, by form, and what keeping live animals costs (docs/model.md 4.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm
from ecsim.rural.goods.terms import GoodsTerms

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class FarmingTerms:
    """Numbers of harvest and keeping; units in ``parameters/farming.toml``."""

    loss_plain: float
    loss_exponent: float
    gate_days: float
    waiting_share: float
    waiting_days: float
    cold_life: float
    room_fee_yuan: float
    precooling_fee_yuan: float
    loss_kept: float
    loss_dried: float
    weather_sigma: float
    yield_level: float
    feed_level: float


def kept_share(days: float, shelf_days: F64, terms: FarmingTerms) -> F64:
    """Return the share of fresh goods that is still good after some days.

    Parameters
    ----------
    days : since the harvest
    shelf_days : shape (crops,), days after which a set share is lost

    References
    ----------
    docs/model.md 4.4: ``S(d) = (1 − loss)^((d/L)^e)``, a Weibull law.
    """
    return np.asarray((1.0 - terms.loss_plain) ** ((days / np.maximum(shelf_days, 0.5)) ** terms.loss_exponent))


def weekly_loss(form: NDArray[np.uint8], shelf_days: F64, terms: FarmingTerms) -> F64:
    """Return the share of a stock that is lost in a week, shape (crops,); dealers keep fresh goods cool.

    Parameters
    ----------
    form : shape (crops,), codes of `CropForm`
    shelf_days : shape (crops,)
    """
    shelf = np.maximum(shelf_days, 1.0)
    loss = np.zeros(len(form))
    for of_form, share in (
        (CropForm.FRESH, 1.0 - kept_share(7.0, terms.cold_life * shelf, terms)),
        (CropForm.KEPT, np.full(len(form), terms.loss_kept)),
        (CropForm.DRIED, np.minimum(1.0, terms.loss_dried / shelf)),
    ):
        loss = np.where(form == of_form, share, loss)
    return loss


def usual_feed_fen(feed_fen: F64, terms: FarmingTerms, goods: GoodsTerms) -> F64:
    """Return what feeding live animals until they are sold costs in an ordinary year, shape (crops,), fen a kilogram.

    Parameters
    ----------
    feed_fen : shape (crops,), a live kilogram and week; 0 of other goods
    goods : share of live animals that is offered in a week, and weeks between two sales

    References
    ----------
    docs/model.md 6.4: half a turn until the first sale; of what is left then, ``(1 − o)/o`` turns more.
    """
    turn = float(goods.turn_weeks)
    left = (1.0 - goods.offered_live) ** turn
    weeks = (turn - 1.0) / 2.0 + turn * left / (1.0 - left)
    return np.asarray(feed_fen * terms.feed_level * weeks, np.float64)
