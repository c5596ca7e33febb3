"""Who founds an enterprise or takes a job: the groups of the employment target that persons belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events.codes import Founder
from ecsim.rural.world import World

F64 = NDArray[np.float64]


def index_within_county(county: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the how-manieth of its county each row is; rows of a county come together."""
    return np.asarray(np.arange(len(county)) - np.searchsorted(county, county), np.int64)


def groups_of_persons(
    world: World, process: str, ids: NDArray[np.int64], terms: CommerceTerms, poor: float
) -> NDArray[np.int64]:
    """Return the groups that persons belong to, as bit flags of `Founder`; each group is drawn independently.

    Parameters
    ----------
    process : name of the draws
    ids : shape (n,), draw keys of the persons
    poor : share of registered poor households among them

    Returns
    -------
    shape (n,), bit flags
    """
    shares = {
        Founder.WOMAN: terms.woman_share,
        Founder.YOUNG: terms.young_share,
        Founder.RETURNEE: terms.returnee_share,
        Founder.GRADUATE: terms.graduate_share,
        Founder.REGISTERED_POOR: poor,
    }
    flags = np.zeros(len(ids), np.int64)
    for group, share in shares.items():
        flags |= np.where(world.draws.uniform(f"{process}_{group.name}", world.week, ids) < share, int(group), 0)
    return flags
