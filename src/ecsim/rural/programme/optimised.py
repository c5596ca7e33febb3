"""The plan that a solver of mixed integer programs finds, with the rule book as its limits (docs/model.md 4.10)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from ecsim.rural.programme.allocation import Allocation, BudgetView, by_gain_a_yuan, placed
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.rule_book import Book

F64 = NDArray[np.float64]
GAP = 1e-4
"""Share of the bound within which a plan counts as best; the rule book holds it exactly, whatever the solver's dust."""


@dataclass(frozen=True)
class Optimised:
    """The better of the ranked plan and the solver's, with a bound that no lawful plan can pass.

    Parameters
    ----------
    nodes : of the solver's tree at most; a count and no clock, so that the same plan comes anywhere
    """

    nodes: int = 1000

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the plan of the highest expected gain that was found."""
        order = by_gain_a_yuan(view)
        ranked = placed(view, order)
        program = _Program.of(view, order, ranked.chosen)
        solved = placed(view, program.best(self.nodes)) if order else ranked
        better = solved if view.gain(solved.chosen) > view.gain(ranked.chosen) else ranked
        bound = program.bound() if order else 0.0
        return Allocation(better.chosen, ranked.refused, view.gain(better.chosen), bound)


@dataclass(frozen=True)
class _Program:
    """Gains and linear limits, scaled so that the purse is one."""

    units: Sequence[Candidate]
    gains: F64
    limits: LinearConstraint

    @classmethod
    def of(cls, view: BudgetView, units: Sequence[Candidate], ranked: Sequence[Candidate]) -> _Program:
        """Return the program of a view whose floors are those that the ranked plan meets."""
        book, scale = view.book(), float(max(view.purse.central_fen, 1))
        rules = book.rows(units)
        floors = _floors(book, units, ranked)
        matrix = np.array([coefficients for coefficients, _ in (*rules, *floors)]).reshape(-1, len(units)) / scale
        most = np.array([most for _, most in (*rules, *floors)]) / scale
        turns = _turns(units)
        whole = vstack([csr_array(matrix), turns], format="csr")
        upper = np.concatenate([most, np.zeros(turns.shape[0])])
        gains = np.array([view.expected[unit.key] for unit in units])
        return cls(units, gains, LinearConstraint(whole, -np.inf, upper))

    def best(self, nodes: int) -> list[Candidate]:
        """Return the units of the best plan found, in their order; none if none was."""
        with _standard_output_to_nowhere():
            solved = milp(
                -self.gains, constraints=self.limits, integrality=np.ones(len(self.gains), np.int64),
                bounds=Bounds(0.0, 1.0), options={"disp": False, "node_limit": nodes, "mip_rel_gap": GAP},
            )  # fmt: skip
        taken = np.zeros(len(self.gains)) if solved.x is None else solved.x
        return [unit for unit, share in zip(self.units, taken, strict=True) if share > 0.5]

    def bound(self) -> float:
        """Return the gain of the best plan if units could be had in parts."""
        relaxed = milp(-self.gains, constraints=self.limits, bounds=Bounds(0.0, 1.0), options={"disp": False})
        return float("inf") if relaxed.fun is None else -float(relaxed.fun)


@contextmanager
def _standard_output_to_nowhere() -> Iterator[None]:
    """Send what the process writes to its standard output to nowhere: the solver's library prints there, past Python.

    A file of a run may go to the same place, so nothing may come between its lines.
    """
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _floors(book: Book, units: Sequence[Candidate], ranked: Sequence[Candidate]) -> list[tuple[list[float], float]]:
    """Return the floors as limits: each county gets its floor, or what the ranked plan could place of it."""
    parts, floors = np.array(book.county_fen(units), float), book.floors_fen(units)
    if not ranked:
        return []
    least = np.minimum(floors, np.array(book.county_fen(ranked), float).sum(axis=0))
    return [(list(-parts[:, row]), -float(fen)) for row, fen in enumerate(least) if fen > 0]


def _turns(units: Sequence[Candidate]) -> csr_array:
    """Return the limits that no unit of a kind comes without the one before it."""
    place = {unit.key: column for column, unit in enumerate(units)}
    pairs = [
        (column, place[before])
        for column, unit in enumerate(units)
        if (before := (unit.key[0], unit.key[1], unit.turn - 1)) in place
    ]
    rows = np.repeat(np.arange(len(pairs)), 2)
    columns = np.array(pairs, np.int64).reshape(-1, 2).ravel()
    return csr_array((np.tile([1.0, -1.0], len(pairs)), (rows, columns)), shape=(len(pairs), len(units)))
