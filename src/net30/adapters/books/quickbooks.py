"""QuickBooks Online: the Accounting API v3 at minor version 75, OAuth 2.0.

Sources: developer.intuit.com, the API explorer of QuickBooks Online, its limits and OAuth 2.0.
Access tokens last an hour; the refresh token changes about daily, so the newest one is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from net30.adapters.books._oauth import Endpoints, OAuth
from net30.adapters.books._quickbooks_books import QuickBooksBooks, why_refused
from net30.adapters.books._told import strange
from net30.adapters.books._wire import Wire
from net30.kernel.errors import InputError
from net30.ports.books import Access, BooksApp, BooksCompany, BooksProgram, Consent, OpenBooks
from net30.ports.web import Web

SCOPE = "com.intuit.quickbooks.accounting"
SANDBOX = "sandbox"
_OPTIONS = {
    "item": "id of the product or service that lines are of; needed where there is a choice",
    "payment_account": "id of the account that payments go to (undeposited funds)",
    "tax.RATE": "id of the tax code of a rate in percent, such as tax.20=6",
}


def build(web: Web, app: BooksApp) -> BooksProgram:
    """Return QuickBooks Online, its sandbox, or a stand-in at the address of the app."""
    return QuickBooks(web, app)


class QuickBooks(OAuth):
    """QuickBooks Online by a guarded way to the web."""

    @property
    def title(self) -> str:
        """Return what people call it."""
        return "QuickBooks Online"

    @property
    def options(self) -> Mapping[str, str]:
        """Return what a connection can be told."""
        return _OPTIONS

    @property
    def endpoints(self) -> Endpoints:
        """Return where QuickBooks asks, gives tokens and takes them back."""
        at = self._stand_in
        return Endpoints(
            authorise=f"{at or 'https://appcenter.intuit.com'}/connect/oauth2",
            token=f"{at or 'https://oauth.platform.intuit.com'}/oauth2/v1/tokens/bearer",
            revoke=f"{at or 'https://developer.api.intuit.com'}/v2/oauth2/tokens/revoke",
            scope=SCOPE,
        )

    def consent_address(self, consent: Consent) -> str:
        """Return where the browser is sent; it has no PKCE, so a client secret is needed."""
        if not self.app.client_secret:
            raise InputError(
                "QuickBooks Online needs the client secret of its app",
                hint="it stands beside the client id at developer.intuit.com",
                code="books_secret",
            )
        return super().consent_address(consent)

    def companies(self, access: Access, told: Mapping[str, str]) -> tuple[BooksCompany, ...]:
        """Return the one company that the user chose: the browser brought its realmId back."""
        realm = told.get("realmId", "")
        if not (realm.isascii() and realm.isdigit()):
            raise strange("it does not tell which company it opened")
        return (self.open(access, realm, {}).company(),)

    def open(self, access: Access, company_id: str, options: Mapping[str, str]) -> OpenBooks:
        """Return the books of a company there."""
        wire = Wire(web=self.web, access=access, why=why_refused)
        host = self._stand_in or (
            "https://sandbox-quickbooks.api.intuit.com"
            if self.app.address == SANDBOX
            else "https://quickbooks.api.intuit.com"
        )
        return QuickBooksBooks(wire, f"{host}/v3/company/{company_id}", company_id, options)

    @property
    def _stand_in(self) -> str:
        return "" if self.app.address == SANDBOX else self.app.address.rstrip("/")
