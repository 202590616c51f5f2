"""What a sign-on server may say, and what of it is not believed."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from net30.adapters.sign_on.openid import build
from net30.domain.identity.sign_on import SignOnProvider
from net30.kernel.errors import Forbidden, Unavailable
from net30.kernel.web_address import WebAddress, read_reach
from net30.ports.sign_on import Ceremony
from net30.ports.web import WebAnswer, WebRequest
from tests.samples import NOW

ISSUER = "https://login.lagune.example"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
PROVIDER = SignOnProvider(
    id="p", organisation="main", name="L", issuer=ISSUER, client_id="net30", client_secret="",
    made_at=NOW,
)  # fmt: skip
CEREMONY = Ceremony(
    provider=PROVIDER,
    client_secret="s3",
    back_to="https://books.example/sso/callback",
    state="st",
    nonce="no",
    verifier="v" * 43,
)
AT = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": "net30", "sub": "awa", "iat": AT, "exp": AT + 300, "nonce": "no",
    "email": "awa@lagune.example", "email_verified": True,
}  # fmt: skip
METADATA: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "userinfo_endpoint": f"{ISSUER}/me",
}


@dataclass(slots=True)
class Server:
    """A server that answers as a test wants, by the guarded way's own port."""

    metadata: Any = field(default_factory=lambda: dict(METADATA))
    token: str = ""
    status: int = 200
    me: dict[str, Any] = field(default_factory=dict)
    keys: Any = field(default_factory=lambda: {"keys": [KEY.as_dict(private=False)]})
    asked: list[WebRequest] = field(default_factory=list)

    def check(self, url: str) -> WebAddress:
        return read_reach("").check(url)

    def send(self, request: WebRequest) -> WebAnswer:
        self.asked.append(request)
        name = request.url.rpartition("/")[2]
        told: Any = {
            "openid-configuration": self.metadata,
            "keys": self.keys,
            "me": self.me,
            "token": {"id_token": self.token, "access_token": "at"},
        }[name]
        status = self.status if name == "token" else 200
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        return WebAnswer(status=status, headers={}, content=content, milliseconds=1)


def signed(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:
    """A token of some claims."""
    return jwt.encode({"alg": alg, "kid": "one"}, claims, key, algorithms=[alg])


def vouched(server: Server, ceremony: Ceremony = CEREMONY) -> Any:
    """Whom a server vouches for."""
    return build(server).vouched(ceremony, "code", NOW)


def test_a_right_answer_is_believed_and_asked_for_with_secret_and_verifier() -> None:
    server = Server(token=signed(CLAIMS))
    found = vouched(server)
    assert (found.subject, found.email) == ("awa", "awa@lagune.example")
    (asked,) = [one for one in server.asked if one.method == "POST"]
    assert asked.headers["Authorization"] == "Basic bmV0MzA6czM="
    assert b"code_verifier=" + b"v" * 43 in asked.content
    assert "s3" not in repr(CEREMONY)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["net30", "another"]},
        {"aud": ["net30", "another"], "azp": "another"},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": AT - 3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": AT + 3600},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
    ],
)
def test_claims_that_are_not_for_us_now_are_refused(change: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **change}.items() if value is not None}
    with pytest.raises(Forbidden):
        vouched(Server(token=signed(claims)))


def _unsigned() -> str:
    body = signed(CLAIMS).split(".")[1]
    return f"eyJhbGciOiJub25lIn0.{body}."


def _by_our_secret() -> str:
    return signed(CLAIMS, OctKey.import_key("s3" * 16), "HS256")


def _by_the_public_key() -> str:
    body = signed(CLAIMS).split(".")[1]
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    made = hmac.new(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256").digest()
    return f"{head}.{body}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def _changed() -> str:
    head, _, signature = signed(CLAIMS).split(".")
    return f"{head}.{signed({**CLAIMS, 'sub': 'boss'}).split('.')[1]}.{signature}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "forge",
    [
        _unsigned, _changed, _by_our_secret, _by_the_public_key,
        lambda: signed(CLAIMS, OTHER), lambda: "", lambda: "a.b.c", lambda: "x" * 5000,
    ],
)  # fmt: skip
def test_a_forged_token_is_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(Forbidden):
        vouched(Server(token=forge()))


def test_an_unverified_or_odd_address_is_none() -> None:
    for change in ({"email_verified": False}, {"email_verified": "no"}, {"email": 7}):
        assert vouched(Server(token=signed({**CLAIMS, **change}))).email == ""


def test_the_address_may_come_from_the_user_s_own_page_of_the_same_person() -> None:
    bare = {name: value for name, value in CLAIMS.items() if not name.startswith("email")}
    mine = {"sub": "awa", "email": "awa@lagune.example", "email_verified": True}
    assert vouched(Server(token=signed(bare), me=mine)).email == "awa@lagune.example"
    assert vouched(Server(token=signed(bare), me={**mine, "sub": "boss"})).email == ""


@pytest.mark.parametrize(
    "server",
    [
        Server(metadata={**METADATA, "issuer": "https://evil.example"}),
        Server(metadata={}),
        Server(metadata=[]),
        Server(metadata=b"<html>"),
        Server(metadata=b"[" * 100_000),
        Server(metadata={"issuer": ISSUER, "token_endpoint": 7}),
    ],
)
def test_a_server_that_is_none_is_unavailable(server: Server) -> None:
    with pytest.raises(Unavailable):
        vouched(server)
    with pytest.raises(Unavailable):
        build(server).address(replace(CEREMONY))


def test_a_code_that_the_server_does_not_take_lets_nobody_in() -> None:
    with pytest.raises(Forbidden):
        vouched(Server(status=400))
    with pytest.raises(Forbidden):
        build(Server()).vouched(CEREMONY, "", NOW)


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{"kty": "no"}]}])
def test_a_server_without_keys_vouches_for_nobody(keys: Any) -> None:
    with pytest.raises(Forbidden):
        vouched(Server(token=signed(CLAIMS), keys=keys))
