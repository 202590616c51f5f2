"""Work on many invoices at once: send, remind, issue drafts, take away as one file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.open_item import Status
from net30.kernel.errors import Net30Error
from net30.ports.search import Hit
from net30.services.context import Context
from net30.services.found import invoice_by_number
from net30.services.issue_invoice import issue_invoice
from net30.services.render_document import file_name, render, style_of
from net30.services.send_invoice import send_invoice
from net30.services.send_reminder import send_reminder
from net30.ui.pieces.notices import keep_notice
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

Work = Callable[[Context, str], object]


def bulk_actions(visit: Visit, chosen: Sequence[Hit]) -> None:
    """Show what can be done with the chosen rows; each has its own outcome."""
    if not chosen:
        return
    t = visit.t
    drafts = [hit for hit in chosen if hit.status is Status.DRAFT]
    issued = [hit for hit in chosen if hit.entry.number and not hit.entry.imported]
    late = [hit for hit in chosen if hit.status is Status.OVERDUE]
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(t.count(len(chosen), "**{n}** chosen", "**{n}** chosen"))
    if drafts and visit.may(Permission.INVOICES_WRITE):
        label = t("Issue {n}", n=len(drafts))
        if row.button(label, icon=":material/task_alt:", key="bulk_issue"):
            _each(visit, drafts, Permission.INVOICES_WRITE, _issue)
    if issued and visit.may(Permission.INVOICES_WRITE):
        label = t("Send {n} by mail", n=len(issued))
        if row.button(label, icon=":material/send:", key="bulk_send"):
            _each(visit, issued, Permission.INVOICES_WRITE, send_invoice)
    if late and visit.may(Permission.COLLECTIONS_WRITE):
        label = t("Remind {n}", n=len(late))
        if row.button(label, icon=":material/notifications:", key="bulk_remind"):
            _each(visit, late, Permission.COLLECTIONS_WRITE, _remind)
    if issued and visit.may(Permission.EXPORTS_READ):
        row.download_button(
            t("Download {n} as PDF", n=len(issued)),
            data=lambda: _zipped(visit, issued),
            file_name="invoices.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="bulk_download",
        )


def _issue(ctx: Context, name: str) -> object:
    return issue_invoice(ctx, invoice_by_number(ctx, name).value.id)


def _remind(ctx: Context, number: str) -> object:
    return send_reminder(ctx, number=number)


def _each(visit: Visit, hits: Sequence[Hit], needs: Permission, work: Work) -> None:
    """Do the work for each, in a transaction of its own, and tell what came of it."""
    t, done = visit.t, 0
    for hit in hits:
        name = hit.entry.number or hit.entry.id
        try:
            visit.principal.need(needs)
            with visit.app.change(visit.principal.user) as ctx:
                work(ctx, name)
        except Net30Error as error:
            keep_notice(f"{plain(name)}: {plain(error.message)}", "error")
        else:
            done += 1
    visit.followed()
    if done:
        keep_notice(t.count(done, "{n} invoice is done.", "{n} invoices are done."))
    st.rerun()


def _zipped(visit: Visit, hits: Sequence[Hit]) -> bytes:
    out = io.BytesIO()
    with visit.look(Permission.EXPORTS_READ) as ctx, zipfile.ZipFile(out, "w") as archive:
        for hit in hits:
            invoice = invoice_by_number(ctx, hit.entry.number).value
            content = render(invoice, "pdf", style_of(ctx.blobs, ctx.company, invoice))
            archive.writestr(file_name(invoice, "pdf"), content)
    return out.getvalue()
