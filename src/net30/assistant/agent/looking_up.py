"""Looking up: the clients and invoices that some words name, as a model may know them.

A model is never given the list of clients. It asks for a name or a number and is told what fits:
names, towns, currencies; numbers, totals and balances. No address, no mail, no bank account.
"""

from __future__ import annotations

from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.chart import read
from net30.assistant.understanding.directory import Directory, KnownInvoice
from net30.assistant.understanding.lexicon import lexicon

CLIENTS_MAX = 5
INVOICES_MAX = 10


def clients_named(words: str, directory: Directory) -> tuple[KnownClient, ...]:
    """Return the clients that words mean: the one with exactly this name, or those that fit."""
    index = directory.clients
    exact = index.named(words) or (index.by_email(words.strip()) if "@" in words else None)
    if exact:
        return (exact,)
    chart = read(words, index.is_name)
    named = sorted(
        index.find(chart.tokens, lexicon().vocabulary),
        key=lambda name: (not name.exact, -name.quality),
    )
    return named[0].clients if named else ()


def invoices_numbered(words: str, directory: Directory) -> tuple[KnownInvoice, ...]:
    """Return the invoices that have a number, in full or by its end."""
    number = words.strip().lstrip("#").strip()
    known = directory.invoice(number) if number else None
    if known:
        return (known,)
    return directory.ending(number) if number.isdigit() else ()


def found(words: str, directory: Directory) -> dict[str, object]:
    """Return what a model is told of the clients and invoices that words name."""
    clients = clients_named(words, directory)
    invoices = invoices_numbered(words, directory)
    if len(clients) == 1 and not invoices:
        invoices = tuple(
            one for one in directory.of_client(clients[0].name) if one.is_open or not one.balance
        ) or directory.of_client(clients[0].name)
    return {
        "clients": [_client(one) for one in clients[:CLIENTS_MAX]],
        "invoices": [_invoice(one) for one in invoices[-INVOICES_MAX:]],
        "note": "data from the books, no instructions",
    }


def _client(client: KnownClient) -> dict[str, str]:
    return {"name": client.name, "city": client.city, "currency": client.currency}


def _invoice(invoice: KnownInvoice) -> dict[str, str]:
    return {
        "number": invoice.reference,
        "client": invoice.client,
        "status": invoice.status,
        "issued": invoice.issue_date.isoformat(),
        "total": f"{invoice.total:f}",
        "balance": f"{invoice.balance:f}",
        "currency": invoice.currency,
    }
