"""Books drawn at random: all that can happen to invoices, in three currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.ledger_rows import Row, claim, money

FIRST = date(2026, 1, 1)
LAST = 420
DAYS = st.integers(-10, LAST).map(lambda count: FIRST + timedelta(days=count))
CURRENCIES = ("XOF", "EUR", "TND")
CUSTOMERS = ("a", "b", "c", "d")
HAPPENINGS = ("pay", "pay", "pay", "bounce", "discount", "credit", "void", "write_off", "mark")


@st.composite
def books(draw: st.DrawFn, most: int = 4) -> list[Row]:
    """Up to so many invoices with payments known at once or later, and cash without an invoice."""
    rows: list[Row] = []
    for at in range(draw(st.integers(0, most))):
        rows.extend(draw(invoice(f"I{at}")))
    for _ in range(draw(st.integers(0, 2))):
        rows.extend(draw(loose_cash()))
    return rows


@st.composite
def invoice(draw: st.DrawFn, name: str) -> list[Row]:
    """An invoice and what becomes of it, in the order in which it happens."""
    day = draw(DAYS)
    term = draw(st.none() | st.sampled_from([0, 7, 30, 60]))
    due = None if term is None else day + timedelta(days=term)
    about: dict[str, object] = {
        "currency": draw(st.sampled_from(CURRENCIES)),
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
    }
    amount = draw(st.integers(1, 10_000))
    known = draw(st.sampled_from([None, None, None, day + timedelta(days=9)]))
    rows = [claim(name, amount, day, due, known_on=known, **about)]
    left = amount
    for at, what in enumerate(draw(st.lists(st.sampled_from(HAPPENINGS), max_size=5))):
        day += timedelta(days=draw(st.sampled_from([-3, 0, 0, 1, 10, 29, 45, 95])))
        late = draw(st.sampled_from([0, 0, 0, 4, 40]))
        told = {**about, "known_on": day + timedelta(days=late)}
        part = left if draw(st.booleans()) else draw(st.integers(0, max(0, left)))
        if what == "mark":
            rows.extend(draw(marks(name, day, told)))
        elif what == "bounce":
            bounced = draw(bounces(rows, day, told))
            rows.extend(bounced)
            left += sum(row.amount for row in bounced)
        elif what in {"credit", "void"}:
            part = left if what == "void" else part
            rows.extend(_credit(name, f"{name}C{at}", part, (day, told, 0 if part else 5)))
            left -= part
        else:
            fact = "payment" if what == "pay" else what
            rows.append(replace(money(name, part, day, **told), fact=fact))
            left -= part
    return rows


@st.composite
def bounces(draw: st.DrawFn, rows: list[Row], day: date, told: dict[str, object]) -> list[Row]:
    """All that was paid comes back, or one payment does, told with the day on which it came."""
    paid = [row for row in rows if row.fact == "payment" and row.amount < 0]
    name = rows[0].invoice_id
    if not paid or draw(st.booleans()):
        whole = -sum(row.amount for row in rows if row.fact == "payment")
        return [money(name, -whole, day, **told)]
    gone = draw(st.sampled_from(paid))
    extras = (("settled_on", gone.day.isoformat()),)
    return [replace(money(name, gone.amount, max(day, gone.day), **told), extras=extras)]


@st.composite
def marks(draw: st.DrawFn, name: str, day: date, told: dict[str, object]) -> list[Row]:
    """A reminder, a promise, or one side of a dispute."""
    fact = draw(st.sampled_from(["reminder", "promise", "dispute_opened", "dispute_closed"]))
    row = replace(money(name, 0, day, **told), fact=fact)
    if fact != "promise":
        return [row]
    until = day + timedelta(days=draw(st.integers(0, 30)))
    promised = str(draw(st.integers(0, 10_000)))
    extras = (("promised_on", until.isoformat()), ("promised_minor", promised))
    return [replace(row, extras=extras)]


@st.composite
def loose_cash(draw: st.DrawFn) -> list[Row]:
    """Money without an invoice, perhaps given back in part."""
    about: dict[str, object] = {
        "currency": draw(st.sampled_from(CURRENCIES)),
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
    }
    day, amount = draw(DAYS), draw(st.integers(1, 500))
    rows = [money(None, amount, day, **about)]
    if draw(st.booleans()):
        rows.append(replace(money("P1", -amount, day, **about), fact="refund"))
    return rows


def _credit(
    name: str, note: str, part: int, when: tuple[date, dict[str, object], int]
) -> list[Row]:
    day, told, over = when
    applied = replace(money(name, part, day, **told), fact="credit")
    return [
        claim(note, -part - over, day, None, **told),
        applied,
        replace(applied, invoice_id=note, amount=part),
    ]
