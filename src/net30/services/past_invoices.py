"""Past invoices to learn from: of a file in any layout, or of one's own books."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

import pyarrow as pa

from net30.ledger.faults import Faults
from net30.ledger.histories import HistoryFile, read_history, without_credit_notes
from net30.ledger.history_facts import history_of_facts
from net30.ledger.segments import read_ledger
from net30.ledger.writers import parquet
from net30.services.context import ReadContext

OWN_BOOKS = "the books"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastInvoices:
    """A HISTORY table (ledger/histories.py), where it came from, and what was wrong with it.

    `sha256` is that of the file, or of the table when it is of the books.
    """

    history: pa.Table
    source: str
    sha256: str
    faults: Faults = field(default_factory=Faults)


def of_file(file: HistoryFile, source: str) -> PastInvoices:
    """Return the history of a file; raise InputError when it is none (ledger/histories.py)."""
    read = read_history(file)
    return PastInvoices(
        history=without_credit_notes(read.table, read.faults),
        source=source,
        sha256=sha256(file.content).hexdigest(),
        faults=read.faults,
    )


def of_books(ctx: ReadContext, as_of: date) -> PastInvoices:
    """Return what the books knew on the morning of a day, imported invoices included."""
    last = as_of - timedelta(days=1)
    history = history_of_facts(read_ledger(ctx.blobs, ctx.organisation, last), last)
    digest = sha256(parquet.write(history)).hexdigest()
    return PastInvoices(history=history, source=OWN_BOOKS, sha256=digest)
