"""Prediction files: a file of invoices scored as a job, by what the books know of the customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.routes.imports import checked
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.job import Job
from net30.kernel.money import digits_of
from net30.ledger.mapping import layout_of
from net30.services.context import Context
from net30.services.jobs.watch_jobs import job_of
from net30.services.jobs.works import FileOrder, order_scoring
from net30.services.score_upload import (
    scores_of,
)

routes = Resource("prediction files", "A file of invoices, scored as a job.")

NEEDS = (Permission.PREDICTIONS_READ, Permission.EXPORTS_READ, Permission.JOBS_WRITE)
KIND = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreForm:
    """Invoices to score as CSV, XLSX or Parquet; customers are named as the books name them.

    `layout` is a layout's name or its JSON, guessed when left out; `currency` is that of rows
    without one.
    """

    layout: str = ""
    currency: str = ""


@routes.upload("/predictions/files", NEEDS, form=ScoreForm, gives=Job, status=202)
def score_invoice_file(visit: Changing) -> Response:
    """Tell of each invoice of a file when it will be paid, as a job: GET /jobs says how far it is.

    Nothing of the books changes. Pieces of work wait for one another; one whose process dies is
    taken up again.
    """
    sent = visit.upload()
    form = checked(sent, {"layout", "currency"})
    currency, layout = form.get("currency", "").upper(), form.get("layout", "")
    if currency:
        digits_of(currency)
    if layout:
        layout_of(layout)

    def ordered(ctx: Context) -> Job:
        return order_scoring(ctx, sent.content, FileOrder(layout=layout, currency=currency))

    return visit.once(ordered, said=sent.said)


@routes.get("/predictions/files/{job}", Permission.PREDICTIONS_READ, media=("text/csv",))
def get_scored_file(
    visit: Looking,
    job: Annotated[str, Path(description="The job's id.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Download the scores of a job: chances, days with their range, risk band, expected day."""
    with visit.look() as ctx:
        content = scores_of(ctx, job_of(ctx, job).value.id)
    return reply_file(visit.request, content, "text/csv", "scores.csv")
