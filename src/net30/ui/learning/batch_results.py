"""Batch results: what the scoring of a file came to, to read and to take away."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.kernel.errors import NotFound
from net30.kernel.findings import Finding, Severity
from net30.ledger.writers import xlsx
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.jobs.works import SCORE, SCORING
from net30.services.reporting.content import (
    Figure,
    Kind,
    Plot,
    ReportContent,
    Section,
    Table,
    Unit,
)
from net30.services.reporting.words import LANGUAGES, OTHERWISE
from net30.services.score_upload import findings_of, scored_table, scores_of
from net30.services.write_report import write_report
from net30.ui.learning.engines import engine_called
from net30.ui.learning.which_model import model_called
from net30.ui.pieces.columns import findings_table
from net30.ui.pieces.shown import BAND_COLOURS, band_names, day_column, moment
from net30.ui.visit import Visit

JOBS_LOOKED_AT = 50
ROWS = 50
PAPER_ROWS = 40
FINDINGS_SHOWN = 50
Told = dict[str, Any]  # Any: what a job keeps as JSON


def results(visit: Visit) -> None:
    """Show the scores of the last file, or of another that is chosen."""
    t = visit.t
    if not visit.may(Permission.JOBS_READ):
        return
    with visit.look(Permission.JOBS_READ) as ctx:
        zone, language = ZoneInfo(ctx.time_zone), t.language
        jobs = {
            job.id: job
            for job in list_jobs(ctx, JOBS_LOOKED_AT)
            if job.kind == SCORE and job.state is JobState.DONE
        }
    if not jobs:
        st.caption(
            t(
                "No file has been scored yet. Each row needs a number, a customer, when it was "
                "issued and is due, and an amount."
            )
        )
        return
    st.subheader(t("Results"))
    if st.session_state.get("batch_newest") != next(iter(jobs)):  # one more has ended: show that
        st.session_state.batch_newest = next(iter(jobs))
        st.session_state.pop("batch_result", None)
    chosen = st.selectbox(
        t("Scored file"),
        list(jobs),
        format_func=lambda one: (
            f"{_file_of(jobs[one])} · {moment(jobs[one].began, zone, language)}"
        ),
        key="batch_result",
    )
    try:
        with visit.look(Permission.PREDICTIONS_READ) as ctx:
            content, faults = scores_of(ctx, chosen), findings_of(ctx, chosen)
    except NotFound:
        st.caption(t("The scores of this file are not kept any more."))
        return
    told: Told = json.loads(jobs[chosen].result)
    scores = scored_table(content).sort_by([("p_late", "descending"), ("invoice_id", "ascending")])
    _figures(visit, told)
    _rows(visit, scores)
    _take_away(visit, content, told, scores)
    if faults:
        _findings(visit, scored_table(faults))


def _file_of(job: Job) -> str:
    return job.title.removeprefix(f"{SCORING} ")


def _figures(visit: Visit, told: Told) -> None:
    t = visit.t
    with st.grid(5, min_column_width=130):
        st.metric(t("Scored"), visit.number_of(told["scored"]), border=True)
        for band, name in band_names(t.language).items():
            st.metric(name, visit.number_of(told["bands"].get(band, 0)), border=True)
        st.metric(t("With a fault"), visit.number_of(told["errors"]), border=True)
    model, engine = model_called(t, told["model"]), engine_called(t, told.get("engine", ""))
    st.caption(
        t("By {model}, worked out by {engine}.", model=model, engine=engine)
        if engine
        else t("By {model}.", model=model)
    )


def _rows(visit: Visit, scores: pa.Table) -> None:
    t = visit.t
    pages = max(1, -(-scores.num_rows // ROWS))
    at = st.pagination(pages, key="batch_page") if pages > 1 else 1
    rows = scores.slice((at - 1) * ROWS, ROWS).to_pylist()
    names = band_names(t.language)
    st.dataframe(
        {
            "number": [row["invoice_id"] for row in rows],
            "late": [row["p_late"] * 100 for row in rows],
            "late30": [row["p_late30"] * 100 for row in rows],
            "band": [[names[row["band"]]] for row in rows],
            "expected": [row["expected_date"] for row in rows],
            "days": [row["expected_days_late"] for row in rows],
        },
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={
            "number": st.column_config.TextColumn(t("Number")),
            "late": st.column_config.ProgressColumn(
                t("Paid late"), format="%.0f %%", min_value=0, max_value=100
            ),
            "late30": st.column_config.ProgressColumn(
                t("Over 30 days late"), format="%.0f %%", min_value=0, max_value=100
            ),
            "band": st.column_config.MultiselectColumn(
                t("Risk"), options=list(names.values()), color=list(BAND_COLOURS.values())
            ),
            "expected": st.column_config.DateColumn(t("Expected"), format=day_column(t.language)),
            "days": st.column_config.NumberColumn(t("Days late"), format="%.0f"),
        },
        alt=t("Results"),
    )


def _take_away(visit: Visit, content: bytes, told: Told, scores: pa.Table) -> None:
    row = st.container(horizontal=True)
    files = {
        "csv": ("text/csv", lambda: content),
        "xlsx": (xlsx.MEDIA_TYPE, lambda: xlsx.write(scores)),
        "pdf": ("application/pdf", lambda: paper(visit, told, scores)),
    }
    for kind, (media, make) in files.items():
        row.download_button(
            kind.upper(),
            data=make,
            file_name=f"scores.{kind}",
            mime=media,
            icon=":material/download:",
            on_click="ignore",
            key=f"batch_{kind}",
        )


def paper(visit: Visit, told: Told, scores: pa.Table) -> bytes:
    """Return the scores as a PDF: how many of each risk, and the invoices likeliest to be late."""
    t = visit.t
    with visit.look(Permission.EXPORTS_READ) as ctx:
        company, today = ctx.company, ctx.today
    names = band_names(t.language)
    high = visit.number_of(told["bands"].get("high", 0))
    sections = (
        Section(
            heading=t("Risk"),
            finding=t("{n} of {total} invoices are at high risk of being paid late.",
                      n=high, total=visit.number_of(told["scored"])),
            table=Table(
                (t("Risk"), t("Invoices")),
                tuple((names[band], _count(told["bands"].get(band, 0))) for band in names),
            ),
            plot=Plot(Kind.BARS, (1,)),
            notes=(t("By {model}.", model=model_called(t, told["model"])),),
        ),
        Section(
            heading=t("The likeliest to be late first"),
            finding=t("Chances that an invoice is paid after its due date, and the day expected."),
            table=Table(
                (t("Number"), t("Risk"), t("Paid late"), t("Over 30 days late"), t("Expected")),
                tuple(_line(row, names) for row in scores.slice(0, PAPER_ROWS).to_pylist()),
            ),
        ),
    )  # fmt: skip
    report = ReportContent(
        name="scores",
        title=t("When invoices will be paid"),
        seller=company.party.name,
        as_of=today,
        language=t.language if t.language in LANGUAGES else OTHERWISE,
        sections=sections if scores.num_rows else sections[:1],
    )
    return write_report(company, report, "pdf")


def _line(row: dict[str, Any], names: dict[str, str]) -> tuple[Any, ...]:  # Any: cells
    return (row["invoice_id"], names[row["band"]], _share(row["p_late"]), _share(row["p_late30"]),
            row["expected_date"])  # fmt: skip


def _share(value: float) -> Figure:
    return Figure(Decimal(f"{value:.4f}"), Unit.SHARE)


def _count(value: int) -> Figure:
    return Figure(Decimal(value), Unit.COUNT)


def _findings(visit: Visit, faults: pa.Table) -> None:
    t = visit.t
    shown = [
        Finding(one["code"], one["path"], one["message"], Severity(one["severity"]))
        for one in faults.slice(0, FINDINGS_SHOWN).to_pylist()
    ]
    with st.expander(
        t.count(faults.num_rows, "{n} finding in the file", "{n} findings in the file"),
        icon=":material/rule:",
    ):
        findings_table(visit, shown)
