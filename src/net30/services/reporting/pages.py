"""Pages: a report's content for people: headings, findings, charts and tables beside them."""

from __future__ import annotations

from collections.abc import Iterator

from net30.charts.svg import draw
from net30.documents.report import Block, Grid, Heading, Picture, Report
from net30.language.amounts import currency_label
from net30.language.dates import write_date
from net30.language.locales import direction
from net30.services.reporting.cells import cell_text, is_figures, is_money
from net30.services.reporting.content import ReportContent, Section
from net30.services.reporting.plots import chart_of
from net30.services.reporting.words import report_words


def pages(content: ReportContent, colour: str, rows_max: int) -> Report:
    """Return the content as a report; of a longer table the first rows, and how many there are."""
    blocks: list[Block] = []
    for section in content.sections:
        blocks += _section(section, content.language, colour, rows_max)
    blocks += content.notes
    return Report(
        title=content.title,
        seller=content.seller,
        day=write_date(content.as_of, content.language),
        language=content.language,
        direction=direction(content.language),
        blocks=tuple(blocks),
    )


def heading_of(section: Section, language: str) -> str:
    """Return a section's heading with its currency."""
    if not section.currency:
        return section.heading
    return f"{section.heading} · {currency_label(section.currency, language)}"


def _section(section: Section, language: str, colour: str, rows_max: int) -> Iterator[Block]:
    yield Heading(heading_of(section, language))
    yield section.finding
    if chart := chart_of(section, language):
        yield Picture(draw(chart, colour), section.finding)
    notes = list(section.notes)
    if section.table.rows:
        yield _grid(section, language, rows_max)
        if len(section.table.rows) > rows_max:
            words = report_words(language)
            notes.append(words("notes.more", shown=rows_max, rows=len(section.table.rows)))
    if notes:
        yield Grid((), tuple((note,) for note in notes), (False,))


def _grid(section: Section, language: str, rows_max: int) -> Grid:
    table = section.table
    columns = range(len(table.columns))
    bare = [is_money(table, at) for at in columns]
    return Grid(
        table.columns,
        tuple(
            tuple(cell_text(row[at], language, bare=bare[at]) for at in columns)
            for row in table.rows[:rows_max]
        ),
        tuple(is_figures(table, at) for at in columns),
    )
