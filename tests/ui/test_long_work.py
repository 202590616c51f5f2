"""Long work to its end in a real browser: a past imported, a model trained, a file scored."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from net30.ledger.readers.any_file import read_table
from tests.features.ledgers import One
from tests.services.past_files import AS_OF, csv_of, past_rows
from tests.ui.browser import (
    CHROMIUM,
    MISSING,
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
    pytest.mark.timeout(900),
]

INVOICES = 700
WORK_MS = 300_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def at(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The window of somebody who has just brought the past of another system."""
    home = tmp_path_factory.mktemp("company")
    secret = founded_company(home)
    file = home / "past.csv"
    file.write_bytes(csv_of(until_today()))
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    with served_company(home, free_port()) as served:
        found = signed_in(context, served, secret)
        found.go("/imports")
        found.page.locator("input[type=file]").set_input_files(file)
        found.page.get_by_role("button", name=f"Import {INVOICES} invoices").click()
        found.page.get_by_text(f"{INVOICES} invoices and 0 payments are imported.").wait_for()
        yield found
    context.close()


def until_today() -> list[One]:
    """A company's past that ends today: what is paid later is open."""
    today = (date.today() - date(1970, 1, 1)).days  # noqa: DTZ011 - the day of the server's clock
    later = today - AS_OF
    return [
        replace(
            row,
            issued=row.issued + later,
            due=row.due + later,
            paid=None if row.paid is None or row.paid + later >= today else row.paid + later,
        )
        for row in past_rows(INVOICES)
        if row.issued + later < today
    ]


def train(at: Window, family: str, *, without: str = "") -> None:
    """Train one family for a minute at most, and wait until it is over."""
    at.follow("Models")
    pill(at, "LightGBM (trees)", wanted=False)
    pill(at, family, wanted=True)
    if not at.page.get_by_text("It learns from", exact=True).is_visible():
        at.page.get_by_text("What it learns from, and for how long").click()
    if without:
        pill(at, without, wanted=False)
    at.page.get_by_label("Minutes in which ways of learning are tried").fill("1")
    at.page.keyboard.press("Tab")
    at.drawn()
    at.press("Train")
    at.page.get_by_text("The training is over.").wait_for(timeout=WORK_MS)
    at.drawn()


def pill(at: Window, name: str, *, wanted: bool) -> None:
    """Choose a pill, or choose it no more."""
    found = at.page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True)
    chosen = "e => !!e.closest('[aria-checked=true], [aria-pressed=true], [data-selected]')"
    if found.evaluate(chosen) is not wanted:
        found.click()
        at.drawn()


def test_models_of_ones_own_are_trained_promoted_taken_back_and_asked(at: Window) -> None:
    train(at, "Small (trees)")
    at.keep("trained")
    train(at, "Small (trees)", without="Days of the week and month")
    at.page.get_by_text("The last training made v2: Small (trees).").wait_for()
    at.page.get_by_text(re.compile(r"Predicts now: .*2")).wait_for()
    at.press("Go back to the one before")
    at.page.get_by_text(re.compile(r"Predicts now: .*1")).wait_for()
    at.page.get_by_label("Version", exact=True).click()
    at.page.get_by_role("option").first.click()
    at.drawn()
    at.press("Serve this one")
    at.page.get_by_text(re.compile(r"Predicts now: .*2")).wait_for()
    at.follow("Predict")
    at.page.get_by_role("tab", name="One invoice").click()
    at.drawn()
    at.page.get_by_label("Model", exact=True).click()
    at.page.get_by_role("option", name="v1 · Small (trees)").click()
    at.drawn()
    at.keep("predicted-by-ones-own")
    assert at.faults == []


def test_a_file_is_scored_to_its_end_and_taken_away_in_three_formats(
    at: Window, tmp_path: Path
) -> None:
    at.follow("Batch")
    file = tmp_path / "asked.csv"
    rows = "".join(f"B-{n},Slow SARL,2026-11-0{n},2026-12-0{n},{n}500\n" for n in range(1, 8))
    file.write_text("Ref,Who,Day,Until,Sum\n" + rows + "B-9,Slow SARL,2026-13-01,,100\n")
    at.page.locator("input[type=file]").set_input_files(file)
    at.page.get_by_text("Which column means what").wait_for()
    for meaning, header in (
        ("Invoice's id", "Ref"),
        ("Customer's name", "Who"),
        ("Issued", "Day"),
        ("Due", "Until"),
        ("Amount", "Sum"),
    ):
        at.page.get_by_test_id("stMain").get_by_label(meaning, exact=True).click()
        at.page.get_by_role("option", name=header, exact=True).click()
        at.drawn()
    at.press("Score this file")
    at.page.get_by_text("The scoring is over.").wait_for(timeout=WORK_MS)
    at.drawn()
    at.page.get_by_text(re.compile(r"\d findings? in the file")).click()
    at.keep("scored")
    scored = {kind: taken(at, kind) for kind in ("CSV", "XLSX", "PDF")}
    told = list(csv.DictReader(io.StringIO(scored["CSV"].decode("utf-8-sig"))))
    assert {row["invoice_id"] for row in told} == {f"B-{n}" for n in range(1, 8)}
    assert len(read_table(scored["XLSX"]).rows) == len(told)
    assert scored["PDF"].startswith(b"%PDF-")
    assert b"%%EOF" in scored["PDF"][-64:]
    assert at.faults == []


def taken(at: Window, kind: str) -> bytes:
    with at.page.expect_download() as asked:
        at.page.get_by_role("button", name=kind, exact=True).click()
    return Path(asked.value.path()).read_bytes()
