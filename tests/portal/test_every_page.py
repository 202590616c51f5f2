"""Every page of the portal: who may see it, and that it survives whatever is sent."""

from __future__ import annotations

import re

import pytest

from net30.domain.identity.roles import Role, permissions_of
from net30.portal.application import ADDRESSES, all_pages, is_portal
from net30.portal.page import Page
from tests.portal.visitors import Portal, hidden_fields

PAGES = all_pages()
MEMBERS_ONLY = [page for page in PAGES if not page.is_open]
STRANGERS_TOO = {
    ("GET", "/login"), ("POST", "/login"), ("GET", "/2fa"), ("POST", "/2fa"),
    ("GET", "/password"), ("POST", "/password"),
    ("GET", "/link/{secret}"), ("POST", "/link/{secret}"),
    ("GET", "/passkeys/login"), ("POST", "/passkeys/login"),
    ("GET", "/sso/{provider}"), ("GET", "/sso/callback"),
    ("GET", "/pay/{token}"), ("GET", "/pay/{token}/{form}"),
    ("POST", "/pay/{token}/paid"), ("POST", "/pay/{token}/promise"),
    ("POST", "/pay/{token}/dispute"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sender(portal: Portal) -> str:
    return portal.member("forms@lagune.example").email


def path_of(page: Page) -> str:
    """A page's path with something in it that nobody has."""
    return re.sub(r"\{\w+\}", "nobody", page.path)


def named(page: Page) -> str:
    """A page as a test is called."""
    return f"{page.method} {page.path}"


def test_only_these_pages_are_for_strangers() -> None:
    assert {(page.method, page.path) for page in PAGES if page.is_open} == STRANGERS_TOO


def test_every_page_is_the_portal_s_by_its_first_word() -> None:
    assert {path_of(page) for page in PAGES if not is_portal(path_of(page))} == {"/"}
    firsts = {page.path.split("/")[1] for page in PAGES} | {"portal"}
    assert firsts >= ADDRESSES


@pytest.mark.parametrize("page", MEMBERS_ONLY, ids=named)
def test_a_stranger_is_sent_to_sign_in(portal: Portal, page: Page) -> None:
    answer = portal.browser().client.request(page.method, path_of(page), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("role", list(Role)[:6], ids=str)
def test_each_role_may_what_the_table_says(portal: Portal, role: Role) -> None:
    user = portal.member(f"{role.value}@lagune.example", role)
    browser = portal.browser()
    token = hidden_fields(browser.sign_in(user.email), "/logout")["form_token"]
    for page in MEMBERS_ONLY:
        if page.path == "/logout":
            continue
        sent = {"form_token": token} if page.method == "POST" else None
        answer = browser.client.request(page.method, path_of(page), data=sent)
        refused = answer.status_code == 403 and "You may not do this" in answer.text
        assert refused is not (set(page.needs) <= permissions_of(role)), named(page)
        assert answer.status_code < 500, named(page)


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=named)
def test_a_form_without_its_token_or_from_elsewhere_does_nothing(
    portal: Portal, sender: str, page: Page
) -> None:
    browser = portal.browser()
    browser.sign_in(sender)
    elsewhere = browser.post(path_of(page), {}, **{"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403
    if not page.is_open:
        assert browser.post(path_of(page), {"form_token": "x"}).status_code == 403


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_open], ids=named)
def test_no_request_breaks_a_page(portal: Portal, page: Page) -> None:
    for odd in ("nobody", "%00", "%ff%fe", "a" * 3000, "..%2f..", "%F0%9F%92%A9", "'--"):
        browser = portal.browser()
        path = re.sub(r"\{\w+\}", odd, page.path)
        fields = dict.fromkeys(("email", "password", "code", "step", "day", "answer"), odd)
        sent = fields if page.method == "POST" else None
        answer = browser.client.request(page.method, path, data=sent, params={"after": odd})
        assert answer.status_code < 500, (path, answer.text[:300])
