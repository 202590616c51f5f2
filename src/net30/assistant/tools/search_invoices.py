"""Find invoices by words, client, status, dates, amounts or currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field, field_validator

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.open_item import Status
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ports.search import PAGE_ROWS_MAX, Hit, Query, Sort
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.found import customer_by_name

ACCESS = Access.READ

ROWS_SHOWN_MAX = 20
_STATUSES = {
    "draft": {Status.DRAFT},
    "issued": {Status.ISSUED, Status.SENT},
    "partially_paid": {Status.PARTIALLY_PAID},
    "paid": {Status.PAID, Status.CREDITED, Status.WRITTEN_OFF},
    "overdue": {Status.OVERDUE},
    "void": {Status.VOID},
}
"""What people call a status, in the states of the books."""


class Args(Arguments):
    """Filters; all that are given must hold. `sort` is a field, with '-' for descending."""

    text: str | None = None
    client: str | None = None
    status: tuple[str, ...] | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    currency: str | None = None
    sort: str | None = None
    limit: int | None = Field(default=None, ge=1)

    @field_validator("status", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Take one status, or several with commas, as well as a list."""
        return [one.strip() for one in value.split(",")] if isinstance(value, str) else value


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the first invoices that match, and how many there are."""
    query = _query(ctx, args)
    page = find_invoices(ctx, query)
    rows = tuple(_row(hit) for hit in page.hits)
    total = min(page.total, query.limit) if args.limit else page.total
    code = "found" if rows else "found_none"
    return Result(code, {"count": total, "shown": len(rows)}, rows)


def _query(ctx: ReadContext, args: Args) -> Query:
    currency = args.currency or (ctx.company.currency if args.min_amount or args.max_amount else "")
    sort = (args.sort or "-issue_date").removeprefix("-")
    return Query(
        as_of=ctx.today,
        text=args.text or "",
        customer_id=customer_by_name(ctx, args.client).value.id if args.client else "",
        statuses=frozenset(state for name in args.status or () for state in _states(name)),
        issued_from=args.issued_from,
        issued_to=args.issued_to,
        due_from=args.due_from,
        due_to=args.due_to,
        amount_min=_minor(args.min_amount, currency),
        amount_max=_minor(args.max_amount, currency),
        currency=currency,
        sort=Sort(sort),
        descending=args.sort is None or args.sort.startswith("-"),
        limit=min(args.limit or ROWS_SHOWN_MAX, PAGE_ROWS_MAX),
    )


def _states(name: str) -> set[Status]:
    try:
        return _STATUSES[name]
    except KeyError:
        raise InputError(
            f"{name!r} is not a status", hint=f"use {', '.join(_STATUSES)}", code="status"
        ) from None


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else Money.rounded(amount, currency).minor


def _row(hit: Hit) -> tuple[str | date | Money, ...]:
    entry = hit.entry
    return (
        entry.number or "-",
        entry.customer,
        Money(entry.amount, entry.currency),
        hit.status.value,
        entry.due_date or entry.issue_date,
    )
