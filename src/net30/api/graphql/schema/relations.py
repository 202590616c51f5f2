"""Relations: steps from a record to the records it names; those of a whole list are read at once.

Each step needs the permission that reading its end by itself needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, cast

import strawberry

from net30.api.answers.etag import tag_of
from net30.api.answers.paging import ROWS_MAX
from net30.api.graphql.operation import Operation
from net30.api.graphql.schema.connections import Connections
from net30.api.graphql.schema.cursors import connection
from net30.api.graphql.schema.nodes import NODES, TYPE, NodeShown
from net30.api.graphql.schema.records import Kind, Records, Value, add_field, list_of
from net30.api.routes.payments import Claim, PaymentShown
from net30.domain.aggregates import Aggregate, Key
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.domain.schedule import Schedule
from net30.kernel.errors import LimitExceeded
from net30.kernel.jsonable import jsonable
from net30.ports.store import Stored
from net30.services.context import ReadContext
from net30.services.find_invoices import InvoiceRow

Shown = Callable[[Stored[Any]], Value]
ROWS_USUAL = 20
VERSIONED: tuple[type[Aggregate], ...] = (Customer, Schedule)
"""Records that lists show without their version, which a change must name."""

_FIRST = "So many at most."
_AFTER = "Where the last page ended."


@dataclass(frozen=True, slots=True)
class _Under:
    """Records of a kind by a key, and the permission to read them."""

    needs: Permission
    kind: type[Aggregate]
    key: Key = Key.CUSTOMER


_NOTES = _Under(Permission.INVOICES_READ, Invoice, Key.PARENT)
_OWED = _Under(Permission.INVOICES_READ, OpenItem)
_INVOICES = _Under(Permission.INVOICES_READ, Invoice)
_PAYMENTS = _Under(Permission.PAYMENTS_READ, Payment)


def add_relations(records: Records, connections: Connections) -> None:
    """Lead from every record to the customer, invoice and claim that it names."""
    customer, invoice = records.record(Customer), records.record(Invoice)
    claim, payment = records.record(Claim), records.record(PaymentShown)
    for kind, shown in list(records.made.items()):
        names = {one.name for one in fields(kind)} if is_dataclass(kind) else set()
        if "customer_id" in names:
            about = "The record of the customer that customerId names."
            _one(shown, "customer_record", customer, about, _customer("customer_id"))
        if "invoice_id" in names:
            about = "The document that invoiceId names; null for an imported claim."
            _one(shown, "invoice_record", invoice, about, _invoice("invoice_id"))
        if kind in {InvoiceRow, OpenItem}:
            about = "The whole document; null for an imported claim."
            _one(shown, "invoice_record", invoice, about, _invoice("id"))
    about = "What is still open of it; null for drafts, offers and credit notes."
    _one(invoice, "claim", claim, about, _claim)
    add_field(
        invoice,
        "credit_notes",
        list_of(invoice),
        resolver=_credit_notes,
        about="The credit notes that reduce it.",
    )
    add_field(
        customer,
        "claims",
        list_of(claim),
        resolver=_claims,
        about=f"What they owe: open invoices, {ROWS_MAX} at most.",
    )
    _list(customer, "invoices", connections.of(invoice), "Their documents, the first made first.")
    _list(customer, "payments", connections.of(payment), "What they paid, the first first.")
    for kind in VERSIONED:
        about = "The version, for ifMatch."
        _one(records.record(kind), "etag", str, about, _tag(kind))


def add_node(query: Kind, records: Records) -> None:
    """Find a record by its id alone, of the kinds that whoever asks may read."""
    names = {kind: records.record(kind).__strawberry_definition__.name for kind in NODES}

    async def node(
        info: strawberry.Info, key: Annotated[strawberry.ID, strawberry.argument(name="id")]
    ) -> Any:  # Any: JSON
        principal = cast("Operation", info.context).principal
        for kind, needs in NODES.items():
            if needs not in principal.permissions:
                continue
            found = await _named(info, needs, kind, key)
            if found:
                shown = found["payment"] if kind is Payment else found
                return shown | {TYPE: names[kind]}
        return None

    about = "A record by its id; null where there is none, or none that you may read."
    add_field(query, "node", NodeShown | None, resolver=node, about=about)


def _one(owner: Kind, name: str, kind: Kind, about: str, resolver: Callable[..., Any]) -> None:
    add_field(owner, name, kind | None, resolver=resolver, about=about)


def _list(owner: Kind, name: str, kind: Kind, about: str) -> None:
    resolver = _invoices if name == "invoices" else _payments
    add_field(owner, name, kind, resolver=resolver, about=about)


def _customer(key: str) -> Callable[..., Any]:
    async def customer_record(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
        return await _named(info, Permission.CUSTOMERS_READ, Customer, root.get(key))

    return customer_record


def _invoice(key: str) -> Callable[..., Any]:
    async def invoice_record(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
        return await _named(info, Permission.INVOICES_READ, Invoice, root.get(key))

    return invoice_record


async def _claim(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
    return await _named(info, Permission.INVOICES_READ, OpenItem, root.get("id"))


def _tag(kind: type[Aggregate]) -> Callable[..., Any]:
    needs = Permission.CUSTOMERS_READ if kind is Customer else Permission.SCHEDULES_READ

    async def etag(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
        if "etag" in root:
            return root["etag"]
        found = await _named(info, needs, kind, root.get("id"))
        return found and found["etag"]

    return etag


async def _credit_notes(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
    found = await _under(info, _NOTES, root["number"])
    return [one for one in found if one["type_code"] == "381"]


async def _claims(root: Any, info: strawberry.Info) -> Any:  # Any: JSON
    return await _under(info, _OWED, root["id"])


async def _invoices(
    root: Any, info: strawberry.Info, first: int = ROWS_USUAL, after: str = ""
) -> Any:  # Any: JSON
    return await _page(info, _INVOICES, root["id"], (first, after))


async def _payments(
    root: Any, info: strawberry.Info, first: int = ROWS_USUAL, after: str = ""
) -> Any:  # Any: JSON
    return await _page(info, _PAYMENTS, root["id"], (first, after))


async def _named(
    info: strawberry.Info, needs: Permission, kind: type[Aggregate], key: object
) -> Value:
    """Return the record of an id, loaded with all others that are asked for at the same time."""
    operation = _operation(info, needs)
    if not isinstance(key, str) or not key:
        return None

    def load(ctx: ReadContext, keys: list[str]) -> list[Value]:
        found = ctx.tx.load_many(kind, keys)
        operation.noted[_word(kind)] += len(found)
        return [_shown(found[one]) if one in found else None for one in keys]

    return await operation.batched(kind, load, key)


async def _under(
    info: strawberry.Info, wanted: _Under, value: str, page: tuple[int, str] = (ROWS_MAX, "")
) -> list[Value]:
    """Return the records that have a key, found with those of all others asked for."""
    operation = _operation(info, wanted.needs)
    if not value:
        return []
    kind, key = wanted.kind, wanted.key
    limit, after = page

    def load(ctx: ReadContext, values: list[str]) -> list[Value]:
        found = ctx.tx.find_many(kind, key, values, after=after, limit=limit)
        operation.noted[_word(kind)] += sum(map(len, found.values()))
        return [[_shown(one) for one in found.get(value, ())] for value in values]

    return cast("list[Value]", await operation.batched((kind, key, page), load, value))


async def _page(info: strawberry.Info, wanted: _Under, value: str, page: tuple[int, str]) -> Value:
    first, after = page
    if not 1 <= first <= ROWS_MAX:
        raise LimitExceeded(
            f"first is {first}", hint=f"ask for 1 to {ROWS_MAX} rows", code="page_rows"
        )
    rows = await _under(info, wanted, value, (first + 1, after))
    return _connected(rows, first, after)


def _connected(rows: Sequence[Value], first: int, after: str) -> Value:
    shown = list(rows[:first])
    ids = [
        one["payment"]["id"] if "payment" in one and "unapplied" in one else one["id"]
        for one in shown
    ]
    return connection(shown, ids, following=len(rows) > first, leading=bool(after))


def _shown(stored: Stored[Any]) -> Value:
    """Return a record as its route shows it."""
    value = stored.value
    if isinstance(value, OpenItem):
        return jsonable(Claim(open_item=value, balance=value.balance))
    if isinstance(value, Payment):
        return jsonable(PaymentShown(payment=value, unapplied=value.unapplied))
    found = jsonable(value)
    assert isinstance(found, dict)
    return found | {"etag": tag_of(stored.version)}


def _word(kind: type[Aggregate]) -> str:
    """Return what the audit calls records that were read."""
    return "claims" if kind is OpenItem else f"{kind.__name__.lower()}s"


def _operation(info: strawberry.Info, needs: Permission) -> Operation:
    operation = cast("Operation", info.context)
    operation.principal.need(needs)
    return operation
