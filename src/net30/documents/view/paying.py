"""Paying: how the customer can pay, in words and as a QR code a phone reads."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from net30.documents.style import Style
from net30.documents.view import epc, qr, swiss
from net30.documents.view.page import Code, Entry, Slip
from net30.documents.view.slip import slip_of
from net30.documents.view.tidy import shown, shown_inline
from net30.domain.invoice import Invoice, PaymentInstructions
from net30.kernel.dates import add_days
from net30.language.amounts import write_percent
from net30.language.dates import write_date
from net30.language.words import Words

# UNTDID 4461 codes that readers meet; BT-82's own text comes first.
MEANS = {
    "10": "Cash",
    "20": "Cheque",
    "30": "Bank transfer",
    "42": "Bank transfer",
    "48": "Card",
    "49": "Direct debit",
    "57": "Standing agreement",
    "58": "SEPA transfer",
    "59": "SEPA direct debit",
}
IBAN_GROUP = 4


def payment_entries(invoice: Invoice, style: Style, say: Words) -> tuple[Entry, ...]:
    """Return terms, discount, means and accounts; nothing for a credit note or an offer."""
    if not wants_payment(invoice):
        return ()
    return tuple(Entry(label, value) for label, value in _entries(invoice, style, say) if value)


def pay_code(invoice: Invoice, style: Style, say: Words) -> Code | None:
    """Return the QR code to pay by: Swiss or SEPA where an account takes it, else the link."""
    if not _can_pay(invoice):
        return None
    bill, link = swiss.swiss_bill(invoice), payment_link(invoice, style)
    sepa = epc.payload(invoice)
    drawn: qr.Drawing | None
    if bill is not None:
        drawn, alt = qr.draw_swiss(swiss.payload(bill)), "Swiss QR code to pay this invoice"
    elif sepa:
        drawn, alt = qr.draw(sepa), "QR code to pay this invoice by SEPA transfer"
    else:
        drawn, alt = qr.draw(link), "QR code to pay this invoice online"
    return code_of(drawn, say("Scan to pay"), say(alt))


def code_of(drawn: qr.Drawing | None, caption: str, alt: str) -> Code | None:
    """Return a drawing with its words, None where nothing could be drawn."""
    if drawn is None:
        return None
    return Code(caption=caption, svg=drawn.svg, alt=alt, modules=drawn.modules)


def slip(invoice: Invoice, language: str) -> Slip | None:
    """Return the Swiss payment slip, where the invoice can be paid by one."""
    bill = swiss.swiss_bill(invoice) if _can_pay(invoice) else None
    return slip_of(bill, language) if bill else None


def wants_payment(invoice: Invoice) -> bool:
    """Tell whether the document asks for money."""
    return invoice.is_claim and not invoice.is_credit_note


def payment_link(invoice: Invoice, style: Style) -> str:
    """Return the link to pay by, with number, amount and currency filled in."""
    if not style.payment_link or not _can_pay(invoice):
        return ""
    # str.format would let a template reach into objects; only these three marks are known.
    link = style.payment_link
    for mark, value in (
        ("{number}", shown_inline(invoice.number)),
        ("{amount}", f"{invoice.totals.due.amount:f}"),
        ("{currency}", invoice.currency),
    ):
        link = link.replace(mark, quote(value, safe=""))
    return link


def _entries(invoice: Invoice, style: Style, say: Words) -> Iterator[tuple[str, str]]:
    yield say("Terms"), shown(invoice.terms)
    if invoice.discount is not None:
        last = add_days(invoice.issue_date, invoice.discount.days)
        percent = write_percent(invoice.discount.percent, say.language)
        day = write_date(last, say.language)
        yield say("Early payment"), say("{percent} off if paid by {day}", percent=percent, day=day)
    if invoice.payment is not None:
        yield from instructions(invoice.payment, say)
    yield say("Pay online"), payment_link(invoice, style)


def instructions(paying: PaymentInstructions, say: Words) -> Iterator[tuple[str, str]]:
    """Yield means, accounts, reference and mandate with their labels; what is missing is empty."""
    known = MEANS.get(paying.means)
    yield say("Means"), shown(paying.means_text) or (say(known) if known else "")
    for account in paying.accounts:
        yield say("Account"), _grouped(shown_inline(account.account))
        yield say("Bank (BIC)"), shown_inline(account.bic)
        yield say("Account holder"), shown_inline(account.holder)
    yield say("Reference"), shown_inline(paying.remittance)
    yield say("Mandate"), shown_inline(paying.mandate)


def _can_pay(invoice: Invoice) -> bool:
    # A draft has no number to pay under.
    return wants_payment(invoice) and invoice.is_issued and invoice.totals.due.minor > 0


def _grouped(account: str) -> str:
    bare = account.replace(" ", "")
    if not epc.is_iban(bare):
        return account
    return " ".join(bare[at : at + IBAN_GROUP] for at in range(0, len(bare), IBAN_GROUP))
