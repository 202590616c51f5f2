"""Laws of credit notes and deposits: nothing is credited twice, nothing is lost between papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from net30.domain.conversion import deposit_on_quote, invoice_from_quote
from net30.domain.credit_note import credit_part, credit_whole, creditable
from net30.domain.invoice import QUOTE, Invoice
from net30.domain.issuing import check_issuable, issue
from net30.domain.terms import PaymentTerms
from net30.kernel.money import Money
from tests.laws import oracle
from tests.laws.requests import TODAY, drafted, random_request

CHANCES = st.randoms(use_true_random=False)
LATER = TODAY + timedelta(days=9)


def issued(chance: Random) -> Invoice:
    """A random issued invoice that came to something."""
    invoice = issue(drafted(random_request(chance)), "INV-2026-000001")
    assume(whole(invoice).minor > 0)
    return invoice


def whole(invoice: Invoice) -> Money:
    """What the invoice came to, prepaid or not."""
    return invoice.totals.gross + invoice.totals.rounding


def part_credit(invoice: Invoice, amount: int, number: str) -> Invoice:
    """An issued credit note over part of an invoice."""
    money = Money(amount, invoice.currency)
    draft = credit_part(invoice, money, credit_id=number, day=LATER, reason="agreed")
    return issue(draft, number)


@given(CHANCES)
def test_a_whole_credit_note_mirrors_its_invoice(chance: Random) -> None:
    invoice = issued(chance)
    credit = credit_whole(invoice, credit_id="c1", day=LATER, reason="returned")
    before, after = invoice.totals, credit.totals
    assert replace(after, prepaid=before.prepaid, due=before.due) == before
    assert after.due == whole(invoice)
    assert not after.prepaid
    assert credit.lines == invoice.lines
    assert oracle.differences(credit) == []
    check_issuable(credit)


@given(CHANCES)
def test_a_part_credit_comes_to_exactly_the_amount_that_was_said(chance: Random) -> None:
    invoice = issued(chance)
    amount = chance.randint(1, whole(invoice).minor)
    credit = part_credit(invoice, amount, "CN-1")
    assert credit.totals.due.minor == amount
    assert oracle.differences(credit) == []
    for line in credit.lines:
        assert line.net == line.computed_net
    rates = {line.tax.group for line in credit.lines}
    assert rates <= {row.rate.group for row in invoice.totals.breakdown}


@given(CHANCES)
def test_part_credits_end_when_the_invoice_is_used_up(chance: Random) -> None:
    invoice = issued(chance)
    notes: list[Invoice] = []
    left = whole(invoice).minor
    while left:
        amount = left if len(notes) == 4 else chance.randint(1, left)
        notes.append(part_credit(invoice, amount, f"CN-{len(notes)}"))
        left -= amount
        assert creditable(invoice, notes).minor == left


@given(CHANCES, st.lists(st.integers(1, 40), min_size=1, max_size=3))
def test_deposits_and_the_final_invoice_come_to_the_quote(
    chance: Random, percents: list[int]
) -> None:
    assume(sum(percents) <= 90)
    request = replace(random_request(chance), type_code=QUOTE, prepaid=None)
    quote = issue(drafted(request), "QUO-2026-000001")
    assume(whole(quote).minor > 10_000)
    deposits = []
    for at, percent in enumerate(percents):
        new = deposit_on_quote(quote, Decimal(percent), name="Acompte", day=TODAY)
        assume(new.lines)
        deposits.append(issue(drafted(new), f"DEP-2026-00000{at}"))
    final = invoice_from_quote(
        quote, invoice_id="i9", day=LATER, terms=PaymentTerms(30), deposits=deposits
    )
    claimed = Money.total((each.totals.due for each in (*deposits, final)), quote.currency)
    assert claimed == whole(quote)
    assert oracle.differences(final) == []


@given(CHANCES, st.integers(1, 99))
def test_a_deposit_on_prices_with_tax_is_its_share_of_the_gross(
    chance: Random, percent: int
) -> None:
    request = replace(
        random_request(chance, prices_include_tax=True),
        type_code=QUOTE,
        prepaid=None,
        allowances=(),
        charges=(),
        cash_step=1,
    )
    quote = issue(drafted(request), "QUO-2026-000001")
    assume(whole(quote).minor > 0)
    new = deposit_on_quote(quote, Decimal(percent), name="Acompte", day=TODAY)
    deposit = drafted(new)
    exact = whole(quote).minor * oracle.share(Decimal(percent))
    assert deposit.totals.due.minor == oracle.half_away(exact)
