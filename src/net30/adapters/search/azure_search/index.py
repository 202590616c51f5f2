"""Index: entries and customers' names in Azure AI Search; every question names one organisation.

The service keeps no condition on a write, so what is there is looked up first, and an older entry
is left out. Of two processes that put the same entry within the same moment the older one may
stand: the projection looks at the books again after each put, and puts what is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from net30.adapters.search.azure_search.definition import KEY
from net30.adapters.search.azure_search.documents import (
    CUSTOMER,
    DOCUMENT,
    Document,
    key_of,
    named,
    of_customer,
    of_entry,
)
from net30.adapters.search.azure_search.find import Finder
from net30.adapters.search.azure_search.names import Names
from net30.adapters.search.azure_search.question import of_tenant, quoted
from net30.adapters.search.azure_search.service import BATCH_DOCUMENTS_MAX, ROWS_MAX, Service
from net30.finding.words import storable
from net30.ports.search import CustomerName, Entry, Page, Query


class AzureSearch:
    """The search index in Azure AI Search; the package's own face says what each call does."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._names = Names(service)

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        """Write or replace entries by id; one older than what is there changes nothing."""
        for start in range(0, len(entries), BATCH_DOCUMENTS_MAX):
            newest: dict[str, Entry] = {}
            for entry in entries[start : start + BATCH_DOCUMENTS_MAX]:
                if entry.id not in newest or newest[entry.id].version <= entry.version:
                    newest[entry.id] = entry
            self._write(organisation, list(newest.values()))

    def put_customers(self, organisation: str, customers: Sequence[CustomerName]) -> None:
        """Learn customers' present names; their entries are found and shown under them."""
        if not customers:
            return
        self._learn(organisation, customers)
        for customer in customers:
            self._rename(organisation, customer)

    def remove(self, organisation: str, ids: Sequence[str]) -> None:
        """Remove entries."""
        keys = [key_of(organisation, DOCUMENT, one) for one in ids]
        self._service.delete(keys)
        self._service.seen(lambda: not self._versions(organisation, DOCUMENT, keys))

    def clear(self, organisation: str) -> None:
        """Remove all that is known of an organisation, before it is put in anew."""
        for kind in (DOCUMENT, CUSTOMER):
            where = [of_tenant(organisation, kind)]
            for piece in self._service.every(where, KEY, select=[]):
                self._service.delete([row[KEY] for row in piece])
        self._names.forget(organisation)
        self._service.seen(lambda: not self._service.count([_all_of(organisation)]))

    def find(self, organisation: str, query: Query) -> Page:
        """Return the page that a query asks for.

        Raises InputError for a foreign cursor or amounts without a currency, LimitExceeded for
        more than PAGE_ROWS_MAX rows or a text that no person types, Unavailable when the service
        does not answer.
        """
        return Finder(self._service, self._names, organisation).find(query)

    def names_like(
        self, organisation: str, text: str, *, limit: int = 5
    ) -> tuple[tuple[str, str], ...]:
        """Return (customer id, name) pairs near a misspelt name, nearest first."""
        found = self._names.of(organisation).near.find(text, limit)
        return tuple((near.customer_id, near.name) for near in found)

    def close(self) -> None:
        """Give back the connections."""
        self._service.close()

    def _write(self, organisation: str, entries: Sequence[Entry]) -> None:
        keys = {key_of(organisation, DOCUMENT, one.id): one for one in entries}
        there = self._versions(organisation, DOCUMENT, list(keys))
        fresh = {
            key: one for key, one in keys.items() if key not in there or there[key] <= one.version
        }
        self._learn(organisation, _customers_of(fresh.values()))
        self._put(organisation, DOCUMENT, [of_entry(organisation, one) for one in fresh.values()])

    def _learn(self, organisation: str, customers: Sequence[CustomerName]) -> None:
        """Keep present names, unless a later one is known."""
        keys = {key_of(organisation, CUSTOMER, one.customer_id): one for one in customers}
        known = self._rows(organisation, CUSTOMER, list(keys), ["version", "customer"])
        changed = [
            of_customer(organisation, one)
            for key, one in keys.items()
            if key not in known
            or (
                known[key]["version"] <= one.version
                and known[key]["customer"] != storable(one.name)
            )
        ]
        if changed:
            self._put(organisation, CUSTOMER, changed)
            self._names.forget(organisation)

    def _rename(self, organisation: str, customer: CustomerName) -> None:
        """Give the entries of a customer the new name, but not those that are later."""
        where = [
            of_tenant(organisation, DOCUMENT),
            f"customer_id eq {quoted(customer.customer_id)}",
            f"version le {customer.version}",
            f"customer ne {quoted(storable(customer.name))}",
        ]
        change = {**named(customer.name), "version": customer.version}
        for piece in self._service.every(where, KEY, select=[]):
            self._service.merge([{KEY: row[KEY], **change} for row in piece])
        self._service.seen(lambda: not self._service.count(where))

    def _put(self, organisation: str, kind: str, documents: Sequence[Document]) -> None:
        if not documents:
            return
        self._service.upload(documents)
        wanted = {document[KEY]: document["version"] for document in documents}

        def is_seen() -> bool:
            there = self._versions(organisation, kind, list(wanted))
            return all(there.get(key, -1) >= version for key, version in wanted.items())

        self._service.seen(is_seen)

    def _versions(self, organisation: str, kind: str, keys: Sequence[str]) -> dict[str, int]:
        found = self._rows(organisation, kind, keys, ["version"])
        return {key: int(row["version"]) for key, row in found.items()}

    def _rows(
        self, organisation: str, kind: str, keys: Sequence[str], select: Sequence[str]
    ) -> dict[str, Document]:
        """Return fields of those documents of the keys that are there."""
        found: dict[str, Document] = {}
        for start in range(0, len(keys), ROWS_MAX):
            listed = ",".join(keys[start : start + ROWS_MAX])
            where = [of_tenant(organisation, kind), f"search.in({KEY}, {quoted(listed)}, ',')"]
            rows = self._service.rows(where, [KEY], select=[KEY, *select], limit=ROWS_MAX)
            found |= {row[KEY]: dict(row) for row in rows}
        return found


def _all_of(organisation: str) -> str:
    return f"tenant eq {quoted(organisation)}"


def _customers_of(entries: Iterable[Entry]) -> list[CustomerName]:
    """Return each customer's newest name in the entries."""
    found: dict[str, CustomerName] = {}
    for entry in sorted(entries, key=lambda entry: entry.version):
        if entry.customer_id:
            found[entry.customer_id] = CustomerName(
                customer_id=entry.customer_id, name=entry.customer, version=entry.version
            )
    return list(found.values())
