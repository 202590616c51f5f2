"""Nodes: records that are found again by their id alone, as Relay's clients do."""

from __future__ import annotations

from typing import Any

import strawberry

from net30.domain.aggregates import Aggregate
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.payment import Payment
from net30.domain.product import Product
from net30.domain.schedule import Schedule

NODES: dict[type[Aggregate], Permission] = {
    Invoice: Permission.INVOICES_READ,
    Customer: Permission.CUSTOMERS_READ,
    Payment: Permission.PAYMENTS_READ,
    Product: Permission.PRODUCTS_READ,
    Schedule: Permission.SCHEDULES_READ,
}
"""The records, and what reading each needs."""
TYPE = "__node"
"""Where a record that was found says of which type it is."""


@strawberry.interface(name="Node", description="A record that its id alone finds again.")
class NodeShown:
    """What every node has."""

    id: strawberry.ID


def _type_of(found: Any, *_: object) -> str:  # Any: JSON
    return str(found[TYPE])


NodeShown.__strawberry_definition__.resolve_type = _type_of  # type: ignore[attr-defined] # its own
