"""Titles: what a document of each type is called."""

from __future__ import annotations

from net30.domain.invoice import CORRECTED, DEPOSIT, PRO_FORMA, QUOTE, Invoice
from net30.language.words import Words

# UNTDID 1001; every other code that claims money is an invoice to its reader.
_TITLES = {
    CORRECTED: "Corrected invoice",
    DEPOSIT: "Deposit invoice",
    PRO_FORMA: "Pro forma invoice",
    QUOTE: "Quote",
    "326": "Partial invoice",
    "389": "Self-billed invoice",
}


def title_of(invoice: Invoice, say: Words) -> str:
    """Return the title: Invoice, Credit note, Quote, Deposit invoice, Pro forma invoice ..."""
    if invoice.is_credit_note:
        return say("Credit note")
    return say(_TITLES.get(invoice.type_code, "Invoice"))
