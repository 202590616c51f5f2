"""Score a file that was sent, by what the organisation's own books know of its customers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv

from net30.kernel.dates import YEAR_MAX
from net30.kernel.errors import InputError, NotFound
from net30.ledger.history_pieces import HistoryPath
from net30.ledger.imports.claims import Defaults
from net30.ledger.mapping import Layout
from net30.ledger.writers import csv
from net30.scoring.registry import model_folder
from net30.services.batch.output import SCORES
from net30.services.context import Context, ReadContext
from net30.services.export_table import Export, export_rows
from net30.services.jobs.order_job import FINDINGS, SCORED
from net30.services.jobs.run_job import Progress
from net30.services.promote_model import show_model
from net30.services.published_model import BROUGHT
from net30.services.score_file import Engine, Scoring, ScoringReport, score_file
from net30.services.train_model import DEFAULT_NAME

LAST_DAY = date(YEAR_MAX, 12, 31)
"""Invoices to be scored may be issued on any day."""

Look = Callable[[], AbstractContextManager[ReadContext]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """Invoices to score as CSV, XLSX or Parquet; customers are named as the books name them.

    `version` is one of the organisation's own models, or BROUGHT for the one net30 brings; empty:
    the one that is served.
    """

    content: bytes
    layout: Layout | None = None
    currency: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """What the scoring came to, and the scores and what was wrong with rows as CSV."""

    report: ScoringReport
    content: bytes
    findings: bytes = b""


def score_upload(look: Look, sent: SentFile, engine: Engine, tell: Progress) -> ScoredFile:
    """Return the scores of every good row; nothing of the books changes.

    The organisation's own model answers where one is published, else the one net30 brings. Raises
    InputError for an unusable file, Unavailable when the disk does not do its work.
    """
    with tempfile.TemporaryDirectory(prefix="net30-scores-") as name:
        folder = Path(name)
        scoring = _scoring(look, sent, folder)
        report = score_file(scoring, engine, tell)
        beside = report.findings_file
        findings = beside.read_bytes() if beside else b""
        return ScoredFile(report=report, content=report.output.read_bytes(), findings=findings)


def keep_scores(ctx: Context, job_id: str, scored: ScoredFile) -> None:
    """Keep a job's scores where `scores_of` finds them, with what was wrong with rows."""
    ctx.blobs.put(ctx.organisation, f"{SCORED}/{job_id}.csv", scored.content)
    if scored.findings:
        ctx.blobs.put(ctx.organisation, f"{SCORED}/{job_id}{FINDINGS}", scored.findings)


def scores_of(ctx: ReadContext, job_id: str) -> bytes:
    """Return the scores of a job as CSV; raise NotFound for a job that has none."""
    try:
        return ctx.blobs.get(ctx.organisation, f"{SCORED}/{job_id}.csv")
    except NotFound:
        raise NotFound(
            f"the job {job_id!r} has no scores",
            hint="wait until it is done: GET /api/v1/jobs",
            code="no_scores",
        ) from None


def scored_table(content: bytes) -> pa.Table:
    """Return the scores of a job, or the findings, as a table (batch/output.py names its columns).

    Ids and texts are text, whatever they look like.
    """
    known = {field.name: field.type for field in SCORES}
    found = dict.fromkeys(("severity", "code", "path", "message"), pa.string())
    options = pv.ConvertOptions(column_types=known | found, strings_can_be_null=False)
    return pv.read_csv(BytesIO(content), convert_options=options)


def findings_of(ctx: ReadContext, job_id: str) -> bytes:
    """Return what was wrong with the rows of a job's file as CSV; nothing where all was well."""
    try:
        return ctx.blobs.get(ctx.organisation, f"{SCORED}/{job_id}{FINDINGS}")
    except NotFound:
        return b""


def told_of(scored: ScoredFile) -> object:
    """Return what a job keeps of its scores."""
    report = scored.report
    return {
        "rows": report.rows,
        "scored": report.scored,
        "model": report.model,
        "engine": report.engine,
        "bands": dict(report.bands),
        "errors": report.errors,
        "findings": dict(report.finding_counts),
    }


def _scoring(look: Look, sent: SentFile, folder: Path) -> Scoring:
    past, asked = folder / "past.csv", folder / "asked"
    asked.write_bytes(sent.content)
    with look() as ctx:
        rows = export_rows(ctx, Export.INVOICES, as_of=ctx.today).drop_columns(["customer_id"])
        if not rows.num_rows:
            raise InputError(
                "the books have no invoice yet that would tell how customers pay",
                hint="import past invoices first",
                code="no_books_yet",
            )
        past.write_bytes(csv.written(rows, ","))
        currency = sent.currency or ctx.company.currency
        today, models = ctx.today, ctx.models
    return Scoring(
        history=HistoryPath(path=past, defaults=Defaults(currency=currency, today=today)),
        asked=HistoryPath(
            path=asked, defaults=Defaults(currency=currency, today=LAST_DAY), layout=sent.layout
        ),
        output=folder / "scores.csv",
        model=_model(models, sent.version),
        as_of=today + timedelta(days=1),
    )


def _model(models: Path, version: str) -> Path | None:
    """Return the folder of the model that is asked for; None for the one that net30 brings."""
    if version == BROUGHT:
        return None
    if version:
        show_model(models, DEFAULT_NAME, version)  # says what is wrong with it
        return models / DEFAULT_NAME / version
    try:
        return model_folder(models / DEFAULT_NAME)
    except NotFound as missing:
        if missing.code != "no_model":
            raise
        return None
