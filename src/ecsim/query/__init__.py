"""Questions to a run in SQL."""

from ecsim.query.questions import Answer, Questions, sql

__all__ = ["Answer", "Questions", "sql"]
