"""Reports: sentences and tables as a web page and as PDF; users' text is never run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from net30.charts.chart import Gauge
from net30.charts.svg import draw
from net30.documents.report import Grid, Heading, Picture, Report, html, pdf

DAY = date(2026, 11, 21)
COLOUR = "#1f4e79"
REPORT = Report(
    title="Ageing",
    seller="Lagune & Fils",
    day="21 November 2026",
    language="en",
    direction="ltr",
    blocks=(
        "Receivables of <Acme>",
        Grid(("Client", "Amount"), (("<script>alert(1)</script>", "1,200 FCFA"),), (False, True)),
        Grid((), (("one", "two"),), (False, False)),
    ),
)


def test_a_page_escapes_what_users_wrote_and_loads_nothing() -> None:
    page = html.write(REPORT, COLOUR).decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "Lagune &amp; Fils" in page
    assert "default-src 'none'" in page
    assert '<td class="figure"><bdi>1,200 FCFA</bdi></td>' in page
    assert "<li><bdi>one</bdi> · <bdi>two</bdi></li>" in page


def test_a_pdf_has_the_same_bytes_every_time() -> None:
    once = pdf.write(REPORT, COLOUR, "a4", DAY)
    assert once.startswith(b"%PDF-")
    assert once == pdf.write(REPORT, COLOUR, "a4", DAY)


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_a_pdf_is_set_from_the_right_and_with_letters_that_no_font_has(paper: str) -> None:
    odd = Grid(("العميل", "المبلغ"), (("\U0001f9ff \U00013000", "3"),), (False, True))
    report = replace(REPORT, language="ar", direction="rtl", blocks=("نص", odd))
    assert pdf.write(report, COLOUR, paper, DAY).startswith(b"%PDF-")


def test_the_rows_of_all_tables_are_counted() -> None:
    assert REPORT.rows == 2


def test_sections_have_headings_and_charts_are_told_in_words() -> None:
    chart = Picture(draw(Gauge(title="Health", value=72.4, label="72.4 <b>")), 'Score "72.4"')
    report = replace(REPORT, blocks=(Heading("Health & score"), chart))
    page = html.write(report, COLOUR).decode()
    assert "<h2>Health &amp; score</h2>" in page
    assert 'aria-label="Score &#34;72.4&#34;"' in page
    assert "72.4 &lt;b&gt;</text>" in page
    made = pdf.write(report, COLOUR, "a4", DAY)
    assert made.startswith(b"%PDF-")
    assert made == pdf.write(report, COLOUR, "a4", DAY)
