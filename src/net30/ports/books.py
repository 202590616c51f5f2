"""Books: an accounting program elsewhere, in which an organisation's invoices are kept too.

An adapter is a module of net30.adapters.books with `build(web, app) -> BooksProgram`; one of a
package outside joins by an entry point in the group of that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from net30.domain.open_item import SettlementKind
from net30.kernel.money import Money

BOOKS_BYTES_MAX = 20_000_000
"""The largest answer that is read: a page of invoices with their lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksApp:
    """What we are to an accounting program: the client it registered, and where it is.

    `address` is empty for the program itself, "sandbox" for its trial companies where it has
    them, or the URL of a stand-in.
    """

    client_id: str
    client_secret: str = field(default="", repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One question to a user of the program: may we? `state` and `verifier` tie the answer to it.

    The verifier is that of PKCE (RFC 7636); `back_to` is where the browser comes back to.
    """

    state: str
    verifier: str = field(repr=False)
    back_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Tokens: `access` until `expires_at`, then the next are had for `refresh`."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksCompany:
    """A company that a grant opens; `currency` is empty where that is told only by its books."""

    id: str
    name: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirCustomer:
    """A customer as the program knows them."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirSettlement:
    """What settled (part of) a document there, above zero; a document has each id once.

    `id` begins with what it is, such as "payment.17"; `day` is None where the program tells none.
    """

    id: str
    kind: SettlementKind
    amount: Money
    day: date | None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirDocument:
    """An invoice or credit note as it is there now, with all that settles it.

    Amounts are not negative; the amount of one that was voided or deleted is zero. `changed_at`
    is when it last changed there.
    """

    id: str
    is_credit_note: bool
    number: str
    customer: TheirCustomer
    issue_date: date
    due_date: date | None
    amount: Money
    net: Money | None = None
    tax: Money | None = None
    settlements: tuple[TheirSettlement, ...] = ()
    is_void: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirLoss:
    """Something that is no longer there: a document by its id, or a settlement by its."""

    document_id: str = ""
    settlement_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something there that cannot be taken as it is, and why; `document_id` where it is one."""

    path: str
    why: str
    code: str = "books_row"
    document_id: str = ""


Change = TheirDocument | TheirLoss | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class OurCustomer:
    """A customer of ours, to be found there by name or else added."""

    name: str
    email: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OurLine:
    """One thing charged; `tax` is its part of the document's tax, so that the parts add up."""

    text: str
    quantity: Decimal
    unit_price: Decimal
    net: Money
    tax: Money
    tax_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OurDocument:
    """An issued invoice or credit note of ours; `customer_id` is the customer's id there."""

    number: str
    is_credit_note: bool
    customer_id: str
    issue_date: date
    due_date: date | None
    lines: tuple[OurLine, ...]
    net: Money
    tax: Money
    reference: str = ""

    @property
    def amount(self) -> Money:
        """Return what it comes to."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class OurPayment:
    """Money that settled documents there, by their ids; `reference` names it on both sides."""

    customer_id: str
    day: date
    parts: tuple[tuple[str, Money], ...]
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OurCredit:
    """So much of a credit note there settled an invoice there."""

    customer_id: str
    credit_note_id: str
    document_id: str
    amount: Money
    day: date
    reference: str


class Access(Protocol):
    """Access tokens that are good when they are asked for."""

    def current(self) -> str:
        """Return the token, renewed when it ends soon; raise Forbidden (books_access)."""
        ...

    def renewed(self) -> str:
        """Return a new token, as the program refused the current one."""
        ...


class OpenBooks(Protocol):
    """The books of one company there.

    What cannot be reached raises Unavailable: books_limit with the `seconds` to wait (429),
    books_answer for what is no answer; a token that is refused raises Forbidden (books_access).
    """

    @property
    def deletions_kept(self) -> timedelta | None:
        """Return for how long back it tells what was deleted; None: it deletes nothing for good."""
        ...

    def company(self) -> BooksCompany:
        """Return the company itself, with its currency."""
        ...

    def changes(self, since: datetime | None) -> Iterator[Change]:
        """Yield every document that changed since a moment (all without one), as it is now."""
        ...

    def customer(self, customer: OurCustomer, key: str) -> str:
        """Return the id there of a customer: the one of that name, or a new one.

        `key` is of this request alone: the same key never makes two.
        """
        ...

    def put_document(self, document: OurDocument, key: str) -> str:
        """Return the id there of a document of ours: the one of that number, or a new one.

        Raises InputError (books_refused) when the program does not take it, or when its totals
        would not be ours: nothing is left there then.
        """
        ...

    def put_payment(self, payment: OurPayment, key: str) -> tuple[str, ...]:
        """Return the settlement id there of each part of a payment; raises as put_document."""
        ...

    def put_credit(self, credit: OurCredit, key: str) -> tuple[str, ...]:
        """Return the ids of a credit's use: on the invoice, on the credit note; as put_document."""
        ...


class BooksProgram(Protocol):
    """An accounting program: how one is let in, and the books that this opens."""

    @property
    def title(self) -> str:
        """Return what people call it."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """Return what a connection can be told, such as the account of sales, and what it means."""
        ...

    def consent_address(self, consent: Consent) -> str:
        """Return where the browser is sent to be asked; raise InputError."""
        ...

    def redeem(self, consent: Consent, code: str, now: datetime) -> Grant:
        """Return the tokens for the code that came back; raise Forbidden (books_access)."""
        ...

    def refresh(self, refresh: str, now: datetime) -> Grant:
        """Return the next tokens; raise Forbidden (books_access) when we are let in no more."""
        ...

    def revoke(self, grant: Grant) -> None:
        """Give the tokens back."""
        ...

    def companies(self, access: Access, told: Mapping[str, str]) -> tuple[BooksCompany, ...]:
        """Return the companies that were opened; `told` is what the browser brought back."""
        ...

    def open(self, access: Access, company_id: str, options: Mapping[str, str]) -> OpenBooks:
        """Return the books of a company."""
        ...
