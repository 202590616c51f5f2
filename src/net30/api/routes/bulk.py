"""Bulk: many customers, invoices or payments in one request; each is done or refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response

from net30.api.answers.faulty import Faulty
from net30.api.bulk import OUTCOMES_MAX, Item, each_by_itself
from net30.api.resource import Resource
from net30.api.routes.customers import EXAMPLE as CUSTOMER
from net30.api.routes.customers import added_customer
from net30.api.routes.invoices import DRAFT, drafted
from net30.api.routes.payments import CUSTOMER as DEPRECATED
from net30.api.routes.payments import EXAMPLE as PAYMENT
from net30.api.routes.payments import Received, recorded
from net30.api.visit import Change, Changing
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.kernel.errors import LimitExceeded
from net30.kernel.findings import Finding
from net30.services.context import Context
from net30.services.issue_invoice import issue_invoice

routes = Resource("bulk", "Many at once: each item is done or refused by itself.")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Customers to add."""

    items: tuple[Customer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """Invoices to draft, and whether to issue them at once."""

    items: tuple[NewInvoice, ...]
    issue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """Money that came."""

    items: tuple[Received, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item: the id and number it has now, or why it was refused."""

    index: int
    status: int
    id: str
    number: str
    code: str
    detail: str
    hint: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of each item, in their order."""

    done: int
    refused: int
    outcomes: tuple[Outcome, ...]


@routes.post(
    "/bulk/customers",
    Permission.CUSTOMERS_WRITE,
    takes=Customers,
    gives=Outcomes,
    example={"items": [CUSTOMER]},
)
def add_many_customers(visit: Changing) -> Response:
    """Add up to 500 customers."""

    def added(ctx: Context, new: Customer) -> Item:
        return Item(id=added_customer(ctx, new).id)

    return _each(visit, visit.body(Customers).items, added)


@routes.post(
    "/bulk/invoices",
    Permission.INVOICES_WRITE,
    takes=Invoices,
    gives=Outcomes,
    example={"items": [DRAFT], "issue": False},
)
def draft_many_invoices(visit: Changing) -> Response:
    """Draft up to 500 invoices, or issue them at once; a refused one takes no number."""
    asked = visit.body(Invoices)

    def made(ctx: Context, new: NewInvoice) -> Item:
        invoice: Invoice = drafted(ctx, new)
        if asked.issue:
            invoice = issue_invoice(ctx, invoice.id)
        return Item(id=invoice.id, number=invoice.number)

    return _each(visit, asked.items, made)


@routes.post(
    "/bulk/payments",
    Permission.PAYMENTS_WRITE,
    takes=Payments,
    gives=Outcomes,
    example={"items": [PAYMENT]},
)
def record_many_payments(visit: Changing) -> Response:
    """Record up to 500 payments, in their order."""

    def taken(ctx: Context, received: Received) -> Item:
        return Item(id=recorded(ctx, received).id)

    items = visit.body(Payments).items
    if any(one.customer for one in items):
        visit.tell_deprecated(DEPRECATED)
    return _each(visit, items, taken)


def _each(visit: Change, items: Sequence[T], work: Callable[[Context, T], Item]) -> Response:
    if not items:
        raise Faulty([Finding("json_length", "items", "there is no item")])
    if len(items) > OUTCOMES_MAX:
        raise LimitExceeded(
            f"{len(items):,} items are too many for one request",
            hint=f"send {OUTCOMES_MAX} at once",
            code="bulk_items",
        )
    found, replayed = each_by_itself(visit, items, work)
    outcomes = tuple(Outcome(index=at, **one) for at, one in enumerate(found))
    done = sum(not one.code for one in outcomes)
    told = Outcomes(done=done, refused=len(outcomes) - done, outcomes=outcomes)
    return visit.answer(told, replayed=replayed)
