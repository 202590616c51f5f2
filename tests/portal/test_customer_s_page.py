"""The customer's page: see, download, say paid, promise, dispute; by a signed link only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from net30.app import App
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import QUOTE, BankAccount, PaymentInstructions
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.domain.signing_key import LINKS, SigningKey
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.credit_invoice import credit_invoice
from net30.services.customer_says import USER
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.noted import at_this_machine
from net30.services.invoice_link import sign_link
from net30.services.issue_invoice import issue_invoice
from net30.services.mark_invoice import close_dispute
from net30.services.record_payment import NewPayment, record_payment
from tests.desk import TODAY
from tests.portal.visitors import Browser, Portal

LATER = TODAY + timedelta(days=10)


def link_to(app: App, number: str, days: int = 60) -> str:
    """The path of a document's page."""
    with app.change() as ctx:
        return f"/pay/{sign_link(ctx, number, days).token}"


@pytest.fixture
def number(portal: Portal) -> str:
    return portal.desk.issue().number


@pytest.fixture
def path(portal: Portal, number: str) -> str:
    return link_to(portal.desk.app, number)


@pytest.fixture(autouse=True)
def _today(portal: Portal) -> Iterator[None]:
    portal.desk.clock.day = TODAY
    yield
    portal.desk.clock.day = TODAY


def test_a_customer_sees_the_invoice_without_an_account(
    browser: Browser, number: str, path: str
) -> None:
    page = browser.get(path + "?lang=en")
    assert page.status_code == 200
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    for told in (number, "Acme Corp", "Lagune Conseil SARL", "4,248,000 FCFA", "consulting"):
        assert told in text, told
    assert 'name="robots" content="noindex"' in text
    assert page.headers["cache-control"] == "no-store"


def test_it_is_in_the_invoice_s_language_unless_another_is_chosen(
    portal: Portal, path: str
) -> None:
    browser = portal.browser()
    assert "À payer" in browser.get(path).text
    assert "To pay" in browser.get(f"{path}?lang=en").text
    assert "To pay" in browser.get(path).text


@pytest.mark.parametrize(
    ("form", "starts"), [("pdf", b"%PDF"), ("facturx", b"%PDF"), ("ubl", b"<?xml")]
)
def test_the_document_can_be_downloaded(
    browser: Browser, number: str, path: str, form: str, starts: bytes
) -> None:
    file = browser.get(f"{path}/{form}")
    assert file.content.startswith(starts)
    assert f'attachment; filename="{number}' in file.headers["content-disposition"]
    assert "sandbox" in file.headers["content-security-policy"]
    assert browser.get(f"{path}/json").status_code == 404


def test_a_changed_link_shows_nothing(portal: Portal, browser: Browser, path: str) -> None:
    other = link_to(portal.desk.app, portal.desk.issue().number)
    head, signature = path.rsplit(".", 1)
    tenant, invoice, until = head.removeprefix("/pay/").split(".")
    theirs = other.removeprefix("/pay/").split(".")[1]
    for forged in (
        f"{head}.{'A' * 32}",
        f"{head}.{signature[::-1]}",
        f"/pay/{tenant}.{theirs}.{until}.{signature}",
        f"/pay/{tenant}.{invoice}.20991231.{signature}",
        f"/pay/nobody.{invoice}.{until}.{signature}",
        f"/pay/{tenant}.nobody.{until}.{signature}",
        f"/pay/{tenant}.{invoice}.99999999.{signature}",
        f"{path}x",
        "/pay/x",
    ):
        for refused in (browser.get(forged), browser.post(f"{forged}/paid", {"day": "2026-11-21"})):
            assert refused.status_code == 404, forged
            assert "Acme" not in refused.text


def test_a_link_ends(portal: Portal, browser: Browser, number: str) -> None:
    path = link_to(portal.desk.app, number, days=1)
    portal.desk.clock.day = TODAY + timedelta(days=1)
    assert browser.get(path).status_code == 200
    portal.desk.clock.day = TODAY + timedelta(days=2)
    ended = browser.get(path)
    assert ended.status_code == 409
    assert "has ended" in ended.text
    assert browser.post(f"{path}/dispute", {"reason": "no"}).status_code == 409


def test_links_end_when_their_key_is_taken_away(
    portal: Portal, browser: Browser, path: str
) -> None:
    with portal.desk.app.change() as ctx:
        key = ctx.tx.load(SigningKey, LINKS)
        ctx.tx.save(replace(key.value, secret=b"x" * 32), expected=key.version)
    assert browser.get(path).status_code == 404


def test_another_organisation_s_key_signs_nothing_of_ours(portal: Portal, browser: Browser) -> None:
    app = portal.desk.app
    add_organisation(app.world, NewOrganisation(id="rival"), at_this_machine("main"), app.clock())
    ours = portal.desk.issue()
    with app.of("rival").change() as ctx:
        ctx.tx.save(SigningKey(id=LINKS, secret=b"r" * 32), expected=0)
    path = link_to(app, ours.number)
    assert browser.get(path.replace("/pay/main.", "/pay/rival.")).status_code == 404


def test_the_customer_says_it_is_paid_and_nothing_is_settled_by_it(
    portal: Portal, browser: Browser, number: str, path: str
) -> None:
    page = browser.get(path)
    told = browser.submit(page, f"{path}/paid", day="2026-11-20", remark="Wave, ref 881")
    assert "Merci" in told.text
    item = portal.desk.item(number)
    assert item.balance == item.amount
    (call,) = item.calls
    assert call.user == USER
    assert call.text == ("Customer, on the invoice's page: paid on 2026-11-20. Wave, ref 881")


def test_the_customer_promises_a_day(
    portal: Portal, browser: Browser, number: str, path: str
) -> None:
    told = browser.post(f"{path}/promise", {"day": LATER.isoformat()})
    assert "1er décembre 2026" in told.text
    (promise,) = portal.desk.item(number).promises
    assert (promise.day, promise.amount) == (LATER, portal.desk.item(number).balance)


def test_the_customer_disputes_and_may_not_promise_meanwhile(
    portal: Portal, browser: Browser, number: str, path: str
) -> None:
    told = browser.post(f"{path}/dispute", {"reason": "two hours too many <script>"})
    assert "aucun rappel" in told.text
    (dispute,) = portal.desk.item(number).disputes
    assert dispute.reason == "two hours too many <script>"
    assert f"{path}/promise" not in told.text
    assert browser.post(f"{path}/promise", {"day": LATER.isoformat()}).status_code == 409
    assert browser.post(f"{path}/dispute", {"reason": "again"}).status_code == 409
    assert browser.post(f"{path}/paid", {"day": "2026-11-21"}).status_code == 200


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("paid", {"day": "2026-11-22"}),
        ("paid", {"day": "2026-11-20"[:8] + "00"}),
        ("paid", {"day": "2020-01-01"}),
        ("paid", {}),
        ("promise", {"day": "2026-11-20"}),
        ("promise", {"day": "2099-01-01"}),
        ("promise", {"day": "soon"}),
        ("dispute", {"reason": "  "}),
        ("dispute", {"reason": "x" * 1001}),
        ("paid", {"day": "2026-11-21", "remark": "x" * 1001}),
    ],
)
def test_what_cannot_be_is_said_beside_the_form(
    portal: Portal, browser: Browser, number: str, path: str, action: str, fields: dict[str, str]
) -> None:
    before = portal.desk.item(number)
    refused = browser.post(f"{path}/{action}", fields)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert number in refused.text
    assert portal.desk.item(number) == before


def test_what_is_typed_is_kept_when_it_is_refused(browser: Browser, path: str) -> None:
    refused = browser.post(f"{path}/paid", {"day": "2026-11-22", "remark": 'by "Wave"'})
    assert 'value="by &#34;Wave&#34;"' in refused.text


def test_nobody_fills_the_books_by_a_link(portal: Portal, number: str, path: str) -> None:
    browser = portal.browser()
    statuses = [browser.post(f"{path}/paid", {"day": "2026-11-21"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [422]
    statuses = [
        browser.post(f"{path}/promise", {"day": LATER.isoformat()}).status_code for _ in range(4)
    ]
    assert statuses == [200] * 3 + [422]
    for _ in range(3):
        browser.post(f"{path}/dispute", {"reason": "wrong"})
        with portal.desk.app.change() as ctx:
            close_dispute(ctx, number)
    assert browser.post(f"{path}/dispute", {"reason": "wrong"}).status_code == 422


def test_another_site_says_nothing_in_a_customer_s_name(
    portal: Portal, browser: Browser, number: str, path: str
) -> None:
    refused = browser.post(f"{path}/dispute", {"reason": "no"}, **{"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert not portal.desk.item(number).disputes


def test_what_is_paid_asks_for_nothing(
    portal: Portal, browser: Browser, number: str, path: str
) -> None:
    desk = portal.desk
    balance = desk.item(number).balance
    half = Money(balance.minor // 2, balance.currency)
    for amount, says in ((half, "Partiellement payée"), (balance - half, "Payée")):
        with desk.app.change() as ctx:
            paying = NewPayment(
                customer_id=desk.acme.id,
                amount=amount,
                allocations=(Allocation(desk.item(number).id, amount),),
            )
            record_payment(ctx, paying)
        page = browser.get(path)
        assert says in page.text
    assert "<form class" not in page.text
    assert browser.post(f"{path}/paid", {"day": "2026-11-21"}).status_code == 409


def test_a_payment_code_is_shown_until_something_is_paid(portal: Portal) -> None:
    desk = portal.desk
    account = BankAccount(account="FR76 3000 6000 0112 3456 7890 189")
    with desk.app.change() as ctx:
        paying = PaymentInstructions(means="58", accounts=(account,))
        save_organisation(ctx, replace(ctx.company, payment=paying))
    invoice = desk.issue(currency="EUR")
    path = link_to(desk.app, invoice.number)
    browser = portal.browser()
    page = browser.get(path)
    assert "<svg" in page.text
    assert "FR76 3000 6000" in page.text
    with desk.app.change() as ctx:
        one = NewPayment(
            customer_id=desk.acme.id,
            amount=Money.of("1", "EUR"),
            allocations=(Allocation(invoice.id, Money.of("1", "EUR")),),
        )
        record_payment(ctx, one)
    assert "<svg" not in browser.get(path).text
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, payment=None))


def test_a_quote_and_a_credit_note_are_shown_and_ask_for_nothing(
    portal: Portal, browser: Browser, number: str
) -> None:
    desk = portal.desk
    line = NewLine(name="advice", unit_price=Money.of("500", "XOF").amount)
    with desk.app.change() as ctx:
        new = NewInvoice(customer_id=desk.acme.id, lines=(line,), type_code=QUOTE)
        quote = issue_invoice(ctx, create_draft(ctx, new).id)
        credited = credit_invoice(ctx, number, reason="discount", amount=Money.of("100", "XOF"))
    for one in (quote.number, credited.number):
        page = browser.get(link_to(desk.app, one))
        assert page.status_code == 200
        assert one in page.text
        assert "<form class" not in page.text
        assert browser.get(f"{link_to(desk.app, one)}/pdf").content.startswith(b"%PDF")
    assert (
        browser.post(f"{link_to(desk.app, quote.number)}/paid", {"day": "2026-11-21"}).status_code
        == 404
    )


def test_a_draft_has_no_link_and_a_link_no_odd_life(portal: Portal, number: str) -> None:
    draft = portal.desk.draft()
    with portal.desk.app.change() as ctx:
        with pytest.raises(Conflict, match="draft"):
            sign_link(ctx, draft.id)
        with pytest.raises(NotFound):
            sign_link(ctx, "INV-1999-000001")
        for days in (0, -1, 401):
            with pytest.raises(InputError, match="cannot live"):
                sign_link(ctx, number, days)


def test_the_secret_of_the_link_is_in_no_log_or_repr(portal: Portal, number: str) -> None:
    with portal.desk.app.change() as ctx:
        link = sign_link(ctx, number)
        assert link.token not in repr(link)
        assert isinstance(ctx.tx.load(OpenItem, link.token.split(".")[1]).value, OpenItem)
    assert re.fullmatch(r"main\.[\w-]+\.20270120\.[\w-]{32}", link.token)
