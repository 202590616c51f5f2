"""Random books for oracles: invoices, money, credits, write-offs, some of it known later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from hypothesis import strategies as st

from tests.ledger_rows import Row, claim, money

FIRST = date(2025, 1, 1)
SPAN = 500
AS_OF = st.integers(0, SPAN + 100).map(lambda count: FIRST + timedelta(days=count))
ISSUED = st.integers(0, SPAN).map(lambda count: FIRST + timedelta(days=count))
CUSTOMERS = ("a", "b", "c", "d", "e", "f")
INDUSTRIES = ("trade", "Trade ", "finance", "")
SETTLING = ("payment", "discount", "refund", "credit")


@st.composite
def random_books(draw: st.DrawFn, invoices: int = 15) -> list[Row]:
    """Up to so many invoices of six customers in two currencies, with what became of them."""
    rows: list[Row] = []
    for at in range(draw(st.integers(0, invoices))):
        rows.extend(_invoice(draw, at))
    for amount, day in draw(st.lists(st.tuples(st.integers(1, 500), ISSUED), max_size=2)):
        rows.append(money(None, amount, day, customer_id="a"))
    return rows


def _invoice(draw: st.DrawFn, at: int) -> list[Row]:
    issued = draw(ISSUED)
    term = draw(st.none() | st.sampled_from([0, 15, 30, 60]))
    due = None if term is None else issued + timedelta(days=term)
    who = {
        "currency": draw(st.sampled_from(["XOF", "XOF", "EUR"])),
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
    }
    industry = draw(st.sampled_from(INDUSTRIES))
    extras = (("industry", industry),) if industry else ()
    amount = draw(st.sampled_from([500, 700]) | st.integers(1, 900))
    rows = [claim(f"I{at}", amount, issued, due, extras=extras, **who)]
    left = amount
    for _ in range(draw(st.integers(0, 3))):
        if not left:
            break
        day = issued + timedelta(days=draw(st.integers(-3, 120)))
        part = left if draw(st.booleans()) else draw(st.integers(1, left))
        left -= part
        fact = draw(st.sampled_from(["payment"] * 4 + ["discount", "credit", "write_off"]))
        known = max(day, issued) + timedelta(days=draw(st.sampled_from([0, 0, 5, 40])))
        method = draw(st.sampled_from(["wire", "cash", None])) if fact == "payment" else None
        change = money(f"I{at}", part, day, known_on=known, method=method, **who)
        rows.append(replace(change, fact=fact))
        if fact == "credit":
            note = f"N{at}.{len(rows)}"
            rows.append(claim(note, -part, day, None, known_on=known, **who))
            rows.append(replace(change, fact=fact, invoice_id=note, amount=part))
    return rows


def known(rows: list[Row], as_of: date) -> list[Row]:
    """What is known at the end of a day."""
    return [row for row in rows if (row.known_on or row.day) <= as_of and row.day <= as_of]


@dataclass
class SlowInvoice:
    """An invoice and the facts about it that are known on a day, looked at one by one."""

    row: Row
    changes: list[Row]
    as_of: date

    @cached_property
    def billed(self) -> int:
        return self.row.amount + sum(one.amount for one in self.changes if one.fact == "credit")

    @property
    def collected(self) -> int:
        return -sum(one.amount for one in self.changes if one.fact in {"payment", "refund"})

    @property
    def balance(self) -> int:
        return self.row.amount + sum(one.amount for one in self.changes)

    def unpaid_on(self, day: date) -> int:
        """What was to be paid at the end of a day, given up or not."""
        settling = [one for one in self.changes if one.fact in SETTLING and one.day <= day]
        return self.row.amount + sum(one.amount for one in settling)

    def open_on(self, day: date) -> int:
        """What was open at the end of a day."""
        if day < min(self.row.day, *(one.day for one in self.changes), self.row.day):
            return 0
        issued = self.row.amount if self.row.day <= day else 0
        return issued + sum(one.amount for one in self.changes if one.day <= day)

    @cached_property
    def settled_on(self) -> date | None:
        day = self.as_of
        if self.unpaid_on(day) > 0:
            return None
        while self.unpaid_on(day - timedelta(days=1)) <= 0:
            day -= timedelta(days=1)
        return day

    @property
    def delay(self) -> int:
        assert self.row.due_date
        return ((self.settled_on or self.as_of) - self.row.due_date).days

    @property
    def has_matured(self) -> bool:
        return self.row.due_date is not None and self.row.due_date < self.as_of

    @property
    def is_late(self) -> bool:
        return self.has_matured and self.delay > 0

    @property
    def is_overdue(self) -> bool:
        return self.has_matured and self.settled_on is None

    @property
    def issued(self) -> date:
        return self.row.day


def slow_invoices(rows: list[Row], as_of: date, currency: str) -> list[SlowInvoice]:
    """The invoices of a currency of which something was to be paid."""
    return [one for one in every_invoice(rows, as_of, currency) if one.billed > 0]


def every_invoice(rows: list[Row], as_of: date, currency: str) -> list[SlowInvoice]:
    """The invoices of a currency, also those that were taken back whole."""
    facts = [row for row in known(rows, as_of) if row.currency == currency]
    return [
        SlowInvoice(
            row,
            [one for one in facts if one.invoice_id == row.invoice_id and one is not row],
            as_of,
        )
        for row in facts
        if row.fact == "invoice"
    ]


def currencies(rows: list[Row], as_of: date) -> list[str]:
    """The currencies in which something was to be paid."""
    every = sorted({row.currency for row in rows})
    return [currency for currency in every if slow_invoices(rows, as_of, currency)]
