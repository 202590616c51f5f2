"""Customers: whom we invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.listing import ROWS_WALKED_MAX, Place, cursor_at, in_order, walked
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX, check_id
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.customer import Customer, fold
from net30.domain.identity.roles import Permission
from net30.kernel.errors import InputError, NotFound
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext
from net30.services.found import customer_by_name
from net30.services.save_customer import save_customer

routes = Resource("customers", "Whom we invoice.")

Id = Annotated[
    str, Path(description="The customer's id, or the whole name.", max_length=ID_CHARACTERS_MAX)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """Whether a customer is parked."""

    parked: bool


class CustomerSort(StrEnum):
    """Orders of the customers."""

    ADDED = "added"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of each customer; empty and null ask nothing."""

    country: str
    parked: bool | None
    hold: bool | None

    def fits(self, customer: Customer) -> bool:
        """Tell whether a customer is what is asked for."""
        return (
            self.country in {"", customer.party.address.country}
            and self.parked in {None, customer.parked}
            and self.hold in {None, customer.hold}
        )


EXAMPLE = {
    "party": {
        "name": "Acme Corp",
        "address": {"city": "Abidjan", "country": "CI"},
        "contact": {"email": "billing@acmecorp.example"},
    },
}


@routes.get("/customers", Permission.CUSTOMERS_READ, gives=Listed[Customer])
def list_customers(
    visit: Looking,
    *,
    text: Annotated[str, Query(description="In the name.", max_length=200)] = "",
    country: Annotated[str, Query(description="ISO code.", pattern="^([A-Z]{2}|1A)?$")] = "",
    parked: bool | None = None,
    hold: bool | None = None,
    sort: CustomerSort = CustomerSort.ADDED,
    descending: bool = False,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List customers, the earliest added first unless asked otherwise."""
    wanted = Wanted(country=country, parked=parked, hold=hold)
    with visit.look() as ctx:
        if sort is CustomerSort.ADDED and not (descending or text):
            items, after = walked(
                lambda last, rows: [
                    one.value for one in ctx.tx.page(Customer, after=last, limit=rows)
                ],
                lambda one: one.id,
                wanted.fits,
                limit=limit,
                cursor=cursor,
            )
            visit.note_read("customers", len(items))
            return reply_page(visit.request, items, after)
        named = ctx.tx.names(Customer)
        words = fold(text)
        rows: list[tuple[Place, str]] = [
            ((name if sort is CustomerSort.NAME else "", customer), customer)
            for customer, name in named
            if words in name
        ]
        found = in_order(rows, cursor, descending=descending)
        return _named_page(visit, ctx, found, wanted, limit)


@routes.get("/customers/{customer}", Permission.CUSTOMERS_READ, gives=Customer)
def get_customer(visit: Looking, customer: Id) -> Response:
    """Show a customer."""
    with visit.look() as ctx:
        found = customer_by_name(ctx, customer)
    return visit.reply(found.value, tag=tag_of(found.version))


@routes.post(
    "/customers",
    Permission.CUSTOMERS_WRITE,
    takes=Customer,
    gives=Customer,
    status=201,
    example=EXAMPLE,
)
def add_customer(visit: Changing) -> Response:
    """Add a customer; the answer has its id."""
    new = visit.body(Customer)
    return visit.once(
        lambda ctx: added_customer(ctx, new), at=lambda made: f"/api/v1/customers/{_id(made)}"
    )


@routes.put(
    "/customers/{customer}",
    Permission.CUSTOMERS_WRITE,
    takes=Customer,
    gives=Customer,
    example=EXAMPLE,
)
def replace_customer(visit: Changing, customer: Id) -> Response:
    """Replace a customer's record as a whole; what is left out takes its default."""
    wanted = visit.body(Customer)

    def replaced(ctx: Context) -> tuple[object, str]:
        before = _by_id(ctx, customer)
        check_id(wanted.id, customer)
        visit.check_match(tag_of(before.version))
        kept = replace(
            _ours(wanted),
            id=customer,
            imported=before.value.imported,
            external_id=before.value.external_id,
        )
        return save_customer(ctx, kept), tag_of(before.version + 1)

    return visit.keyless(replaced)


@routes.post(
    "/customers/{customer}/park",
    Permission.CUSTOMERS_WRITE,
    takes=Parking,
    gives=Customer,
    example={"parked": True},
)
def park_customer(visit: Changing, customer: Id) -> Response:
    """Send a customer no reminders and no recurring invoices, or do so again."""
    parked = visit.body(Parking).parked
    return visit.once(
        lambda ctx: save_customer(
            ctx, replace(customer_by_name(ctx, customer).value, parked=parked)
        )
    )


def _named_page(
    visit: Looking,
    ctx: ReadContext,
    found: Sequence[tuple[Place, str]],
    wanted: Wanted,
    limit: int,
) -> Response:
    """Answer with the first of some customers that fit; a page may end before it is full."""
    items: list[Customer] = []
    last = more = ""
    for at, (place, customer) in enumerate(found):
        if len(items) == limit or at == ROWS_WALKED_MAX:
            more = last
            break
        one = ctx.tx.load(Customer, customer).value
        items += [one] if wanted.fits(one) else []
        last = cursor_at(place)
    visit.note_read("customers", len(items))
    return reply_page(visit.request, tuple(items), more)


def added_customer(ctx: Context, new: Customer) -> Customer:
    """Return a new customer; raise InputError for one that has an id."""
    if new.id:
        raise InputError(
            "a new customer has no id yet", hint="leave it out, or PUT to change one", code="id"
        )
    return save_customer(ctx, _ours(new))


def _by_id(ctx: ReadContext, customer: str) -> Stored[Customer]:
    try:
        return ctx.tx.load(Customer, customer)
    except NotFound:
        raise NotFound(
            f"there is no customer {customer!r}",
            hint="name it by its id",
            code="customer_not_found",
        ) from None


def _ours(customer: Customer) -> Customer:
    """Return a customer without what only an import may say."""
    return replace(customer, imported=False, external_id="")


def _id(made: object) -> str:
    assert isinstance(made, Customer)
    return made.id
