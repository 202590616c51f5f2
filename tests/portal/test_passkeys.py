"""Passkeys: made by who has just signed in, and then enough to come in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from net30.domain.identity.passkey import PASSKEYS_MAX, Passkey
from net30.domain.identity.records import AccountKey
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.log_out import open_sessions
from net30.services.identity.noted import at_this_machine
from net30.services.identity.reset_password import reset_password
from tests.accounts_desk import quick_passwords
from tests.portal.device import PRESENT, Device, options_in
from tests.portal.visitors import Browser, Portal, cookie_of, hidden_fields

IDS = iter(range(1, 200))


@pytest.fixture(scope="module", autouse=True)
def _awa(portal: Portal) -> str:
    return portal.member().id


@pytest.fixture
def device() -> Device:
    return Device(id=bytes([next(IDS)]) * 16)


def add(browser: Browser, device: Device, name: str = "phone") -> Response:
    """Add a passkey of a device to whoever is signed in."""
    page = browser.get("/passkeys")
    answer = json.dumps(device.create(options_in(page)))
    return browser.submit(page, "/passkeys", answer=answer, name=name)


def come(browser: Browser, device: Device, after: str = "") -> Response:
    """Sign in by a device."""
    page = browser.get("/passkeys/login" + (f"?after={after}" if after else ""))
    return browser.submit(page, "/passkeys/login", answer=json.dumps(device.get(options_in(page))))


def test_a_passkey_is_added_and_signs_in(portal: Portal, browser: Browser, device: Device) -> None:
    browser.sign_in()
    assert "phone &lt;1&gt;" in add(browser, device, "phone <1>").text
    other = portal.browser()
    inside = come(other, device, "/members")
    assert inside.url.path == "/members"
    assert "httponly" in cookie_of(inside).lower()
    assert other.get("/api/v1/me").json()["organisation"] == "main"


def test_only_these_pages_run_a_script_and_only_ours(browser: Browser) -> None:
    browser.sign_in()
    for path in ("/passkeys", "/passkeys/login"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
    assert "script-src" not in browser.get("/login").headers["content-security-policy"]
    assert "navigator.credentials" in browser.get("/portal/passkeys.js").text


def _elsewhere(device: Device) -> None:
    device.origin = "https://evil.example"


def _other_host(device: Device) -> None:
    device.host = "evil.example"


def _unverified(device: Device) -> None:
    device.flags = PRESENT


def _other_key(device: Device) -> None:
    device.key = Device().key


def _copy(device: Device) -> None:
    device.count = 0


def _other_owner(device: Device) -> None:
    device.owner = b"somebody"


def _unknown(device: Device) -> None:
    device.id = b"\xff" * 16


@pytest.mark.parametrize(
    "twist", [_elsewhere, _other_host, _unverified, _other_key, _copy, _other_owner, _unknown]
)
def test_what_the_passkey_has_not_signed_lets_nobody_in(
    portal: Portal, browser: Browser, device: Device, twist: Callable[[Device], None]
) -> None:
    browser.sign_in()
    add(browser, device)
    come(portal.browser(), device)
    come(portal.browser(), device)
    twist(device)
    refused = come(portal.browser(), device)
    assert (refused.status_code, cookie_of(refused)) == (403, "")
    assert "not accepted" in refused.text


@pytest.mark.parametrize("twist", [_elsewhere, _other_host, _unverified])
def test_a_passkey_of_elsewhere_is_not_kept(
    browser: Browser, device: Device, twist: Callable[[Device], None]
) -> None:
    browser.sign_in()
    twist(device)
    assert add(browser, device).status_code == 403


def test_an_answer_counts_once_for_its_own_question(
    portal: Portal, browser: Browser, device: Device
) -> None:
    browser.sign_in()
    add(browser, device)
    thief = portal.browser()
    page = thief.get("/passkeys/login")
    answer = json.dumps(device.get(options_in(page)))
    fields = {**hidden_fields(page, "/passkeys/login"), "answer": answer}
    assert cookie_of(thief.post("/passkeys/login", fields))
    assert not cookie_of(portal.browser().post("/passkeys/login", fields))
    later = portal.browser()
    other = later.get("/passkeys/login")
    assert later.submit(other, "/passkeys/login", answer=answer).status_code == 403


@pytest.mark.parametrize(
    "answer",
    [
        "", "{}", "[]", "null", "7", '{"id": 7}', "x" * 30_000, '{"id": "AQ", "response": 7}',
        '{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"!!!"}}',
        "[" * 9_000,
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(
    portal: Portal, browser: Browser, device: Device, answer: str
) -> None:
    browser.sign_in()
    page = browser.get("/passkeys")
    assert browser.submit(page, "/passkeys", answer=answer).status_code == 403
    add(browser, device)
    known = answer.replace('"AQ"', json.dumps(device.get(options_in(page))["id"]))
    lone = portal.browser()
    page = lone.get("/passkeys/login")
    assert lone.submit(page, "/passkeys/login", answer=known).status_code == 403


def test_a_device_s_answer_in_pieces_is_refused(
    portal: Portal, browser: Browser, device: Device
) -> None:
    browser.sign_in()
    page = browser.get("/passkeys")
    whole = device.create(options_in(page))
    for name in whole["response"]:
        for odd in ("", "AA", "%%", "o2NmbXQ", 7, None, {"a": 1}):
            told: dict[str, Any] = {**whole, "response": {**whole["response"], name: odd}}
            sent = browser.submit(browser.get("/passkeys"), "/passkeys", answer=json.dumps(told))
            assert sent.status_code in {403, 429}, (name, odd)


def test_one_user_s_question_is_not_answered_by_another(
    portal: Portal, browser: Browser, device: Device
) -> None:
    browser.sign_in()
    page = browser.get("/passkeys")
    answer = json.dumps(device.create(options_in(page)))
    portal.member("binta@lagune.example")
    other = portal.browser()
    other.sign_in("binta@lagune.example")
    own = hidden_fields(other.get("/passkeys"), "/passkeys")
    mixed = {**own, "step": hidden_fields(page, "/passkeys")["step"], "answer": answer}
    assert other.post("/passkeys", mixed).status_code == 403


def test_a_passkey_is_removed_by_its_user_only(
    portal: Portal, browser: Browser, device: Device
) -> None:
    user = portal.member("remover@lagune.example")
    browser.sign_in(user.email)
    page = add(browser, device)
    fields = hidden_fields(page, "/passkeys/remove")
    other = portal.browser()
    token = hidden_fields(other.sign_in(), "/logout")["form_token"]
    foreign = {"form_token": token, "passkey": fields["passkey"]}
    assert other.post("/passkeys/remove", foreign).status_code == 404
    assert "phone" not in browser.submit(page, "/passkeys/remove").text
    assert come(portal.browser(), device).status_code == 403


def test_an_old_session_neither_sees_nor_adds_passkeys(portal: Portal, browser: Browser) -> None:
    app, user = portal.desk.app, portal.member("idle@lagune.example")
    browser.sign_in(user.email)
    (session,) = open_sessions(app.world.accounts, user.id, app.clock())
    with app.world.accounts.writing() as tx:
        tx.save(replace(session, made_at=session.made_at - timedelta(minutes=16)))
    assert browser.get("/passkeys").status_code == 403


def test_a_new_password_ends_the_passkeys_too(
    portal: Portal, browser: Browser, device: Device
) -> None:
    app, user = portal.desk.app, portal.member("reset@lagune.example")
    browser.sign_in(user.email)
    add(browser, device)
    accounts = app.world.accounts
    link = reset_password(accounts, user.id, at_this_machine("main"), app.clock())
    accepted = Accepted(secret=link, password="zebra lamp quartz")
    accept_link(accounts, quick_passwords(), accepted, app.clock())
    assert come(portal.browser(), device).status_code == 403


def test_there_is_a_limit_and_an_address_that_they_are_for(portal: Portal) -> None:
    app, user = portal.desk.app, portal.member("many@lagune.example")
    browser = portal.browser("http://127.0.0.1:8501")
    browser.sign_in(user.email)
    assert "http://localhost:8501/passkeys" in browser.get("/passkeys").text
    with app.world.accounts.writing() as tx:
        for at in range(PASSKEYS_MAX):
            one = Passkey(
                id=f"many{at}", user_id=user.id, public_key="", sign_count=0, name="x",
                made_at=app.clock(),
            )  # fmt: skip
            tx.add(one)
    assert browser.get("/passkeys").status_code == 422
    with app.world.accounts.reading() as tx:
        assert len(tx.find(Passkey, AccountKey.OWNER, user.id)) == PASSKEYS_MAX
