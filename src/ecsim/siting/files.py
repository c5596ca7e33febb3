"""Reading published instances of the p-median problem, from files that the user has."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.siting.choice import F64

WORDS_AN_EDGE = 3


class PMedianInstance(NamedTuple):
    """Lengths of shortest ways between all nodes, and how many sites are to be chosen."""

    distances: F64
    p: int


def read_pmed(path: str | Path) -> PMedianInstance:
    """Return an uncapacitated p-median instance of the OR-Library (``pmed1.txt`` and its like).

    The file holds nodes, edges and p, then each edge as two nodes, counted from 1, and its length. Of an edge that is
    there twice the last counts, as the library says.

    Raises
    ------
    EcsimError
        If the file is not there or is no such instance.
    """
    from scipy.sparse.csgraph import shortest_path

    file = Path(path)
    try:
        words = [float(word) for word in file.read_text(encoding="ascii").split()]
    except OSError as error:
        raise EcsimError(
            f"{file}: cannot be read ({error.strerror}); give a file of the OR-Library, as pmed1.txt"
        ) from None
    except ValueError:
        raise EcsimError(
            f"{file}: is no p-median file; it holds numbers alone: nodes edges p, then a b length"
        ) from None
    nodes, edges, p = (int(word) for word in words[:WORDS_AN_EDGE]) if len(words) >= WORDS_AN_EDGE else (0, 0, 0)
    rows = np.array(words[WORDS_AN_EDGE:])
    if not 1 <= p <= nodes or len(rows) != WORDS_AN_EDGE * edges:
        raise EcsimError(
            f"{file}: says {nodes} nodes, {edges} edges and p = {p}, and holds {len(rows) / WORDS_AN_EDGE:g} edges; "
            "the first line is nodes edges p, with p from 1 to nodes, then one edge a line"
        )
    lengths = np.full((nodes, nodes), np.inf)
    for start, end, length in rows.reshape(-1, WORDS_AN_EDGE):
        if not (1 <= start <= nodes and 1 <= end <= nodes and length >= 0):
            raise EcsimError(f"{file}: edge {start:g} {end:g} {length:g}: nodes are 1 to {nodes}, lengths from 0 on")
        lengths[int(start) - 1, int(end) - 1] = lengths[int(end) - 1, int(start) - 1] = length
    distances = shortest_path(np.ma.masked_invalid(lengths).filled(np.inf), directed=False)
    return PMedianInstance(np.asarray(distances, np.float64), p)
