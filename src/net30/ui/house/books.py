"""Books: accounting programs elsewhere: connect, pull, push, and what was found."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

import streamlit as st

from net30.domain.books import ConnectionState, Exchange
from net30.domain.identity.roles import Permission
from net30.language.error_words import finding_in
from net30.services.books.connections import (
    SECRET_CHARACTERS_MAX,
    NewConnection,
    app_of,
    disconnect,
    keep_connection,
)
from net30.services.books.consent import CALLBACK
from net30.services.books.overview import ConnectionShown, show_connections
from net30.services.books.pull import pull
from net30.services.books.push import push
from net30.services.books.work import BooksWork
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import moment, plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words

READ, WRITE = Permission.SETTINGS_READ, Permission.SETTINGS_WRITE
EXCHANGE = Permission.IMPORTS_WRITE
NAMES = {"quickbooks": "QuickBooks Online", "xero": "Xero"}
"""What programs call themselves; another one goes by its plugin's name."""
COLOURS: dict[ConnectionState, Literal["orange", "green", "red"]] = {
    ConnectionState.WAITING: "orange",
    ConnectionState.CONNECTED: "green",
    ConnectionState.BROKEN: "red",
}


def books(visit: Visit) -> None:
    """Show the connections, how each last went, and what can be done with it."""
    t = visit.t
    with visit.look(READ) as ctx:
        found, zone = show_connections(ctx), ZoneInfo(ctx.time_zone)
    if not found:
        st.caption(t("No accounting program is connected yet."))
    for one in found:
        with st.container(border=True):
            _one(visit, one, zone)
    if visit.may(WRITE):
        _add(visit)


def _one(visit: Visit, one: ConnectionShown, zone: ZoneInfo) -> None:
    t = visit.t
    head = st.container(horizontal=True, horizontal_alignment="distribute")
    own = "" if one.name == one.program else f" ({plain(one.name)})"
    head.markdown(f"**{plain(program_name(one.program))}**{own} {plain(one.company)}")
    head.badge(_states(t)[one.state], color=COLOURS[one.state])
    if one.broken_because:
        st.caption(t("Why it is broken: {reason}", reason=plain(one.broken_because)))
    _exchange(visit, t("Pulled"), one.last_pull, zone)
    _exchange(visit, t("Pushed"), one.last_push, zone)
    _work(visit, one)


def _exchange(visit: Visit, what: str, last: Exchange | None, zone: ZoneInfo) -> None:
    if last is None:
        return
    t = visit.t
    at = moment(last.at, zone, t.language)
    fault = f": {plain(last.fault)}" if last.fault else ""
    st.caption(f"{what} {at}{fault}")
    if last.findings:
        told = [finding_in(one, t.language) for one in last.findings]
        table(
            visit,
            {t("Where"): [one.path for one in told], t("What"): [one.message for one in told]},
            alt=t("What was told"),
        )


def _work(visit: Visit, one: ConnectionShown) -> None:
    t, row = visit.t, st.container(horizontal=True)
    is_connected = one.state is ConnectionState.CONNECTED
    if visit.may(WRITE) and not is_connected:
        row.link_button(t("Connect"), f"/books/connect/{one.name}", icon=":material/link:")
    if visit.may(EXCHANGE) and is_connected:
        if row.button(t("Pull"), icon=":material/download:", key=f"books_pull_{one.name}"):
            with telling(t):
                visit.principal.need(EXCHANGE)
                report = pull(_books_work(visit), one.name)
                count = report.added + report.changed + report.voided
                keep_notice(t("Pulled: {n} changes.", n=count))
                st.rerun()
        if row.button(t("Push"), icon=":material/upload:", key=f"books_push_{one.name}"):
            with telling(t):
                visit.principal.need(EXCHANGE)
                sent = push(_books_work(visit), one.name)
                count = sent.documents + sent.settlements
                keep_notice(t("Pushed: {n} changes.", n=count))
                st.rerun()
    if visit.may(WRITE) and row.button(
        t("Disconnect"), icon=":material/link_off:", key=f"books_disconnect_{one.name}"
    ):
        with telling(t):
            visit.principal.need(WRITE)
            disconnect(_books_work(visit), one.name)
            keep_notice(t("It is disconnected."))
            st.rerun()


def _add(visit: Visit) -> None:
    t = visit.t
    with st.form("books", border=True, clear_on_submit=True):
        st.markdown(f"**{t('Connect an accounting program')}**")
        st.caption(
            t(
                "Register an app for net30 with the program's maker, and give it this address to "
                "come back to: {address}",
                address=plain(visit.app.settings.address + CALLBACK),
            )
        )
        program = st.selectbox(
            t("Program"),
            visit.app.books_programs,
            format_func=program_name,
            key="books_program",
        )
        client = st.text_input(
            t("Client id"), max_chars=SECRET_CHARACTERS_MAX, key="books_client_id"
        )
        secret = st.text_input(
            t("Client secret"), max_chars=SECRET_CHARACTERS_MAX, type="password",
            key="books_client_secret",
        )  # fmt: skip
        if st.form_submit_button(t("Add"), type="primary"):
            with telling(t):
                new = NewConnection(
                    program=program or "", client_id=client or "", client_secret=secret or ""
                )
                work = _books_work(visit)
                work.program(new.program, app_of(new))
                with visit.change(WRITE) as ctx:
                    keep_connection(ctx, work, new)
                keep_notice(t("Saved."))
                st.rerun()


def program_name(name: str) -> str:
    """Return what an accounting program calls itself."""
    return NAMES.get(name, name)


def _books_work(visit: Visit) -> BooksWork:
    return visit.app.books_work(visit.principal.user)


def _states(t: Words) -> dict[ConnectionState, str]:
    return {
        ConnectionState.WAITING: t("not connected yet"),
        ConnectionState.CONNECTED: t("connected"),
        ConnectionState.BROKEN: t("broken"),
    }
