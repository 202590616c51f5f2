"""Insights as tables for people: a title, columns and rows of text for each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import singledispatch

from net30.cli.insight_rows import Rows, Shown, money, row_tables, share, told
from net30.insights.financial_impact import FinancialImpact
from net30.insights.payment_patterns import Part, PaymentPatterns
from net30.insights.seasonality import Cell, Seasonality
from net30.kernel.money import Money
from net30.services.business_insights import Anomalies, Answer, Churn, Cohorts


def tables_of(answer: Answer) -> list[Shown]:
    """Return an answer as tables, those without rows left out."""
    return [table for table in _tables(answer) if table[2]]


@singledispatch
def _tables(answer: object) -> Iterator[Shown]:
    raise AssertionError(f"no table for {type(answer)}")


@_tables.register
def _of_rows(answer: tuple) -> Iterator[Shown]:  # type: ignore[type-arg] # of one kind of rows
    yield from row_tables(answer)


@_tables.register
def _patterns(answer: PaymentPatterns) -> Iterator[Shown]:
    columns = ("", "amount>", "invoices>", "share>")
    kept = (
        f"kept {share(answer.terms.kept)} by amount, {share(answer.terms.kept_by_count)} by count"
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
        [(str(one.month), told(one.invoiced), told(one.delay)) for one in answer.index],
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
    yield from row_tables(answer.customers)
    yield from row_tables(answer.invoices)


@_tables.register
def _impact(answer: FinancialImpact) -> Iterator[Shown]:
    names = ("mean_receivables", "mean_overdue", "opportunity_cost", "cost_of_delay",
             "cost_of_delay_open", "cost_of_delay_settled")  # fmt: skip
    yield (
        f"at {answer.cost_of_capital} % a year",
        ("", "amount>"),
        [(name.replace("_", " "), money(getattr(answer, name))) for name in names],
    )
    yield (
        "what would save",
        ("action", "frees>", "saves a year>", "from>", "to>"),
        [
            (
                one.action.replace("_", " "),
                money(one.frees),
                money(one.saves_a_year),
                one.reason if one.low is None else money(one.low),
                "" if one.high is None else money(one.high),
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
                money(one.amount),
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


_CELL = ("invoiced>", "invoices>", "delay>")


def _parts(parts: Iterator[Part] | Sequence[Part]) -> Rows:
    return [(one.name, money(one.amount), str(one.count), share(one.share)) for one in parts]


def _cells(cells: Sequence[Cell]) -> Rows:
    return [
        (str(one.row), str(one.column), money(one.invoiced), str(one.count), told(one.delay, "-"))
        for one in cells
    ]


def _cell(value: Decimal | Money) -> str:
    return money(value) if isinstance(value, Money) else f"{value:g} days"
