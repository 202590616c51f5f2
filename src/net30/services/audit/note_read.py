"""Note a read: whoever takes personal data out in bulk stands in the audit."""

from __future__ import annotations

from datetime import datetime

from net30.ports.accounts import Accounts
from net30.services.identity.noted import noted

BULK_ROWS_MIN = 100
"""From so many customers, invoices or payments in one answer, reading them is noted."""


def note_export(
    accounts: Accounts, organisation: str, user: str, what: str, now: datetime, *, rows: int
) -> None:
    """Note that somebody took out a file: `what` of it (customers as csv), and how many rows."""
    entry = noted("exported", what, user, now, f"{rows} rows")
    with accounts.writing() as tx:
        tx.note(organisation, [entry])


def note_bulk_read(
    accounts: Accounts, organisation: str, user: str, what: str, now: datetime, *, rows: int
) -> None:
    """Note that somebody read `rows` records of a kind at once; fewer than BULK_ROWS_MIN are not.

    Call it outside of any transaction.
    """
    if rows < BULK_ROWS_MIN:
        return
    entry = noted("read_in_bulk", what, user, now, f"{rows} rows")
    with accounts.writing() as tx:
        tx.note(organisation, [entry])
