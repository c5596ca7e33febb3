"""Manifests of which one thing was changed and every hash worked out anew: valid chains that say anything."""

from __future__ import annotations

import copy
import random
from typing import Any

Line = dict[str, Any]
NUMBERS = (-1, 0, 1, 7, 2**31 - 1, 2**31, 2**40, 2**62, 2**63, 10**30, 1.5, 1e308)
WORDS = (
    "",
    "x",
    "..",
    "../../x",
    "/etc",
    "a\0b",
    "all",
    "digest",
    'x" AS SELECT 1; --',
    "农户",
    "9999-12-31",
    "f" * 64,
)
OTHERS = (None, True, [], {}, [[]], [None], {"a": 1}, [1, 2, 3], "z" * 5000)
OWN = ("hash", "previous")
"""What the chain works out."""


def mutant(lines: list[Line], seed: int) -> tuple[list[Line], str]:
    """Return a copy of manifest lines with one thing changed, and what was."""
    luck, changed = random.Random(seed), copy.deepcopy(lines)
    place = _place(changed, luck)
    holder: Any = changed
    for key in place[:-1]:
        holder = holder[key]
    key, told = place[-1], "/".join(map(str, place))
    way = luck.choice(("value", "value", "value", "delete", "double", "exchange"))
    if way == "value":
        holder[key] = luck.choice((*NUMBERS, *WORDS, *OTHERS))
        return changed, f"{told} = {str(holder[key])[:40]!r}"
    if way == "delete":
        del holder[key]
    elif way == "double" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif way == "double":
        holder[f"{key}x"] = copy.deepcopy(holder[key])
    else:
        other = luck.choice([k for k in (holder if isinstance(holder, dict) else range(len(holder))) if k not in OWN])
        holder[key], holder[other] = holder[other], holder[key]
        told += f" with {other}"
    return changed, f"{way} {told}"


def _place(lines: list[Line], luck: random.Random) -> list[Any]:
    """Return the way to something in the lines, any depth as likely as another."""
    found: list[Any] = [luck.randrange(len(lines))]
    holder: Any = lines[found[0]]
    while isinstance(holder, dict | list) and len(holder) and (len(found) < 2 or luck.random() < 0.7):
        keys = [key for key in (holder if isinstance(holder, dict) else range(len(holder))) if key not in OWN]
        found.append(luck.choice(keys))
        holder = holder[found[-1]]
    return found
