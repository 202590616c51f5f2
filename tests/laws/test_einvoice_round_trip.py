"""Law: what net30 writes it reads back equal, in every format and from one format to another."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from net30.documents import cii, json, ubl
from net30.domain.invoice import Invoice
from net30.kernel.findings import has_errors
from tests.strategies import invoices


def as_said(invoice: Invoice) -> Invoice:
    """The invoice without what is net30's own and no business term of EN 16931."""
    ids = tuple(sorted(invoice.seller.ids, key=lambda one: bool(one.scheme)))
    return replace(
        invoice,
        id="",
        customer_id="",
        exchange_rate=None,
        specification="",
        seller=replace(invoice.seller, ids=ids),
    )


@settings(max_examples=60)
@given(invoices())
def test_an_invoice_comes_back_from_ubl_as_it_went(invoice: Invoice) -> None:
    reading = ubl.read(ubl.write(invoice))

    assert reading.invoice is not None
    assert as_said(reading.invoice) == as_said(invoice)
    assert not has_errors(reading.findings), reading.findings


@settings(max_examples=60)
@given(invoices())
def test_an_invoice_comes_back_from_cii_as_it_went(invoice: Invoice) -> None:
    reading = cii.read(cii.write(invoice))

    assert reading.invoice is not None
    assert as_said(reading.invoice) == as_said(invoice)
    assert not has_errors(reading.findings), reading.findings


@settings(max_examples=60)
@given(invoices())
def test_ubl_to_cii_and_back_changes_nothing(invoice: Invoice) -> None:
    first = ubl.read(ubl.write(invoice)).invoice
    assert first is not None

    second = cii.read(cii.write(first)).invoice
    assert second is not None
    third = ubl.read(ubl.write(second)).invoice

    assert third is not None
    assert as_said(third) == as_said(first)


@settings(max_examples=60)
@given(invoices())
def test_json_keeps_every_field(invoice: Invoice) -> None:
    reading = json.read(json.write(invoice))

    assert reading.invoice == invoice
    assert json.write(reading.invoice) == json.write(invoice)
