"""The portal in a real browser: on a phone, without JavaScript, with a passkey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from net30.services.identity.noted import at_this_machine
from net30.services.identity.reset_password import reset_password
from tests.accounts_desk import PASSWORD
from tests.portal.chromium import chromium, needs_chromium, served
from tests.portal.test_customer_s_page import link_to
from tests.portal.visitors import AWA, Portal

pytestmark = [needs_chromium, pytest.mark.slow]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(portal: Portal) -> Iterator[str]:
    portal.member()
    with served(portal) as there:
        yield there


def sign_in(page: Page, address: str, email: str = AWA) -> None:
    """Sign in by the form."""
    page.goto(f"{address}/login")
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/account")


def test_every_page_works_without_javascript_on_a_phone(
    portal: Portal, browser: Browser, address: str
) -> None:
    app = portal.desk.app
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    strange: list[str] = []
    page.on(
        "request",
        lambda one: None if one.url.startswith((address, "data:")) else strange.append(one.url),
    )
    page.on("console", lambda one: strange.append(one.text))
    sign_in(page, address)
    member = portal.member("phone@lagune.example")
    secret = reset_password(app.world.accounts, member.id, at_this_machine("main"), app.clock())
    paths = ["/account", "/members", "/passkeys", "/login", "/password", f"/link/{secret}"]
    paths.append(link_to(app, portal.desk.issue().number))
    for path in paths:
        page.goto(address + path)
        # No script runs in the page: what it measures itself is asked of the layout.
        width = page.locator("html").bounding_box()
        assert width is not None
        wide = [
            box["x"] + box["width"]
            for one in page.locator("section, h1, input, button, table").all()
            if (box := one.bounding_box())
        ]
        assert max(wide, default=0) <= 390, path
        assert page.title(), path
    context.close()
    assert not strange


def test_a_customer_promises_on_a_phone(portal: Portal, browser: Browser, address: str) -> None:
    number = portal.desk.issue().number
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{link_to(portal.desk.app, number)}?lang=en")
    page.get_by_text("I will pay later").click()
    page.get_by_label("By", exact=True).fill("2026-12-01")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("We have noted the day").wait_for()
    assert portal.desk.item(number).promises
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download (PDF)").click()
    assert re.fullmatch(rf"{number}\.pdf", loading.value.suggested_filename)
    context.close()


def test_a_passkey_of_a_real_browser_is_added_and_signs_in(browser: Browser, address: str) -> None:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, address)
    page.goto(f"{address}/passkeys")
    page.get_by_label("Name").fill("this phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("this phone").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{address}/account")
    assert AWA in page.content()
    context.close()
