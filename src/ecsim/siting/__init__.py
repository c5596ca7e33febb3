"""Where to put sites: p-median, maximal coverage, the fewest sites for given shares, and orders of villages by rule.

Plain arrays in, plain arrays out; nothing here knows of a simulation (docs/how-to/siting-and-routing.md).
"""

from ecsim.siting.choice import SiteChoice
from ecsim.siting.covering import coverage, fewest
from ecsim.siting.files import PMedianInstance, read_pmed
from ecsim.siting.median import p_median
from ecsim.siting.orders import by_new_coverage, by_turn, by_weight, flagged_first

__all__ = [
    "PMedianInstance", "SiteChoice", "by_new_coverage", "by_turn", "by_weight", "coverage", "fewest", "flagged_first",
    "p_median", "read_pmed",
]  # fmt: skip
