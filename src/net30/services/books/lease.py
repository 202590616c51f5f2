"""Lease: one pull or push of a connection at a time; one that was interrupted ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from net30.domain.books import FINDINGS_KEPT_MAX, LEASE, BooksConnection, Exchange
from net30.kernel.errors import Conflict, Net30Error
from net30.kernel.findings import Finding
from net30.services.books.connections import connection_of
from net30.services.books.work import BooksWork

What = Literal["pull", "push"]


@contextmanager
def leased(work: BooksWork, name: str, what: What) -> Iterator[BooksConnection]:
    """Lend a connection to one who works with it; a fault is noted on it.

    Raises Conflict when it is not connected (books_access) or busy (books_busy).
    """
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        connection = stored.value
        if not connection.is_connected:
            raise Conflict(
                f"{name} is {connection.state.value}",
                hint=f"connect it: net30 books connect {connection.program} --name {name}",
                code="books_access",
            )
        if connection.is_busy(ctx.now):
            raise Conflict(
                f"{name} is being pulled or pushed", hint="wait until it is done", code="books_busy"
            )
        taken = replace(connection, busy_until=ctx.now + LEASE)
        ctx.tx.save(taken, expected=stored.version)
    try:
        yield taken
    except Net30Error as error:
        _ended(work, name, what, error)
        raise
    except BaseException:
        _ended(work, name, what, None)
        raise


def exchange(at: datetime, counts: dict[str, int], findings: list[Finding]) -> Exchange:
    """Return what is kept of a pull or push."""
    return Exchange(
        at=at,
        counts=tuple(counts.items()),
        findings=tuple(findings[:FINDINGS_KEPT_MAX]),
        findings_total=len(findings),
    )


def _ended(work: BooksWork, name: str, what: What, error: Net30Error | None) -> None:
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        connection = replace(stored.value, busy_until=None)
        if error is not None:
            failed = Exchange(at=ctx.now, fault=error.message[:300])
            seconds = error.values.get("seconds")
            if error.code == "books_limit" and isinstance(seconds, int):
                connection = replace(connection, wait_until=ctx.now + timedelta(seconds=seconds))
            if what == "pull":
                connection = replace(connection, last_pull=failed)
            else:
                connection = replace(connection, last_push=failed)
        ctx.tx.save(connection, expected=stored.version)
