"""Past invoices of a file, as a command is told to read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from net30.cli.files import layout_of, read_file
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from net30.services.past_invoices import PastInvoices


def past_of_file(ledger: Path, layout: str = "", currency: str = "EUR") -> PastInvoices:
    """Return the history of a file; raise NotFound or InputError for what is none."""
    from net30.services.past_invoices import of_file

    file = HistoryFile(
        content=read_file(ledger),
        defaults=Defaults(currency=currency.upper(), today=datetime.now(UTC).date()),
        layout=layout_of(layout) if layout else None,
    )
    return of_file(file, ledger.name)
