"""Peeling and pasting, the two moves of the patient rule induction method (PRIM).

A box loses the thin slice whose loss raises density most for each case lost, step by step; then it grows back at its
limits as long as density does not fall.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from ecsim.statistics.rounding import less, sort_key
from ecsim.statistics.subgroup_boxes import Box, Limit, Mask, Measure

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A box with the cases it holds, outside earlier boxes."""

    box: Box
    inside: Mask
    measure: Measure


@dataclass(frozen=True, eq=False, slots=True)
class Cases:
    """Cases to be told apart: inputs as columns, and of each case the share that is a hit."""

    table: pd.DataFrame
    hit: F64
    numbers: Mapping[str, F64]
    categories: Mapping[str, tuple[object, ...]]

    @classmethod
    def of(cls, inputs: pd.DataFrame | Mapping[str, ArrayLike], hit: ArrayLike) -> Cases:
        """Return the cases of a table; columns of text or flags are categories.

        Raises
        ------
        ValueError
            If hits and inputs do not fit each other, or a figure is missing.
        """
        table = pd.DataFrame(inputs).reset_index(drop=True).rename(columns=str)
        shares = np.asarray(hit, np.float64)
        if shares.shape != (len(table),) or table.empty:
            raise ValueError(
                f"hits of shape {shares.shape} and inputs of shape {table.shape}; one hit a case is needed"
            )
        wrong = np.flatnonzero(~((shares >= 0.0) & (shares <= 1.0)))
        if len(wrong):
            raise ValueError(f"hit of case {wrong[0]} is {shares[wrong[0]]}; True, False or a share 0 to 1 is needed")
        for name in table:
            missing = np.flatnonzero(table[name].isna())
            if len(missing):
                raise ValueError(f"{name} of case {missing[0]} is missing; leave out such cases, {len(missing)} in all")
        numeric = [n for n in table if pd.api.types.is_numeric_dtype(table[n]) and table[n].dtype != np.bool_]
        return cls(
            table, shares,
            {str(n): table[n].to_numpy(np.float64) for n in numeric},
            {str(n): tuple(sorted(table[n].unique().tolist(), key=str)) for n in table if n not in numeric},
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.hit)

    @property
    def base(self) -> float:
        """Share of all cases that are hits."""
        return float(self.hit.mean())

    def only(self, rows: NDArray[np.int64]) -> Cases:
        """Return some of the cases."""
        return Cases.of(self.table.iloc[rows], self.hit[rows])

    @property
    def inputs(self) -> tuple[str, ...]:
        """Inputs that a box may limit."""
        return (*self.numbers, *self.categories)

    def of_inputs(self, names: tuple[str, ...]) -> Cases:
        """Return the same cases, of which boxes may limit some inputs alone."""
        numbers = {name: x for name, x in self.numbers.items() if name in names}
        return replace(
            self, numbers=numbers, categories={n: values for n, values in self.categories.items() if n in names}
        )

    def step(self, box: Box, outside: Mask) -> Step:
        """Return a box with the cases it holds outside earlier boxes."""
        return self.held(box, box.holds(self.table) & outside)

    def held(self, box: Box, inside: Mask) -> Step:
        """Return a box that is known to hold certain cases."""
        hits, cases = float(self.hit[inside].sum()), int(inside.sum())
        return Step(box, inside, Measure(hits / float(self.hit.sum()), hits / cases, cases / len(self)))

    def everything(self) -> Box:
        """Return the box without limits."""
        whole = frozenset(name for name in self.numbers if pd.api.types.is_integer_dtype(self.table[name]))
        return Box((), whole)


def peel(cases: Cases, outside: Mask, alpha: float, mass_min: float) -> Iterator[Step]:
    """Yield ever smaller boxes, the whole space first, until all cases are hits or the next would be too small.

    Parameters
    ----------
    cases : inputs, and of each case the share that is a hit
    outside : shape (cases,), whether a case lies outside earlier boxes
    alpha : share of its cases that a box loses at a step
    mass_min : share of all cases that a box must hold

    References
    ----------
    Friedman and Fisher (1999). Slices of unequal size, of inputs with few values, are judged by the gain of density for
    each case lost: Kwakkel and Jaxa-Rozen (2016), Environmental Modelling & Software 79.
    """
    at = cases.held(cases.everything(), outside)
    while True:
        yield at
        if less(at.measure.density, 1.0) >= 0.0:
            return
        smaller = [s for s in _slices_off(cases, at, alpha) if less(s.measure.mass, mass_min) >= 0.0]
        if not smaller:
            return
        at = max(smaller, key=lambda step: _gain(at, step))  # the first of equals


def _gain(old: Step, new: Step) -> tuple[float, float, bool]:
    gain = float(less(new.measure.density, old.measure.density))
    lost = old.measure.mass - new.measure.mass
    gain_a_case = gain / lost if gain > 0.0 else gain
    return sort_key(gain_a_case), sort_key(-lost), new.box.restricted == old.box.restricted


def _slices_off(cases: Cases, at: Step, alpha: float) -> Iterator[Step]:
    """Yield the box less one slice: the lowest or highest cases of a number, or one category."""
    for name, x in cases.numbers.items():
        ends = _cut(x[at.inside], alpha)
        old = at.box.limit(name)
        for limit in (replace(old, low=ends[0]), replace(old, high=ends[1])) if ends else ():
            yield cases.held(at.box.limited(limit), at.inside & (x >= limit.low) & (x <= limit.high))
    for name, values in cases.categories.items():
        column = cases.table[name]
        kept = at.box.limit(name).values or values
        for value in kept if len(kept) > 1 else ():
            limit = Limit(name, values=tuple(v for v in kept if v != value))
            inside = at.inside & limit.holds(column)
            if inside.any():
                yield cases.held(at.box.limited(limit), inside)


def _cut(x: F64, alpha: float) -> tuple[float, float] | None:
    """Return the lowest value kept when the low slice goes, and the highest when the high one does; None if all tie."""
    values = np.sort(x)
    if values[0] == values[-1]:
        return None
    lost = max(1, int(alpha * len(values)))
    low, high = values[lost], values[-1 - lost]
    low = low if low > values[0] else values[np.searchsorted(values, low, "right")]
    high = high if high < values[-1] else values[np.searchsorted(values, high, "left") - 1]
    return float(low), float(high)


def paste(cases: Cases, outside: Mask, at: Step, alpha: float) -> Step:
    """Return the box grown at its limits, slice by slice, as long as that wins hits and density does not fall.

    Parameters
    ----------
    cases, outside : as for `peel`
    at : the box to grow
    alpha : share of its cases that it gains at a step

    References
    ----------
    Friedman and Fisher (1999).
    """
    while True:
        wider = [
            step for step in _slices_on(cases, outside, at, alpha)
            if less(step.measure.density, at.measure.density) >= 0.0
            and less(step.measure.coverage, at.measure.coverage) > 0.0
        ]  # fmt: skip
        if not wider:
            return at
        at = max(wider, key=lambda step: (sort_key(step.measure.density), sort_key(step.measure.coverage)))


def _slices_on(cases: Cases, outside: Mask, at: Step, alpha: float) -> Iterator[Step]:
    count = max(1, int(alpha * int(at.inside.sum())))
    for limit in at.box.limits:
        free = at.box.without(limit.name).holds(cases.table) & outside & ~at.inside
        for wider in _wider(cases, limit, free, count):
            yield cases.step(at.box.limited(wider), outside)


def _wider(cases: Cases, limit: Limit, free: Mask, count: int) -> Iterator[Limit]:
    """Yield the limit moved out by a count of the free cases; off where it has taken the last."""
    if limit.values is not None:
        for value in cases.categories[limit.name]:
            if value not in limit.values:
                every = (*limit.values, value)
                yield Limit(limit.name, values=every if len(every) < len(cases.categories[limit.name]) else None)
        return
    x = cases.numbers[limit.name][free]
    below, above = np.sort(x[x < limit.low])[::-1], np.sort(x[x > limit.high])
    if len(below):
        yield replace(limit, low=float(below[count - 1]) if count < len(below) else -math.inf)
    if len(above):
        yield replace(limit, high=float(above[count - 1]) if count < len(above) else math.inf)


def quasi_p(cases: Cases, outside: Mask, at: Step, name: str) -> float:
    """Return the probability that cases of the box without one limit are as dense, by chance, as those within it.

    It is too small, since the limit was sought for: a limit with a large one is surely idle, one with a small one is
    not surely real.

    Parameters
    ----------
    cases, outside : as for `peel`
    at : the box
    name : of the limited input

    Returns
    -------
    Probability in [0, 1]; 1 for a box without hits.

    References
    ----------
    Bryant and Lempert (2010); the binomial tail as an incomplete beta function, which takes shares of hits.
    """
    wider = cases.step(at.box.without(name), outside)
    hits, count = float(cases.hit[at.inside].sum()), int(at.inside.sum())
    return float(betainc(hits, count - hits + 1.0, wider.measure.density)) if hits > 0.0 else 1.0
