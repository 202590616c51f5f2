"""Invoice links: the page where a customer sees, pays or contests one, without an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing
from net30.domain.identity.roles import Permission
from net30.services.invoice_link import DAYS, sign_link

routes = Resource("invoice links", "Signed addresses that show an invoice to its customer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsked:
    """How many days the link lives."""

    days: int = DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """The address, the document that it shows to whoever has it, and its last day.

    It is told this once: whoever sends the request again gets it without the address.
    """

    number: str
    until: date
    address: str = field(repr=False)


@routes.post(
    "/invoices/{number}/link",
    Permission.INVOICES_WRITE,
    takes=LinkAsked,
    gives=LinkMade,
    status=201,
    example={"days": 60},
)
def make_invoice_link(
    visit: Changing,
    number: Annotated[str, Path(description="Its number.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Make the link of an issued document's page, for its customer; the audit notes it."""
    asked = visit.body(LinkAsked)

    def made() -> LinkMade:
        with visit.change() as ctx:
            link = sign_link(ctx, number, asked.days)
        address = f"{visit.app.settings.address}/pay/{link.token}"
        return LinkMade(number=link.number, until=link.until, address=address)

    return visit.once_apart(made, hidden=_without_address)


def _without_address(made: object) -> object:
    assert isinstance(made, LinkMade)
    return LinkMade(number=made.number, until=made.until, address="")
