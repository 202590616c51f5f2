"""PDF: a report as pages for people, PDF/A-3b for the archive, tagged for screen readers."""

from __future__ import annotations

import json
from datetime import date

from net30.documents.report import Report
from net30.documents.typesetting.compiler import DOCUMENTS, compile_pdf
from net30.documents.typesetting.galley import galley

MEDIA_TYPE = "application/pdf"
SUFFIX = "pdf"
ROWS_MAX = 2_000


def write(report: Report, colour: str, paper: str, day: date) -> bytes:
    """Return the report as a PDF; the same report gives the same bytes."""
    inputs = {
        "page": json.dumps(galley(report).content, ensure_ascii=False),
        "look": json.dumps({"colour": colour, "paper": paper}),
    }
    return compile_pdf(DOCUMENTS / "report", ".", inputs, day, "report.typ")
