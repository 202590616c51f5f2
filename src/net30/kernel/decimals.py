"""Decimals: exact numbers for quantities, prices and rates, and the one rounding rule."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext

from net30.kernel.errors import InputError

DIGITS_MAX = 40
"""Significant digits that one number may have."""

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
"""Wide enough that products of two accepted numbers are exact."""


def parse_decimal(text: str) -> Decimal:
    """Read a plain decimal number such as 90000 or 12.50; no grouping, no exponent, no NaN.

    Raises InputError otherwise.
    """
    cleaned = text.strip()
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        value = Decimal("NaN")
    plain = cleaned.isascii() and cleaned.lstrip("+-").replace(".", "", 1).isdigit()
    if not plain or not value.is_finite() or len(value.as_tuple().digits) > DIGITS_MAX:
        raise InputError(
            f"{text!r} is not a number net30 can take",
            hint=f"write digits with a point, e.g. 1250.50, at most {DIGITS_MAX} digits",
            code="number",
        )
    return value


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round to so many decimals, halves away from zero, so that a credit mirrors its invoice.

    >>> round_half_up(Decimal("-0.125"), 2)
    Decimal('-0.13')
    """
    with localcontext(EXACT):
        return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Write without exponent and without trailing zeros.

    >>> plain(Decimal("40.00"))
    '40'
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
