"""How long a tour is that nobody has worked out: the square-root law of Beardwood, Halton and Hammersley."""

from __future__ import annotations

import numpy as np

FEWEST = 10
STOPS = (10, 20, 30, 50, 100, 200, 500)
CONSTANTS = (0.903, 0.861, 0.828, 0.804, 0.774, 0.759, 0.739)
"""Mean length of the shortest tour over so many random places in a square, over √(n·area), measured on solved
instances; that for 10 places is held in the tests. In the limit it is `LIMIT` (Johnson, McGeoch and Rothberg 1996)."""
LIMIT = 0.7124


def tour_length(n: int, area: float) -> float:
    """Return about how long the shortest tour is over ``n`` places spread evenly over a compact area.

    Parameters
    ----------
    n : places, at least 10; the constant for so many is used, since that of the limit is a fifth too low at 10 places
    area : in the square of the unit of length that is returned

    Returns
    -------
    float
        A straight-line length; roads are longer by their winding.

    Raises
    ------
    ValueError
        If there are fewer than 10 places, or the area is not above 0.

    References
    ----------
    Beardwood, Halton and Hammersley (1959), The shortest path through many points.
    """
    if n < FEWEST:
        raise ValueError(f"n is {n}; below {FEWEST} places the law does not hold: work the tour out with savings()")
    if not (np.isfinite(area) and area > 0):
        raise ValueError(f"area is {area}; give a number above 0")
    inverse = np.array(
        [0.0, *(1.0 / np.sqrt(STOPS[::-1]))]
    )  # excess over the limit falls about as 1/√n: edges of the square
    return float(np.interp(1.0 / np.sqrt(n), inverse, [LIMIT, *CONSTANTS[::-1]]) * np.sqrt(n * area))
