from __future__ import annotations

import csv as stdlib_csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from net30.domain.customer import Customer
from net30.domain.party import Contact, Party
from net30.domain.payment import Allocation
from net30.insights.ageing import ageing
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.services.export_table import Export, export_formats, export_rows, export_table
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk, open_desk
from tests.ledger.sheets import csv
from tests.ledger_rows import asked


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return filled(open_desk(tmp_path))


def filled(desk: Desk) -> Desk:
    with desk.app.change() as ctx:
        content = csv(
            "F1,c1,2026-01-05,2026-02-04,1250.50,EUR,2026-02-20,Dakar",
            "F2,c1,2026-09-05,2026-10-05,1000,XOF,,",
            "F3,c2,2026-11-05,2026-12-05,70,EUR,,Thiès",
            "F4,c2,2026-11-05,,-20,EUR,,",
            header="invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,branch",
        )
        import_ledger(ctx, LedgerFile(content=content))
    desk.issue()
    desk.app.settle()
    return desk


def rows(desk: Desk, export: Export, format_name: str = "csv") -> list[dict[str, str]]:
    with desk.app.look() as ctx:
        content = export_table(ctx, export, format_name).content
    return list(stdlib_csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_invoices_own_and_imported_open_and_paid(desk: Desk) -> None:
    found = rows(desk, Export.INVOICES)
    assert [row["number"] for row in found] == ["F1", "F2", "F3", "F4", "INV-2026-000001"]
    first, second, *_, own = found
    assert first == {
        "invoice_id": "import.F1",
        "number": "F1",
        "type": "invoice",
        "customer_id": "import.c1",
        "customer": "c1",
        "issue_date": "2026-01-05",
        "due_date": "2026-02-04",
        "amount": "1250.50",
        "currency": "EUR",
        "net": "",
        "tax": "",
        "balance": "0.00",
        "paid_date": "2026-02-20",
        "branch": "Dakar",
    }
    assert (second["amount"], second["balance"], second["paid_date"]) == ("1000.00", "1000.00", "")
    assert (own["customer"], own["balance"]) == ("Acme Corp", own["amount"])


def test_payments_are_positive_and_say_how_they_came(desk: Desk) -> None:
    item = desk.item("F2")
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=item.customer_id,
                amount=Money(1200, "XOF"),
                allocations=(Allocation(item.id, item.amount),),
            ),
        )
    desk.app.settle()
    found = rows(desk, Export.PAYMENTS)
    assert [(row["number"], row["amount"], row["method"]) for row in found] == [
        ("F1", "1250.50", ""),
        ("F2", "1000.00", "bank_transfer"),
        ("", "200.00", "bank_transfer"),
    ]


def test_the_ageing_adds_up_to_the_figure_on_the_screen(desk: Desk) -> None:
    with desk.app.look() as ctx:
        table = export_rows(ctx, Export.AGEING, as_of=TODAY)
        figure = asked(read_ledger(ctx.blobs, ctx.organisation, TODAY), TODAY, ageing)
    for currency, whole in figure.items():
        mine = [row for row in table.to_pylist() if row["currency"] == currency]
        for bucket in ("not_due", "d1_30", "d31_60", "d90_plus", "no_due_date", "unapplied"):
            assert sum(row[bucket] for row in mine) == getattr(whole, bucket).amount, bucket
        assert sum(row["outstanding"] for row in mine) == whole.outstanding.amount
    assert [row["customer"] for row in table.to_pylist()] == ["Acme Corp", "c1", "c2"]


def test_customers_are_exported_with_what_is_known_of_them(desk: Desk) -> None:
    with desk.app.change() as ctx:
        contact = Contact(email="x@delta.example", phone="+221 77 000 00 00")
        save_customer(ctx, Customer(id="", party=Party(name="=Delta", contact=contact)))
    found = {row["customer"]: row for row in rows(desk, Export.CUSTOMERS)}
    assert set(found) == {"Acme Corp", "c1", "c2", "'=Delta"}
    assert found["'=Delta"]["phone"] == "'+221 77 000 00 00"
    assert found["c1"]["external_id"] == "import:c1"


def test_nothing_known_later_is_in_an_export_of_an_earlier_day(desk: Desk) -> None:
    with desk.app.look() as ctx:
        table = export_rows(ctx, Export.INVOICES, as_of=date(2026, 1, 31))
    (row,) = table.to_pylist()
    assert (row["number"], str(row["balance"]), row["paid_date"]) == ("F1", "1250.50", None)


def test_an_export_of_invoices_maps_itself_and_gives_the_same_books(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.app.look() as ctx:
        files = [export_table(ctx, Export.INVOICES, name) for name in export_formats()]
        before = export_rows(ctx, Export.INVOICES, as_of=TODAY)
    for at, file in enumerate(files):
        other = open_desk(tmp_path / str(at))
        with other.app.change() as ctx:
            report = import_ledger(ctx, LedgerFile(content=file.content))
        other.app.settle()
        assert report.errors == 0, (file.file_name, report.findings)
        assert (report.layout, report.extras) == ("net30", ("branch",))
        with other.app.look() as ctx:
            after = export_rows(ctx, Export.INVOICES, as_of=TODAY)
        same = ["number", "type", "customer", "issue_date", "due_date", "amount", "currency"]
        same += ["balance", "paid_date"]
        assert after.select(same).to_pylist() == before.select(same).to_pylist()
        assert after["branch"].to_pylist() == before["branch"].to_pylist()


def test_our_own_export_read_in_here_changes_nothing(desk: Desk) -> None:
    with desk.app.look() as ctx:
        file = export_table(ctx, Export.INVOICES)
        before = export_rows(ctx, Export.INVOICES, as_of=TODAY)
    with desk.app.change() as ctx:
        report = import_ledger(ctx, LedgerFile(content=file.content))
    assert report.invoices == 0
    desk.app.settle()
    with desk.app.look() as ctx:
        assert export_rows(ctx, Export.INVOICES, as_of=TODAY) == before


def test_a_workbook_has_numbers_and_dates_as_such(desk: Desk) -> None:
    with desk.app.look() as ctx:
        file = export_table(ctx, Export.INVOICES, "xlsx")
        again = export_table(ctx, Export.INVOICES, "xlsx")
    assert file.file_name == "invoices-2026-11-21.xlsx"
    assert file.content == again.content
    sheet = openpyxl.load_workbook(BytesIO(file.content)).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    cells = dict(zip(header, sheet[2], strict=True))
    assert (cells["amount"].value, cells["amount"].data_type) == (1250.5, "n")
    assert cells["issue_date"].data_type == "d"
    assert cells["number"].data_type == "s"


def test_a_french_excel_finds_semicolons_and_decimal_commas(desk: Desk) -> None:
    with desk.app.look() as ctx:
        content = export_table(ctx, Export.INVOICES, "csv_excel").content
    assert content.startswith(b"\xef\xbb\xbf")
    (first, *_) = stdlib_csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert first["amount"] == "1250,50"


def test_parquet_keeps_the_types(desk: Desk) -> None:
    with desk.app.look() as ctx:
        file = export_table(ctx, Export.INVOICES, "parquet")
    schema = pq.read_schema(BytesIO(file.content))
    assert str(schema.field("amount").type) == "decimal128(23, 2)"
    assert str(schema.field("issue_date").type) == "date32[day]"
    assert file.rows == 5


def test_empty_books_export_a_header(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.app.settle()
    for export in Export:
        for name in export_formats():
            with desk.app.look() as ctx:
                file = export_table(ctx, export, name)
            assert file.rows == (1 if export is Export.CUSTOMERS else 0)
            assert file.content


def test_an_unknown_format_names_the_known_ones(desk: Desk) -> None:
    with desk.app.look() as ctx, pytest.raises(InputError) as caught:
        export_table(ctx, Export.INVOICES, "ods")
    assert "csv, csv_excel, parquet, xlsx" in caught.value.hint
