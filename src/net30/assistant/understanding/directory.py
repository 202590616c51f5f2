"""Directory: what the understanding may know of the books: clients, invoices, customs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from net30.assistant.understanding.clients import ClientIndex

OPEN = frozenset({"issued", "partially_paid", "overdue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What the organisation takes for granted when people speak of money and days.

    `fcfa` and `dollar` are ISO 4217 codes; `date_order` is DMY or MDY; `tax_rate` in percent.
    `own` is the currency of the client spoken of, where there is one; `language` answers what is
    in no language, such as a bare number, where nothing was said before.
    """

    currency: str = "XOF"
    fcfa: str = "XOF"
    dollar: str = "USD"
    tax_rate: Decimal = Decimal(18)
    date_order: str = "DMY"
    own: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInvoice:
    """An invoice as far as sentences refer to it; `client` is the canonical name.

    `reference` is its number, or the id of a draft that has none yet.
    """

    reference: str
    client: str
    currency: str
    total: Decimal
    balance: Decimal
    issue_date: date
    status: str
    subject: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether money is still to come."""
        return self.status in OPEN


class Directory(Protocol):
    """The books, seen only to find out who and what a sentence means."""

    @property
    def clients(self) -> ClientIndex:
        """Return every client by the words of its name."""
        ...

    def invoice(self, reference: str) -> KnownInvoice | None:
        """Return the invoice with a number, in any case."""
        ...

    def ending(self, digits: str) -> tuple[KnownInvoice, ...]:
        """Return the invoices whose number ends so, after any leading zeros."""
        ...

    def of_client(self, client: str) -> tuple[KnownInvoice, ...]:
        """Return a client's invoices, newest last."""
        ...

    def about(self, words: tuple[str, ...]) -> tuple[KnownInvoice, ...]:
        """Return the invoices whose lines hold all of the folded words."""
        ...
