"""UBL 2.1 Invoice and CreditNote: written by EN 16931, read from anyone."""

from __future__ import annotations

from dataclasses import replace

from net30.documents.einvoice.adapting import CORE, outgoing
from net30.documents.einvoice.reader import Dialect, read_xml
from net30.documents.einvoice.shape import write_all
from net30.documents.einvoice.sheet import Sheet, Tag
from net30.documents.einvoice.ubl.parts import NAMESPACES, SEPA
from net30.documents.einvoice.ubl.terms import CREDIT_NOTE, INVOICE
from net30.documents.reading import Reading
from net30.documents.style import Style
from net30.domain.invoice import Invoice
from net30.domain.party import Identifier, Party

MEDIA_TYPE = "application/xml"
SUFFIX = ".ubl.xml"

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
_NO_ORDER = "NA"
"""What Peppol BIS puts where UBL demands an order number and there is none."""


def write(invoice: Invoice, style: Style = Style()) -> bytes:  # noqa: ARG001, B008 - one signature for every format; a Style is frozen
    """Return the invoice as UBL; a draft lacks its number (BT-1), so no validator takes it.

    Claims EN 16931, or the CIUS that the invoice names. Raises InputError for a quote, and for an
    invoice without lines.
    """
    invoice = _said_in_ubl(outgoing(invoice))
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    space = f"{_SCHEMA}{kind}-2"
    sheet = Sheet(Tag.of(space, "", kind), {"": space, **NAMESPACES})
    write_all(CREDIT_NOTE if invoice.is_credit_note else INVOICE, sheet, invoice)
    return sheet.content()


def read(content: bytes) -> Reading:
    """Return the invoice that a UBL file states, and everything found about it."""
    return read_xml(content, _DIALECTS, "UBL")


def _said_in_ubl(invoice: Invoice) -> Invoice:
    """Return the invoice with what UBL says in another field."""
    references, payment = invoice.references, invoice.payment
    if references.sales_order and not references.order:
        references = replace(references, order=_NO_ORDER)
    invoice = replace(invoice, specification=_claim(invoice), references=references)
    if payment is None or not payment.creditor_id:
        return invoice
    # EN 16931-3-2: BT-90 is an identifier of the payee, or of the seller when there is none.
    creditor = Identifier(payment.creditor_id, SEPA)
    if invoice.payee is not None:
        return replace(invoice, payee=_known_as(invoice.payee, creditor))
    return replace(invoice, seller=_known_as(invoice.seller, creditor))


def _known_as(party: Party, identifier: Identifier) -> Party:
    return replace(party, ids=(*party.ids, identifier))


def _claim(invoice: Invoice) -> str:
    """Return BT-24: the core, or a CIUS; never a profile with rules that net30 does not write."""
    stated = invoice.specification
    usage = stated.startswith(f"{CORE}#compliant#") and "factur-x" not in stated
    return stated if usage and "zugferd" not in stated else CORE


def _read_back(invoice: Invoice) -> Invoice:
    """Return the invoice without what only UBL says so."""
    references, payment = invoice.references, invoice.payment
    if references.sales_order and references.order == _NO_ORDER:
        references = replace(references, order="")
    invoice = replace(invoice, references=references)
    parties = (invoice.seller,) if invoice.payee is None else (invoice.seller, invoice.payee)
    found = [one.value for party in parties for one in party.ids if one.scheme == SEPA]
    if payment is None or not found:
        return invoice
    return replace(
        invoice,
        payment=replace(payment, creditor_id=found[0]),
        seller=_unknown_as(invoice.seller, found[0]),
        payee=invoice.payee and _unknown_as(invoice.payee, found[0]),
    )


def _unknown_as(party: Party, creditor: str) -> Party:
    ids = tuple(one for one in party.ids if one != Identifier(creditor, SEPA))
    return replace(party, ids=ids)


_CURRENCY = f"{{{NAMESPACES['cbc']}}}DocumentCurrencyCode"
_LINE = f"{{{NAMESPACES['cac']}}}{{kind}}Line"
_DIALECTS = {
    f"{{{_SCHEMA}{kind}-2}}{kind}": Dialect(
        nodes, _CURRENCY, _LINE.replace("{kind}", kind), _read_back, kind == "CreditNote"
    )
    for kind, nodes in (("Invoice", INVOICE), ("CreditNote", CREDIT_NOTE))
}
