"""Signing in by the pages: password, second factor, sessions, and out again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp import TOTP

from net30.domain.identity.second_factor import SecondFactor
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.log_out import open_sessions
from net30.services.identity.noted import at_this_machine
from net30.services.identity.second_factor import (
    confirm_second_factor,
    remove_second_factor,
    set_up_second_factor,
)
from tests.accounts_desk import PASSWORD
from tests.portal.visitors import AWA, Browser, Portal, cookie_of, hidden_fields


@pytest.fixture(scope="module", autouse=True)
def _awa(portal: Portal) -> str:
    return portal.member().id


def test_a_member_signs_in_sees_the_account_and_signs_out(browser: Browser) -> None:
    strange = browser.get("/account")
    assert strange.url.path == "/login"
    there = browser.submit(strange, "/login", email=f" {AWA.upper()}", password=PASSWORD)
    assert (there.status_code, there.url.path) == (200, "/account")
    assert AWA in there.text
    left = browser.submit(there, "/logout")
    assert "signed out" in left.text
    assert browser.get("/account").url.path == "/login"


def test_the_session_s_cookie_is_for_this_host_and_no_script(portal: Portal) -> None:
    cookie = cookie_of(portal.browser().sign_in()).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert "secure" not in cookie
    elsewhere = portal.browser("https://books.example").sign_in()
    assert "; secure" in cookie_of(elsewhere).lower()


def test_the_api_takes_the_same_session_and_only_our_pages_may_change_by_it(
    portal: Portal, browser: Browser
) -> None:
    browser.sign_in()
    assert browser.get("/api/v1/me").json()["organisation"] == "main"
    foreign = {"sec-fetch-site": "cross-site"}
    assert browser.client.delete("/api/v1/sessions/current", headers=foreign).status_code == 401
    assert browser.client.delete("/api/v1/sessions/current").status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("email", [AWA, "nobody@lagune.example", "", "' OR 1=1 --"])
def test_a_wrong_password_is_refused_in_the_same_words(browser: Browser, email: str) -> None:
    refused = browser.sign_in(email, "wrong horse battery")
    assert refused.status_code == 401
    assert "The mail address or the password is wrong." in refused.text
    assert not cookie_of(refused)


def test_it_is_said_in_french_to_who_asks_for_french(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.get("/login", **{"accept-language": "fr-SN,fr;q=0.9,en;q=0.5"})
    assert '<html lang="fr"' in page.text
    assert "Se connecter" in page.text
    assert "Sign in" in browser.get("/login?lang=en", **{"accept-language": "fr"}).text
    kept = browser.get("/login", **{"accept-language": "fr"})
    assert '<html lang="en"' in kept.text


def test_a_form_from_another_site_signs_nobody_in(portal: Portal) -> None:
    browser = portal.browser()
    typed = {"email": AWA, "password": PASSWORD}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": ""},
    ):
        refused = browser.post("/login", typed, **headers)
        assert refused.status_code == 403, headers
        assert not cookie_of(refused)
    by_origin = {"sec-fetch-site": "", "origin": "http://localhost:8501"}
    assert cookie_of(browser.post("/login", typed, **by_origin))


def test_a_member_s_form_needs_the_session_s_own_token(portal: Portal, browser: Browser) -> None:
    account = browser.sign_in()
    other = portal.browser().sign_in()
    stolen = hidden_fields(other, "/logout")["form_token"]
    assert browser.post("/logout", {}).status_code == 403
    assert browser.post("/logout", {"form_token": stolen}).status_code == 403
    assert browser.get("/account").status_code == 200
    assert browser.submit(account, "/logout").url.path == "/login"


@pytest.mark.parametrize(
    "after", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(browser: Browser, after: str) -> None:
    page = browser.client.get("/login", params={"after": after})
    assert hidden_fields(page, "/login")["after"] == "/"
    sent = browser.post("/login", {"email": AWA, "password": PASSWORD, "after": after})
    assert sent.url.host == "localhost"


def test_sessions_are_listed_and_ended(portal: Portal, browser: Browser) -> None:
    account = browser.sign_in()
    other = portal.browser()
    other.sign_in()
    account = browser.get("/account")
    assert "this one" in account.text
    (session, *_) = re.findall(r'name="session" value="(\w+)"', account.text)
    assert browser.submit(account, "/account/sessions/end", session=session).status_code == 200
    browser.submit(browser.get("/account"), "/account/sessions/end-others")
    assert other.get("/account").url.path == "/login"
    assert browser.get("/account").url.path == "/account"


def test_nobody_ends_somebody_else_s_session(portal: Portal, browser: Browser) -> None:
    app = portal.desk.app
    binta = portal.member("binta@lagune.example")
    portal.browser().sign_in(binta.email)
    (hers,) = open_sessions(app.world.accounts, binta.id, app.clock())
    browser.sign_in()
    portal.browser().sign_in()
    browser.submit(browser.get("/account"), "/account/sessions/end", session=hers.id)
    assert open_sessions(app.world.accounts, binta.id, app.clock()) == (hers,)


def test_a_second_factor_is_set_up_asked_for_and_removed(portal: Portal, browser: Browser) -> None:
    app = portal.desk.app
    user = portal.member("codes@lagune.example")
    page = browser.submit(browser.sign_in(user.email), "/account/second-factor")
    (secret,) = re.findall(r"<code>(\w+)</code>", page.text)
    wrong = browser.submit(page, "/account/second-factor/confirm", code="abc")
    assert re.findall(r"<code>(\w+)</code>", wrong.text) == [secret]  # the app has read it already
    assert wrong.status_code == 401
    code = TOTP(secret).at(app.clock())
    codes = browser.submit(wrong, "/account/second-factor/confirm", code=code)
    recovery = re.findall(r"<code>([\w-]+)</code>", codes.text)
    assert len(recovery) == 10

    other = portal.browser()
    asked = other.sign_in(user.email)
    assert "authenticator app" in asked.text
    assert not cookie_of(asked)
    again = other.submit(asked, "/2fa", code=code)  # used already
    assert (again.status_code, cookie_of(again)) == (401, "")
    inside = other.submit(again, "/2fa", code=recovery[0])
    assert inside.url.path == "/account"
    assert "9 recovery codes" in inside.text
    late = other.submit(again, "/2fa", code=recovery[1])
    assert "Begin again" in late.text
    assert late.status_code == 403

    kept = other.submit(inside, "/account/second-factor/remove", code="000000")
    assert kept.status_code == 401
    gone = other.submit(kept, "/account/second-factor/remove", code=recovery[2])
    assert "password only" in gone.text
    with app.world.accounts.reading() as tx:
        assert tx.get(SecondFactor, user.id) is None


def test_a_code_cannot_be_guessed_for_long(portal: Portal) -> None:
    app, user = portal.desk.app, portal.member("guessed@lagune.example")
    made = set_up_second_factor(app.world.accounts, app.second_factors, user.id, app.clock())
    code = TOTP(made.secret).at(app.clock())
    confirm_second_factor(app.world.accounts, app.second_factors, user.id, code, app.clock())
    browser = portal.browser()
    page = browser.sign_in(user.email)
    statuses = [browser.submit(page, "/2fa", code=f"{n:06}").status_code for n in range(11)]
    assert statuses.count(429) >= 1
    assert browser.sign_in(user.email).status_code == 429
    remove_second_factor(app.world.accounts, user.id, "test", app.clock())


def test_a_sign_in_that_is_old_changes_no_second_factor(portal: Portal, browser: Browser) -> None:
    app, user = portal.desk.app, portal.member("old@lagune.example")
    account = browser.sign_in(user.email)
    (session,) = open_sessions(app.world.accounts, user.id, app.clock())
    with app.world.accounts.writing() as tx:
        tx.save(replace(session, made_at=session.made_at - timedelta(hours=1)))
    refused = browser.submit(account, "/account/second-factor")
    assert refused.status_code == 403
    assert "too long ago" in refused.text


def test_a_member_of_two_organisations_chooses_which_to_work_for(portal: Portal) -> None:
    app = portal.desk.app
    new = NewOrganisation(id="rival", name="Rival SA")
    add_organisation(app.world, new, at_this_machine("main"), app.clock())
    user = portal.member("both@lagune.example")
    portal.member(user.email, of="rival")
    browser = portal.browser()
    account = browser.sign_in(user.email)
    assert "Rival SA" in account.text
    browser.submit(account, "/account/organisation", organisation="rival")
    assert browser.get("/api/v1/me").json()["organisation"] == "rival"
    lone = portal.browser()
    own = hidden_fields(lone.sign_in(), "/logout")
    refused = lone.post("/account/organisation", {**own, "organisation": "rival"})
    assert refused.status_code == 404


def test_every_page_has_its_strict_headers(browser: Browser) -> None:
    for path in ("/login", "/nothing-here", "/password", "/portal/portal.css"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert browser.get("/login").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [b"a=%ff", b"a=1&a=2", b"a=%00", b"&".join([b"x%d=1" % n for n in range(60)]), b"\xff\xfe"],
)
def test_what_is_no_form_of_ours_is_refused(browser: Browser, body: bytes) -> None:
    assert browser.client.post("/login", content=body).status_code == 422


def test_a_form_that_is_too_long_and_a_wrong_method_are_refused(browser: Browser) -> None:
    assert browser.client.post("/login", content=b"a=" + b"b" * 70_000).status_code == 413
    assert browser.client.put("/login").status_code == 405
    assert browser.get("/portal/secrets.txt").status_code == 404


def test_pages_and_forms_are_counted_by_address(portal: Portal) -> None:
    busy = portal.browser()
    statuses = [busy.post("/password", {"email": "x"}).status_code for _ in range(31)]
    assert statuses[-1] == 429
    assert portal.browser().get("/login").status_code == 200
