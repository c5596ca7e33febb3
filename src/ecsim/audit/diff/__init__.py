"""What differs between two runs."""

from ecsim.audit.diff.diff import Difference, diff

__all__ = ["Difference", "diff"]
