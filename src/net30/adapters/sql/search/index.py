"""Index: entries in SQL, found by words, by filters and by names that are nearly right."""

from __future__ import annotations

from collections.abc import Sequence

from net30.adapters.sql.connection import Connection, Values
from net30.adapters.sql.database import Database
from net30.adapters.sql.search.backend import Backend, Words
from net30.adapters.sql.search.customers import Customers, learn
from net30.adapters.sql.search.entries import INSERT, UPDATE, folded, values_of, words_for
from net30.adapters.sql.search.find import PLACES_PER_TENANT, Finder
from net30.adapters.sql.search.fts5 import Fts5
from net30.adapters.sql.search.question import Bound
from net30.adapters.sql.search.tsvector import TsVector
from net30.finding.words import storable, words_of
from net30.ports.search import CustomerName, Entry, Page, Query

ENTRIES_PER_TRANSACTION_MAX = 500
"""So that a large import lets invoices be issued in between."""

_BACKENDS: dict[str, Backend] = {"sqlite": Fts5(), "postgresql": TsVector()}

_ONE = "SELECT place FROM search_entry WHERE organisation = :organisation AND id = :id"
_ALL = "SELECT place FROM search_entry WHERE organisation = :organisation"
_TO_RENAME = (
    "organisation = :organisation AND customer_id = :customer "
    "AND version <= :version AND customer <> :name"
)


class SqlSearch:
    """The search index in the database of the store; every statement names one organisation."""

    shows_at_once = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._backend = _BACKENDS[database.dialect]
        self._customers = Customers()

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        """Write or replace entries by id; one older than what is there changes nothing."""
        for start in range(0, len(entries), ENTRIES_PER_TRANSACTION_MAX):
            chunk = entries[start : start + ENTRIES_PER_TRANSACTION_MAX]
            newest: dict[str, Entry] = {}
            for entry in chunk:
                if entry.id not in newest or newest[entry.id].version <= entry.version:
                    newest[entry.id] = entry
            with self._database.writing(organisation) as connection:
                self._write(connection, organisation, list(newest.values()))

    def put_customers(self, organisation: str, customers: Sequence[CustomerName]) -> None:
        """Learn customers' present names; their entries are found and shown under them."""
        if not customers:
            return
        with self._database.writing(organisation) as connection:
            tenant, _ = _lock(connection, organisation, places=0)
            learn(connection, organisation, customers)
            for customer in customers:
                self._rename(connection, organisation, tenant, customer)

    def remove(self, organisation: str, ids: Sequence[str]) -> None:
        """Remove entries."""
        with self._database.writing(organisation) as connection:
            for entry_id in ids:
                values = {"organisation": organisation, "id": entry_id}
                self._backend.delete(connection, _ONE, values)
                connection.execute(
                    "DELETE FROM search_entry WHERE organisation = :organisation AND id = :id",
                    values,
                )

    def shred(self, organisation: str) -> None:
        """Leave no word in the database's files that was removed or changed."""
        with self._database.writing(organisation) as connection:
            self._backend.shred(connection)

    def clear(self, organisation: str) -> None:
        """Remove all that is known of an organisation, before it is put in anew."""
        values = {"organisation": organisation}
        with self._database.writing(organisation) as connection:
            self._backend.delete(connection, _ALL, values)
            connection.execute(
                "DELETE FROM search_entry WHERE organisation = :organisation", values
            )
            connection.execute(
                "DELETE FROM search_customer WHERE organisation = :organisation", values
            )
            connection.execute(
                "UPDATE search_organisation SET changed = changed + 1 "
                "WHERE organisation = :organisation",
                values,
            )

    def find(self, organisation: str, query: Query) -> Page:
        """Return the page that a query asks for.

        Raises InputError for a foreign cursor or amounts without a currency, LimitExceeded for
        more than PAGE_ROWS_MAX rows or a text that no person types.
        """
        with self._database.reading(organisation) as connection:
            finder = Finder(connection, self._backend, self._customers, organisation)
            return finder.find(query)

    def names_like(
        self, organisation: str, text: str, *, limit: int = 5
    ) -> tuple[tuple[str, str], ...]:
        """Return (customer id, name) pairs near a misspelt name, nearest first."""
        with self._database.reading(organisation) as connection:
            names = self._customers.near(connection, organisation)
        return tuple((near.customer_id, near.name) for near in names.find(text, limit))

    def close(self) -> None:
        """Do nothing: the connections are the store's."""

    def _write(self, connection: Connection, organisation: str, entries: Sequence[Entry]) -> None:
        tenant, place = _lock(connection, organisation, places=len(entries))
        fresh: list[Bound] = []
        changed: list[Bound] = []
        words: list[Words] = []
        for entry in entries:
            values = values_of(organisation, place, entry)
            known = connection.row(
                "SELECT place, version, words_mark FROM search_entry "
                "WHERE organisation = :organisation AND id = :id",
                {"organisation": organisation, "id": entry.id},
            )
            if known is None:
                fresh.append(values)
                words.append(words_for(tenant, place, entry))
                place += 1
            elif known[1] <= entry.version:
                changed.append({**values, "place": known[0]})
                if known[2] != values["words_mark"]:
                    words.append(words_for(tenant, known[0], entry))
                    which = {"organisation": organisation, "id": entry.id}
                    self._backend.delete(connection, _ONE, which)
        connection.execute_many(UPDATE, changed)
        connection.execute_many(INSERT, fresh)
        self._backend.add(connection, words)
        learn(connection, organisation, _customers_of(entries))

    def _rename(
        self, connection: Connection, organisation: str, tenant: int, customer: CustomerName
    ) -> None:
        name = storable(customer.name)
        values: Values = {
            "organisation": organisation,
            "customer": customer.customer_id,
            "name": name,
            "version": customer.version,
        }
        words = Words(0, tenant, customer=tuple(words_of(name)), others=())
        places = f"SELECT place FROM search_entry WHERE {_TO_RENAME}"  # noqa: S608 a constant of ours
        self._backend.rename(connection, places, values, words)
        connection.execute(
            "UPDATE search_entry SET customer = :name, customer_folded = :folded, "  # noqa: S608 a constant of ours
            f"version = :version WHERE {_TO_RENAME}",
            {**values, "folded": folded(name)},
        )


def _lock(connection: Connection, organisation: str, *, places: int) -> tuple[int, int]:
    """Make other writers of the organisation wait; return its ordinal and the first free place."""
    values: Bound = {"organisation": organisation, "places": places}
    connection.execute(
        "INSERT INTO search_organisation (organisation, last, changed) "
        "VALUES (:organisation, 0, 0) ON CONFLICT (organisation) DO NOTHING",
        values,
    )
    connection.execute(
        "UPDATE search_organisation SET last = last + :places WHERE organisation = :organisation",
        values,
    )
    rows = connection.rows(
        "SELECT ordinal, last FROM search_organisation WHERE organisation = :organisation", values
    )
    ordinal, last = (int(number) for number in rows[0])
    return ordinal, ordinal * PLACES_PER_TENANT + last - places


def _customers_of(entries: Sequence[Entry]) -> list[CustomerName]:
    """Return each customer's newest name in the entries."""
    found: dict[str, CustomerName] = {}
    for entry in sorted(entries, key=lambda entry: entry.version):
        if entry.customer_id:
            found[entry.customer_id] = CustomerName(
                customer_id=entry.customer_id, name=entry.customer, version=entry.version
            )
    return list(found.values())
