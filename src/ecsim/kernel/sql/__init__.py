"""A run as an SQL database that can only be read."""

from ecsim.kernel.sql.session import Answer, SqlSession, sql

__all__ = ["Answer", "SqlSession", "sql"]
