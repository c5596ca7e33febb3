"""Which places are neighbours by road, where nobody knows the roads: proximity graphs, from dense to sparse."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
_FEW = 64
"""Of so many places every pair is looked at."""
_STRICTLY = 1.0 - 1e-9
"""A place on the edge of a lune does not lie in it, whatever the last digits of its coordinates say."""


def proximity_links(places: ArrayLike, beta: float = 1.0) -> I64:
    """Return the links of the β-skeleton of places in the plane: neighbours that no third place lies between.

    A pair is linked if its lune holds no other place: the part that two discs have in common whose radius is β/2 times
    the distance of the pair, each with its centre on the line through it and its edge through one of the two. For
    β = 1 that is the disc between them (the Gabriel graph), for β = 2 all that is nearer to each of the two than they
    are to each other (the relative neighbourhood graph). Every such graph joins all places, for it holds the shortest
    tree over them; a larger β leaves out links.

    Parameters
    ----------
    places : shape (n, 2), in any unit; two may lie on the same spot
    beta : from 1 to 2

    Returns
    -------
    shape (links, 2), row numbers of the places, the lower first; in rising order

    Raises
    ------
    ValueError
        If β lies outside 1 to 2, or places are not points of the plane.

    References
    ----------
    Gabriel and Sokal (1969), A new statistical approach to geographic variation analysis; Kirkpatrick and Radke (1985),
    A framework for computational morphology; Toussaint (1980), The relative neighbourhood graph of a finite planar set.
    """
    points = np.asarray(places, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ValueError(f"places have shape {points.shape}; a row of two finite coordinates a place is needed")
    if not 1.0 <= beta <= 2.0:
        raise ValueError(f"beta is {beta}; it lies between 1 (Gabriel graph) and 2 (relative neighbourhood graph)")
    pairs = _candidates(points)
    return np.asarray(pairs[_empty_lunes(points, pairs, beta)], np.int64)


def _candidates(points: F64) -> I64:
    """Return pairs of which the links are some: every one of few places, else the edges of their triangulation."""
    if len(points) <= _FEW:
        return np.column_stack(np.triu_indices(len(points), 1)).astype(np.int64)
    triangles = Delaunay(points, qhull_options="QJ").simplices  # QJ: no place is left out, be they on one line
    edges = np.sort(triangles[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1)
    return np.asarray(np.unique(edges, axis=0), np.int64)


@njit(cache=True, nogil=True)
def _empty_lunes(points: F64, pairs: I64, beta: float) -> Bool:
    """Return which pairs have no third place in their lune."""
    empty = np.ones(len(pairs), np.bool_)
    for row in range(len(pairs)):
        a, b = pairs[row]
        north, east = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
        limit = _STRICTLY * (0.5 * beta) ** 2 * (north * north + east * east)
        shift = 0.5 * beta
        for place in range(len(points)):
            x, y = points[place, 0] - points[a, 0], points[place, 1] - points[a, 1]
            of_a = (x - shift * north) ** 2 + (y - shift * east) ** 2
            of_b = (x - (1.0 - shift) * north) ** 2 + (y - (1.0 - shift) * east) ** 2
            if place not in (a, b) and of_a < limit and of_b < limit:
                empty[row] = False
                break
    return empty
