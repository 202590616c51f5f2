"""Insights as tables for people: a title, columns and rows of text for each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import singledispatch
from typing import Any

from net30.insights.benchmarks import Benchmark, Published
from net30.insights.customer_cohorts import CustomerCohort
from net30.insights.customer_performance import CustomerPerformance
from net30.insights.customer_segments import Segmented
from net30.insights.financial_impact import FinancialImpact
from net30.insights.invoice_cohorts import InvoiceCohort
from net30.insights.measured import Measure
from net30.insights.payment_patterns import Part, PaymentPatterns
from net30.insights.revenue_by_month import MonthRevenue
from net30.insights.seasonality import Cell, Seasonality
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.services.business_insights import Anomalies, Answer, Churn, Cohorts

Rows = list[tuple[str, ...]]
Shown = tuple[str, tuple[str, ...], Rows]
"""Title, columns (those that end in > align right), rows."""

COHORT_MONTHS = (1, 2, 3, 6, 12)


def tables_of(answer: Answer) -> list[Shown]:
    """Return an answer as tables, those without rows left out."""
    return [table for table in _tables(answer) if table[2]]


@singledispatch
def _tables(answer: object) -> Iterator[Shown]:
    raise AssertionError(f"no table for {type(answer)}")


@_tables.register
def _of_rows(answer: tuple) -> Iterator[Shown]:  # type: ignore[type-arg] # of one kind of rows
    for kind, table in _ROWS:
        rows = [one for one in answer if isinstance(one, kind)]
        if rows:
            yield table(rows)


@_tables.register
def _patterns(answer: PaymentPatterns) -> Iterator[Shown]:
    columns = ("", "amount>", "invoices>", "share>")
    kept = (
        f"kept {_share(answer.terms.kept)} by amount, {_share(answer.terms.kept_by_count)} by count"
    )
    yield "received by weekday", columns, _parts(answer.weekdays)
    yield (
        "received by day of month",
        columns,
        _parts(one for one in answer.days_of_month if one.count),
    )
    yield "received by method", columns, _parts(answer.methods)
    yield f"terms: {kept}", columns, _parts(answer.terms.delays)


@_tables.register
def _seasons(answer: Seasonality) -> Iterator[Shown]:
    index = ("month", "invoiced, 1 is usual>", "delay, days above usual>")
    yield (
        f"index over {answer.complete_months} complete months",
        index,
        [(str(one.month), _told(one.invoiced), _told(one.delay)) for one in answer.index],
    )
    yield "by year and month", ("year", "month", *_CELL), _cells(answer.years)
    yield (
        "by month and weekday (1 is Monday)",
        ("month", "weekday", *_CELL),
        _cells(answer.weekdays),
    )


@_tables.register
def _churn(answer: Churn) -> Iterator[Shown]:
    yield (
        "churn risk",
        ("client", "invoices>", "days since>", "usual gap>", "chance>"),
        [
            (
                one.customer_id,
                str(one.invoices),
                str(one.days_since),
                "" if one.usual_gap is None else f"{one.usual_gap:g}",
                one.reason if one.chance is None else f"{one.chance:.0%}",
            )
            for one in answer.customers
        ],
    )
    if (judged := answer.judged) is not None:
        title = f"judged: said on {judged.day}, seen {judged.horizon} days later"
        scores = [
            ("AUC", judged.auc, "days since the last invoice", judged.baseline_auc),
            ("Brier", judged.brier, "share lost before", judged.baseline_brier),
        ]
        yield (
            title,
            ("", "chance>", "baseline", "of baseline>"),
            [
                (name, judged.reason or f"{ours}", baseline, "" if theirs is None else f"{theirs}")
                for name, ours, baseline, theirs in scores
            ],
        )


@_tables.register
def _cohorts(answer: Cohorts) -> Iterator[Shown]:
    yield from _of_rows(answer.customers)
    yield from _of_rows(answer.invoices)


@_tables.register
def _impact(answer: FinancialImpact) -> Iterator[Shown]:
    names = ("mean_receivables", "mean_overdue", "opportunity_cost", "cost_of_delay",
             "cost_of_delay_open", "cost_of_delay_settled")  # fmt: skip
    yield (
        f"at {answer.cost_of_capital} % a year",
        ("", "amount>"),
        [(name.replace("_", " "), _money(getattr(answer, name))) for name in names],
    )
    yield (
        "what would save",
        ("action", "frees>", "saves a year>", "from>", "to>"),
        [
            (
                one.action.replace("_", " "),
                _money(one.frees),
                _money(one.saves_a_year),
                one.reason if one.low is None else _money(one.low),
                "" if one.high is None else _money(one.high),
            )
            for one in answer.savings
        ],
    )


@_tables.register
def _anomalies(answer: Anomalies) -> Iterator[Shown]:
    columns = ("client", "amount>", "first", "second", "issued", "days apart>", "both paid")
    yield (
        "perhaps the same invoice twice",
        columns,
        [
            (
                one.customer_id,
                _money(one.amount),
                *(
                    number or identity
                    for number, identity in zip(one.numbers, one.invoice_ids, strict=True)
                ),
                one.issued[0].isoformat(),
                str(one.days_apart),
                "yes" if one.both_paid else "no",
            )
            for one in answer.duplicates
        ],
    )
    if (behaviour := answer.behaviour) is not None:
        rate = behaviour.false_alarm_rate
        alarms = "-" if rate is None else f"{rate:.2%}"
        title = f"changed: {behaviour.tested} tested, false alarms {alarms}"
        yield (
            title,
            ("client", "what", "before>", "lately>", "chance>"),
            [
                (
                    one.customer_id,
                    one.of.value,
                    _cell(one.before),
                    _cell(one.lately),
                    f"{one.chance:.1g}",
                )
                for one in behaviour.changes
            ],
        )


def _revenue(rows: Sequence[MonthRevenue]) -> Shown:
    columns = ("month", "invoiced>", "collected>", "open>", "invoices>", "growth>", "in a year>")
    return (
        "revenue",
        columns,
        [
            (
                f"{one.month:%Y-%m}{'' if one.is_over else ' *'}",
                _money(one.invoiced),
                _money(one.collected),
                _money(one.open),
                str(one.invoice_count),
                _share(one.growth),
                _share(one.growth_year),
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
                *(
                    _money(amount)
                    for amount in (one.invoiced, one.collected, one.open, one.overdue)
                ),
                _told(one.mean_delay, "-"),
                _share(one.late_share),
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
    return one.industry, str(one.invoice_count), _share(one.late_share), _told(one.days_late)


def _theirs(one: Published | None) -> tuple[str, ...]:
    if one is None:
        return "", "", ""
    said = f"{one.industry}, {one.region}: {one.source} ({one.date})"
    return said, _percent(one.late_share), "" if one.days_late is None else f"{one.days_late}"


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
                    _share(one.months[month].retained) if month < len(one.months) else ""
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
            (f"{one.month:%Y-%m}", _money(one.invoiced), *(_share(paid.share) for paid in one.paid))
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
_CELL = ("invoiced>", "invoices>", "delay>")


def _parts(parts: Iterator[Part] | Sequence[Part]) -> Rows:
    return [(one.name, _money(one.amount), str(one.count), _share(one.share)) for one in parts]


def _cells(cells: Sequence[Cell]) -> Rows:
    return [
        (str(one.row), str(one.column), _money(one.invoiced), str(one.count), _told(one.delay, "-"))
        for one in cells
    ]


def _money(amount: Money) -> str:
    return write_money(amount, "en")


def _cell(value: Decimal | Money) -> str:
    return _money(value) if isinstance(value, Money) else f"{value:g} days"


def _share(measure: Measure) -> str:
    return _percent(measure.value) or "-"


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share * 100:.1f}%"


def _told(measure: Measure, otherwise: str = "") -> str:
    """Return a figure, or why there is none."""
    return otherwise or measure.reason if measure.value is None else f"{measure.value}"
