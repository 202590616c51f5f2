"""Migrations: one file a schema version, run by Alembic in a single transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from net30.adapters.sql.database import Database

_LOCK = 3030
"""The advisory lock that makes processes which start together upgrade one after the other."""


def upgrade(database: Database, target: str) -> None:
    """Run the migrations that a database lacks, all of them or none.

    Raises Unavailable when the disk is full or another program holds the database.
    """
    with database.raw() as raw:
        url = "sqlite://" if database.dialect == "sqlite" else "postgresql+psycopg://"
        engine = create_engine(url, creator=lambda: raw, poolclass=StaticPool)
        # The driver stays in autocommit mode, so DDL is inside our own BEGIN on both.
        event.listen(engine, "begin", _begin)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        try:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, target)
        except DBAPIError as error:
            raise database.explain(error.orig or error) from error


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
