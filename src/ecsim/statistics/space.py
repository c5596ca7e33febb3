"""Parameter spaces: the distribution of each uncertain parameter, and the way from the unit cube to values and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.lazy import later
from ecsim.kernel.strict import MOST_NUMBER, MOST_WHOLE, Figure, Name, Scalar, Several, Strict

if TYPE_CHECKING:
    import pandas as pd
    from scipy import stats
else:
    pd = later("pandas")
    stats = later("scipy.stats")

F64 = NDArray[np.float64]
Distribution = Literal["uniform", "loguniform", "triangular", "normal", "lognormal", "integer", "choice"]

RESERVED = ("point", "block", "replication", "seed", "arm", "outcome")
"""Names that tables of runs use for columns of their own."""
_KEYS: dict[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("low", "mean", "sd", "high"),
    "lognormal": ("low", "median", "sigma", "high"),
    "integer": ("low", "high"),
    "choice": ("values",),
}
_SHAPES = ("low", "high", "mode", "mean", "sd", "median", "sigma", "values")
_LEAST_MASS = 1e-3
Positive = Annotated[float, Field(gt=0.0, le=MOST_NUMBER)]


class Uncertain(Strict):
    """A parameter whose value is not known: its distribution between two bounds, or a list of values.

    Each distribution has its own keys: ``uniform``, ``loguniform`` and ``integer`` low and high; ``triangular`` also
    mode; ``normal`` also mean and sd; ``lognormal`` also median and sigma (sd of the logarithm); ``choice`` values, all
    equally likely. Normal and lognormal are cut off at low and high.
    """

    distribution: Distribution = "uniform"
    unit: str
    source: str
    value: Scalar | None = None
    """Best guess, within the bounds; what the parameter is where nothing varies it."""
    low: Figure | None = None
    high: Figure | None = None
    mode: Figure | None = None
    mean: Figure | None = None
    sd: Positive | None = None
    median: Positive | None = None
    sigma: Positive | None = None
    values: Several[Scalar] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Uncertain:
        self._has_its_keys()
        if self.distribution == "choice":
            self._choices_differ()
        else:
            self._bounds_fit()
        if self.value is not None and not self.holds([self.value])[0]:
            raise ValueError(f"value is {self.value!r}; it must be one that the distribution gives: {self.told}")
        return self

    def _has_its_keys(self) -> None:
        needed = _KEYS[self.distribution]
        found = [key for key in _SHAPES if getattr(self, key) is not None]
        lacking, extra = [k for k in needed if k not in found], [k for k in found if k not in needed]
        if lacking or extra:
            said = f"lacks {', '.join(lacking)}" if lacking else f"has no use for {', '.join(extra)}"
            raise ValueError(f"distribution {self.distribution!r} {said}; it takes exactly {', '.join(needed)}")

    def _choices_differ(self) -> None:
        values = self.choices
        if len(values) < 2 or len(set(values)) < len(values):
            raise ValueError(f"values are {list(values)}; at least two that differ are needed")

    def _bounds_fit(self) -> None:
        low, high = self.bounds
        if not low < high:
            raise ValueError(f"low is {low:g} and high is {high:g}; low must be less than high — swap or widen them")
        if self.distribution == "integer" and not (low.is_integer() and high.is_integer()):
            raise ValueError(f"low is {low:g} and high is {high:g}; an integer needs whole numbers")
        if self.distribution == "integer" and max(abs(low), abs(high)) > MOST_WHOLE:
            raise ValueError(f"low is {low:g} and high is {high:g}; an integer lies within {MOST_WHOLE:g} of 0")
        if self.distribution in {"loguniform", "lognormal"} and low <= 0.0:
            raise ValueError(f"low is {low:g}; a {self.distribution} parameter must be above 0 — use uniform instead")
        if self.mode is not None and not low <= self.mode <= high:
            raise ValueError(f"mode is {self.mode:g}; it must lie between low {low:g} and high {high:g}")
        self._bounds_hold_enough(low, high)

    def _bounds_hold_enough(self, low: float, high: float) -> None:
        if self.distribution not in {"normal", "lognormal"}:
            return
        centre, spread = self._bell
        ends = (math.log(low), math.log(high)) if self.distribution == "lognormal" else (low, high)
        first, last = ((end - centre) / spread for end in ends)
        share = float(stats.norm.cdf(last) - stats.norm.cdf(first))
        if share < _LEAST_MASS:
            raise ValueError(
                f"low {low:g} to high {high:g} holds {share:.2g} of the {self.distribution}; at least {_LEAST_MASS:g} "
                "is needed — move the bounds or the middle"
            )

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value, of all distributions but ``choice``."""
        if self.low is None or self.high is None:
            raise ValueError("a choice has no bounds; it has values")
        return self.low, self.high

    @property
    def choices(self) -> tuple[Scalar, ...]:
        """Values of a ``choice``; empty for the others."""
        return self.values or ()

    @property
    def levels(self) -> int | None:
        """Number of values of a ``choice`` or an ``integer``; None where there is no end of them."""
        if self.distribution == "integer":
            low, high = self.bounds
            return int(high - low) + 1
        return len(self.choices) or None

    @property
    def told(self) -> str:
        """What the parameter may be, in words."""
        if self.choices:
            return f"one of {', '.join(str(v) for v in self.choices)}"
        low, high = self.bounds
        whole = "whole numbers " if self.distribution == "integer" else ""
        return f"{whole}{low:g} to {high:g} {self.unit}"

    def scaled(self, unit: ArrayLike) -> NDArray[Any]:
        """Return the values at places of the unit interval: the inverse of the distribution function.

        Parameters
        ----------
        unit : shape (n,), in [0, 1]
        """
        u = np.asarray(unit, np.float64)
        if self.levels is not None:
            return self._of_level(self._level(u, self.levels))
        low, high = self.bounds
        values = np.asarray(self._law().ppf(u), np.float64)
        return np.clip(np.exp(values) if self.distribution == "lognormal" else values, low, high)

    def along(self, unit: ArrayLike) -> F64:
        """Return how far along the range places are: of whole numbers and choices, from the first value to the last."""
        u = np.asarray(unit, np.float64)
        return u if self.levels is None else self._level(u, self.levels) / (self.levels - 1)

    def unscaled(self, values: ArrayLike) -> F64:
        """Return the places of values in the unit interval; a whole number or choice is at the middle of its part."""
        if self.levels is None:
            x = np.asarray(values, np.float64)
            return np.asarray(self._law().cdf(np.log(x) if self.distribution == "lognormal" else x), np.float64)
        found = np.asarray(values, object if self.choices else np.float64).tolist()
        places = [self.choices.index(v) if self.choices else v - self.bounds[0] for v in found]
        return (np.asarray(places, np.float64) + 0.5) / self.levels

    def holds(self, values: Iterable[Any]) -> list[bool]:
        """Return of each value whether the parameter may have it."""
        if self.choices:
            return [v in self.choices for v in values]
        low, high = self.bounds
        whole = self.distribution == "integer"
        return [_is_number(v) and low <= v <= high and (not whole or float(v).is_integer()) for v in values]

    @property
    def _bell(self) -> tuple[float, float]:
        if self.distribution == "lognormal":
            return math.log(self.median or 1.0), self.sigma or 1.0
        return self.mean or 0.0, self.sd or 1.0

    def _law(self) -> Any:  # noqa: ANN401 (scipy's frozen distributions share no public type)
        low, high = self.bounds
        match self.distribution:
            case "loguniform":
                return stats.loguniform(low, high)
            case "triangular":
                mode = low if self.mode is None else self.mode
                return stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
            case "normal" | "lognormal":
                centre, spread = self._bell
                ends = np.array([low, high])
                first, last = ((np.log(ends) if self.distribution == "lognormal" else ends) - centre) / spread
                return stats.truncnorm(first, last, loc=centre, scale=spread)
        return stats.uniform(low, high - low)

    @staticmethod
    def _level(u: F64, levels: int) -> NDArray[np.int64]:
        return np.minimum(np.floor(u * levels + 1e-9), levels - 1).astype(np.int64)  # 1/3 of 3 is 1, whatever rounding

    def _of_level(self, level: NDArray[np.int64]) -> NDArray[Any]:
        if not self.choices:
            return level + int(self.bounds[0])
        kinds = {type(v) for v in self.choices}
        alike = kinds == {bool} or kinds <= {int, float}
        table = np.array(self.choices) if alike else np.array(self.choices, dtype=object)
        values: NDArray[Any] = table[level]
        return values


class Space(Strict):
    """Uncertain parameters by name, in order: one dimension of the unit cube each."""

    parameters: dict[Name, Uncertain]

    @model_validator(mode="after")
    def _names_fit(self) -> Space:
        if not self.parameters:
            raise ValueError("parameters is empty; name at least one")
        taken = [name for name in self.parameters if name in RESERVED]
        if taken:
            raise ValueError(f"a parameter is called {taken[0]}; {', '.join(RESERVED)} name columns of the tables")
        return self

    @classmethod
    def uniform(cls, bounds: Mapping[str, tuple[float, float]]) -> Space:
        """Return a space of uniform parameters without unit, for a function of plain numbers."""
        return cls(
            parameters={
                name: Uncertain(low=low, high=high, unit="1", source="given in code")
                for name, (low, high) in bounds.items()
            }
        )

    @property
    def names(self) -> list[str]:
        """Names in order."""
        return list(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def scaled(self, unit: ArrayLike) -> pd.DataFrame:
        """Return the values at places in the unit cube: shape (n, parameters), one column a parameter."""
        u = np.asarray(unit, np.float64)
        if u.ndim != 2 or u.shape[1] != len(self) or not ((u >= 0.0) & (u <= 1.0)).all():
            raise ValueError(f"places of shape {u.shape}; {len(self)} columns of numbers in [0, 1] are needed")
        return pd.DataFrame({name: p.scaled(u[:, i]) for i, (name, p) in enumerate(self.parameters.items())})

    def unscaled(self, values: Mapping[str, Any] | pd.DataFrame, where: str = "values") -> F64:
        """Return the places of values in the unit cube, shape (n, parameters).

        Parameters
        ----------
        where : what errors call the table

        Raises
        ------
        EcsimError
            If a parameter is missing or a value is one that it may not have; row and parameter are named.
        """
        table = pd.DataFrame(values)
        self.check(table, where)
        return np.column_stack([p.unscaled(table[name]) for name, p in self.parameters.items()])

    def check(self, table: pd.DataFrame, where: str) -> None:
        """Refuse a table that lacks a parameter or holds a value that one may not have.

        Raises
        ------
        EcsimError
            ``where``, the row (the first is 1) and the parameter are named.
        """
        lacking = [name for name in self.names if name not in table]
        if lacking:
            raise EcsimError(f"{where}: no column {', '.join(lacking)}; a column a parameter: {', '.join(self.names)}")
        for name, parameter in self.parameters.items():
            held = parameter.holds(table[name].tolist())
            if not all(held):
                row = held.index(False)
                found = table[name].iloc[row]
                raise EcsimError(f"{where}: row {row + 1}: {name} is {found}; allowed is {parameter.told}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
