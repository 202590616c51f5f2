"""Chat cases: this project's own books, and the answers to the messages of a conversation."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from net30.assistant.evaluation import TODAY
from net30.assistant.fixtures import ListedBooks
from net30.assistant.intents.understand import understand
from net30.assistant.roll.people import KnownClient
from net30.assistant.turns import Turn
from net30.assistant.understanding.directory import KnownInvoice

HERE = Path(__file__).parent


def own_books() -> ListedBooks:
    """Return the books of books.toml, which this project's own sentences speak of."""
    listed = tomllib.loads((HERE / "books.toml").read_text(encoding="utf-8"))
    clients = [
        KnownClient(
            id=name, name=name, country=country, currency=currency, industry=industry, email=email
        )
        for name, (country, currency, industry, email) in listed["clients"].items()
    ]
    invoices = [
        KnownInvoice(
            reference=number,
            client=client,
            currency=currency,
            total=Decimal(total),
            balance=Decimal(balance),
            issue_date=date.fromisoformat(issued),
            status=status,
            subject=subject,
        )
        for number, (client, currency, total, balance, issued, status, subject) in listed[
            "invoices"
        ].items()
    ]
    return ListedBooks(tuple(clients), tuple(invoices))


def answers_of(messages: Sequence[str], books: ListedBooks) -> list[list[dict[str, object]]]:
    """Return the calls of each message of one conversation, one after the other."""
    turns: list[Turn] = []
    found = []
    for message in messages:
        turns.append(Turn("user", message))
        calls = understand(turns, books, books.customs, TODAY).calls
        turns.append(Turn("assistant", "", calls))
        found.append([call.as_json() for call in calls])
    return found
