"""A line: quantity times price, rounded once, less its discount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxRate
from net30.kernel.money import Money


def line(quantity: str, price: str, currency: str = "EUR", **more: object) -> Line:
    base = Decimal(str(more.pop("base", "1")))
    minus = Money(int(str(more.pop("minus", 0))), currency)
    plus = Money(int(str(more.pop("plus", 0))), currency)
    return Line(
        id="1",
        name="work",
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        base_quantity=base,
        allowances=(AllowanceCharge(amount=minus),) if minus else (),
        charges=(AllowanceCharge(amount=plus),) if plus else (),
        tax=TaxRate.of(Decimal(18)),
        net=Money.zero(currency),
    )


def test_forty_hours_at_90000_xof_are_3_600_000() -> None:
    assert line("40", "90000", "XOF").computed_net == Money(3_600_000, "XOF")


@pytest.mark.parametrize(
    ("quantity", "price", "net"),
    [
        ("3", "0.335", 101),
        ("1", "0.005", 1),
        ("-1", "0.005", -1),
        ("1", "0.0049", 0),
        ("-2", "5", -1000),
    ],
)
def test_a_line_is_rounded_once_and_halves_go_away_from_zero(
    quantity: str, price: str, net: int
) -> None:
    assert line(quantity, price).computed_net == Money(net, "EUR")


def test_a_price_may_be_for_a_dozen_and_a_base_of_nothing_counts_as_one() -> None:
    assert line("30", "10", base="12").computed_net == Money(2500, "EUR")
    assert line("30", "10", base="0").computed_net == Money(30_000, "EUR")


def test_allowances_come_off_and_charges_are_added() -> None:
    assert line("1", "100", minus=1500, plus=250).computed_net == Money(8750, "EUR")


def test_three_and_a_half_francs_less_all_of_their_four_are_nothing() -> None:
    assert line("1", "3.5", "XOF", minus=4).computed_net == Money.zero("XOF")


def test_a_division_never_reaches_a_half_that_it_does_not_have() -> None:
    price = "0.4" + "9" * 38
    assert line("1", price, "XOF", base="1").computed_net == Money.zero("XOF")
    assert line(price, "3", "XOF", base="3").computed_net == Money.zero("XOF")
