"""Statements: what a customer owes at a day, aged; as data and as a file to send."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.asked import ID_CHARACTERS_MAX, AsOf
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.services.make_statement import Statement, make_statement
from net30.services.write_statement import FORMATS, take_statement

routes = Resource("statements", "What a customer owes at a day, document by document, and aged.")

NEEDS = (Permission.CUSTOMERS_READ, Permission.INVOICES_READ, Permission.PAYMENTS_READ)
MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Customer = Annotated[
    str, Path(description="The customer's id, or the whole name.", max_length=ID_CHARACTERS_MAX)
]


@routes.get("/customers/{customer}/statement", NEEDS, gives=Statement)
def get_statement(visit: Looking, customer: Customer, as_of: AsOf = None) -> Response:
    """Tell what a customer owes, currency by currency, as known on a day."""
    with visit.look() as ctx:
        return visit.reply(make_statement(ctx, customer, as_of))


@routes.get("/customers/{customer}/statement/{form}", NEEDS, media=tuple(MEDIA.values()))
def get_statement_file(
    visit: Looking,
    customer: Customer,
    form: Annotated[str, Path(description=f"{', '.join(FORMATS)}.", max_length=20)],
    as_of: AsOf = None,
) -> Response:
    """Download a customer's statement as a file."""
    with visit.look() as ctx:
        statement = make_statement(ctx, customer, as_of)
        content = take_statement(ctx, statement, form)
    name = f"statement-{statement.as_of.isoformat()}.{form}"
    return reply_file(visit.request, content, MEDIA[form], name)
