"""Import: what another system holds: past invoices and payments, or somebody's invoice."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.language.error_words import finding_in
from net30.ledger.mapping import Role, layout_of
from net30.services.import_invoice import import_invoice
from net30.services.import_ledger import (
    ImportReport,
    LedgerFile,
    import_ledger,
    preview_ledger,
)
from net30.services.read_columns import Columns
from net30.ui.pieces.columns import (
    choose_meanings,
    columns_of,
    findings_table,
    missing_in,
    show_first_rows,
)
from net30.ui.pieces.notices import telling
from net30.ui.pieces.samples import offer_samples
from net30.ui.pieces.shown import plain
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words

WRITE = Permission.IMPORTS_WRITE
FINDINGS_SHOWN = 50


def show(visit: Visit) -> None:
    """Take a file, show what it would do, and import it on a click."""
    t = visit.t
    st.title(t("Import"))
    first, second = st.tabs(
        [t("Past invoices"), t("An invoice you received")], on_change="rerun", key="imports_tabs"
    )
    if first.open:
        with first:
            _ledger(visit)
    if second.open:
        with second:
            _invoice(visit)


def _ledger(visit: Visit) -> None:
    t = visit.t
    st.write(
        t(
            "A table of invoices and payments as CSV, XLSX or Parquet. The columns are recognised; "
            "nothing changes before you have seen what would happen."
        )
    )
    file = st.file_uploader(t("File"), type=["csv", "xlsx", "parquet"], key="imports_file")
    if file is None:
        offer_samples(visit, WRITE, "imports")
        return
    with visit.look(WRITE) as ctx:
        own = ctx.company.currency
    currency = st.text_input(
        t("Currency of rows without one"), value=own, max_chars=3, key="imports_currency"
    )
    with telling(t):
        columns = columns_of(visit, file, WRITE, "imports")
        layout = _layout(t, columns)
        if layout is None:
            return
        wanted = LedgerFile(
            content=file.getvalue(),
            currency=(currency or own).upper(),
            layout=layout_of(layout) if layout else None,
        )
        done = _preview(visit, wanted, (file.file_id, wanted.currency, layout))
        _report(visit, done)
        if done.invoices or done.payments:
            _offer(visit, wanted, done)


def _layout(t: Words, columns: Columns) -> str | None:
    """Return how to read the table, "" as it was recognised; None until people have said enough."""
    lacking = missing_in(t, columns.meant)
    with st.expander(t("Which column means what"), expanded=bool(lacking)):
        chosen = choose_meanings(t, columns, list(Role), "imports")
        show_first_rows(t, columns)
    lacking = missing_in(t, chosen)
    if lacking:
        st.warning(
            t("Say above which column has: {what}.", what=", ".join(lacking)),
            icon=":material/table_view:",
        )
        return None
    return columns.layout_for(chosen)


def _preview(visit: Visit, file: LedgerFile, asked: tuple[str, ...]) -> ImportReport:
    """Return what the import would do; worked out anew only when something is different."""
    with visit.look(WRITE) as ctx:
        known = (asked, ctx.tx.last_event())
        kept = st.session_state.get("imports_preview")
        if kept is None or kept[0] != known:
            with st.spinner(visit.t("Reading the file ...")):
                kept = (known, preview_ledger(ctx, file))
            st.session_state.imports_preview = kept
    report: ImportReport = kept[1]
    return report


def _offer(visit: Visit, wanted: LedgerFile, done: ImportReport) -> None:
    """Offer to import what was shown, and tell what came of it."""
    t = visit.t
    label = t("Import {n} invoices", n=visit.number_of(done.invoices))
    if not st.button(label, type="primary", key="imports_now"):
        return
    with st.spinner(t("Importing ...")), visit.change(WRITE) as ctx:
        made = import_ledger(ctx, wanted)
    st.success(
        t(
            "{invoices} invoices and {payments} payments are imported.",
            invoices=visit.number_of(made.invoices),
            payments=visit.number_of(made.payments),
        ),
        icon=":material/check_circle:",
    )


def _report(visit: Visit, done: ImportReport) -> None:
    t = visit.t
    with st.grid(5, min_column_width=130):
        for name, count in (
            (t("Rows"), done.rows),
            (t("New invoices"), done.invoices),
            (t("New payments"), done.payments),
            (t("Known already"), done.unchanged),
            (t("With a fault"), done.left_out),
        ):
            st.metric(name, visit.number_of(count), border=True)
    for one in done.amounts:
        st.caption(
            t(
                "{n} invoices of {amount}, {open} of it open",
                n=visit.number_of(one.invoices),
                amount=plain(visit.money(one.amount)),
                open=plain(visit.money(one.open)),
            )
        )
    if done.findings:
        findings_table(visit, done.findings[:FINDINGS_SHOWN])


def _invoice(visit: Visit) -> None:
    t = visit.t
    st.write(t("An invoice that you received: Factur-X, UBL, CII or JSON. It is kept as it is."))
    file = st.file_uploader(t("File"), type=["pdf", "xml", "json"], key="imports_invoice")
    if file is None:
        return
    with telling(t):
        with visit.change(WRITE) as ctx:
            found = import_invoice(ctx, file.getvalue())
        if found.received is None:
            st.warning(t("No invoice could be read in this file."))
        else:
            kept = found.received.invoice
            st.markdown(
                f"**{plain(kept.number)}** · {plain(kept.seller.name)} · "
                f"{plain(visit.money(kept.totals.due))}"
            )
            st.caption(t("It is kept.") if found.is_new else t("It was kept before."))
        for finding in found.findings[:FINDINGS_SHOWN]:
            told = finding_in(finding, t.language)
            st.caption(plain(f"{told.path}: {told.message}"))


PLACE = Place(
    title="Import",
    icon="upload_file",
    section=Section.RECEIVABLES,
    order=5,
    needs=(WRITE,),
    show=show,
)
