"""Fixtures: books written down in a file, so that the understanding can be judged on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.clients import ClientIndex
from net30.assistant.understanding.directory import Customs, KnownInvoice
from net30.kernel.errors import InputError

STEM_LETTERS = 5
"""Words of a subject are compared by their first letters: audit, audits, auditing."""
TROUBLES_SHOWN_MAX = 3


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class FixtureSettings(_Row):
    """What the organisation of a fixture takes for granted."""

    default_currency: str
    fcfa: str
    dollar: str
    default_tax_rate: Decimal
    date_order: str
    company: str = "The company"
    country: str = "CI"


class FixtureClient(_Row):
    """A client as a fixture lists it."""

    name: str
    currency: str = ""
    terms_days: int = 30
    email: str = ""
    country: str = ""
    city: str = ""
    industry: str = ""


class FixtureInvoice(_Row):
    """An invoice as a fixture lists it; `status` holds for the day of the cases."""

    number: str
    client: str
    currency: str
    total: Decimal
    balance: Decimal
    issue_date: date
    due_date: date | None = None
    status: str
    summary: str = ""


@dataclass(frozen=True)
class ListedBooks:
    """A directory over plain lists: the same answers as the books of a store."""

    listed: tuple[KnownClient, ...]
    invoices: tuple[KnownInvoice, ...]
    customs: Customs = field(default_factory=Customs)

    @cached_property
    def clients(self) -> ClientIndex:
        """Return every client by the words of its name."""
        return ClientIndex.of(self.listed)

    def invoice(self, reference: str) -> KnownInvoice | None:
        """Return the invoice with a number, in any case."""
        wanted = reference.upper()
        return next((one for one in self.invoices if one.reference.upper() == wanted), None)

    def ending(self, digits: str) -> tuple[KnownInvoice, ...]:
        """Return the invoices whose number ends so, after any leading zeros."""
        short = digits.lstrip("0") or "0"
        return tuple(
            one
            for one in self.invoices
            if one.reference.endswith(digits)
            and (one.reference.rpartition("-")[2].lstrip("0") == short or len(digits) > 1)
        )

    def of_client(self, client: str) -> tuple[KnownInvoice, ...]:
        """Return a client's invoices, newest last."""
        return tuple(one for one in self.invoices if fold(one.client) == fold(client))

    def about(self, words: tuple[str, ...]) -> tuple[KnownInvoice, ...]:
        """Return the invoices whose subject holds all of the folded words."""
        wanted = _stems(words)
        return tuple(one for one in self.invoices if wanted <= _stems(fold(one.subject).split()))


class Fixture(_Row):
    """One organisation's customs, clients and invoices, as a file lists them."""

    settings: FixtureSettings
    clients: tuple[FixtureClient, ...]
    invoices: tuple[FixtureInvoice, ...] = ()

    @cached_property
    def books(self) -> ListedBooks:
        """The fixture as the understanding looks at books."""
        return ListedBooks(
            tuple(KnownClient(id=one.name, **one.model_dump()) for one in self.clients),
            tuple(_known(one) for one in self.invoices),
            Customs(
                currency=self.settings.default_currency,
                fcfa=self.settings.fcfa,
                dollar=self.settings.dollar,
                tax_rate=self.settings.default_tax_rate,
                date_order=self.settings.date_order,
            ),
        )


_FILE = TypeAdapter(dict[str, Fixture])


def read_fixtures(content: bytes) -> dict[str, Fixture]:
    """Return the fixtures of a file by their names.

    Raises InputError that names the places where the file is not what fixtures are.
    """
    try:
        return _FILE.validate_json(content)
    except ValidationError as error:
        raise InputError(
            f"the fixtures cannot be read: {'; '.join(troubles(error))}",
            hint="a JSON object: name -> {settings, clients, invoices}",
            code="fixtures",
        ) from error


def troubles(error: ValidationError) -> list[str]:
    """Return the first places where a file is wrong, and why, as people read it."""
    found = error.errors(include_url=False, include_input=False)
    told = [
        f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
        for one in found[:TROUBLES_SHOWN_MAX]
    ]
    return told + ([f"{len(found) - len(told)} more"] if len(found) > len(told) else [])


def _known(one: FixtureInvoice) -> KnownInvoice:
    return KnownInvoice(
        reference=one.number,
        client=one.client,
        currency=one.currency,
        total=one.total,
        balance=one.balance,
        issue_date=one.issue_date,
        status=one.status,
        subject=one.summary,
    )


def _stems(words: Iterable[str]) -> set[str]:
    return {word[:STEM_LETTERS] for word in words}
