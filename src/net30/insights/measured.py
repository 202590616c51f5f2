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
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))


def rounded(exact: Fraction | int, digits: int) -> Measure:
    """Return an exact figure, rounded once."""
    scaled = half_up(Fraction(exact) * 10**digits)
    return Measure(Decimal(scaled).scaleb(-digits))


def _ratio(part: int, whole: int, digits: int, reason: str) -> Measure:
    return rounded(Fraction(part, whole), digits) if whole > 0 else unknown(reason)
