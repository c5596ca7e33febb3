"""The money that owners leave in a dealer (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.terms import DealingTerms

F64 = NDArray[np.float64]


def reserve_fen(dealing: DealingTerms, online_fen: F64, brought_fen: F64) -> F64:
    """Return what owners leave in each dealer, shape (dealers,): some weeks of sales and of what members bring.

    Parameters
    ----------
    online_fen : shape (dealers,), that it expects to sell online a week
    brought_fen : shape (dealers,), what members bring a cooperative a week is worth at the gate; 0 of others
    """
    return np.asarray(dealing.reserve_weeks * (online_fen + brought_fen), np.float64)
