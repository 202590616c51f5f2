"""English cardinal numbers, short scale, without 'and' inside the number."""

from __future__ import annotations

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
UNITS = tuple(_UNDER_TWENTY.split())
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")


def cardinal(number: int) -> str:
    """Spell a whole number from zero to 10^21 - 1.

    >>> cardinal(3_600_021)
    'three million six hundred thousand twenty-one'
    """
    if number == 0:
        return UNITS[0]
    parts: list[str] = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            parts.insert(0, f"{_below_a_thousand(group)} {scale}".strip())
    return " ".join(parts)


def _below_a_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{UNITS[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(_below_a_hundred(rest))
    return " ".join(parts)


def _below_a_hundred(number: int) -> str:
    if number < len(UNITS):
        return UNITS[number]
    ten, unit = divmod(number, 10)
    return f"{TENS[ten]}-{UNITS[unit]}" if unit else TENS[ten]
