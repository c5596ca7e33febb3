"""A run as an SQL database (DuckDB) that can only be read.

`SqlSession` answers queries of one run; every kind of event is a view. The other modules make the views: of kinds
(`views`), of what there is (`entity_views`), and with names beside numbers (`labelled_views`).
"""

from ecsim.kernel.sql.session import Answer, SqlSession, sql

__all__ = ["Answer", "SqlSession", "sql"]
