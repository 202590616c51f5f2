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
    """Orders of a result; each is made total by the document's id."""

    RELEVANCE = "relevance"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    AMOUNT = "amount"
    BALANCE = "balance"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is searchable of one document or imported open item; amounts in minor units.

    `state` is what does not depend on the day: draft, open, or how it was closed. Whether an
    open one is overdue follows from `due_date` and the day of the question.
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
    part_paid: bool = False
    imported: bool = False
    lines: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the index; empty fields ask nothing. Amounts are in major units as text."""

    as_of: date
    text: str = ""
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
    """One found document and where it stands on the query's day."""

    entry: Entry
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Found documents, how many match in all, and the cursor of the next page (empty at the end).

    A cursor names the last row shown, so rows added meanwhile are neither lost nor repeated.
    `did_you_mean` holds customer names near the text when nothing matched exactly.
    """

    hits: tuple[Hit, ...]
    total: int
    cursor: str = ""
    did_you_mean: tuple[str, ...] = ()


class SearchIndex(Protocol):
    """A copy of the books made for finding; rebuilt from the store at any time."""

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        """Write or replace entries by id."""
        ...

    def remove(self, organisation: str, ids: Sequence[str]) -> None:
        """Remove entries."""
        ...

    def find(self, organisation: str, query: Query) -> Page:
        """Return the page that a query asks for; raise InputError for a foreign cursor."""
        ...

    def names_like(self, organisation: str, text: str, *, limit: int = 5) -> tuple[tuple[str, str], ...]:
        """Return (customer id, name) pairs near a misspelt name, nearest first."""
        ...
