"""Journeys through a real browser before a real server: what people do in their first minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Route

from tests.ui.browser import (
    CHROMIUM,
    MISSING,
    WAIT_MS,
    Served,
    Window,
    chromium,
    served_demo,
    window,
)
from tests.ui.looks import CLIPPED, CODES, OVERLAPPING, TOO_WIDE

pytestmark = [pytest.mark.skipif(not CHROMIUM, reason=MISSING), pytest.mark.timeout(300)]

PAGES = 14
WIDTHS = (1440, 768, 390)
STREAMLITS_OWN = {"list", "listitem", "svg-img-alt"}
"""What its navigation and its sparklines are reported for, and we cannot change."""
TOAST = 'data-testid="stToast"'
"""Its notes beside the page, which come when there is something new: it names them by nothing."""
PLACES = """(root) => [...document.querySelectorAll(`${root} h1, ${root} .tile-value`)].map(
  (one) => ({ text: one.innerText, x: one.getBoundingClientRect().x,
    y: one.getBoundingClientRect().y }))"""
CLOSE_PIXELS, TRIES = 3, 20
SENTENCE = "Create an invoice for Acme Corp for 10 hours of consulting at 90000 FCFA"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_demo(tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    yield found
    found.close()


@pytest.fixture
def at(context: BrowserContext, served: Served) -> Window:
    return window(context, served)


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(
    context: BrowserContext, served: Served
) -> None:
    page = context.new_page()
    page.goto(f"{served.at}/invoices", timeout=WAIT_MS)
    assert page.url == f"{served.at}/login?after=/invoices"


def test_the_first_figures_stand_before_the_program_and_are_taken_over_in_their_place(
    at: Window,
) -> None:
    held: list[Route] = []
    begun = Event()

    def hold(asked: Route) -> None:
        asked.continue_() if begun.is_set() else held.append(asked)

    at.page.route("**/static/js/**", hold)
    for _ in range(TRIES):  # a machine that is busy shows the heading alone
        held.clear()
        at.page.goto(at.at)
        if at.page.locator("#at-once .tile-value").count():
            break
    seen = at.page.evaluate(PLACES, "#at-once")
    assert len(seen) == 1 + 8
    at.keep("dashboard-at-once")
    begun.set()
    for one in held:
        one.continue_()
    at.page.locator("#at-once").wait_for(state="detached")
    drawn = at.page.evaluate(PLACES, ".stMain")
    assert [one["text"] for one in drawn] == [one["text"] for one in seen]
    for before, after in zip(seen, drawn, strict=True):
        assert abs(before["x"] - after["x"]) + abs(before["y"] - after["y"]) < CLOSE_PIXELS, before
    at.drawn()
    assert at.faults == []


def test_an_invoice_is_said_issued_found_and_paid(at: Window) -> None:
    at.go("/assistant")
    at.page.get_by_test_id("stChatInputTextArea").fill(SENTENCE)
    at.page.keyboard.press("Enter")
    at.page.get_by_text("Total: 1,062,000").wait_for()
    at.keep("assistant-draft")
    at.press("Issue")
    number = re.search(r"INV-\d{4}-\d{6}", at.page.url)
    assert number
    assert "When it will be paid" in at.text()
    at.keep("invoice")
    at.press("Record payment")
    at.press("Record payment", within="[role=dialog]")
    at.page.get_by_text("What settled it").wait_for()
    at.follow("Invoices")
    at.page.get_by_role("searchbox", name="Search").fill(number[0])
    at.page.keyboard.press("Enter")
    at.page.get_by_text("1 to 1 of 1").wait_for()
    assert at.faults == []


def test_an_invoice_is_made_with_the_quick_form(at: Window) -> None:
    at.go("/customers")
    at.page.get_by_text("Quick invoice").click()
    at.page.get_by_label("Customer", exact=True).first.click()
    at.page.get_by_role("option", name="Acme Corp").click()
    for label, value in (("What", "Audit"), ("Quantity", "2"), ("Price for one, XOF", "50000")):
        at.page.get_by_label(label, exact=True).fill(value)
        at.page.keyboard.press("Tab")
        at.page.wait_for_timeout(500)
    at.page.get_by_text("Total: 118,000").wait_for()
    at.keep("quick-invoice")
    at.press("Save draft")
    at.page.wait_for_url(re.compile("/invoice"))
    assert "Draft" in at.text()
    assert at.faults == []


def test_the_language_is_switched_for_all_pages(at: Window) -> None:
    at.page.locator("[data-testid=stSidebar] button", has_text="Lagune Conseil").click()
    at.page.get_by_text("Français", exact=True).click()
    at.drawn()
    assert "Tableau de bord" in at.text()
    at.follow("Recouvrement")
    assert "À appeler aujourd'hui" in at.text()
    at.keep("french")


def test_arabic_runs_from_the_right_and_the_choice_is_kept(at: Window) -> None:
    at.page.locator("[data-testid=stSidebar] button", has_text="Lagune Conseil").click()
    at.page.get_by_text("العربية", exact=True).click()
    at.drawn()
    page = "[document.documentElement.lang, document.documentElement.dir].join(' ')"
    assert at.page.evaluate(page) == "ar rtl"
    at.go("/collections")  # another load: the browser keeps the language
    assert at.page.evaluate(page) == "ar rtl"
    assert "اتصالات اليوم" in at.text()
    menu = at.page.get_by_test_id("stSidebar").bounding_box()
    assert menu is not None
    assert menu["x"] > 1440 / 2
    at.page.set_viewport_size({"width": 390, "height": 844})
    at.go("/")
    assert not at.page.evaluate(TOO_WIDE)
    assert at.faults == []
    at.keep("arabic-phone")


@pytest.mark.walk
@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-GB"), ("dark", "fr-FR")])
def test_every_page_stands_at_three_widths(
    browser: Browser, served: Served, scheme: str, locale: str
) -> None:
    # One walk for all that is asked of every page: what costs is to open them. The checker of
    # accessibility is a script of its own, which the pages' policy would forbid.
    context = browser.new_context(
        locale=locale, viewport={"width": WIDTHS[0], "height": 900}, bypass_csp=True
    )
    at = window(context, served)
    at.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # its words
    at.go("/invoice?number=INV-2026-000025")
    found = _looked_at(at, "invoice", scheme)
    links = at.page.get_by_test_id("stSidebarNav").get_by_role("link")
    assert links.count() == PAGES
    for place in range(PAGES):
        links.nth(place).click()
        at.drawn()
        found += _looked_at(at, at.page.url.rpartition("/")[2] or "dashboard", scheme)
    assert found == []
    assert at.strangers == []
    assert at.faults == []
    context.close()


def _looked_at(at: Window, name: str, scheme: str) -> list[str]:
    """Return what is wrong with a page, and keep its pictures."""
    found = []
    for width in WIDTHS:
        at.page.set_viewport_size({"width": width, "height": 900})
        at.page.wait_for_timeout(300)
        for rule in (TOO_WIDE, CLIPPED, OVERLAPPING, CODES):
            found += [f"{name} {scheme} {width}: {fault}" for fault in at.page.evaluate(rule)]
        at.keep(f"{name}-{scheme}-{width}")
    at.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    for fault in Axe().run(at.page).response["violations"]:
        if fault["impact"] in {"serious", "critical"} and fault["id"] not in STREAMLITS_OWN:
            nodes = [one["html"] for one in fault["nodes"] if TOAST not in one["html"]]
            found += [f"{name} {scheme}: {fault['id']}: {html}" for html in nodes]
    return found


def test_a_session_that_was_ended_elsewhere_ends_here_at_the_next_click(
    at: Window, context: BrowserContext
) -> None:
    at.go("/invoices")
    secret = next(one["value"] for one in context.cookies() if one["name"] == "net30_session")
    ended = context.request.delete(
        f"{at.at}/api/v1/sessions/current", headers={"Authorization": f"Bearer {secret}"}
    )
    assert ended.ok, ended.text()
    at.follow("Customers")
    at.page.get_by_text("Your session has ended.").first.wait_for()
    assert "Acme Corp" not in at.text()


def test_without_a_network_a_page_says_so(at: Window, context: BrowserContext) -> None:
    at.page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    at.page.wait_for_timeout(1000)
    context.set_offline(True)
    at.page.goto(f"{at.at}/invoices")
    assert "You are offline" in at.text()
    context.set_offline(False)


def test_the_screens_can_be_installed(at: Window) -> None:
    told = at.page.request.get(f"{at.at}/manifest.webmanifest").json()
    assert (told["display"], told["scope"]) == ("standalone", "/")
    for icon in told["icons"]:
        assert at.page.request.get(at.at + icon["src"]).ok


def test_a_page_is_reached_and_worked_with_the_keyboard_alone(at: Window) -> None:
    at.go("/invoices")
    at.page.get_by_role("searchbox", name="Search").focus()
    at.page.keyboard.type("Baobab")
    at.page.keyboard.press("Enter")
    at.drawn()
    assert " of 44" not in at.text()
    assert "A click on a row opens it" in at.text()


@pytest.fixture(scope="module")
def seat(browser: Browser, served: Served) -> Iterator[Window]:
    """A window that several journeys work in, one after the other: signing in costs the most."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    yield window(context, served)
    context.close()


def test_a_part_is_credited_and_a_dispute_noted_and_closed(seat: Window) -> None:
    seat.go("/invoice?number=INV-2026-000041")
    seat.press("Credit")
    seat.page.get_by_text("All that is left").click()
    seat.drawn()
    seat.page.get_by_label(re.compile("^Amount,")).fill("100")
    seat.page.get_by_label("Reason", exact=True).fill("one hour too many")
    seat.press("Issue credit note", within="[role=dialog]")
    seat.page.get_by_text("Partially paid").first.wait_for()
    seat.press("Dispute")
    seat.page.get_by_label("What they contest").fill("wrong address")
    seat.page.keyboard.press("Tab")
    seat.drawn()
    seat.press("Note dispute", within="[role=dialog]")
    seat.press("Close dispute")
    seat.press("Close dispute", within="[role=dialog]")
    seat.page.get_by_role("button", name="Dispute", exact=False).first.wait_for()


def test_back_in_the_browser_leads_back_to_where_one_was(seat: Window) -> None:
    seat.follow("Collections")
    seat.page.get_by_role("link", name=re.compile("INV-")).first.click()
    seat.page.get_by_text("When it will be paid").wait_for()
    seat.page.go_back()
    seat.page.get_by_role("heading", name="Collections").wait_for()


def test_a_call_is_noted_from_the_work_list(seat: Window) -> None:
    seat.follow("Collections")
    seat.page.locator("[class*=st-key-note_] button").first.click()
    seat.drawn()
    seat.press("Note call")
    dialog = seat.page.get_by_test_id("stDialog")
    dialog.get_by_role("textbox").first.fill("they pay on Friday")
    seat.page.keyboard.press("Tab")
    seat.drawn()
    seat.press("Note call", within="[data-testid=stDialog]")
    seat.page.get_by_test_id("stDialog").wait_for(state="hidden")


def test_a_customer_is_added_and_found(seat: Window) -> None:
    seat.follow("Customers")
    seat.press("New customer")
    seat.page.get_by_test_id("stDialog").get_by_label("Name").fill("Zongo & Fils")
    seat.page.keyboard.press("Tab")
    seat.drawn()
    seat.press("Add", within="[data-testid=stDialog]")
    seat.page.get_by_test_id("stDialog").wait_for(state="hidden")
    seat.page.get_by_role("searchbox", name="Search").fill("Zongo")
    seat.page.keyboard.press("Enter")
    seat.drawn()
    assert "No customer fits." not in seat.text()


def test_past_invoices_are_shown_and_then_imported(seat: Window, tmp_path: Path) -> None:
    seat.follow("Import")
    file = tmp_path / "past.csv"
    rows = "".join(
        f"A-{n},Baobab Logistique,2026-0{n}-05,2026-0{n}-28,1000{n}\n" for n in (1, 2, 3)
    )
    file.write_text("invoice_number,customer,issue_date,due_date,amount\n" + rows)
    seat.page.locator("input[type=file]").set_input_files(file)
    seat.page.get_by_role("button", name="Import 3 invoices").click()
    seat.page.get_by_text("3 invoices and 0 payments are imported.").wait_for()


def test_a_file_of_another_kind_and_one_too_large_are_refused(seat: Window, tmp_path: Path) -> None:
    seat.follow("Import")
    picture, large = tmp_path / "photo.png", tmp_path / "large.csv"
    picture.write_bytes(b"\x89PNG")
    with large.open("wb") as out:
        out.truncate(51 * 1024 * 1024)
    for file, why in ((picture, "not allowed"), (large, "50.0MB or smaller")):
        seat.page.locator("input[type=file]").set_input_files(file)
        seat.page.get_by_text(why).first.wait_for()


def test_a_table_that_is_none_is_told_and_changes_nothing(seat: Window, tmp_path: Path) -> None:
    seat.follow("Import")
    file = tmp_path / "none.csv"
    file.write_bytes(b"\x00\x01\x02 no table at all")
    seat.page.locator("input[type=file]").set_input_files(file)
    seat.page.get_by_text("Say above which column has").wait_for()
    assert "Import 1" not in seat.text()


def test_a_chart_is_read_as_a_table_and_taken_away(seat: Window) -> None:
    seat.follow("Analytics")
    seat.page.locator("[data-testid=stMain] [data-testid=stButtonGroup] button").last.click()
    seat.drawn()
    with seat.page.expect_download() as taken:
        seat.page.get_by_role("button", name="Download CSV").click()
    assert taken.value.suggested_filename.endswith(".csv")


def test_analytics_tabs_are_walked_with_the_keyboard(seat: Window) -> None:
    seat.follow("Analytics")
    seat.page.get_by_role("tab", name="Revenue").focus()
    for name in ("Customers", "Payment patterns", "Seasons"):
        seat.page.keyboard.press("ArrowRight")
        seat.page.get_by_role("tab", name=name, selected=True).wait_for()
        seat.drawn()


def test_what_would_change_a_prediction_is_shown_for_one_invoice(seat: Window) -> None:
    seat.follow("Predict")
    seat.page.get_by_role("tab", name="One invoice").click()
    seat.drawn()
    assert "Invoice" in seat.text()


def test_a_model_of_ones_own_waits_for_enough_paid_invoices(seat: Window) -> None:
    seat.follow("Models")
    assert "of the 200 settled invoices that a model of your own needs" in seat.text()


def test_a_batch_is_read_and_its_columns_are_recognised(seat: Window, tmp_path: Path) -> None:
    seat.follow("Batch")
    file = tmp_path / "batch.csv"
    file.write_text(
        "invoice_number,customer,issue_date,due_date,amount\n"
        "B-1,Baobab Logistique,2026-11-01,2026-12-01,5000\n"
    )
    seat.page.locator("input[type=file]").set_input_files(file)
    seat.page.get_by_role("button", name="Score this file").wait_for()


def test_the_company_is_renamed_for_all_pages(seat: Window) -> None:
    seat.follow("Settings")
    city = seat.page.get_by_label("City", exact=True).first
    city.fill("Bingerville")
    seat.page.keyboard.press("Tab")
    seat.press("Save")
    seat.follow("Dashboard")
    seat.follow("Settings")
    assert seat.page.get_by_label("City", exact=True).first.input_value() == "Bingerville"


def test_two_clicks_on_issue_make_one_invoice(seat: Window) -> None:
    seat.follow("Assistant")
    seat.page.get_by_test_id("stChatInputTextArea").fill(SENTENCE)
    seat.page.keyboard.press("Enter")
    seat.page.get_by_text("Total: 1,062,000").last.wait_for()
    seat.drawn()
    seat.page.get_by_role("button", name="Issue").last.dblclick()
    seat.page.wait_for_url(re.compile(r"number=INV"))
    first = re.search(r"INV-\d{4}-\d{6}", seat.page.url)
    assert first
    following = f"{first[0][:-6]}{int(first[0][-6:]) + 1:06}"
    seat.go(f"/invoice?number={following}")
    assert "When it will be paid" not in seat.text(), f"{following} was made too"


def test_a_lost_network_comes_back_and_work_goes_on(seat: Window) -> None:
    seat.follow("Customers")
    seat.page.context.set_offline(True)
    seat.page.wait_for_timeout(500)
    seat.page.context.set_offline(False)
    seat.follow("Invoices")
    seat.page.get_by_text(" of ").first.wait_for()


def test_on_a_phone_the_menu_leads_to_a_page(seat: Window) -> None:
    seat.page.set_viewport_size({"width": WIDTHS[-1], "height": 844})
    seat.go("/customers")
    seat.page.get_by_test_id("stExpandSidebarButton").click()
    seat.follow("Collections")
    seat.page.get_by_role("heading", name="Collections").wait_for()
    seat.page.set_viewport_size({"width": 1440, "height": 900})
