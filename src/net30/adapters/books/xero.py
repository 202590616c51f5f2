"""Xero: the Accounting API 2.0, OAuth 2.0 with granular scopes.

Sources: developer.xero.com, documentation of the Accounting API, of OAuth 2.0 and of its limits.
Access tokens last half an hour; each refresh gives another refresh token, good for 60 days.
"""

from __future__ import annotations

from collections.abc import Mapping

from net30.adapters.books._oauth import Endpoints, OAuth
from net30.adapters.books._told import rows, text
from net30.adapters.books._wire import Wire
from net30.adapters.books._xero_books import XeroBooks, why_refused
from net30.ports.books import Access, BooksApp, BooksCompany, BooksProgram, OpenBooks
from net30.ports.web import Web

SCOPE = (
    "offline_access accounting.invoices accounting.payments accounting.contacts "
    "accounting.settings.read"
)
_OPTIONS = {
    "sales_account": "code of the account that invoices are booked to (200)",
    "payment_account": "code of the bank account that payments are booked to; needed for payments",
    "tax.RATE": "tax type of a rate in percent, such as tax.20=OUTPUT2",
}


def build(web: Web, app: BooksApp) -> BooksProgram:
    """Return Xero, or a stand-in at the address of the app."""
    return Xero(web, app)


class Xero(OAuth):
    """Xero by a guarded way to the web."""

    @property
    def title(self) -> str:
        """Return what people call it."""
        return "Xero"

    @property
    def options(self) -> Mapping[str, str]:
        """Return what a connection can be told."""
        return _OPTIONS

    @property
    def endpoints(self) -> Endpoints:
        """Return where Xero asks, gives tokens and takes them back."""
        stand_in = self.app.address.rstrip("/")
        login = stand_in or "https://login.xero.com"
        identity = stand_in or "https://identity.xero.com"
        return Endpoints(
            authorise=f"{login}/identity/connect/authorize",
            token=f"{identity}/connect/token",
            revoke=f"{identity}/connect/revocation",
            scope=SCOPE,
        )

    def companies(self, access: Access, told: Mapping[str, str]) -> tuple[BooksCompany, ...]:
        """Return the organisations that the user let us into."""
        del told
        wire = Wire(web=self.web, access=access, why=why_refused)
        found = rows(wire.get(f"{self._api}/connections"), "")
        return tuple(
            BooksCompany(id=text(row, "tenantId"), name=text(row, "tenantName"))
            for row in found
            if text(row, "tenantType") == "ORGANISATION"
        )

    def open(self, access: Access, company_id: str, options: Mapping[str, str]) -> OpenBooks:
        """Return the books of an organisation there."""
        headers = {"Xero-Tenant-Id": company_id}
        wire = Wire(web=self.web, access=access, why=why_refused, headers=headers)
        return XeroBooks(wire, f"{self._api}/api.xro/2.0", company_id, options)

    @property
    def _api(self) -> str:
        return self.app.address.rstrip("/") or "https://api.xero.com"
