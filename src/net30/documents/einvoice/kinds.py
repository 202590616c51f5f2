"""Kinds: how a value is spelt in XML, in its text and its attributes, and how it is read back."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from net30.documents.einvoice.source import Source, text_of
from net30.domain.party import Identifier
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity
from net30.kernel.money import Money, digits_of

ATTACHMENT_BYTES_MAX = 10_000_000
"""Most bytes that the attachments (BT-125) of one document may have together."""

_BASIC_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]*)?(?:Z|[+-]\d{2}:\d{2})?")


@dataclass(frozen=True, slots=True)
class Kind:
    """One spelling: `show` gives the text, `marks` the attributes, `take` the value or None.

    The table that names a kind decides which type of value it gets; hence Any.
    """

    show: Callable[[Any], str]
    take: Callable[[Source, etree._Element], Any]
    marks: Callable[[Any], dict[str, str]] | None = None


def amount_text(money: Money) -> str:
    """Return an amount with its currency's decimals: 12.50, or 3600000 for XOF."""
    digits = digits_of(money.currency)
    if not digits:
        return str(money.minor)
    sign = "-" if money.minor < 0 else ""
    figures = str(abs(money.minor)).rjust(digits + 1, "0")
    return f"{sign}{figures[:-digits]}.{figures[-digits:]}"


def take_text(source: Source, element: etree._Element) -> str | None:
    """Return the text, or None when there is none; an attribute that says more is reported."""
    scheme = element.get("schemeID")
    if scheme:
        source.report(
            "not_carried", element, f"the scheme {scheme!r} is not carried", Severity.NOTE
        )
    return text_of(element) or None


def take_decimal(source: Source, element: etree._Element) -> Decimal | None:
    """Return an exact number, or None with a finding."""
    text = text_of(element)
    if not text:
        return None
    try:
        return parse_decimal(text)
    except InputError as error:
        source.report("number", element, error.message, Severity.ERROR)
        return None


def take_amount(source: Source, element: etree._Element, currency: str = "") -> Money | None:
    """Return an amount in the document's currency, or None with a finding.

    An amount with more decimals than its currency is rounded half up, and a finding says so.
    """
    number = take_decimal(source, element)
    if number is None:
        return None
    currency = currency or source.currency
    stated = element.get("currencyID", currency)
    if stated != currency:
        source.report(
            "currency",
            element,
            f"the amount is in {stated}, the document in {currency}",
            Severity.ERROR,
        )
    try:
        money = Money.rounded(number, currency)
    except InputError as error:  # too large, or a second currency that ISO 4217 does not list
        source.report(error.code, element, error.message, Severity.ERROR)
        return None
    if money.amount != number:
        # EN 16931 BR-DEC-01 to BR-DEC-28
        source.report(
            "BR-DEC",
            element,
            f"{text_of(element)} has more decimals than {currency} allows; kept as {money}",
        )
    return money


def take_iso_date(source: Source, element: etree._Element) -> date | None:
    """Return a day such as 2026-11-21; a time zone behind it is dropped, as a day has none."""
    text = text_of(element)
    match = _ISO_DATE.fullmatch(text)
    return _day(source, element, match[1] if match else text)


def take_basic_date(source: Source, element: etree._Element) -> date | None:
    """Return a day in UN/CEFACT format 102 (20261121), or in ISO form with a finding."""
    text = text_of(element)
    match = _BASIC_DATE.match(text)
    if match is None:
        if text:
            source.report("date_format", element, f"{text!r} is not in format 102 (YYYYMMDD)")
        return take_iso_date(source, element)
    if len(text) > len(match[0]):
        source.report("date_format", element, f"only the day of {text!r} is kept", Severity.NOTE)
    return _day(source, element, "-".join(match.groups()))


def _day(source: Source, element: etree._Element, text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except InputError as error:
        source.report("date", element, error.message, Severity.ERROR)
        return None


def _take_identifier(_: Source, element: etree._Element) -> Identifier | None:
    value = text_of(element)
    return Identifier(value, element.get("schemeID", "").strip()) if value else None


def _take_class_code(_: Source, element: etree._Element) -> tuple[str, str, str] | None:
    code = text_of(element)
    return (code, element.get("listID", ""), element.get("listVersionID", "")) if code else None


def _take_quantity(source: Source, element: etree._Element) -> tuple[Decimal, str] | None:
    number = take_decimal(source, element)
    return None if number is None else (number, element.get("unitCode", "").strip())


def _take_price(source: Source, element: etree._Element) -> tuple[Decimal, str] | None:
    number = take_decimal(source, element)
    return None if number is None else (number, source.currency)


def _take_content(source: Source, element: etree._Element) -> tuple[bytes, str, str]:
    name, media_type = element.get("filename", ""), element.get("mimeCode", "")
    packed = (element.text or "").encode("ascii", "replace")
    if source.attachment_bytes + len(packed) * 3 // 4 > ATTACHMENT_BYTES_MAX:
        source.report(
            "attachment_size",
            element,
            f"the attachment {name!r} is left out: more than {ATTACHMENT_BYTES_MAX:,} bytes in all",
        )
        return b"", name, media_type
    try:
        content = base64.b64decode(b"".join(packed.split()), validate=True)
    except (binascii.Error, ValueError):
        source.report("attachment", element, f"the attachment {name!r} is not valid base64")
        return b"", name, media_type
    source.attachment_bytes += len(content)
    return content, name, media_type


def _currency_mark(money: Money) -> dict[str, str]:
    return {"currencyID": money.currency}


def _scheme_mark(identifier: Identifier) -> dict[str, str]:
    return {"schemeID": identifier.scheme} if identifier.scheme else {}


def _list_marks(code: tuple[str, str, str]) -> dict[str, str]:
    marks = {"listID": code[1], "listVersionID": code[2]}
    return {name: mark for name, mark in marks.items() if mark}


def _unit_mark(quantity: tuple[Decimal, str]) -> dict[str, str]:
    return {"unitCode": quantity[1]} if quantity[1] else {}


TEXT = Kind(str, take_text)
DECIMAL = Kind(lambda number: f"{number:f}", take_decimal)
AMOUNT = Kind(amount_text, take_amount)
AMOUNT_IN_CURRENCY = Kind(amount_text, take_amount, _currency_mark)
ISO_DATE = Kind(date.isoformat, take_iso_date)
BASIC_DATE = Kind(lambda day: day.strftime("%Y%m%d"), take_basic_date, lambda _: {"format": "102"})
IDENTIFIER = Kind(lambda identifier: identifier.value, _take_identifier, _scheme_mark)
CLASS_CODE = Kind(lambda code: code[0], _take_class_code, _list_marks)
QUANTITY = Kind(lambda quantity: f"{quantity[0]:f}", _take_quantity, _unit_mark)
PRICE = Kind(lambda price: f"{price[0]:f}", _take_price)
PRICE_IN_CURRENCY = Kind(
    lambda price: f"{price[0]:f}", _take_price, lambda price: {"currencyID": price[1]}
)
CONTENT = Kind(
    lambda content: base64.b64encode(content[0]).decode("ascii"),
    _take_content,
    lambda content: {"mimeCode": content[2], "filename": content[1]},
)
