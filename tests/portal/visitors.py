"""Visitors: a browser without JavaScript at the portal of a desk, and members who come to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from html import unescape
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from net30.api.serving import recognised
from net30.asgi import compose
from net30.domain.identity.roles import Role
from net30.domain.identity.user import User
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.noted import at_this_machine
from tests.accounts_desk import PASSWORD, quick_passwords
from tests.desk import Desk, open_desk

OWN_PAGE = {"sec-fetch-site": "same-origin", "accept-language": "en"}
AWA = "awa@lagune.example"


@dataclass(slots=True)
class Browser:
    """A browser: it keeps cookies and sends forms with what the page put into them."""

    client: TestClient

    def get(self, path: str, **headers: str) -> Response:
        """Open a page, and where it sends one."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        """Send fields to an address, and follow."""
        return self.client.post(path, data=dict(fields), headers=headers)

    def submit(self, page: Response, action: str, **typed: str) -> Response:
        """Send a form of a page, with its hidden fields and what is typed."""
        return self.post(action, {**hidden_fields(page, action), **typed})

    def sign_in(self, email: str = AWA, password: str = PASSWORD) -> Response:
        """Sign in by the form."""
        page = self.get("/login")
        return self.submit(page, "/login", email=email, password=password)


@dataclass(slots=True)
class Portal:
    """The whole of net30 on the web, at a desk."""

    desk: Desk
    whole: ASGIApp
    browsers: int = 0

    def browser(self, at: str = "http://localhost:8501") -> Browser:
        """Open a browser of its own, on a machine of its own."""
        self.browsers += 1
        client = TestClient(
            self.whole,
            base_url=at,
            headers=OWN_PAGE,
            raise_server_exceptions=False,
            client=(f"10.0.{self.browsers // 250}.{self.browsers % 250 + 1}", 4711),
        )
        return Browser(client)

    def member(self, email: str = AWA, role: Role = Role.OWNER, of: str = "main") -> User:
        """Somebody who is a member and has set the password."""
        app = self.desk.app
        new = NewUser(email=email, role=role)
        added = add_user(app.world.accounts, new, at_this_machine(of), app.clock())
        if not added.link:
            return added.user
        accepted = Accepted(secret=added.link, password=PASSWORD)
        return accept_link(app.world.accounts, quick_passwords(), accepted, app.clock())

    def mails(self) -> list[str]:
        """What was mailed, as it left, the oldest first."""
        folder = self.desk.app.settings.home / "outbox-mail"
        found = sorted(folder.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text() for path in found]


@contextmanager
def open_portal(
    home: Path, clock: Callable[[], datetime] | None = None, **settings: object
) -> Iterator[Portal]:
    """Open a desk with everything on the web before it; by its own clock or another."""
    desk = open_desk(home, **settings)
    if clock:
        desk = replace(desk, app=replace(desk.app, clock=clock))
    whole = compose(desk.app, partial(recognised, desk.app))
    with TestClient(whole):
        yield Portal(desk, whole)
    desk.app.close()


def hidden_fields(page: Response, action: str) -> dict[str, str]:
    """What a page put into the form of an action."""
    forms = re.findall(r"<form[^>]*?(?:action=\"([^\"]*)\")?>(.*?)</form>", page.text, re.DOTALL)
    (form, *_) = [body for where, body in forms if where == action or not where]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


def cookie_of(answer: Response) -> str:
    """The Set-Cookie of the session, of an answer or of one it was reached by."""
    for one in (*answer.history, answer):
        for header in one.headers.get_list("set-cookie"):
            if header.startswith("net30_session="):
                return header
    return ""
