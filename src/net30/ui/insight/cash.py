"""Cash: what should come in over the next weeks, and how such forecasts have done before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from net30.charts.chart import Lines
from net30.domain.identity.roles import Permission
from net30.insights.expected_cash import CashOfSpan
from net30.insights.forecast_accuracy import Judged
from net30.insights.revenue_projection import RevenueOfSpan
from net30.services.forecast_cash import forecast_cash
from net30.services.judge_forecasts import HEALTH_DAYS, Verdict, judge_past
from net30.services.kept_forecasts import Forecast
from net30.ui import analytics_charts as charts
from net30.ui.first_screen.board_cards import series, week_name
from net30.ui.pieces.cards import chart_card
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit
from net30.ui.words import Words

READ = Permission.FIGURES_READ


def cash(visit: Visit, currency: str) -> None:
    """Show the cash of the next 13 weeks, and on request what was said before beside what came."""
    t = visit.t
    found = forecast_of(visit).of(currency)
    if found is None or not found.weeks:
        st.caption(t("There is not enough in the books for this yet."))
        return
    spans_to_come(visit, found.spans)
    chart_card(t, charts.forecast_chart(visit, found), key="cash_13_weeks",
               note=t("The band holds four of five outcomes of all together."))  # fmt: skip
    for part, why in found.left_out.items():
        st.caption(t("Left out: {part}, since {why}.", part=_part(t, part), why=plain(t(why))))
    _looked_back(visit, currency)


def _part(t: Words, name: str) -> str:
    return {"new": t("New business"), "open": t("Open invoices")}.get(name, name)


def spans_to_come(visit: Visit, spans: Sequence[CashOfSpan | RevenueOfSpan]) -> None:
    """Show what is foreseen for the next so many days, each with its range."""
    t = visit.t
    told = {(span.last - span.first).days + 1: span for span in spans}
    told.pop(HEALTH_DAYS, None)  # it is for the health score, and nearly a month as well
    with st.grid(max(len(told), 1), min_column_width=200):
        for days, span in told.items():
            st.metric(
                t("Next {n} days", n=days),
                visit.money(span.total.p50),
                delta_description=t(
                    "{low} to {high}",
                    low=visit.money(span.total.p10),
                    high=visit.money(span.total.p90),
                ),
                border=True,
            )


def forecast_of(visit: Visit) -> Forecast:
    """Return what is foreseen today."""
    with visit.look(READ) as ctx:
        return visit.known(ctx, ("forecast", ctx.today), lambda: forecast_cash(ctx))


def _looked_back(visit: Visit, currency: str) -> None:
    """Show forecasts of past weeks beside what came; worked out only when somebody asks."""
    t = visit.t
    if not st.toggle(t("Compare past forecasts with what came"), key="cash_looked_back"):
        return
    with st.spinner(t("Looking back ...")), visit.look(READ, Permission.PREDICTIONS_READ) as ctx:
        found = visit.known(ctx, ("judged", ctx.today), lambda: judge_past(ctx))
    verdict = found.get(currency)
    if verdict is None or verdict.accuracy.coverage is None:
        st.caption(t("There is not enough in the books for this yet."))
        return
    chart_card(t, past_chart(visit, verdict), key="cash_looked_back_chart",
               note=t("Made each week as it would have been then, by what was known on that day. "
                      "The band should hold four of five."))  # fmt: skip


def past_chart(visit: Visit, verdict: Verdict) -> Lines:
    """Return what came in over 30 days, from each week on, beside what was said of it."""
    t, rows = visit.t, sorted(verdict.judged, key=_first)
    inside = sum(one.inside for one in rows)
    return Lines(
        title=t(
            "{inside} of {all} forecasts held what came in",
            inside=visit.number_of(inside),
            all=visit.number_of(len(rows)),
        ),
        places=tuple(week_name(visit, one.first) for one in rows),
        series=(
            series(visit, t("Forecast, 30 days"), [one.told.p50 for one in rows]),
            series(visit, t("Came in"), [one.actual for one in rows]),
        ),
        low=_amounts([one.told.p10.amount for one in rows]),
        high=_amounts([one.told.p90.amount for one in rows]),
        unit=visit.currency(rows[0].actual.currency),
    )


def _first(one: Judged) -> int:
    return one.first.toordinal()


def _amounts(values: Sequence[object]) -> tuple[float, ...]:
    return tuple(float(str(value)) for value in values)
