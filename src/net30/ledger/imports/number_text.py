"""Amounts as people write them: 1 234,56 or 1,234.56 or (90.000) become whole minor units.

How a column is written is decided for the column as a whole: one 12,50 in it says that its comma
is the decimal mark. Where every separator has exactly three digits behind it (90.000), it
separates thousands, unless the currency has three decimals. No float is used on the way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from net30.kernel.money import MINOR_UNITS_MAX
from net30.ledger import compute
from net30.ledger.compute import Column

DIGITS_MAX = 18
DECIMALS_MAX = 9
_MARKS = (".", ",")
_EXACT = pa.decimal128(DIGITS_MAX + DECIMALS_MAX, DECIMALS_MAX)
_PLAIN = rf"^[+-]?\d{{1,{DIGITS_MAX}}}(\.\d{{1,{DECIMALS_MAX}}})?$"
_SPACES = "[ \u00a0\u202f\u2009'’]"
_SYMBOLS = r"(?:[A-Z]{3}|F ?CFA|FCFA|CFA|F|[€$£¥₦₵₹₽₺₩₫฿]|R\$|CHF|Fr\.?)"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How the amounts of a column are written.

    `decimal_mark` is "." or ","; `sure` is false when only the three-digit rule decided, `mixed`
    is true when some rows are written the other way round.
    """

    decimal_mark: str = "."
    sure: bool = True
    mixed: bool = False

    @property
    def thousands_mark(self) -> str:
        """Return the other mark."""
        return "," if self.decimal_mark == "." else "."


def is_simple(texts: Column) -> bool:
    """Tell whether all amounts are digits with at most two decimals behind a point.

    Most files are like that; nothing of the rest of this page need be asked of them.
    """
    return compute.every(compute.matches(texts, rf"^-?\d{{1,{DIGITS_MAX}}}(\.\d{{1,2}})?$"))


def tidied(texts: Column) -> Column:
    """Return amounts with signs as a leading minus and without spaces between digits."""
    plain = compute.matches(texts, _PLAIN)
    if compute.every(plain):
        return texts
    tidy = compute.trimmed(texts)
    tidy = _replaced(tidy, "[−‐–]", "-")
    tidy = _replaced(tidy, r"^\((.*)\)$", r"-\1")
    tidy = _replaced(tidy, rf"^(.*\d){_SPACES}*-$", r"-\1")
    # Twice: a single digit between two spaces can be the end of one match only.
    for _ in range(2):
        tidy = _replaced(tidy, rf"(\d){_SPACES}(\d)", r"\1\2")
    return tidy


def split_currency(texts: Column) -> tuple[Column, Column]:
    """Return tidied amounts without a currency sign or code, and that sign ("" without one)."""
    if compute.every(compute.matches(texts, r"^[\d.,+-]*$")):
        return texts, compute.repeat("", len(texts))
    space = f"{_SPACES}*"
    head, sign, tail = compute.groups(
        texts, rf"^(?P<a>[+-]?){space}(?P<s>{_SYMBOLS}){space}(?P<b>[+-]?\d.*)$", "a", "s", "b"
    )
    number, sign_behind = compute.groups(
        texts, rf"^(?P<a>.*\d){space}(?P<s>{_SYMBOLS})\.?$", "a", "s"
    )
    numbers = compute.first_of(compute.glued(head, tail), number, texts)
    signs = compute.first_of(sign, sign_behind, "")
    return numbers, signs


def number_style(texts: Column, decimals: int) -> NumberStyle:
    """Return how the amounts of a column are written; `decimals` are the currency's digits."""
    return style_by(signs_of_style(texts), decimals)


def signs_of_style(texts: Column) -> Counter[str]:
    """Return what some amounts of a column show of its style: counts, which add up."""
    signs = {}
    for mark in _MARKS:
        signs[f"decimal{mark}"] = _count(texts, _decimal_pattern(mark))
        signs[f"used{mark}"] = _count(texts, rf"\d[{mark}]\d")
        signs[f"several{mark}"] = _count(texts, rf"[{mark}]\d{{3}}[{mark}]")
    return Counter(signs)


def style_by(signs: Counter[str], decimals: int) -> NumberStyle:
    """Return the style that all of a column shows."""
    said = [mark for mark in _MARKS if signs[f"decimal{mark}"]]
    if len(said) == 1:
        return NumberStyle(said[0])
    if said:
        return NumberStyle(max(said, key=lambda mark: signs[f"decimal{mark}"]), mixed=True)
    used = [mark for mark in _MARKS if signs[f"used{mark}"]]
    if not used:
        return NumberStyle()
    several = [mark for mark in used if signs[f"several{mark}"]]
    if len(used) == 1 and decimals == 3 and not several:  # noqa: PLR2004 as TND, KWD
        return NumberStyle(used[0], sure=False)
    thousands = (several or used)[0]
    return NumberStyle("," if thousands == "." else ".", sure=bool(several))


def minor_units(texts: Column, style: NumberStyle, decimals: Column) -> Column:
    """Return int64 minor units; null for what is no amount in this style, too large or too fine.

    `texts` are tidied and without currency; `decimals` are the digits of each row's currency.
    """
    plain = _plain(texts, style)
    fits = compute.matches(plain, _PLAIN)
    exact = compute.pick(fits, plain, None).cast(_EXACT)
    result: Column = pa.nulls(len(texts), pa.int64())
    for digits in compute.distinct(decimals):
        minor = compute.times(exact, pa.scalar(Decimal(10) ** digits, pa.decimal128(10, 0)))
        whole = compute.rounded(minor)
        limit = pa.scalar(Decimal(MINOR_UNITS_MAX), pa.decimal128(19, 0))
        good = compute.both(
            compute.equal(minor, whole), compute.at_most(compute.size(minor), limit)
        )
        here = compute.both(good, compute.equal(decimals, digits))
        kept = compute.pick(here, whole, None)
        result = compute.first_of(result, kept.cast(pa.int64()))
    return result


def _plain(texts: Column, style: NumberStyle) -> Column:
    mark, thousands = style.decimal_mark, style.thousands_mark
    if mark == "." and not _count(texts, thousands):
        return texts
    # Groups of three, or of two and three as in 12,34,567.89.
    grouped = rf"^[+-]?\d{{1,3}}([{thousands}]\d{{2,3}})*[{thousands}]\d{{3}}([{mark}]\d+)?$"
    simple = rf"^[+-]?\d+([{mark}]\d+)?$"
    known = compute.matches(texts, f"{grouped}|{simple}")
    bare = compute.swapped(texts, thousands, "")
    pointed = bare if mark == "." else compute.swapped(bare, mark, ".")
    return compute.pick(known, pointed, None)


def _decimal_pattern(mark: str) -> str:
    """Return what shows that a mark is the decimal one: not three digits behind it, or no group."""
    other = "," if mark == "." else "."
    return (
        rf"[{other}]\d{{3}}[{mark}]\d+$"  # 1.234,56
        rf"|^[+-]?\d*[{mark}](\d{{1,2}}|\d{{4,}})$"  # 12,5
        rf"|^[+-]?(0|\d{{4,}})[{mark}]\d+$"  # 0,125 or 1234,567
    )


def _count(texts: Column, pattern: str) -> int:
    return compute.count(compute.matches(texts, pattern))


def _replaced(texts: Column, pattern: str, replacement: str) -> Column:
    return compute.replaced(texts, pattern, replacement)
