"""The seed documents' names: get_service_manager and ServiceManager; the work is the services'.

from net30 import get_service_manager
get_service_manager().generate_invoice({"client": "Acme Corp", "items": [...]})
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

from net30.app import App, open_app
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError, Unavailable
from net30.kernel.money import Money
from net30.language.units import unit_code
from net30.ports.search import Hit, Query, Sort
from net30.services.check_parts import check_part
from net30.services.create_draft import create_draft
from net30.services.find_invoices import find_invoices
from net30.services.found import customer_by_name
from net30.services.get_statistics import Statistics, get_statistics
from net30.services.issue_invoice import issue_invoice
from net30.settings import load_with_file

SERVICES = {
    "store": "store",
    "cosmos": "store",
    "database": "store",
    "blob": "blobs",
    "storage": "blobs",
    "search": "search",
    "mail": "mail",
    "redis": "cache",
    "cache": "cache",
    "ai": "model",
    "ai_project": "model",
}
"""The seed documents' service names and the part of net30 that does their work."""

_lock = threading.Lock()
_instance: ServiceManager | None = None

Order = Mapping[str, object]


def get_service_manager() -> ServiceManager:
    """Return the one service manager of this process, opened from the environment."""
    global _instance  # noqa: PLW0603 - one instance a process is what the name promises
    with _lock:
        if _instance is None:
            _instance = ServiceManager(open_app(load_with_file(os.environ)))
        return _instance


class ServiceManager:
    """Invoices, search and statistics of one organisation; safe to share between threads."""

    def __init__(self, app: App) -> None:
        """Work with an open application."""
        self._app = app

    def generate_invoice(self, order_details: Order) -> dict[str, str]:
        """Issue the invoice of an order and return its number, client, amounts and status.

        An order is {"client": NAME, "items": [{"description", "unit_price", "quantity"?,
        "unit"?}], "currency"?}; prices are decimal strings or whole numbers. Raises InputError
        for an order that lacks one of them, NotFound for an unknown client.
        """
        with self._app.change("service_manager") as ctx:
            client = customer_by_name(ctx, _text(order_details, "client")).value
            new = NewInvoice(
                customer_id=client.id,
                currency=str(order_details.get("currency", "")),
                lines=tuple(_line(item) for item in _items(order_details)),
            )
            issued = issue_invoice(ctx, create_draft(ctx, new).id)
        self._app.settle()
        return _told(issued)

    def search_invoices(self, text: str) -> list[dict[str, str]]:
        """Return the documents that match the words, the best first."""
        with self._app.look("service_manager") as ctx:
            page = find_invoices(ctx, Query(as_of=ctx.today, text=text, sort=Sort.RELEVANCE))
        return [_found(hit) for hit in page.hits]

    def get_statistics(self) -> Statistics:
        """Return the figures of the last 90 days, currency by currency."""
        with self._app.look("service_manager") as ctx:
            return get_statistics(ctx)

    def get_cache_statistics(self) -> dict[str, dict[str, object]]:
        """Return what the caches of this process have done: `performance` in all, each in `caches`.

        `kept_in` is memory, or redis where processes share their answers, and `fault` why it cannot
        be reached now (empty: it can). `hit_rate_percent` (two decimals) is None before the first
        request; times are in microseconds, None before any.
        """
        caches = self._app.world.cache.statistics()
        hits = sum(one.hits for one in caches.values())
        requests = hits + sum(one.misses for one in caches.values())
        performance: dict[str, object] = {
            "hit_rate_percent": round(100 * hits / requests, 2) if requests else None,
            "total_requests": requests,
            "hits": hits,
            "misses": requests - hits,
            "evictions": sum(one.evictions for one in caches.values()),
            "bytes": sum(one.bytes for one in caches.values()),
        }
        cache = self._app.world.cache
        performance |= {"kept_in": cache.kept_in, "fault": cache.fault()}
        return {
            "performance": performance,
            "caches": {name: asdict(one) for name, one in caches.items()},
        }

    def _clear_cache(self) -> None:
        """Forget all answers; they are computed anew."""
        self._app.world.cache.clear()

    def is_service_available(self, name: str) -> bool:
        """Tell whether a part answers: store (cosmos), blobs (storage), search, cache (redis).

        Mail is not asked and counts as there. The language model (ai_project) is there when the
        settings name one and its last answer did not fail; without it net30 understands sentences
        itself. Raises InputError for a name that is no part.
        """
        try:
            part = SERVICES[name]
        except KeyError:
            raise InputError(
                f"there is no service {name!r}",
                hint=f"ask for one of {', '.join(SERVICES)}",
                code="service",
            ) from None
        if part == "model":
            return self._app.chat is not None and not self._app.chat.breaker.why
        try:
            with self._app.look("service_manager") as ctx:
                return part == "mail" or check_part(ctx, part).answers
        except Unavailable:
            return False


def _items(order: Order) -> Sequence[Order]:
    items = order.get("items")
    if not isinstance(items, Sequence) or not all(isinstance(item, Mapping) for item in items):
        raise InputError(
            "the order has no items",
            hint='give "items": [{"description": ..., "quantity": ..., "unit_price": ...}]',
            code="order_items",
        )
    return items


def _line(item: Order) -> NewLine:
    return NewLine(
        name=_text(item, "description"),
        unit_price=_number(item, "unit_price"),
        quantity=_number(item, "quantity") if "quantity" in item else Decimal(1),
        unit=unit_code(str(item["unit"])) if item.get("unit") else "C62",
    )


def _text(order: Order, field: str) -> str:
    value = order.get(field)
    if not isinstance(value, str) or not value.strip():
        raise InputError(
            f"the order lacks {field!r}", hint=f'add "{field}": "..."', code=f"order_{field}"
        )
    return value


def _number(order: Order, field: str) -> Decimal:
    value = order.get(field)
    if isinstance(value, float) or not isinstance(value, int | str | Decimal):
        raise InputError(
            f"{field!r} is {value!r}",
            hint="give a decimal string such as '90000' or '12.50'; floats lose cents",
            code=f"order_{field}",
        )
    return parse_decimal(str(value))


def _told(invoice: Invoice) -> dict[str, str]:
    totals = invoice.totals
    return {
        "invoice_number": invoice.number,
        "client": invoice.customer.name,
        "currency": invoice.currency,
        "net": f"{totals.net.amount:f}",
        "tax": f"{totals.tax.amount:f}",
        "amount": f"{totals.due.amount:f}",
        "status": "issued",
    }


def _found(hit: Hit) -> dict[str, str]:
    entry = hit.entry
    return {
        "invoice_number": entry.number,
        "client": entry.customer,
        "currency": entry.currency,
        "amount": f"{Money(entry.amount, entry.currency).amount:f}",
        "status": hit.status.value,
    }
