"""Runs for other tools: OCEL 2.0, Parquet, RO-Crate."""

from ecsim.export.crate import write_crate
from ecsim.export.ocel import write_ocel
from ecsim.export.parquet import write_parquet_files

__all__ = ["write_crate", "write_ocel", "write_parquet_files"]
