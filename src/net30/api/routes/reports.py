"""Reports: the receivables as a file for people or for programs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.asked import AsOf, Currency
from net30.api.resource import Resource
from net30.api.routes.statements import MEDIA
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.services.write_report import ReportAsked, make_report, report_names, write_report

routes = Resource("reports", "The receivables as a file: PDF, HTML, XLSX or CSV.")

NEEDS = (Permission.FIGURES_READ, Permission.PREDICTIONS_READ, Permission.EXPORTS_READ)


@routes.get("/reports", Permission.FIGURES_READ, gives=tuple[str, ...])
def list_reports(visit: Looking) -> Response:
    """List the names of the reports."""
    return visit.reply(report_names())


@routes.get("/reports/{name}/{form}", NEEDS, media=tuple(MEDIA.values()))
def get_report(
    visit: Looking,
    name: Annotated[str, Path(description="Such as executive or ageing.", max_length=50)],
    form: Annotated[str, Path(description=f"{', '.join(MEDIA)}.", max_length=20)],
    as_of: AsOf = None,
    currency: Currency = "",
    language: Annotated[
        Literal["", "en", "fr"], Query(description="The company's, else English.")
    ] = "",
) -> Response:
    """Download a report; the same numbers stand in every format."""
    asked = ReportAsked(name=name, as_of=as_of, currency=currency, language=language)
    with visit.look() as ctx:
        content = make_report(ctx, asked)
        file = write_report(ctx.company, content, form)
    return reply_file(
        visit.request, file, MEDIA[form], f"{name}-{content.as_of.isoformat()}.{form}"
    )
