"""Add a customer, or change one."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.customer import Customer, fold
from net30.domain.events import CustomerSaved
from net30.domain.text import NAME_CHARACTERS_MAX, clean
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import digits_of
from net30.language.countries import check_country
from net30.ports.store import NEW
from net30.services.context import Context


def save_customer(ctx: Context, customer: Customer) -> Customer:
    """Write a customer; an empty id adds a new one.

    Raises InputError without a name or with an unknown currency or country, Conflict when the
    name is another customer's.
    """
    name = clean(customer.name, "the customer's name", NAME_CHARACTERS_MAX)
    if not fold(name):
        raise InputError("the customer has no name", hint="give a name", code="customer_name")
    if customer.currency:
        digits_of(customer.currency)
    version, known = NEW, ""
    if customer.id:
        stored = ctx.tx.load(Customer, customer.id)
        version, known = stored.version, stored.value.party.address.country
    # What came from another system as it was keeps nobody from changing something else.
    if customer.party.address.country != known:
        check_country(customer.party.address.country)
    saved = replace(
        customer, id=customer.id or ctx.new_id(), party=replace(customer.party, name=name)
    )
    for other in ctx.tx.find(Customer, Key.NAME, fold(name)):
        if other.value.id != saved.id:
            raise Conflict(
                f"there is already a customer called {other.value.name!r}",
                hint="use that one, or tell them apart in the name",
                code="customer_exists",
            )
    ctx.tx.save(saved, expected=version)
    ctx.record(CustomerSaved(customer_id=saved.id))
    return saved
