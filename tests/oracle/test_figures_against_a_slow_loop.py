"""Every figure against a slow, obvious loop over the same ledger, on any as-of date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from net30.insights.as_of import known_at
from net30.insights.top_customers import By, top_customers
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.services.company_figures import (
    Asked,
    Foreseen,
    Value,
    behind_figure,
    figures_known,
    figures_of_ledger,
)
from tests.ledger_rows import Row, asked, claim, ledger, money
from tests.oracle.books_drawn import DAYS, FIRST, books
from tests.oracle.slow_figures import slow_figures

LEDGERS = 200
FORESEEN = ("expected_cash", "cash_at_stake")
ADDED = (
    *("outstanding", "overdue", "revenue.invoiced", "revenue.collected", "revenue.open"),
    *("revenue.overdue", "effort.unapplied"),
    *(f"ageing.{name}" for name in ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")),
    *("ageing.no_due_date", "ageing.unapplied"),
)
slowly = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Any day, with the usual period or another that begins by then."""
    day = draw(DAYS | st.sampled_from([FIRST - timedelta(days=400), FIRST + timedelta(days=900)]))
    if draw(st.booleans()):
        return Asked(as_of=day)
    start = day - timedelta(days=draw(st.integers(0, 200)))
    return Asked(as_of=day, start=start, end=start + timedelta(days=draw(st.integers(0, 220))))


def figures(rows: list[Row], question: Asked) -> dict[str, dict[str, object]]:
    """The figures of drawn books with amounts in minor units, without those from predictions."""
    return {
        one.currency: {
            key: in_minor(value) for key, value in one.values.items() if key not in FORESEEN
        }
        for one in figures_of_ledger(ledger(*rows), question).currencies
    }


def in_minor(value: Value) -> object:
    """A value with plain whole numbers for amounts; why a part was dropped is told elsewhere."""
    if isinstance(value, Mapping):
        return {name: in_minor(part) for name, part in value.items() if name != "dropped"}
    return value.minor if isinstance(value, Money) else value


VOID = [
    claim("A", 1_000, FIRST, FIRST + timedelta(days=30)),
    claim("AC", -1_000, FIRST + timedelta(days=3), None),
    replace(money("A", 1_000, FIRST + timedelta(days=3)), fact="credit"),
    replace(money("AC", -1_000, FIRST + timedelta(days=3)), fact="credit"),
]
BOUNCED = [
    claim("A", 1_000, FIRST, FIRST + timedelta(days=30)),
    money("A", 1_000, FIRST + timedelta(days=20)),
    money("A", -1_000, FIRST + timedelta(days=50)),
]


@settings(slowly, max_examples=LEDGERS)
@given(rows=books(), question=questions())
@example(rows=[], question=Asked(as_of=FIRST))
@example(rows=VOID, question=Asked(as_of=FIRST + timedelta(days=60)))
@example(rows=BOUNCED, question=Asked(as_of=FIRST + timedelta(days=60)))
@example(rows=BOUNCED[:1], question=Asked(as_of=FIRST + timedelta(days=60)))
def test_every_figure_is_what_a_loop_over_the_facts_finds(rows: list[Row], question: Asked) -> None:
    found = figures(rows, question)
    period = question.period
    seen = [row for row in rows if max(row.known_on or row.day, row.day) <= question.as_of]
    assert set(found) >= {row.currency for row in seen if row.issue_date or row.invoice_id is None}
    for currency, values in found.items():
        expected = slow_figures(rows, currency, question.as_of, period.start, period.end)
        assert values == expected, currency


@settings(slowly, max_examples=20)
@given(rows=books(), question=questions())
def test_what_happens_or_becomes_known_later_changes_no_figure_of_an_earlier_day(
    rows: list[Row], question: Asked
) -> None:
    past = [row for row in rows if max(row.known_on or row.day, row.day) <= question.as_of]
    assert figures(rows, question) == figures(past, question)


@settings(slowly, max_examples=10)
@given(rows=books(), question=questions())
def test_a_thousand_times_the_amounts_score_exactly_the_same(
    rows: list[Row], question: Asked
) -> None:
    larger = [replace(row, amount=1_000 * row.amount, extras=()) for row in rows]
    plain = [replace(row, extras=()) for row in rows]
    before, after = figures(plain, question), figures(larger, question)
    for currency, values in before.items():
        for key in ("health_score", "cei", "dso_countback", "roll_rate", "concentration", "add"):
            assert values[key] == after[currency][key], key


@settings(slowly, max_examples=10)
@given(rows=books(), question=questions())
def test_the_invoices_behind_an_amount_add_up_to_it_to_the_last_minor_unit(
    rows: list[Row], question: Asked
) -> None:
    table = ledger(*rows)
    found = figures_of_ledger(table, question)
    for figure in ADDED:
        behind = behind_figure(table, question, figure)
        for one in found.currencies:
            parts = [row.amount for row in behind if row.amount.currency == one.currency]
            assert Money.total(parts, one.currency) == at(one.values, figure), figure
    for one in found.currencies:
        ageing = one.values["ageing"]
        assert isinstance(ageing, Mapping)
        columns = [part for part in ageing.values() if isinstance(part, Money)]
        assert Money.total(columns, one.currency) == one.values["outstanding"]


def at(values: Mapping[str, Value], figure: str) -> Value:
    """A figure, or a part of one."""
    key, _, part = figure.partition(".")
    value = values[key]
    return value[part] if isinstance(value, Mapping) and part else value


@settings(slowly, max_examples=20)
@given(rows=books(), question=questions(), cut=st.integers(0, 40), next_cut=st.integers(0, 5))
def test_figures_that_follow_new_facts_are_those_of_the_whole_ledger(
    rows: list[Row], question: Asked, cut: int, next_cut: int
) -> None:
    whole, period = ledger(*rows), question.period
    cost = question.cost_of_capital
    with known_at(whole.slice(0, cut), question.as_of) as known:
        figures_known(known, period, cost, Foreseen())
        once = known.followed_by(whole.slice(cut, next_cut))
        twice = once.followed_by(whole.slice(cut + next_cut))
        followed = figures_known(twice, period, cost, Foreseen())
    assert followed == figures_of_ledger(whole, question).currencies


@settings(slowly, max_examples=15)
@given(rows=books(), as_of=DAYS)
def test_a_ranking_of_customers_sees_only_what_was_known(rows: list[Row], as_of: date) -> None:
    past = [row for row in rows if max(row.known_on or row.day, row.day) <= as_of]
    for by in By:
        assert asked(ledger(*rows), as_of, top_customers, by) == asked(
            ledger(*past), as_of, top_customers, by
        )


def test_a_period_that_begins_after_the_day_is_refused() -> None:
    with pytest.raises(InputError, match="after 2026-01-01"):
        figures([], Asked(as_of=FIRST, start=FIRST + timedelta(days=1), end=date(2026, 2, 1)))
