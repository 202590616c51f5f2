"""French cardinal numbers in the traditional spelling (hyphens below one hundred only)."""

from __future__ import annotations

_UNDER_TWENTY = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
UNITS = tuple(_UNDER_TWENTY.split())
_TENS = ",,vingt,trente,quarante,cinquante,soixante,soixante,quatre-vingt,quatre-vingt"
TENS = tuple(_TENS.split(","))
SCALES = ("million", "milliard", "billion", "billiard", "trillion")
ELISION = tuple("aeiouyéèêhAEIOUYÉÈÊH")


def cardinal(number: int) -> str:
    """Spell a whole number from zero to 10^21 - 1.

    >>> cardinal(71), cardinal(80), cardinal(81), cardinal(200), cardinal(201), cardinal(80_000)
    ('soixante et onze', 'quatre-vingts', 'quatre-vingt-un', 'deux cents', 'deux cent un', \
'quatre-vingt mille')
    """
    if number == 0:
        return UNITS[0]
    rest, words = number // 1_000_000, _below_a_million(number % 1_000_000)
    parts = [words] if words else []
    for scale in SCALES:
        rest, group = divmod(rest, 1000)
        if group:
            # Million and its like are nouns: they take the plural, and vingts and cents keep it.
            parts.insert(0, f"{_below_a_thousand(group)} {scale}{'s' if group > 1 else ''}")
    return " ".join(parts)


def link(number: int, noun: str) -> str:
    """Return what stands between a number and what is counted: ' ', ' de ' or " d'".

    >>> "un million" + link(1_000_000, "euros") + "euros"
    "un million d'euros"
    """
    if number == 0 or number % 1_000_000:
        return " "
    return " d'" if noun.startswith(ELISION) else " de "


def _below_a_million(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    parts = []
    if thousands:
        # Mille never varies, is not preceded by "un", and takes the s off vingts and cents.
        count = "" if thousands == 1 else _below_a_thousand(thousands, plural=False) + " "
        parts.append(f"{count}mille")
    if rest:
        parts.append(_below_a_thousand(rest))
    return " ".join(parts)


def _below_a_thousand(number: int, *, plural: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        several = hundreds > 1
        ending = "s" if several and not rest and plural else ""
        parts.append(f"{UNITS[hundreds]} cent{ending}" if several else "cent")
    if rest:
        parts.append(_below_a_hundred(rest, plural=plural))
    return " ".join(parts)


def _below_a_hundred(number: int, *, plural: bool) -> str:
    if number < len(UNITS):
        return UNITS[number]
    ten, unit = divmod(number, 10)
    if ten in {7, 9}:  # soixante-dix, quatre-vingt-dix count on from ten to nineteen
        unit += 10
    if unit == 0:
        return "quatre-vingts" if number == 80 and plural else TENS[ten]  # noqa: PLR2004
    joins_with_et = unit in {1, 11} and ten < 8  # noqa: PLR2004
    return f"{TENS[ten]}{' et ' if joins_with_et else '-'}{UNITS[unit]}"
