"""Charts of the analytics: each insight as a figure whose title says what it finds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from babel import Locale

from net30.charts.chart import Bars, Heatmap, Lines, Series
from net30.insights.customer_performance import CustomerPerformance
from net30.insights.customer_segments import Segmented
from net30.insights.expected_cash import ExpectedCash
from net30.insights.financial_impact import FinancialImpact
from net30.insights.payment_patterns import Part, PaymentPatterns
from net30.insights.revenue_by_month import MonthRevenue
from net30.insights.seasonality import Seasonality
from net30.kernel.decimals import round_half_up
from net30.kernel.money import Money
from net30.language.locales import locale_of
from net30.ui.first_screen.board_cards import month_name, series, week_name
from net30.ui.pieces.shown import said, sentence
from net30.ui.visit import Visit
from net30.ui.words import Words

TOP = 12
_SUNDAY = 6


def revenue_chart(visit: Visit, months: Sequence[MonthRevenue]) -> Bars:
    """Return what each month's invoices came to, and what of it was collected."""
    t = visit.t
    over = [one for one in months if one.is_over]
    title = t("Revenue by month")
    if over and over[-1].growth.value is not None:
        growth = over[-1].growth.value
        name = month_name(visit, over[-1].month)
        title = (
            t("Revenue of {month} grew by {share}", month=name, share=visit.percent(growth))
            if growth >= 0
            else t("Revenue of {month} fell by {share}", month=name, share=visit.percent(-growth))
        )
    rest = [one.invoiced - one.collected for one in months]
    return Bars(
        title=title,
        places=tuple(month_name(visit, one.month) for one in months),
        series=(
            series(visit, t("Collected"), [one.collected for one in months]),
            series(visit, t("Not collected"), rest),
        ),
        unit=visit.currency(months[-1].invoiced.currency),
    )


def clients_chart(visit: Visit, rows: Sequence[CustomerPerformance], names: dict[str, str]) -> Bars:
    """Return who brings the most."""
    t = visit.t
    shown = [one for one in rows if one.invoiced.minor > 0][:TOP]
    total = sum(one.invoiced.minor for one in rows)
    first = sum(one.invoiced.minor for one in shown[:3])
    share = visit.percent(first / total) if total else "–"
    return Bars(
        title=t("The three greatest customers bring {share}", share=share),
        places=tuple(names.get(one.customer_id, one.customer_id) for one in shown),
        series=(series(visit, t("Invoiced"), [one.invoiced for one in shown]),),
        unit=visit.currency(rows[0].invoiced.currency),
        lying=True,
    )


def segments_chart(visit: Visit, rows: Sequence[Segmented]) -> Bars:
    """Return how many customers stand in each segment."""
    t = visit.t
    counts: dict[str, int] = {}
    for one in rows:
        # Too few customers are put into no segment, and it has no name then.
        name = one.name.get(t.language) or one.name.get("en") or t("no segment yet")
        counts[name] = counts.get(name, 0) + 1
    greatest = max(counts, key=lambda name: counts[name])
    ordered = sorted(counts, key=lambda name: -counts[name])
    return Bars(
        title=t("The largest group: {segment}", segment=greatest),
        places=tuple(ordered),
        series=(
            Series(
                t("Customers"),
                tuple(float(counts[name]) for name in ordered),
                tuple(str(counts[name]) for name in ordered),
            ),
        ),
        unit=t("Customers"),
        lying=True,
    )


def delays_chart(visit: Visit, patterns: PaymentPatterns) -> Bars:
    """Return how late what fell due was paid."""
    t = visit.t
    kept = patterns.terms.kept.value
    title = (
        t("{share} of what fell due was paid on time", share=visit.percent(kept))
        if kept is not None
        else t("How late invoices are paid")
    )
    names = delay_names(t)
    shown = [names.get(one.name, one.name) for one in patterns.terms.delays]
    return _parts(visit, title, patterns, patterns.terms.delays, shown)


def delay_names(t: Words) -> dict[str, str]:
    """Return how late or early something was paid, in short."""
    return {
        "early_over_30": t("over 30 days early"),
        "early_8_30": t("8–30 early"),
        "early_1_7": t("1–7 early"),
        "on_the_day": t("on the day"),
        "late_1_7": t("1–7 late"),
        "late_8_30": t("8–30 late"),
        "late_31_60": t("31–60 late"),
        "late_61_90": t("61–90 late"),
        "late_over_90": t("over 90 days late"),
        "unpaid": t("not paid yet"),
    }


def weekday_chart(visit: Visit, patterns: PaymentPatterns) -> Bars:
    """Return on which weekdays money comes."""
    t = visit.t
    days = Locale.parse(locale_of(t.language)).days["format"]["wide"]
    names = [sentence(days[at]) for at in range(len(patterns.weekdays))]
    best = max(range(len(names)), key=lambda at: patterns.weekdays[at].amount.minor)
    title = t("Most money comes on {day}", day=days[best])
    return _parts(visit, title, patterns, patterns.weekdays, names)


def methods_chart(visit: Visit, patterns: PaymentPatterns) -> Bars:
    """Return by which means money comes."""
    t = visit.t
    names = [
        sentence(said("method", one.name, t.language)) if one.name else "–"
        for one in patterns.methods
    ]
    return _parts(visit, t("How money comes"), patterns, patterns.methods, names)


def _parts(
    visit: Visit,
    title: str,
    patterns: PaymentPatterns,
    parts: Sequence[Part],
    names: Sequence[str],
) -> Bars:
    return Bars(
        title=title,
        places=tuple(names),
        series=(series(visit, visit.t("Amount"), [one.amount for one in parts]),),
        unit=visit.currency(patterns.received.currency),
    )


def season_chart(visit: Visit, found: Seasonality) -> Heatmap:
    """Return what was invoiced by month and year: a year a column, so that a phone has room."""
    t = visit.t
    years = sorted({cell.row for cell in found.years})
    cells = {(cell.row, cell.column): cell for cell in found.years}
    months = Locale.parse(locale_of(t.language)).months["format"]["abbreviated"]
    rows = []
    for month in range(1, 13):
        row = [cells.get((year, month)) for year in years]
        rows.append(
            Series(
                months[month],
                tuple(None if one is None else float(one.invoiced.amount) for one in row),
                tuple("" if one is None else _short(visit, one.invoiced) for one in row),
            )
        )
    best = max(found.years, key=lambda cell: cell.invoiced.minor)
    name = month_name(visit, date(best.row, best.column, monthrange(best.row, best.column)[1]))
    return Heatmap(
        title=t("The strongest month was {month}", month=name),
        places=tuple(str(year) for year in years),
        series=tuple(rows),
    )


def _short(visit: Visit, amount: Money) -> str:
    thousands = round_half_up(amount.amount / 1000, 0)
    return visit.t("{n} k", n=visit.number(thousands, 0)) if thousands else ""


def forecast_chart(visit: Visit, cash: ExpectedCash) -> Lines:
    """Return the cash of the next 13 weeks by where it comes from: means, which add up."""
    t = visit.t
    names = {"open": t("Open invoices"), "scheduled": t("Schedules"), "new": t("New business")}
    kept = [
        name
        for name in names
        if all(name in week.parts for week in cash.weeks)
        and any(week.parts[name].mean.minor for week in cash.weeks)
    ]
    total = Money.total((week.total.mean for week in cash.weeks), cash.currency)
    return Lines(
        title=t("{amount} should come in over 13 weeks", amount=visit.money(total)),
        places=tuple(week_name(visit, week.first) for week in cash.weeks),
        series=(
            series(visit, t("All of it"), [week.total.mean for week in cash.weeks]),
            *(
                series(visit, names[name], [week.parts[name].mean for week in cash.weeks])
                for name in kept
            ),
        ),
        low=tuple(float(week.total.p10.amount) for week in cash.weeks),
        high=tuple(float(week.total.p90.amount) for week in cash.weeks),
        unit=visit.currency(cash.currency),
    )


def impact_chart(visit: Visit, found: FinancialImpact) -> Bars:
    """Return what waiting for money costs."""
    t = visit.t
    rows = {
        t("Receivables, a year"): found.opportunity_cost,
        t("Delay, this period"): found.cost_of_delay,
        t("of it still open"): found.cost_of_delay_open,
        t("of it settled"): found.cost_of_delay_settled,
    }
    return Bars(
        title=t("Waiting late cost {amount}", amount=visit.money(found.cost_of_delay)),
        places=tuple(rows),
        series=(series(visit, t("Cost"), list(rows.values())),),
        unit=visit.currency(found.cost_of_delay.currency),
        lying=True,
    )
