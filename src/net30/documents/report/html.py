"""HTML: a report as one self-contained web page that loads nothing from anywhere."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from net30.documents.report import Report

MEDIA_TYPE = "text/html; charset=utf-8"
SUFFIX = "html"
ROWS_MAX = 20_000


def write(report: Report, colour: str) -> bytes:
    """Return the report as a page; every text is escaped, so none is run or loads anything."""
    return _template().render(report=report, colour=colour).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("net30.documents", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
