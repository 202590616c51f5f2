"""Work that is interrupted: the server restarts, another window was faster, other books are chosen.

Each in a real browser before a real `net30 serve`.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.ui.browser import (
    CHROMIUM,
    MISSING,
    Served,
    Window,
    chromium,
    founded_company,
    free_port,
    served_company,
    signed_in,
)

pytestmark = [
    pytest.mark.walk,
    pytest.mark.skipif(not CHROMIUM, reason=MISSING),
    pytest.mark.timeout(300),
]

SENTENCE = "Create an invoice for Acme Corp for 10 hours of consulting at 90000 FCFA"
TOTAL = "Total: 1,062,000"
RIVAL = "Rival Trading"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    yield found
    found.close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> str:
    return founded_company(_home(tmp_path_factory))


def _home(folders: pytest.TempPathFactory) -> Path:
    home = folders.getbasetemp() / "company"
    home.mkdir(exist_ok=True)
    return home


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, secret: str) -> Iterator[Served]:
    assert secret
    with served_company(_home(tmp_path_factory), free_port()) as found:
        yield found


def drafted(at: Window) -> None:
    """Have the assistant make a draft."""
    at.go("/assistant")
    at.page.get_by_test_id("stChatInputTextArea").fill(SENTENCE)
    at.page.keyboard.press("Enter")
    at.page.get_by_text(TOTAL).last.wait_for()
    at.drawn()


def issued(at: Window) -> str:
    """Have the assistant make a draft, issue it, and return its number."""
    drafted(at)
    at.press("Issue", last=True)
    at.page.wait_for_url(re.compile(r"number=INV"))
    at.drawn()
    found = re.search(r"INV-\d{4}-\d{6}", at.page.url)
    assert found
    return found[0]


def test_of_two_windows_the_slower_one_is_told_and_changes_nothing(
    context: BrowserContext, served: Served, secret: str
) -> None:
    first, second = (signed_in(context, served, secret) for _ in range(2))
    number = issued(first)
    second.go(f"/invoice?number={number}")
    first.press("Credit")
    second.press("Record payment")
    second.press("Record payment", within="[role=dialog]")
    second.page.get_by_text("What settled it").wait_for()
    first.page.get_by_role("dialog").get_by_role("button", name="Issue credit note").click()
    first.page.get_by_text("Somebody changed this meanwhile.").first.wait_for()
    first.keep("stale-credit")
    second.go("/invoices")
    assert "CN-" not in second.text()
    drafted(first)
    second.go("/assistant")  # the same draft, in the same conversation of the same person
    second.page.locator("[class*=st-key-chats] button").first.click()
    second.page.locator("[data-testid=stPopoverBody]").get_by_text(
        "Create an invoice"
    ).first.click()
    second.page.get_by_text(TOTAL).last.wait_for()
    second.drawn()
    second.press("Issue", last=True)
    second.page.wait_for_url(re.compile(r"number=INV"))
    first.press("Issue", last=True)
    first.page.get_by_text("Somebody changed this meanwhile.").first.wait_for()
    assert first.page.get_by_role("button", name="Issue").count() == 0
    first.keep("stale-issue")
    assert first.faults == second.faults == []


def test_other_books_show_nothing_of_these_and_an_open_window_forgets_them(
    context: BrowserContext, served: Served, secret: str
) -> None:
    first, second = (signed_in(context, served, secret) for _ in range(2))
    drafted(first)
    made = context.request.post(
        f"{served.at}/api/v1/organisations",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "rival"},
        data={"id": "rival", "name": RIVAL},
    )
    assert made.ok, made.text()
    work_for(second, RIVAL)
    first.page.get_by_test_id("stChatInputTextArea").fill("Create an invoice for Zongo for 100")
    first.page.keyboard.press("Enter")
    first.page.get_by_text(f"These are the books of {RIVAL} now.").wait_for()
    first.drawn()
    first.keep("other-books")
    for name in ("Invoices", "Customers", "Settings", "Assistant"):
        first.follow(name)
        assert RIVAL in first.text()
        for theirs in ("Lagune", "INV-", "Zongo", "1,062,000"):
            assert theirs not in first.page.content(), (name, theirs)
    work_for(second, "Lagune Conseil SARL")
    first.follow("Customers")
    first.page.get_by_text("These are the books of Lagune Conseil SARL now.").wait_for()
    assert first.faults == second.faults == []


def work_for(at: Window, company: str) -> None:
    """Choose another organisation on one's own page."""
    at.go("/customers")
    at.page.locator("[data-testid=stSidebar] [class*=st-key-who] button").click()
    at.page.get_by_role("link", name=re.compile("Account, sessions")).click()
    at.page.locator("select[name=organisation]").select_option(label=company)
    at.page.locator("form[action='/account/organisation'] button").click()
    at.page.wait_for_load_state()


def test_after_a_restart_the_page_comes_back_with_the_draft_and_what_was_typed(
    browser: Browser, tmp_path: Path
) -> None:
    secret, port = founded_company(tmp_path), free_port()
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    with served_company(tmp_path, port) as served:
        talk, form = (signed_in(context, served, secret) for _ in range(2))
        drafted(talk)
        form.go("/customers")
        form.page.get_by_text("Quick invoice").click()
        form.page.get_by_label("Customer", exact=True).first.click()
        form.page.get_by_role("option", name="Acme Corp").click()
        for label, value in (("What", "Audit"), ("Price for one, XOF", "50000")):
            form.page.get_by_label(label, exact=True).fill(value)
            form.page.keyboard.press("Tab")
            form.drawn()
        form.page.get_by_text("Total: 59,000").wait_for()
        os.kill(served.process, signal.SIGKILL)
    form.page.get_by_role("dialog", name="The connection is lost").wait_for()
    assert "Streamlit" not in form.page.get_by_role("dialog").inner_text()
    form.keep("server-away")
    with served_company(tmp_path, port):
        for one in (talk, form):
            one.page.get_by_role("dialog").wait_for(state="hidden")
        talk.page.get_by_text(TOTAL).last.wait_for()
        talk.drawn()
        talk.keep("server-back-talk")
        form.drawn()
        form.keep("server-back-form")
        assert form.page.get_by_label("What", exact=True).input_value() == "Audit"
        form.press("Save draft")
        form.page.wait_for_url(re.compile("/invoice"))
        assert "59,000" in form.text()
        talk.press("Issue", last=True)
        talk.page.wait_for_url(re.compile(r"number=INV"))
    context.close()
