"""Files that people bring: a past in a table, and an invoice of somebody's."""

from __future__ import annotations

from itertools import product

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.kernel.errors import NotFound
from net30.ledger.mapping import Role as Meaning
from net30.ledger.mapping import layout_names, named_layout
from net30.ledger.samples import ASKED, sample_table
from net30.ledger.writers import csv, xlsx
from net30.services.found import invoice_by_number
from net30.services.import_ledger import LedgerFile, preview_ledger
from net30.services.read_columns import read_columns
from net30.services.render_document import render, style_of
from tests.desk import TODAY, Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said

HEAD = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date"
PAID = "F1,c1,2026-01-05,2026-02-04,1250,XOF,2026-02-20"
OPEN = "F2,c1,2026-09-05,2026-10-05,1000,XOF,"
WRONG = "F3,c1,2026-13-05,2026-10-05,1000,XOF,"


def table(*rows: str) -> tuple[str, bytes, str]:
    return "past.csv", "\n".join([HEAD, *rows]).encode(), "text/csv"


def brought(file: tuple[str, bytes, str], key: str = "imports_file", tab: str = "") -> AppTest:
    """Bring a file to the page Import."""
    screen = draw("imports") if not tab else tab_of_imports(tab)
    return no_fault(screen.file_uploader(key=key).set_value(file).run())


def tab_of_imports(tab: str) -> AppTest:
    screen = draw("imports")
    screen.session_state["imports_tabs"] = tab
    return no_fault(screen.run())


def figures(screen: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in screen.metric}


def in_ubl(desk: Desk) -> bytes:
    with desk.app.look() as ctx:
        invoice = invoice_by_number(ctx, "INV-2026-000002").value
        return render(invoice, "ubl", style_of(ctx.blobs, ctx.company, invoice))


def test_a_file_is_shown_before_it_changes_anything_and_imported_on_a_click(desk: Desk) -> None:
    open_screens(desk)
    screen = brought(table(PAID, OPEN, WRONG))
    assert figures(screen)["New invoices"] == "2"
    assert figures(screen)["With a fault"] == "1"
    assert "2 invoices of" in said(screen)
    assert any("2026-13-05" in str(one.value) for one in screen.dataframe)
    with pytest.raises(NotFound):
        desk.item("F2")
    screen = press(screen, "imports_now")
    assert "2 invoices and 0 payments are imported." in said(screen)
    assert desk.item("F2").balance.minor == 1_000
    again = brought(table(PAID, OPEN))
    assert figures(again)["Known already"] == "2"
    assert "imports_now" not in {one.key for one in again.button}


def test_the_sample_of_each_system_is_recognised_and_read_whole(desk: Desk) -> None:
    for name, writer in product(layout_names(), (csv, xlsx)):
        content = writer.write(sample_table(named_layout(name), "EUR", TODAY))
        with desk.app.look() as ctx:
            report = preview_ledger(ctx, LedgerFile(content=content))
        assert (report.layout, report.invoices, report.findings) == (name, 6, ())
        paid = Meaning.PAID_DATE in named_layout(name).columns
        assert report.open_items == (3 if paid else 6)
    asked = csv.write(sample_table(named_layout("net30"), "EUR", TODAY, ASKED))
    with desk.app.look() as ctx:
        assert set(read_columns(ctx, asked).meant) == set(ASKED)


def test_what_is_wrong_with_a_file_is_told_in_the_language_of_the_screen(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("imports")
    assert {"CSV", "XLSX"} == {one.proto.label for one in screen.get("download_button")}
    screen.session_state["language"] = "fr"
    screen = no_fault(screen.run().file_uploader(key="imports_file").set_value(table(WRONG)).run())
    rows = screen.dataframe[-1].value
    assert rows["Quoi"][0] == "« 2026-13-05 » n'est pas une date entre 1900 et 2200"


def test_columns_that_are_not_recognised_are_named_on_the_page(desk: Desk) -> None:
    open_screens(desk)
    screen = brought(("past.csv", b"A,B,C,D\nF1,c1,2026-09-05,1000\n", "text/csv"))
    asked = screen.warning[0].value
    assert "Invoice's id / Invoice's number" in asked
    assert not screen.metric
    for role, header in (("invoice_id", "A"), ("customer", "B"), ("issue_date", "C")):
        screen.selectbox(key=f"imports_column_{role}").set_value(header)
    screen = no_fault(screen.selectbox(key="imports_column_amount").set_value("C").run())
    assert "two meanings" in screen.error[0].value
    screen = no_fault(screen.selectbox(key="imports_column_amount").set_value("D").run())
    press(screen, "imports_now")
    assert desk.item("F1").balance.minor == 1_000


def test_a_file_that_is_no_table_is_refused(desk: Desk) -> None:
    open_screens(desk)
    assert brought(("past.csv", b"%PDF-1.7 not a table", "text/csv")).error


def test_an_invoice_of_somebodys_is_read_and_kept_once(desk: Desk) -> None:
    open_screens(desk)
    file = ("theirs.xml", in_ubl(desk), "application/xml")
    tab = "An invoice you received"
    screen = brought(file, "imports_invoice", tab)
    assert "23,600" in said(screen)
    assert "It is kept." in said(screen)
    assert "It was kept before." in said(brought(file, "imports_invoice", tab))


def test_a_file_that_is_no_invoice_is_told(desk: Desk) -> None:
    open_screens(desk)
    tab = "An invoice you received"
    screen = brought(("theirs.xml", b"<note>hello</note>", "application/xml"),
                     "imports_invoice", tab)  # fmt: skip
    assert screen.error or screen.warning


def dropped(file: tuple[str, bytes, str]) -> AppTest:
    screen = draw("assistant")
    return no_fault(screen.chat_input(key="message").upload(*file).run())


def test_an_invoice_dropped_on_the_assistant_is_read_and_not_kept(desk: Desk) -> None:
    open_screens(desk)
    screen = dropped(("theirs.xml", in_ubl(desk), "application/xml"))
    assert "I read theirs.xml as" in said(screen).replace("\\", "")
    assert "consulting" in str(screen.dataframe[-1].value)
    assert "23,600" in said(screen)


def test_what_is_dropped_and_no_invoice_is_told(desk: Desk) -> None:
    open_screens(desk)
    assert dropped(("note.xml", b"<note>hello</note>", "application/xml")).error


def test_a_file_beyond_measure_is_refused_before_it_is_read(desk: Desk) -> None:
    open_screens(desk)
    screen = dropped(("long.json", b" " * 20_000_001, "application/json"))
    assert "larger than 20 MB" in screen.error[0].value


def test_who_may_not_import_is_refused(desk: Desk) -> None:
    open_screens(desk, Role.COLLECTOR)
    assert "may not do this" in brought(table(PAID)).error[0].value
