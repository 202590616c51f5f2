"""Customer: who must pay, and on which terms."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from net30.domain.party import Party
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer of an organisation; empty fields take the organisation's defaults.

    `id` is empty until it is kept; `external_id` is the id in the system it was imported from;
    `hold` stops new sales; `parked` stops reminders and recurring invoices; `dunning` names the
    policy that reminds this customer.
    """

    id: str = ""
    party: Party
    currency: str = ""
    terms: PaymentTerms | None = None
    tax: TaxRate | None = None
    language: str = ""
    industry: str = ""
    credit_limit: Money | None = None
    hold: bool = False
    imported: bool = False
    external_id: str = ""
    notes: str = ""
    parked: bool = False
    dunning: str = ""

    @property
    def name(self) -> str:
        """Return the name on the invoice."""
        return self.party.name

    @property
    def email(self) -> str:
        """Return where invoices are sent."""
        return self.party.contact.email


def fold(text: str) -> str:
    """Return letters and digits only, without case, accents or punctuation.

    >>> fold("Société Générale de BTP")
    'societe generale de btp'
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        letter if letter.isalnum() else " " for letter in bare if not unicodedata.combining(letter)
    )
    return " ".join(letters.split())
