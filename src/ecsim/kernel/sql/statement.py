"""What may be asked: one query, which only reads."""

from __future__ import annotations

import re

import duckdb

from ecsim.kernel.errors import EcsimError

_EXPLAIN = re.compile("explain", re.IGNORECASE)
_QUERIES = {"SELECT", "MULTI"}
"""Types of statements that a query may be; a PIVOT is a MULTI."""


def reading_only(database: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the statement that answers a query: the query as the source of a SELECT, or EXPLAIN of that.

    Notes
    -----
    The type of a statement does not say that it only reads: ``WITH x AS (COPY … TO …) SELECT …`` is a SELECT,
    ``COPY (PIVOT …) TO …`` a MULTI as a PIVOT is, and EXPLAIN ANALYZE runs what it explains. In the place of a table,
    DuckDB takes a query alone, and refuses to bind one that writes.

    Raises
    ------
    EcsimError
        If it is not one query.
    duckdb.Error
        If it is no SQL.
    """
    text = _of_one_statement(database, query)
    explained = _EXPLAIN.match(text)
    source = f"FROM (\n{text[explained.end() :] if explained else text}\n)"
    try:
        types = [_type(statement) for statement in database.extract_statements(source)]
    except duckdb.ParserException:
        types = []
    if len(types) != 1 or types[0] not in _QUERIES:
        raise refused(" ".join(re.findall(r"\w+", text)[:2]).upper())
    return f"EXPLAIN {source}" if explained else source


def _of_one_statement(database: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the text of the only statement of a query, without comments before it, and without what ends it."""
    try:
        statements = database.extract_statements(query)
    except TypeError:  # a character that is half of one
        raise EcsimError("SQL: holds a character that UTF-8 cannot write (a lone surrogate); leave it out") from None
    types = [_type(statement) for statement in statements]
    if len(types) != 1 or types[0] not in {*_QUERIES, "EXPLAIN"}:
        raise refused(", ".join(types) or "nothing")
    data = query.encode()
    places = [place for place, kind in duckdb.tokenize(query) if kind != duckdb.token_type.comment]
    while data[places[-1] :].startswith(b";"):
        data = data[: places.pop()]
    return data[places[0] :].decode()


def _type(statement: duckdb.Statement) -> str:
    try:
        name: str = statement.type.name
    except ValueError:  # DuckDB has types that its Python package has no name for
        return "another statement"
    return name


def refused(what: str) -> EcsimError:
    """Return what to say of a query that would do more than read."""
    return EcsimError(f"SQL: found {what}; a run can only be read: write one SELECT, or EXPLAIN and a SELECT")
