"""Random draws as a function: a draw is a hash of (seed, process, time, entity), with no stream and no position.

Two arms of an experiment see the same luck entity by entity (common random numbers); a new rule moves nobody else's
draws; a resumed run needs no generator state. Compiled rules draw for one entity at a time (`uniform_at`), others for a
table of them (`Draws`).

References
----------
Finaliser of SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numba import njit, uint64
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri


@njit(uint64(uint64), cache=True, nogil=True, inline="always")
def _mixed_at(x: np.uint64) -> np.uint64:
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit(cache=True, nogil=True, inline="always")
def uniform_at(key: np.uint64, time: int, entity: int) -> float:
    """Return the draw of one entity at one time, in the open interval (0, 1); the compiled form of `Draws.uniform`.

    Parameters
    ----------
    key : of the process, as `Draws.key` gives it
    time : a week or a day, >= 0
    entity : row number, >= 0

    Returns
    -------
    float
        One of 2**53 equally spaced values, the same as `Draws.uniform` gives, to the bit.
    """
    x = _mixed_at(uint64(key) ^ (uint64(time) * uint64(0xD6E8FEB86659FD93)))
    x = _mixed_at(x ^ uint64(entity))
    return (float(x >> uint64(11)) + 0.5) * 2.0**-53


_SIGMAS = 9.0
"""Counts that lie farther below their mean are passed over: their chance is below that of one uniform value, 2**-54."""
_TAIL = 1e-18
"""From here on the upper tail of a law is nothing."""


@njit(cache=True, nogil=True)
def poisson_at(key: np.uint64, time: int, entity: int, mean: float) -> int:
    """Return the Poisson count of one entity at one time, by inversion; the compiled form of `Draws.poisson`.

    Parameters
    ----------
    key, time, entity : as of `uniform_at`
    mean : >= 0; the work grows with its square root
    """
    if mean <= 0.0:
        return 0
    luck = uniform_at(key, time, entity)
    count = max(0, int(mean - _SIGMAS * math.sqrt(mean)))
    term = math.exp(-mean)
    if count:
        term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1.0))
    below = term
    while luck > below and (term > _TAIL or count < mean):
        count += 1
        term *= mean / count
        below += term
    return count


@njit(cache=True, nogil=True)
def binomial_at(key: np.uint64, time: int, entity: int, trials: int, chance: float) -> int:
    """Return how many of some trials succeed for one entity at one time, a binomial count by inversion.

    Parameters
    ----------
    key, time, entity : as of `uniform_at`
    trials : >= 0; the work grows with its square root
    chance : of each, in [0, 1]
    """
    if trials <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return trials
    luck, mean = uniform_at(key, time, entity), trials * chance
    deviation = math.sqrt(mean * (1.0 - chance))
    count = max(0, int(mean - _SIGMAS * deviation - _SIGMAS))
    ways = math.lgamma(trials + 1.0) - math.lgamma(count + 1.0) - math.lgamma(trials - count + 1.0)
    term = math.exp(ways + count * math.log(chance) + (trials - count) * math.log1p(-chance))
    below = term
    while luck > below and count < trials and (term > _TAIL or count < mean):
        term *= (trials - count) / (count + 1.0) * chance / (1.0 - chance)
        count += 1
        below += term
    return count


@njit(cache=True, nogil=True)
def _uniforms(key: np.uint64, time: int, entities: NDArray[np.uint64]) -> NDArray[np.float64]:
    draws = np.empty(len(entities))
    for place in range(len(entities)):
        draws[place] = uniform_at(key, time, entities[place])
    return draws


@njit(cache=True, nogil=True)
def _poissons(key: np.uint64, time: int, entities: NDArray[np.uint64], means: NDArray[np.float64]) -> NDArray[np.int64]:
    counts = np.empty(len(entities), np.int64)
    for place in range(len(entities)):
        counts[place] = poisson_at(key, time, entities[place], means[place])
    return counts


class Draws:
    """The random draws of one run.

    Parameters
    ----------
    seed : any whole number; runs that share it share every draw that both make
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, np.uint64] = {}

    def key(self, process: str) -> np.uint64:
        """Return the 64-bit key of a named process, for `uniform_at` in a compiled rule."""
        if process not in self._keys:
            digest = hashlib.blake2b(f"{self.seed}/{process}".encode(), digest_size=8).digest()
            self._keys[process] = np.uint64(int.from_bytes(digest, "little"))
        return self._keys[process]

    def uniform(self, process: str, time: int, entities: ArrayLike) -> NDArray[np.float64]:
        """Return one draw for each entity, in the open interval (0, 1), of the shape of ``entities``.

        Parameters
        ----------
        process : name of what is drawn; other names give independent draws
        time : a week or a day, >= 0
        entities : row numbers, >= 0; the draw of an entity does not depend on which others are drawn for
        """
        ids = np.asarray(entities).astype(np.uint64)
        values: NDArray[np.float64] = _uniforms(self.key(process), int(time), ids.ravel()).reshape(ids.shape)
        return values

    def normal(self, process: str, time: int, entities: ArrayLike) -> NDArray[np.float64]:
        """Return one standard normal draw for each entity: the normal quantile of its uniform draw.

        Parameters
        ----------
        process, time, entities : as of `uniform`
        """
        values: NDArray[np.float64] = ndtri(self.uniform(process, time, entities))
        return values

    def lognormal(self, process: str, time: int, entities: ArrayLike, sigma: float) -> NDArray[np.float64]:
        """Return one lognormal draw of mean 1 for each entity.

        Parameters
        ----------
        process, time, entities : as of `uniform`
        sigma : standard deviation of the logarithm, >= 0
        """
        return np.exp(sigma * self.normal(process, time, entities) - 0.5 * sigma * sigma)

    def poisson(self, process: str, time: int, entities: ArrayLike, mean: ArrayLike) -> NDArray[np.int64]:
        """Return one Poisson count for each entity, by inversion of its uniform draw.

        Parameters
        ----------
        process, time, entities : as of `uniform`
        mean : >= 0, broadcast against ``entities``
        """
        ids = np.asarray(entities).astype(np.uint64)
        means = np.broadcast_to(np.asarray(mean, dtype=np.float64), ids.shape)
        values: NDArray[np.int64] = _poissons(self.key(process), int(time), ids.ravel(), means.ravel())
        return values.reshape(ids.shape)
