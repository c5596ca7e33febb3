"""How many targets of its programme a county meets: one number for the whole table."""

from __future__ import annotations

from ecsim.kernel.measures import Label
from ecsim.rural.programme.notice import Programme
from ecsim.rural.texts import text

TARGETS_MET = "targets_met"
"""Name of how many targets of the programme a county meets on average."""


def targets_met(programme: Programme) -> Label:
    """Return what the number of targets met is called."""
    return Label(text("targets.met", targets=len(programme.targets)), "targets a county", "max")
