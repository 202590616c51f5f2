"""Asking: what a report is asked of: the books, the day, the currency, and the words for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from net30.services.context import ReadContext
from net30.services.found import customer_called
from net30.services.reporting.words import ReportWords

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question for a report as of the end of a day; an empty currency asks for all."""

    ctx: ReadContext
    day: date
    currency: str
    words: ReportWords

    def of(self, found: Mapping[str, T]) -> list[tuple[str, T]]:
        """Return what was found of the currencies asked for, the company's own first."""
        own = self.ctx.company.currency
        chosen = [one for one in found if self.currency in {"", one}]
        return [(one, found[one]) for one in sorted(chosen, key=lambda one: (one != own, one))]

    def customer(self, customer_id: str) -> str:
        """Return what a customer is called."""
        if not customer_id:
            return self.words("rows.nobody")
        return customer_called(self.ctx, customer_id)

    def because(self, what: str, reason: str) -> str:
        """Return a note that tells why a figure is missing."""
        return f"{what}: {self.words.reason(reason)}"

    def once(self, notes: Iterable[str]) -> tuple[str, ...]:
        """Return notes without the empty ones and without saying anything twice."""
        return tuple(dict.fromkeys(note for note in notes if note))
