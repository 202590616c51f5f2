"""SQL: SQLite and PostgreSQL behind one set of statements; store and search share a database."""

from net30.adapters.sql.connection import Connection
from net30.adapters.sql.database import Database
from net30.adapters.sql.opening import open_database
from net30.adapters.sql.store import SqlStore, build

__all__ = ["Connection", "Database", "SqlStore", "build", "open_database"]
