"""Adapting: what the standard says in another way than the domain, on the way out and back in.

- An early-payment discount is a machine-readable line of the payment terms (XRechnung 3,
  BR-DE-18: #SKONTO#TAGE=10#PROZENT=2.00#); EN 16931 itself has free text only.
- A seller known by a local tax number alone (NINEA, NCC, NIU) says it twice: as BT-32, where it
  belongs, and as BT-30, because BR-CO-26 wants an identifier and does not count BT-32.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from net30.documents.einvoice.source import Source
from net30.domain.invoice import OFFER_CODES, Invoice
from net30.domain.party import Identifier, Party
from net30.domain.terms import TERMS_DAYS_MAX, EarlyPaymentDiscount
from net30.kernel.dates import add_days
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity

CORE = "urn:cen.eu:en16931:2017"
"""The specification identifier (BT-24) of EN 16931 itself."""

_SKONTO = re.compile(
    r"#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,3}(?:\.\d+)?)(#BASISBETRAG=[^#]*)?#", re.ASCII
)
_NET = re.compile(
    r"(?:(\d{1,2}(?:\.\d+)?)/(\d{1,3}),? )?net (\d{1,3})(?: days)?", re.IGNORECASE | re.ASCII
)


def outgoing(invoice: Invoice) -> Invoice:
    """Return the invoice as an e-invoice says it.

    Raises InputError for quotes and pro formas, which claim nothing, and for an invoice without
    lines (EN 16931 BR-16), such as one read from a Factur-X MINIMUM file.
    """
    if invoice.type_code in OFFER_CODES:
        raise InputError(
            "a quote or pro forma is no e-invoice: it claims nothing",
            hint="issue the invoice, or write the offer as pdf, html or json",
            code="not_a_claim",
        )
    if not invoice.lines:
        raise InputError(
            "the invoice has no lines, and EN 16931 wants at least one",
            hint="a MINIMUM or BASIC WL file has totals only; json can hold it",
            code="BR-16",
        )
    terms, seller = _terms_out(invoice), _seller_out(invoice.seller)
    if terms == invoice.terms and seller is invoice.seller:
        return invoice
    return replace(invoice, terms=terms, seller=seller)


def incoming(invoice: Invoice, source: Source) -> Invoice:
    """Return the invoice as the domain says it, the terms read where a machine can."""
    seller = invoice.seller
    if seller.tax_id and seller == _seller_out(replace(seller, legal_id=None)):
        seller = replace(seller, legal_id=None)
    invoice = replace(invoice, seller=seller)
    found = _SKONTO.findall(invoice.terms)
    if found and invoice.discount is None:
        return _with_skonto(invoice, found)
    return _with_plain_terms(invoice, source)


def _seller_out(seller: Party) -> Party:
    known = seller.ids or seller.legal_id or seller.vat_id
    if known or not seller.tax_id:
        return seller
    return replace(seller, legal_id=Identifier(seller.tax_id))


def _terms_out(invoice: Invoice) -> str:
    if invoice.discount is None or "#SKONTO#" in invoice.terms:
        return invoice.terms
    text = f"{invoice.terms}\n" if invoice.terms else ""
    return f"{text}{_skonto_line(invoice.discount)}\n"


def _skonto_line(discount: EarlyPaymentDiscount) -> str:
    whole, _, part = f"{discount.percent:f}".partition(".")
    return f"#SKONTO#TAGE={discount.days}#PROZENT={whole}.{part.ljust(2, '0')}#"


def _with_skonto(invoice: Invoice, found: list[tuple[str, str, str]]) -> Invoice:
    """Return the invoice with its discount; a line that we would write again leaves the text."""
    days, percent, base = found[0]
    discount = _discount(percent, days)
    if discount is None:
        return invoice
    text = invoice.terms
    if len(found) == 1 and not base and text.endswith(_skonto_line(discount)):
        text = text.removesuffix(_skonto_line(discount)).rstrip()
    return replace(invoice, discount=discount, terms=text)


def _with_plain_terms(invoice: Invoice, source: Source) -> Invoice:
    match = _NET.fullmatch(invoice.terms.strip())
    if match is None or int(match[3]) > TERMS_DAYS_MAX:
        return invoice
    due = invoice.due_date
    if due is None:
        due = add_days(invoice.issue_date, int(match[3]))
        source.report(
            "due_date_derived",
            source.root,
            f"the due date {due} follows from the terms {invoice.terms!r}",
            Severity.NOTE,
        )
    discount = invoice.discount or (_discount(match[1], match[2]) if match[1] else None)
    return replace(invoice, due_date=due, discount=discount)


def _discount(percent: str, days: str) -> EarlyPaymentDiscount | None:
    try:
        return EarlyPaymentDiscount(Decimal(percent), int(days))
    except InputError:
        return None  # 120 % within 5 days is a text, not an agreement
