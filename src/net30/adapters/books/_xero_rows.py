"""Xero's rows: an invoice or credit note as the API tells it, and as the port has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from net30.adapters.books._settled import reconciled
from net30.adapters.books._told import Json, day, moment, money, part, rows, text, unreadable
from net30.domain.open_item import SettlementKind
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ports.books import (
    Change,
    TheirCustomer,
    TheirDocument,
    TheirSettlement,
    Unreadable,
)

GONE = frozenset({"VOIDED", "DELETED"})
_CLAIMS = frozenset({"AUTHORISED", "PAID", *GONE})


def read_row(row: Json, read: Callable[[Json], TheirDocument]) -> Iterator[Change]:
    """Yield a document, nothing for a draft, or why it cannot be taken."""
    if text(row, "Status") not in _CLAIMS:
        return
    try:
        yield read(row)
    except InputError as error:
        there = text(row, "InvoiceID") or text(row, "CreditNoteID")
        number = text(row, "InvoiceNumber") or text(row, "CreditNoteNumber") or there
        yield Unreadable(path=number, why=error.message, code=error.code, document_id=there)


def invoice_of(row: Json) -> TheirDocument:
    currency = text(row, "CurrencyCode")
    settled = [
        *_payments(row, currency),
        *_applied(row, "CreditNotes", "CreditNoteID", "credit", currency),
        *_applied(row, "Prepayments", "PrepaymentID", "prepayment", currency),
        *_applied(row, "Overpayments", "OverpaymentID", "overpayment", currency),
    ]
    return _document(row, "Invoice", settled, "AmountDue")


def credit_note_of(row: Json) -> TheirDocument:
    currency = text(row, "CurrencyCode")
    settled = [
        TheirSettlement(
            id=f"use.{text(part(use, 'Invoice'), 'InvoiceID')}",
            kind=SettlementKind.CREDIT,
            amount=money(use, "Amount", currency),
            day=day(use, "DateString", "Date"),
        )
        for use in rows(row, "Allocations")
    ]
    refunds = [
        TheirSettlement(
            id=f"refund.{text(back, 'PaymentID')}",
            kind=SettlementKind.REFUND,
            amount=money(back, "Amount", currency),
            day=day(back, "DateString", "Date"),
        )
        for back in rows(row, "Payments")
        if text(back, "Status") != "DELETED"
    ]
    return _document(row, "CreditNote", [*settled, *refunds], "RemainingCredit")


def _document(row: Json, kind: str, settled: list[TheirSettlement], left: str) -> TheirDocument:
    currency, gone = text(row, "CurrencyCode"), text(row, "Status") in GONE
    contact, issued = part(row, "Contact"), day(row, "DateString", "Date")
    if issued is None:
        raise unreadable("it has no date", "books_no_date")
    nothing = Money.zero(currency)
    amount = nothing if gone else money(row, "Total", currency)
    if gone:
        settled = []
    elif left in row:
        come = amount - money(row, left, currency)
        settled = reconciled(settled, come, is_credit_note=kind == "CreditNote")
    return TheirDocument(
        id=text(row, f"{kind}ID"),
        is_credit_note=kind == "CreditNote",
        number=text(row, f"{kind}Number") or text(row, f"{kind}ID"),
        customer=TheirCustomer(
            id=text(contact, "ContactID"),
            name=text(contact, "Name"),
            email=text(contact, "EmailAddress"),
        ),
        issue_date=issued,
        due_date=day(row, "DueDateString", "DueDate"),
        amount=amount,
        net=nothing if gone else money(row, "SubTotal", currency),
        tax=nothing if gone else money(row, "TotalTax", currency),
        settlements=tuple(settled),
        is_void=gone,
        changed_at=moment(row, "UpdatedDateUTC"),
    )


def _payments(row: Json, currency: str) -> Iterator[TheirSettlement]:
    for paid in rows(row, "Payments"):
        if text(paid, "Status") != "DELETED":
            yield TheirSettlement(
                id=f"payment.{text(paid, 'PaymentID')}",
                kind=SettlementKind.PAYMENT,
                amount=money(paid, "Amount", currency),
                day=day(paid, "DateString", "Date"),
            )


def _applied(
    row: Json, name: str, id_name: str, what: str, currency: str
) -> Iterator[TheirSettlement]:
    """Yield what was used of credit notes, prepayments or overpayments."""
    kind = SettlementKind.CREDIT if what == "credit" else SettlementKind.PAYMENT
    for used in rows(row, name):
        yield TheirSettlement(
            id=f"{what}.{text(used, id_name)}",
            kind=kind,
            amount=money(used, "AppliedAmount", currency),
            day=day(used, "DateString", "Date"),
        )
