"""The figures of docs/figures.md, each with its worked number and its edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from net30.insights.ageing import ageing
from net30.insights.as_of import Period
from net30.insights.collection_rate import collection_rate
from net30.insights.dso import dso
from net30.insights.measured import unknown
from net30.insights.position import position
from net30.insights.revenue import revenue
from net30.insights.top_customers import By, top_customers
from net30.kernel.money import Money
from tests.ledger_rows import Row, asked, claim, ledger, money

D = date(2026, 11, 21)
START = D - timedelta(days=89)


def days(count: int) -> date:
    """So many days before the as-of date."""
    return D - timedelta(days=count)


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def test_dso_of_60000_outstanding_on_90000_of_sales_in_90_days_is_60_days() -> None:
    books = ledger(
        claim("A", 90_000, days(50), days(20)),
        money("A", 30_000, days(10)),
    )
    assert asked(books, D, dso, Period(START, D))["XOF"].simple.value == Decimal("60.0")


def test_dso_without_sales_in_the_period_is_unknown_not_zero() -> None:
    books = ledger(claim("A", 90_000, days(200), days(170)))
    assert asked(books, D, dso, Period(START, D))["XOF"].simple == unknown("no sales in the period")


def test_an_invoice_due_today_is_not_overdue_and_one_due_yesterday_is() -> None:
    books = ledger(claim("A", 100, days(30), days(0)), claim("B", 70, days(31), days(1)))
    result = asked(books, D, position)["XOF"]
    assert (result.outstanding, result.overdue) == (xof(170), xof(70))
    assert (result.open_count, result.overdue_count) == (2, 1)


def test_ninety_days_past_due_is_in_61_to_90_and_ninety_one_is_over() -> None:
    books = ledger(
        claim("A", 1, days(90), days(0)),
        claim("B", 10, days(90), days(30)),
        claim("C", 100, days(90), days(31)),
        claim("D", 1_000, days(120), days(90)),
        claim("E", 10_000, days(120), days(91)),
        claim("F", 100_000, days(5), None),
        claim("G", -7, days(3), None),
        money(None, 50, days(2)),
    )
    row = asked(books, D, ageing)["XOF"]
    assert (row.not_due, row.d1_30, row.d31_60) == (xof(1), xof(10), xof(100))
    assert (row.d61_90, row.d90_plus, row.no_due_date) == (xof(1_000), xof(10_000), xof(100_000))
    assert row.unapplied == xof(-57)
    assert row.outstanding == asked(books, D, position)["XOF"].outstanding == xof(111_054)


def test_the_collection_rate_is_what_came_in_of_what_fell_due_not_of_what_was_billed() -> None:
    books = ledger(
        claim("A", 1_000, days(60), days(30)),
        money("A", 750, days(20)),
        claim("B", 9_000, days(5), days(-25)),
    )
    rate = asked(books, D, collection_rate, Period(START, D))["XOF"]
    assert (rate.due, rate.received, rate.rate) == (xof(1_000), xof(750), Decimal("0.7500"))


def test_a_period_in_which_nothing_fell_due_has_no_rate_and_says_why() -> None:
    books = ledger(claim("A", 1_000, days(60), days(30)), claim("C", -1_000, days(20), None))
    assert asked(books, D, collection_rate, Period(days(10), D)) == {}
    credited = ledger(
        claim("A", 1_000, days(60), days(30)),
        claim("C", -1_000, days(20), None),
        *_credit("A", "C", 1_000, days(20)),
    )
    rate = asked(credited, D, collection_rate, Period(START, D))["XOF"]
    assert (rate.rate, rate.reason) == (None, "nothing fell due in the period")


def test_revenue_splits_into_collected_open_and_written_off_to_the_last_franc() -> None:
    books = ledger(
        claim("A", 1_000, days(60), days(30)),
        money("A", 400, days(20)),
        claim("B", 501, days(50), days(-5)),
        claim("C", -100, days(20), None),
        *_credit("A", "C", 100, days(20)),
        claim("OLD", 5_000, days(120), days(90)),
    )
    row = asked(books, D, revenue, Period(START, D))["XOF"]
    assert row.invoiced == xof(1_401)
    assert row.collected + row.open + row.discounted + row.written_off == row.invoiced
    assert (row.collected, row.open, row.overdue) == (xof(400), xof(1_001), xof(500))
    assert (row.invoice_count, row.average_invoice) == (2, xof(701))


def test_two_currencies_stand_side_by_side_and_are_never_added() -> None:
    books = ledger(
        claim("A", 1_000, days(10), days(-20)),
        claim("B", 250, days(10), days(-20), currency="EUR"),
    )
    assert set(asked(books, D, position)) == {"EUR", "XOF"}
    assert asked(books, D, position)["EUR"].outstanding == Money(250, "EUR")


def test_money_that_became_known_later_changes_no_earlier_figure() -> None:
    books = ledger(
        claim("A", 1_000, days(60), days(30)),
        money("A", 1_000, days(40), known_on=days(0)),
    )
    assert asked(books, days(1), position)["XOF"].outstanding == xof(1_000)
    assert asked(books, D, position)["XOF"].outstanding == xof(0)


def test_customers_are_ranked_by_amount_and_ties_go_by_id() -> None:
    books = ledger(
        claim("A", 100, days(60), days(30), customer_id="b"),
        claim("B", 100, days(60), days(-30), customer_id="a"),
        claim("C", 300, days(60), days(-30), customer_id="c"),
    )
    by_revenue = asked(books, D, top_customers, By.REVENUE)["XOF"]
    assert [row.customer_id for row in by_revenue] == ["c", "a", "b"]
    assert [row.customer_id for row in asked(books, D, top_customers, By.LATE)["XOF"]] == ["b"]
    assert len(asked(books, D, top_customers, By.OUTSTANDING, limit=2)["XOF"]) == 2


def _credit(invoice: str, note: str, amount: int, day: date) -> list[Row]:
    applied = replace(money(invoice, amount, day), fact="credit")
    return [applied, replace(applied, invoice_id=note, amount=amount)]
