"""Customer choice: the field where somebody names whom an invoice is for, known or new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.organisation import Organisation
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.services.context import ReadContext
from net30.ui.customers.customers_known import customer_names
from net30.ui.visit import Visit

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen: a name, "" for none, and the customer it means, None for a new one.

    `tax`, `terms` and `currency` are what is usual for this customer, else for the company.
    """

    name: str
    customer: Customer | None
    company: Organisation

    @property
    def id(self) -> str:
        """Return the customer's id, "" for a new one."""
        return self.customer.id if self.customer else ""

    @property
    def tax(self) -> TaxRate:
        """Return the usual rate."""
        return (self.customer.tax if self.customer else None) or self.company.tax

    @property
    def terms(self) -> PaymentTerms:
        """Return the usual terms."""
        return (self.customer.terms if self.customer else None) or self.company.terms

    @property
    def currency(self) -> str:
        """Return the usual currency."""
        return (self.customer.currency if self.customer else "") or self.company.currency


def choose_customer(
    visit: Visit, ctx: ReadContext, key: str, where: DeltaGenerator | None = None
) -> Chosen:
    """Show the field; a new name is taken from who may add customers."""
    t = visit.t
    by_name = {name: customer for customer, name in customer_names(visit, ctx).items()}
    name = (where or st).selectbox(
        t("Customer"),
        list(by_name),
        index=None,
        placeholder=t("Choose or write a name"),
        accept_new_options=visit.may(Permission.CUSTOMERS_WRITE),
        key=key,
    )
    known = by_name.get(name or "", "")
    customer = ctx.tx.load(Customer, known).value if known else None
    return Chosen(name=name or "", customer=customer, company=ctx.company)
