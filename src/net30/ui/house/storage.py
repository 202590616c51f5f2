"""Storage: where the books are, and the way into another database: copied, compared, switched."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.ports.copying import BooksCopy, Progress
from net30.services.copy_books import CopyReport, compare_books, copy_books
from net30.ui.house.backups import backups
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words
from net30.wiring.books import copying

NEEDS = (Permission.SETTINGS_WRITE, Permission.ORGANISATIONS_WRITE)
"""All organisations' books are copied."""


def storage(visit: Visit) -> None:
    """Show where the books are; copy them where whoever runs net30 has named another database."""
    t, settings = visit.t, visit.app.settings
    left, right = st.columns(2)
    left.metric(t("The books are in"), store_name(settings.database_url), border=True)
    right.metric(t("Documents are in"), _blobs(t, settings.blob_url), border=True)
    backups(visit)
    if not visit.may(*NEEDS):
        st.caption(t("Who may make organisations can copy the books into another database."))
        return
    if not settings.copy_url:
        st.caption(
            t(
                "To move to another database, whoever runs net30 names an empty one in "
                "NET30_COPY_URL, such as postgresql://USER@HOST/NAME. For the safety of your books "
                "no page takes such an address."
            )
        )
        return
    st.markdown(f"**{t('Move the books to {name}', name=store_name(settings.copy_url))}**")
    st.write(
        t(
            "1. Copy, which is then compared row by row. 2. When nobody works, compare once more. "
            "3. Stop net30, run: net30 copy --check --switch, and start it again."
        )
    )
    row = st.container(horizontal=True)
    if row.button(t("Copy"), type="primary", icon=":material/content_copy:", key="storage_copy"):
        _work(visit, copy_books)
    if row.button(t("Compare"), icon=":material/compare:", key="storage_compare"):
        _work(visit, compare_books)


def store_name(url: str) -> str:
    """Return what keeps the books at an address, as people call it."""
    kind = url.partition(":")[0].partition("+")[0]
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "cosmos": "Cosmos DB"}
    return names.get(kind, kind)


def _blobs(t: Words, url: str) -> str:
    kind = url.partition(":")[0]
    return {"folder": t("A folder"), "azure-blob": "Azure Blob"}.get(kind, kind)


def _work(visit: Visit, work: Callable[[BooksCopy, Progress], CopyReport]) -> None:
    t, settings = visit.t, visit.app.settings
    with telling(t):
        visit.principal.need_all(NEEDS)
        bar = st.progress(0.0)

        def tell(step: str, done: int, total: int) -> None:
            bar.progress(done / max(total, 1), plain(step))

        with copying(settings) as books:
            report = work(books, tell)
        bar.empty()
        _told(visit, report)


def _told(visit: Visit, report: CopyReport) -> None:
    t = visit.t
    if report.differing:
        st.warning(
            t.count(
                len(report.differing),
                "{n} table differs: something changed meanwhile. Copy into an empty database.",
                "{n} tables differ: something changed meanwhile. Copy into an empty database.",
            ),
            icon=":material/error:",
        )
    else:
        st.success(
            t("The copy is the same: {n} rows.", n=visit.number_of(report.rows)),
            icon=":material/check_circle:",
        )
    own = {visit.principal.organisation, ""}
    shown = [one for one in report.tables if one.organisation in own and (one.rows or one.copied)]
    table(
        visit,
        {
            t("Table"): [one.table for one in shown],
            t("Rows"): [one.rows for one in shown],
            t("Copied"): [one.copied for one in shown],
            t("The same"): [one.same for one in shown],
        },
        alt=t("The copy, table by table"),
    )
