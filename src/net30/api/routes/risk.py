"""Risk: what may be lost and with whom, and what other days would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from net30.api.asked import AsOf
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.services.receivables_risk import ReceivablesRisk, receivables_risk
from net30.services.what_if import LaterPayment, OtherTerms, other_terms, pays_later

routes = Resource("risk", "What may be lost, with whom, and what other days would change.")

NEEDS = (Permission.FIGURES_READ, Permission.PREDICTIONS_READ)
CUSTOMERS_MAX, DAYS_MAX = 1000, 400

Days = Annotated[int, Query(ge=0, le=DAYS_MAX)]


@routes.get("/risk", NEEDS, gives=ReceivablesRisk)
def get_risk(
    visit: Looking,
    as_of: AsOf = None,
    customers: Annotated[int, Query(ge=1, le=CUSTOMERS_MAX, description="So many.")] = 10,
) -> Response:
    """Tell expected loss (PD x LGD x exposure), concentration, limits, and what to do."""
    with visit.look() as ctx:
        return visit.reply(receivables_risk(ctx, as_of, customers))


@routes.get("/risk/later", NEEDS, gives=tuple[LaterPayment, ...])
def get_cost_of_paying_later(
    visit: Looking,
    days: Days,
    customer: Annotated[str, Query(description="Who owes the most.", max_length=200)] = "",
    as_of: AsOf = None,
) -> Response:
    """Tell what it costs when one customer pays so many days later."""
    with visit.look() as ctx:
        return visit.reply(pays_later(ctx, days, customer, as_of))


@routes.get("/risk/terms", NEEDS, gives=tuple[OtherTerms, ...])
def get_gain_of_other_terms(visit: Looking, days: Days, as_of: AsOf = None) -> Response:
    """Tell what other terms would have brought for the invoices of the last 90 days."""
    with visit.look() as ctx:
        return visit.reply(other_terms(ctx, days, as_of))
