"""Imported customers: found in the books by their id or name, or new."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from net30.domain.aggregates import Key
from net30.domain.customer import Customer, fold
from net30.domain.party import Contact, Party
from net30.ledger import compute
from net30.ledger.imports.facts import scoped_ids
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True)
class ImportedCustomers:
    """The id here of each customer of a file, and those of them who are new."""

    ids: dict[str, str]
    new: tuple[Customer, ...]


@dataclass(frozen=True, slots=True)
class _Stranger:
    """A customer as the file tells of it."""

    reference: str
    name: str
    email: str
    currency: str


def resolve_customers(ctx: ReadContext, claims: pa.Table, source: str) -> ImportedCustomers:
    """Return who the customers of a file are; nothing is written.

    A customer of the same source and id is the same. Otherwise one whom the books know by that
    name, when neither the file nor the books have several of it. All others are new.
    """
    strangers = _strangers(claims)
    references = pa.array([stranger.reference for stranger in strangers], pa.string())
    fresh_ids = compute.texts(scoped_ids(source, references))
    names: dict[str, int] = {}
    for stranger in strangers:
        names[fold(stranger.name)] = names.get(fold(stranger.name), 0) + 1
    books_have_any = bool(ctx.tx.page(Customer, limit=1))
    ids: dict[str, str] = {}
    new = []
    home = ctx.company.currency
    for stranger, fresh_id in zip(strangers, fresh_ids, strict=True):
        known = ""
        if books_have_any:
            known = _known(ctx, stranger, source, alone=names[fold(stranger.name)] == 1)
        ids[stranger.reference] = known or fresh_id
        if not known:
            new.append(_customer(stranger, fresh_id, source, home))
    return ImportedCustomers(ids=ids, new=tuple(new))


def _strangers(claims: pa.Table) -> list[_Stranger]:
    """Return the file's customers, each as its first row has it."""
    reference = compute.text(claims["customer_ref"]).dictionary_encode()
    first = compute.place_in(reference.dictionary, compute.text(reference))
    rows = claims.select(["customer_ref", "customer", "email", "currency"]).take(first)
    return [
        _Stranger(row["customer_ref"], row["customer"], row["email"], row["currency"])
        for row in rows.to_pylist()
    ]


def _known(ctx: ReadContext, stranger: _Stranger, source: str, *, alone: bool) -> str:
    for stored in ctx.tx.find(Customer, Key.EXTERNAL, external_id(source, stranger.reference)):
        return stored.value.id
    namesakes = ctx.tx.find(Customer, Key.NAME, fold(stranger.name)) if fold(stranger.name) else ()
    own = external_id(source, "")
    # One of the same source with another id is another customer, whatever the name.
    others = [one.value for one in namesakes if not one.value.external_id.startswith(own)]
    return others[0].id if alone and len(namesakes) == 1 and others else ""


def _customer(stranger: _Stranger, customer_id: str, source: str, home: str) -> Customer:
    return Customer(
        id=customer_id,
        party=Party(name=stranger.name, contact=Contact(email=stranger.email)),
        currency="" if stranger.currency == home else stranger.currency,
        imported=True,
        external_id=external_id(source, stranger.reference),
    )


def external_id(source: str, reference: str) -> str:
    """Return the key under which the books know a thing of another system."""
    return f"{source}:{reference}"
