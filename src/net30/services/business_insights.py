"""Business insights: every insight on a ledger, by name or all together, currency by currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from net30.domain.organisation import DEFAULT_COST_OF_CAPITAL
from net30.insights.as_of import Known, Period, known_at, period_ending
from net30.insights.behaviour_changes import BehaviourChanges, behaviour_changes
from net30.insights.benchmarks import Benchmark, Published, benchmarks, published_figures
from net30.insights.churn import HORIZON_DAYS, ChurnRisk, churn
from net30.insights.churn_judged import ChurnJudged, churn_judged
from net30.insights.customer_cohorts import CustomerCohort, customer_cohorts
from net30.insights.customer_performance import CustomerPerformance, customer_performance
from net30.insights.customer_segments import Segmented, customer_segments
from net30.insights.duplicate_invoices import DuplicatePair, duplicate_invoices
from net30.insights.financial_impact import FinancialImpact, financial_impact
from net30.insights.invoice_cohorts import InvoiceCohort, invoice_cohorts
from net30.insights.payment_patterns import PaymentPatterns, payment_patterns
from net30.insights.revenue_by_month import MonthRevenue, revenue_by_month
from net30.insights.seasonality import Seasonality, seasonality
from net30.kernel.errors import InputError
from net30.ledger.segments import read_ledger
from net30.services.context import ReadContext


class Insight(StrEnum):
    """What can be asked."""

    REVENUE = "revenue"
    PATTERNS = "patterns"
    SEASONALITY = "seasonality"
    CLIENTS = "clients"
    SEGMENTS = "segments"
    CHURN = "churn"
    COHORTS = "cohorts"
    BENCHMARKS = "benchmarks"
    IMPACT = "impact"
    ANOMALIES = "anomalies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """As of which day, over which period, and what the company says of itself.

    `cost_of_capital` is per cent a year; `published` are the benchmarks to compare with;
    `horizon` is that of churn, in days. With a `currency` only that one is answered.
    """

    as_of: date
    period: Period
    currency: str = ""
    cost_of_capital: Decimal = DEFAULT_COST_OF_CAPITAL
    published: Sequence[Published] = field(default_factory=published_figures)
    horizon: int = HORIZON_DAYS


@dataclass(frozen=True, slots=True)
class Churn:
    """Each customer's risk, and how such risks foretold the past."""

    customers: tuple[ChurnRisk, ...]
    judged: ChurnJudged | None


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Customers by their first month, invoices by their month."""

    customers: tuple[CustomerCohort, ...]
    invoices: tuple[InvoiceCohort, ...]


@dataclass(frozen=True, slots=True)
class Anomalies:
    """Invoices that may be there twice, and customers who changed."""

    duplicates: tuple[DuplicatePair, ...]
    behaviour: BehaviourChanges | None


Answer = (
    tuple[MonthRevenue, ...]
    | PaymentPatterns
    | Seasonality
    | tuple[CustomerPerformance, ...]
    | tuple[Segmented, ...]
    | Churn
    | Cohorts
    | tuple[Benchmark, ...]
    | FinancialImpact
    | Anomalies
)
"""What an insight says of one currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessInsights:
    """Insights as of a day over a period: insight -> currency -> what it says."""

    as_of: date
    start: date
    end: date
    insights: Mapping[Insight, Mapping[str, Answer]]


def business_insights(
    ctx: ReadContext,
    asked: Sequence[Insight] = tuple(Insight),
    *,
    start: date | None = None,
    end: date | None = None,
    as_of: date | None = None,
) -> BusinessInsights:
    """Return insights of the books (all of them), over a period (the last 90 days), as of a day."""
    day = as_of or ctx.today
    question = Question(
        as_of=day,
        period=period_ending(day, start, end),
        cost_of_capital=ctx.company.cost_of_capital,
    )
    return insights_of(read_ledger(ctx.blobs, ctx.organisation, day), question, asked)


def insights_of(
    ledger: pa.Table, question: Question, asked: Sequence[Insight] = tuple(Insight)
) -> BusinessInsights:
    """Return insights of a ledger (schema.FACTS); one that has nothing to tell is empty.

    A period that goes on after the as-of day ends with it. Raises InputError for one that begins
    after it.
    """
    question = replace(question, period=_past(question))
    with known_at(ledger, question.as_of) as known:
        answers = {insight: _ANSWERS[insight](known, question) for insight in asked}
    return BusinessInsights(
        as_of=question.as_of,
        start=question.period.start,
        end=question.period.end,
        insights={
            insight: {
                currency: answer
                for currency, answer in by_currency.items()
                if question.currency in {"", currency}
            }
            for insight, by_currency in answers.items()
        },
    )


def _past(question: Question) -> Period:
    period, day = question.period, question.as_of
    if period.start > day:
        raise InputError(
            f"the period begins on {period.start}, after {day}",
            hint="insights are of what has happened: ask for an earlier period or a later day",
            code="future_period",
        )
    return Period(period.start, min(period.end, day))


def _churn(known: Known, question: Question) -> dict[str, Answer]:
    judged = churn_judged(known, question.horizon)
    return {
        currency: Churn(customers, judged.get(currency))
        for currency, customers in churn(known, question.horizon).items()
    }


def _cohorts(known: Known, _question: Question) -> dict[str, Answer]:
    invoices = invoice_cohorts(known)
    return {
        currency: Cohorts(customers, invoices[currency])
        for currency, customers in customer_cohorts(known).items()
    }


def _anomalies(known: Known, _question: Question) -> dict[str, Answer]:
    duplicates, behaviour = duplicate_invoices(known), behaviour_changes(known)
    return {
        currency: Anomalies(duplicates.get(currency, ()), behaviour.get(currency))
        for currency in revenue_by_month(known)
    }


_ANSWERS: Mapping[Insight, Callable[[Known, Question], Mapping[str, Answer]]] = {
    Insight.REVENUE: lambda known, _: revenue_by_month(known),
    Insight.PATTERNS: lambda known, asked: payment_patterns(known, asked.period),
    Insight.SEASONALITY: lambda known, _: seasonality(known),
    Insight.CLIENTS: lambda known, asked: customer_performance(known, asked.period),
    Insight.SEGMENTS: lambda known, _: customer_segments(known),
    Insight.CHURN: _churn,
    Insight.COHORTS: _cohorts,
    Insight.BENCHMARKS: lambda known, asked: benchmarks(known, asked.published),
    Insight.IMPACT: lambda known, asked: financial_impact(
        known, asked.period, asked.cost_of_capital
    ),
    Insight.ANOMALIES: _anomalies,
}
