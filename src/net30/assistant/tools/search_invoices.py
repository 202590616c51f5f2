"""Find invoices by words, client, status, dates, amounts or currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Literal

from pydantic import Field, field_validator

from net30.assistant.arguments import Access, Arguments, Result, Shown, Word
from net30.domain.identity.roles import Permission
from net30.domain.invoice import OFFER_CODES
from net30.domain.open_item import OPEN_STATUSES, Status
from net30.kernel.errors import InputError
from net30.kernel.money import Money, sums_of
from net30.ports.search import PAGE_ROWS_MAX, Hit, Page, Query, Sort
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.found import customer_by_name

ACCESS = Access.READ
NEEDS = (Permission.INVOICES_READ,)

ROWS_SHOWN = 20
"""What is shown where nobody says how many."""
ROWS_SHOWN_MAX = 100
TOTALLED_MAX = 5_000
"""The total is of all that was found, up to so many; beyond, of what is shown."""

_STATUSES = {
    "draft": {Status.DRAFT},
    "issued": {Status.ISSUED, Status.SENT},
    "partially_paid": {Status.PARTIALLY_PAID},
    "paid": {Status.PAID, Status.CREDITED, Status.WRITTEN_OFF},
    "overdue": {Status.OVERDUE},
    "void": {Status.VOID},
}
"""What people call a status, in the states of the books."""

DIRECTIONS = {"asc": False, "desc": True}
SORTS = ("amount", "balance", "issue_date", "due_date")


class Args(Arguments):
    """Filters; all that are given must hold."""

    text: str | None = Field(default=None, description="Words of numbers, lines, notes or names.")
    client: str | None = Field(default=None, description="The client's name.")
    status: tuple[str, ...] | None = Field(
        default=None,
        description="One or several of draft, issued, partially_paid, paid, overdue, void.",
    )
    issued_from: date | None = Field(default=None, description="Issued on this day or later.")
    issued_to: date | None = Field(default=None, description="Issued on this day or earlier.")
    due_from: date | None = Field(default=None, description="Due on this day or later.")
    due_to: date | None = Field(default=None, description="Due on this day or earlier.")
    min_amount: Decimal | None = Field(default=None, description="Total at least this much.")
    max_amount: Decimal | None = Field(default=None, description="Total at most this much.")
    currency: str | None = Field(default=None, description="ISO 4217 code.")
    sort: str | None = Field(
        default=None,
        description="amount, balance, issue_date or due_date; with '-' in front for descending.",
    )
    limit: int | None = Field(default=None, ge=1, description="How many to show.")

    @field_validator("status", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        """Take one status, or several with commas, as well as a list."""
        return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the first invoices that match, what they come to, and how to see the others."""
    query = query_of(ctx, args)
    page = find_invoices(ctx, query)
    if not page.hits:
        return _none(args)
    total = min(page.total, args.limit) if args.limit else page.total
    kind = _kind(query)
    rows = tuple(_row(ctx, kind, hit) for hit in page.hits)
    parts = list(_sums(ctx, query, page, total))
    if len(rows) < total:
        parts.append(Result("found_more", {"shown": len(rows), "count": total}))
    if page.did_you_mean:
        parts.append(Result("did_you_mean", {"names": ", ".join(page.did_you_mean)}))
    return Result(kind, {"count": total}, rows, reference=_only(page), parts=tuple(parts))


def listed(ctx: ReadContext, args: Args, rows_max: int) -> Result:
    """Return everything that matches, at most so many rows, with what it comes to."""
    query = query_of(ctx, args)
    hits = tuple(islice(hits_of(ctx, args), rows_max))
    if not hits:
        return _none(args)
    kind = _kind(query)
    rows = tuple(_row(ctx, kind, hit) for hit in hits)
    page = Page(hits=hits, total=len(hits))
    return Result(kind, {"count": len(hits)}, rows, parts=tuple(_sums(ctx, query, page, len(hits))))


def _none(args: Args) -> Result:
    """Say that nothing was found, and where the days were understood, in which."""
    if args.issued_from is None or args.issued_to is None:
        return Result("found_none")
    return Result("found_none_issued", {"start": args.issued_from, "end": args.issued_to})


def query_of(ctx: ReadContext, args: Args) -> Query:
    """Return the question that the arguments put to the index; raise InputError for bad ones."""
    bounded = args.min_amount is not None or args.max_amount is not None
    currency = (args.currency or (ctx.company.currency if bounded else "")).upper()
    sort, descending = _order(args.sort)
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
        sort=sort,
        descending=descending,
        limit=min(args.limit or ROWS_SHOWN, ROWS_SHOWN_MAX),
    )


def hits_of(ctx: ReadContext, args: Args) -> Iterator[Hit]:
    """Yield all that the arguments find, as many as they ask for."""
    return islice(_all_hits(ctx, query_of(ctx, args)), args.limit)


def _all_hits(ctx: ReadContext, query: Query, first: Page | None = None) -> Iterator[Hit]:
    """Yield everything that a query finds, page by page."""
    page = first or find_invoices(ctx, replace(query, limit=PAGE_ROWS_MAX))
    yield from page.hits
    while page.cursor:
        page = find_invoices(ctx, replace(query, limit=PAGE_ROWS_MAX, cursor=page.cursor))
        yield from page.hits


def _order(said: str | None) -> tuple[Sort, bool]:
    """Return field and direction: '-amount' and 'amount desc' descend; the newest come first."""
    if said is None:
        return Sort.ISSUE_DATE, True
    name, _, direction = said.strip().lower().partition(" ")
    field = name.removeprefix("-")
    if field not in SORTS or (direction and direction.strip() not in DIRECTIONS):
        raise InputError(
            f"{said!r} is no order for invoices",
            hint=f"sort by {', '.join(SORTS)}, with '-' in front for descending",
            code="sort",
        )
    return Sort(field), DIRECTIONS.get(direction.strip(), name.startswith("-"))


def _states(name: str) -> set[Status]:
    try:
        return _STATUSES[name]
    except KeyError:
        raise InputError(
            f"{name!r} is not a status", hint=f"use {', '.join(_STATUSES)}", code="status"
        ) from None


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else Money.rounded(amount, currency).minor


Kind = Literal["found", "found_open", "found_overdue"]


def _kind(query: Query) -> Kind:
    """Return what the table is about: what is overdue, what is open, or invoices of any kind."""
    if query.statuses == {Status.OVERDUE}:
        return "found_overdue"
    if query.statuses and query.statuses <= OPEN_STATUSES:
        return "found_open"
    return "found_open" if query.sort is Sort.BALANCE else "found"


def _row(ctx: ReadContext, kind: Kind, hit: Hit) -> tuple[Shown, ...]:
    entry = hit.entry
    due = entry.due_date or entry.issue_date
    number: Shown = entry.number or Word("status", Status.DRAFT.value)
    if kind == "found_overdue":
        return (number, entry.customer, _balance(hit), (ctx.today - due).days, due)
    amount = _balance(hit) if kind == "found_open" else _amount(hit)
    return (number, entry.customer, amount, Word("status", hit.status.value), due)


def _sums(ctx: ReadContext, query: Query, page: Page, total: int) -> Iterable[Result]:
    """Yield the line that says what the invoices come to, and what of it is open.

    Drafts and offers are totalled only where there is nothing else: they claim nothing.
    """
    whole = len(page.hits) < total <= TOTALLED_MAX
    hits = list(_all_hits(ctx, query, page))[:total] if whole else page.hits
    claims = [hit for hit in hits if _is_claim(hit)]
    if not claims:
        yield Result("total", {"total": sums_of(map(_amount, hits))})
        return
    code = "found_total" if len(hits) == total else "found_total_shown"
    issued, still_open = sums_of(map(_amount, claims)), sums_of(map(_balance, claims))
    yield Result(code, {"total": issued, "open": still_open})


def _is_claim(hit: Hit) -> bool:
    """Tell whether a document counts in the books: drafts and offers claim nothing yet."""
    return hit.status is not Status.DRAFT and hit.entry.type_code not in OFFER_CODES


def _amount(hit: Hit) -> Money:
    return Money(hit.entry.amount, hit.entry.currency)


def _balance(hit: Hit) -> Money:
    return Money(hit.entry.balance, hit.entry.currency)


def _only(page: Page) -> str:
    """Return the number of the only invoice found: 'it' means that one afterwards."""
    return (page.hits[0].entry.number or page.hits[0].entry.id) if len(page.hits) == 1 else ""
