"""Runs for other tools: OCEL 2.0, Parquet, RO-Crate."""
