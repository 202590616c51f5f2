"""Reports: the same numbers in every format, in both languages, of any books."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from lxml import html

from net30.charts.svg import draw
from net30.domain.customer import Customer
from net30.domain.party import Party
from net30.insights.ageing import ageing
from net30.insights.ageing_by_customer import BUCKETS, ageing_by_customer
from net30.insights.as_of import known_at
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.language.dates import write_short_date
from net30.ledger.segments import read_ledger
from net30.services.forecast_cash import forecast_cash
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.record_payment import NewPayment, record_payment
from net30.services.reporting import long_form, workbook
from net30.services.reporting.cells import cell_text, plain_cell
from net30.services.reporting.content import (
    Cell,
    Figure,
    Kind,
    Plot,
    ReportContent,
    Section,
    Table,
    Unit,
)
from net30.services.reporting.pages import pages
from net30.services.reporting.plots import chart_of
from net30.services.reporting.words import report_words
from net30.services.save_customer import save_customer
from net30.services.write_report import ReportAsked, make_report, report_names, write_report
from tests.desk import TODAY, Desk, open_desk
from tests.payers import payers_csv

REPORTS = ("ageing", "benchmarks", "clients", "executive", "forecast", "risk", "seasonality")
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books of a year, and beside them two invoices in euros to a customer with an evil name."""
    desk = open_desk(tmp_path_factory.mktemp("books"))
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=payers_csv(120, today=TODAY)))
        evil = save_customer(ctx, Customer(id="", party=Party(name=EVIL)))
    desk.issue("1250.50", "1", currency="EUR", customer_id=evil.id)
    desk.app.settle()
    yield desk
    desk.app.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books in which nothing has happened."""
    desk = open_desk(tmp_path_factory.mktemp("empty"))
    yield desk
    desk.app.close()


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books of one invoice."""
    desk = open_desk(tmp_path_factory.mktemp("single"))
    desk.issue()
    desk.app.settle()
    yield desk
    desk.app.close()


def content_of(desk: Desk, name: str, **asked: object) -> ReportContent:
    with desk.app.look() as ctx:
        return make_report(ctx, ReportAsked(name=name, **asked))  # type: ignore[arg-type] # its fields


def file_of(desk: Desk, content: ReportContent, kind: str) -> bytes:
    with desk.app.look() as ctx:
        return write_report(ctx.company, content, kind)


def cells_of(content: ReportContent) -> list[Cell]:
    return [
        cell
        for section in content.sections
        for row in section.table.rows
        for cell in row
        if cell is not None
    ]


def test_there_is_a_report_for_each_name_of_the_command_line() -> None:
    assert report_names() == REPORTS


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_numbers_stand_in_all_formats(books: Desk, name: str) -> None:
    content = content_of(books, name, language="en")
    assert content.sections
    _compare_csv(content, file_of(books, content, "csv"))
    _compare_workbook(content, file_of(books, content, "xlsx"))
    _compare_page(content, file_of(books, content, "html"))


def _compare_csv(content: ReportContent, file: bytes) -> None:
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    told = [(one["value"], one["unit"], one["currency"]) for one in rows if one["row"]]
    plain = [plain_cell(cell) for cell in cells_of(content)]
    assert [one for one in told if one[1] != "text"] == [one for one in plain if one[1] != "text"]
    findings = [one["value"] for one in rows if one["column"] == "finding"]
    assert len(findings) == len(content.sections)


def _compare_workbook(content: ReportContent, file: bytes) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(file))  # Any: cells are of any kind
    sheets = list(book.worksheets[1:])
    filled = [section for section in content.sections if section.table.rows]
    assert len(sheets) == len(filled)
    for sheet, section in zip(sheets, filled, strict=True):
        assert sheet.freeze_panes == "B2"
        read = list(sheet.iter_rows(min_row=2, values_only=True))
        assert len(read) == len(section.table.rows)
        for row, cells in zip(read, section.table.rows, strict=True):
            for shown, cell in zip(row, cells, strict=False):
                match cell:
                    case Money():
                        assert Decimal(str(shown)) == cell.amount
                        assert section.currency in row
                    case Figure(value):
                        assert Decimal(str(shown)) == value
                    case date():
                        assert shown.date() == cell
                    case _:
                        assert shown == (cell or None)


def _compare_page(content: ReportContent, file: bytes) -> None:
    page: Any = html.fromstring(file)  # Any: what XPath finds is of any kind
    tables = page.xpath("//table")
    filled = [section for section in content.sections if section.table.rows]
    assert len(tables) == len(filled)
    for table, section in zip(tables, filled, strict=True):
        rows = table.xpath(".//tbody/tr")
        for row, cells in zip(rows, section.table.rows, strict=True):
            shown = [one.text_content() for one in row.xpath("./td")]
            for text, cell in zip(shown, cells, strict=True):
                written = {cell_text(cell, "en"), cell_text(cell, "en", bare=True)}
                assert text in written
    drawn = [one for one in content.sections if chart_of(one, "en")]
    assert [one.get("aria-label") for one in page.xpath("//figure")] == [
        one.finding for one in drawn
    ]


def test_the_pages_for_paper_hold_the_findings_in_french(books: Desk) -> None:
    content = content_of(books, "ageing", language="fr", currency="XOF")
    paper = pypdf.PdfReader(io.BytesIO(file_of(books, content, "pdf")))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in paper.pages))
    assert "Balanceâgéedescréances" in text
    for section in content.sections:
        assert re.sub(r"\s+", "", section.heading) in text


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_speaks_french_and_says_the_same_numbers(books: Desk, name: str) -> None:
    english, french = (content_of(books, name, language=one) for one in ("en", "fr"))
    assert french.title != english.title
    numbers = [
        [plain_cell(cell) for cell in cells_of(one) if not isinstance(cell, str)]
        for one in (english, french)
    ]
    assert numbers[0] == numbers[1]


def test_both_languages_have_the_same_words_with_the_same_marks() -> None:
    said = {}
    for language in ("en", "fr"):
        path = files("net30.language") / "reports" / f"{language}.toml"
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
        groups.pop("reasons")
        said[language] = {
            f"{group}.{key}": sorted(re.findall(r"\{(\w+)\}", text))
            for group, texts in groups.items()
            for key, text in texts.items()
        }
    assert said["en"] == said["fr"]


def test_a_rate_s_change_is_told_in_points(books: Desk) -> None:
    words = report_words("en")
    content = content_of(books, "executive", language="en", currency="XOF")
    (rate,) = [
        row
        for section in content.sections
        for row in section.table.rows
        if row[0] == words("rows.collection_rate")
    ]
    _, now, then, change = rate
    assert isinstance(now, Figure)
    assert isinstance(then, Figure)
    assert change == Figure((now.value - then.value) * 100, Unit.POINTS)


def test_reasons_are_told_in_french_with_their_numbers() -> None:
    words = report_words("fr")
    assert words.reason("needs 12 complete months; there are 6") == (
        "il faut 12 mois complets ; il y en a 6"
    )
    assert words.reason("a reason nobody knows") == "a reason nobody knows"
    assert report_words("en").reason("nothing is open") == "nothing is open"


def test_currencies_stand_apart_and_one_may_be_asked_for(books: Desk) -> None:
    every = content_of(books, "ageing")
    assert {one.currency for one in every.sections} >= {"XOF", "EUR"}
    for section in every.sections:
        amounts = [cell for row in section.table.rows for cell in row if isinstance(cell, Money)]
        assert {one.currency for one in amounts} == {section.currency}
    euros = content_of(books, "ageing", currency="EUR")
    assert {one.currency for one in euros.sections} == {"EUR"}


def test_customers_of_the_ageing_add_up_to_its_buckets(books: Desk) -> None:
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation, TODAY)
        with known_at(ledger, TODAY) as known:
            whole, parts = ageing(known), ageing_by_customer(known)
    for currency, found in whole.items():
        for bucket in BUCKETS:
            amounts = [getattr(one.ageing, bucket) for one in parts[currency]]
            assert Money.total(amounts, currency) == getattr(found, bucket)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_empty_books_say_what_is_missing_in_every_format(
    empty: Desk, name: str, language: str
) -> None:
    content = content_of(empty, name, language=language)
    assert content.sections == ()
    assert content.notes
    note = content.notes[0]
    assert note in file_of(empty, content, "html").decode()
    assert note in file_of(empty, content, "csv").decode()
    book: Any = openpyxl.load_workbook(io.BytesIO(file_of(empty, content, "xlsx")))
    assert note in [cell for row in book.active.iter_rows(values_only=True) for cell in row]


@pytest.mark.parametrize("name", REPORTS)
def test_one_invoice_is_enough_for_a_report(single: Desk, name: str) -> None:
    content = content_of(single, name, as_of=TODAY)
    for kind in ("csv", "html", "xlsx"):
        assert file_of(single, content, kind)
    assert "nan" not in file_of(single, content, "csv").decode().casefold().split(",")


def test_unapplied_cash_has_a_row_of_its_own(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue("100000", "1")
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(customer_id=desk.acme.id, amount=Money(15_000_000, "XOF"), day=TODAY),
        )
    desk.app.settle()
    table = content_of(desk, "ageing", language="en").sections[0].table
    assert table.rows[-2][:2] == ("Unapplied", Money(-15_000_000, "XOF"))
    assert table.rows[-1][0] == "Total"
    desk.app.close()


def test_forecasts_stand_beside_what_came(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue("100000", "1")
    desk.app.settle()
    with desk.app.look() as ctx:
        forecast_cash(ctx)
    desk.clock.day = TODAY + timedelta(days=31)
    judged = content_of(desk, "forecast", language="en").sections[-1]
    assert judged.table.rows[0][0] == TODAY
    assert "of 1 forecasts over 30 days" in judged.finding
    desk.app.close()


def test_industries_stand_beside_published_figures_with_their_sources(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    rows = [
        f"F{at},c1,2026-0{month}-05,2026-0{month}-20,100,EUR,2026-0{month}-2{at},{industry}"
        for at, (month, industry) in enumerate([(1, "it"), (2, "it"), (3, "bakery"), (4, "")])
    ]
    head = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,industry"
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content="\n".join([head, *rows]).encode()))
    desk.app.settle()
    ours, sources = content_of(desk, "benchmarks", language="en").sections
    told = {row[0]: row for row in ours.table.rows}
    assert told["it"][3] == Figure(Decimal("0.59"), Unit.SHARE)
    assert told["it"][4] == Figure(Decimal("-0.09"), Unit.SHARE)
    assert told["it"][7] == "Upflow"
    assert ours.plot is not None
    assert date(2024, 9, 4) in {row[5] for row in sources.table.rows}
    desk.app.close()


def test_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    content = small([("=1+1", Money(-250, "EUR")), (EVIL, Money(99, "EUR"))])
    told = list(csv.DictReader(io.StringIO(long_form.write(content).decode())))
    values = [one["value"] for one in told if one["row"]]
    assert values[0] == "'=1+1"
    assert values[1] == "-2.50"
    assert values[2].startswith("'=cmd")
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook.write(content, "#1f4e79")))
    cell = book.worksheets[1]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_table_longer_than_a_sheet_goes_on_in_the_next_one() -> None:
    content = small([(f"c{at}", Money(at, "XOF")) for at in range(7)])
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook.write(content, "#1f4e79", 3)))
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [4, 4, 2]
    assert len({sheet.title for sheet in book.worksheets}) == 4


def test_numbers_too_long_for_a_spreadsheet_stay_exact() -> None:
    content = small([("a", Money(123456789012345678, "EUR"))])
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook.write(content, "#1f4e79")))
    assert book.worksheets[1]["B2"].value == "1234567890123456.78"


def test_of_a_long_table_the_pages_show_the_first_rows_and_say_so() -> None:
    content = small([(f"c{at}", Money(at, "XOF")) for at in range(7)])
    report = pages(content, "#1f4e79", 3)
    assert report.rows == 4
    assert "The first 3 of 7 rows" in str(report.blocks)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_plot_is_drawn_from_its_table_in_our_colour(kind: Kind) -> None:
    columns = (1,) if kind is Kind.GAUGE else (1, 2, 3)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"w{at}", *(Figure(Decimal(at + more), Unit.DAYS) for more in range(3))) for at in range(4)
    )
    section = Section(
        heading="h",
        finding="f",
        table=Table(("week", "low", "middle", "high"), rows),
        plot=Plot(kind, columns),
    )
    chart = chart_of(section, "en")
    assert chart is not None
    assert "#123456" in draw(chart, "#123456")
    nothing: tuple[tuple[Cell, ...], ...] = tuple((row[0], None, None, None) for row in rows)
    empty = replace(section, table=Table(section.table.columns, nothing))
    if kind is not Kind.HEATMAP:
        assert chart_of(empty, "en") is None


def test_what_there_is_not_is_refused_with_what_there_is(books: Desk) -> None:
    with pytest.raises(InputError, match="no report 'sales'") as refused:
        content_of(books, "sales")
    assert "executive" in refused.value.hint
    with pytest.raises(InputError, match="not written in 'de'"):
        content_of(books, "ageing", language="de")
    with pytest.raises(InputError):
        content_of(books, "ageing", currency="ABCD")
    content = content_of(books, "ageing", as_of=TODAY - timedelta(days=40))
    with pytest.raises(InputError, match="not written as 'docx'"):
        file_of(books, content, "docx")


def test_cells_are_written_as_their_language_writes_them() -> None:
    assert cell_text(Figure(Decimal("0.6214"), Unit.SHARE), "fr") == "62,1\N{NO-BREAK SPACE}%"
    assert cell_text(Figure(Decimal(1200), Unit.COUNT), "en") == "1,200"
    assert cell_text(None, "en") == "–"
    assert cell_text(TODAY, "en") == write_short_date(TODAY, "en")


def small(rows: list[tuple[str, Money]]) -> ReportContent:
    currency = rows[0][1].currency
    section = Section(
        heading="Debtors",
        finding="All owe something.",
        table=Table(("customer", "open"), tuple(rows)),
        currency=currency,
        plot=Plot(Kind.NAMES, (1,)),
    )
    return ReportContent(
        name="ageing",
        title="Debtors",
        seller="Us",
        as_of=TODAY,
        language="en",
        sections=(section,),
    )
