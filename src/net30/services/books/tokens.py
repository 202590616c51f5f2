"""Tokens: access that is good when it is asked for.

The next refresh token is kept before the access token beside it is used: the last one may be
good for nothing from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from net30.domain.books import BooksConnection, broken, connected
from net30.kernel.errors import Forbidden
from net30.services.books.connections import connection_of, noted
from net30.services.books.work import BooksWork

EARLY = timedelta(seconds=90)
"""A token that ends within this is renewed first: an answer may take its time."""


@dataclass(slots=True)
class Tokens:
    """The tokens of one connection, as the books keep them."""

    work: BooksWork
    connection_id: str

    def current(self) -> str:
        """Return the access token, renewed when it ends soon."""
        connection = self._connection()
        until = connection.access_until
        if not connection.access or until is None or until - EARLY <= self.work.clock():
            return self.renewed()
        return self.work.unsealed(self.connection_id, connection.access)

    def renewed(self) -> str:
        """Return a new access token; raise Forbidden (books_access) when we are let in no more."""
        connection = self._connection()
        if not connection.refresh:
            raise Forbidden(
                f"{connection.id} is not connected",
                hint="connect it: net30 books connect",
                code="books_access",
            )
        program = self.work.program_of(connection)
        refresh = self.work.unsealed(self.connection_id, connection.refresh)
        try:
            grant = program.refresh(refresh, self.work.clock())
        except Forbidden as error:
            self._break(error.message)
            raise
        with self.work.change() as ctx:
            stored = connection_of(ctx, self.connection_id)
            kept = connected(
                stored.value,
                access=self.work.sealed(self.connection_id, grant.access),
                refresh=self.work.sealed(self.connection_id, grant.refresh),
                until=grant.expires_at,
            )
            kept = replace(kept, state=stored.value.state)
            ctx.tx.save(kept, expected=stored.version)
        return grant.access

    def _connection(self) -> BooksConnection:
        with self.work.look() as ctx:
            return connection_of(ctx, self.connection_id).value

    def _break(self, why: str) -> None:
        with self.work.change() as ctx:
            stored = connection_of(ctx, self.connection_id)
            gone = broken(stored.value, why)
            ctx.tx.save(gone, expected=stored.version)
            noted(ctx, gone, "broken", why)
