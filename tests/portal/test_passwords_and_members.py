"""Links by mail: a forgotten password, an invitation, the first owner; and the members' page."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.domain.identity.roles import Role
from net30.services.identity.create_owner import create_owner
from net30.services.identity.log_out import open_sessions
from tests.accounts_desk import PASSWORD
from tests.portal.visitors import AWA, Browser, Portal, cookie_of, open_portal

NEW_PASSWORD = "zebra lamp quartz"


@pytest.fixture(scope="module", autouse=True)
def _awa(portal: Portal) -> str:
    return portal.member().id


@pytest.fixture
def owner(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def link_in(mail: str) -> str:
    """The path of the link that a mail holds."""
    text = quopri.decodestring(mail).decode()
    (path,) = re.findall(r"http://localhost:8501(/link/n30l_[\w-]+)", text)
    return str(path)


def ask(browser: Browser, email: str) -> int:
    """Ask for a new password."""
    page = browser.submit(browser.get("/password"), "/password", email=email)
    assert "is on its way" in page.text
    return page.status_code


def test_a_forgotten_password_is_set_anew_by_mail(portal: Portal, browser: Browser) -> None:
    user = portal.member("fatou@lagune.example")
    browser.sign_in(user.email)
    assert ask(portal.browser(), "Fatou@Lagune.example ") == 200
    mail = portal.mails()[-1]
    assert "To: fatou@lagune.example" in mail
    assert "From: factures@lagune.example" in mail
    path = link_in(mail)
    stranger = portal.browser()
    assert stranger.get(path).status_code == 200  # a scanner of mail uses nothing up
    page = stranger.get(path)
    weak = stranger.post(path, {"password": "short"})
    assert (weak.status_code, "too short" in weak.text) == (422, True)
    done = stranger.submit(page, path, password=NEW_PASSWORD)
    assert "The password is set" in done.text
    assert not cookie_of(done)
    assert browser.get("/account").url.path == "/login"
    assert stranger.sign_in(user.email, NEW_PASSWORD).url.path == "/account"
    assert stranger.sign_in(user.email, PASSWORD).status_code == 401
    used = stranger.get(path)
    assert (used.status_code, "it was used" in used.text) == (403, True)
    assert stranger.post(path, {"password": NEW_PASSWORD}).status_code == 403


def test_who_is_no_member_gets_the_same_answer_and_no_mail(
    portal: Portal, browser: Browser
) -> None:
    portal.member("shop@lagune.example", Role.API)
    before = len(portal.mails())
    known = browser.post("/password", {"email": AWA}).text
    assert len(portal.mails()) == before + 1
    for email in ("nobody@lagune.example", "shop@lagune.example", "", "x@y\nBcc: z@y"):
        assert browser.post("/password", {"email": email}).text == known
    assert len(portal.mails()) == before + 1


def test_nobody_s_mailbox_is_flooded(portal: Portal) -> None:
    user = portal.member("flooded@lagune.example")
    before = len(portal.mails())
    for _ in range(6):
        ask(portal.browser(), user.email)
    assert len(portal.mails()) == before + 3
    one = portal.browser()
    statuses = [one.post("/password", {"email": f"{n}@x.example"}).status_code for n in range(11)]
    assert statuses == [200] * 10 + [429]


def test_a_link_is_for_our_address_whatever_the_request_says(portal: Portal) -> None:
    user = portal.member("host@lagune.example")
    ask(portal.browser("http://evil.example"), user.email)
    assert link_in(portal.mails()[-1])


def test_a_member_is_invited_by_mail_and_comes_in(portal: Portal, owner: Browser) -> None:
    page = owner.get("/members")
    sent = owner.submit(page, "/members", email="moussa@lagune.example", role="collector")
    assert "A mail with a link is on its way." in sent.text
    mail = portal.mails()[-1]
    assert "Lagune Conseil SARL vous invite" in quopri.decodestring(mail).decode()
    guest = portal.browser()
    path = link_in(mail)
    page = guest.get(path)
    assert "Welcome to net30" in page.text
    guest.submit(page, path, password=NEW_PASSWORD, name="Moussa <b>Diop</b>")
    inside = guest.sign_in("moussa@lagune.example", NEW_PASSWORD)
    assert "Moussa &lt;b&gt;Diop&lt;/b&gt;" in inside.text
    assert guest.get("/members").status_code == 403  # a collector sees no members
    listed = owner.get("/members")
    assert "Moussa &lt;b&gt;" in listed.text


def test_an_invitation_is_sent_again(portal: Portal, owner: Browser) -> None:
    sent = owner.submit(
        owner.get("/members"), "/members", email="late@lagune.example", role="viewer"
    )
    first = link_in(portal.mails()[-1])
    (user,) = re.findall(r"late@lagune.*?name=\"user\" value=\"(\w+)\"", sent.text, re.DOTALL)
    again = owner.submit(sent, "/members/link", user=user)
    assert "on its way" in again.text
    assert portal.browser().get(first).status_code == 403
    assert portal.browser().get(link_in(portal.mails()[-1])).status_code == 200


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [
        (AWA, "viewer", 409),
        ("no address", "viewer", 422),
        ("new@lagune.example", "api", 422),
        ("new@lagune.example", "emperor", 422),
    ],
)
def test_what_cannot_be_invited_is_said_so(
    owner: Browser, email: str, role: str, status: int
) -> None:
    page = owner.submit(owner.get("/members"), "/members", email=email, role=role)
    assert page.status_code == status


def test_an_admin_makes_no_owner_and_a_viewer_nobody(portal: Portal) -> None:
    portal.member("admin@lagune.example", Role.ADMIN)
    portal.member("seen@lagune.example", Role.AUDITOR)
    admin, auditor = portal.browser(), portal.browser()
    admin.sign_in("admin@lagune.example")
    refused = admin.submit(
        admin.get("/members"), "/members", email="mine@lagune.example", role="owner"
    )
    assert refused.status_code == 403
    account = auditor.sign_in("seen@lagune.example")
    assert "Invite" not in auditor.get("/members").text
    typed = {"email": "mine@lagune.example", "role": "viewer"}
    token = re.findall(r'name="form_token" value="(\w+)"', account.text)[0]
    assert auditor.post("/members", {**typed, "form_token": token}).status_code == 403


@pytest.fixture
def unmailed(tmp_path: Path) -> Iterator[Portal]:
    with open_portal(tmp_path / "home", mail_url="smtp://127.0.0.1:9") as portal:
        portal.member()
        yield portal


def test_a_mail_server_that_is_away_is_said_to_who_invites_and_to_nobody_else(
    unmailed: Portal,
) -> None:
    browser = unmailed.browser()
    browser.sign_in()
    page = browser.submit(
        browser.get("/members"), "/members", email="x@lagune.example", role="viewer"
    )
    assert "the mail was not taken" in page.text
    assert ask(browser, AWA) == 200


def test_the_first_owner_comes_in_by_the_page(tmp_path: Path) -> None:
    with open_portal(tmp_path / "home") as portal:
        app = portal.desk.app
        path = f"/link/{create_owner(app.world.accounts, app.organisation, app.clock())}"
        browser = portal.browser()
        page = browser.get(path)
        assert "The first owner" in page.text
        bad = browser.submit(page, path, email="no address", password=NEW_PASSWORD)
        assert bad.status_code == 422
        browser.submit(page, path, email=AWA, password=NEW_PASSWORD, name="Awa")
        inside = browser.sign_in(AWA, NEW_PASSWORD)
        assert "Awa" in inside.text
        with app.world.accounts.reading() as tx:
            actions = [one.action for one in tx.entries("*")]
        assert actions[-1] == "signed_in"
        assert open_sessions(app.world.accounts, "nobody", app.clock()) == ()
