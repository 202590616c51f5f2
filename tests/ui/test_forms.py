"""Forms: an invoice of several lines, a customer met for the first time, the house's own facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.invoice import QUOTE, Invoice
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.services.create_organisation import save_organisation
from net30.services.mark_invoice import note_call, note_promise
from net30.ui.invoicing.invoice_making import amount_of, decimal_of
from net30.ui.words import Words
from tests.desk import TODAY, Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8"/></svg>'


def company(desk: Desk) -> Organisation:
    with desk.app.look() as ctx:
        return ctx.company


def newest(desk: Desk) -> Invoice:
    with desk.app.look() as ctx:
        return ctx.tx.latest(Invoice, limit=1)[0].value


def form(customer: str, **cells: str) -> AppTest:
    """Fill the page of a new invoice with one line."""
    screen = no_fault(draw("new_invoice"))
    screen = no_fault(screen.selectbox(key="new_customer").set_value(customer).run())
    return written(screen, **cells)


def written(screen: AppTest, **cells: str) -> AppTest:
    screen.session_state["new_lines_18"] = {
        "edited_rows": {0: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    return no_fault(screen.run())


def test_an_invoice_is_written_with_its_document_beside_it(desk: Desk) -> None:
    open_screens(desk)
    screen = form("Acme Corp", name="audit", quantity="2", price="50 000")
    assert "118,000" in said(screen)
    screen.number_input(key="new_discount").set_value(10.0)
    screen = no_fault(screen.text_area(key="new_notes").input("Order 4711").run())
    assert "106,200" in said(screen)
    press(screen, "new_issue")
    assert desk.item("INV-2026-000004").balance.minor == 106_200
    assert [one.text for one in newest(desk).notes] == ["Order 4711"]


def test_a_quote_is_kept_as_a_draft(desk: Desk) -> None:
    open_screens(desk)
    screen = form("Acme Corp", name="audit", price="50000", tax="0")
    screen = no_fault(screen.segmented_control(key="new_kind").set_value(QUOTE).run())
    press(screen, "new_draft")
    made = newest(desk)
    assert (made.type_code, made.is_issued, made.totals.due.minor) == (QUOTE, False, 50_000)


def filled(page: str, **state: object) -> AppTest:
    """Draw a page whose fields were filled in before: a name that is not listed, say."""
    screen = AppTest.from_function(_script, default_timeout=60)
    screen.session_state["drawn_page"] = page
    for name, value in state.items():
        screen.session_state[name] = value
    return no_fault(screen.run())


def _script() -> None:
    from tests.ui.screens import drawn

    drawn()


def test_somebody_new_gets_an_invoice_with_the_usual_terms(desk: Desk) -> None:
    open_screens(desk)
    cells = {"edited_rows": {0: {"name": "audit", "price": "50000"}}, "added_rows": [],
             "deleted_rows": []}  # fmt: skip
    screen = filled("new_invoice", new_customer="Baobab SA", new_lines_18=cells)
    assert "59,000" in said(screen)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"name": "audit", "price": "fifty"}, "is no number"),
        ({"name": "audit", "price": "1", "tax": "x"}, "is no number"),
    ],
)
def test_a_line_that_cannot_be_is_told_and_nothing_is_issued(
    desk: Desk, cells: dict[str, str], why: str
) -> None:
    open_screens(desk)
    screen = form("Acme Corp", **cells)
    assert why in screen.error[0].value
    assert screen.button(key="new_issue").disabled


def test_the_form_beside_every_page_knows_somebody_new(desk: Desk) -> None:
    open_screens(desk)
    assert "Customer, what and price are needed." in said(filled("system", quick_open=True))
    fields = {"quick_customer": "Baobab SA", "quick_what": "audit", "quick_price": "1000"}
    screen = filled("system", quick_open=True, **fields)
    assert "A new customer: Baobab SA" in said(screen)
    assert "1,180" in said(screen)
    screen = filled("system", quick_open=True, **fields, quick_tax_="-3")
    assert screen.error
    assert screen.button(key="quick_issue").disabled


def settings(tab: str = "") -> AppTest:
    screen = draw("settings")
    if tab:
        screen.session_state["settings_tabs"] = tab
    return no_fault(screen.run())


def save(screen: AppTest) -> AppTest:
    return no_fault(next(one for one in screen.button if one.label == "Save").click().run())


def test_the_company_moves_and_says_so(desk: Desk) -> None:
    open_screens(desk)
    screen = settings()
    next(one for one in screen.text_input if one.label == "City").input("Bouaké")
    next(one for one in screen.text_input if one.label == "Phone").input("+225 27 31")
    save(screen)
    party = company(desk).party
    assert (party.address.city, party.contact.phone) == ("Bouaké", "+225 27 31")
    assert party.name == "Lagune Conseil SARL"


def test_a_currency_that_is_none_is_refused_and_time_zones_are_chosen(desk: Desk) -> None:
    open_screens(desk)
    before = company(desk)
    screen = settings()
    next(one for one in screen.text_input if one.label == "Currency").input("XYZ")
    assert save(screen).error
    assert company(desk) == before
    screen = settings()
    zones = next(one for one in screen.selectbox if one.label == "Time zone")
    assert (zones.value, "Mars/Base" in zones.options) == ("Africa/Abidjan", False)
    zones.select("Africa/Lagos")
    save(screen)
    assert company(desk).time_zone == "Africa/Lagos"


def test_taxes_and_terms_are_changed(desk: Desk) -> None:
    open_screens(desk)
    screen = settings("Taxes and numbers")
    next(one for one in screen.text_input if one.label == "Usual tax, %").input("9")
    next(one for one in screen.number_input if one.label == "Usual days to pay").set_value(45)
    before = company(desk)
    screen = save(screen)
    changed = company(desk)
    assert (int(changed.tax.percent), changed.terms.days) == (9, 45)
    press(screen, "undo")
    assert company(desk) == before


def test_settings_that_somebody_else_changed_since_are_not_put_back(desk: Desk) -> None:
    open_screens(desk)
    screen = settings()
    next(one for one in screen.text_input if one.label == "City").input("Bouaké")
    screen = save(screen)
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, time_zone="Africa/Lagos"))
    assert press(screen, "undo").error
    assert company(desk).party.address.city == "Bouaké"


def test_documents_get_another_look_and_a_logo(desk: Desk) -> None:
    open_screens(desk)
    screen = settings("Documents")
    screen.segmented_control(key="look_template").set_value("classic").run()
    screen = no_fault(screen.segmented_control(key="look_paper").set_value("us-letter").run())
    screen.file_uploader(key="look_logo").set_value(("logo.svg", PICTURE, "image/svg+xml")).run()
    screen = press(screen, "look_save")
    assert not screen.error
    look = company(desk).appearance
    assert (look.template, look.paper) == ("classic", "us-letter")


def test_what_if_an_invoice_had_other_terms(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("predict")
    screen.session_state["predict_tabs"] = "One invoice"
    screen = no_fault(screen.run())
    screen.number_input(key="predict_terms").set_value(60)
    screen.number_input(key="predict_parts").set_value(3)
    screen = no_fault(screen.text_input(key="predict_amount").input("much").run())
    assert "is no number" in said(screen)
    no_fault(screen.text_input(key="predict_amount").input("10 000").run())
    assert not screen.error


def test_the_history_of_an_invoice_tells_what_was_said(desk: Desk) -> None:
    with desk.app.change() as ctx:
        note_call(ctx, "INV-2026-000002", "they will look into it")
        note_promise(ctx, "INV-2026-000002", TODAY)
    open_screens(desk)
    screen = draw("invoice", number="INV-2026-000002")
    screen.session_state["invoice_tabs"] = "History"
    rows = str(no_fault(screen.run()).dataframe[0].value)
    assert "they will look into it" in rows


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.250,50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1 250,5", "1250.5"),
        ("1'250.5", "1250.5"),
        ("1.250.000", "1250000"),
        ("1,000", "1000"),
        ("90\u202f000", "90000"),
        ("2,5", "2.5"),
        ("1.250", "1.250"),
    ],
)
def test_a_number_is_read_as_whoever_wrote_it_meant_it(written: str, meant: str) -> None:
    assert str(decimal_of(written, "a price")) == meant


@pytest.mark.parametrize(
    ("language", "currency", "written", "meant"),
    [
        ("fr", "TND", "90,125", "90.125"),
        ("fr", "TND", "1 250,500", "1250.500"),
        ("en", "TND", "1,250", "1250"),
        ("fr", "EUR", "1,250", "1250"),
        ("fr", "TND", "90,5", "90.5"),
    ],
)
def test_a_comma_before_three_digits_is_a_decimal_sign_in_dinars(
    language: str, currency: str, written: str, meant: str
) -> None:
    assert str(amount_of(Words(language), written, "a price", currency)) == meant


@pytest.mark.parametrize("written", ["", "1,2,3", "1.25,000.5", "1e5", "NaN", "Infinity", "fifty"])
def test_what_is_no_number_is_refused_and_not_guessed_at(written: str) -> None:
    with pytest.raises(InputError, match="is no number"):
        decimal_of(written, "a price")
