"""Erase again: whom a restored backup has brought back, by the marks beside the files."""

from __future__ import annotations

from net30.domain.customer import Customer
from net30.domain.privacy.erased import is_erased
from net30.kernel.errors import NotFound
from net30.services.context import Context, ReadContext
from net30.services.privacy.erase_person import ErasedPerson, erase_person
from net30.services.privacy.marks import CUSTOMERS


def came_back(ctx: ReadContext) -> tuple[Customer, ...]:
    """Return the customers who were erased once and are there by name again."""
    found = []
    for blob in ctx.blobs.names(ctx.organisation, CUSTOMERS):
        try:
            customer = ctx.tx.load(Customer, blob.removeprefix(CUSTOMERS)).value
        except NotFound:  # the backup is from before the customer was
            continue
        if not is_erased(customer):
            found.append(customer)
    return tuple(found)


def erase_again(ctx: Context) -> tuple[ErasedPerson, ...]:
    """Erase everybody who came back; raise Conflict when one owes something again."""
    return tuple(erase_person(ctx, customer.id) for customer in came_back(ctx))
