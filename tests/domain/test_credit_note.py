"""Credit notes: whole, in part, several, and never more than the invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from net30.domain.credit_note import credit_part, credit_whole, creditable, credited_so_far
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import CREDIT_NOTE, QUOTE, Invoice, Note, PrecedingInvoice
from net30.domain.issuing import issue
from net30.domain.tax import TaxRate
from net30.kernel.errors import Conflict, InputError, LimitExceeded
from net30.kernel.money import Money
from tests.laws.requests import EXEMPT, TODAY, drafted

LATER = TODAY + timedelta(days=3)
TWO_RATES = (
    NewLine(name="Conseil", unit_price=Decimal(1000), tax=TaxRate.of(Decimal(18))),
    NewLine(name="Livre", unit_price=Decimal(500), tax=EXEMPT),
)


def an_invoice(**more: object) -> Invoice:
    """1,000 with 18 % and 500 exempt: 1,680 francs."""
    new = NewInvoice(customer_id="acme", lines=TWO_RATES, **more)  # type: ignore[arg-type] # its fields
    return issue(drafted(new), "INV-2026-000001")


def part(invoice: Invoice, amount: int, reason: str = "Geste commercial") -> Invoice:
    money = Money(amount, invoice.currency)
    return credit_part(invoice, money, credit_id="c1", day=LATER, reason=reason)


def test_a_credit_note_names_its_invoice_and_has_its_own_date_and_no_number_yet() -> None:
    credit = credit_whole(an_invoice(), credit_id="c1", day=LATER, reason="Retour")
    assert (credit.id, credit.number, credit.type_code) == ("c1", "", CREDIT_NOTE)
    assert credit.issue_date == LATER
    assert credit.preceding == (PrecedingInvoice("INV-2026-000001", TODAY),)
    assert credit.notes == (Note("Retour"),)
    assert credit.due_date is None
    assert credit.discount is None


def test_a_credit_note_says_how_it_is_settled_as_br_co_25_asks() -> None:
    assert part(an_invoice(), 100).terms == "INV-2026-000001"


def test_a_whole_credit_gives_back_what_had_been_prepaid_too() -> None:
    invoice = an_invoice(prepaid=Money(600, "XOF"))
    assert invoice.totals.due == Money(1080, "XOF")
    credit = credit_whole(invoice, credit_id="c1", day=LATER, reason="")
    assert credit.totals.due == Money(1680, "XOF")
    assert not credit.totals.prepaid
    assert credit.notes == ()


def test_a_part_is_shared_out_over_the_invoices_tax_rates() -> None:
    credit = part(an_invoice(), 840)
    assert [(line.net.minor, int(line.tax.percent)) for line in credit.lines] == [
        (250, 0),
        (500, 18),
    ]
    assert credit.totals.due == Money(840, "XOF")
    assert credit.lines[0].tax.reason == "Exonéré"
    assert {line.name for line in credit.lines} == {"Geste commercial"}


def test_a_part_without_a_reason_is_named_after_its_invoice() -> None:
    assert {line.name for line in part(an_invoice(), 100, reason="").lines} == {"INV-2026-000001"}


def test_what_no_net_reaches_goes_to_the_rounding_amount() -> None:
    line = NewLine(name="work", unit_price=Decimal(1000), tax=TaxRate.of(Decimal(18)))
    invoice = issue(drafted(NewInvoice(customer_id="acme", lines=(line,))), "INV-1")
    credit = part(invoice, 23)  # 19 + 3 = 22 and 20 + 4 = 24: no net has 23
    assert (credit.totals.gross.minor, credit.totals.rounding.minor) in {(22, 1), (24, -1)}
    assert credit.totals.due == Money(23, "XOF")


def test_an_invoice_that_was_rounded_is_credited_for_what_was_due() -> None:
    line = NewLine(name="work", unit_price=Decimal(1001), tax=EXEMPT)
    new = NewInvoice(customer_id="acme", lines=(line,), cash_step=5)
    invoice = issue(drafted(new), "INV-1")
    assert (invoice.totals.due.minor, invoice.totals.rounding.minor) == (1000, -1)
    assert creditable(invoice, []) == Money(1000, "XOF")
    whole = credit_whole(invoice, credit_id="c1", day=LATER, reason="")
    assert whole.totals.due == Money(1000, "XOF")
    assert part(invoice, 1000).totals.due == Money(1000, "XOF")
    with pytest.raises(InputError):
        part(invoice, 1001)


def test_a_franc_is_credited_in_one_tax_group_only() -> None:
    credit = part(an_invoice(), 1)
    assert len(credit.lines) == 1
    assert credit.totals.due == Money(1, "XOF")


def test_all_of_an_invoice_is_creditable_in_part_and_not_a_franc_more() -> None:
    assert part(an_invoice(), 1680).totals.net == an_invoice().totals.net
    for amount in (0, -1, 1681):
        with pytest.raises(InputError) as refusal:
            part(an_invoice(), amount)
        assert refusal.value.code == "credit_amount"
        assert refusal.value.hint == "credit more than zero and at most 1680 XOF"


def test_a_credit_in_another_currency_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        credit_part(an_invoice(), Money(1, "EUR"), credit_id="c1", day=LATER, reason="")
    assert refusal.value.code == "two_currencies"


def test_the_second_tax_currency_is_converted_at_the_invoices_rate() -> None:
    invoice = an_invoice(tax_currency="EUR", exchange_rate=Decimal("0.0015"))
    credit = part(invoice, 840)
    assert credit.totals.tax == Money(90, "XOF")
    assert credit.totals.tax_in_tax_currency == Money(14, "EUR")  # 0.135, halves up


def test_drafts_offers_and_credit_notes_are_not_credited() -> None:
    invoice = an_invoice()
    for document in (
        replace(invoice, number=""),
        replace(invoice, type_code=QUOTE),
        replace(invoice, type_code=CREDIT_NOTE),
    ):
        with pytest.raises(Conflict) as refusal:
            part(document, 1)
        assert refusal.value.code == "not_creditable"


def test_a_credit_note_is_not_dated_before_its_invoice() -> None:
    invoice = an_invoice()
    assert credit_whole(invoice, credit_id="c1", day=TODAY, reason="").issue_date == TODAY
    with pytest.raises(InputError) as refusal:
        credit_whole(invoice, credit_id="c1", day=TODAY - timedelta(days=1), reason="")
    assert refusal.value.code == "credit_date"
    assert "on or after" in refusal.value.hint


def test_a_reason_loses_its_control_characters_and_has_its_limit() -> None:
    assert part(an_invoice(), 1, "a\x00\u202eb").notes == (Note("ab"),)
    with pytest.raises(LimitExceeded):
        part(an_invoice(), 1, "x" * 501)


def test_several_credit_notes_use_an_invoice_up_together() -> None:
    invoice = an_invoice()
    first, second = issue(part(invoice, 1000), "CN-1"), issue(part(invoice, 680), "CN-2")
    assert creditable(invoice, []) == Money(1680, "XOF")
    assert creditable(invoice, [first]) == Money(680, "XOF")
    assert creditable(invoice, [first, second]) == Money(0, "XOF")
    assert credited_so_far([first, second], "XOF") == Money(1680, "XOF")


def test_credit_notes_on_other_invoices_do_not_count() -> None:
    other = replace(part(an_invoice(), 1000), preceding=(PrecedingInvoice("INV-2026-000002"),))
    follower = replace(part(an_invoice(), 1000), type_code="384")
    assert creditable(an_invoice(), [other, follower]) == Money(1680, "XOF")


def test_a_prepaid_invoice_is_creditable_for_all_it_came_to() -> None:
    assert creditable(an_invoice(prepaid=Money(600, "XOF")), []) == Money(1680, "XOF")
