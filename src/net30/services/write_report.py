"""Write a report: its content of the books, and the file of it for people or for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from net30.documents.report import html as html_report
from net30.documents.report import pdf as pdf_report
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.kernel.money import digits_of
from net30.kernel.plugins import load, names_in
from net30.services.context import ReadContext
from net30.services.reporting import long_form, workbook
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import ReportContent
from net30.services.reporting.pages import pages
from net30.services.reporting.words import LANGUAGES, OTHERWISE, report_words

ROOM = "net30.services.reports"
FORMATS = ("pdf", "html", "xlsx", "csv")
PAPER_ROWS_MAX, PAGE_ROWS_MAX = 40, 500
"""So many rows of a table are for people to read; workbook and plain rows hold all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """Which report, as of which day (today), of which currency (all), in which language.

    The language is the company's, where reports are written in it, else English.
    """

    name: str
    as_of: date | None = None
    currency: str = ""
    language: str = ""


def report_names() -> tuple[str, ...]:
    """Return the reports there are."""
    return names_in(ROOM)


def make_report(ctx: ReadContext, asked: ReportAsked) -> ReportContent:
    """Return the content of a report; all formats are written from it.

    Raises InputError for a report, a language or a currency that there is not.
    """
    if asked.name not in report_names():
        raise InputError(
            f"there is no report {asked.name!r}",
            hint=f"ask for one of {', '.join(report_names())}",
            code="report",
        )
    if asked.currency:
        digits_of(asked.currency)
    company = ctx.company
    usual = company.language if company.language in LANGUAGES else OTHERWISE
    words = report_words(asked.language or usual)
    asking = Asking(ctx=ctx, day=asked.as_of or ctx.today, currency=asked.currency, words=words)
    sections = tuple(load(ROOM, asked.name).sections(asking))
    ctx.take_out(f"report {asked.name}", sum(len(one.table.rows) for one in sections))
    return ReportContent(
        name=asked.name,
        title=words(f"titles.{asked.name}"),
        seller=company.party.name,
        as_of=asking.day,
        language=words.language,
        sections=sections,
        notes=() if sections else (words("notes.nothing"),),
    )


def write_report(company: Organisation, content: ReportContent, format_name: str) -> bytes:
    """Return a report's file; the same content gives the same bytes.

    Raises InputError for an unknown format.
    """
    look = company.appearance
    match format_name:
        case "pdf":
            report = pages(content, look.colour, PAPER_ROWS_MAX)
            return pdf_report.write(report, look.colour, look.paper, content.as_of)
        case "html":
            return html_report.write(pages(content, look.colour, PAGE_ROWS_MAX), look.colour)
        case "xlsx":
            return workbook.write(content, look.colour)
        case "csv":
            return long_form.write(content)
    raise InputError(
        f"a report is not written as {format_name!r}",
        hint=f"use one of {', '.join(FORMATS)}",
        code="report_format",
    )
