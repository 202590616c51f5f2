"""Customers: the names known to search, kept ready in memory until one changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from net30.adapters.sql.connection import Connection, Values
from net30.finding.words import storable
from net30.ports.search import CustomerName

if TYPE_CHECKING:
    from net30.finding.near import NearNames

CUSTOMERS_MATCHED_MAX = 200_000
ORGANISATIONS_KEPT_MAX = 64


class Customers:
    """The table search_customer, and what near-name search makes of it.

    search_organisation.changed counts changes of names: as long as it stands still, what was made
    of the names is still true, whichever process writes.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[str, tuple[int, NearNames]] = OrderedDict()
        self._lock = Lock()

    def near(self, connection: Connection, organisation: str) -> NearNames:
        """Return the organisation's names, ready for comparing."""
        found = connection.row(
            "SELECT changed FROM search_organisation WHERE organisation = :organisation",
            {"organisation": organisation},
        )
        changed = int(found[0]) if found else 0
        with self._lock:
            kept = self._made.get(organisation)
            if kept and kept[0] == changed:
                self._made.move_to_end(organisation)
                return kept[1]
        # rapidfuzz takes longer to import than most commands take to run.
        from net30.finding.near import NearNames  # noqa: PLC0415

        names = NearNames(_all_names(connection, organisation))
        with self._lock:
            self._made[organisation] = (changed, names)
            while len(self._made) > ORGANISATIONS_KEPT_MAX:
                self._made.popitem(last=False)
        return names


def names_of(
    connection: Connection, organisation: str, customer_ids: Iterable[str]
) -> tuple[str, ...]:
    """Return the names of customers, in the order given; unknown ones are left out."""
    rows = (
        connection.row(
            "SELECT name FROM search_customer "
            "WHERE organisation = :organisation AND customer_id = :customer",
            {"organisation": organisation, "customer": customer_id},
        )
        for customer_id in customer_ids
    )
    return tuple(row[0] for row in rows if row)


def learn(
    connection: Connection, organisation: str, customers: Sequence[CustomerName]
) -> list[CustomerName]:
    """Keep present names, unless a later one is known; return those that are new or changed."""
    changed = [one for one in customers if _learn_one(connection, organisation, one)]
    if changed:
        connection.execute(
            "UPDATE search_organisation SET changed = changed + 1 "
            "WHERE organisation = :organisation",
            {"organisation": organisation},
        )
    return changed


def _learn_one(connection: Connection, organisation: str, customer: CustomerName) -> bool:
    values: Values = {
        "organisation": organisation,
        "customer": customer.customer_id,
        "name": storable(customer.name),
        "version": customer.version,
    }
    return bool(
        connection.execute(
            "INSERT INTO search_customer (organisation, customer_id, name, version) "
            "VALUES (:organisation, :customer, :name, :version) "
            "ON CONFLICT (organisation, customer_id) DO UPDATE "
            "SET name = excluded.name, version = excluded.version "
            "WHERE search_customer.version <= excluded.version "
            "AND search_customer.name <> excluded.name",
            values,
        )
    )


def _all_names(connection: Connection, organisation: str) -> list[tuple[str, str]]:
    rows = connection.rows(
        "SELECT customer_id, name FROM search_customer WHERE organisation = :organisation "
        "ORDER BY name, customer_id LIMIT :limit",
        {"organisation": organisation, "limit": CUSTOMERS_MATCHED_MAX},
    )
    return [(customer_id, name) for customer_id, name in rows]
