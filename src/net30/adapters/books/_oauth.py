"""OAuth 2.0 as accounting programs speak it: a code for tokens, the next tokens for the last.

A program that is opened so is an OAuth with endpoints of its own. A client with a secret proves
itself by it (RFC 6749, 2.3.1); one without by PKCE (RFC 7636).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from urllib.parse import quote, urlencode

from net30.adapters.books._told import parsed, strange, text
from net30.adapters.books._wire import limited, no_access
from net30.ports.books import BooksApp, Consent, Grant
from net30.ports.web import Web, WebAnswer, WebRequest

TOKEN_CHARACTERS_MAX = 8000
CODE_CHARACTERS_MAX = 4000
SECONDS_USUAL, SECONDS_MAX = 1800, 86_400
_TOO_MANY, _FAULT = 429, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a program asks its users, gives tokens and takes them back; what we ask for."""

    authorise: str
    token: str
    revoke: str
    scope: str


@dataclass(frozen=True, slots=True)
class OAuth(ABC):
    """A program by a guarded way to the web, and the client that it registered."""

    web: Web
    app: BooksApp

    @property
    @abstractmethod
    def endpoints(self) -> Endpoints:
        """Return where this program is."""

    def consent_address(self, consent: Consent) -> str:
        """Return where the browser is sent."""
        self.web.check(self.endpoints.authorise)
        asked = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": consent.back_to,
            "scope": self.endpoints.scope,
            "state": consent.state,
        }
        if not self.app.client_secret:
            asked |= {
                "code_challenge": challenge_of(consent.verifier),
                "code_challenge_method": "S256",
            }
        # quote, not quote_plus: not every server reads + as a space in a scope.
        return f"{self.endpoints.authorise}?{urlencode(asked, quote_via=quote)}"

    def redeem(self, consent: Consent, code: str, now: datetime) -> Grant:
        """Return the tokens for a code."""
        if not 0 < len(code) <= CODE_CHARACTERS_MAX:
            raise no_access("no code came back")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": consent.back_to,
        }
        if not self.app.client_secret:
            form["code_verifier"] = consent.verifier
        return self._granted(form, now)

    def refresh(self, refresh: str, now: datetime) -> Grant:
        """Return the next tokens; the refresh token is a new one where the program gives one."""
        return self._granted(
            {"grant_type": "refresh_token", "refresh_token": refresh}, now, refresh
        )

    def revoke(self, grant: Grant) -> None:
        """Have the program forget the tokens; what they opened is closed with them."""
        answer = self._posted(self.endpoints.revoke, {"token": grant.refresh})
        if answer.status >= _FAULT:
            raise strange(f"it answers {answer.status}")

    def _granted(self, form: Mapping[str, str], now: datetime, refresh: str = "") -> Grant:
        answer = self._posted(self.endpoints.token, form)
        if answer.status == _TOO_MANY:
            raise limited(answer)
        if answer.status >= _FAULT:
            raise strange(f"it answers {answer.status}")
        told = parsed(answer.content)
        if answer.status != 200:  # noqa: PLR2004 - RFC 6749, 5.1
            # Only what OAuth calls an error (5.2) ends a connection: a proxy's 403 does not.
            if not text(told, "error"):
                raise strange(f"it answers {answer.status}")
            raise no_access(text(told, "error_description") or text(told, "error"))
        access, following = text(told, "access_token"), text(told, "refresh_token") or refresh
        if not access or not following or max(map(len, (access, following))) > TOKEN_CHARACTERS_MAX:
            raise strange("it gives no tokens")
        seconds = told.get("expires_in")
        lasts = SECONDS_USUAL
        if isinstance(seconds, Decimal) and 0 < seconds < SECONDS_MAX:
            lasts = int(seconds)
        return Grant(access=access, refresh=following, expires_at=now + timedelta(seconds=lasts))

    def _posted(self, url: str, form: Mapping[str, str]) -> WebAnswer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        fields = dict(form)
        if self.app.client_secret:
            pair = f"{quote(self.app.client_id, safe='')}:{quote(self.app.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields["client_id"] = self.app.client_id
        content = urlencode(fields).encode()
        return self.web.send(WebRequest(url=url, method="POST", headers=headers, content=content))


def challenge_of(verifier: str) -> str:
    """Return what the program is shown of a verifier at first (RFC 7636, S256)."""
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
