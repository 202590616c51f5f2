"""An accounting program's server on this machine: tokens that end, limits, and what was asked.

A program's own double says how it answers; this is what they share.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from msgspec.json import Encoder

from tests.doubles.loopback import Answering, listening

ALLOWED = "127.0.0.1/32"
"""What NET30_WEB_ALLOW must say for it to be reached."""
_JSON = Encoder(decimal_format="number")


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass(frozen=True, slots=True)
class Question:
    """A request as it came: its path, its query, its headers in lower case, its body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body, its numbers exact."""
        return json.loads(self.content, parse_float=Decimal, parse_int=Decimal)


@dataclass(slots=True)
class BooksServer:
    """Tokens of one client; strict: a code counts once, a refresh token until the next.

    `busy` answers 429 so many times; `seconds` is what it asks then. `token_answers` is what
    whoever asks for a token gets instead of one.
    """

    client_id: str = "client"
    client_secret: str = "s3cret"
    url: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refresh: str = ""
    given: int = 0
    revoked: bool = False
    busy: int = 0
    seconds: int = 1
    token_answers: Refusal | None = None
    asked: list[Question] = field(default_factory=list)
    token_path = "/token"
    revoke_path = "/revoke"
    consent_path = "/authorize"
    needs_challenge = False

    def consent(self, address: str) -> dict[str, str]:
        """What a user's yes brings back to the browser that came to this address."""
        parts = urlsplit(address)
        assert address.startswith(self.url + self.consent_path), address
        asked = dict(parse_qsl(parts.query, strict_parsing=True))
        assert (asked["client_id"], asked["response_type"]) == (self.client_id, "code")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], **self.told_back()}

    def told_back(self) -> dict[str, str]:
        """What else the browser brings back."""
        return {}

    def end_tokens(self) -> None:
        """Have every access token end now."""
        self.access.clear()

    def answer(self, question: Question) -> Any:
        """Answer a question that bears a good token."""
        raise NotImplementedError

    def answered(self, question: Question) -> Any:
        """Answer any question."""
        if question.path == self.token_path:
            if self.token_answers:
                raise self.token_answers
            return self._token(question)
        if question.path == self.revoke_path:
            self._check_client(question, dict(parse_qsl(question.content.decode())))
            self.revoked = True
            self.access.clear()
            self.refresh = ""
            return {}
        self.asked.append(question)
        bearer = question.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer not in self.access:
            raise Refusal(401, self.unauthorised())
        if self.busy:
            self.busy -= 1
            raise Refusal(429, {}, {"Retry-After": str(self.seconds)})
        return self.answer(question)

    def unauthorised(self) -> Any:
        """What it says to a token that has ended."""
        return {"Detail": "TokenExpired"}

    def _token(self, question: Question) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(question.content.decode()).items()}
        self._check_client(question, form)
        if form["grant_type"] == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
                raise Refusal(400, {"error": "invalid_grant"})
            if "code_challenge" in asked:
                digest = sha256(form["code_verifier"].encode()).digest()
                shown = urlsafe_b64encode(digest).rstrip(b"=").decode()
                if shown != asked["code_challenge"]:
                    raise Refusal(400, {"error": "invalid_grant"})
            elif not self.client_secret:
                raise Refusal(400, {"error": "invalid_grant"})
        elif form["grant_type"] != "refresh_token" or form["refresh_token"] != self.refresh:
            raise Refusal(400, {"error": "invalid_grant"})
        self.given += 1
        self.refresh = f"refresh-{self.given}"
        self.access = {f"access-{self.given}"}
        return {
            "access_token": f"access-{self.given}",
            "refresh_token": self.refresh,
            "expires_in": 1800,
            "token_type": "Bearer",
        }

    def _check_client(self, question: Question, form: Mapping[str, str]) -> None:
        kind, _, pair = question.headers.get("authorization", "").partition(" ")
        if self.client_secret:
            name, _, secret = b64decode(pair or "").decode().partition(":")
            right = kind == "Basic" and unquote(secret) == self.client_secret
        else:
            name, right = form.get("client_id", ""), True
        if not right or unquote(name) != self.client_id:
            raise Refusal(401, {"error": "invalid_client"})


class _Answering(Answering):
    def _respond(self) -> None:
        parts = urlsplit(self.path)
        question = Question(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in self.headers.items()},
            self.content(),
        )
        try:
            status, body, headers = 200, self.behaviour.answered(question), {}
        except Refusal as refusal:
            status, body, headers = refusal.status, refusal.body, dict(refusal.headers)
        self.tell_bytes(status, _JSON.encode(body), headers)

    get = post = _respond


@contextmanager
def serving(behaviour: BooksServer) -> Iterator[None]:
    """Serve on a free port of the loopback until the block ends."""
    with listening(_Answering, behaviour) as port:
        behaviour.url = f"http://127.0.0.1:{port}"
        yield
