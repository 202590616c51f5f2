"""Organisation: the seller whose books these are, and what its invoices take for granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.invoice import PaymentInstructions
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.services.context import Context
from net30.services.create_organisation import save_organisation

routes = Resource("organisation", "The seller whose books these are: that of the key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What can be said of the organisation here; the rest of it stays as it is."""

    party: Party
    currency: str
    tax: TaxRate
    terms: PaymentTerms
    language: str
    payment: PaymentInstructions | None = None
    place: str = ""
    cost_of_capital: Decimal = Decimal(10)


EXAMPLE = {
    "party": {"name": "Lagune Conseil SARL", "address": {"city": "Abidjan", "country": "CI"}},
    "currency": "XOF",
    "tax": {"category": "S", "percent": "18"},
    "terms": {"days": 30},
    "language": "fr",
}


@routes.get("/organisation", Permission.SETTINGS_READ, gives=Organisation)
def get_organisation(visit: Looking) -> Response:
    """Show the organisation with all it takes for granted."""
    with visit.look() as ctx:
        found = ctx.tx.load(Organisation, ctx.organisation)
    return visit.reply(found.value, tag=tag_of(found.version))


@routes.put(
    "/organisation", Permission.SETTINGS_WRITE, takes=Company, gives=Organisation, example=EXAMPLE
)
def replace_organisation(visit: Changing) -> Response:
    """Say who the organisation is, its currency, usual tax, terms and language."""
    company = visit.body(Company)

    def replaced(ctx: Context) -> tuple[object, str]:
        before = ctx.tx.load(Organisation, ctx.organisation)
        visit.check_match(tag_of(before.version))
        after = replace(
            before.value,
            party=company.party,
            currency=company.currency,
            tax=company.tax,
            terms=company.terms,
            language=company.language,
            payment=company.payment,
            place=company.place,
            cost_of_capital=company.cost_of_capital,
        )
        return save_organisation(ctx, after), tag_of(before.version + 1)

    return visit.keyless(replaced)
