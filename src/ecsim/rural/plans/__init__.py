"""Plans as files: rows that a planner writes, what they come to, the plan of a run written out (docs/model.md 4.10)."""
