"""Law: the figures by which invented ledgers are made, read from law.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of figures; `source` says where they come from, "assumed" where from nowhere."""

    source: str


class CustomerLaw(Part, frozen=True):
    """How many customers there are, how often they buy, and how they come and go."""

    invoices_each: int
    number_max: int
    frequency_doublings: float
    new_share: float
    leaving_share: float
    stopping_share: float
    supplied_days: int
    repeat_share: float
    repeats: float
    terms_kept: float
    unit_kept: float


class AmountLaw(Part, frozen=True):
    """Log-normal amounts: a median in XOF, spreads in doublings, and what one unit is worth."""

    median: float
    customer_doublings: float
    invoice_doublings: float
    days_per_doubling: float
    large_doublings: float
    worth: dict[str, float]


class IssuingLaw(Part, frozen=True):
    """On which days invoices are written, as factors."""

    weekdays: tuple[float, ...]
    last_days: int
    last_days_factor: float
    months: tuple[float, ...]
    growth: float
    end_of_month_share: float
    weekly_share: float


class ShapeLaw(Part, frozen=True):
    """Quantiles of the delay around its median, in spreads; straight lines between them."""

    levels: tuple[float, ...]
    spreads: tuple[float, ...]


class DriftLaw(Part, frozen=True):
    """How habits change with time, in days."""

    customer_step_days: float
    company_step_days: float
    turning_share: float
    turning_days: tuple[float, float]


class Habit(Part, frozen=True):
    """How a kind of customer pays: the range of its usual delay and of its spread, in days."""

    name: str
    share: float
    days: tuple[float, float]
    spread: tuple[float, float]


class Run(Part, frozen=True):
    """The days on which a customer pays: weekdays (Monday 0), or days of the month (31: last)."""

    name: str
    share: float
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()


class Detour(Part, frozen=True):
    """What may befall an invoice; `large` multiplies the share for large amounts."""

    name: str
    share: float
    large: float
    days: float
    spread: float
    never: bool = False


class Season(Part, frozen=True):
    """Days of the year on which what falls due is paid later; no countries or industries: all."""

    name: str
    days: float
    share: float
    first: str = ""
    last: str = ""
    ramadan: bool = False
    month_end_days: int = 0
    countries: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


class Industry(Part, frozen=True):
    """A trade: how much later it pays, how much more it disputes, how large its invoices are."""

    name: str
    share: float
    days: float
    disputes: float
    doublings: float


class Size(Part, frozen=True):
    """A size of customers: delay in days, amounts and frequency in doublings."""

    name: str
    share: float
    days: float
    doublings: float
    frequency: float


class Country(Part, frozen=True):
    """A country and the name of the terms used there."""

    code: str
    share: float
    terms: str


class Terms(Part, frozen=True):
    """Payment terms, and how much later they are paid than others."""

    name: str
    days: int
    late: float
    end_of_month: bool = False


class TermsUsed(Part, frozen=True):
    """Shares of the terms, in their order, in some countries."""

    name: str
    shares: tuple[float, ...]


class Unit(Part, frozen=True):
    """A business unit of the seller."""

    name: str
    share: float
    days: float


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All figures together; `version` changes whenever one of them does."""

    version: int
    customers: CustomerLaw
    amounts: AmountLaw
    issuing: IssuingLaw
    shape: ShapeLaw
    drift: DriftLaw
    habits: tuple[Habit, ...]
    runs: tuple[Run, ...]
    detours: tuple[Detour, ...]
    seasons: tuple[Season, ...]
    industries: tuple[Industry, ...]
    sizes: tuple[Size, ...]
    countries: tuple[Country, ...]
    terms: tuple[Terms, ...]
    terms_used: tuple[TermsUsed, ...]
    units: tuple[Unit, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What invented customers are called."""

    first: tuple[str, ...]
    legal_forms: tuple[str, ...]
    trades: dict[str, tuple[str, ...]]
    towns: dict[str, tuple[str, ...]]


@cache
def written_law() -> Law:
    """Return the law that comes with net30."""
    return msgspec.convert(_toml("law.toml"), Law)


@cache
def written_words() -> Words:
    """Return the words of names that come with net30."""
    return msgspec.convert(_toml("names.toml"), Words)


def shares(parts: Sequence[Habit | Run | Industry | Size | Country | Unit]) -> list[float]:
    """Return how often each of the parts is met."""
    return [part.share for part in parts]


def _toml(name: str) -> dict[str, object]:
    content = (files("net30.ledger.invented") / name).read_text(encoding="utf-8")
    return tomllib.loads(content)
