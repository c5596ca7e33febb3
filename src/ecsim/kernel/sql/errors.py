"""Errors of queries: what DuckDB complains about, in plain words and with the names that were probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

import duckdb

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.sql.statement import refused

_NO_VIEW = re.compile(r"Table with name \"?(.+?)\"? does not exist")
_WRITES = re.compile(r"WITH clause containing a (.+?) (?:statement )?must be at the top level")
_NO_COLUMN = re.compile(r"Referenced column \"(.+?)\" not found|does not have a column named \"(.+?)\"")


def in_plain_words(error: Exception, views: Iterable[str], columns: Callable[[], Iterable[str]]) -> EcsimError:
    """Return the error to raise in place of DuckDB's.

    Parameters
    ----------
    error : DuckDB's, or of the system
    views : names of all views
    columns : gives the columns of the views that the query names
    """
    said = str(error)
    if view := _NO_VIEW.search(said):
        return EcsimError(
            f"SQL: no view {view[1]!r}; {_near(view[1], views)}; `ecsim sql RUN` without a query lists all"
        )
    if column := _NO_COLUMN.search(said):
        name = column[1] or column[2]
        return EcsimError(f"SQL: no column {name!r}; {_near(name, columns())}")
    if written := _WRITES.search(said):
        return refused(f"{written[1]} within WITH")
    if isinstance(error, duckdb.PermissionException) or "Permission Error" in said:
        return EcsimError("SQL: a query can read only the run; files and settings outside it are out of reach")
    if isinstance(error, duckdb.IOException) or ".parquet" in said:
        reason = said.partition(" Error: ")[2] or said
        return VerificationError(f"SQL: {reason}; `ecsim verify` reports what of the run is damaged")
    reason, _, shown = said.partition("\n\nLINE ")
    shown = shown.partition(": ")[2]
    return EcsimError(f"SQL: {reason.partition(' Error: ')[2] or reason}" + (f"\n  {shown}" if shown else ""))


def _near(name: str, known: Iterable[str]) -> str:
    every = sorted(set(known))
    near = get_close_matches(name.lower(), every, n=3) or [other for other in every if name.lower() in other][:3]
    return f"similar: {', '.join(near)}" if near else f"available: {', '.join(every)}"
