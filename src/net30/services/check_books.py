"""Check the whole book: numbers, totals, balances, documents; every fault is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from net30.domain.events import MailRefused
from net30.domain.invoice import Invoice
from net30.domain.numbering import sequence_in, series_of
from net30.domain.open_item import OpenItem, open_item_of
from net30.domain.payment import Payment
from net30.domain.rendering import Rendering
from net30.domain.rules import check
from net30.insights.as_of import known_at
from net30.insights.position import position
from net30.kernel.errors import NotFound
from net30.kernel.findings import Finding, Severity
from net30.ledger.segments import read_ledger
from net30.ports.store import PAGE_ROWS_MAX, A
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCheck:
    """How much was checked, and every fault found."""

    invoices: int
    open_items: int
    payments: int
    files: int
    findings: tuple[Finding, ...]


def check_books(ctx: ReadContext) -> BookCheck:
    """Return every fault of the organisation's books.

    Numbers have no gap and no duplicate; totals keep the identities of EN 16931; balances equal
    documents less settlements; payments are not allocated twice; the ledger agrees with the open
    items; files still have the hashes they were written with.
    """
    invoices = list(_all(ctx, Invoice))
    items = list(_all(ctx, OpenItem))
    payments = list(_all(ctx, Payment))
    renderings = list(_all(ctx, Rendering))
    findings = [
        *_numbers(ctx, invoices),
        *_totals(invoices),
        *_claims(invoices, items),
        *_payments(payments, items),
        *_ledger(ctx, items, payments),
        *_files(ctx, renderings, invoices),
        *_mail(ctx),
    ]
    return BookCheck(
        invoices=len(invoices),
        open_items=len(items),
        payments=len(payments),
        files=sum(len(rendering.files) for rendering in renderings),
        findings=tuple(findings),
    )


def _all(ctx: ReadContext, kind: type[A]) -> Iterator[A]:
    after = ""
    while page := ctx.tx.page(kind, after=after, limit=PAGE_ROWS_MAX):
        for stored in page:
            yield stored.value
        after = page[-1].value.id


def _numbers(ctx: ReadContext, invoices: list[Invoice]) -> Iterator[Finding]:
    given: dict[tuple[str, int], set[int]] = {}
    for invoice in invoices:
        if invoice.is_issued:
            series = series_of(invoice.type_code)
            place = sequence_in(ctx.company.pattern(series), invoice.number)
            if place is None:
                yield _fault(
                    "number.pattern",
                    invoice.number,
                    "the number is not of today's pattern",
                    Severity.NOTE,
                )
                continue
            year, sequence = place
            numbers = given.setdefault((series, year), set())
            if sequence in numbers:
                yield _fault("number.duplicate", invoice.number, "the number was given twice")
            numbers.add(sequence)
    for (series, year), last in sorted(ctx.tx.last_numbers().items()):
        for missing in sorted(set(range(1, last + 1)) - given.get((series, year), set())):
            yield _fault("number.gap", f"{series} {year}", f"number {missing} is missing")


def _totals(invoices: list[Invoice]) -> Iterator[Finding]:
    """Wrong amounts are faults; what only an e-invoice would lack is a warning."""
    for invoice in invoices:
        for finding in check(invoice) if invoice.is_issued else ():
            is_amount = finding.path.startswith(("totals", "lines"))
            severity = finding.severity if is_amount else Severity.WARNING
            where = f"{invoice.number} {finding.path}".strip()
            yield _fault(finding.code, where, finding.message, severity)


def _claims(invoices: list[Invoice], items: list[OpenItem]) -> Iterator[Finding]:
    by_id = {item.id: item for item in items}
    for invoice in invoices:
        if not invoice.is_issued or not invoice.is_claim:
            continue
        item = by_id.get(invoice.id)
        if item is None:
            yield _fault("claim.missing", invoice.number, "the issued invoice opened no claim")
        elif item.amount != open_item_of(invoice).amount:
            yield _fault("claim.amount", invoice.number, f"the claim says {item.amount}")
    for item in items:
        sign = 1 if item.amount.minor >= 0 else -1
        if item.balance.minor * sign < 0:
            yield _fault("claim.overpaid", item.number, f"its balance is {item.balance}")


def _payments(payments: list[Payment], items: list[OpenItem]) -> Iterator[Finding]:
    settled: dict[str, int] = {}
    for item in items:
        for entry in item.settlements:
            if entry.kind.value == "payment":
                settled[entry.source_id] = settled.get(entry.source_id, 0) + entry.amount.minor
    for payment in payments:
        allocated = sum(part.amount.minor for part in payment.allocations)
        if payment.unapplied.minor < 0 or allocated != settled.get(payment.id, 0):
            yield _fault(
                "payment.allocation",
                payment.id,
                f"{allocated} is allocated, {settled.get(payment.id, 0)} arrived at invoices",
            )


def _ledger(ctx: ReadContext, items: list[OpenItem], payments: list[Payment]) -> Iterator[Finding]:
    books: dict[str, int] = {}
    for item in items:
        currency = item.amount.currency
        books[currency] = books.get(currency, 0) + item.balance.minor
    for payment in payments:
        currency = payment.amount.currency
        books[currency] = books.get(currency, 0) - payment.unapplied.minor
    ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
    with known_at(ledger, ctx.today) as known:
        facts = {code: row.outstanding.minor for code, row in position(known).items()}
    for currency in sorted({*books, *facts}):
        ours, theirs = books.get(currency, 0), facts.get(currency, 0)
        if ours != theirs:
            yield _fault(
                "ledger.balance", currency, f"open items come to {ours}, the ledger to {theirs}"
            )


def _files(
    ctx: ReadContext, renderings: list[Rendering], invoices: list[Invoice]
) -> Iterator[Finding]:
    rendered = {rendering.id for rendering in renderings}
    for invoice in invoices:
        if invoice.is_issued and invoice.id not in rendered:
            yield _fault(
                "document.missing",
                invoice.number,
                "its files are not written yet",
                Severity.WARNING,
            )
    for rendering in renderings:
        for file in rendering.files:
            try:
                content = ctx.blobs.get(ctx.organisation, file.blob)
            except NotFound:
                yield _fault("document.lost", file.blob, "the file is gone")
                continue
            if sha256(content).hexdigest() != file.sha256:
                yield _fault("document.changed", file.blob, "the file is not as it was written")


def _mail(ctx: ReadContext) -> Iterator[Finding]:
    after = 0
    while page := ctx.tx.events(after=after):
        for recorded in page:
            if isinstance(recorded.event, MailRefused):
                refused = recorded.event
                where = f"{refused.number} to {refused.to}"
                yield _fault("mail.refused", where, refused.reason, Severity.WARNING)
        after = page[-1].sequence


def _fault(code: str, path: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, path, message, severity)
