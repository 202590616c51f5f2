"""Papers: invoices as resources, net30://invoices/NUMBER, in net30's own JSON."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import quote, unquote

from net30.assistant.calls import need_for
from net30.kernel.errors import NotFound
from net30.mcp.counter import Counter
from net30.ports.search import Query
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.found import invoice_by_number
from net30.services.render_document import render, style_of

SCHEME = "net30://invoices/"
MIME = "application/json"
LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice that can be read: where, what it is called, whose it is."""

    uri: str
    name: str
    about: str


def recent_invoices(counter: Counter) -> tuple[Paper, ...]:
    """Return the latest invoices, newest first; imported ones have no document to read."""
    with _looked(counter) as ctx:
        page = find_invoices(ctx, Query(as_of=ctx.today, limit=LISTED_MAX))
    return tuple(
        Paper(
            uri=SCHEME + quote(hit.entry.number or hit.entry.id, safe=""),
            name=hit.entry.number or f"draft {hit.entry.id}",
            about=f"{hit.entry.customer}, {hit.entry.issue_date.isoformat()}, {hit.status.value}",
        )
        for hit in page.hits
        if not hit.entry.imported
    )


def read_invoice(counter: Counter, uri: str) -> str:
    """Return an invoice's JSON; raise NotFound for what is none of this organisation's."""
    number = unquote(uri.removeprefix(SCHEME))
    if not uri.startswith(SCHEME) or not number:
        raise NotFound(f"there is nothing at {uri!r}", hint=f"read {SCHEME}NUMBER")
    with _looked(counter) as ctx:
        invoice = invoice_by_number(ctx, number).value
        return render(invoice, "json", style_of(ctx.blobs, ctx.company, invoice)).decode()


def _looked(counter: Counter) -> AbstractContextManager[ReadContext]:
    """Open a question for who may see invoices; raise Forbidden for others."""
    need_for("search_invoices", counter.app.permissions)
    return counter.app.look(counter.user)
