"""Dashboard: how the receivables stand, what will come in, and whom to call today."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.ui import shell
from net30.ui.first_screen import tour
from net30.ui.first_screen.board import Board, Standing, read_board
from net30.ui.first_screen.board_cards import ageing_chart, cash_chart, status_chart
from net30.ui.first_screen.board_line import board_line
from net30.ui.first_screen.board_tiles import tiles
from net30.ui.first_screen.figure_behind import choose_figure
from net30.ui.learning.which_model import model_called
from net30.ui.pieces.cards import ageing_colours, chart_card, mood_colours
from net30.ui.pieces.links import link
from net30.ui.pieces.shown import plain, said, sentence
from net30.ui.pieces.tables import table
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

OFF = 0


def show(visit: Visit) -> None:
    """Show the first screen; it draws itself anew every so many seconds."""
    t, settings = visit.t, visit.app.settings
    usual = settings.refresh_seconds if settings.auto_refresh else OFF
    head = st.container(horizontal=True, horizontal_alignment="distribute")
    head.title(t("Dashboard"))
    with head.popover(t("Refresh"), icon=":material/autorenew:", type="tertiary", key="refresh"):
        seconds = st.segmented_control(
            t("Refresh every"),
            [*sorted({*settings.refresh_choices, settings.refresh_seconds}), OFF],
            default=usual,
            required=True,
            format_func=lambda one: t("{n} s", n=one) if one else t("Off"),
            key="refresh_seconds",
        )
    tour.show(visit)
    st.fragment(_body, run_every=seconds or None, key="board")()


def _body() -> None:
    visit = shell.here()
    board = read_board(visit)
    if not board.standings:
        _nothing_yet(visit)
        return
    standing = _chosen(visit, board)
    st.caption(board_line(visit, board, standing, plain))
    tiles(visit, standing)
    if visit.may(Permission.FIGURES_READ):
        choose_figure(visit, standing.currency)
    _charts(visit, standing)
    left, right = st.columns([2, 3])
    with left:
        _calls(visit, board)
    with right:
        _debtors(visit, standing)
        _model(visit, board)


def _chosen(visit: Visit, board: Board) -> Standing:
    names = [one.currency for one in board.standings]
    if len(names) == 1:
        return board.standings[0]
    name = st.segmented_control(
        visit.t("Currency"),
        names,
        default=names[0],
        required=True,
        label_visibility="collapsed",
        key="board_currency",
    )
    return board.standings[names.index(name)]


def _charts(visit: Visit, standing: Standing) -> None:
    t = visit.t
    left, right = st.columns([2, 3])
    with left:
        chart, moods = status_chart(visit, standing)
        chart_card(t, chart, key="statuses", colours=mood_colours(moods))
    with right:
        chart_card(t, ageing_chart(visit, standing), key="ageing", colours=ageing_colours())
    found = cash_chart(visit, standing)
    if found:
        note = t("The band holds four of five outcomes, week by week.")
        chart_card(t, found, key="cash", note=note)


def _calls(visit: Visit, board: Board) -> None:
    t = visit.t
    with st.container(border=True):
        head = st.container(horizontal=True, horizontal_alignment="distribute")
        head.markdown(f"**{t('Call today')}**")
        if not visit.may(Permission.COLLECTIONS_READ):
            st.caption(t("Your role does not show the work list."))
            return
        if not board.calls:
            st.caption(t("Nobody to call: nothing is overdue and free to be asked for."))
            return
        link("collections", t("All calls"), head)
        for call in board.calls:
            late = t.count(call.days_past_due, "{n} day late", "{n} days late")
            st.markdown(
                f"**{plain(call.customer)}** · {plain(visit.money(call.open))} · {late}  \n"
                f":small[{sentence(said('call_reason', call.reason, t.language))}. "
                f"{sentence(said('call_action', call.action, t.language))}."
                + (
                    " " + t("Expected {day}.", day=visit.day(call.expected))
                    if call.expected
                    else ""
                )
                + "]"
            )


def _debtors(visit: Visit, standing: Standing) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('Who owes most')}**")
        if not standing.debtors:
            st.caption(t("Nobody owes anything in this currency."))
            return
        most = max(one.open.minor for one in standing.debtors)
        table(
            visit,
            {
                t("Customer"): [one.customer for one in standing.debtors],
                t("Open"): [one.open for one in standing.debtors],
                t("Share"): [one.open.minor / most * 100 for one in standing.debtors],
                t("Overdue"): [one.overdue for one in standing.debtors],
            },
            config={
                t("Share"): st.column_config.ProgressColumn(
                    format=" ", min_value=0, max_value=100, width="small"
                )
            },
            alt=t("Who owes most"),
        )


def _model(visit: Visit, board: Board) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('Payment model')}**")
        st.write(plain(sentence(model_called(t, board.model)) or t("none")))
        for line in board.model_lines:
            st.caption(line)


def _nothing_yet(visit: Visit) -> None:
    t = visit.t
    with st.container(border=True):
        st.subheader(t("Nothing to show yet"))
        st.write(
            t(
                "Figures appear with your first invoice. Write one in a sentence to the assistant, "
                "fill the form on the left, or import what another system holds."
            )
        )
        row = st.container(horizontal=True)
        link("assistant", t("Ask the assistant"), row)
        link("imports", t("Import"), row)


PLACE = Place(
    title="Dashboard",
    icon="space_dashboard",
    section=Section.TODAY,
    order=0,
    needs=(Permission.FIGURES_READ,),
    show=show,
)
