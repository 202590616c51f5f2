"""Backups: when the last one was made, and one more; for who runs the installation."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.services.jobs.order_backup import last_backup, order_backup
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import moment
from net30.ui.visit import Visit

NEEDS = (Permission.SETTINGS_WRITE, Permission.ORGANISATIONS_WRITE)
"""A backup holds all organisations' books."""


def backups(visit: Visit) -> None:
    """Show the last backup and order one; say so where the settings name no place for any."""
    t, settings = visit.t, visit.app.settings
    is_home = visit.principal.organisation == settings.organisation
    if not (is_home and visit.may(*NEEDS)):
        return
    if not settings.backup_url:
        st.caption(
            t(
                "net30 makes no backup by itself: whoever runs it names a place for them in "
                "NET30_BACKUP_URL."
            )
        )
        return
    with visit.look(Permission.SETTINGS_READ) as ctx:
        last, zone = last_backup(ctx), ZoneInfo(ctx.time_zone)
    made = moment(last.began, zone, t.language) if last else t("None yet")
    st.metric(t("Last backup"), made, border=True)
    if st.button(t("Back up now"), icon=":material/backup:", key="backup_now"):
        with telling(t):
            with visit.change(*NEEDS) as ctx:
                order_backup(ctx)
            st.success(
                t("The backup is ordered; State shows how far it is."),
                icon=":material/check_circle:",
            )
