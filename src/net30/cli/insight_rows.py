"""Insights of many rows as tables: months, clients, segments, benchmarks, cohorts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from net30.insights.benchmarks import Benchmark, Published
from net30.insights.customer_cohorts import CustomerCohort
from net30.insights.customer_performance import CustomerPerformance
from net30.insights.customer_segments import Segmented
from net30.insights.invoice_cohorts import InvoiceCohort
from net30.insights.measured import Measure
from net30.insights.revenue_by_month import MonthRevenue
from net30.kernel.money import Money
from net30.language.amounts import write_money

Rows = list[tuple[str, ...]]
Shown = tuple[str, tuple[str, ...], Rows]
"""Title, columns (those that end in > align right), rows."""

COHORT_MONTHS = (1, 2, 3, 6, 12)


def row_tables(answer: Sequence[object]) -> list[Shown]:
    """Return rows of one or more kinds as tables."""
    chosen = ((table, [one for one in answer if isinstance(one, kind)]) for kind, table in _ROWS)
    return [table(rows) for table, rows in chosen if rows]


def money(amount: Money) -> str:
    """Return an amount as text."""
    return write_money(amount, "en")


def share(measure: Measure) -> str:
    """Return a share in per cent, or a dash."""
    return percent(measure.value) or "-"


def percent(value: Decimal | None) -> str:
    """Return a share in per cent, or nothing."""
    return "" if value is None else f"{value * 100:.1f}%"


def told(measure: Measure, otherwise: str = "") -> str:
    """Return a figure, or why there is none."""
    return otherwise or measure.reason if measure.value is None else f"{measure.value}"


def _revenue(rows: Sequence[MonthRevenue]) -> Shown:
    columns = ("month", "invoiced>", "collected>", "open>", "invoices>", "growth>", "in a year>")
    return (
        "revenue",
        columns,
        [
            (
                f"{one.month:%Y-%m}{'' if one.is_over else ' *'}",
                money(one.invoiced),
                money(one.collected),
                money(one.open),
                str(one.invoice_count),
                share(one.growth),
                share(one.growth_year),
            )
            for one in rows
        ],
    )


def _customers(rows: Sequence[CustomerPerformance]) -> Shown:
    columns = ("client", "invoiced>", "collected>", "open>", "overdue>", "mean delay>", "late>")
    return (
        "clients",
        columns,
        [
            (
                one.customer_id,
                *(money(amount) for amount in (one.invoiced, one.collected, one.open, one.overdue)),
                told(one.mean_delay, "-"),
                share(one.late_share),
            )
            for one in rows
        ],
    )


def _segments(rows: Sequence[Segmented]) -> Shown:
    return (
        "segments",
        ("client", "segment", "reason"),
        [(one.customer.customer_id, one.name.get("en", "-"), one.reason["en"]) for one in rows],
    )


def _benchmarks(rows: Sequence[Benchmark]) -> Shown:
    columns = ("industry", "invoices>", "late>", "days late>", "published", "late>", "days>")
    return (
        "benchmarks",
        columns,
        [
            (*_own(one), *_theirs(published))
            for one in rows
            for published in one.published or (None,)
        ],
    )


def _own(one: Benchmark) -> tuple[str, ...]:
    return one.industry, str(one.invoice_count), share(one.late_share), told(one.days_late)


def _theirs(one: Published | None) -> tuple[str, ...]:
    if one is None:
        return "", "", ""
    said = f"{one.industry}, {one.region}: {one.source} ({one.date})"
    return said, percent(one.late_share), "" if one.days_late is None else f"{one.days_late}"


def _customer_cohorts(rows: Sequence[CustomerCohort]) -> Shown:
    columns = ("first month", "clients>", *(f"after {month}>" for month in COHORT_MONTHS))
    return (
        "clients who still buy, by months since the first invoice",
        columns,
        [
            (
                f"{one.first_month:%Y-%m}",
                str(one.customers),
                *(
                    share(one.months[month].retained) if month < len(one.months) else ""
                    for month in COHORT_MONTHS
                ),
            )
            for one in rows
        ],
    )


def _invoice_cohorts(rows: Sequence[InvoiceCohort]) -> Shown:
    columns = ("month", "invoiced>", *(f"in {paid.days} days>" for paid in rows[0].paid))
    return (
        "paid, by month of issue",
        columns,
        [
            (f"{one.month:%Y-%m}", money(one.invoiced), *(share(paid.share) for paid in one.paid))
            for one in rows
        ],
    )


# Any: each table takes rows of its own kind.
_ROWS: tuple[tuple[type, Callable[[Sequence[Any]], Shown]], ...] = (
    (MonthRevenue, _revenue),
    (CustomerPerformance, _customers),
    (Segmented, _segments),
    (Benchmark, _benchmarks),
    (CustomerCohort, _customer_cohorts),
    (InvoiceCohort, _invoice_cohorts),
)
