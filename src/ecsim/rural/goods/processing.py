"""First processing: who can bring how much into the form sold, on whose line (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.facilities import processing_by_crop_g
from ecsim.rural.goods.demand import exchanged, shared_out
from ecsim.rural.goods.packing_lines import processes
from ecsim.rural.goods.terms import GoodsTerms, sold_for_raw
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
NO_LIMIT = np.iinfo(np.int64).max
"""Of goods that are sold as they are."""


class Processed(NamedTuple):
    """What dealers can have brought into the form sold in a week, shape (dealers,) each, grams in sold form."""

    able_g: I64
    """On their own lines, less what these do for others, and on lines of others."""
    hired_g: I64
    """Of it on lines of others; below zero: done for others. By product the sum is 0."""
    public_g: I64
    """Of it on public lines."""


def processed(state: State, wanted_g: I64) -> Processed:
    """Return what each dealer can send of goods that have to be processed first.

    Parameters
    ----------
    wanted_g : shape (dealers,), what it would send of its own orders, grams in sold form

    Notes
    -----
    Who has not line enough has goods processed on public lines for the product, then by the county's processors of it,
    as far as they have some to spare; each gets in proportion to what it lacks. Spare lines of those who are no
    processors stay idle.
    """
    d, c = state.dealers, state.crops
    to_process = c.processing_fen[d.crop] > 0
    own = np.where(to_process, np.floor(d.processing_g * (c.conversion[d.crop] / ONE)), 0.0).astype(np.int64)
    lacking = np.where(to_process, np.maximum(wanted_g - own, 0), 0)
    yields = sold_for_raw(c.conversion)
    public = np.floor(np.minimum(processing_by_crop_g(state) * yields, np.bincount(d.crop, lacking, len(c))))
    on_public = shared_out(public.astype(np.int64), d.crop, lacking.astype(np.float64))
    lacking -= on_public
    lends = to_process & d.alive & processes(state)
    hired = exchanged(d.crop, np.where(lends, np.maximum(own - wanted_g, 0), 0), lacking, len(c))
    return Processed(np.where(to_process, own + on_public + hired, NO_LIMIT), hired, on_public)


class WorkForOthers(NamedTuple):
    """Who processed whose goods in a week, shape (pairs,) each."""

    dealer: I64
    processor: I64
    processed_g: I64

    @classmethod
    def of(cls, crop: NDArray[np.int32], hired_g: I64, crops: int) -> WorkForOthers:
        """Return who worked for whom: each processor for all that hired lines, in proportion to what they still need.

        Parameters
        ----------
        crop, hired_g : shape (dealers,); grams in sold form on lines of others, below zero: done for others
        """
        lenders, needed, pairs = np.flatnonzero(hired_g < 0), np.maximum(hired_g, 0), list[I64]()
        while lenders.size:
            _, now = np.unique(crop[lenders], return_index=True)
            of_crop, does = np.zeros(crops, np.int64), np.zeros(crops, np.int64)
            of_crop[crop[lenders[now]]], does[crop[lenders[now]]] = lenders[now], -hired_g[lenders[now]]
            part = shared_out(does, crop, needed.astype(np.float64))
            needed -= part
            rows = np.flatnonzero(part)
            pairs.append(np.stack([rows, of_crop[crop[rows]], part[rows]]))
            lenders = np.delete(lenders, now)
        return cls(*np.concatenate([np.zeros((3, 0), np.int64), *pairs], axis=1))


def left_of_work_fen(state: State, terms: GoodsTerms, hired_g: I64) -> F64:
    """Return what is left to processors of work for others, shape (dealers,): what these pay, less what it costs them.

    Parameters
    ----------
    hired_g : of the week, in sold form
    """
    c, crop = state.crops, state.dealers.crop
    raw = np.maximum(-hired_g, 0) / sold_for_raw(c.conversion)[crop]
    return np.asarray(raw * c.processing_fen[crop] * (1.0 - terms.own_processing) / 1000.0, np.float64)
