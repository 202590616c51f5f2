"""Search: the organisation's documents by words and by filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from net30.domain.open_item import Status

PAGE_ROWS_MAX = 500


class Sort(StrEnum):
    """Orders of a result; each is made total by the document's id.

    AMOUNT and BALANCE order within each currency, currency by currency: 10 EUR is neither more
    nor less than 10 XOF. Without a due date a document sorts as due after all others. RELEVANCE
    puts a number first, then a customer's name, then other words, the newest first in each; it
    does not depend on other documents, so pages hold while rows are added.
    """

    RELEVANCE = "relevance"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    AMOUNT = "amount"
    BALANCE = "balance"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is searchable of one document or imported open item; amounts in minor units.

    `state` is what does not depend on the day: a status other than OVERDUE. Whether an open one
    is overdue follows from `balance`, `due_date` and the day of the question. `version` is the
    sequence of an event whose effects it shows: an entry never replaces one of a later version.
    """

    id: str
    number: str
    type_code: str
    customer_id: str
    customer: str
    currency: str
    amount: int
    balance: int
    issue_date: date
    due_date: date | None
    state: Status
    version: int
    imported: bool = False
    lines: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerName:
    """A customer's name as of the event with sequence `version`."""

    customer_id: str
    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the index; empty fields ask nothing.

    `amount_min` and `amount_max` are minor units of `currency`, which they need. Days and amounts
    are inclusive. `as_of` decides what is overdue. With `exact`, nothing is shown in the place of
    what does not match.
    """

    as_of: date
    text: str = ""
    exact: bool = False
    customer_id: str = ""
    statuses: frozenset[Status] = frozenset()
    type_codes: frozenset[str] = frozenset()
    issued_from: date | None = None
    issued_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    currency: str = ""
    sort: Sort = Sort.ISSUE_DATE
    descending: bool = True
    limit: int = 50
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found document and where it stands on the query's day.

    The entry comes without its `lines` and `notes`: they are there to be searched.
    """

    entry: Entry
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Found documents, how many match in all, and the cursor of the next page (empty at the end).

    A cursor names the last row shown, so rows added meanwhile are neither lost nor repeated.
    When no document matches the text exactly, the hits are those of the customers with the
    nearest names, and `did_you_mean` holds these names.
    """

    hits: tuple[Hit, ...]
    total: int
    cursor: str = ""
    did_you_mean: tuple[str, ...] = ()


class SearchIndex(Protocol):
    """A copy of the books made for finding; rebuilt from the store at any time.

    An index elsewhere may show what was put a moment later only, and may let an older entry that
    another process puts at the same time stand; who puts looks at the books again afterwards.
    """

    shows_at_once: bool
    """Whether a question finds all that was put before it; else its answers are not kept."""

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        """Write or replace entries by id; one older than what is there changes nothing."""
        ...

    def put_customers(self, organisation: str, customers: Sequence[CustomerName]) -> None:
        """Learn customers' present names; their entries are found and shown under them."""
        ...

    def remove(self, organisation: str, ids: Sequence[str]) -> None:
        """Remove entries."""
        ...

    def shred(self, organisation: str) -> None:
        """Leave no word in the database's files that was removed or changed.

        On a server its own clearing away (VACUUM) does it, in its time.
        """
        ...

    def clear(self, organisation: str) -> None:
        """Remove all that is known of an organisation, before it is put in anew."""
        ...

    def find(self, organisation: str, query: Query) -> Page:
        """Return the page that a query asks for.

        Raises InputError for a foreign cursor or amounts without a currency, LimitExceeded for
        more than PAGE_ROWS_MAX rows.
        """
        ...

    def names_like(
        self, organisation: str, text: str, *, limit: int = 5
    ) -> tuple[tuple[str, str], ...]:
        """Return (customer id, name) pairs near a misspelt name, nearest first."""
        ...

    def close(self) -> None:
        """Give back connections of its own."""
        ...
