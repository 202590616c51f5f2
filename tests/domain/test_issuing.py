"""Issuing: what must hold before a document gets its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from net30.domain.credit_note import credit_whole
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import QUOTE, Invoice
from net30.domain.issuing import AHEAD_DAYS_MAX, check_issuable, issue, issue_findings
from net30.domain.party import Address, Identifier, Party
from net30.domain.tax import WITH_REASON, TaxCategory, TaxRate
from net30.kernel.errors import Conflict, InputError
from net30.kernel.findings import Severity
from net30.kernel.money import Money
from tests.laws.requests import TODAY, drafted


def a_draft(tax: TaxRate | None = None) -> Invoice:
    """One line of 1,000 francs for Acme, complete."""
    line = NewLine(name="work", unit_price=Decimal(1000), tax=tax)
    return drafted(NewInvoice(customer_id="acme", lines=(line,)))


def refused(invoice: Invoice, **when: date) -> InputError:
    with pytest.raises(InputError) as refusal:
        check_issuable(invoice, **when)
    return refusal.value


def test_a_complete_draft_is_issuable() -> None:
    check_issuable(a_draft())
    check_issuable(a_draft(), today=TODAY)


def test_issuing_gives_the_number_and_changes_nothing_else() -> None:
    draft = a_draft()
    issued = issue(draft, "INV-2026-000001")
    assert issued.is_issued
    assert replace(issued, number="") == draft


def test_an_issued_document_is_not_issued_again() -> None:
    issued = issue(a_draft(), "INV-1")
    for deed in (lambda: issue(issued, "INV-2"), lambda: check_issuable(issued)):
        with pytest.raises(Conflict, match="INV-1 is issued already") as refusal:
            deed()
        assert refusal.value.code == "already_issued"
        assert "credit note" in refusal.value.hint


@pytest.mark.parametrize("number", ["", "  ", "X" * 41])
def test_a_blank_or_endless_number_is_refused(number: str) -> None:
    with pytest.raises(InputError) as refusal:
        issue(a_draft(), number)
    assert refusal.value.code == "number_text"
    assert issue(a_draft(), "X" * 40).is_issued


Change = Callable[[Invoice], Invoice]


def without(**fields: object) -> Change:
    return lambda draft: replace(draft, **fields)  # type: ignore[arg-type] # fields of Invoice


def with_totals(**fields: object) -> Change:
    return lambda draft: replace(
        draft,
        totals=replace(draft.totals, **fields),  # type: ignore[arg-type] # fields of Totals
    )


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda d: replace(d, seller=replace(d.seller, name=" ")), "seller_name", "seller.name"),
        (
            lambda d: replace(d, seller=replace(d.seller, address=Address())),
            "seller_country",
            "seller.address.country",
        ),
        (without(customer=Party(name="")), "customer_name", "customer.name"),
        (without(lines=()), "no_lines", "lines"),
        (with_totals(due=Money(-1, "XOF")), "negative_total", "totals.due"),
        (with_totals(due=Money(1, "EUR")), "two_currencies", "currency"),
        (without(due_date=None), "no_due_date", "due_date"),
        (without(due_date=TODAY - timedelta(days=1)), "due_date", "due_date"),
    ],
)
def test_what_is_missing_is_named_with_its_field(change: Change, code: str, path: str) -> None:
    error = refused(change(a_draft()))
    assert error.code == code
    assert error.hint == f"complete {path}"


def test_everything_that_is_missing_is_said_at_once() -> None:
    bare = replace(a_draft(), seller=Party(name=""), customer=Party(name=""), lines=())
    error = refused(bare)
    assert error.code == "not_issuable"
    assert error.message == (
        "it cannot be issued yet: the seller has no name; the seller has no country; "
        "the customer has no name; nothing is charged"
    )
    assert error.hint == "complete seller.name, seller.address.country, customer.name, lines"


def test_terms_in_words_stand_for_a_due_date() -> None:
    check_issuable(replace(a_draft(), due_date=None, terms="On delivery"))


def test_an_invoice_may_be_due_the_day_it_is_issued() -> None:
    check_issuable(replace(a_draft(), due_date=TODAY))


def test_what_is_fully_prepaid_needs_no_due_date() -> None:
    paid = with_totals(due=Money.zero("XOF"))(a_draft())
    check_issuable(replace(paid, due_date=None))


def test_quotes_and_credit_notes_need_no_due_date() -> None:
    check_issuable(replace(a_draft(), type_code=QUOTE, due_date=None))
    credit = credit_whole(issue(a_draft(), "INV-1"), credit_id="c1", day=TODAY, reason="")
    check_issuable(replace(credit, terms=""))


@pytest.mark.parametrize("category", sorted(WITH_REASON))
def test_a_line_without_tax_must_say_why(category: TaxCategory) -> None:
    error = refused(a_draft(TaxRate(category, Decimal(0))))
    assert error.code == "tax_reason"
    assert error.hint == "complete totals.breakdown[0].rate.reason"
    check_issuable(a_draft(TaxRate(category, Decimal(0), "Autoliquidation")))
    check_issuable(a_draft(TaxRate(category, Decimal(0), reason_code="VATEX-EU-AE")))


def test_a_zero_rate_needs_no_reason() -> None:
    check_issuable(a_draft(TaxRate(TaxCategory.ZERO, Decimal(0))))


def test_an_issue_date_a_month_ahead_is_taken_and_a_day_more_is_a_typing_error() -> None:
    draft = replace(a_draft(), due_date=TODAY + timedelta(days=90))
    ahead = replace(draft, issue_date=TODAY + timedelta(days=AHEAD_DAYS_MAX))
    check_issuable(ahead, today=TODAY)
    later = replace(draft, issue_date=TODAY + timedelta(days=AHEAD_DAYS_MAX + 1))
    assert refused(later, today=TODAY).code == "issue_date_ahead"
    check_issuable(later)


def test_what_only_e_invoices_need_is_a_warning_and_does_not_stop() -> None:
    draft = replace(a_draft(), customer=Party(name="Acme Corp"))
    warnings = issue_findings(draft)
    assert {finding.code for finding in warnings} == {"seller_id", "customer_country"}
    assert {finding.severity for finding in warnings} == {Severity.WARNING}
    check_issuable(draft)


@pytest.mark.parametrize(
    "known",
    [{"ids": (Identifier("1"),)}, {"legal_id": Identifier("1")}, {"vat_id": "FR12345678901"}],
)
def test_any_identifier_of_the_seller_will_do(known: dict[str, object]) -> None:
    draft = a_draft()
    seller = replace(draft.seller, **known)  # type: ignore[arg-type] # fields of Party
    codes = {finding.code for finding in issue_findings(replace(draft, seller=seller))}
    assert "seller_id" not in codes
