"""CII, the UN/CEFACT Cross Industry Invoice: written by EN 16931, read from anyone."""

from __future__ import annotations

from dataclasses import replace

from net30.documents.einvoice.adapting import CORE, outgoing
from net30.documents.einvoice.cii.parts import NAMESPACES
from net30.documents.einvoice.cii.terms import INVOICE
from net30.documents.einvoice.reader import Dialect, read_xml
from net30.documents.einvoice.shape import write_all
from net30.documents.einvoice.sheet import Sheet, Tag
from net30.documents.reading import Reading
from net30.documents.style import Style
from net30.domain.invoice import Invoice
from net30.domain.party import Identifier, Party

MEDIA_TYPE = "application/xml"
SUFFIX = ".cii.xml"

_ROOT = Tag.of(NAMESPACES["rsm"], "rsm", "CrossIndustryInvoice")


def write(invoice: Invoice, style: Style = Style()) -> bytes:  # noqa: ARG001, B008 - one signature for every format; a Style is frozen
    """Return the invoice as CII; a draft lacks its number (BT-1), so no validator takes it.

    Claims EN 16931 and nothing more. Raises InputError for a quote, and for an invoice without
    lines.
    """
    invoice = replace(outgoing(invoice), specification=CORE)
    invoice = replace(invoice, customer=_said_in_cii(invoice.customer))
    sheet = Sheet(_ROOT, NAMESPACES)
    write_all(INVOICE, sheet, invoice)
    return sheet.content()


def read(content: bytes) -> Reading:
    """Return the invoice that a CII file states, and everything found about it."""
    return read_xml(content, _DIALECTS, "CII")


def _said_in_cii(customer: Party) -> Party:
    """Return a customer whose local tax number stands where CII has room for it.

    EN 16931 has no term for it; its register number (BT-47) or its identifier (BT-46) can hold it.
    """
    number = Identifier(customer.tax_id)
    if not number.value:
        return customer
    if customer.legal_id is None:
        return replace(customer, legal_id=number)
    return replace(customer, ids=customer.ids or (number,))


_RAM = f"{{{NAMESPACES['ram']}}}"
_DIALECTS: dict[str, Dialect] = {
    _ROOT: Dialect(
        INVOICE,
        f"{_RAM}InvoiceCurrencyCode",
        f"{_RAM}IncludedSupplyChainTradeLineItem",
        lambda invoice: invoice,
    )
}
