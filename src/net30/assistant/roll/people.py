"""People: clients by what is known of them beside their name: address, country, city, industry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from net30.assistant.understanding.clean import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """A client as far as sentences refer to it; `id` is the customer's in the books."""

    id: str
    name: str
    currency: str = ""
    terms_days: int = 30
    email: str = ""
    country: str = ""
    city: str = ""
    industry: str = ""


_SHARED_DOMAINS = frozenset(
    {"gmail", "googlemail", "yahoo", "ymail", "hotmail", "outlook", "orange", "icloud", "proton"}
)
"""Domains that are nobody's own name."""


class People:
    """All clients, looked up by id, by e-mail address, and by what describes them."""

    def __init__(self, clients: Iterable[KnownClient]) -> None:
        """Take the clients in the order that answers list them in."""
        self._clients = {client.id: client for client in clients}

    def __iter__(self) -> Iterator[KnownClient]:
        """Go through the clients in their order."""
        return iter(self._clients.values())

    def client(self, client_id: str) -> KnownClient:
        """Return the client with an id."""
        return self._clients[client_id]

    def with_changes(self, clients: Iterable[KnownClient]) -> People:
        """Return the same people with these added or changed."""
        return People((self._clients | {client.id: client for client in clients}).values())

    def by_email(self, address: str) -> KnownClient | None:
        """Return the client with an address, or the only one of its domain."""
        wanted = fold(address)
        of_address = self._by_email.get(wanted)
        if of_address:
            return self._clients[of_address[-1]]
        of_domain = self._by_domain.get(_domain(wanted), ())
        return self._clients[of_domain[0]] if len(of_domain) == 1 else None

    def by_domain_name(self, word: str) -> KnownClient | None:
        """Return the only client whose address is at a domain of this name: sgbtp.example."""
        of_name = () if word in _SHARED_DOMAINS else self._by_domain_name.get(word, ())
        return self._clients[of_name[0]] if len(of_name) == 1 else None

    @cached_property
    def by_country(self) -> Mapping[str, list[str]]:
        """The ids of clients by country code."""
        return self._grouped(lambda one: one.country)

    @cached_property
    def by_city(self) -> Mapping[str, list[str]]:
        """The ids of clients by their folded city."""
        return self._grouped(lambda one: fold(one.city))

    @cached_property
    def by_industry(self) -> Mapping[str, list[str]]:
        """The ids of clients by their folded industry."""
        return self._grouped(lambda one: fold(one.industry))

    @cached_property
    def _by_email(self) -> Mapping[str, list[str]]:
        return self._grouped(lambda one: fold(one.email))

    @cached_property
    def _by_domain(self) -> Mapping[str, list[str]]:
        return self._grouped(lambda one: _domain(fold(one.email)))

    @cached_property
    def _by_domain_name(self) -> Mapping[str, list[str]]:
        return self._grouped(lambda one: _domain(fold(one.email)).partition(".")[0])

    def _grouped(self, value_of: Callable[[KnownClient], str]) -> Mapping[str, list[str]]:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for client in self._clients.values():
            value = value_of(client)
            if value:
                groups[value].append(client.id)
        return dict(groups)


def _domain(address: str) -> str:
    return address.rpartition("@")[2] if "@" in address else ""
