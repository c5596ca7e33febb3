"""Plain Python functions as models: from parameters (and a seed) to outcomes, named ``package.module:function``.

A function with an argument called ``seed`` is stochastic and may be replicated; one without is deterministic.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from math import isinf
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.user_code import looked_up

F64 = NDArray[np.float64]
TAKEN = ("unit", "arm", "point", "block", "replication", "seed", "root", "events")
"""Columns of the tables."""
Model = Callable[..., Any]
"""``model(parameters)`` or ``model(parameters, seed)``: a mapping of values by name to a number, or to numbers by name.

Vectorised, the values and seeds are arrays of n, and so is what comes back.
"""


def resolve(name: str) -> Model:
    """Return the function that ``package.module:function`` names.

    Raises
    ------
    EcsimError
        If the name has another form, there is no such module or function, or the module does not come in; the message
        says which.
    """
    function_or_value = looked_up("function", name, "package.module:function", "functions")
    if not callable(function_or_value):
        module, _, function = name.partition(":")
        raise EcsimError(f"model {name!r}: {function} is no function in {module}; name one of its functions")
    model: Model = function_or_value
    return model


def make_importable(folder: str) -> None:
    """Let Python find the modules of a folder (an absolute path) too, after all others."""
    if folder not in sys.path:
        sys.path.append(folder)


def code_of(name: str) -> str:
    """Return a digest of the file that a function stands in: another text, another identity of its runs."""
    try:
        source = inspect.getsourcefile(inspect.unwrap(resolve(name)))
    except TypeError:  # of Python's own, in no file
        source = None
    return hashlib.sha256(Path(source).read_bytes()).hexdigest() if source else ""


def call(name: str, parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return the outcomes of one run of a function, by name; a single number is called ``outcome``.

    Parameters
    ----------
    name : ``package.module:function``
    parameters : values by name
    seed : of the run; a function without an argument ``seed`` does not get it

    Raises
    ------
    ValueError
        If there is no outcome, one is infinite or no number, or one has the name of a column of the tables.
    """
    model = resolve(name)
    result = model(dict(parameters), **({"seed": seed} if takes_seed(model) else {}))
    outcomes = result if isinstance(result, Mapping) else {"outcome": result}
    taken = [str(key) for key in outcomes if key in TAKEN]
    if taken or not outcomes:
        fault = f"an outcome is called {taken[0]}" if taken else "there is no outcome"
        raise ValueError(f"{fault}; a model returns a number, or numbers by names other than {', '.join(TAKEN)}")
    return {str(key): _number(str(key), value) for key, value in outcomes.items()}


def _number(outcome: str, value: Any) -> float:  # noqa: ANN401 (what a user's function gives)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"outcome {outcome} is {value!r}, no number; a model returns a number, or numbers by name"
        ) from None
    if isinf(number):
        raise ValueError(f"outcome {outcome} is {number}; a finite number is needed, or NaN where there is none")
    return number


def takes_seed(model: Model) -> bool:
    """Return whether a model has luck: whether it has an argument called ``seed``.

    Raises
    ------
    ValueError
        If the model needs a second argument of another name.
    """
    arguments = list(inspect.signature(model).parameters.values())
    if any(a.name == "seed" for a in arguments[1:]):
        return True
    needed = [a.name for a in arguments[1:] if a.default is a.empty and a.kind not in {a.VAR_POSITIONAL, a.VAR_KEYWORD}]
    if needed:
        raise ValueError(
            f"the model needs {needed[0]!r} beside the parameters; it may take (parameters) or (parameters, seed)"
        )
    return False


def evaluate(
    model: Model, values: pd.DataFrame, seeds: ArrayLike, *, outcome: str | None = None, vectorised: bool = False
) -> F64:
    """Return the outcome of every run: shape (points, replications).

    Parameters
    ----------
    values : one row a point, one column a parameter
    seeds : shape (points, replications), whole numbers; their shape counts alone where the model takes no seed
    outcome : which one, where the model gives several by name
    vectorised : whether the model takes arrays, all runs in one call

    Raises
    ------
    ValueError
        If the model has no luck and is to be run more than once a point, or gives something that is no number.
    """
    each_seed = np.asarray(seeds, np.int64)
    lucky = takes_seed(model)
    if each_seed.shape[1] > 1 and not lucky:
        raise ValueError(
            f"{each_seed.shape[1]} replications of a model without random variation would be equal; "
            "give it an argument called seed, or ask for 1"
        )
    if vectorised:
        return _at_once(model, values, each_seed, outcome, lucky)
    outcomes = np.empty(each_seed.shape)
    for row, point in enumerate(values.to_dict("records")):
        for column in range(each_seed.shape[1]):
            luck = {"seed": int(each_seed[row, column])} if lucky else {}
            outcomes[row, column] = _called(model, point, luck, outcome, row)
    return outcomes


def _called(model: Model, point: Mapping[Any, Any], luck: Mapping[str, int], outcome: str | None, row: int) -> float:
    try:
        return float(_chosen(model(dict(point), **luck), outcome))
    except Exception as error:
        error.add_note(f"at point {row}: {dict(point)} {dict(luck) or ''}".rstrip())
        raise


def _at_once(model: Model, values: pd.DataFrame, seeds: NDArray[np.int64], outcome: str | None, lucky: bool) -> F64:
    times = seeds.shape[1]
    columns = {name: np.repeat(values[name].to_numpy(), times) for name in values}
    luck = {"seed": seeds.reshape(-1)} if lucky else {}
    outcomes = np.asarray(_chosen(model(columns, **luck), outcome), np.float64)
    if outcomes.shape != (seeds.size,):
        raise ValueError(
            f"the vectorised model gave shape {outcomes.shape} for {seeds.size} runs; one number a run is needed"
        )
    return outcomes.reshape(seeds.shape)


def _chosen(result: Any, outcome: str | None) -> Any:  # noqa: ANN401 (what a user's function gives)
    if not isinstance(result, Mapping):
        return result
    if outcome is None and len(result) == 1:
        return next(iter(result.values()))
    if outcome not in result:
        raise ValueError(f"outcome is {outcome!r}; the model gives {', '.join(map(str, result))} — name one")
    return result[outcome]
