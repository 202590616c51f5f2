"""Sign-on by OpenID Connect: discovery, authorisation code with PKCE, a signed ID token.

Only a server's own public keys are taken, found at the address that it is known by; no token that
is signed by a shared secret, or by nothing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped] # has no types
    create_s256_code_challenge,
)
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # has no types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from net30.kernel.errors import Forbidden, Unavailable
from net30.ports.sign_on import Ceremony, SignOnServers, Vouched
from net30.ports.web import Web, WebRequest

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = "openid email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a key pair only."""
CLOCKS_APART_SECONDS = 60
OK = 200
SUBJECT_CHARACTERS_MAX = 255  # OpenID Connect Core 1.0, section 2
CODE_CHARACTERS_MAX = 4000

Json = Mapping[str, Any]  # Any: another server's JSON


def build(web: Web) -> SignOnServers:
    """Return the servers that a way to the web reaches."""
    return OpenIdServers(web)


@dataclass(frozen=True, slots=True)
class OpenIdServers:
    """OpenID Connect over a guarded way to the web."""

    web: Web

    def check(self, issuer: str) -> None:
        """Raise InputError for an address that can never be asked."""
        self.web.check(issuer)

    def address(self, ceremony: Ceremony) -> str:
        """Return where the browser is sent."""
        told = self._metadata(ceremony.provider.issuer)
        there = _url(told, "authorization_endpoint")
        self.web.check(there)
        asked = {
            "response_type": "code",
            "client_id": ceremony.provider.client_id,
            "redirect_uri": ceremony.back_to,
            "scope": SCOPE,
            "state": ceremony.state,
            "nonce": ceremony.nonce,
            "code_challenge": create_s256_code_challenge(ceremony.verifier),
            "code_challenge_method": "S256",
        }
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def vouched(self, ceremony: Ceremony, code: str, now: datetime) -> Vouched:
        """Return whom the server vouches for."""
        told = self._metadata(ceremony.provider.issuer)
        tokens = self._tokens(ceremony, _url(told, "token_endpoint"), code)
        claims = self._claims(ceremony, told, tokens, now)
        subject = _text(claims, "sub")
        if not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX:
            raise _refused()
        if "email" not in claims and "userinfo_endpoint" in told:
            claims = self._more(_url(told, "userinfo_endpoint"), tokens, subject)
        return Vouched(subject=subject, email=_verified_email(claims))

    def _metadata(self, issuer: str) -> Json:
        told = self._read(WebRequest(url=f"{issuer}{WELL_KNOWN}"))
        # The document's own name must be the one we know: else another server could answer for it.
        if _text(told, "issuer").rstrip("/") != issuer:
            raise _strange("it calls itself by another name")
        return told

    def _tokens(self, ceremony: Ceremony, endpoint: str, code: str) -> Json:
        if not 0 < len(code) <= CODE_CHARACTERS_MAX:
            raise _refused()
        client = ceremony.provider.client_id
        pair = f"{quote(client, safe='')}:{quote(ceremony.client_secret, safe='')}"
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": ceremony.back_to,
            "code_verifier": ceremony.verifier,
        }
        headers = {
            "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        content = urlencode(form).encode()
        request = WebRequest(url=endpoint, method="POST", headers=headers, content=content)
        answer = self.web.send(request)
        if answer.status != OK:
            raise _refused()  # the code is none of its own, or we are not who we say
        return _parsed(answer.content)

    def _claims(self, ceremony: Ceremony, told: Json, tokens: Json, now: datetime) -> Json:
        keys = self._read(WebRequest(url=_url(told, "jwks_uri")))
        client = ceremony.provider.client_id
        wanted = {
            "iss": {"essential": True, "value": _text(told, "issuer")},
            "aud": {"essential": True, "value": client},
            "nonce": {"essential": True, "value": ceremony.nonce},
        }
        try:
            token = jwt.decode(
                _text(tokens, "id_token"),
                KeySet.import_key_set({"keys": list(keys.get("keys", ()))}),
                algorithms=ALGORITHMS,
            )
            claims = CodeIDToken(
                token.claims,
                token.header,
                wanted,
                {"nonce": ceremony.nonce, "client_id": client},
            )
            claims.validate(now=int(now.timestamp()), leeway=CLOCKS_APART_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _refused() from error
        return dict(claims)

    def _more(self, endpoint: str, tokens: Json, subject: str) -> Json:
        headers = {"Authorization": f"Bearer {_text(tokens, 'access_token')}"}
        claims = self._read(WebRequest(url=endpoint, headers=headers))
        # OpenID Connect Core 1.0, 5.3.2: an answer of somebody else must not be used.
        return claims if _text(claims, "sub") == subject else {}

    def _read(self, request: WebRequest) -> Json:
        answer = self.web.send(request)
        if answer.status != OK:
            raise _strange(f"it answers {answer.status}")
        return _parsed(answer.content)


def _verified_email(claims: Json) -> str:
    email, verified = claims.get("email"), claims.get("email_verified")
    return email if isinstance(email, str) and verified in (True, "true") else ""


def _url(told: Json, name: str) -> str:
    return _text(told, name) or _missing(name)


def _missing(name: str) -> str:
    raise _strange(f"it does not tell its {name}")


def _text(told: Json, name: str) -> str:
    value = told.get(name, "")
    return value if isinstance(value, str) else ""


def _parsed(content: bytes) -> Json:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _strange("its answer is no JSON") from error
    if not isinstance(told, dict):
        raise _strange("its answer is no JSON object")
    return told


def _refused() -> Forbidden:
    return Forbidden(
        "the sign-on's answer cannot be believed", hint="begin again", code="sign_on_answer"
    )


def _strange(why: str) -> Unavailable:
    return Unavailable(
        f"the sign-on server does not answer as one: {why}",
        hint="try again, or ask who runs it",
        code="sign_on_server",
    )
