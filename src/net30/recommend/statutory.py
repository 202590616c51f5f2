"""Statutory: which law gives late interest where, at which dated rates, by statutory.json."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from net30.domain.interest import Rate
from net30.kernel.money import Money


class DatedRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many per cent a year from a day on, and who says so."""

    since: date
    percent: Decimal
    source: str


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of late interest: `points` above a series of rates, and a fixed sum an invoice.

    `source` says where it was read; a lawyer must confirm it before it is claimed.
    """

    countries: tuple[str, ...]
    name: str
    rule: str
    series: str
    points: Decimal
    source: str
    fee: Decimal = Decimal(0)
    fee_currency: str = ""

    @property
    def rates(self) -> tuple[Rate, ...]:
        """Return the dated rates, oldest first; the last one goes on until a newer is known."""
        series = _table().series[self.series]
        return tuple(Rate(since=one.since, percent=one.percent + self.points) for one in series)

    def fee_in(self, currency: str) -> Money | None:
        """Return the fixed sum for a claim in the law's own currency, else None."""
        same = self.fee and self.fee_currency == currency
        return Money.of(self.fee, currency) if same else None


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    laws: tuple[Law, ...]
    series: dict[str, tuple[DatedRate, ...]]
    checked: date


def law_of(country: str) -> Law | None:
    """Return the law of late interest of a country (ISO code), None where none is known here."""
    return next((law for law in _table().laws if country in law.countries), None)


@cache
def _table() -> _Table:
    content = (files("net30.recommend") / "statutory.json").read_bytes()
    return msgspec.json.decode(content, type=_Table)
