"""To a program's question and back: the answer counts once, in the session that asked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from net30.domain.identity.roles import Role
from net30.services.books.connections import connection_of, keep_connection
from tests.books_beside import new_connection
from tests.doubles.books_server import ALLOWED
from tests.doubles.xero_server import XeroServer, xero_server
from tests.portal.visitors import Browser, Portal, open_portal


@pytest.fixture(scope="module")
def server() -> Iterator[XeroServer]:
    with xero_server() as lent:
        yield lent


@pytest.fixture(scope="module")
def there(server: XeroServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home = tmp_path_factory.mktemp("books") / "home"
    with open_portal(home, web_allow=ALLOWED) as portal:
        portal.member()
        work = portal.desk.app.books_work()
        with work.change() as ctx:
            keep_connection(ctx, work, new_connection("xero", server))
        yield portal


def asked(portal: Portal, server: XeroServer) -> tuple[Browser, str]:
    """A browser of an owner that was sent to the question, and where the answer sends it."""
    browser = portal.browser()
    browser.sign_in()
    sent = browser.client.get("/books/connect/xero", follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return browser, f"/books/callback?{urlencode(server.consent(sent.headers['location']))}"


def state_of(portal: Portal) -> str:
    with portal.desk.app.look() as ctx:
        return connection_of(ctx, "xero").value.state.value


def test_the_answer_connects_once(there: Portal, server: XeroServer) -> None:
    browser, back = asked(there, server)
    answer = browser.client.get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    assert state_of(there) == "connected"
    assert browser.client.get(back, follow_redirects=False).status_code == 403


def test_the_answer_counts_in_no_other_session(there: Portal, server: XeroServer) -> None:
    _, back = asked(there, server)
    other = there.browser()
    other.sign_in()  # the same person, elsewhere
    assert other.client.get(back, follow_redirects=False).status_code == 403


def test_who_may_not_change_settings_is_not_sent_there(there: Portal, server: XeroServer) -> None:
    there.member("clerk@lagune.example", Role.ACCOUNTANT)
    clerk = there.browser()
    clerk.sign_in("clerk@lagune.example")
    assert clerk.client.get("/books/connect/xero", follow_redirects=False).status_code == 403
    _, back = asked(there, server)
    assert clerk.client.get(back, follow_redirects=False).status_code == 403


def test_no_said_there_is_told_on_a_page(there: Portal, server: XeroServer) -> None:
    browser, back = asked(there, server)
    state = back.partition("state=")[2].partition("&")[0]
    page = browser.get(f"/books/callback?error=access_denied&state={state}")
    assert page.status_code == 403
