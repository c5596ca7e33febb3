"""Who has no line for first processing, who has lines to do it for others, and who builds one (docs/model.md 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import before_in_group
from ecsim.rural.events import DealerKind
from ecsim.rural.goods.packing_lines import processes
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import WEEKS_A_YEAR, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


class LineNeeds(NamedTuple):
    """What dealers need of lines for first processing in their strongest week, shape (dealers,) each."""

    crop: I32 | I64
    own_g: F64
    """Orders of the strongest week, in sold form."""
    without: Bool
    """Has no line and has its goods processed by others."""
    processor: Bool
    """Works for others."""


def line_needs(state: State, strongest_g: F64) -> LineNeeds:
    """Return what dealers need of lines.

    Parameters
    ----------
    strongest_g : shape (dealers,), orders that each expects in its strongest week, in sold form
    """
    d = state.dealers
    to_process = d.alive & (state.crops.processing_fen[d.crop] > 0)
    without = to_process & (d.kind == DealerKind.COOPERATIVE) & (d.processing_g == 0)
    return LineNeeds(d.crop, strongest_g, without, to_process & processes(state))


def hired_g(needs: LineNeeds, crops: int) -> F64:
    """Return what each processor can expect to do for those without a line, in the proportion of its own orders.

    Parameters
    ----------
    crops : how many

    Returns
    -------
    shape (dealers,), of the strongest week, in sold form
    """
    own = needs.own_g * needs.processor
    asked = np.bincount(needs.crop, needs.own_g * needs.without, crops)
    total = np.bincount(needs.crop, own, crops)
    return np.asarray(own * np.divide(asked, total, out=np.zeros(crops), where=total > 0)[needs.crop], np.float64)


def hiring_pays(processing_fen: F64, peak: F64, terms: GoodsTerms, cost_fen: float) -> Bool:
    """Return where a kilogram of a processor's line earns more with work for others than it costs a year.

    Parameters
    ----------
    processing_fen : what others pay for a kilogram raw; a processor's own costs are a share of it
    peak : orders of the strongest week over those of a mean one, of the same shape
    cost_fen : of a kilogram raw of an ordinary week, by interest and wear
    """
    return np.asarray(WEEKS_A_YEAR / peak * processing_fen * (1.0 - terms.own_processing) > cost_fen, np.bool_)


def not_covered(needs: LineNeeds, spare_g: F64, luck: F64) -> F64:
    """Return which share of what each dealer without a line needs others have no line for, shape (dealers,).

    Parameters
    ----------
    spare_g : shape (crops,), what processors and public lines can do beyond processors' own orders, in sold form
    luck : shape (dealers,); who comes first is served first, so that no more of them build than have to
    """
    share = np.zeros(len(needs.crop))
    rows = np.flatnonzero(needs.without & (needs.own_g > 0))
    if not rows.size:
        return share
    rows = rows[np.lexsort((luck[rows], needs.crop[rows]))]
    crop, own = needs.crop[rows], needs.own_g[rows]
    upto = before_in_group(own, crop) + own
    share[rows] = np.clip((upto - spare_g[crop]) / own, 0.0, 1.0)
    return share


def spare_g(needs: LineNeeds, line_g: F64, public_g: F64) -> F64:
    """Return what processors and public lines can do of each product beyond processors' own orders, shape (crops,).

    Parameters
    ----------
    line_g : shape (dealers,), in sold form
    public_g : shape (crops,), in sold form
    """
    beyond = np.maximum(line_g - needs.own_g, 0.0) * needs.processor
    return np.asarray(public_g + np.bincount(needs.crop, beyond, len(public_g)), np.float64)
