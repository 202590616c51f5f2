"""Every figure against a slow, obvious loop over the same ledger, on any as-of date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from net30.insights.ageing import Ageing, ageing
from net30.insights.as_of import Period
from net30.insights.collection_rate import collection_rate
from net30.insights.dso import dso
from net30.insights.position import position
from net30.insights.revenue import revenue
from net30.insights.top_customers import By, top_customers
from tests.ledger_rows import Row, asked, claim, ledger, money

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 300).map(lambda count: FIRST + timedelta(days=count))
START, END = FIRST + timedelta(days=100), FIRST + timedelta(days=190)


@st.composite
def books(draw: st.DrawFn) -> list[Row]:
    """Invoices, money known at once or later, unapplied cash, in two currencies."""
    rows: list[Row] = []
    for at in range(draw(st.integers(0, 12))):
        issued = draw(DAYS)
        term = draw(st.none() | st.integers(0, 60))
        due = None if term is None else issued + timedelta(days=term)
        currency = draw(st.sampled_from(["XOF", "EUR"]))
        customer = draw(st.sampled_from(["a", "b", "c"]))
        amount = draw(st.integers(1, 10_000))
        rows.append(claim(f"I{at}", amount, issued, due, currency=currency, customer_id=customer))
        for _ in range(draw(st.integers(0, 3))):
            paid = issued + timedelta(days=draw(st.integers(0, 90)))
            known = paid + timedelta(days=draw(st.integers(0, 30)))
            left = balance(rows, f"I{at}")
            if not left:
                break
            part = draw(st.integers(1, left))
            rows.append(
                money(f"I{at}", part, paid, known_on=known, currency=currency, customer_id=customer)
            )
    cash = draw(st.lists(st.tuples(st.integers(1, 500), DAYS), max_size=2))
    rows.extend(money(None, amount, day, currency="XOF") for amount, day in cash)
    return rows


def known(rows: list[Row], as_of: date) -> list[Row]:
    return [row for row in rows if (row.known_on or row.day) <= as_of and row.day <= as_of]


def balance(rows: list[Row], invoice_id: str) -> int:
    return sum(row.amount for row in rows if row.invoice_id == invoice_id)


def currencies(rows: list[Row]) -> list[str]:
    return sorted({row.currency for row in rows})


@settings(max_examples=25)
@given(rows=books(), as_of=DAYS)
def test_outstanding_and_overdue_and_ageing_are_what_a_loop_over_the_facts_finds(
    rows: list[Row], as_of: date
) -> None:
    facts = known(rows, as_of)
    table = ledger(*rows)
    found, aged = asked(table, as_of, position), asked(table, as_of, ageing)
    for currency in currencies(facts):
        of_currency = [row for row in facts if row.currency == currency]
        invoices = [row for row in of_currency if row.issue_date]
        late = [row for row in invoices if row.due_date and row.due_date < as_of]
        owed = [balance(facts, row.invoice_id or "") for row in late]
        assert found[currency].outstanding.minor == sum(row.amount for row in of_currency)
        assert found[currency].overdue.minor == sum(owed)
        assert aged[currency].outstanding == found[currency].outstanding
        assert late_columns(aged[currency]) == sum(owed)


def late_columns(row: Ageing) -> int:
    return sum(column.minor for column in (row.d1_30, row.d31_60, row.d61_90, row.d90_plus))


@settings(max_examples=25)
@given(rows=books(), as_of=DAYS)
def test_revenue_collection_and_dso_are_what_a_loop_over_the_facts_finds(
    rows: list[Row], as_of: date
) -> None:
    facts = known(rows, as_of)
    table = ledger(*rows)
    earned = asked(table, as_of, revenue, Period(START, END))
    rates = asked(table, as_of, collection_rate, Period(START, END))
    waiting = asked(table, as_of, dso, Period(START, END))
    for currency in currencies(facts):
        invoices = [row for row in facts if row.issue_date and row.currency == currency]
        issued = [row for row in invoices if START <= (row.issue_date or FIRST) <= END]
        if issued:
            assert earned[currency].invoiced.minor == sum(row.amount for row in issued)
            assert earned[currency].open.minor == sum(
                balance(facts, row.invoice_id or "") for row in issued
            )
            assert earned[currency].invoice_count == len(issued)
        due = [row for row in invoices if row.due_date and START <= row.due_date <= END]
        if due:
            total = sum(row.amount for row in due)
            left = sum(balance(facts, row.invoice_id or "") for row in due)
            assert rates[currency].rate == half_up(Decimal(total - left) / total, "0.0001")
        sales = sum(row.amount for row in issued)
        outstanding = sum(row.amount for row in facts if row.currency == currency)
        expected = half_up(Decimal(outstanding) * 91 / sales, "0.1") if sales else None
        assert waiting[currency].simple.value == expected


@settings(max_examples=25)
@given(rows=books(), as_of=DAYS)
def test_what_becomes_known_later_changes_no_figure_of_an_earlier_day(
    rows: list[Row], as_of: date
) -> None:
    past = known(rows, as_of)
    whole, erased = ledger(*rows), ledger(*past)
    assert asked(whole, as_of, position) == asked(erased, as_of, position)
    assert asked(whole, as_of, ageing) == asked(erased, as_of, ageing)
    assert asked(whole, as_of, revenue, Period(START, END)) == asked(
        erased, as_of, revenue, Period(START, END)
    )
    assert asked(whole, as_of, top_customers, By.LATE) == asked(
        erased, as_of, top_customers, By.LATE
    )


def half_up(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), rounding=ROUND_HALF_UP)
