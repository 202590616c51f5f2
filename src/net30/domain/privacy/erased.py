"""Erased: what stays of a customer, and of texts, when a person is taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar, cast

from net30.domain.customer import Customer
from net30.domain.party import Address, Contact, Party
from net30.domain.personal import ERASED

T = TypeVar("T")

_TAIL = 10
_STAY = ("id", "ids", "number", "currency", "country")
WORD_CHARACTERS_MIN = 3
"""A shorter name is not looked for in texts: it is in too many words that are no name."""


def erased_name(customer_id: str) -> str:
    """Return what an erased customer is called: no two the same, and nobody's name."""
    return f"Erased {customer_id[-_TAIL:]}"


def erased_party(party: Party, customer_id: str) -> Party:
    """Return a party that names nobody; the country stays, as figures are by country."""
    return Party(name=erased_name(customer_id), address=Address(country=party.address.country))


def erased_customer(customer: Customer, *, contact_only: bool) -> Customer:
    """Return a customer without the person: of a company, without whom one asks there.

    One that is erased gets no new invoice and no reminder.
    """
    if contact_only:
        return replace(customer, party=replace(customer.party, contact=Contact()), notes="")
    return replace(
        customer,
        party=erased_party(customer.party, customer.id),
        language="",
        external_id="",
        notes="",
        hold=True,
        parked=True,
    )


def is_erased(customer: Customer) -> bool:
    """Tell whether a customer's person has been erased."""
    return customer.party.name == erased_name(customer.id)


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells of a person in texts: names, mail address, telephone number."""

    words: tuple[str, ...]

    def erase(self, text: str) -> str:
        """Return a text in which [erased] stands for each of them, however it was capitalised."""
        for word in self.words:
            text = _whole(word).sub(ERASED, text)
        return text

    def are_in(self, text: str) -> bool:
        """Tell whether a text tells of the person."""
        return any(_whole(word).search(text) for word in self.words)


def traces_of(customer: Customer, *, contact_only: bool = False) -> Traces:
    """Return what tells of a customer in texts, the longest first."""
    party, contact = customer.party, customer.party.contact
    own = () if contact_only else (party.name, party.trading_name)
    return Traces(_worth(*own, contact.name, contact.email, contact.phone))


def _whole(word: str) -> re.Pattern[str]:
    """Find a name where it stands alone: Ada is not in Canada."""
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)


def _worth(*words: str) -> tuple[str, ...]:
    kept: Iterable[str] = {word for word in words if len(word) >= WORD_CHARACTERS_MIN}
    return tuple(sorted(kept, key=len, reverse=True))


def without(value: T, traces: Traces) -> T:
    """Return a record, or any value inside one, whose texts tell nothing of the person.

    Ids and numbers stay: they are how the books hang together.
    """
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return cast("T", traces.erase(value))
    if isinstance(value, tuple):
        return cast("T", tuple(without(one, traces) for one in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: told
            for field in fields(value)
            if field.init and not field.name.endswith(_STAY)
            if (told := without(before := getattr(value, field.name), traces)) != before
        }
        return replace(value, **changed) if changed else value
    return value
