"""Runs for other tools: OCEL 2.0 (process mining), Parquet (R, pandas, polars), RO-Crate (archives).

Each writer reads a run and nothing else, so an export can be made of any run that is verified, long after it was made.
"""

from ecsim.export.crate import write_crate
from ecsim.export.ocel import write_ocel
from ecsim.export.parquet import write_parquet_files

__all__ = ["write_crate", "write_ocel", "write_parquet_files"]
