"""Asking: what every index refuses, bounds and shows of a question alike."""

from __future__ import annotations

from datetime import date

from net30.domain.open_item import OPEN_STATUSES, Status
from net30.finding.words import is_storable
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import MINOR_UNITS_MAX, digits_of
from net30.ports.search import PAGE_ROWS_MAX, Entry, Query

NO_DUE_DATE = "9999-12-31"
"""What an entry without a due date sorts as."""


def check(query: Query) -> None:
    """Refuse what cannot be answered.

    Raises LimitExceeded for too many rows, InputError for amounts without a currency.
    """
    if not 0 < query.limit <= PAGE_ROWS_MAX:
        raise LimitExceeded(
            f"{query.limit} rows cannot be shown on one page",
            hint=f"ask for 1 to {PAGE_ROWS_MAX} rows and follow the cursor",
            code="page_rows",
        )
    if not all(map(is_storable, (query.customer_id, *query.type_codes))):
        raise InputError(
            "a filter holds a broken character", hint="type the value again", code="search_filter"
        )
    if query.currency:
        digits_of(query.currency)
    elif query.amount_min is not None or query.amount_max is not None:
        raise InputError(
            "amounts are compared within one currency",
            hint="add the currency, e.g. XOF",
            code="amount_currency",
        )


def bounded(minor: int) -> int:
    """Return an amount as near as a 64-bit field can hold; no entry lies beyond."""
    return max(-MINOR_UNITS_MAX, min(MINOR_UNITS_MAX, minor))


def status_on(entry: Entry, as_of: date) -> Status:
    """Return where a document stands on a day."""
    is_late = entry.due_date is not None and entry.due_date < as_of and entry.balance > 0
    return Status.OVERDUE if is_late and entry.state in OPEN_STATUSES else entry.state
