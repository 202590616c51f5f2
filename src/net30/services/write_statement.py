"""Write a statement as a file: pdf and html for the customer, csv and xlsx for their books."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

import pyarrow as pa

from net30.documents.report import Grid, Report
from net30.documents.report import html as html_report
from net30.documents.report import pdf as pdf_report
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.plugins import load
from net30.language.amounts import currency_label, write_money
from net30.language.dates import write_date, write_short_date
from net30.language.locales import direction
from net30.services.context import ReadContext
from net30.services.export_table import WRITERS
from net30.services.make_statement import Account, Statement

FORMATS = ("pdf", "html", "csv", "xlsx")
ELSE_LANGUAGE = "en"
UNAPPLIED = "unapplied"


def statement_language(company: Organisation, statement: Statement) -> str:
    """Return the language a statement is written in: the customer's where it has words for it."""
    wanted = statement.customer.language or company.language
    return wanted if wanted in _words() else ELSE_LANGUAGE


def take_statement(ctx: ReadContext, statement: Statement, format_name: str) -> bytes:
    """Return the statement's file for somebody to take along; the audit notes it.

    Raises what `write_statement` raises.
    """
    content = write_statement(ctx.company, statement, format_name)
    lines = sum(len(account.lines) for account in statement.accounts)
    ctx.take_out(f"statement of customer {statement.customer.id} as {format_name}", lines)
    return content


def write_statement(company: Organisation, statement: Statement, format_name: str) -> bytes:
    """Return the statement's file; the same statement gives the same bytes.

    Raises InputError for an unknown format, LimitExceeded for more lines than a PDF takes.
    """
    look = company.appearance
    match format_name:
        case "pdf":
            report = _within(_report(company, statement), pdf_report.ROWS_MAX)
            return pdf_report.write(report, look.colour, look.paper, statement.as_of)
        case "html":
            report = _within(_report(company, statement), html_report.ROWS_MAX)
            return html_report.write(report, look.colour)
        case "csv" | "xlsx":
            written: bytes = load(WRITERS, format_name).write(_table(statement))
            return written
    raise InputError(
        f"a statement is not written as {format_name!r}",
        hint=f"use one of {', '.join(FORMATS)}",
        code="statement_format",
    )


def _within(report: Report, rows_max: int) -> Report:
    if report.rows > rows_max:
        raise LimitExceeded(
            f"the statement has {report.rows:,} rows, more than {rows_max:,}",
            hint="write it as csv or xlsx",
            code="statement_rows",
        )
    return report


def _report(company: Organisation, statement: Statement) -> Report:
    language = statement_language(company, statement)
    words = _words()[language]
    day = write_date(statement.as_of, language)
    blocks: list[str | Grid] = [_addressee(statement)]
    for account in statement.accounts:
        blocks += _account(account, words, language, day)
    if not statement.accounts:
        blocks.append(words["nothing"].format(day=day))
    return Report(
        title=words["title"].format(customer=statement.customer.name),
        seller=company.party.name,
        day=day,
        language=language,
        direction=direction(language),
        blocks=(*blocks, words["thanks"]),
    )


def _account(
    account: Account, words: StatementWords, language: str, day: str
) -> Iterator[str | Grid]:
    label = currency_label(account.currency, language)
    yield words["intro"].format(currency=label, day=day)
    rows = [
        (
            line.number,
            write_short_date(line.issued, language),
            write_short_date(line.due, language) if line.due else "",
            str(line.days_past_due or ""),
            write_money(line.amount, language),
            write_money(line.open, language),
        )
        for line in account.lines
    ]
    if account.unapplied:
        money = write_money(account.unapplied, language)
        rows.append((words["unapplied"], "", "", "", money, money))
    right = (False, False, False, True, True, True)
    yield Grid(tuple(words["columns"]), tuple(rows), right)
    for one in account.returned:
        yield words["returned"].format(
            amount=write_money(one.amount, language),
            number=one.number,
            day=write_date(one.day, language),
        )
    aged = tuple(write_money(amount, language) for amount in account.ageing)
    yield Grid(tuple(words["ageing"]), (aged,), (True,) * len(aged))
    amount = write_money(account.balance, language)
    yield words["balance"].format(currency=label, amount=amount)
    if account.balance.minor < 0:
        yield words["in_favour"]


def _addressee(statement: Statement) -> str:
    party = statement.customer.party
    place = party.address
    town = " ".join(part for part in (place.postcode, place.city) if part)
    lines = (party.name, place.line1, place.line2, town, place.country)
    return "\n".join(line for line in lines if line)


def _table(statement: Statement) -> pa.Table:
    """Return the lines as a table, amounts as exact decimals in major units."""
    rows: list[tuple[str, date | None, date | None, int | None, str, Decimal, Decimal]] = []
    for account in statement.accounts:
        rows += [
            (
                line.number,
                line.issued,
                line.due,
                line.days_past_due,
                account.currency,
                line.amount.amount,
                line.open.amount,
            )
            for line in account.lines
        ]
        if account.unapplied:
            spare = account.unapplied.amount
            rows.append((UNAPPLIED, None, None, None, account.currency, spare, spare))
    places = max((-_exponent(row[6]) for row in rows), default=0)
    kind = pa.decimal128(23, places)
    types = (pa.string(), pa.date32(), pa.date32(), pa.int32(), pa.string(), kind, kind)
    columns = [pa.array([row[at] for row in rows], one) for at, one in enumerate(types)]
    return pa.table(columns, names=list(_COLUMNS))


_COLUMNS = ("number", "issue_date", "due_date", "days_past_due", "currency", "amount", "open")


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "money is finite"
    return exponent


class StatementWords(TypedDict):
    """A language's words for statements, as the file has them."""

    title: str
    intro: str
    columns: list[str]
    unapplied: str
    returned: str
    balance: str
    in_favour: str
    ageing: list[str]
    nothing: str
    thanks: str


@cache
def _words() -> dict[str, StatementWords]:
    path = files("net30.language") / "letters" / "statement.toml"
    # cast: a test compares the file with these types
    return cast("dict[str, StatementWords]", tomllib.loads(path.read_text(encoding="utf-8")))
