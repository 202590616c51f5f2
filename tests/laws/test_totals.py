"""Laws of totals: the identities of EN 16931 for whatever is charged."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from net30.domain.invoice import Invoice
from net30.domain.rules import sums
from tests.laws import oracle
from tests.laws.requests import drafted, random_request
from tests.proofs.test_r9_totals import differences
from tests.strategies import invoices
from tests.strategy_parts import ALL_DIGITS

CHANCES = st.randoms(use_true_random=False)


@given(CHANCES)
def test_a_draft_comes_to_what_its_lines_and_its_request_come_to(chance: Random) -> None:
    new = random_request(chance)
    assert differences(new, drafted(new)) == []


@settings(max_examples=60)
@given(invoices(currencies=ALL_DIGITS))
def test_every_sum_of_a_whole_invoice_is_the_exact_one(invoice: Invoice) -> None:
    assert oracle.differences(invoice) == []


@settings(max_examples=60)
@given(invoices())
def test_our_own_rules_find_no_fault_in_our_own_sums(invoice: Invoice) -> None:
    assert list(sums.check(invoice)) == []


@given(CHANCES)
def test_the_tax_of_a_group_is_within_half_a_unit_of_the_exact_tax(chance: Random) -> None:
    totals = drafted(random_request(chance, prices_include_tax=False)).totals
    for row in totals.breakdown:
        exact = row.taxable.minor * oracle.share(row.rate.percent)
        assert abs(row.tax.minor - exact) <= Fraction(1, 2)


@given(CHANCES)
def test_prices_with_tax_are_due_to_the_last_unit(chance: Random) -> None:
    new = random_request(chance, prices_include_tax=True)
    invoice = drafted(new)
    groups = [line.tax.group for line in invoice.lines]
    stated = oracle.stated_total(new, invoice.currency, groups)
    prepaid = invoice.totals.prepaid.minor
    assert invoice.totals.due.minor == oracle.to_coins(stated - prepaid, new.cash_step)


@given(CHANCES)
def test_the_rounding_amount_serves_only_where_no_net_reaches_the_stated_gross(
    chance: Random,
) -> None:
    new = random_request(chance, prices_include_tax=True)
    invoice = drafted(new)
    unreachable = [
        row
        for row in invoice.totals.breakdown
        if oracle.smallest_gap(row.taxable.minor + row.tax.minor, row.rate.percent)
    ]
    assert unreachable == []
    assert differences(new, invoice) == []


@given(CHANCES)
def test_a_line_keeps_its_own_net_within_two_units_and_what_was_free_stays_free(
    chance: Random,
) -> None:
    new = random_request(chance, prices_include_tax=True)
    invoice = drafted(new)
    stated = oracle.stated_lines(new, invoice.currency)
    for line, gross in zip(invoice.lines, stated, strict=True):
        own = gross / (1 + oracle.share(line.tax.percent))
        assert abs(line.net.minor - own) < 2
        assert gross or not line.net
        assert line.unit_price >= 0
        assert line.net == line.computed_net


@given(CHANCES)
def test_a_percentage_off_still_multiplies_when_tax_has_been_taken_out(chance: Random) -> None:
    for line in drafted(random_request(chance, prices_include_tax=True)).lines:
        for entry in line.allowances:
            assert entry.base is not None
            assert entry.percent is not None
            exact = entry.base.minor * oracle.share(entry.percent)
            assert entry.amount.minor == oracle.half_away(exact)
