"""Names: the customers known to search, kept ready in memory until one changes.

The service's own fuzzy terms know slips of one or two letters; initials, abbreviations and words
run together count too, so names are compared here, as they are with the embedded index.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from net30.adapters.search.azure_search.documents import CUSTOMER
from net30.adapters.search.azure_search.question import of_tenant
from net30.adapters.search.azure_search.service import Service
from net30.finding.near import NearNames

CUSTOMERS_MATCHED_MAX = 200_000
ORGANISATIONS_KEPT_MAX = 64


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation's customers: their names by id, and ready for comparing."""

    names: dict[str, str]
    near: NearNames


class Names:
    """The customers of organisations, read anew when one was added, changed or removed."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made: OrderedDict[str, tuple[tuple[int, int], Known]] = OrderedDict()
        self._lock = Lock()

    def of(self, organisation: str) -> Known:
        """Return the organisation's customers."""
        mark = self._mark(organisation)
        with self._lock:
            kept = self._made.get(organisation)
            if kept and kept[0] == mark:
                self._made.move_to_end(organisation)
                return kept[1]
        names = self._read(organisation)
        known = Known(names, NearNames(sorted(names.items(), key=lambda one: (one[1], one[0]))))
        with self._lock:
            self._made[organisation] = (mark, known)
            while len(self._made) > ORGANISATIONS_KEPT_MAX:
                self._made.popitem(last=False)
        return known

    def forget(self, organisation: str) -> None:
        """Read the names anew at the next question."""
        with self._lock:
            self._made.pop(organisation, None)

    def _mark(self, organisation: str) -> tuple[int, int]:
        """Return how many customers there are and the latest change of one, by any process."""
        where = [of_tenant(organisation, CUSTOMER)]
        last = self._service.rows(where, ["version"], select=["version"], limit=1, descending=True)
        return self._service.count(where), int(last[0]["version"]) if last else 0

    def _read(self, organisation: str) -> dict[str, str]:
        names: dict[str, str] = {}
        where = [of_tenant(organisation, CUSTOMER)]
        for piece in self._service.every(where, "id", select=["customer"]):
            names |= {row["id"]: row["customer"] for row in piece}
            if len(names) >= CUSTOMERS_MATCHED_MAX:
                break
        return names
