"""Audit card: who did what to one document, each line with its place in the audit's chain."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from net30.domain.events import (
    CallNoted,
    DisputeOpened,
    Event,
    InvoiceSent,
    MailRefused,
    MarkWithdrawn,
    PromiseMade,
    ReminderSent,
)
from net30.domain.identity.roles import Permission
from net30.kernel.money import Money
from net30.language.dates import write_short_date
from net30.services.audit.changes_of import CHANGES_MAX, changes_of
from net30.ui.visit import Visit

READ = Permission.AUDIT_READ
DIGEST_SHOWN = 12


def audit_card(visit: Visit, record_id: str) -> None:
    """Show the changes of a document, the last first."""
    t, language = visit.t, visit.t.language
    with visit.look(READ) as ctx:
        changes = changes_of(ctx, visit.app.world.accounts, record_id)
        zone = ZoneInfo(ctx.time_zone)
    moments = [one.at.astimezone(zone) for one in changes]
    st.dataframe(
        {
            t("When"): [f"{write_short_date(at.date(), language)} {at:%H:%M:%S}" for at in moments],
            t("Who"): [one.who for one in changes],
            t("What happened"): [happened(visit, one.event) for one in changes],
            t("Event"): [one.sequence for one in changes],
            t("Digest"): [one.digest[:DIGEST_SHOWN] for one in changes],
        },
        hide_index=True,
        alt=t("Who did what"),
    )
    if len(changes) == CHANGES_MAX:
        st.caption(t("Only the latest {n} are shown.", n=visit.number_of(CHANGES_MAX)))
    st.caption(
        t(
            "Nobody can change these lines: each event's digest stands in a chain that net30 audit "
            "verify checks."
        )
    )


def happened(visit: Visit, event: Event) -> str:
    """Return what an event says, in words; its own name for one that has none."""
    t = visit.t
    match event:
        case InvoiceSent():
            return t("Sent to {to}", to=event.to)
        case MailRefused():
            return t("The mail refused {to}: {why}", to=event.to, why=event.reason)
        case ReminderSent():
            return t("Reminder {n} to {to}", n=event.level, to=event.to)
        case DisputeOpened():
            return t("Disputed: {reason}", reason=event.reason)
        case PromiseMade():
            return t("Promised to pay by {day}", day=visit.day(event.promised))
        case CallNoted():
            return t("Call: {text}", text=event.text)
        case MarkWithdrawn():
            return t("Taken back: {what}", what=_marks(visit)[event.kind])
    said = _names(visit).get(event.name, event.name)
    amount = getattr(event, "amount", None)
    return f"{said}: {visit.money(amount)}" if isinstance(amount, Money) else said


def _marks(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {"dispute": t("the dispute"), "promise": t("the promise"), "call": t("the call")}


def _names(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {
        "CustomerSaved": t("Customer changed"),
        "DraftSaved": t("Draft saved"),
        "DraftDeleted": t("Draft thrown away"),
        "InvoiceIssued": t("Issued"),
        "CreditApplied": t("Credit note"),
        "PaymentRecorded": t("Payment"),
        "PaymentAllocated": t("Payment allocated"),
        "PaymentReturned": t("Payment returned by the bank"),
        "RefundMade": t("Refund"),
        "InvoiceWrittenOff": t("Write-off"),
        "DisputeClosed": t("Dispute closed"),
        "LedgerImported": t("Imported"),
        "CustomerErased": t("Personal data erased"),
        "DocumentsErased": t("Documents erased"),
    }
