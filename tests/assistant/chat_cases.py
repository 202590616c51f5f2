"""Chat cases: a directory made of fixtures, and the adapter that answers evaluation cases."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from net30.assistant.calls import make_call
from net30.assistant.intents.understand import understand
from net30.assistant.turns import Turn
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.clients import ClientIndex, KnownClient
from net30.assistant.understanding.directory import Customs, KnownInvoice

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class FixtureDirectory:
    """The books of a fixture."""

    clients: ClientIndex
    invoices: tuple[KnownInvoice, ...]

    def invoice(self, reference: str) -> KnownInvoice | None:
        wanted = reference.upper()
        return next((one for one in self.invoices if one.reference.upper() == wanted), None)

    def ending(self, digits: str) -> tuple[KnownInvoice, ...]:
        short = digits.lstrip("0") or "0"
        return tuple(
            one
            for one in self.invoices
            if one.reference.endswith(digits)
            and (one.reference.rpartition("-")[2].lstrip("0") == short or len(digits) > 1)
        )

    def of_client(self, client: str) -> tuple[KnownInvoice, ...]:
        return tuple(one for one in self.invoices if fold(one.client) == fold(client))

    def about(self, words: tuple[str, ...]) -> tuple[KnownInvoice, ...]:
        def stems(text: str) -> set[str]:
            return {word[:5] for word in fold(text).split()}

        wanted = {word[:5] for word in words}
        return tuple(one for one in self.invoices if wanted <= stems(one.subject))


def own_books() -> FixtureDirectory:
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
    return FixtureDirectory(ClientIndex(clients), tuple(invoices))


def answers_of(messages: Sequence[str], books: FixtureDirectory) -> list[list[dict[str, object]]]:
    """Return the calls of each message of one conversation, one after the other."""
    turns: list[Turn] = []
    found = []
    for message in messages:
        turns.append(Turn("user", message))
        calls = understand(turns, books, Customs(), TODAY).calls
        turns.append(Turn("assistant", "", calls))
        found.append([call.as_json() for call in calls])
    return found


# The fixture is JSON written by others.
def directory_of(fixture: dict[str, Any]) -> FixtureDirectory:
    clients = [
        KnownClient(
            id=one["name"],
            name=one["name"],
            currency=one["currency"],
            terms_days=one["terms_days"],
            email=one.get("email", ""),
            country=one.get("country", ""),
            industry=one.get("industry", ""),
        )
        for one in fixture["clients"]
    ]
    invoices = [
        KnownInvoice(
            reference=one["number"],
            client=one["client"],
            currency=one["currency"],
            total=Decimal(one["total"]),
            balance=Decimal(one["balance"]),
            issue_date=date.fromisoformat(one["issue_date"]),
            status=one["status"],
            subject=one.get("summary", ""),
        )
        for one in fixture["invoices"]
    ]
    return FixtureDirectory(ClientIndex(clients), tuple(invoices))


def customs_of(fixture: dict[str, Any]) -> Customs:
    settings = fixture["settings"]
    return Customs(
        currency=settings["default_currency"],
        fcfa=settings["fcfa"],
        dollar=settings["dollar"],
        tax_rate=Decimal(settings["default_tax_rate"]),
        date_order=settings["date_order"],
    )


def answer(
    case: dict[str, Any], fixture: dict[str, Any], books: FixtureDirectory
) -> list[dict[str, object]]:
    turns = [
        Turn(
            turn["role"],
            turn["text"],
            tuple(make_call(call["tool"], call["args"]) for call in turn.get("calls", ())),
        )
        for turn in case["turns"]
    ]
    today = date.fromisoformat(case["today"])
    return [call.as_json() for call in understand(turns, books, customs_of(fixture), today).calls]
