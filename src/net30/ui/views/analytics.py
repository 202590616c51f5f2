"""Analytics: revenue, customers, how they pay, seasons, cash to come, risk, what waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar, cast

import streamlit as st

from net30.charts.chart import Gauge
from net30.domain.identity.roles import Permission
from net30.insights.benchmarks import Benchmark
from net30.insights.customer_performance import CustomerPerformance
from net30.insights.customer_segments import Segmented
from net30.insights.financial_impact import FinancialImpact
from net30.insights.payment_patterns import PaymentPatterns
from net30.insights.revenue_by_month import MonthRevenue
from net30.insights.seasonality import Seasonality
from net30.services.business_insights import Churn, Insight, business_insights
from net30.ui import analytics_charts as charts
from net30.ui.customers.customers_known import customer_names
from net30.ui.first_screen.board import Standing, read_board
from net30.ui.insight.benchmarks import benchmarks
from net30.ui.insight.cash import cash, forecast_of, spans_to_come
from net30.ui.insight.churn import churn
from net30.ui.insight.risk import risk
from net30.ui.insight.savings import savings
from net30.ui.pieces.cards import chart_card
from net30.ui.pieces.links import link
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import at_right, table
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ = Permission.FIGURES_READ
T = TypeVar("T")


def show(visit: Visit) -> None:
    """Show one group of insights at a time: the others are not computed."""
    t = visit.t
    st.title(t("Analytics"))
    with visit.look(READ) as ctx:
        depth = ctx.company.analytics
    if depth == "basic":
        st.caption(t("The analytics of your organisation are switched to basic: the dashboard."))
        link("system", t("System"))
        return
    board = read_board(visit)
    if not board.standings:
        st.caption(t("Figures appear with your first invoice."))
        return
    names = [one.currency for one in board.standings]
    currency = names[0]
    if len(names) > 1:
        currency = st.segmented_control(
            t("Currency"), names, default=names[0], required=True,
            label_visibility="collapsed", key="analytics_currency",
        )  # fmt: skip
    groups: Mapping[str, Callable[[Visit, str], None]] = {
        t("Revenue"): _revenue,
        t("Customers"): _customers,
        t("Payment patterns"): _patterns,
        t("Seasons"): _seasons,
        t("Cash to come"): cash,
        t("Risk"): risk,
        t("Health and impact"): _health,
        t("Benchmarks"): _benchmarks,
    }
    for tab, work in zip(
        st.tabs(list(groups), on_change="rerun", key="analytics_tabs"), groups.values(), strict=True
    ):
        if tab.open:
            with tab:
                work(visit, currency)


def _told(visit: Visit, what: Insight, currency: str, kind: type[T]) -> T | None:
    """Return an insight of one currency, None where it has nothing to tell."""
    del kind
    with visit.look(READ) as ctx:
        found = visit.known(
            ctx, ("insight", what, ctx.today), lambda: business_insights(ctx, [what])
        )
    return cast("T | None", found.insights.get(what, {}).get(currency))


def _nothing(visit: Visit) -> None:
    st.caption(visit.t("There is not enough in the books for this yet."))


def _revenue(visit: Visit, currency: str) -> None:
    months = _told(visit, Insight.REVENUE, currency, tuple[MonthRevenue, ...])
    if not months:
        _nothing(visit)
        return
    chart_card(visit.t, charts.revenue_chart(visit, months), key="revenue_by_month")
    _to_come(visit, currency)


def _to_come(visit: Visit, currency: str) -> None:
    """Show what will be invoiced, as the past weeks and the schedules tell it."""
    t, spans = visit.t, forecast_of(visit).revenue.get(currency, ())
    told = [span for span in spans if span.total.p90.minor > 0]
    if not told:
        return
    st.markdown(f"**{t('What should be invoiced')}**")
    spans_to_come(visit, told)


def _customers(visit: Visit, currency: str) -> None:
    with visit.look(READ) as ctx:
        names = customer_names(visit, ctx)
    rows = _told(visit, Insight.CLIENTS, currency, tuple[CustomerPerformance, ...])
    segments = _told(visit, Insight.SEGMENTS, currency, tuple[Segmented, ...])
    if not rows:
        _nothing(visit)
        return
    left, right = st.columns(2)
    with left:
        chart_card(visit.t, charts.clients_chart(visit, rows, names), key="greatest_customers")
    with right:
        if segments:
            chart_card(visit.t, charts.segments_chart(visit, segments), key="segments")
    at_risk = _told(visit, Insight.CHURN, currency, Churn)
    if at_risk is not None:
        churn(visit, at_risk.customers, names)


def _patterns(visit: Visit, currency: str) -> None:
    found = _told(visit, Insight.PATTERNS, currency, PaymentPatterns)
    if found is None:
        _nothing(visit)
        return
    chart_card(visit.t, charts.delays_chart(visit, found), key="delays")
    left, right = st.columns(2)
    with left:
        chart_card(visit.t, charts.weekday_chart(visit, found), key="weekdays")
    with right:
        chart_card(visit.t, charts.methods_chart(visit, found), key="methods")


def _seasons(visit: Visit, currency: str) -> None:
    found = _told(visit, Insight.SEASONALITY, currency, Seasonality)
    if found is None or not found.years:
        _nothing(visit)
        return
    chart_card(visit.t, charts.season_chart(visit, found), key="seasons",
               note=visit.t("Invoiced by month, in thousands of {currency}.",
                            currency=visit.currency(currency)))  # fmt: skip


def _health(visit: Visit, currency: str) -> None:
    t = visit.t
    standing = next(one for one in read_board(visit).standings if one.currency == currency)
    _gauge(visit, standing)
    found = _told(visit, Insight.IMPACT, currency, FinancialImpact)
    if found is not None:
        chart_card(t, charts.impact_chart(visit, found), key="impact",
                       note=t("With money at {rate} a year.",
                              rate=visit.percent(found.cost_of_capital / 100)))  # fmt: skip
        savings(visit, found)


def _gauge(visit: Visit, standing: Standing) -> None:
    t = visit.t
    health = cast("Mapping[str, object]", standing.figures.values["health_score"])
    score = health["score"]
    if score is None:
        _nothing(visit)
        return
    value = float(cast("float", score))
    label = t("{score} of 100", score=visit.number(Decimal(str(score)), 0))
    left, right = st.columns([2, 3])
    with left:
        chart_card(t, Gauge(title=t("Health score"), value=value, label=label), key="health")
    with right:
        _parts_of_health(visit, health)


def _parts_of_health(visit: Visit, health: Mapping[str, object]) -> None:
    t = visit.t
    parts = cast("Mapping[str, Mapping[str, float]]", health["parts"])
    names = part_names(visit)
    table(
        visit,
        {
            t("Part"): [names[name] for name in parts],
            t("Points"): [float(part["points"]) for part in parts.values()],
            t("Weight"): [visit.percent(float(part["weight"])) for part in parts.values()],
        },
        config={
            t("Points"): st.column_config.ProgressColumn(format="%.0f", min_value=0, max_value=100),
            t("Weight"): at_right(),
        },
        alt=t("Parts of the health score"),
    )
    dropped = cast("Mapping[str, str]", health["dropped"])
    for name, why in dropped.items():
        st.caption(t("Without {part}: {why}.", part=names[name], why=plain(t(why))))


def part_names(visit: Visit) -> dict[str, str]:
    """Return what the parts of the health score are called."""
    t = visit.t
    return {
        "cei": t("CEI"),
        "pct_current": t("Share not due"),
        "add_to_terms": t("Days late beside the terms"),
        "at_risk_rate": t("At risk"),
        "hhi": t("Concentration"),
        "forecast_error": t("Forecast error"),
    }


def _benchmarks(visit: Visit, currency: str) -> None:
    rows: Sequence[Benchmark] | None = _told(
        visit, Insight.BENCHMARKS, currency, tuple[Benchmark, ...]
    )
    if not rows:
        _nothing(visit)
        return
    benchmarks(visit, rows)


PLACE = Place(
    title="Analytics",
    icon="insights",
    section=Section.INSIGHT,
    order=0,
    needs=(READ,),
    show=show,
)
