"""Decimals: exact numbers for quantities, prices and rates, and the one rounding rule."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from net30.kernel.errors import InputError

DIGITS_MAX = 40
"""Digits that one number may have, before and after the point, zeros included."""

EXACT = Context(prec=240, rounding=ROUND_HALF_UP)
"""Wide enough that products of two accepted numbers are exact, and that a quotient of accepted
numbers never reaches a half that it does not have."""

_SHOWN_CHARACTERS = 60
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


def parse_decimal(text: str) -> Decimal:
    """Read a plain decimal number such as 90000 or 12.50; no grouping, no exponent, no NaN.

    Raises InputError otherwise.
    """
    match = _PLAIN.fullmatch(text.strip())
    if match is None or sum(letter.isdigit() for letter in match[0]) > DIGITS_MAX:
        shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
        raise InputError(
            f"{shown!r} is not a number net30 can take",
            hint=f"write digits with a point, e.g. 1250.50, at most {DIGITS_MAX} digits",
            code="number",
        )
    return Decimal(match[0])


def is_acceptable(value: Decimal) -> bool:
    """Tell whether a number is finite and has at most DIGITS_MAX digits before and after its point.

    Numbers that came as text passed parse_decimal; this is for those that came as Decimal.
    """
    if not value.is_finite():
        return False
    whole, decimals = max(value.adjusted() + 1, 1), max(-int(value.as_tuple().exponent), 0)
    return whole + decimals <= DIGITS_MAX


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round to so many decimals, halves away from zero, so that a credit mirrors its invoice.

    >>> round_half_up(Decimal("-0.125"), 2)
    Decimal('-0.13')
    """
    return value.quantize(Decimal(1).scaleb(-digits, EXACT), ROUND_HALF_UP, EXACT)


def plain(value: Decimal) -> str:
    """Write without exponent and without trailing zeros.

    >>> plain(Decimal("40.00"))
    '40'
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
