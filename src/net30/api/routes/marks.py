"""Marks: the disputes and the promises of all customers; the worklist is where they are noted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from net30.api.answers.listing import page_of
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.dunning import Kept
from net30.domain.identity.roles import Permission
from net30.services.list_marks import DisputeRow, PromiseRow, list_disputes, list_promises

routes = Resource("marks", "What customers contest, and what they promised.")

READ = Permission.COLLECTIONS_READ
Customer = Annotated[str, Query(description="Only this customer's (id).", max_length=200)]


@routes.get("/disputes", READ, gives=Listed[DisputeRow])
def list_invoice_disputes(
    visit: Looking,
    *,
    is_open: Annotated[bool | None, Query(alias="open", description="Not settled yet.")] = None,
    customer: Customer = "",
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List the disputes, the latest first."""
    with visit.look() as ctx:
        found = list_disputes(ctx)
    rows = [
        ((one.opened.isoformat(), one.id), one)
        for one in found
        if is_open in {None, one.closed is None} and customer in {"", one.customer_id}
    ]
    return page_of(visit.request, rows, limit=limit, cursor=cursor, descending=True)


@routes.get("/promises", READ, gives=Listed[PromiseRow])
def list_promises_to_pay(
    visit: Looking,
    *,
    state: Annotated[list[Kept] | None, Query(description="One or several.")] = None,
    customer: Customer = "",
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List the promises to pay, the latest day first, and how each went."""
    with visit.look() as ctx:
        found = list_promises(ctx)
    rows = [
        ((one.day.isoformat(), one.id), one)
        for one in found
        if one.state in (state or Kept) and customer in {"", one.customer_id}
    ]
    return page_of(visit.request, rows, limit=limit, cursor=cursor, descending=True)
