"""Measured: a figure, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SHARE_DECIMALS = 4
DAYS_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, or None with its reason: never 0 and never NaN where nothing is known."""

    value: Decimal | None
    reason: str = ""


def unknown(reason: str) -> Measure:
    """Return that there is no figure, and why."""
    return Measure(None, reason)


def share(part: int, whole: int, reason: str) -> Measure:
    """Return part / whole to four decimals; without a positive whole the reason."""
    return _ratio(part, whole, SHARE_DECIMALS, reason)


def days(total: int, weight: int, reason: str) -> Measure:
    """Return total / weight to one decimal; without a positive weight the reason."""
    return _ratio(total, weight, DAYS_DECIMALS, reason)


def growth(now: int, before: int, reason: str) -> Measure:
    """Return now / before - 1 to four decimals; without a positive `before` the reason."""
    return share(now - before, before, reason)


def half_up(exact: Fraction) -> int:
    """Return the nearest whole number, halves away from zero."""
    return _nearest(exact.numerator, exact.denominator)


def rounded(exact: Fraction | int, digits: int) -> Measure:
    """Return an exact figure, rounded once."""
    return _decimal(exact.numerator, exact.denominator, digits)


def _ratio(part: int, whole: int, digits: int, reason: str) -> Measure:
    return _decimal(part, whole, digits) if whole > 0 else unknown(reason)


def _decimal(part: int, whole: int, digits: int) -> Measure:
    return Measure(Decimal(_nearest(part * 10**digits, whole)).scaleb(-digits))


def _nearest(part: int, whole: int) -> int:
    """Return part / whole rounded, halves away from zero; `whole` is above 0."""
    found = (2 * abs(part) + whole) // (2 * whole)
    return -found if part < 0 else found
