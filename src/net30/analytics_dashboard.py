"""The seed documents' name InvoiceAnalytics; the figures are the services'.

from net30 import InvoiceAnalytics
insights = InvoiceAnalytics().generate_business_insights()
insights["executive_summary"]["XOF"]["collection_rate"]
"""

from __future__ import annotations

import os
import re
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from threading import current_thread, main_thread

from net30.app import App, open_app
from net30.kernel.errors import ConfigurationError
from net30.kernel.plugins import load
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


HOST = "127.0.0.1"
_ADDRESS = re.compile(r"http://\S+")


class InvoiceAnalytics:
    """The figures of one organisation under the seed documents' headings."""

    def __init__(self, app: App | None = None) -> None:
        """Work with an open application, or open the one that the environment names."""
        self._app = app or open_app(load_with_file(os.environ))

    def generate_business_insights(self) -> dict[str, Section]:
        """Return, as of today: section -> currency -> figures, with a reason for each missing one.

        Sections: executive_summary, risk_analysis, forecasting (cash by week,
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

    def create_streamlit_dashboard(self) -> None:
        """Serve the screens on this machine, open them in a browser, return when stopped (Ctrl-C).

        Whoever comes signs in; the first time the one-time link of the owner is opened. Raises
        ConfigurationError without the extra ui, for a port that is taken, or inside a running
        Streamlit script.
        """
        if current_thread() is not main_thread():
            raise ConfigurationError(
                "a Streamlit script cannot serve the screens",
                hint="call this from a plain Python program, or: streamlit run src/net30/asgi.py",
                code="screens_alone",
            )
        asgi, serving = load("net30", "asgi", extra="ui"), load("net30.api", "serving", extra="ui")
        load("net30.ui", "application", extra="ui")
        relay = load("net30.worker", "child").WorkerProcess(self._app.world)
        opened = _Opened(first=not serving.has_users(self._app.world.accounts))
        compose = partial(asgi.with_screens, relay=relay)
        serving.serve(self._app, HOST, self._app.settings.port, opened.tell, compose)


@dataclass(slots=True)
class _Opened:
    """Prints what a server tells, and opens the address, or the first owner's link, in a browser.

    The socket listens already when it is told of, so a browser that comes early waits.
    """

    first: bool
    done: bool = False

    def tell(self, line: str) -> None:
        """Hear a line."""
        print(line, flush=True)  # noqa: T201 - a program's user reads it
        found = _ADDRESS.search(line)
        if self.done or not found or self.first != ("/link/" in found[0]):
            return
        self.done = True
        webbrowser.open(found[0].removesuffix("/api/docs"))


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
