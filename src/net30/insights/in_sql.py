"""In SQL: a day's tables on a connection, laid out once the first question is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import duckdb
import pyarrow as pa

FEW = 1_000
"""Up to so many facts a plan is not worth its making: the simplest one is as quick."""


@dataclass(eq=False)
class InSql:
    """Tables by name and views over them; a day that nobody asks about costs nothing here.

    `setting` is what is told to the connection first.
    """

    where: duckdb.DuckDBPyConnection
    setting: str = ""
    tables: dict[str, pa.Table] = field(default_factory=dict)
    views: str = ""

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Return the connection with all of its tables."""
        for name, table in self.tables.items():
            self.where.register(name, table)
        self.where.execute(self.setting + self.views)
        return self.where

    def beside_it(self) -> InSql:
        """Return a place like this one for another day's tables."""
        return replace(self, where=self.where.cursor(), tables={}, views="")

    def lay(self, name: str, table: pa.Table) -> bool:
        """Lay a further table beside the others; tell whether it is another than before."""
        if self.tables.get(name) is table:
            return False
        self.tables[name] = table
        if "connection" in self.__dict__:
            self.where.register(name, table)
        return True

    def rows_of(self, name: str) -> int:
        """Return how many rows a table has."""
        return self.tables[name].num_rows


def few() -> InSql:
    """Return a place for a few facts, where a plan is taken as it stands, by one thread."""
    return InSql(_for_few().cursor(), setting="pragma disable_optimizer;")


@cache
def _for_few() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})
