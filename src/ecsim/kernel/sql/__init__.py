"""Questions to a run in SQL."""

from ecsim.kernel.sql.questions import Answer, Questions, sql

__all__ = ["Answer", "Questions", "sql"]
