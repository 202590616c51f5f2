"""The ledger's facts as a history: against an obvious loop over every invoice and every day."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.ledger.histories import HISTORY
from net30.ledger.history_facts import history_of_facts
from tests.ledger_rows import Row, claim, ledger, money

FIRST = date(2026, 1, 1)
END = FIRST + timedelta(days=200)


def day(count: int) -> date:
    return FIRST + timedelta(days=count)


def by_loop(rows: list[Row], as_of: date) -> dict[str, tuple[date | None, date | None]]:
    """The settlement day of each invoice, and since when it is known, the slow way."""
    seen = [row for row in rows if row.day <= as_of and (row.known_on or row.day) <= as_of]
    found: dict[str, tuple[date | None, date | None]] = {}
    for one in seen:
        if one.fact != "invoice" or one.amount <= 0 or one.due_date is None:
            continue
        counted = [
            row
            for row in seen
            if row.invoice_id == one.invoice_id
            and row.fact in {"payment", "discount", "refund", "credit"}
        ]
        leftover = one.amount // 100
        paid: date | None = None
        for today in sorted({row.day for row in counted}):
            left = one.amount + sum(row.amount for row in counted if row.day <= today)
            if left > leftover:
                paid = None
            elif paid is None:
                paid = today
        known = None
        if paid is not None:
            told = [row.known_on or row.day for row in [one, *counted] if row.day <= paid]
            known = max([one.known_on or one.day, *told])
        received = -sum(row.amount for row in counted if row.fact != "credit")
        if paid is None or received > leftover:
            found[one.invoice_id or ""] = (paid, known)
    return found


@st.composite
def books(draw: st.DrawFn) -> list[Row]:
    rows: list[Row] = []
    for at in range(draw(st.integers(0, 6))):
        name, issued = f"I{at}", day(draw(st.integers(0, 100)))
        term = draw(st.none() | st.integers(0, 60))
        due = None if term is None else issued + timedelta(days=term)
        amount = draw(st.integers(1, 1_000))
        rows.append(claim(name, amount, issued, due, customer_id=draw(st.sampled_from("ab"))))
        for _ in range(draw(st.integers(0, 5))):
            fact = draw(st.sampled_from(["payment", "credit", "discount", "refund", "write_off"]))
            part = draw(st.integers(1, 1_000) | st.just(amount))
            paid = issued + timedelta(days=draw(st.integers(-5, 90)))
            known = paid + timedelta(days=draw(st.integers(0, 30)))
            sign = -1 if fact == "refund" else 1
            row = money(name, sign * part, paid, known_on=known, fact=fact)
            rows.append(row)
    return draw(st.permutations(rows))


@settings(max_examples=150)
@given(rows=books(), as_of=st.integers(0, 200).map(day))
def test_an_invoice_is_settled_when_a_loop_over_its_days_says_so(
    rows: list[Row], as_of: date
) -> None:
    table = history_of_facts(ledger(*rows), as_of)
    assert told(table) == by_loop(rows, as_of)


def told(table: pa.Table) -> dict[str, tuple[date | None, date | None]]:
    return {
        row["invoice_id"]: (row["paid_date"], row["known_on"])
        for row in table.select(["invoice_id", "paid_date", "known_on"]).to_pylist()
    }


def test_the_last_part_payment_settles_and_a_bank_fee_left_open_does_not_matter() -> None:
    rows = [
        claim("A", 10_000, day(0), day(30)),
        money("A", 6_000, day(20)),
        money("A", 3_950, day(40), known_on=day(45)),
    ]
    assert told(history_of_facts(ledger(*rows), END)) == {"A": (day(40), day(45))}


def test_a_bounced_payment_opens_the_invoice_again() -> None:
    rows = [
        claim("A", 10_000, day(0), day(30)),
        money("A", 10_000, day(20)),
        money("A", -10_000, day(25)),
    ]
    assert told(history_of_facts(ledger(*rows), END)) == {"A": (None, None)}


def test_what_was_written_off_is_unpaid_and_what_was_credited_was_never_to_be_paid() -> None:
    rows = [
        claim("A", 10_000, day(0), day(30)),
        money("A", 10_000, day(90), fact="write_off"),
        claim("B", 10_000, day(0), day(30)),
        money("B", 10_000, day(5), fact="credit"),
        claim("C", -10_000, day(5), None),
    ]
    assert told(history_of_facts(ledger(*rows), END)) == {"A": (None, None)}


def test_no_facts_give_an_empty_history() -> None:
    assert history_of_facts(ledger(), END).schema.equals(HISTORY)
