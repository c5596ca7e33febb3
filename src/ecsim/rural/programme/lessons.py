"""Lessons of works done before: those of a kind that people know take less time and money (docs/model.md 4.10).

References
----------
T. P. Wright, Factors affecting the cost of airplanes, 1936: each doubling of experience takes off the same share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import ProjectStatus
from ecsim.rural.programme.administration import GovernanceTerms
from ecsim.rural.world import State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def experience(state: State, terms: GovernanceTerms, projects: I64) -> F64:
    """Return how many works of its kind those who build each project can learn from, in works of their own.

    What earlier programmes built counts as well. Works of other counties of the prefecture count in part; what serves a
    whole prefecture learns from all works in it.

    Returns
    -------
    shape (projects,)
    """
    p, counties, prefectures = state.projects, len(state.counties), state.prefecture_count
    done, built = p.status == ProjectStatus.FINISHED, slice(state.count("assets"))
    kinds = np.concatenate([p.kind[done], state.assets.kind[built]]).astype(np.int64)
    where = np.concatenate([p.county[done], state.assets.county[built]])
    works = np.concatenate([np.ones(np.count_nonzero(done)), state.assets.units[built]])
    home = np.concatenate([p.prefecture[done], state.assets.prefecture[built]])
    of_one = where >= 0
    own = np.bincount((kinds * counties + where)[of_one], works[of_one], 256 * counties)
    all_near = np.bincount(kinds * prefectures + home, works, 256 * prefectures)
    kind, county = p.kind[projects].astype(np.int64), p.county[projects]
    near = all_near[kind * prefectures + p.prefecture[projects]]
    mine = np.where(county >= 0, own[kind * counties + np.maximum(county, 0)], near)
    return np.asarray(mine + terms.copied * (near - mine) + terms.earlier_experience, np.float64)


def learnt(fall: float, works: F64) -> F64:
    """Return what time or price has come to after so many works: each doubling of one more than them takes off a share.

    Parameters
    ----------
    fall : that share, in [0, 1)

    Returns
    -------
    (1 + works)^log2(1 − fall): one where there is no experience, or no lesson
    """
    return np.power(1.0 + works, np.log2(1.0 - fall))
