"""How much: the amounts of a sheet in the minor units of each row's currency."""

from __future__ import annotations

import pyarrow as pa

from net30.kernel.money import currency_digits
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.imports.claim_rows import ClaimRows, is_empty
from net30.ledger.imports.number_text import (
    NumberStyle,
    is_simple,
    minor_units,
    number_style,
    split_currency,
    tidied,
)
from net30.ledger.mapping import Role

SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₦": ("NGN",),
    "₵": ("GHS",),
    "₹": ("INR",),
    "R$": ("BRL",),
    "FCFA": ("XOF", "XAF"),
    "F CFA": ("XOF", "XAF"),
    "CFA": ("XOF", "XAF"),
    "F": ("XOF", "XAF", "CHF", "GNF", "CDF", "DJF", "KMF", "RWF", "BIF", "XPF"),
    "Fr": ("CHF",),
    "Fr.": ("CHF",),
}
"""The currencies that a sign beside an amount can mean; others, such as $, are not checked."""

_DECIMALS_USUAL = 2
_DECIMALS_OF_THOUSANDS = 3


def read_amounts(rows: ClaimRows, default_currency: str) -> None:
    """Read each row's currency, then its amounts."""
    _read_currency(rows, default_currency)
    for role in (Role.AMOUNT, Role.NET, Role.TAX, Role.BALANCE):
        texts = rows.text(role)
        if texts is None:
            rows.done[role] = pa.nulls(len(rows), pa.int64())
            continue
        amounts = _amounts(rows, role, texts)
        wrong = compute.missing(amounts)
        if role is not Role.AMOUNT:
            wrong = compute.but_not(wrong, is_empty(texts))
        message = "{!r} is no amount in this column's style and currency"
        rows.refuse("amount", role, wrong, message)
        rows.done[role] = amounts


def _read_currency(rows: ClaimRows, default: str) -> None:
    texts = rows.text(Role.CURRENCY)
    codes = rows.same(default)
    if texts is not None:
        codes = compute.pick(is_empty(texts), default, compute.upper(texts))
    words = codes.dictionary_encode()
    digits = [currency_digits().get(word) for word in compute.texts(words.dictionary)]
    rows.done["decimals"] = pa.array(digits, pa.int8()).take(words.indices)
    rows.done["currency"] = words
    bad = compute.missing(rows.done["decimals"])
    rows.refuse("currency", Role.CURRENCY, bad, "{!r} is no ISO 4217 currency code")


def _amounts(rows: ClaimRows, role: Role, texts: Column) -> Column:
    decimals = rows.done["decimals"]
    mark = rows.mapping.layout.decimal_mark
    if mark != "," and is_simple(texts):
        return minor_units(texts, NumberStyle("."), decimals)
    numbers, signs = split_currency(tidied(texts))
    first = next(iter(compute.distinct(decimals)), _DECIMALS_USUAL)
    style = NumberStyle(mark) if mark else number_style(numbers, first)
    if style.mixed:
        rows.say(
            "amount_mixed",
            role,
            "some amounts have a comma, others a point as decimal mark: "
            f"{style.decimal_mark!r} was taken",
        )
    if not style.sure:
        meaning = "decimals" if first == _DECIMALS_OF_THOUSANDS else "thousands"
        rows.say(
            "amount_grouping",
            role,
            f"every mark has three digits behind it, so they were read as {meaning}; "
            "a layout's decimal_mark says otherwise",
        )
    _check_signs(rows, role, signs)
    return minor_units(numbers, style, decimals)


def _check_signs(rows: ClaimRows, role: Role, signs: Column) -> None:
    wrong = rows.same(value=False)
    currency = compute.text(rows.done["currency"])
    for sign in compute.distinct(signs):
        meant = SIGNS.get(sign) or ((sign,) if sign in currency_digits() else ())
        if meant:
            other = compute.no(compute.within(currency, meant))
            wrong = compute.either(wrong, compute.both(compute.equal(signs, sign), other))
    message = "the amount {!r} names another currency than its row"
    rows.refuse("amount_currency", role, wrong, message)
