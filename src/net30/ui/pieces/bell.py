"""Bell: what one should look at: alerts that were raised, long work that has ended.

It looks anew by itself; what is new is told at once beside the page, and counted until read.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from net30.domain.alert import Alert, AlertSeverity
from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.kernel.errors import Forbidden
from net30.language.alerts import alert_line
from net30.services.alerts.check_alerts import acknowledge_alert
from net30.services.alerts.mail_alerts import with_units
from net30.services.workplace.notices import Notices, mark_seen, notices_of
from net30.ui import shell
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

EVERY_SECONDS = 30
SHOWN_MAX = 20
TOASTS_MAX = 3
_TOLD = "bell_told"
ALERTS, JOBS = Permission.COLLECTIONS_READ, Permission.JOBS_READ
PAGES = {
    "broken_promise": "invoice",
    "duplicate_invoice": "invoice",
    "largest_customer": "customer",
    "model_drift": "models",
}
"""The page that an alert of a rule leads to; others lead to the dashboard."""


def show(visit: Visit) -> None:
    """Show the bell to who may see alerts or long work."""
    if visit.may(ALERTS) or visit.may(JOBS):
        with st.container(key="bell", width="content"):
            _bell()


@st.fragment(run_every=EVERY_SECONDS)
def _bell() -> None:
    try:
        visit = shell.here()
    except Forbidden:  # the page itself says so at the next click
        return
    t = visit.t
    found = _read(visit)
    count = len(found.unread)
    label = f"{t('Notices')} :red-badge[{visit.number_of(count)}]" if count else t("Notices")
    _tell_new(visit, found)
    opened = st.popover(
        label,
        icon=":material/notifications:",
        type="tertiary",
        key="bell_open",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            _list(visit, found)
        if found.unread:
            with visit.arrange() as ctx:
                mark_seen(ctx, found)


def _read(visit: Visit) -> Notices:
    with visit.look() as ctx:
        return notices_of(ctx, alerts=visit.may(ALERTS), jobs=visit.may(JOBS))


def _tell_new(visit: Visit, found: Notices) -> None:
    """Tell beside the page what has come since the last look; not what was there at the first."""
    first = _TOLD not in st.session_state
    told: set[str] = st.session_state.setdefault(_TOLD, set(found.unread))
    new = found.unread - told
    told |= new
    if first or not new:
        return
    for alert in [one for one in found.alerts if one.id in new][:TOASTS_MAX]:
        st.toast(_alert_text(visit, alert), icon=":material/warning:")
    for job in [one for one in found.jobs if one.id in new][:TOASTS_MAX]:
        done = job.state is JobState.DONE
        st.toast(_job_text(visit, job), icon=f":material/{'check_circle' if done else 'error'}:")


def _list(visit: Visit, found: Notices) -> None:
    t = visit.t
    if not found.alerts and not found.jobs:
        st.caption(
            t(
                "Nothing to tell. Alerts about your receivables and the end of long work will "
                "show here."
            )
        )
        return
    for alert in found.alerts[:SHOWN_MAX]:
        _alert(visit, alert, new=alert.id in found.unread)
    for job in found.jobs[:SHOWN_MAX]:
        sign = "check_circle" if job.state is JobState.DONE else "error"
        day = visit.day(job.ended.date()) if job.ended else ""
        mark = _mark(visit, new=job.id in found.unread)
        st.markdown(f":material/{sign}: {mark}{_job_text(visit, job)} · {day}")


def _alert(visit: Visit, alert: Alert, *, new: bool) -> None:
    t = visit.t
    sign = "error" if alert.severity is AlertSeverity.CRITICAL else "warning"
    st.markdown(f":material/{sign}: {_mark(visit, new=new)}{_alert_text(visit, alert)}")
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(t("since {day}", day=visit.day(alert.raised_on)), width="content")
    page = PAGES.get(alert.rule, "dashboard")
    asked = {"invoice": "number", "customer": "id"}.get(page)
    link(page, t("Look"), row, asked={asked: alert.subject} if asked else None)
    if alert.acknowledged_by:
        row.caption(t("in hand"), width="content")
    elif visit.may(Permission.COLLECTIONS_WRITE):
        row.button(
            t("In hand"),
            type="tertiary",
            icon=":material/done:",
            key=f"bell_ack_{alert.id}",
            on_click=partial(_take, alert.id),
        )


def _take(alert_id: str) -> None:
    visit = shell.here()
    with telling(visit.t), visit.change(Permission.COLLECTIONS_WRITE) as ctx:
        acknowledge_alert(ctx, alert_id)


def _mark(visit: Visit, *, new: bool) -> str:
    return f":red-badge[{visit.t('new')}] " if new else ""


def _alert_text(visit: Visit, alert: Alert) -> str:
    return plain(alert_line(with_units([alert])[0], visit.t.language))


def _job_text(visit: Visit, job: Job) -> str:
    t, title = visit.t, plain(job.title)
    if job.state is JobState.DONE:
        return t("Done: {what}", what=title)
    if job.state is JobState.CANCELLED:
        return t("Cancelled: {what}", what=title)
    return t("Failed: {what}. {why}", what=title, why=plain(job.error))
