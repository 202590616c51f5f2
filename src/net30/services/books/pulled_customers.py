"""Pulled customers: who of ours each customer there is; by link, by id, by name, or new."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from net30.domain.books import LinkKind
from net30.ports.books import TheirDocument
from net30.services.books.links import links_of_theirs
from net30.services.context import ReadContext
from net30.services.imported_customers import ImportedCustomers, resolve_customers

_COLUMNS = ("customer_ref", "customer", "email", "currency")


def customers_of(
    ctx: ReadContext, connection: str, documents: Iterable[TheirDocument]
) -> ImportedCustomers:
    """Return who the customers of documents are; nothing is written."""
    rows = {
        one.customer.id: (
            one.customer.id,
            one.customer.name or one.customer.id,
            one.customer.email,
            one.amount.currency,
        )
        for one in documents
    }
    pushed = links_of_theirs(ctx, connection, LinkKind.CUSTOMER, rows)
    strangers = [row for key, row in rows.items() if key not in pushed]
    table = pa.table(
        {
            name: pa.array([row[at] for row in strangers], pa.string())
            for at, name in enumerate(_COLUMNS)
        }
    )
    if not strangers:
        return ImportedCustomers(ids=dict(pushed), new=())
    found = resolve_customers(ctx, table, connection)
    return ImportedCustomers(ids={**found.ids, **pushed}, new=found.new)
