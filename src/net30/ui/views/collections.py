"""Collections: whom to call today and why, what they said, and the reminders of the day."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.services.collect_today import CallToMake, ClaimToCollect, collect_today
from net30.services.found import open_item_by_number
from net30.services.plan_dunning import plan_dunning
from net30.services.run_dunning import run_dunning
from net30.ui import shell
from net30.ui.invoicing.dunning_card import hold_said
from net30.ui.invoicing.invoice_actions import collect_actions
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain, said, sentence
from net30.ui.pieces.tables import at_right, table
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

CALLS_READ, CALLS_SHOWN, CLAIMS_SHOWN = 50, 10, 3
READ, WRITE = Permission.COLLECTIONS_READ, Permission.COLLECTIONS_WRITE


def show(visit: Visit) -> None:
    """Show the work list, and the reminders that are due."""
    t = visit.t
    st.title(t("Collections"))
    first, second = st.tabs(
        [t("Call today"), t("Reminders due")], on_change="rerun", key="collections_tabs"
    )
    if first.open:
        with first:
            _worklist(visit)
    if second.open:
        with second:
            _reminders(visit)


def _worklist(visit: Visit) -> None:
    t = visit.t
    with visit.look(READ) as ctx:
        found = visit.known(
            ctx, ("worklist", ctx.today), lambda: collect_today(ctx, limit=CALLS_READ)
        )
    if not found.calls:
        with st.container(border=True):
            st.markdown(f"**{t('Nobody to call today')}**")
            st.caption(
                t(
                    "Nothing is overdue and free to be asked for: disputed claims, promises whose "
                    "day has not passed and calls of the last days are left out."
                )
            )
        return
    st.caption(
        t(
            "The most at stake first: what is open times the chance that it is still unpaid in 14 "
            "days."
        )
        if found.model
        else t("The longest overdue and largest first; no model tells chances yet.")
    )
    shown = int(st.session_state.get("calls_shown", CALLS_SHOWN))
    for call in found.calls[:shown]:
        _call(visit, call)
    left = max(len(found.calls) - shown, 0)
    if left + found.more:
        st.caption(t.count(left + found.more, "and {n} more customer", "and {n} more customers"))
    if left:
        st.button(t("Show more"), icon=":material/expand_more:", key="calls_more", on_click=_more)


def _more() -> None:
    st.session_state.calls_shown = st.session_state.get("calls_shown", CALLS_SHOWN) + CALLS_SHOWN


def _call(visit: Visit, call: CallToMake) -> None:
    """Show whom to call; each text is one element, since a page takes as long as it has many."""
    t = visit.t
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        late = t.count(call.days_past_due, "{n} day late", "{n} days late")
        contact = " · ".join(filter(None, (call.phone, call.email)))
        left.markdown(
            f"**{plain(call.customer)}** · {late}  \n"
            f":small[{plain(contact) or t('no phone number and no address')}]"
        )
        right.markdown(
            f"**{plain(visit.money(call.open))}**  \n:small[:gray[{_hope(visit, call)}]]"
        )
        why = (
            f"{sentence(said('call_reason', call.reason, t.language))}. "
            f"**{sentence(said('call_action', call.action, t.language))}.**"
        )
        if call.last_contact_on:
            last = t(
                "Last: {day}, {text}",
                day=visit.day(call.last_contact_on),
                text=plain(call.last_contact),
            )
            why += f"  \n:small[:gray[{last}]]"
        st.markdown(why)
        for claim in call.claims[:CLAIMS_SHOWN]:
            _claim(visit, claim)


def _hope(visit: Visit, call: CallToMake) -> str:
    """Return what is at stake and when it is expected."""
    t = visit.t
    staked = (
        t("{amount} at stake", amount=plain(visit.money(call.at_stake)))
        if call.at_stake is not None
        else ""
    )
    expected = t("expected {day}", day=visit.day(call.expected)) if call.expected else ""
    return " · ".join(filter(None, (staked, expected))) or "–"


def _claim(visit: Visit, claim: ClaimToCollect) -> None:
    t = visit.t
    row = st.container(horizontal=True, vertical_alignment="center")
    link("invoice", claim.number, row, asked={"number": claim.number}, icon="description")
    row.markdown(
        t(
            "{amount}, due {day}",
            amount=plain(visit.money(claim.open)),
            day=visit.day(claim.due_date),
        ),
        width="content",
    )
    if visit.may(WRITE):
        with row:
            _notes(visit, claim.number)


def _notes(visit: Visit, number: str) -> None:
    """Offer what can be noted; read only once somebody opens it."""
    opened = st.popover(
        visit.t("Note"), icon=":material/edit_note:", key=f"note_{number}", on_change="rerun"
    )
    if opened.open:
        with opened:
            with visit.look(READ) as ctx:
                item = open_item_by_number(ctx, number).value
            collect_actions(visit, item)


def _reminders(visit: Visit) -> None:
    t = visit.t
    with visit.look(READ) as ctx:
        plan = plan_dunning(ctx)
    if not plan.letters:
        st.caption(t("No reminder is due today."))
    else:
        table(
            visit,
            {
                t("Customer"): [one.customer.name for one in plan.letters],
                t("To"): [one.to for one in plan.letters],
                t("Step"): [max(note.step.level for note in one.notices) for one in plan.letters],
                t("Invoices"): [
                    ", ".join(note.item.number for note in one.notices) for one in plan.letters
                ],
                t("Open"): [
                    ", ".join(visit.money(amount) for amount in one.open) for one in plan.letters
                ],
            },
            config={t("Open"): at_right()},
            alt=t("Reminders due"),
        )
        count = len(plan.letters)
        label = t.count(count, "Send {n} letter", "Send {n} letters")
        if visit.may(WRITE) and st.button(
            label, type="primary", icon=":material/send:", key="run_dunning"
        ):
            st.dialog(label)(_send)()
    if plan.held:
        with st.expander(t.count(len(plan.held), "{n} held back", "{n} held back")):
            table(
                visit,
                {
                    t("Customer"): [one.customer for one in plan.held],
                    t("Number"): [one.number for one in plan.held],
                    t("Why"): [hold_said(visit, one.reason) for one in plan.held],
                },
                alt=t("Held back"),
            )


def _send() -> None:
    visit = shell.here()
    t = visit.t
    st.write(t("The letters leave by mail at once. Each goes once, however often this is asked."))
    if st.button(t("Send now"), type="primary", key="run_dunning_now"):
        with telling(t):
            with visit.look(WRITE) as ctx:
                plan = plan_dunning(ctx)
            done = run_dunning(lambda: visit.app.change(visit.principal.user), plan)
            visit.followed()
            keep_notice(
                t.count(
                    len(done.letters), "{n} letter is on its way.", "{n} letters are on their way."
                )
            )
            st.rerun()


PLACE = Place(
    title="Collections",
    icon="call",
    section=Section.RECEIVABLES,
    order=3,
    needs=(READ,),
    show=show,
)
