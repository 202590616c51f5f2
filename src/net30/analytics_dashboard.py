"""The seed documents' name InvoiceAnalytics; the figures are the services'.

from net30 import InvoiceAnalytics
insights = InvoiceAnalytics().generate_business_insights()
insights["executive_summary"]["XOF"]["collection_rate"]
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NoReturn

from net30.app import App, open_app
from net30.kernel.errors import Unavailable
from net30.services.business_insights import BusinessInsights, Insight, business_insights
from net30.services.company_figures import Asked, CompanyFigures, Foreseen, company_figures
from net30.services.forecast_cash import forecast_cash
from net30.services.score_open_items import score_open_items
from net30.settings import load_with_file

Section = Mapping[str, Mapping[str, object]]
"""Currency -> name -> figure; currencies are never added."""

SUMMARY = ("revenue", "invoice_count", "average_invoice", "collection_rate", "outstanding",
           "overdue", "health_score")  # fmt: skip
RISK = ("at_risk_rate", "roll_rate", "concentration", "pct_overdue", "bad_debt", "cash_at_stake")
SECTIONS: Mapping[str, tuple[Insight, ...]] = {
    "revenue_trends": (Insight.REVENUE,),
    "client_analytics": (Insight.CLIENTS, Insight.SEGMENTS, Insight.CHURN, Insight.COHORTS),
    "payment_patterns": (Insight.PATTERNS,),
    "seasonal_trends": (Insight.SEASONALITY,),
    "benchmarks": (Insight.BENCHMARKS,),
    "financial_impact": (Insight.IMPACT,),
    "anomalies": (Insight.ANOMALIES,),
}
"""The seed documents' sections, and the insights that each holds under its own name."""


class InvoiceAnalytics:
    """The figures of one organisation under the seed documents' headings."""

    def __init__(self, app: App | None = None) -> None:
        """Work with an open application, or open the one that the environment names."""
        self._app = app or open_app(load_with_file(os.environ))

    def generate_business_insights(self) -> dict[str, Section]:
        """Return, as of today: section -> currency -> figures, with a reason for each missing one.

        Sections: executive_summary, risk_analysis (METRICS keys), forecasting (cash by week,
        revenue of the next 30 days), and those of SECTIONS. The period is the last 90 days.
        """
        with self._app.look("analytics") as ctx:
            asked = Asked(as_of=ctx.today, cost_of_capital=ctx.company.cost_of_capital)
            scored = score_open_items(ctx, ctx.today)
            foreseen = Foreseen(late_days=scored.table if scored.model else None)
            figures = company_figures(ctx, asked, foreseen)
            found = business_insights(ctx)
            forecast = forecast_cash(ctx)
        return {
            "executive_summary": _figures(figures, SUMMARY),
            "risk_analysis": _figures(figures, RISK),
            "forecasting": {
                cash.currency: {"cash": cash, "revenue": forecast.revenue.get(cash.currency, ())}
                for cash in forecast.cash
            },
            **{name: _section(found, insights) for name, insights in SECTIONS.items()},
        }

    def create_streamlit_dashboard(self) -> NoReturn:
        """Say where the dashboard's figures are: its page comes with the web app.

        Raises Unavailable.
        """
        raise Unavailable(
            "the dashboard's page comes with the web app, which this version does not have yet",
            hint="run net30 figures, net30 insights and net30 forecast, or take the figures from "
            "generate_business_insights()",
            code="no_dashboard",
        )


def _figures(figures: CompanyFigures, keys: tuple[str, ...]) -> Section:
    return {
        one.currency: {
            **{key: one.values[key] for key in keys},
            "reasons": {
                key: reason for key, reason in one.reasons.items() if key.split(".")[0] in keys
            },
        }
        for one in figures.currencies
    }


def _section(found: BusinessInsights, insights: tuple[Insight, ...]) -> Section:
    section: dict[str, dict[str, object]] = {}
    for insight in insights:
        for currency, answer in found.insights[insight].items():
            section.setdefault(currency, {})[insight.value] = answer
    return section
