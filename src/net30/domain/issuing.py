"""Issuing: what must hold before a document gets its number, and the moment it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from net30.domain.invoice import Invoice
from net30.domain.numbering import NUMBER_CHARACTERS_MAX
from net30.domain.tax import WITH_REASON
from net30.kernel.errors import Conflict, InputError
from net30.kernel.findings import Finding, Severity

AHEAD_DAYS_MAX = 31
"""Days after today that an issue date may lie; later ones are typing errors."""


class NotIssuable(InputError):
    """A draft that lacks something, with all that it lacks."""

    code = "not_issuable"

    def __init__(self, faults: Sequence[Finding]) -> None:
        """Say what each fault says; the code is that of a lone one."""
        super().__init__(
            f"it cannot be issued yet: {'; '.join(fault.message for fault in faults)}",
            hint=f"complete {', '.join(dict.fromkeys(fault.path for fault in faults))}",
            code="" if len(faults) > 1 else faults[0].code,
        )
        self.findings = tuple(faults)


def check_issuable(invoice: Invoice, *, today: date | None = None) -> None:
    """Raise when a draft may not get a number; say all that is missing at once.

    Raises Conflict when it is issued already, NotIssuable otherwise. `today` bounds the issue date
    from above; without it the date is not looked at.
    """
    _refuse_issued(invoice)
    faults = [
        finding
        for finding in issue_findings(invoice, today=today)
        if finding.severity is Severity.ERROR
    ]
    if faults:
        raise NotIssuable(faults)


def issue(invoice: Invoice, number: str) -> Invoice:
    """Return the document with its number; from here on it can change no more.

    Raises Conflict when it has one already, InputError for a number that is blank or too long.
    """
    _refuse_issued(invoice)
    if not number.strip() or len(number) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            f"{number!r} is not a document number",
            hint=f"a number has 1 to {NUMBER_CHARACTERS_MAX} characters",
            code="number_text",
        )
    return replace(invoice, number=number)


def issue_findings(invoice: Invoice, *, today: date | None = None) -> tuple[Finding, ...]:
    """Return everything that stands against issuing a draft; warnings do not stop it."""
    return (*_parties(invoice), *_claim(invoice), *_dates(invoice, today))


def _refuse_issued(invoice: Invoice) -> None:
    if invoice.is_issued:
        raise Conflict(
            f"{invoice.number} is issued already and can change no more",
            hint="issue a credit note instead",
            code="already_issued",
        )


def _parties(invoice: Invoice) -> Iterator[Finding]:
    seller, customer = invoice.seller, invoice.customer
    if not seller.name.strip():  # EN 16931 BR-06
        yield Finding("seller_name", "seller.name", "the seller has no name")
    if not seller.address.country:  # BR-08, BR-09
        yield Finding("seller_country", "seller.address.country", "the seller has no country")
    if not (seller.ids or seller.legal_id or seller.vat_id):  # BR-CO-26, for e-invoices only
        message = "the seller has no register number or VAT identifier"
        yield Finding("seller_id", "seller.legal_id", message, Severity.WARNING)
    if not customer.name.strip():  # BR-07
        yield Finding("customer_name", "customer.name", "the customer has no name")
    if not customer.address.country:  # BR-10, BR-11, for e-invoices only
        message = "the customer has no country"
        yield Finding("customer_country", "customer.address.country", message, Severity.WARNING)


def _claim(invoice: Invoice) -> Iterator[Finding]:
    due = invoice.totals.due
    if not invoice.lines:  # BR-16
        yield Finding("no_lines", "lines", "nothing is charged")
    if due.currency != invoice.currency:
        message = f"the totals are in {due.currency}, the document in {invoice.currency}"
        yield Finding("two_currencies", "currency", message)
    if due.minor < 0:
        message = f"the amount due is {due}, below zero"
        yield Finding("negative_total", "totals.due", message)
    if _needs_due_date(invoice) and not (invoice.due_date or invoice.terms):  # BR-CO-25
        yield Finding("no_due_date", "due_date", "neither a due date nor payment terms are given")
    for at, row in enumerate(invoice.totals.breakdown):
        rate = row.rate
        if rate.category in WITH_REASON and not (rate.reason or rate.reason_code):
            # BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10
            path = f"totals.breakdown[{at}].rate.reason"
            yield Finding("tax_reason", path, f"no reason says why no tax is due ({rate.category})")


def _needs_due_date(invoice: Invoice) -> bool:
    return invoice.is_claim and not invoice.is_credit_note and invoice.totals.due.minor > 0


def _dates(invoice: Invoice, today: date | None) -> Iterator[Finding]:
    day = invoice.issue_date
    if today is not None and day > today + timedelta(days=AHEAD_DAYS_MAX):
        message = f"the issue date {day} is more than {AHEAD_DAYS_MAX} days ahead"
        yield Finding("issue_date_ahead", "issue_date", message)
    if invoice.due_date is not None and invoice.due_date < day:
        message = f"the due date {invoice.due_date} is before the issue date {day}"
        yield Finding("due_date", "due_date", message)
