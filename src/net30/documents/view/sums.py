"""Sums: from the lines' total to the amount due, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from net30.documents.view.lines import discount_text
from net30.documents.view.page import Sum
from net30.documents.view.tidy import shown_inline
from net30.domain.invoice import Invoice
from net30.domain.line import AllowanceCharge
from net30.domain.tax import TaxCategory, TaxSubtotal
from net30.kernel.money import Money
from net30.language.amounts import write_amount, write_money, write_percent
from net30.language.words import Words

LABEL_CHARACTERS_MAX = 120
CATEGORY_NAMES = {
    TaxCategory.EXEMPT: "Exempt",
    TaxCategory.REVERSE_CHARGE: "Reverse charge",
    TaxCategory.INTRA_COMMUNITY: "Intra-community supply",
    TaxCategory.EXPORT: "Export",
    TaxCategory.OUT_OF_SCOPE: "Outside the scope of VAT",
    TaxCategory.SPLIT_PAYMENT: "Split payment",
}


def sums_of(invoice: Invoice, say: Words) -> tuple[Sum, ...]:
    """Return the rows under the lines, each an amount the invoice states."""
    return (*_net(invoice, say), *_taxes(invoice, say), *_due(invoice, say))


def _net(invoice: Invoice, say: Words) -> Iterator[Sum]:
    totals, language = invoice.totals, say.language
    if invoice.allowances or invoice.charges:
        yield Sum(label=say("Subtotal"), amount=write_amount(totals.line_net, language))
    for entry in invoice.allowances:
        yield _entry(entry, "Discount", -entry.amount, say)
    for entry in invoice.charges:
        yield _entry(entry, "Charge", entry.amount, say)
    yield Sum(label=say("Total excl. VAT"), amount=write_amount(totals.net, language))


def _entry(entry: AllowanceCharge, kind: str, amount: Money, say: Words) -> Sum:
    base = entry.base
    detail = say("on {amount}", amount=write_amount(base, say.language)) if base else ""
    label = shown_inline(discount_text(entry, kind, say), LABEL_CHARACTERS_MAX)
    return Sum(label=label, detail=detail, amount=write_amount(amount, say.language))


def _taxes(invoice: Invoice, say: Words) -> Iterator[Sum]:
    for group in invoice.totals.breakdown:
        yield _tax(group, say)
    second = invoice.totals.tax_in_tax_currency
    if second is not None:
        label = say("VAT in {currency}", currency=second.currency)
        yield Sum(label=label, amount=write_money(second, say.language))


def _tax(group: TaxSubtotal, say: Words) -> Sum:
    label = f"{say('VAT')} {write_percent(group.rate.percent, say.language)}"
    named = CATEGORY_NAMES.get(group.rate.category)
    return Sum(
        label=f"{label} · {say(named)}" if named else label,
        detail=say("on {amount}", amount=write_amount(group.taxable, say.language)),
        amount=write_amount(group.tax, say.language),
    )


def _due(invoice: Invoice, say: Words) -> Iterator[Sum]:
    totals, language = invoice.totals, say.language
    settled = bool(totals.prepaid or totals.rounding)
    if invoice.is_claim or settled:
        amount = write_amount(totals.gross, language)
        yield Sum(label=say("Total incl. VAT"), amount=amount, kind="total")
    if totals.prepaid:
        yield Sum(label=say("Already paid"), amount=write_amount(-totals.prepaid, language))
    if totals.rounding:
        yield Sum(label=say("Rounding"), amount=write_amount(totals.rounding, language))
    yield Sum(label=_due_label(invoice, say), amount=write_money(totals.due, language), kind="due")


def _due_label(invoice: Invoice, say: Words) -> str:
    if invoice.is_credit_note:
        return say("Amount credited")
    return say("Amount due") if invoice.is_claim else say("Total incl. VAT")
