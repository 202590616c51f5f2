"""Webhooks: other programs that are told what happens, and the log of what they were told."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import streamlit as st

from net30.domain.delivery import Delivery, DeliveryState
from net30.domain.identity.roles import Permission
from net30.domain.topics import topics
from net30.domain.webhook import ABOUT_CHARACTERS_MAX, Webhook
from net30.services.webhooks.deliver import Post, deliver_test
from net30.services.webhooks.log import list_deliveries, replay_delivery
from net30.services.webhooks.save_webhook import (
    NewWebhook,
    add_webhook,
    change_webhook,
    check_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
    secret_of,
    webhook_of,
)
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import moment, plain
from net30.ui.visit import Visit
from net30.ui.words import Words

READ, WRITE = Permission.WEBHOOKS_READ, Permission.WEBHOOKS_WRITE
URL_CHARACTERS_MAX = 2000
DELIVERIES_SHOWN = 50


def webhooks(visit: Visit) -> None:
    """Show the webhooks, what each was told, and what can be done with it."""
    t = visit.t
    with visit.look(READ) as ctx:
        found = list_webhooks(ctx)
    if not found:
        st.caption(
            t("No program is told anything yet. Each message is signed, and tried for three days.")
        )
    names = {one.id: one.about or one.url for one in found}
    if found:
        chosen = st.selectbox(
            t("Webhook"), list(names), format_func=lambda one: names[one], key="webhook_chosen"
        )
        one = next(webhook for webhook in found if webhook.id == chosen)
        _one(visit, one)
    if visit.may(WRITE):
        _add(visit)


def _one(visit: Visit, one: Webhook) -> None:
    t = visit.t
    with st.container(border=True):
        head = st.container(horizontal=True, horizontal_alignment="distribute")
        head.markdown(f"**{plain(one.url)}**")
        head.badge(
            t("paused") if one.is_paused else t("told"),
            color="orange" if one.is_paused else "green",
        )
        told = ", ".join(one.topics) if one.topics else t("everything")
        st.caption(t("Told of: {topics}", topics=plain(told)))
        if one.pause_reason:
            st.caption(t("Why it is paused: {reason}", reason=plain(one.pause_reason)))
        if visit.may(WRITE):
            _work(visit, one)
    deliveries(visit, one.id)


def _work(visit: Visit, one: Webhook) -> None:
    t = visit.t
    row = st.container(horizontal=True)
    if row.button(t("Send a test"), icon=":material/send:", key="webhook_test"):
        with telling(t):
            visit.principal.need(WRITE)
            _tell_test(t, deliver_test(_post(visit), visit.principal.organisation, one.id))
    label = t("Tell it again") if one.is_paused else t("Pause")
    icon = "play_arrow" if one.is_paused else "pause"
    if row.button(label, icon=f":material/{icon}:", key="webhook_pause"):
        with telling(t):
            with visit.change(WRITE) as ctx:
                new = NewWebhook(url=one.url, topics=one.topics, about=one.about)
                change_webhook(ctx, one.id, replace(new, paused=not one.is_paused))
            keep_notice(t("Saved."))
            st.rerun()
    if row.button(t("Show the secret"), icon=":material/key:", key="webhook_secret"):
        with telling(t), visit.look(WRITE) as ctx:
            kept = webhook_of(ctx, one.id).value
            st.code(secret_of(visit.principal.organisation, visit.app.sealing, kept), language=None)
    if row.button(t("New secret"), icon=":material/autorenew:", key="webhook_rotate"):
        with telling(t):
            with visit.change(WRITE) as ctx:
                rotate_secret(ctx, visit.app.sealing, one.id)
            keep_notice(t("Messages bear both signatures for a day."))
            st.rerun()
    if row.button(t("Remove"), icon=":material/delete:", key="webhook_remove"):
        with telling(t):
            with visit.change(WRITE) as ctx:
                remove_webhook(ctx, one.id)
            keep_notice(t("The webhook is gone."))
            st.rerun()


def _post(visit: Visit) -> Post:
    return Post(world=visit.app.world, web=visit.app.web, sealing=visit.app.sealing)


def _tell_test(t: Words, made: Delivery) -> None:
    last = made.tries[-1] if made.tries else None
    if made.state is DeliveryState.DELIVERED and last:
        st.success(t("It was taken in {ms} ms.", ms=last.milliseconds), icon=":material/check:")
    else:
        why = plain(last.why or str(last.status)) if last else ""
        st.warning(t("It was not taken: {why}", why=why), icon=":material/error:")


def deliveries(visit: Visit, webhook_id: str) -> None:
    """Show what a webhook was told, the latest first, and send one again."""
    t, names = visit.t, state_names(visit.t)
    with visit.look(READ) as ctx:
        logged = list_deliveries(ctx, webhook_id, limit=DELIVERIES_SHOWN).deliveries
        zone = ZoneInfo(ctx.time_zone)
    if not logged:
        st.caption(t("Nothing was told yet."))
        return
    chosen = st.dataframe(
        {
            t("When"): [moment(one.made_at, zone, t.language) for one in logged],
            t("Topic"): [one.topic for one in logged],
            t("State"): [names[one.state] for one in logged],
            t("Tries"): [len(one.tries) for one in logged],
            t("Answer"): [str(one.tries[-1].status) if one.tries else "" for one in logged],
            t("Fault"): [one.tries[-1].why if one.tries else "" for one in logged],
            t("Next try"): [
                moment(one.next_at, zone, t.language) if one.next_at else None for one in logged
            ],
        },
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-row",
        key="webhook_rows",
        alt=t("What was told"),
    )
    rows = chosen.selection.rows
    if visit.may(WRITE) and st.button(
        t("Send the ticked one again"), icon=":material/replay:", disabled=not rows,
        key="webhook_replay",
    ):  # fmt: skip
        with telling(t):
            with visit.change(WRITE) as ctx:
                replay_delivery(ctx, webhook_id, logged[rows[0]].id)
            keep_notice(t("It is sent again."))
            st.rerun()


def state_names(t: Words) -> dict[DeliveryState, str]:
    """Return where a message can stand, as people call it."""
    return {
        DeliveryState.WAITING: t("waiting"),
        DeliveryState.DELIVERED: t("delivered"),
        DeliveryState.FAILED: t("given up"),
    }


def _add(visit: Visit) -> None:
    t = visit.t
    known = topics()
    with st.form("webhook", border=True, clear_on_submit=True):
        st.markdown(f"**{t('Tell another program')}**")
        url = st.text_input(t("Address"), max_chars=URL_CHARACTERS_MAX, key="webhook_url",
                            placeholder="https://hooks.example.com/net30")  # fmt: skip
        wanted = st.multiselect(
            t("Of what"), list(known), placeholder=t("everything"), key="webhook_topics"
        )
        about = st.text_input(t("What it is for"), max_chars=ABOUT_CHARACTERS_MAX,
                              key="webhook_about")  # fmt: skip
        if st.form_submit_button(t("Add"), type="primary"):
            with telling(t):
                new = NewWebhook(url=url or "", topics=tuple(wanted), about=about or "")
                checked = check_webhook(visit.app.web, new, visit.principal)
                with visit.change(WRITE) as ctx:
                    add_webhook(ctx, visit.app.sealing, checked)
                keep_notice(t("It is told of what happens from now on."))
                st.rerun()
