"""Search in SQL: SQLite FTS5 and PostgreSQL tsvector behind one set of statements."""

from net30.adapters.sql.search.index import SqlSearch

__all__ = ["SqlSearch"]
