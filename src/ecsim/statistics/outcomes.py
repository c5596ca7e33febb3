"""Outcomes of the runs of a design: one number per point and replication, with missing ones accounted for.

A missing outcome is refused with the point named, or dropped with the whole block that it belongs to, never passed on.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.statistics.designs import Design

F64 = NDArray[np.float64]
Missing = Literal["refuse", "drop"]


def outcome_of(runs: pd.DataFrame, outcome: str, points: int) -> F64:
    """Return one outcome of a table of runs: shape (points, replications), NaN where there is no run.

    Parameters
    ----------
    runs : columns ``point``, ``replication`` (both from 0; without it there is one a point) and one an outcome

    Raises
    ------
    EcsimError
        If there is no such column, a run is there twice, or a point is outside the design.
    """
    lacking = [name for name in ("point", outcome) if name not in runs]
    if lacking:
        raise EcsimError(f"the table of runs has no column {lacking[0]!r}; it has {', '.join(map(str, runs.columns))}")
    point = runs["point"].to_numpy(np.int64)
    replication = runs["replication"].to_numpy(np.int64) if "replication" in runs else np.zeros(len(runs), np.int64)
    if len(point) and (point.min() < 0 or point.max() >= points):
        raise EcsimError(
            f"the table of runs has points {point.min()} to {point.max()}; the design has 0 to {points - 1}"
        )
    figures = np.full((points, int(replication.max(initial=0)) + 1), np.nan)
    if len(set(zip(point.tolist(), replication.tolist(), strict=True))) < len(runs):
        raise EcsimError("the table of runs has a point and replication twice; keep one row a run")
    figures[point, replication] = runs[outcome].to_numpy(np.float64)
    return figures


def by_block(
    design: Design, outcomes: ArrayLike, missing: Missing = "refuse", least: int = 2
) -> tuple[F64, NDArray[np.int64]]:
    """Return the outcomes by block, shape (blocks kept, points a block, replications), and which blocks were kept.

    Parameters
    ----------
    outcomes : shape (points,) or (points, replications)
    missing : what to do where an outcome is not a finite number: ``refuse``, or ``drop`` the whole block
    least : blocks that must be left

    Raises
    ------
    ValueError
        If the outcomes do not fit the design.
    EcsimError
        If an outcome is not a finite number and is not to be dropped, or if too few blocks are left.
    """
    figures = np.asarray(outcomes, np.float64)
    figures = figures[:, None] if figures.ndim == 1 else figures
    if figures.ndim != 2 or len(figures) != len(design) or not figures.shape[1]:
        raise ValueError(
            f"outcomes of shape {figures.shape}; the design has {len(design)} points, a row each is needed"
        )
    if missing not in get_args(Missing):
        raise ValueError(f"missing is {missing!r}; it is 'refuse' or 'drop'")
    finite = np.isfinite(figures)
    if missing == "refuse" and not finite.all():
        raise EcsimError(_missing_message(design, figures, finite))
    kept = np.flatnonzero(finite.reshape(design.blocks, -1).all(axis=1))
    if len(kept) < least:
        raise EcsimError(
            f"{len(kept)} of {design.blocks} blocks have an outcome at every run; {least} or more are needed"
        )
    return figures.reshape(design.blocks, design.size, -1)[kept], kept


def note_on_dropped(design: Design, kept: NDArray[np.int64]) -> tuple[str, ...]:
    """Return what a reader should know of the blocks that were left out."""
    lost = design.blocks - len(kept)
    if not lost:
        return ()
    return (
        f"{lost} of {design.blocks} blocks of {design.size} points were left out for an outcome that was not a number; "
        "if that happens in some part of the space only, the figures say nothing of that part",
    )


def _missing_message(design: Design, figures: F64, finite: NDArray[np.bool_]) -> str:
    point, replication = (int(i) for i in np.argwhere(~finite)[0])
    values = ", ".join(f"{name} = {_short(v)}" for name, v in design.values.iloc[point].items())
    spoiled = int((~finite.reshape(design.blocks, -1).all(axis=1)).sum())
    return (
        f"outcome at point {point}, replication {replication} is {figures[point, replication]} ({values}); "
        f"finite numbers are needed. {int((~finite).sum())} of {figures.size} runs are like that: fix the model there, "
        f"narrow the parameter, or ask for missing = 'drop' to leave out {spoiled} of {design.blocks} blocks"
    )


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
