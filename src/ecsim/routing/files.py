"""Reading published instances of the capacitated routing problem, from files that the user has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError

I64 = NDArray[np.int64]
ROUNDED = ("EUC_2D", "CEIL_2D")
SECTION = re.compile(r"^([A-Z_]+_SECTION)\s*$")
CONTAINS = "a .vrp file of CVRPLIB has NAME, CAPACITY, EDGE_WEIGHT_TYPE, then a DEMAND_SECTION and places or lengths"


class RoutingInstance(NamedTuple):
    """Lengths between the depot (row 0) and the stops, what each stop gets, and what a vehicle carries."""

    name: str
    lengths: I64
    deliveries: I64
    capacity: int


def read_cvrplib(path: str | Path) -> RoutingInstance:
    """Return an instance of CVRPLIB, a ``.vrp`` file with places in the plane or with a table of lengths.

    Lengths between places are rounded as the library says: to the nearest whole number (EUC_2D), or up (CEIL_2D). The
    depot is the file's first; limits on the length of routes are not read.

    Raises
    ------
    EcsimError
        If the file is not there, or is no such instance.
    """
    file = Path(path)
    try:
        heads, sections = _parsed(file.read_text(encoding="utf-8"))
        size = int(heads["DIMENSION"])
        order = [_depot(sections) - 1]
        order += [row for row in range(size) if row != order[0]]
        demand = np.zeros(size, np.int64)
        rows = np.array(sections["DEMAND_SECTION"]).reshape(-1, 2).astype(np.int64)
        demand[rows[:, 0] - 1] = rows[:, 1]
        lengths = _lengths(heads, sections, size)[np.ix_(order, order)]
        return RoutingInstance(heads.get("NAME", file.stem), lengths, demand[order][1:], int(heads["CAPACITY"]))
    except (OSError, UnicodeDecodeError) as error:
        raise EcsimError(f"{file}: cannot be read ({error}); give a .vrp file of CVRPLIB") from None
    except KeyError as error:
        raise EcsimError(f"{file}: has no {error.args[0]}; {CONTAINS}") from None
    except (ValueError, IndexError) as error:
        raise EcsimError(f"{file}: is no instance ({error}); {CONTAINS}") from None


def _parsed(text: str) -> tuple[dict[str, str], dict[str, list[float]]]:
    """Return the heads of a file, and the numbers of each section."""
    heads: dict[str, str] = {}
    sections: dict[str, list[float]] = {}
    section = ""
    for line in (line.strip() for line in text.splitlines()):
        if line in ("", "EOF"):
            continue
        if found := SECTION.match(line):
            section = found[1]
            sections[section] = []
        elif ":" in line:
            key, _, value = line.partition(":")
            heads[key.strip()] = value.strip()
        else:
            sections[section] += [float(word) for word in line.split()]
    return heads, sections


def _depot(sections: dict[str, list[float]]) -> int:
    return int(sections.get("DEPOT_SECTION", [1.0])[0])


def _lengths(heads: dict[str, str], sections: dict[str, list[float]], size: int) -> I64:
    kind = heads["EDGE_WEIGHT_TYPE"]
    if kind in ROUNDED:
        place = np.zeros((size, 2))
        rows = np.array(sections["NODE_COORD_SECTION"]).reshape(-1, 3)
        place[rows[:, 0].astype(np.int64) - 1] = rows[:, 1:]
        straight = np.hypot(*(place[:, None] - place).transpose(2, 0, 1))
        rounded = np.floor(straight + 0.5) if kind == "EUC_2D" else np.ceil(straight)
        return np.asarray(rounded, np.int64)
    if kind != "EXPLICIT":
        raise ValueError(f"EDGE_WEIGHT_TYPE is {kind}; EUC_2D, CEIL_2D and EXPLICIT are read")
    numbers, form = np.array(sections["EDGE_WEIGHT_SECTION"]), heads.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX")
    table = np.zeros((size, size))
    match form:
        case "FULL_MATRIX":
            return numbers.reshape(size, size).astype(np.int64)
        case "LOWER_ROW":
            table[np.tril_indices(size, -1)] = numbers
        case "UPPER_ROW":
            table[np.triu_indices(size, 1)] = numbers
        case _:
            raise ValueError(f"EDGE_WEIGHT_FORMAT is {form}; FULL_MATRIX, LOWER_ROW and UPPER_ROW are read")
    return (table + table.T).astype(np.int64)
