"""S15: texts that would run as a script, in every place where somebody can leave one.

A try leaves one text in one place and opens the page that shows it in Chromium, with the page's
own Content-Security-Policy out of force, so that nothing but the escaping stands in the way. It
fails when a script ran, or an element has a handler or a script's address. Here: the portal and
the invoice as HTML, as it is mailed and downloaded.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.identity.passkey import Passkey
from net30.domain.identity.user import User
from net30.domain.party import Address, Contact, Party
from net30.portal import rendering
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.identity.log_in import AGENT_CHARACTERS_MAX, SignIn
from net30.services.identity.noted import at_this_machine
from net30.services.identity.sign_in_steps import prove_password
from net30.services.identity.sign_ons import (
    NewProvider,
    add_provider,
    providers_of,
    remove_provider,
)
from net30.services.invoice_link import sign_link
from net30.services.issue_invoice import issue_invoice
from net30.services.render_document import render, style_of
from net30.services.save_customer import save_customer
from tests.accounts_desk import PASSWORD
from tests.portal.chromium import chromium, needs_chromium, served
from tests.portal.visitors import AWA, Portal, open_portal
from tests.proofs.proof import Outcome

ID = "S15"
TITLE = "texts that ran in a browser"
SMALL = 9
FULL = 225
PATIENCE_MS = 15_000

MARK = "document.documentElement.dataset.ran='yes'"
SHAPES = (
    "<script>{js}</script>",
    "</title></textarea></style><script>{js}</script>",
    '"><script>{js}</script>',
    "'><img src=x onerror={js}>",
    '"><img src=x onerror="{js}">',
    "<svg onload={js}>",
    "<svg><script>{js}</script></svg>",
    '" onfocus="{js}" autofocus="',
    "' onmouseover='{js}' x='",
    "javascript:{js}",
    "java\tscript:{js}",
    '<iframe srcdoc="<script>parent.{js}</script>"></iframe>',
    "<details open ontoggle={js}>",
    "<a href=javascript:{js}>pay</a>",
    "<base href=//evil.example/>",
    "<form action=javascript:{js}><button>x</button></form>",
    "<meta http-equiv=refresh content=0;url=javascript:{js}>",
    "&lt;script&gt;{js}&lt;/script&gt;",
    "{{{{ self }}}}<script>{js}</script>",
    "{{% raw %}}<script>{js}</script>{{% endraw %}}",
    "\u2028<script>{js}</script>",
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror={js}>",
    "--><script>{js}</script>",
    "]]><script>{js}</script>",
)
FOUND = """() => {
  const all = [...document.querySelectorAll('*')];
  const handlers = all.flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on'));
  const links = all.flatMap(e => [e.href, e.src, e.action, e.formAction])
    .filter(v => typeof v === 'string' && v.trim().toLowerCase().startsWith('javascript'));
  const odd = document.querySelectorAll('base, iframe, object, embed, meta[http-equiv=refresh i]');
  return [document.documentElement.dataset.ran || '', handlers.length, links.length, odd.length];
}"""


@dataclass(slots=True)
class Stage:
    """A served portal, a member who is signed in at it in a browser, and the places of texts."""

    portal: Portal
    address: str
    page: Page
    user: User
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def shown(self, path: str) -> str:
        """Open a page; return what it holds that it must not, nothing when all is well."""
        self.page.goto(self.address + path)
        return self.found()

    def set(self, content: str) -> str:
        """Show a file as a page."""
        self.page.goto("about:blank")
        self.page.set_content(content)
        return self.found()

    def filled(self, path: str, button: str, texts: dict[str, str]) -> str:
        """Send a form with texts in it, and look at what comes back."""
        self.page.goto(self.address + path)
        for name, text in texts.items():
            script = "([n, t]) => { document.getElementsByName(n)[0].value = t }"
            self.page.evaluate(script, [name, text])
        with self.page.expect_navigation():
            self.page.evaluate(
                "(f) => document.querySelector(f).submit()", f'form[action="{button}"]'
            )
        return self.found()

    def found(self) -> str:
        """Return what the page holds that it must not."""
        seen = self.page.evaluate(FOUND)
        return "" if seen == ["", 0, 0, 0] else f"{seen}"


def _invoice(stage: Stage, text: str) -> tuple[str, str]:
    """Issue an invoice that holds a text wherever it can; return its page's path and its HTML."""
    app = stage.portal.desk.app
    party = Party(
        name=f"{text} {next(stage.numbers)}",
        address=Address(line1=text, city=text, country="CI"),
        contact=Contact(name=text, email="x@y.example"),
    )
    line = NewLine(name=text, description=text, unit_price=Decimal(100))
    with app.change() as ctx:
        before = ctx.company
        own = replace(before.party, name=text)
        save_organisation(ctx, replace(before, party=own))
        customer = save_customer(ctx, Customer(id="", party=party))
        new = NewInvoice(customer_id=customer.id, lines=(line,), notes=(text,))
        made = issue_invoice(ctx, create_draft(ctx, new).id)
        path = f"/pay/{sign_link(ctx, made.number).token}"
        html = render(made, "html", style_of(ctx.blobs, ctx.company, made)).decode()
        save_organisation(ctx, before)
    return path, html


def on_pay_page(stage: Stage, text: str) -> str:
    return stage.shown(_invoice(stage, text)[0])


def in_html_invoice(stage: Stage, text: str) -> str:
    return stage.set(_invoice(stage, text)[1])


def in_a_dispute(stage: Stage, text: str) -> str:
    path, _ = _invoice(stage, "plain")
    return stage.filled(path, f"{path}/dispute", {"reason": text}) or stage.shown(path)


def in_a_refused_remark(stage: Stage, text: str) -> str:
    path, _ = _invoice(stage, "plain")
    return stage.filled(path, f"{path}/paid", {"remark": text, "day": "2099-01-01"})


def in_a_sign_in(stage: Stage, text: str) -> str:
    return stage.filled("/login", "/login", {"email": text, "password": text, "after": text})


def in_a_name(stage: Stage, text: str) -> str:
    accounts = stage.portal.desk.app.world.accounts
    with accounts.writing() as tx:
        tx.save(replace(tx.load(User, stage.user.id), name=text))
    return stage.shown("/account") or stage.shown("/members")


def in_a_program_s_name(stage: Stage, text: str) -> str:
    app = stage.portal.desk.app
    browser = stage.portal.browser()
    browser.client.headers["user-agent"] = text.encode("ascii", "ignore").decode()
    attempt = replace(_attempt(), agent=text[:AGENT_CHARACTERS_MAX])
    prove_password(app.world.accounts, app.passwords, attempt, app.clock())
    return stage.shown("/account")


def _attempt() -> SignIn:
    return SignIn(email=AWA, password=PASSWORD, source="10.1.2.3")


def in_a_passkey_s_name(stage: Stage, text: str) -> str:
    app = stage.portal.desk.app
    one = Passkey(
        id=f"p{next(stage.numbers)}", user_id=stage.user.id, public_key="", sign_count=0,
        name=text, made_at=app.clock(),
    )  # fmt: skip
    with app.world.accounts.writing() as tx:
        tx.add(one)
    found = stage.shown("/passkeys")
    with app.world.accounts.writing() as tx:
        tx.remove(Passkey, one.id)
    return found


def in_a_provider_s_name(stage: Stage, text: str) -> str:
    app, by = stage.portal.desk.app, at_this_machine("main")
    name = "".join(text.split("\t"))[:60]
    new = NewProvider(name=name, issuer="https://x.example", client_id=text, client_secret="s")
    made = add_provider(app.world.accounts, app.sealing, new, by, app.clock())
    found = stage.shown("/login")
    remove_provider(app.world.accounts, made.id, by, app.clock())
    assert not providers_of(app.world.accounts, by)
    return found


PLACES: tuple[Callable[[Stage, str], str], ...] = (
    on_pay_page, in_html_invoice, in_a_dispute, in_a_refused_remark, in_a_sign_in, in_a_name,
    in_a_program_s_name, in_a_passkey_s_name, in_a_provider_s_name,
)  # fmt: skip


def run(size: int, seed: int) -> Outcome:
    """Leave so many texts, each in one place."""
    rng = random.Random(seed)
    pairs = [(place, shape) for place in PLACES for shape in SHAPES]
    rng.shuffle(pairs)
    chosen = [pairs[at % len(pairs)] for at in range(size)]
    wrong: list[str] = []
    with stage() as opened:
        for place, shape in chosen:
            text = rng.choice(("", "Acme ", "é\u202e ")) + shape.format(js=MARK)
            if found := place(opened, text):
                wrong.append(f"{place.__name__} {shape!r}: {found}")
    return Outcome(len(chosen), len(wrong), "\n".join(wrong[:10]))


@contextmanager
def stage() -> Iterator[Stage]:
    """Open a portal, and a browser in which its owner is signed in."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        portal = stack.enter_context(open_portal(Path(folder) / "home"))
        user = portal.member()
        address = stack.enter_context(served(portal))
        browser = stack.enter_context(chromium())
        member = browser.new_context(bypass_csp=True, locale="en")
        member.set_default_timeout(PATIENCE_MS)
        page = member.new_page()
        page.goto(f"{address}/login")
        page.get_by_label("Mail address").fill(AWA)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/account")
        yield Stage(portal, address, page, user)
        member.close()


@needs_chromium
@pytest.mark.slow
def test_no_text_runs() -> None:
    outcome = run(SMALL, 15)
    assert outcome.holds, outcome.detail


@needs_chromium
@pytest.mark.slow
def test_pages_that_do_not_escape_are_noticed() -> None:
    rendering.environment.cache_clear()
    rendering.environment().autoescape = False  # the mutant
    try:
        assert run(4, 15).failures > 0
    finally:
        rendering.environment.cache_clear()
