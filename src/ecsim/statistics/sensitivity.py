"""Sensitivity indices: Sobol indices, Morris' elementary effects, PAWN indices and tornado, with the share of luck.

Every method comes twice: ``sobol(model, space, n, seed)`` runs a Python function, ``sobol_from_table(design,
outcomes)`` analyses runs that were made elsewhere. Designs and the estimators of Sobol indices are SALib's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ecsim.statistics import designs, estimators
from ecsim.statistics.comparison import paired
from ecsim.statistics.designs import Design, Kind
from ecsim.statistics.function import Model, evaluate, resolve, takes_seed
from ecsim.statistics.outcomes import Missing, by_block, note_on_dropped
from ecsim.statistics.rounding import is_level, less
from ecsim.statistics.space import Space

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
LUCK = "(luck)"
"""Stands for luck in the place of a parameter."""
NO_EFFECT = "(no effect)"
"""Stands for a parameter that does nothing: what PAWN finds by chance alone."""
_PAWN = ("median", "mean", "maximum")
_POINTS_A_SLICE = 5
_BY_LOT = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval; ends that are not known are NaN."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sensitivity indices of one outcome with their intervals.

    Attributes
    ----------
    method : "sobol", "morris", "pawn" or "tornado"
    indices : columns parameter, index, value, low, high; one row a figure
    blocks : independent parts of the design that were analysed (base points, trajectories, points)
    replications : runs a point
    level : of the intervals
    notes : what whoever reads the figures must know
    """

    method: str
    indices: pd.DataFrame
    blocks: int
    replications: int
    level: float
    notes: tuple[str, ...] = ()

    def of(self, parameter: str, index: str) -> Estimate:
        """Return one figure.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        rows = self.indices[(self.indices.parameter == parameter) & (self.indices["index"] == index)]
        if rows.empty:
            known = ", ".join(f"{p} {i}" for p, i in zip(self.indices.parameter, self.indices["index"], strict=True))
            raise KeyError(f"no {index} of {parameter}; there are {known}")
        value, low, high = rows[["value", "low", "high"]].to_numpy(np.float64)[0]
        return Estimate(float(value), float(low), float(high))

    def ranking(self, index: str) -> list[str]:
        """Return the parameters by an index, largest first; what stands for luck or no effect is left out."""
        rows = self.indices[(self.indices["index"] == index) & ~self.indices.parameter.isin([LUCK, NO_EFFECT])]
        return list(rows.sort_values("value", ascending=False, kind="stable").parameter)

    def content(self) -> dict[str, Any]:
        """Return what was found as JSON takes it; what is no number is None."""
        figures = self.indices.astype(object).where(self.indices.notna(), None).to_dict("records")
        return {"method": self.method, "level": self.level, "blocks": self.blocks, "replications": self.replications,
                "indices": figures, "notes": list(self.notes)}  # fmt: skip


class Options(TypedDict, total=False):
    """How intervals are made, and what is done where an outcome is no number."""

    level: float
    resamples: int
    missing: Missing


def sobol(
    model: Model | str, space: Space, n: int, seed: int, *, replications: int = 1, outcome: str | None = None,
    vectorised: bool = False, **options: Unpack[Options],
) -> Sensitivity:  # fmt: skip
    """Return first and total Sobol indices with intervals, and of a model with luck the share that is luck.

    Parameters
    ----------
    model : ``model(parameters)`` or ``model(parameters, seed)``, or its name ``package.module:function``
    n : base points, a power of two; n (parameters + 2) points are run, each ``replications`` times
    replications : runs a point, of a model with luck
    outcome : which one, where the model gives several by name
    vectorised : whether the model takes arrays, all runs in one call
    level, resamples : of the intervals, from base points drawn again
    missing : what to do where an outcome is no number: ``refuse``, or ``drop`` the base point with what belongs to it

    Raises
    ------
    EcsimError
        If an outcome is no number; the point is named.

    See Also
    --------
    sobol_from_table : what the indices are
    """
    design = designs.saltelli(space, n, seed)
    outcomes, lucky = _run(model, design, seed, replications, outcome, vectorised)
    return sobol_from_table(design, outcomes, seed=seed, lucky=lucky, **options)


def sobol_from_table(
    design: Design, outcomes: ArrayLike, *, level: float = 0.95, resamples: int = 500, missing: Missing = "refuse",
    seed: int = 0, lucky: bool = True,
) -> Sensitivity:  # fmt: skip
    """Return Sobol indices of runs at the points of a Saltelli design.

    Indices are ``first`` and ``total``: the share of the variance *of the mean outcome* (over luck) that a parameter
    explains alone, and with all its interactions. Two or more runs a point also give ``first_share`` and
    ``total_share``, shares of the whole variance of single runs, and ``luck_share`` of `LUCK`: the rest.

    Parameters
    ----------
    outcomes : shape (points,) or (points, replications), made with `Design.seeds`
    lucky : whether the model has luck; tells whether one run a point must be warned of

    Notes
    -----
    Luck adds to products of means; it is estimated from the replications and taken away, so indices of few replications
    are not biased towards it. Intervals hold if blocks do not share their luck.

    References
    ----------
    Sobol (2001), Mathematics and Computers in Simulation 55; Saltelli et al. (2010), Computer Physics Communications
    181; models with luck: Marrel et al. (2012), Statistics and Computing 22.
    """
    _needs(design, ("saltelli",), "sobol")
    y, kept = by_block(design, outcomes, missing)
    notes = (*design.notes, *note_on_dropped(design, kept), *_note_on_luck(y, lucky))
    kinds = ("first", "total", "first_share", "total_share") if y.shape[2] > 1 else ("first", "total")
    names = [(name, kind) for kind in kinds for name in design.space.names]
    names += [(LUCK, "luck_share")] if y.shape[2] > 1 else []
    if _is_same(y):
        nothing = np.full(len(names), np.nan)
        return _sensitivity("sobol", names, (nothing, nothing, nothing), y, level, (*notes, _note_on_same(y)))
    sample = estimators.SaltelliSample.of(y / y.std())
    value, again = estimators.resampled(sample.figures, len(y), resamples, seed)
    low, high = estimators.normal_interval(value, again, level)
    low[-1], high[-1] = max(low[-1], 0.0), min(high[-1], 1.0)
    keep = len(names) if y.shape[2] > 1 else 2 * len(design.space)
    figures = (value[:keep], low[:keep], high[:keep])
    return _sensitivity("sobol", names, figures, y, level, notes + _note_on_nothing_explained(again[0]))


def morris(
    model: Model | str, space: Space, n: int, seed: int, *, levels: int = 4, pool: int | None = None,
    replications: int = 1, outcome: str | None = None, vectorised: bool = False, **options: Unpack[Options],
) -> Sensitivity:  # fmt: skip
    """Return Morris' elementary effects with intervals: a screening that needs few runs.

    Parameters
    ----------
    model, space, seed, replications, outcome, vectorised : as for `sobol`
    n : trajectories; n (parameters + 1) points are run
    levels, pool : of the design, see `ecsim.statistics.designs.morris`

    See Also
    --------
    sobol : the other parameters
    morris_from_table : what the indices are
    """
    design = designs.morris(space, n, seed, levels=levels, pool=pool)
    outcomes, lucky = _run(model, design, seed, replications, outcome, vectorised)
    return morris_from_table(design, outcomes, seed=seed, lucky=lucky, **options)


def morris_from_table(
    design: Design, outcomes: ArrayLike, *, level: float = 0.95, resamples: int = 500, missing: Missing = "refuse",
    seed: int = 0, lucky: bool = True,
) -> Sensitivity:  # fmt: skip
    """Return Morris' effects of runs at the points of Morris trajectories.

    An effect is the change of the outcome, in its own unit, over a parameter's whole range at the rate of one step; the
    range is that of probability, of whole numbers and choices the way from the first value to the last. Indices are its
    mean ``mu``, the mean of its size ``mu_star``, its standard deviation ``sigma`` (bends and interactions), and of two
    or more runs a point ``luck_sd``: the standard deviation that luck alone gives an effect.
    An effect of ``mu_star`` no greater than 0.8 ``luck_sd`` is what luck alone would show.

    Parameters
    ----------
    design : of Morris trajectories
    outcomes : shape (points,) or (points, replications), made with `Design.seeds`
    level, resamples : of the intervals, from trajectories drawn again
    missing : what to do where an outcome is no number: ``refuse``, or ``drop`` the trajectory
    seed : of the resamples
    lucky : whether the model has luck; tells whether one run a point must be warned of

    References
    ----------
    Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling & Software 22.
    """
    _needs(design, ("morris",), "morris")
    y, kept = by_block(design, outcomes, missing)
    notes = (*design.notes, *note_on_dropped(design, kept), *_note_on_luck(y, lucky))
    along = np.column_stack([p.along(design.unit[:, j]) for j, p in enumerate(design.space.parameters.values())])
    moved = np.full_like(y, y.flat[0]) if _is_same(y) else y
    effects = estimators.elementary_effects(along.reshape(design.blocks, design.size, -1)[kept], moved)
    kinds = ("mu", "mu_star", "sigma", "luck_sd") if y.shape[2] > 1 else ("mu", "mu_star", "sigma")
    names = [(name, kind) for kind in kinds for name in design.space.names]
    value, again = estimators.resampled(partial(estimators.morris_figures, effects), len(y), resamples, seed)
    low, high = estimators.normal_interval(value, again, level)
    low[len(design.space) :] = np.maximum(low[len(design.space) :], 0.0)
    return _sensitivity(
        "morris", names, (value, low, high), y, level, notes + ((_note_on_same(y),) if _is_same(y) else ())
    )


def pawn(
    model: Model | str, space: Space, n: int, seed: int, *, slices: int = 10, replications: int = 1,
    outcome: str | None = None, vectorised: bool = False, **options: Unpack[Options],
) -> Sensitivity:  # fmt: skip
    """Return PAWN indices with intervals, from a Latin hypercube of n points.

    Parameters
    ----------
    model, space, seed, replications, outcome, vectorised : as for `sobol`
    n : points of the Latin hypercube
    slices : into which a parameter's range is cut

    See Also
    --------
    sobol : the other parameters
    pawn_from_table : what the indices are
    """
    design = designs.latin_hypercube(space, n, seed)
    outcomes, lucky = _run(model, design, seed, replications, outcome, vectorised)
    return pawn_from_table(design, outcomes, slices=slices, seed=seed, lucky=lucky, **options)


def pawn_from_table(
    design: Design, outcomes: ArrayLike, *, slices: int = 10, level: float = 0.95, resamples: int = 200,
    missing: Missing = "refuse", seed: int = 0, lucky: bool = True,
) -> Sensitivity:  # fmt: skip
    """Return PAWN indices of runs at points that cover the space evenly: Latin hypercube, Sobol sequence, given table.

    The distance (Kolmogorov-Smirnov) between the distribution of all outcomes and that of a slice of a parameter's
    range; indices are its ``median``, ``mean`` and ``maximum`` over slices. It looks at the whole distribution, not the
    variance alone. `NO_EFFECT` shows what a parameter that does nothing would get: nothing below its ``high`` counts.
    Two or more runs a point also give ``luck_share`` of `LUCK`.

    Parameters
    ----------
    design : whose points cover the space evenly
    outcomes : shape (points,) or (points, replications), made with `Design.seeds`
    slices : into which a parameter's range is cut, >= 2, with five points each or more
    level, resamples : of the intervals, from points drawn again
    missing : what to do where an outcome is no number: ``refuse``, or ``drop`` the point
    seed : of the resamples and of the slices drawn by lot
    lucky : whether the model has luck; tells whether one run a point must be warned of

    Raises
    ------
    ValueError
        If the design is of another kind, or there are too few points for the slices.

    Notes
    -----
    Few points a slice push the index up; the interval reaches down for that. SALib's `pawn` leaves the points of a
    parameter's largest value out, stops at 6, 9 or 21 slices for a rounding error, and empties slices of parameters
    with few values; so the index is worked out here, and tested against SALib's where that is right.

    References
    ----------
    Pianosi and Wagener (2015, 2018), Environmental Modelling & Software 67 and 108.
    """
    _needs(design, ("latin_hypercube", "sobol_sequence", "given", "grid"), "pawn")
    y, kept = by_block(design, outcomes, missing)
    if slices < 2 or len(y) < _POINTS_A_SLICE * slices:
        raise ValueError(
            f"{len(y)} points and {slices} slices; two slices and {_POINTS_A_SLICE} points a slice are needed"
        )
    notes = (*design.notes, *note_on_dropped(design, kept), *_note_on_luck(y, lucky))
    runs = y[:, 0, :]
    rank = estimators.ranked(runs)
    places = design.space.unscaled(design.values)[kept]
    rows = []
    for place, name in zip(places.T, design.space.names, strict=True):
        figures = partial(estimators.pawn_figures, estimators.sliced(place, slices), rank)
        value, again = estimators.resampled(figures, len(runs), resamples, seed)
        low, high = estimators.basic_interval(value, again, level)
        rows.append(_table([(name, kind) for kind in _PAWN], value, low, np.minimum(high, 1.0)))
    chance = estimators.pawn_by_chance(rank, slices, _BY_LOT, seed)
    ends = np.quantile(chance, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=1)
    rows.append(_table([(NO_EFFECT, kind) for kind in _PAWN], chance.mean(axis=1), ends[0], ends[1]))
    if runs.shape[1] > 1:
        rows.append(_luck_row(runs, resamples, seed, level))
    notes += (_note_on_same(y),) if _is_same(y) else ()
    return Sensitivity("pawn", pd.concat(rows, ignore_index=True), len(y), y.shape[2], level, notes)


def tornado(
    model: Model | str, space: Space, seed: int = 0, *, share: float = 1.0, level: float = 0.95,
    replications: int = 1, outcome: str | None = None, vectorised: bool = False,
) -> Sensitivity:  # fmt: skip
    """Return what each parameter changes at its two ends while all others stay in the middle.

    Parameters
    ----------
    model, space, seed, replications, outcome, vectorised : as for `sobol`
    share : how much of each parameter's probability lies between its two ends; 1 takes the bounds
    level : of the intervals

    See Also
    --------
    tornado_from_table : what the figures are
    """
    design = designs.one_at_a_time(space, share=share)
    outcomes, lucky = _run(model, design, seed, replications, outcome, vectorised)
    return tornado_from_table(design, outcomes, level=level, lucky=lucky)


def tornado_from_table(design: Design, outcomes: ArrayLike, *, level: float = 0.95, lucky: bool = True) -> Sensitivity:
    """Return the outcome at each parameter's ``low_end`` and ``high_end`` less that in the middle, and ``swing``.

    ``swing`` is the size of the outcome's range over the three. Two or more replications give Student intervals of the
    differences under the same luck. It sees no interactions and no bends between the three points: `morris` does.

    Parameters
    ----------
    design : one at a time: the middle, then each parameter's two ends
    outcomes : shape (points,) or (points, replications), made with `Design.seeds`
    level : of the intervals
    lucky : whether the model has luck; tells whether one run a point must be warned of
    """
    _needs(design, ("one_at_a_time",), "tornado")
    y = by_block(design, outcomes, least=1)[0][0]
    rows = []
    for j, name in enumerate(design.space.names):
        ends = {"low_end": y[1 + 2 * j], "high_end": y[2 + 2 * j]}
        for index, end in ends.items():
            rows.append((name, index, *_difference(end, y[0], level)))
        trio = [float(run.mean()) for run in (y[0], *ends.values())]
        rows.append((name, "swing", float(less(max(trio), min(trio))), np.nan, np.nan))
    table = pd.DataFrame(rows, columns=["parameter", "index", "value", "low", "high"])
    return Sensitivity("tornado", table, 1, y.shape[1], level, (*design.notes, *_note_on_luck(y[None], lucky)))


def _difference(end: F64, middle: F64, level: float) -> tuple[float, float, float]:
    if len(end) < 2:
        return float(less(end[0], middle[0])), np.nan, np.nan
    gap = paired(end, middle, level)
    return gap.mean, gap.low, gap.high


def _run(
    model: Model | str, design: Design, seed: int, replications: int, outcome: str | None, vectorised: bool
) -> tuple[F64, bool]:
    """Return the outcomes and whether the model has luck."""
    function = resolve(model) if isinstance(model, str) else model
    if replications < 1:
        raise ValueError(f"replications is {replications}; at least 1 run a point is needed")
    seeds = design.seeds(replications, seed)
    return evaluate(function, design.values, seeds, outcome=outcome, vectorised=vectorised), takes_seed(function)


def _luck_row(runs: F64, resamples: int, seed: int, level: float) -> pd.DataFrame:
    value, again = estimators.resampled(partial(estimators.luck_share, runs), len(runs), resamples, seed)
    low, high = estimators.normal_interval(value, again, level)
    return _table([(LUCK, "luck_share")], value, np.maximum(low, 0.0), np.minimum(high, 1.0))


def _table(names: list[tuple[str, str]], value: F64, low: F64, high: F64) -> pd.DataFrame:
    parameters, kinds = [name for name, _ in names], [kind for _, kind in names]
    return pd.DataFrame({"parameter": parameters, "index": kinds, "value": value, "low": low, "high": high})


def _sensitivity(
    method: str, names: list[tuple[str, str]], figures: tuple[F64, F64, F64], y: F64, level: float,
    notes: tuple[str, ...],
) -> Sensitivity:  # fmt: skip
    return Sensitivity(method, _table(names, *figures), len(y), y.shape[2], level, notes)


def _needs(design: Design, kinds: tuple[Kind, ...], method: str) -> None:
    if design.kind not in kinds:
        raise ValueError(f"{method} of a {design.kind} design; it needs {' or '.join(kinds)}")


def _is_same(y: F64) -> bool:
    return bool(is_level(y))


def _note_on_same(y: F64) -> str:
    return f"the outcome is {y.flat[0]:.6g} at every run: no parameter moves it, and there is no variance to share out"


def _note_on_luck(y: F64, lucky: bool) -> tuple[str, ...]:
    if y.shape[2] > 1 or not lucky:
        return ()
    return (
        "one run a point: what random variation did cannot be told from what parameters did; run each point "
        "twice or more",
    )


def _note_on_nothing_explained(again: F64) -> tuple[str, ...]:
    lost = float(np.mean(~np.isfinite(again)))
    if not lost:
        return ()
    return (
        f"parameters explained no variance at all in {lost:.0%} of the resamples: random variation drowns "
        f"them; first and total "
        "say little, shares of the whole variance hold — run more points or replications",
    )
