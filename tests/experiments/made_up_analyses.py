"""Functions whose sensitivities, regrets and best arm are known."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.draws import Draws

FIGURES = {"bold": (10.0, 2.0, 8.0, 0.0), "steady": (6.0, 5.0, 5.0, 4.0), "timid": (4.0, 4.0, 4.0, 4.0)}
"""What each strategy brings in each of four futures, worked by hand."""


EXPERIMENT = """
name = "made-up"
title_en = "Made up"
title_zh = "虚构"
question = "?"
function = "made_up_analyses:{function}"
reference = "{reference}"
replications = {replications}
{more}
"""
ARM = """
[[arms]]
name = "{name}"
changes = {changes}
"""
PI = 3.141592653589793


def experiment(
    folder: Path,
    function: str,
    arms: Mapping[str, str],
    more: str = "",
    space: Sequence[str] = (),
    replications: int = 1,
) -> Path:
    """Write an experiment of a function: arms with their changes as TOML, parameters as TOML lines."""
    text = EXPERIMENT.format(function=function, reference=next(iter(arms)), replications=replications, more=more)
    text += "".join(ARM.format(name=name, changes=changes) for name, changes in arms.items())
    text += "\n[space]\n" + "\n".join(space) + "\n" if space else ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "experiment.toml").write_text(text, encoding="utf-8")
    return folder


def uniform(name: str, low: float, high: float) -> str:
    """Return a uniform parameter as a TOML line."""
    return f'{name} = {{ low = {low}, high = {high}, unit = "1", source = "made up" }}'


def design(kind: str, points: int) -> str:
    """Return a design as TOML."""
    return f'design = {{ kind = "{kind}", points = {points} }}'


def normal(name: str, seed: int) -> float:
    """Return a standard normal figure of a seed."""
    return float(Draws(seed).normal(name, 0, [0])[0])


def ishigami(parameters: Mapping[str, Any]) -> dict[str, float]:
    """Return Ishigami's function (a = 7, b = 0.1), and ``gain`` times 2 x1 + x2 on top of it."""
    x1, x2, x3 = (float(parameters[name]) for name in ("x1", "x2", "x3"))
    own = math.sin(x1) + 7.0 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)
    return {"y": own + float(parameters.get("gain", 0.0)) * (2.0 * x1 + x2)}


def turning(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a base with much luck, which all arms share, and ``gain`` times what is above 0 at 70 % of ``u``."""
    u, v = float(parameters["u"]), float(parameters["v"])
    return {"y": 5.0 * v + normal("base", seed) + float(parameters.get("gain", 0.0)) * (u - 0.3), "v": v}


def noisy_line(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a line of two parameters whose luck is half of the variance of a single run."""
    a, b = float(parameters["a"]), float(parameters["b"])
    return {"y": math.sqrt(12.0 / 5.0) * (2.0 * a + b) + normal("line", seed)}


def broken(parameters: Mapping[str, Any]) -> dict[str, float]:
    """Return a line that is no number, or fails, in a corner."""
    a = float(parameters["a"])
    if a > float(parameters.get("fails_above", 2.0)):
        raise ValueError(f"nobody can pay {a:.2f}")
    return {"y": math.nan if a > float(parameters.get("nan_above", 2.0)) else a + float(parameters["b"])}


def by_hand(parameters: Mapping[str, Any]) -> dict[str, float]:
    """Return what a strategy brings in a future, and the same as a cost."""
    figure = FIGURES[str(parameters["strategy"])][int(parameters["future"])] + float(parameters.get("bonus", 0.0))
    return {"gain": figure, "cost": -figure}


def contest(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return a mean with luck that arms share, and some of an arm's own; some seeds fail where told to."""
    if seed in parameters.get("fails", ()):
        raise ValueError(f"seed {seed} is unlucky")
    time.sleep(float(parameters.get("seconds", 0.0)))
    mean = float(parameters["mean"])
    return {"y": mean + normal("shared", seed) + 0.5 * normal(f"own {mean}", seed)}
