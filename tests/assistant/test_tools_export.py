"""Exports from a conversation: the right rows in a file that is kept, or an honest no."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from net30.assistant.ask import ask
from net30.assistant.calls import make_call, tool
from net30.assistant.exports.named import Subject, named
from net30.assistant.tools.export import Args
from net30.assistant.turns import Turn
from net30.documents.report import pdf
from net30.domain.audit import AuditEntry
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.services.create_organisation import save_organisation
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.keep_export import written_table
from tests.assistant.shop import Shop, open_shop, plain
from tests.desk import TODAY, open_desk

FORMATS = ("csv", "xlsx", "json", "html", "pdf")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.desk.app.close()


def place(shop: Shop, what: str, format_name: str) -> Path:
    return Path(str(shop.run("export", what=what, format=format_name).values["place"]))


def rows(shop: Shop, what: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(place(shop, what, "csv").read_text(encoding="utf-8"))))


@pytest.mark.parametrize("what", [subject.value.replace("_", " ") for subject in Subject])
@pytest.mark.parametrize("format_name", FORMATS)
def test_everything_is_written_in_every_format(shop: Shop, what: str, format_name: str) -> None:
    path = place(shop, what, format_name)
    assert path.parent.name == TODAY.isoformat()
    assert path.suffix == f".{format_name}"
    assert path.stat().st_size > 0


def test_invoices_come_with_their_balances(shop: Shop) -> None:
    found = {row["number"]: Decimal(row["balance"]) for row in rows(shop, "invoices")}
    for row in shop.sold:
        digits = {"XOF": 0, "EUR": 2, "TND": 3}[row.currency]
        assert found[row.number] == Decimal(row.open).scaleb(-digits)


@pytest.mark.parametrize(
    "what", ["overdue", "overdue invoices", "Overdue_Invoices", "late invoices"]
)
def test_invoices_named_by_a_status_are_only_those(shop: Shop, what: str) -> None:
    found = rows(shop, what)
    assert {row["number"] for row in found} == {row.number for row in shop.sold if row.overdue}
    assert {row["status"] for row in found} == {"overdue"}


def test_json_has_amounts_as_text_and_days_as_iso(shop: Shop) -> None:
    found = json.loads(place(shop, "unpaid invoices", "json").read_text(encoding="utf-8"))
    assert {row["number"] for row in found} == {row.number for row in shop.sold if row.open}
    assert all(isinstance(row["balance"], str) for row in found)
    assert found[0]["issue_date"].startswith("2026-")


def test_a_workbook_has_numbers(shop: Shop) -> None:
    sheet = openpyxl.load_workbook(place(shop, "payments", "xlsx")).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    amounts = [row[header.index("amount")].value for row in sheet.iter_rows(min_row=2)]
    assert sorted(map(str, amounts)) == ["10.0", "500000.0", "88500.0"]


def test_statistics_have_a_row_a_currency_and_no_rate_where_nothing_fell_due(shop: Shop) -> None:
    found = {row["currency"]: row for row in rows(shop, "statistics")}
    assert set(found) == {"EUR", "TND", "XOF"}
    assert Decimal(found["TND"]["collection_rate"]) == 0
    assert Decimal(found["XOF"]["outstanding"]) == sum(
        row.open for row in shop.sold if row.currency == "XOF"
    )


def test_a_page_for_people_shows_what_the_answer_shows(shop: Shop) -> None:
    page = plain(place(shop, "overdue invoices", "html").read_text(encoding="utf-8"))
    assert "<h1>Factures</h1>" in page
    assert "Lagune Conseil SARL" in page
    for row in shop.sold:
        assert (row.number in page) == bool(row.overdue)
    assert "975 000 FCFA" in page


def test_an_invoices_own_file_is_shown_where_it_lies(shop: Shop) -> None:
    number = shop.sold[0].number
    result = shop.run("export", what=number, format="pdf")
    path = Path(str(result.values["place"]))
    assert path.name == f"{number}.pdf"
    assert "exports" not in path.parts
    assert result.reference == number
    with pytest.raises(InputError) as caught:
        shop.run("export", what=number, format="csv")
    assert caught.value.code == "export_format"


def test_a_drafts_page_is_written_when_it_is_asked_for(shop: Shop) -> None:
    draft = shop.desk.draft("3", "1")
    path = place(shop, draft.id, "html")
    assert path.exists()
    assert "exports" in path.parts


def test_what_nobody_can_export_is_refused(shop: Shop) -> None:
    for what, kind in (("my socks", InputError), ("INV-2026-000999", NotFound)):
        with pytest.raises(kind):
            shop.run("export", what=what, format="csv")
    assert named("socks") is None
    with pytest.raises(InputError):
        written_table(pa.table({}), "docx")


def test_a_report_of_too_many_rows_is_refused_with_the_way_out(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    lines = [f"F{at},c1,2026-01-05,2026-02-04,70,EUR" for at in range(pdf.ROWS_MAX + 1)]
    with desk.app.change() as ctx:
        header = "invoice_id,customer_id,issue_date,due_date,amount,currency"
        import_ledger(ctx, LedgerFile(content="\n".join([header, *lines]).encode()))
    desk.app.settle()
    shop = Shop(desk)
    with pytest.raises(LimitExceeded) as caught:
        shop.run("export", what="overdue invoices", format="pdf")
    assert "csv" in caught.value.hint
    assert len(rows(shop, "overdue invoices")) == pdf.ROWS_MAX + 1
    desk.app.close()


def test_an_export_after_a_search_is_of_what_was_found(shop: Shop) -> None:
    answer = ask(shop.desk.app, "Export the overdue invoices of Zephyr Énergie to excel")
    assert [call.tool for call in answer.calls] == ["search_invoices", "export"]
    path = Path(str(answer.results[-1].values["place"]))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    found = {row[0].value for row in sheet.iter_rows(min_row=2)}
    wanted = {r.number for r in shop.sold if r.overdue and r.client == "Zephyr Énergie"}
    assert found == wanted
    assert "filters" not in answer.calls[-1].as_json()
    assert "filters" not in json.dumps(Args.model_json_schema())


def test_export_them_is_of_what_was_found_last(shop: Shop) -> None:
    said = "Show the overdue invoices of Zephyr Énergie"
    found = ask(shop.desk.app, said)
    history = [Turn("user", said), found.as_turn()]
    answer = ask(shop.desk.app, "export them as csv", history)
    text = Path(str(answer.results[-1].values["place"])).read_text(encoding="utf-8")
    for row in shop.sold:
        assert (row.number in text) == (bool(row.overdue) and row.client == "Zephyr Énergie")


def test_a_search_with_a_limit_is_exported_with_it(shop: Shop) -> None:
    filters = {"sort": "-amount", "currency": "XOF", "limit": 2}
    with shop.desk.app.look() as ctx:
        for format_name in ("csv", "html"):
            search = make_call("search_invoices", filters).args
            args = make_call("export", {"what": "invoices", "format": format_name}).args
            narrowed = args.model_copy(update={"filters": search})
            result = tool("export").run(ctx, narrowed)
            text = Path(str(result.values["place"])).read_text(encoding="utf-8")
            assert sum(row.number in text for row in shop.sold) == 2


def test_reports_are_in_the_companys_language(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    with shop.desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, language="ar"))
    page = place(shop, "ageing", "html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert "أعمار الذمم" in page
    assert place(shop, "analytics", "pdf").read_bytes().startswith(b"%PDF-")
    shop.desk.app.close()


@pytest.mark.parametrize("what", [subject.value for subject in Subject])
def test_an_empty_company_exports_an_empty_file(tmp_path: Path, what: str) -> None:
    desk = open_desk(tmp_path)
    desk.app.settle()
    shop = Shop(desk)
    for format_name in FORMATS:
        assert place(shop, what, format_name).exists()
    desk.app.close()


def test_what_the_assistant_exports_stands_in_the_audit(shop: Shop) -> None:
    before = _exported(shop)
    rows(shop, "invoices")
    (noted,) = _exported(shop)[len(before) :]
    assert noted.target == "invoices.csv"
    assert int(noted.detail.split()[0]) > 0


def _exported(shop: Shop) -> list[AuditEntry]:
    app = shop.desk.app
    with app.world.accounts.reading() as tx:
        entries = tx.entries(app.organisation)
    return [one for one in entries if one.action == "exported"]
