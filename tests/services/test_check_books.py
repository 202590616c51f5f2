"""The book check finds each kind of fault, planted one at a time past the use cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.domain.rendering import Rendering
from net30.kernel.money import Money
from net30.ports.store import Transaction
from net30.services.check_books import BookCheck, check_books
from net30.services.record_payment import NewPayment, record_payment
from tests.desk import Desk


def checked(desk: Desk) -> BookCheck:
    desk.app.settle()
    with desk.app.look() as ctx:
        return check_books(ctx)


def codes(desk: Desk) -> set[str]:
    return {finding.code for finding in checked(desk).findings if finding.severity == "error"}


def paid_invoice(desk: Desk) -> Invoice:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=desk.acme.id,
                amount=Money(5_000_000, "XOF"),
                allocations=(Allocation(invoice.id, Money(1_000_000, "XOF")),),
            ),
        )
    return invoice


def test_a_book_made_by_the_use_cases_has_no_fault_and_everything_is_looked_at(desk: Desk) -> None:
    paid_invoice(desk)
    desk.draft()
    result = checked(desk)
    assert [str(finding) for finding in result.findings if finding.severity == "error"] == []
    assert (result.invoices, result.open_items, result.payments, result.files) == (2, 1, 1, 4)


Damage = Callable[[Transaction, Invoice], None]


def another_total(tx: Transaction, invoice: Invoice) -> None:
    wrong = replace(invoice.totals, net=invoice.totals.net + Money(1, "XOF"))
    tx.save(replace(invoice, totals=wrong), expected=tx.load(Invoice, invoice.id).version)


def another_claim(tx: Transaction, invoice: Invoice) -> None:
    stored = tx.load(OpenItem, invoice.id)
    more = replace(stored.value, amount=stored.value.amount + Money(7, "XOF"))
    tx.save(more, expected=stored.version)


def no_claim(tx: Transaction, invoice: Invoice) -> None:
    tx.delete(OpenItem, invoice.id, expected=tx.load(OpenItem, invoice.id).version)


def overpaid(tx: Transaction, invoice: Invoice) -> None:
    stored = tx.load(OpenItem, invoice.id)
    settled = stored.value.settlements[0]
    tx.save(replace(stored.value, settlements=(settled,) * 9), expected=stored.version)


def a_number_taken_and_not_used(tx: Transaction, invoice: Invoice) -> None:
    tx.next_number("invoice", invoice.issue_date.year)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (another_total, "BR-CO-15"),
        (another_claim, "claim.amount"),
        (no_claim, "claim.missing"),
        (overpaid, "claim.overpaid"),
        (overpaid, "payment.allocation"),
        (another_claim, "ledger.balance"),
        (a_number_taken_and_not_used, "number.gap"),
    ],
)
def test_each_kind_of_damage_is_found(desk: Desk, damage: Damage, code: str) -> None:
    invoice = paid_invoice(desk)
    assert codes(desk) == set()
    with desk.app.world.store.transaction(desk.app.organisation) as tx:
        damage(tx, invoice)
    assert code in codes(desk)


def test_a_changed_and_a_lost_file_are_found(desk: Desk) -> None:
    invoice = desk.issue()
    assert codes(desk) == set()
    with desk.app.look() as ctx:
        files = ctx.tx.load(Rendering, invoice.id).value.files
    blobs = desk.app.world.blobs
    blobs.put(desk.app.organisation, files[0].blob, b"%PDF-1.7 another")
    blobs.delete(desk.app.organisation, files[1].blob)
    assert codes(desk) == {"document.changed", "document.lost"}


def test_an_invoice_whose_files_are_not_written_yet_is_a_warning(desk: Desk) -> None:
    desk.issue()
    with desk.app.look() as ctx:
        found = check_books(ctx).findings
    assert "document.missing" in {row.code for row in found if row.severity == "warning"}


def test_numbers_given_under_an_earlier_pattern_are_a_note_not_a_gap(desk: Desk) -> None:
    desk.issue()
    with desk.app.change() as ctx:
        company = ctx.company
        stored = ctx.tx.load(type(company), company.id)
        changed = replace(company, patterns=(("invoice", "FA-{year}-{seq:04}"),))
        ctx.tx.save(changed, expected=stored.version)
    assert desk.issue().number == "FA-2026-0002"
    result = checked(desk)
    assert {"number.pattern"} == {row.code for row in result.findings if row.severity == "note"}
