"""Customers known: their names for fields that choose one, read once for every change."""

from __future__ import annotations

from net30.domain.customer import Customer
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import ReadContext
from net30.ui.visit import Visit

NAMES_MAX = 5000


def customer_names(visit: Visit, ctx: ReadContext) -> dict[str, str]:
    """Return the names of the customers by id, in the order of the alphabet, at most NAMES_MAX."""
    return visit.known(ctx, "customer_names", lambda: _names(ctx))


def _names(ctx: ReadContext) -> dict[str, str]:
    found: dict[str, str] = {}
    after = ""
    while len(found) < NAMES_MAX:
        page = ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX)
        if not page:
            break
        found |= {stored.value.id: stored.value.name for stored in page}
        after = page[-1].value.id
    return dict(sorted(found.items(), key=lambda one: (one[1].casefold(), one[0])))
