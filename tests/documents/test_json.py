"""JSON: everything comes back; the schema is the code's; each fault is told with its path."""

from __future__ import annotations

import json as standard_json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from net30.documents import json
from net30.domain.invoice import FiscalStamp
from net30.domain.terms import EarlyPaymentDiscount
from tests.documents.einvoices import african, full, plain


def plain_of(content: bytes) -> Any:
    return standard_json.loads(content)


def read_changed(**changes: Any) -> list[tuple[str, str]]:
    """What reading tells of a document with other fields: codes and paths."""
    document = plain_of(json.write(plain())) | changes
    found = json.read(standard_json.dumps(document).encode()).findings
    return [(finding.code, finding.path) for finding in found]


def test_every_field_comes_back() -> None:
    invoice = replace(
        full(),
        id="01jd",
        customer_id="acme",
        language="fr",
        place="Dakar",
        exchange_rate=Decimal("1.10"),
        prices_include_tax=True,
        discount=EarlyPaymentDiscount(Decimal(2), 10),
        stamp=FiscalStamp(
            country="CI", authority_number="1", code="2", qr_payload="3", stamped_at="4"
        ),
    )
    reading = json.read(json.write(invoice))

    assert reading.invoice == invoice
    assert reading.is_clean
    assert reading.profile == "net30-invoice-1"


def test_amounts_are_texts_with_their_currency() -> None:
    document = plain_of(json.write(african()))

    assert document["totals"]["due"] == {"amount": "4248000", "currency": "XOF"}
    assert document["lines"][0]["quantity"] == "40"


def test_the_published_schema_is_the_codes() -> None:
    assert json.published_schema() == json.schema()


def test_the_schema_accepts_what_is_written_and_refuses_what_cannot_be_read() -> None:
    validator = jsonschema.Draft202012Validator(json.published_schema())
    document = plain_of(json.write(full()))

    validator.validate(document)
    faults: tuple[dict[str, Any], ...] = (
        {"number": 7},
        {"lines": {}},
        {"due": "x"},
        {"format": "other"},
    )
    for wrong in faults:
        assert not validator.is_valid(document | wrong), wrong


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"format": "net30-invoice-9"}, "json_format", "format"),
        ({"number": 7}, "json_type", "number"),
        ({"issue_date": "2026-02-30"}, "json_date", "issue_date"),
        ({"issue_date": None}, "json_type", "issue_date"),
        ({"prices_include_tax": "yes"}, "json_type", "prices_include_tax"),
        ({"currency": "EURO"}, "json_currency", "currency"),
        ({"lines": {}}, "json_type", "lines"),
        ({"lines": [7]}, "json_type", "lines[0]"),
        ({"seller": {}}, "json_missing", "seller.name"),
        ({"exchange_rate": "1e3"}, "json_number", "exchange_rate"),
        ({"exchange_rate": 1.5}, "json_type", "exchange_rate"),
        ({"discount": {"percent": "2", "days": "10"}}, "json_type", "discount.days"),
        ({"discount": {"percent": "200", "days": 10}}, "json_percent", "discount"),
        ({"supporting": [{"content": "%"}]}, "json_value", "supporting[0].content"),
        ({"nickname": "x"}, "unknown_field", "nickname"),
        ({"lines": [{}] * 10_001}, "too_many_lines", "lines"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_path(changes: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in read_changed(**changes)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ({"amount": "1.005", "currency": "EUR"}, "json_amount_decimals"),
        ({"amount": "9" * 30, "currency": "EUR"}, "json_amount_too_large"),
        ({"amount": "1", "currency": "ZZZ"}, "json_currency"),
        ({"amount": 1, "currency": "EUR"}, "json_type"),
        ("1.00", "json_type"),
    ],
)
def test_an_amount_that_is_none_is_told(amount: Any, code: str) -> None:
    totals = plain_of(json.write(plain()))["totals"] | {"due": amount}

    assert (code, "totals.due") in read_changed(totals=totals)


def test_a_pair_of_three_is_told() -> None:
    (line,) = plain_of(json.write(plain()))["lines"]

    assert ("json_length", "lines[0].attributes[0]") in read_changed(
        lines=[line | {"attributes": [["a", "b", "c"]]}]
    )


def test_an_unknown_category_is_told() -> None:
    (line,) = plain_of(json.write(plain()))["lines"]

    assert ("json_value", "lines[0].tax.category") in read_changed(
        lines=[line | {"tax": {"category": "X", "percent": "1"}}]
    )


def test_amounts_of_another_currency_are_told_and_the_invoice_kept() -> None:
    document = plain_of(json.write(plain()))
    document["totals"]["due"]["currency"] = "USD"
    reading = json.read(standard_json.dumps(document).encode())

    assert reading.invoice is not None
    assert ("json_currency", "totals.due") in {(one.code, one.path) for one in reading.findings}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json_syntax"),
        (b'{"format": ', "json_syntax"),
        (b"[]", "json_type"),
        (b'{"a": 1, "a": 2}', "json_twice"),
        (b'{"a": "\xff"}', "json_encoding"),
        (b"[" * 100_000, "json_syntax"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "json_syntax"),
        (b" " * (json.JSON_BYTES_MAX + 1), "json_too_large"),
    ],
)
def test_broken_json_is_told(content: bytes, code: str) -> None:
    reading = json.read(content)

    assert reading.invoice is None
    assert code in {finding.code for finding in reading.findings}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert json.read(b"\xef\xbb\xbf" + json.write(plain())).invoice == plain()
