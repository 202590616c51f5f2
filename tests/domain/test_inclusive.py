"""Prices that include tax: what was stated is due, and every line still multiplies."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.inclusive import Body, net_of_group, remove_tax, share_out
from net30.domain.invoice import Invoice
from net30.domain.line import AllowanceCharge
from net30.domain.tax import TaxRate
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from tests.laws.requests import drafted

FULL = TaxRate.of(Decimal(18))


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def with_tax(*lines: NewLine, currency: str = "XOF", **more: object) -> Invoice:
    new = NewInvoice(customer_id="acme", lines=lines, currency=currency, prices_include_tax=True)
    invoice = drafted(replace(new, **more))  # type: ignore[arg-type] # fields of NewInvoice
    assert all(line.net == line.computed_net for line in invoice.lines)
    return invoice


def item(
    price: str, quantity: str = "1", discount: str | None = None, percent: str = "18"
) -> NewLine:
    return NewLine(
        name="work",
        unit_price=Decimal(price),
        quantity=Decimal(quantity),
        discount_percent=None if discount is None else Decimal(discount),
        tax=TaxRate.of(Decimal(percent)),
    )


def test_five_hundred_euro_stay_five_hundred() -> None:
    invoice = with_tax(item("500", percent="19"), currency="EUR")
    assert invoice.totals.due == Money(50_000, "EUR")
    assert (invoice.totals.net.minor, invoice.totals.tax.minor) == (42_017, 7_983)
    assert not invoice.totals.rounding
    assert invoice.lines[0].unit_price == Decimal("420.17")
    assert invoice.lines[0].price_with_tax == Decimal(500)


@pytest.mark.parametrize(
    ("gross", "net"), [(1180, 1000), (22, 19), (24, 20), (1, 1), (0, 0), (-1180, -1000)]
)
def test_the_net_is_the_one_whose_tax_brings_back_the_gross(gross: int, net: int) -> None:
    assert net_of_group(xof(gross), FULL) == xof(net)


def test_where_two_nets_are_as_near_the_divided_one_is_taken() -> None:
    assert net_of_group(xof(23), FULL) == xof(
        19
    )  # 19 + 3 = 22, 20 + 4 = 24; 23 / 1.18 = 19.5 or so


def test_what_no_net_reaches_is_rounded_openly() -> None:
    totals = with_tax(item("23")).totals
    assert totals.due == xof(23)
    assert abs(totals.rounding.minor) == 1


def test_three_lines_that_round_alike_share_the_missing_franc() -> None:
    invoice = with_tax(item("100"), item("100"), item("100"))
    assert sorted(line.net.minor for line in invoice.lines) == [84, 85, 85]
    assert invoice.totals.due == xof(300)


def test_a_free_line_stays_free() -> None:
    invoice = with_tax(item("23"), item("0"), item("23"))
    assert invoice.lines[1].net == xof(0)
    assert invoice.lines[1].unit_price == 0
    assert invoice.totals.due == xof(46)


def test_a_document_given_away_whole_keeps_its_lines_prices() -> None:
    invoice = with_tax(item("11800"), discount_percent=Decimal(100))
    assert invoice.lines[0].net == xof(10_000)
    assert invoice.allowances[0].amount == xof(10_000)
    assert not invoice.totals.due


def test_a_nearly_whole_discount_does_not_swell_the_line() -> None:
    off = AllowanceCharge(amount=xof(11_799), reason="Accord", tax=FULL)
    invoice = with_tax(item("11800"), allowances=(off,))
    assert abs(invoice.lines[0].net.minor - 10_000) <= 1
    assert invoice.totals.due == xof(1)


def test_allowances_and_charges_were_told_with_tax_and_lose_base_and_percent() -> None:
    off = AllowanceCharge(
        amount=xof(1180), base=xof(11_800), percent=Decimal(10), reason="Remise", tax=FULL
    )
    more = AllowanceCharge(amount=xof(590), reason="Port", tax=FULL)
    invoice = with_tax(item("11800"), allowances=(off,), charges=(more,))
    assert invoice.allowances[0].amount == xof(1000)
    assert (invoice.allowances[0].base, invoice.allowances[0].percent) == (None, None)
    assert invoice.charges[0].amount == xof(500)
    assert invoice.totals.due == xof(11_800 - 1180 + 590)


@pytest.mark.parametrize("percent", ["10", "33.33", "99.9", "100"])
def test_a_percentage_off_a_line_still_multiplies(percent: str) -> None:
    (line,) = with_tax(item("11805", "3", percent)).lines
    (off,) = line.allowances
    assert off.base is not None
    assert off.base.times(Decimal(percent) / 100) == off.amount
    assert off.base - off.amount == line.net
    assert abs(off.base.minor - 30_013) <= 1  # 35,415 with tax


def test_a_price_has_no_more_decimals_than_it_needs() -> None:
    prices = [line.unit_price for line in with_tax(item("1180"), item("100", "3")).lines]
    assert prices[0] == 1000
    assert prices[1] == Decimal("84.7")


def test_a_thousand_million_pieces_still_come_back_to_their_net() -> None:
    invoice = with_tax(item("0.007", "999999999", percent="19.25"), currency="EUR")
    assert invoice.totals.due == Money(699_999_999, "EUR")


def test_each_tax_rate_is_taken_out_by_itself() -> None:
    totals = with_tax(item("1180"), item("1100", percent="10")).totals
    assert [row.taxable.minor for row in totals.breakdown] == [1000, 1000]
    assert totals.due == xof(2280)


def test_an_entry_without_a_rate_is_refused_as_everywhere() -> None:
    off = AllowanceCharge(amount=xof(1), reason="Accord")
    with pytest.raises(InputError) as refusal:
        with_tax(item("1180"), allowances=(off,))
    assert refusal.value.code == "allowance_tax"


def test_an_empty_body_states_nothing() -> None:
    assert remove_tax(Body(()), "XOF") == (Body(()), xof(0))


def test_shares_of_nothing_go_to_the_first() -> None:
    assert share_out(xof(7), [xof(0), xof(0)]) == (xof(7), xof(0))
    assert share_out(xof(0), []) == ()


def test_ten_francs_among_three_are_four_three_and_three() -> None:
    assert share_out(xof(10), [xof(1)] * 3) == (xof(4), xof(3), xof(3))
    assert share_out(xof(-10), [xof(1)] * 3) == (xof(-4), xof(-3), xof(-3))
    assert share_out(xof(11), [xof(1)] * 3) == (xof(4), xof(4), xof(3))


def test_the_largest_remainder_gets_the_missing_franc() -> None:
    assert share_out(xof(10), [xof(1), xof(2), xof(4)]) == (xof(1), xof(3), xof(6))
    # 1.2, 1.2, 1.2 and 2.4: rounded alone they are 5 of the 6
    assert share_out(xof(6), [xof(2), xof(2), xof(2), xof(4)]) == (xof(1), xof(1), xof(1), xof(3))
