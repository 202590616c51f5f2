"""Totals: from lines to the amount due."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.totals import Settling, compute_totals, tax_on
from net30.kernel.errors import InputError
from net30.kernel.money import Money

FULL = TaxRate(TaxCategory.STANDARD, Decimal(18))
CAMEROON = TaxRate(TaxCategory.STANDARD, Decimal("19.25"))


def line(net: int, tax: TaxRate = FULL, currency: str = "XOF") -> Line:
    money = Money(net, currency)
    return Line(
        id="1", name="work", quantity=Decimal(1), unit_price=money.amount, tax=tax, net=money
    )


def entry(amount: int, tax: TaxRate | None = FULL) -> AllowanceCharge:
    return AllowanceCharge(amount=Money(amount, "XOF"), tax=tax)


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def test_forty_hours_at_90000_with_18_per_cent_come_to_4_248_000() -> None:
    totals = compute_totals("XOF", [line(3_600_000)])
    assert (totals.line_net, totals.net, totals.tax) == (
        xof(3_600_000),
        xof(3_600_000),
        xof(648_000),
    )
    assert totals.gross == totals.due == xof(4_248_000)
    assert not totals.rounding
    assert totals.tax_in_tax_currency is None


def test_tax_is_rounded_once_for_all_lines_of_a_rate() -> None:
    # 3 x 0.18 x 3 = 1.62 is 2; line by line it would be 3 x 1 = 3.
    assert compute_totals("XOF", [line(3)] * 3).tax == xof(2)


def test_half_a_franc_of_tax_is_a_whole_one() -> None:
    assert tax_on(xof(25), FULL) == xof(5)  # 4.5
    assert tax_on(xof(-25), FULL) == xof(-5)
    assert tax_on(xof(2), CAMEROON) == xof(0)  # 0.385


def test_each_category_and_rate_has_one_row() -> None:
    exempt = TaxRate(TaxCategory.EXEMPT, Decimal(0), "Exonéré")
    again = TaxRate(TaxCategory.STANDARD, Decimal("18.0"))
    rows = compute_totals("XOF", [line(100), line(50, exempt), line(100, again)]).breakdown
    assert [(row.rate.category, row.taxable, row.tax) for row in rows] == [
        (TaxCategory.EXEMPT, xof(50), xof(0)),
        (TaxCategory.STANDARD, xof(200), xof(36)),
    ]


@pytest.mark.parametrize(
    "told",
    [
        TaxRate(TaxCategory.EXEMPT, Decimal(0), "Exonéré"),
        TaxRate(TaxCategory.EXEMPT, Decimal(0), reason_code="VATEX-EU-132"),
    ],
)
def test_whichever_line_says_why_no_tax_is_due_speaks_for_its_group(told: TaxRate) -> None:
    silent = TaxRate(TaxCategory.EXEMPT, Decimal(0))
    for lines in ([line(1, silent), line(1, told)], [line(1, told), line(1, silent)]):
        assert compute_totals("XOF", lines).breakdown[0].rate == told


def test_allowances_and_charges_change_the_base_of_their_own_rate() -> None:
    totals = compute_totals("XOF", [line(1000)], [entry(100)], [entry(50, CAMEROON)])
    assert (totals.line_net, totals.allowances, totals.charges) == (xof(1000), xof(100), xof(50))
    assert totals.net == xof(950)
    assert [row.taxable.minor for row in totals.breakdown] == [900, 50]
    assert totals.tax == xof(162 + 10)


def test_a_document_allowance_without_a_rate_is_refused() -> None:
    bad = [entry(1, None)]
    for allowances, charges in ((bad, []), ([], bad)):
        with pytest.raises(InputError) as refusal:
            compute_totals("XOF", [line(1000)], allowances, charges)
        assert refusal.value.code == "allowance_tax"
        assert "at which rate" in refusal.value.hint


def test_what_was_prepaid_comes_off_the_amount_due_only() -> None:
    totals = compute_totals("XOF", [line(1000)], settling=Settling(prepaid=xof(180)))
    assert (totals.gross, totals.prepaid, totals.due) == (xof(1180), xof(180), xof(1000))


def test_a_gross_that_no_net_reaches_is_due_all_the_same() -> None:
    totals = compute_totals("XOF", [line(19)], settling=Settling(stated_gross=xof(23)))
    assert (totals.gross, totals.rounding, totals.due) == (xof(22), xof(1), xof(23))


def test_a_stated_gross_of_nothing_is_nothing() -> None:
    totals = compute_totals("XOF", [line(1)], settling=Settling(stated_gross=xof(0)))
    assert (totals.due, totals.rounding) == (xof(0), xof(-1))


@pytest.mark.parametrize(
    ("gross", "step", "due"),
    [(1002, 5, 1000), (1003, 5, 1005), (1012, 25, 1000), (1013, 25, 1025), (1005, 10, 1010),
     (1004, 10, 1000), (7, 1, 7), (-1003, 5, -1005), (-1005, 10, -1010)],
)  # fmt: skip
def test_cash_is_rounded_to_the_nearest_coin_halves_away_from_zero(
    gross: int, step: int, due: int
) -> None:
    free = TaxRate(TaxCategory.ZERO, Decimal(0))
    totals = compute_totals("CHF", [line(gross, free, "CHF")], settling=Settling(cash_step=step))
    assert totals.due == Money(due, "CHF")
    assert totals.rounding == Money(due - gross, "CHF")


def test_the_tax_is_told_in_a_second_currency_too() -> None:
    settling = Settling(tax_currency="EUR", exchange_rate=Decimal("0.00152449"))
    totals = compute_totals("XOF", [line(3_600_000)], settling=settling)
    assert totals.tax_in_tax_currency == Money(98_787, "EUR")  # 648,000 francs: 987.86952


@pytest.mark.parametrize("rate", [None, "0", "-1", "NaN", "Infinity", "1E+999999"])
def test_a_second_currency_without_a_usable_rate_is_refused(rate: str | None) -> None:
    settling = Settling(tax_currency="EUR", exchange_rate=None if rate is None else Decimal(rate))
    with pytest.raises(InputError) as refusal:
        compute_totals("XOF", [line(1000)], settling=settling)
    assert refusal.value.code == "exchange_rate"
    assert refusal.value.hint == "give the EUR for one XOF"


def test_lines_of_another_currency_are_refused() -> None:
    with pytest.raises(InputError) as refusal:
        compute_totals("XOF", [line(1, currency="EUR")])
    assert refusal.value.code == "two_currencies"
