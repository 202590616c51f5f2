"""Company figures: every figure of a day by its key, currency by currency, with its reasons.

The one place where all figures come together: the command line, the assistant and reports ask
here, so that they show the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa

from net30.domain.organisation import DEFAULT_COST_OF_CAPITAL
from net30.insights.ageing import ageing
from net30.insights.as_of import Known, Period, known_at, period_ending
from net30.insights.at_risk_rate import NOTHING as NOTHING_MATURED
from net30.insights.at_risk_rate import at_risk_rate
from net30.insights.bad_debt import bad_debt
from net30.insights.behind import InvoiceBehind, invoices_behind
from net30.insights.cash_at_stake import NOTHING_OPEN, cash_at_stake
from net30.insights.cei import cei
from net30.insights.collection_rate import NOTHING_DUE, collection_rate
from net30.insights.concentration import concentration
from net30.insights.dso import NO_SALES, dso
from net30.insights.dso_countback import dso_countback
from net30.insights.effort import Effort, effort
from net30.insights.health_score import ForecastErrors, HealthScore, health_score
from net30.insights.mean_days_late import mean_days_late_weighted
from net30.insights.measured import Measure, unknown
from net30.insights.open_shares import open_shares
from net30.insights.position import position
from net30.insights.revenue import Revenue, no_revenue, revenue
from net30.insights.roll_rate import BUCKETS as ROLLING
from net30.insights.roll_rate import NOTHING as NOTHING_ROLLED
from net30.insights.roll_rate import roll_rate
from net30.insights.turnover import turnover
from net30.kernel.errors import InputError
from net30.kernel.money import Money, digits_of
from net30.ledger.segments import read_figure_facts
from net30.services.context import ReadContext

AGEING = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
REVENUE = ("invoiced", "collected", "open", "overdue")
NO_INVOICE = "no invoice was issued in the period"
NO_FORECAST = "no forecast was made: needs net30 forecast"
NO_FACTS = "not enough data: needs an invoice or a payment known by then"

Value = Money | Decimal | int | str | None | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which figures: the day they are as of, the period (the 90 days before it), the currency.

    `cost_of_capital` is per cent a year.
    """

    as_of: date
    start: date | None = None
    end: date | None = None
    currency: str = ""
    cost_of_capital: Decimal = DEFAULT_COST_OF_CAPITAL

    @property
    def period(self) -> Period:
        """Return the period; raise InputError for one that begins after the as-of day."""
        period = period_ending(self.as_of, self.start, self.end)
        if period.start > self.as_of:
            raise InputError(
                f"the period begins on {period.start}, after {self.as_of}",
                hint="figures are of what has happened: ask for an earlier period or a later day",
                code="future_period",
            )
        return period


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What figures take from predictions: expected days late by invoice, and cash forecasts.

    `late_days` has columns invoice_id and late_days (scoring's open items); `expected_cash` is a
    value by currency, `left_out` says by currency which parts of it nothing is known of, and why;
    `errors` judge the four-week forecast.
    """

    late_days: pa.Table | None = None
    expected_cash: Mapping[str, Value] = field(default_factory=dict)
    left_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    errors: ForecastErrors = field(default_factory=ForecastErrors)


@dataclass(frozen=True, slots=True)
class CurrencyFigures:
    """The figures of one currency by their keys (docs/figures.md); `reasons` say why one is None.

    The reason of a part stands under `roll_rate.d1_30`.
    """

    currency: str
    values: Mapping[str, Value]
    reasons: Mapping[str, str]

    @property
    def numbers(self) -> dict[str, object]:
        """Return the values for JSON: counts, shares and days are numbers, amounts stay money."""
        return {key: _number(value) for key, value in self.values.items()}


def _number(value: Value) -> object:
    if isinstance(value, Mapping):
        return {key: _number(part) for key, part in value.items()}
    if not isinstance(value, Decimal):
        return value
    return int(value) if value.as_tuple().exponent == 0 else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFigures:
    """All figures as of a day; currencies stand side by side and are never added.

    Without any, `reason` says what is missing.
    """

    as_of: date
    start: date
    end: date
    currencies: tuple[CurrencyFigures, ...]
    reason: str = ""


def company_figures(
    ctx: ReadContext, asked: Asked, foreseen: Foreseen | None = None
) -> CompanyFigures:
    """Return every figure of one's own books."""
    ledger = read_figure_facts(ctx.blobs, ctx.organisation, asked.as_of)
    return figures_of_ledger(ledger, asked, foreseen)


def figures_of_ledger(
    ledger: pa.Table, asked: Asked, foreseen: Foreseen | None = None
) -> CompanyFigures:
    """Return every figure of a ledger (ledger/schema.py).

    Raises InputError for a period that begins after the as-of day, or what is no currency.
    """
    period = asked.period
    if asked.currency:
        digits_of(asked.currency)
    with known_at(ledger, asked.as_of) as known:
        found = figures_known(known, period, asked.cost_of_capital, foreseen or Foreseen())
    chosen = tuple(one for one in found if asked.currency in {"", one.currency})
    return CompanyFigures(
        as_of=asked.as_of,
        start=period.start,
        end=period.end,
        currencies=chosen,
        reason="" if chosen else NO_FACTS,
    )


def behind_figure(
    ledger: pa.Table, asked: Asked, figure: str, foreseen: Foreseen | None = None
) -> tuple[InvoiceBehind, ...]:
    """Return the invoices behind a figure, such as `ageing.d1_30`, with their part in it.

    Raises NotFound for what is no figure, InputError for one that is made of other figures.
    """
    with known_at(ledger, asked.as_of) as known:
        found = invoices_behind(known, asked.period, figure, (foreseen or Foreseen()).late_days)
    return tuple(one for one in found if asked.currency in {"", one.amount.currency})


def figures_known(
    known: Known, period: Period, cost_of_capital: Decimal, foreseen: Foreseen
) -> tuple[CurrencyFigures, ...]:
    """Return every figure of what is known, by currency."""
    found = _Found(known, period)
    stakes = cash_at_stake(known, period, foreseen.late_days, cost_of_capital)
    scores = health_score(known, period, foreseen.errors)
    done = effort(known, period)
    figures = []
    for currency in position(known):
        row = _Row()
        found.put(currency, row)
        cash = foreseen.expected_cash.get(currency)
        row.put("expected_cash", cash, "" if cash else NO_FORECAST)
        for part, why in foreseen.left_out.get(currency, {}).items():
            row.reasons[f"expected_cash.{part}"] = f"left out: {why}"
        stake = stakes.get(currency)
        row.put("cash_at_stake", {
            "cost": (stake.cost, stake.cost_reason) if stake else (None, NOTHING_OPEN),
            "one_day": (stake.one_day, stake.one_day_reason) if stake else (None, NO_SALES),
            "unscored": stake.unscored if stake else Money.zero(currency),
        })  # fmt: skip
        _put_effort(row, done[currency])
        _put_health(row, scores[currency])
        figures.append(CurrencyFigures(currency, row.values, row.reasons))
    return tuple(figures)


class _Row:
    """Values and reasons of one currency, as they are put."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.reasons: dict[str, str] = {}

    def put(self, key: str, value: object, reason: str = "") -> None:
        self.values[key] = self._plain(key, value)
        if reason:
            self.reasons[key] = reason

    def _plain(self, key: str, value: object) -> Value:
        match value:
            case Measure():
                if value.reason:
                    self.reasons[key] = value.reason
                return value.value
            case (first, str(reason)):
                if reason:
                    self.reasons[key] = reason
                return self._plain(key, first)
            case Mapping():
                return {name: self._plain(f"{key}.{name}", part) for name, part in value.items()}
            case Money() | Decimal() | int() | str() | None:
                return value
        raise TypeError(f"{key} is {type(value)}")


class _Found:
    """The figures that need nothing but the ledger, each asked once for all currencies."""

    def __init__(self, known: Known, period: Period) -> None:
        self.position, self.ageing = position(known), ageing(known)
        self.revenue = revenue(known, period)
        self.dso, self.countback = dso(known, period), dso_countback(known)
        self.late, self.cei = mean_days_late_weighted(known, period), cei(known, period)
        self.rate, self.at_risk = collection_rate(known, period), at_risk_rate(known)
        self.roll, self.turnover = roll_rate(known), turnover(known, period)
        self.shares, self.bad = open_shares(known), bad_debt(known, period)
        self.concentration = concentration(known)

    def put(self, currency: str, row: _Row) -> None:
        stands = self.position[currency]
        row.put("outstanding", stands.outstanding)
        row.put("overdue", stands.overdue)
        self._put_revenue(row, self.revenue.get(currency) or no_revenue(currency))
        days = self.dso[currency]
        row.put("dso_simple", days.simple)
        row.put("dso_countback", self.countback[currency])
        row.put("dso_best_possible", days.best_possible)
        row.put("add", days.delinquent)
        row.put("mean_days_late_weighted", self.late.get(currency, unknown(NOTHING_DUE)))
        row.put("cei", self.cei[currency].index)
        rate = self.rate.get(currency)
        row.put("collection_rate", (rate.rate, rate.reason) if rate else unknown(NOTHING_DUE))
        row.put("ageing", {name: getattr(self.ageing[currency], name) for name in AGEING})
        risk = self.at_risk.get(currency)
        row.put("at_risk_rate", risk.rate if risk else unknown(NOTHING_MATURED))
        rolled = self.roll.get(currency, dict.fromkeys(ROLLING, unknown(NOTHING_ROLLED)))
        row.put("roll_rate", rolled)
        row.put("turnover", self.turnover[currency])
        self._put_shares(row, currency)

    def _put_revenue(self, row: _Row, earned: Revenue) -> None:
        row.put("revenue", {name: getattr(earned, name) for name in REVENUE})
        row.put("invoice_count", earned.invoice_count)
        row.put("average_invoice", earned.average_invoice,
                "" if earned.average_invoice else NO_INVOICE)  # fmt: skip

    def _put_shares(self, row: _Row, currency: str) -> None:
        shares, bad = self.shares[currency], self.bad.get(currency)
        row.put("pct_current", shares.current)
        row.put("pct_current_by_count", shares.current_by_count)
        row.put("pct_overdue", shares.overdue)
        row.put("pct_overdue_by_count", shares.overdue_by_count)
        row.put("bad_debt", bad.rate if bad else unknown(NO_SALES))
        row.put("bad_debt_by_count", bad.rate_by_count if bad else unknown(NO_SALES))
        held = self.concentration[currency]
        row.put("concentration", {"top10_share": held.top10_share, "hhi": held.hhi})


def _put_effort(row: _Row, done: Effort) -> None:
    row.put("effort", {
        "reminders_sent": done.reminders_sent,
        "promises_kept": done.promises_kept,
        "disputes_open": done.disputes_open,
        "disputes_mean_age": done.disputes_mean_age,
        "unapplied": done.unapplied,
    })  # fmt: skip


def _put_health(row: _Row, health: HealthScore) -> None:
    parts = {
        name: {"measure": part.measure, "points": part.points, "weight": part.weight}
        for name, part in health.parts.items()
    }
    row.put("health_score", {
        "score": health.score,
        "parts": parts,
        "dropped": health.dropped,
        "trend": health.trend,
    })  # fmt: skip
