"""Functions under shocks whose breaking points are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecsim.kernel.draws import Draws


def works(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a cost that storm raises by 1 a unit, flood by 3, both by their product more, and drought by nothing."""
    storm, flood = parameters["shocks.storm"], parameters["shocks.flood"]
    luck = 0.1 * float(Draws(seed).normal("cost", 0, [0])[0])
    cost = 1.0 + storm + 3.0 * flood + 4.0 * storm * flood + luck
    return {"cost": cost + parameters.get("extra", 0.0), "sales": 10.0 - 2.0 * flood + luck}


def boxed(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a cost that is high where storm is above 1.2 and price below 0.5, wherever the third parameter is."""
    high = parameters["shocks.storm"] > 1.2 and parameters["price"] < 0.5
    luck = 0.1 * float(Draws(seed).normal("cost", 0, [0])[0])
    return {"cost": (5.0 if high else 1.0) + luck}


def gone_above(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a figure that is not there above 0.9, 0 above a half, else 1; and one that always is."""
    del seed  # luck does nothing
    x = parameters.get("x1", parameters.get("shocks.storm", 0.0))
    return {"y": float("nan") if x > 0.9 else 0.0 if x > 0.5 else 1.0, "cost": 0.0}


def coin(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return heads or tails, whatever the shocks."""
    del parameters
    return {"cost": 0.0, "coin": float(Draws(seed).normal("coin", 0, [0])[0])}
