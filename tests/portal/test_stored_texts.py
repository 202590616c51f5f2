"""Stored XSS: no text that anybody typed becomes a tag, an attribute or a script of a page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.identity.roles import Role
from net30.domain.party import Address, Contact, Party
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.noted import at_this_machine
from net30.services.invoice_link import sign_link
from net30.services.issue_invoice import issue_invoice
from net30.services.save_customer import save_customer
from tests.accounts_desk import PASSWORD, quick_passwords
from tests.portal.visitors import Browser, Portal

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}<b>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</textarea><script>alert(1)</script>",
    '" autofocus onfocus="alert(1)',
)
TAGS = frozenset(
    "html head meta title link body header strong bdi main footer h1 h2 p section dl dt dd a table "
    "thead tbody tr th td br span form input label button details summary textarea ul li select "
    "option div svg path code rect g".split()
)


class _Seen(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


def check(text: str) -> None:
    """Assert that a page holds nothing but our own tags and addresses."""
    seen = _Seen(text)
    assert seen.tags <= TAGS, seen.tags - TAGS
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert "style" not in seen.attributes
    for link in seen.links:
        assert link.startswith(("/", "http", "data:,")), link
    assert "<script>alert" not in text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_in_an_invoice_runs_on_no_page(portal: Portal, payload: str) -> None:
    app = portal.desk.app
    party = Party(
        name=payload,
        address=Address(line1=payload, city=payload, country="CI"),
        contact=Contact(name=payload, email="x@y.example"),
    )
    line = NewLine(name=payload, description=payload, unit_price=Decimal(100))
    with app.change() as ctx:
        company = ctx.company
        own = replace(company.party, name=payload, address=party.address)
        save_organisation(ctx, replace(company, party=own))
        customer = save_customer(ctx, Customer(id="", party=party))
        new = NewInvoice(customer_id=customer.id, lines=(line,), notes=(payload,))
        number = issue_invoice(ctx, create_draft(ctx, new).id).number
        path = f"/pay/{sign_link(ctx, number).token}"
        save_organisation(ctx, replace(company))
    browser = portal.browser()
    page = browser.get(path)
    assert page.status_code == 200
    check(page.text)
    check(browser.post(f"{path}/paid", {"day": payload, "remark": payload}).text)
    check(browser.post(f"{path}/dispute", {"reason": payload}).text)
    check(browser.client.get(path, params={"done": payload, "lang": payload}).text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_that_is_typed_comes_back_as_text(browser: Browser, payload: str) -> None:
    check(browser.post("/login", {"email": payload, "password": "x", "after": payload}).text)
    check(browser.client.get("/login", params={"after": payload, "done": payload}).text)
    check(browser.post("/password", {"email": payload}).text)
    check(browser.post("/2fa", {"step": payload, "code": payload, "after": payload}).text)
    check(browser.get(f"/link/{payload.replace('/', '')}").text)


def test_a_member_s_name_and_program_run_on_no_page(portal: Portal) -> None:
    app = portal.desk.app
    for at, payload in enumerate(PAYLOADS):
        email = f"m{at}@lagune.example"
        new = NewUser(email=email, role=Role.OWNER, name=payload)
        added = add_user(app.world.accounts, new, at_this_machine("main"), app.clock())
        accepted = Accepted(secret=added.link, password=PASSWORD)
        accept_link(app.world.accounts, quick_passwords(), accepted, app.clock())
        browser = portal.browser()
        browser.client.headers["user-agent"] = payload
        check(browser.sign_in(email).text)
        check(browser.get("/members").text)
