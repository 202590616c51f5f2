"""Prediction files: a file of invoices scored as a job, by what the books know of the customers."""

from __future__ import annotations

from dataclasses import dataclass, fields
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
from net30.domain.organisation import ENGINES
from net30.kernel.money import digits_of
from net30.ledger.mapping import layout_of
from net30.services.context import Context
from net30.services.create_organisation import check_choice
from net30.services.jobs.watch_jobs import job_of
from net30.services.jobs.works import FileOrder, order_scoring
from net30.services.score_upload import findings_of, scores_of
from net30.wiring.parts import engine_for

routes = Resource("prediction files", "A file of invoices, scored as a job.")

NEEDS = (Permission.PREDICTIONS_READ, Permission.EXPORTS_READ, Permission.JOBS_WRITE)
Id = Annotated[str, Path(description="The job's id.", max_length=ID_CHARACTERS_MAX)]
NOTHING_FOUND = b'"severity","code","path","message"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreForm:
    """Invoices to score as CSV, XLSX or Parquet; customers are named as the books name them.

    `layout` is a layout's name or its JSON, guessed when left out; `currency` is that of rows
    without one. `model` is a version of your own such as v3, or default for the model that net30
    brings (empty: the one that is served); `engine` is local, spark or auto (empty: as the settings
    say); `name` is what the job's title calls the file.
    """

    layout: str = ""
    currency: str = ""
    model: str = ""
    engine: str = ""
    name: str = ""


@routes.upload("/predictions/files", NEEDS, form=ScoreForm, gives=Job, status=202)
def score_invoice_file(visit: Changing) -> Response:
    """Tell of each invoice of a file when it will be paid, as a job: GET /jobs/ID says how far.

    Nothing of the books changes. Pieces of work wait for one another; one whose process dies is
    taken up again.
    """
    sent = visit.upload()
    form = checked(sent, {one.name for one in fields(ScoreForm)})
    order = FileOrder(
        layout=form.get("layout", ""),
        currency=form.get("currency", "").upper(),
        version=form.get("model", ""),
        engine=form.get("engine", ""),
        name=form.get("name", ""),
    )
    if order.currency:
        digits_of(order.currency)
    if order.layout:
        layout_of(order.layout)
    check_choice("engine", order.engine, ENGINES)
    if order.engine:
        engine_for(visit.app.settings, order.engine)  # says which package is missing

    def ordered(ctx: Context) -> Job:
        return order_scoring(ctx, sent.content, order)

    return visit.once(ordered, said=sent.said)


@routes.get("/predictions/files/{job}", Permission.PREDICTIONS_READ, media=("text/csv",))
def get_scored_file(visit: Looking, job: Id) -> Response:
    """Download the scores of a job: chances, days with their range, risk band, expected day."""
    with visit.look() as ctx:
        content = scores_of(ctx, job_of(ctx, job).value.id)
    return reply_file(visit.request, content, "text/csv", "scores.csv")


@routes.get("/predictions/files/{job}/findings", Permission.PREDICTIONS_READ, media=("text/csv",))
def get_findings_of_scored_file(visit: Looking, job: Id) -> Response:
    """Download what was wrong with rows of a job's file; only a heading where nothing was."""
    with visit.look() as ctx:
        found = job_of(ctx, job).value.id
        scores_of(ctx, found)  # says so where there is nothing yet
        content = findings_of(ctx, found) or NOTHING_FOUND
    return reply_file(visit.request, content, "text/csv", "findings.csv")
