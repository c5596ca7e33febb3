"""What differs between two runs."""

from ecsim.audit.diff.comparison import RunDifference, diff_runs

__all__ = ["RunDifference", "diff_runs"]
