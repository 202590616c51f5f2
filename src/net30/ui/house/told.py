"""Told: the log of what left the house: mails handed over, messages to other programs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from net30.domain.delivery import Delivery
from net30.domain.events import InvoiceSent, MailRefused, ReminderSent
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext
from net30.services.webhooks.save_webhook import list_webhooks
from net30.ui.house.webhooks import state_names
from net30.ui.pieces.shown import moment
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

MAILS = (InvoiceSent, ReminderSent, MailRefused)
EVENTS_LOOKED_AT = 1000
SHOWN = 50


def told(visit: Visit) -> None:
    """Show the latest mails and messages."""
    t = visit.t
    st.markdown(f"**{t('Mails')}**")
    with visit.look(Permission.SETTINGS_READ, Permission.INVOICES_READ) as ctx:
        mails, zone = _mails(ctx), ZoneInfo(ctx.time_zone)
    if mails:
        names = {
            InvoiceSent: t("Invoice"),
            ReminderSent: t("Reminder"),
            MailRefused: t("Refused"),
        }
        table(
            visit,
            {
                t("When"): [moment(at, zone, t.language) for at, _ in mails],
                t("What"): [names[type(one)] for _, one in mails],
                t("Number"): [one.number for _, one in mails],
                t("To"): [one.to for _, one in mails],
                t("Fault"): [getattr(one, "reason", "") for _, one in mails],
            },
            alt=t("Mails"),
        )
    else:
        st.caption(t("Nothing was mailed lately."))
    if visit.may(Permission.WEBHOOKS_READ):
        _messages(visit)


def _mails(ctx: ReadContext) -> list[tuple[datetime, InvoiceSent | ReminderSent | MailRefused]]:
    last, _ = ctx.tx.last_event()
    found = ctx.tx.events(after=max(0, last - EVENTS_LOOKED_AT))
    mails = [(one.at, one.event) for one in found if isinstance(one.event, MAILS)]
    return mails[::-1][:SHOWN]


def _messages(visit: Visit) -> None:
    t, names = visit.t, state_names(visit.t)
    st.markdown(f"**{t('Messages to other programs')}**")
    with visit.look(Permission.WEBHOOKS_READ) as ctx:
        urls = {one.id: one.about or one.url for one in list_webhooks(ctx)}
        found = [stored.value for stored in ctx.tx.latest(Delivery, limit=SHOWN)]
        zone = ZoneInfo(ctx.time_zone)
    if not found:
        st.caption(t("Nothing was told yet."))
        return
    table(
        visit,
        {
            t("When"): [moment(one.made_at, zone, t.language) for one in found],
            t("Webhook"): [urls.get(one.webhook_id, "") for one in found],
            t("Topic"): [one.topic for one in found],
            t("State"): [names[one.state] for one in found],
            t("Tries"): [len(one.tries) for one in found],
            t("Fault"): [one.tries[-1].why if one.tries else "" for one in found],
        },
        alt=t("Messages to other programs"),
    )
