"""Sampling designs: at which points of a parameter space a model is run.

Full grids, Latin hypercubes, scrambled Sobol sequences, Saltelli's and Morris' designs for sensitivity indices, one
parameter at a time, ladders of shocks, and tables given by hand. All follow from a seed: the same call gives the same
design for ever. Points that share draws or values form a block; blocks are independent.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.lazy import later
from ecsim.statistics.space import Space, Uncertain

if TYPE_CHECKING:
    import pandas as pd
    from scipy.stats import qmc
else:
    pd = later("pandas")
    qmc = later("scipy.stats.qmc")

F64 = NDArray[np.float64]
Kind = Literal["grid", "latin_hypercube", "sobol_sequence", "morris", "saltelli", "one_at_a_time", "ladder", "given"]
MOST_POINTS = 1_000_000
BY_HAND: tuple[Kind, ...] = ("grid", "one_at_a_time", "ladder", "given")
"""Kinds whose points are chosen, not drawn: means over them are no estimates of anything."""


@dataclass(frozen=True, eq=False)
class Design:
    """Points of a space.

    Blocks are the parts that belong together: a trajectory of Morris, a base point of Saltelli with what was made from
    it, else a single point. They share their luck, are left out together, and are what resampling draws.
    """

    kind: Kind
    space: Space
    unit: F64
    """Places in the unit cube, shape (points, parameters)."""
    values: pd.DataFrame
    """Values by parameter, one row a point."""
    size: int = 1
    """Points a block."""
    notes: tuple[str, ...] = ()
    """What whoever reads the results should know."""

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def block(self) -> NDArray[np.int64]:
        """Block of each point."""
        return np.arange(len(self), dtype=np.int64) // self.size

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self) // self.size

    @property
    def table(self) -> pd.DataFrame:
        """Columns ``point`` (from 0) and ``block``, then one a parameter."""
        head = pd.DataFrame({"point": np.arange(len(self)), "block": self.block})
        return pd.concat([head, self.values], axis=1)

    def seeds(self, replications: int, seed: int = 0) -> NDArray[np.int64]:
        """Return a seed a run, shape (points, replications): shared within a block, others everywhere else.

        So the points that are compared with each other have the same luck, and blocks are independent. More blocks or
        more replications leave the seeds of the runs that were there before as they are.
        """
        from ecsim.kernel.draws import Draws

        draws = Draws(seed)
        numbers = np.arange(self.blocks)
        columns = [draws.uniform("luck_of_a_block", time, numbers) for time in range(replications)]
        return np.column_stack([np.floor(u * 2.0**53).astype(np.int64) for u in columns])[self.block]


def grid(space: Space, levels: int | Mapping[str, int] = 5) -> Design:
    """Return every combination of evenly spread places.

    Parameters
    ----------
    levels : how many places, bounds included, for all or by parameter; a choice or a whole number has no more of them
        than it has values

    Raises
    ------
    ValueError
        If there would be more than a million points, or a parameter has fewer than two places.
    """
    wanted = {name: levels if isinstance(levels, int) else levels.get(name, 5) for name in space.names}
    axes = [_axis(name, p, wanted[name]) for name, p in space.parameters.items()]
    points = int(np.prod([float(len(axis)) for axis in axes]))
    if points > MOST_POINTS:
        raise ValueError(f"a grid of {' x '.join(str(len(a)) for a in axes)} is {points:,} points; "
                         f"{MOST_POINTS:,} at most — lower levels, or take a Latin hypercube")  # fmt: skip
    return _design("grid", space, np.array(list(product(*axes))))


def _axis(name: str, parameter: Uncertain, levels: int) -> F64:
    if levels < 2:
        raise ValueError(f"levels of {name} is {levels}; a grid needs at least 2")
    if parameter.levels is None:
        return np.linspace(0.0, 1.0, levels)
    count = _places(parameter, levels)
    chosen = np.round(np.linspace(0, parameter.levels - 1, count))
    return np.asarray((chosen + 0.5) / parameter.levels, np.float64)


def points_of(kind: str, space: Space, n: int) -> int:
    """Return how many points a design of a kind will have, without making it.

    Parameters
    ----------
    kind : name of the design, as in an experiment's file; a table has as many points as it has rows
    space : of the uncertain parameters
    n : the number that the design is asked for: points, base points, trajectories, or places a parameter
    """
    match kind:
        case "grid":
            return math.prod(_places(p, n) for p in space.parameters.values())
        case "one_at_a_time":
            return 1 + 2 * len(space)
        case "saltelli":
            return n * (len(space) + 2)
        case "morris":
            return n * (len(space) + 1)
        case "table":
            return 1
    return n


def _places(parameter: Uncertain, levels: int) -> int:
    """Return how many places a grid gives a parameter."""
    if parameter.levels is None:
        return levels
    return parameter.levels if parameter.choices else min(levels, parameter.levels)


def latin_hypercube(space: Space, n: int, seed: int, *, optimised: bool = False) -> Design:
    """Return n points of which each parameter has one in every n-th part of its range.

    Parameters
    ----------
    optimised : whether coordinates are exchanged to spread the points more evenly over the cube (centred discrepancy);
        slower, better for few points

    References
    ----------
    McKay, Beckman and Conover (1979), Technometrics 21.
    """
    _enough("n", n, 1)
    cube = qmc.LatinHypercube(len(space), optimization="random-cd" if optimised else None, rng=seed)
    return _design("latin_hypercube", space, cube.random(n))


def sobol_sequence(space: Space, n: int, seed: int) -> Design:
    """Return the first n points of a scrambled Sobol sequence.

    Parameters
    ----------
    space : of the uncertain parameters
    n : points, best a power of two
    seed : of the scrambling

    References
    ----------
    Owen (2020), On dropping the first Sobol' point, arXiv:2008.08051: scramble, drop none, take a power of two.
    """
    _enough("n", n, 1)
    notes = _note_on_powers(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # told above, in our words
        unit = qmc.Sobol(len(space), rng=seed).random(n)
    return _design("sobol_sequence", space, unit, notes=notes)


def saltelli(space: Space, n: int, seed: int) -> Design:
    """Return n base points with their crossings, n (parameters + 2) points: the design of Sobol indices.

    A block is A, then for each parameter A with that one coordinate of B, then B.

    Parameters
    ----------
    space : of the uncertain parameters
    n : base points, best a power of two
    seed : of the base points

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181; SALib's sampler.
    """
    from SALib.sample import sobol as sampler

    _enough("n", n, 2)
    notes = _note_on_powers(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # told above, in our words
        unit = sampler.sample(_problem(space), n, calc_second_order=False, seed=seed)
    return _design("saltelli", space, unit, size=len(space) + 2, notes=notes)


def morris(space: Space, n: int, seed: int, *, levels: int = 4, pool: int | None = None) -> Design:
    """Return n trajectories that change one parameter at a time, n (parameters + 1) points.

    Parameters
    ----------
    levels : places a parameter takes, an even number
    pool : make so many trajectories and keep the n that lie farthest apart

    References
    ----------
    Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli (2007) and Ruano et al. (2012), Environmental
    Modelling & Software 22 and 37; SALib's sampler.
    """
    from SALib.sample import morris as sampler

    _enough("n", n, 2)
    if levels < 2 or levels % 2:
        raise ValueError(f"levels is {levels}; an even number is needed, 4 as a rule")
    if pool is not None and pool <= n:
        raise ValueError(f"pool is {pool}; it must be more than the {n} trajectories that are kept")
    unit = sampler.sample(_problem(space), pool or n, num_levels=levels, optimal_trajectories=pool and n, seed=seed)
    # the sampler's sums leave 1 by a rounding error
    return _design("morris", space, np.clip(unit, 0.0, 1.0), size=len(space) + 1)


def one_at_a_time(space: Space, *, share: float = 1.0) -> Design:
    """Return the middle of the space, then each parameter at its low and its high end: the design of a tornado plot.

    Parameters
    ----------
    share : how much of each parameter's probability lies between its two ends; 1 takes the bounds

    Notes
    -----
    The middle is the best guess (``value``) of the parameters that have one, else the median.
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"share is {share}; it must be above 0 and at most 1")
    middle = np.array([0.5 if p.value is None else float(p.unscaled([p.value])[0]) for p in space.parameters.values()])
    unit = np.tile(middle, (1 + 2 * len(space), 1))
    for i in range(len(space)):
        unit[1 + 2 * i, i], unit[2 + 2 * i, i] = 0.5 - share / 2.0, 0.5 + share / 2.0
    return _design("one_at_a_time", space, unit, size=len(unit))


def ladder(space: Space, rungs: Sequence[float]) -> Design:
    """Return the point at which all parameters have the first value, then each parameter alone at every other.

    Parameters
    ----------
    rungs : values, the first of them what a parameter has while another is moved

    Raises
    ------
    EcsimError
        If a parameter may not have one of the values.
    """
    base = dict.fromkeys(space.names, rungs[0])
    rows = [base, *({**base, name: rung} for name in space.names for rung in rungs[1:])]
    unit = space.unscaled(pd.DataFrame(rows), "rungs")
    return Design("ladder", space, unit, pd.DataFrame(rows), len(rows))


def given(space: Space, source: Path | str | pd.DataFrame) -> Design:
    """Return the points of a table: a data frame or a CSV file with one column a parameter.

    Raises
    ------
    EcsimError
        If the file cannot be read, a column is missing, or a value is one that its parameter may not have.
    """
    where = "the table" if isinstance(source, pd.DataFrame) else str(source)
    table = source if isinstance(source, pd.DataFrame) else _read(Path(source))
    if not len(table):
        raise EcsimError(f"{where}: no rows; one row a point is needed")
    typed = table.copy()
    for name, parameter in space.parameters.items():
        if name in table:
            cells = [_typed(v, parameter) for v in table[name].tolist()]
            typed[name] = pd.Series(cells, table.index, dtype=object).infer_objects()
    unit = space.unscaled(typed, where)
    whole = {name: np.int64 for name, p in space.parameters.items() if p.distribution == "integer"}
    return Design("given", space, unit, typed[space.names].reset_index(drop=True).infer_objects().astype(whole))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise EcsimError(f"{path}: no such file; name a CSV file with one column a parameter") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise EcsimError(f"{path}: not a table ({error}); write CSV in UTF-8, one column a parameter") from None
    except OSError as error:
        raise EcsimError(f"{path}: cannot be read ({error.strerror}); name a CSV file") from None


def _typed(value: object, parameter: Uncertain) -> object:
    """Return the choice that reads like a cell of a CSV file, or the number that it tells; else the cell."""
    if parameter.choices:
        return next(
            (choice for choice in parameter.choices if str(value) == str(choice)), _read_choice(value, parameter)
        )
    return _number(value) if isinstance(value, str) else value


def _read_choice(value: object, parameter: Uncertain) -> object:
    """Return the choice that is the same number or flag in another spelling (1.0 for 1, ``true``); else the cell."""
    flags = {"true": True, "false": False}
    read = flags.get(value.lower(), _number(value)) if isinstance(value, str) else value
    alike = (c for c in parameter.choices if not isinstance(c, str) and isinstance(c, bool) == isinstance(read, bool))
    return next((choice for choice in alike if choice == read), value)


def _number(text: str) -> float | str:
    """Return the number that a cell tells; else the cell."""
    try:
        return float(text)
    except ValueError:
        return text


def _design(kind: Kind, space: Space, unit: F64, size: int = 1, notes: tuple[str, ...] = ()) -> Design:
    return Design(kind, space, unit, space.scaled(unit), size, notes)


def _problem(space: Space) -> dict[str, object]:
    """Return the unit cube as SALib wants it; values are scaled by the space, which knows more distributions."""
    return {"num_vars": len(space), "names": space.names, "bounds": [[0.0, 1.0]] * len(space)}


def _enough(name: str, given: int, least: int) -> None:
    if given < least:
        raise ValueError(f"{name} is {given}; at least {least} is needed")


def _note_on_powers(n: int) -> tuple[str, ...]:
    """Warn of a number of points that Sobol's sequence is not balanced at."""
    if n & (n - 1) == 0:
        return ()
    below = 1 << (n.bit_length() - 1)
    note = f"n is {n}, no power of two: a Sobol sequence is balanced, and exact to the most, at {below} or {2 * below}"
    warnings.warn(note, UserWarning, stacklevel=3)
    return (note,)
