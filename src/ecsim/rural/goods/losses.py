"""What goods lose with time, by form (docs/model.md 4.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm

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
    loss_kept: float
    loss_dried: float
    weather_sigma: float
    yield_level: float


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
