"""Single sign-on, against a real OpenID Connect provider in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role, permissions_of
from net30.kernel.errors import Forbidden, InputError, LimitExceeded, NotFound
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.change_role import remove_member
from net30.services.identity.noted import at_this_machine
from net30.services.identity.second_factor import (
    confirm_second_factor,
    set_up_second_factor,
)
from net30.services.identity.sign_ons import (
    NewProvider,
    add_provider,
    providers_of,
    remove_provider,
)
from tests.portal.visitors import AWA, Browser, Portal, open_portal

START_SECONDS = 60
PEOPLE = {
    "awa": {"email": AWA, "email_verified": True},
    "unverified": {"email": AWA, "email_verified": False},
    "stranger": {"email": "stranger@else.example", "email_verified": True},
    "moussa": {"email": "moussa@lagune.example", "email_verified": True},
    "both": {"email": "both@lagune.example", "email_verified": True},
    "shop": {"email": "shop@lagune.example", "email_verified": True},
    "coded": {"email": "coded@lagune.example", "email_verified": True},
    "gone": {"email": "gone@lagune.example", "email_verified": True},
    "nomail": {},
}


def now() -> datetime:
    """The provider's time is the machine's."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "-H", "127.0.0.1", "-p", str(port)]
    for name, claims in PEOPLE.items():
        command += ["--user-claims", json.dumps({"sub": name, **claims})]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=os.environ) as server:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/.well-known/openid-configuration")
        yield address
        server.terminate()


def _wait_for(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx2.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    pytest.fail("the provider did not start")


@pytest.fixture(scope="module")
def there(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home = tmp_path_factory.mktemp("sign-on") / "home"
    with open_portal(home, now, web_allow="127.0.0.1") as portal:
        portal.member()
        app = portal.desk.app
        new = NewProvider(name="Lagune ID", issuer=issuer, client_id="net30", client_secret="s3")
        by = at_this_machine("main")
        add_provider(app.world.accounts, app.sealing, new, by, now())
        yield portal


def provider_id(portal: Portal) -> str:
    """The id of the only provider."""
    return providers_of(portal.desk.app.world.accounts, at_this_machine("main"))[0].id


def go(portal: Portal, browser: Browser, after: str = "") -> str:
    """Leave for the provider and return the address one is sent to."""
    path = f"/sso/{provider_id(portal)}" + (f"?after={after}" if after else "")
    sent = browser.client.get(path, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def back(address: str, person: str) -> str:
    """Sign in at the provider as somebody; return the path that the browser comes back to."""
    answer = httpx2.post(address, data={"sub": person})
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost:8501"
    return f"{parts.path}?{parts.query}"


def come(portal: Portal, person: str, after: str = "") -> tuple[Browser, httpx2.Response]:
    """Sign in by the provider."""
    browser = portal.browser()
    return browser, browser.get(back(go(portal, browser, after), person))


def test_a_member_comes_in_by_the_organisation_s_own_sign_on(there: Portal) -> None:
    assert "Sign in with Lagune ID" in there.browser().get("/login").text
    browser, page = come(there, "awa", "/members")
    assert (page.status_code, page.url.path) == (200, "/members")
    assert browser.get("/api/v1/me").json()["organisation"] == "main"
    assert come(there, "awa")[1].url.path == "/account"  # known by its own name from now on


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(there: Portal) -> None:
    asked = parse_qs(urlsplit(go(there, there.browser())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len(asked["nonce"][0]) >= 40
    assert len(asked["state"][0]) == 64


@pytest.mark.parametrize("person", ["stranger", "unverified-twin", "nomail", "shop", "gone"])
def test_who_is_no_member_is_not_let_in(there: Portal, person: str) -> None:
    app = there.desk.app
    by, accounts = at_this_machine("main"), app.world.accounts
    if person == "shop":
        add_user(accounts, NewUser(email="shop@lagune.example", role=Role.API), by, now())
    if person == "gone":
        user = there.member("gone@lagune.example", Role.VIEWER)
        remove_member(accounts, user.id, by, now())
    browser, page = come(there, person)
    assert page.status_code == 403
    assert "vouches for nobody" in page.text
    assert browser.get("/account").url.path == "/login"


def test_an_address_that_is_not_verified_is_nobody_s(there: Portal) -> None:
    assert come(there, "unverified")[1].status_code == 403


def test_who_was_invited_comes_in_without_a_password(there: Portal) -> None:
    app = there.desk.app
    new = NewUser(email="moussa@lagune.example", role=Role.VIEWER)
    added = add_user(app.world.accounts, new, at_this_machine("main"), now())
    assert not added.user.is_active
    browser, page = come(there, "moussa")
    assert page.url.path == "/account"
    assert browser.sign_in("moussa@lagune.example", "").status_code == 401


def test_a_sign_on_opens_its_own_organisation_only(there: Portal) -> None:
    app = there.desk.app
    rival = NewOrganisation(id="rival", name="Rival SA")
    add_organisation(app.world, rival, at_this_machine("main"), now())
    there.member("both@lagune.example", Role.OWNER)
    there.member("both@lagune.example", Role.OWNER, of="rival")
    browser, page = come(there, "both")
    assert "Work for" not in page.text
    assert browser.get("/api/v1/me").json()["organisation"] == "main"
    foreign = {"x-net30-organisation": "rival"}
    assert browser.get("/api/v1/me", **foreign).status_code == 401
    chosen = browser.submit(page, "/logout")
    assert chosen.url.path == "/login"
    browser, page = come(there, "both")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    for path, fields in (
        ("/account/organisation", {"organisation": "rival"}),
        ("/account/second-factor", {}),
    ):
        assert browser.post(path, {**fields, "form_token": token}).status_code in {403, 404}


def test_a_second_factor_is_asked_for_beside_the_sign_on(there: Portal) -> None:
    from pyotp import TOTP

    app = there.desk.app
    user = there.member("coded@lagune.example")
    made = set_up_second_factor(app.world.accounts, app.second_factors, user.id, now())
    code = TOTP(made.secret).at(now())
    codes = confirm_second_factor(app.world.accounts, app.second_factors, user.id, code, now())
    browser, page = come(there, "coded")
    assert "authenticator app" in page.text
    assert browser.get("/account").url.path == "/login"
    inside = browser.submit(page, "/2fa", code=codes[0])
    assert inside.url.path == "/account"
    assert "Work for" not in inside.text


def test_an_answer_counts_once_and_in_the_browser_that_asked(there: Portal) -> None:
    browser, thief = there.browser(), there.browser()
    path = back(go(there, browser), "awa")
    go(there, thief)
    assert thief.get(path).status_code == 403  # somebody else's answer: signed in as nobody
    assert there.browser().get(path).status_code == 403
    assert browser.get(path).url.path == "/account"
    assert there.browser().get(path).status_code == 403
    browser.client.cookies.delete("net30_session")
    assert browser.get(path).status_code == 403


def test_a_wrong_code_and_a_refusal_let_nobody_in(there: Portal) -> None:
    browser = there.browser()
    state = parse_qs(urlsplit(go(there, browser)).query)["state"][0]
    page = browser.get(f"/sso/callback?state={state}&code=guessed")
    assert page.status_code == 403
    assert "cannot be believed" in page.text
    go(there, browser)
    refused = browser.get("/sso/callback?error=access_denied&error_description=<script>x</script>")
    assert refused.status_code == 403
    assert "<script>" not in refused.text
    assert browser.get("/sso/callback").status_code == 403
    assert browser.get("/sso/nobody").status_code == 404


def test_a_provider_is_added_by_who_may_and_kept_sealed(there: Portal) -> None:
    app, by = there.desk.app, at_this_machine("main")
    accounts = app.world.accounts
    (there_is,) = providers_of(accounts, by)
    assert "s3" not in there_is.client_secret
    assert "client_secret" not in repr(there_is)
    admin = Principal(
        user="v", name="", organisation="main", permissions=permissions_of(Role.ADMIN)
    )
    new = NewProvider(name="X", issuer="https://x.example/", client_id="c", client_secret="s")
    with pytest.raises(Forbidden):
        add_provider(accounts, app.sealing, new, admin, now())
    for odd in ("", "https://x.example?a=b", "https://" + "x" * 400):
        bad = NewProvider(name="X", issuer=odd, client_id="c", client_secret="s")
        with pytest.raises(InputError):
            add_provider(accounts, app.sealing, bad, by, now())
    added = [add_provider(accounts, app.sealing, new, by, now()) for _ in range(4)]
    assert added[0].issuer == "https://x.example"
    with pytest.raises(LimitExceeded):
        add_provider(accounts, app.sealing, new, by, now())
    with pytest.raises(NotFound):
        remove_provider(accounts, added[0].id, at_this_machine("rival"), now())
    for one in added:
        remove_provider(accounts, one.id, by, now())
    assert len(providers_of(accounts, by)) == 1


def test_a_provider_on_our_own_network_is_not_asked(tmp_path: Path) -> None:
    with open_portal(tmp_path / "home", now) as portal:
        app = portal.desk.app
        new = NewProvider(
            name="Inside", issuer="http://127.0.0.1:9", client_id="c", client_secret="s"
        )
        with pytest.raises(InputError):
            app.sign_on_servers.check(new.issuer)
        made = add_provider(app.world.accounts, app.sealing, new, at_this_machine("main"), now())
        assert portal.browser().get(f"/sso/{made.id}").status_code == 422
