"""What is foreseen as tables for other programs: a row a week, a client at risk, a call to make."""

from __future__ import annotations

import pyarrow as pa

from net30.insights.expected_cash import PARTS
from net30.services.collect_today import Worklist
from net30.services.figure_tables import Cell, table_of_rows
from net30.services.kept_forecasts import Forecast
from net30.services.receivables_risk import ReceivablesRisk

_FORECAST = (
    *("as_of", "model", "currency", "period", "from", "to"),
    *("p10", "p50", "p90", "mean", *(f"mean_{part}" for part in PARTS)),
)
_RISK = (
    *("as_of", "model", "currency", "customer_id", "customer", "exposure", "pd", "lgd"),
    *("lgd_assumed", "expected_loss", "uninvoiced", "limit", "standing", "invoice", "advice"),
)
_CALLS = (
    *("as_of", "model", "place", "customer_id", "customer", "phone", "email", "currency"),
    *("overdue", "at_stake", "days_past_due", "expected", "reason", "action"),
    *("last_contact_on", "invoices"),
)


def forecast_table(found: Forecast) -> pa.Table:
    """Return a forecast: what is left of this week, whole weeks, and the next so many days."""
    rows: list[tuple[Cell, ...]] = []
    for one in found.cash:
        spans = (*([one.rest] if one.rest else []), *one.weeks, *one.spans)
        for span in spans:
            about = (found.as_of, str(found.model or ""), one.currency, span.name)
            whole = span.total
            amounts = (whole.p10, whole.p50, whole.p90, whole.mean)
            parts = (span.parts[part].mean for part in PARTS)
            rows.append((*about, span.first, span.last, *amounts, *parts))
    return table_of_rows(_FORECAST, rows)


def risk_table(found: ReceivablesRisk) -> pa.Table:
    """Return the clients at risk; PD and LGD are shares from 0 to 1, advice the most urgent."""
    rows: list[tuple[Cell, ...]] = []
    for risk in found.currencies:
        lgd = (risk.loss.lgd.value, "yes" if risk.loss.lgd_assumed else "no")
        for one in risk.customers:
            about = (found.as_of, found.model, risk.currency, one.loss.customer_id, one.customer)
            chances = (one.loss.exposure, one.loss.pd.value, *lgd, one.loss.expected)
            advice = one.advice[0].action if one.advice else ""
            limits = (one.uninvoiced, one.limit, one.standing.value, one.about, advice)
            rows.append((*about, *chances, *limits))
    return table_of_rows(_RISK, rows)


def calls_table(found: Worklist) -> pa.Table:
    """Return whom to call, in the order of the worklist, with the numbers of what is overdue."""
    rows: list[tuple[Cell, ...]] = []
    for place, call in enumerate(found.calls, start=1):
        about = (found.as_of, found.model, place, call.customer_id, call.customer)
        amounts = (call.open.currency, call.open, call.at_stake, call.days_past_due)
        next_ = (call.expected, call.reason, call.action, call.last_contact_on)
        numbers = " ".join(claim.number for claim in call.claims)
        rows.append((*about, call.phone, call.email, *amounts, *next_, numbers))
    return table_of_rows(_CALLS, rows)
