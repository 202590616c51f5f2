"""Money: a whole number of a currency's smallest unit; no float ever touches it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from importlib.resources import files

from net30.kernel.decimals import EXACT, parse_decimal, plain, round_half_up
from net30.kernel.errors import InputError, LimitExceeded

MINOR_UNITS_MAX = 10**18
"""Largest amount of minor units, so that every amount fits a signed 64-bit column."""


@cache
def currency_digits() -> dict[str, int]:
    """Return the number of decimals of every currency of ISO 4217 (see currencies.md)."""
    with (files("net30.kernel") / "currencies.csv").open(encoding="utf-8") as table:
        return {row["code"]: int(row["digits"]) for row in csv.DictReader(table)}


def digits_of(currency: str) -> int:
    """Return a currency's decimals: XOF 0, EUR 2, TND 3.

    Raises InputError for a code that ISO 4217 does not list.
    """
    try:
        return currency_digits()[currency]
    except KeyError:
        raise InputError(
            f"{currency!r} is not a currency",
            hint="use an ISO 4217 code such as XOF, XAF, EUR or USD",
            code="currency",
        ) from None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units of `currency` (90000 XOF is Money(90000, "XOF")).

    Raises InputError for an unknown currency and LimitExceeded beyond 10^18 minor units.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what no ledger column could hold."""
        digits_of(self.currency)
        if abs(self.minor) > MINOR_UNITS_MAX:
            raise LimitExceeded(
                f"an amount of {self.minor:,} minor units of {self.currency} is too large",
                hint=f"net30 takes at most {MINOR_UNITS_MAX:,} minor units",
                code="amount_too_large",
            )

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Return an exact amount; refuse more decimals than the currency has.

        >>> Money.of("12.50", "EUR")
        Money(minor=1250, currency='EUR')
        """
        value = parse_decimal(amount) if isinstance(amount, str) else Decimal(amount)
        money = cls.rounded(value, currency)
        if money.amount != value:
            raise InputError(
                f"{plain(value)} has more decimals than {currency} allows",
                hint=f"{currency} has {digits_of(currency)} decimals",
                code="amount_decimals",
            )
        return money

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """Return the nearest amount, halves away from zero."""
        digits = digits_of(currency)
        if not amount.is_finite():
            raise InputError(
                f"{amount} is no amount", hint="write digits, e.g. 1250.50", code="number"
            )
        if amount.adjusted() > len(str(MINOR_UNITS_MAX)):
            raise LimitExceeded(
                f"an amount of {amount:.3E} {currency} is too large",
                hint=f"net30 takes at most {MINOR_UNITS_MAX:,} minor units",
                code="amount_too_large",
            )
        return cls(int(round_half_up(amount, digits).scaleb(digits, EXACT)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing of a currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Return the sum of amounts, all of one currency; zero when there are none."""
        result = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result

    @property
    def amount(self) -> Decimal:
        """Return the amount in major units with the currency's decimals (Decimal('12.50'))."""
        return Decimal(self.minor).scaleb(-digits_of(self.currency), EXACT)

    def times(self, factor: Decimal) -> Money:
        """Return the amount times a factor, rounded once."""
        with localcontext(EXACT):
            return Money.rounded(self.amount * factor, self.currency)

    def share(self, part: Money, whole: Money) -> Money:
        """Return the amount times part/whole, rounded half up: an exact rule of three.

        `whole` is not zero: of nothing there are no parts.
        """
        self._same(part)
        self._same(whole)
        exact = Fraction(self.minor * part.minor, whole.minor)
        return Money(_half_up(exact), self.currency)

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Take away an amount of the same currency."""
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        """Turn a debit into a credit."""
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        """Return the amount without its sign."""
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        """Tell whether there is any money at all."""
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        """Compare two amounts of one currency."""
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        """Compare two amounts of one currency."""
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        """Compare two amounts of one currency."""
        return other < self

    def __ge__(self, other: Money) -> bool:
        """Compare two amounts of one currency."""
        return other <= self

    def __str__(self) -> str:
        """Write as digits and code: 3600000 XOF."""
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InputError(
                f"{self} and {other} are of two currencies",
                hint="net30 never adds currencies; convert first",
                code="two_currencies",
            )


def sums_of(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return the sum of each currency, in the order of their codes; currencies are never added.

    >>> sums_of([Money(5, "XOF"), Money(120, "EUR"), Money(2, "XOF")])
    (Money(minor=120, currency='EUR'), Money(minor=7, currency='XOF'))
    """
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums))


def _half_up(exact: Fraction) -> int:
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))
