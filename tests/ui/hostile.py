"""Books in which every text that somebody can leave tries to be more than text."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

from net30.app import App
from net30.domain.alert import Alert, AlertSeverity
from net30.domain.conversation import Conversation, Said, Speaker
from net30.domain.customer import Customer
from net30.domain.delivery import Delivery, DeliveryState, Try
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import MailRefused
from net30.domain.identity.membership import Membership
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role, permissions_of
from net30.domain.identity.user import User, UserStatus
from net30.domain.job import JobState
from net30.domain.party import Address, Contact, Party
from net30.domain.schedule import Making, Schedule
from net30.domain.workplace import SavedView
from net30.ports.store import NEW
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.identity.make_key import NewKey, make_key
from net30.services.issue_invoice import issue_invoice
from net30.services.jobs.run_job import begin_job, run_job
from net30.services.mark_invoice import note_call, open_dispute
from net30.services.save_customer import save_customer
from net30.services.save_schedule import save_schedule
from net30.services.webhooks.save_webhook import NewWebhook, add_webhook
from net30.services.workplace.saved_views import keep_view

CANARY = "evil.example"
HOSTILE = (
    "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
    f"[c](https://{CANARY}/c)![i](https://{CANARY}/i.png) :red[x] $x^2$ **b** {{u}}"
)
SHORT = f"<img src=x onerror=ran=1>[c](//{CANARY})"


def poison(app: App, user: str = "awa") -> dict[str, str]:
    """Leave hostile texts wherever they can be left; return the ids of what was made."""
    with app.change(user) as ctx:
        company = ctx.company
        party = replace(company.party, name=f"Lagune {HOSTILE}", legal_form=SHORT)
        save_organisation(ctx, replace(company, party=party))
        customer = save_customer(ctx, _customer())
        line = NewLine(name=HOSTILE, description=HOSTILE, unit_price=Decimal(50_000))
        new = NewInvoice(customer_id=customer.id, lines=(line,), notes=(HOSTILE,))
        draft = create_draft(ctx, new)
        issued = issue_invoice(ctx, create_draft(ctx, new).id)
        note_call(ctx, issued.number, HOSTILE)
        open_dispute(ctx, issued.number, HOSTILE)
        save_schedule(ctx, Schedule(id="", invoice=new, start=ctx.today, making=Making.DRAFT))
        keep_view(ctx, SavedView(name=SHORT))
        ctx.tx.save(_alert(ctx.new_id(), customer.id, ctx.today), expected=NEW)
        talk = Conversation(
            id=ctx.new_id(),
            user=user,
            title=SHORT,
            started_at=ctx.now,
            turns=(
                Said(speaker=Speaker.USER, text=HOSTILE, at=ctx.now),
                Said(speaker=Speaker.ASSISTANT, text="Fine.", at=ctx.now, answered_by=SHORT),
            ),
        )
        ctx.tx.save(talk, expected=NEW)
    told = {"version": "", "family": SHORT, "refused": [HOSTILE]}
    run_job(
        lambda: app.change(user), lambda _: told, kind="train", title=HOSTILE, told=lambda one: one
    )
    begin_job(lambda: app.change(user), "score", HOSTILE).end(JobState.FAILED, error=HOSTILE)
    begin_job(lambda: app.change(user), "train", HOSTILE).tell(HOSTILE, 1, 2)
    _poison_house(app, user)
    app.settle()
    return {
        "customer": customer.id,
        "draft": draft.id,
        "issued": issued.number,
        "conversation": talk.id,
    }


def _poison_house(app: App, user: str) -> None:
    """Leave them with people, keys, webhooks and the log of what left the house."""
    accounts, now, organisation = app.world.accounts, app.clock(), app.organisation
    awa = User(id=user, email="awa@lagune.example", name=SHORT, made_at=now,
               status=UserStatus.ACTIVE)  # fmt: skip
    with accounts.writing() as tx:
        tx.add(awa)
        tx.add(Membership(user_id=user, organisation=organisation, role=Role.OWNER, since=now))
    by = Principal(
        user=user, name=SHORT, organisation=organisation, permissions=permissions_of(Role.OWNER)
    )
    make_key(accounts, NewKey(name=SHORT), by, now)
    url = f"https://{CANARY}/{SHORT}"
    new = NewWebhook(url=url, about=SHORT, paused=True)
    with app.change(user) as ctx:
        webhook = add_webhook(ctx, app.sealing, new)
        tried = Try(at=now, status=500, milliseconds=1, why=SHORT)
        ctx.tx.save(_delivery(ctx.new_id(), webhook.id, tried), expected=NEW)
        ctx.record(MailRefused(invoice_id="i", number=SHORT, to=SHORT, reason=HOSTILE))


def _delivery(name: str, webhook: str, tried: Try) -> Delivery:
    return Delivery(
        id=name,
        webhook_id=webhook,
        message_id=name,
        sequence=0,
        topic="invoice.issued",
        made_at=tried.at,
        tries=(tried,),
        state=DeliveryState.FAILED,
    )


def hostile_table() -> tuple[str, bytes, str]:
    """A file whose name, headers, cells and faults try to be more than text."""
    name = SHORT.replace("/", "").replace("(", "")
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["invoice_number", "customer", "issue_date", "due_date", "amount", HOSTILE])
    writer.writerow([HOSTILE, HOSTILE, "2026-11-01", "2026-12-01", "5000", HOSTILE])
    writer.writerow([SHORT, HOSTILE, HOSTILE, "2026-12-01", "5000", HOSTILE])
    return f"{name}.csv", out.getvalue().encode(), "text/csv"


def _customer() -> Customer:
    return Customer(
        id="",
        party=Party(
            name=HOSTILE,
            trading_name=HOSTILE,
            address=Address(line1=HOSTILE, city=SHORT, country="CI"),
            contact=Contact(name=SHORT, email=f"a@{CANARY}", phone=SHORT),
            tax_id=SHORT,
        ),
        industry=SHORT,
        notes=HOSTILE,
    )


def _alert(name: str, customer: str, day: date) -> Alert:
    return Alert(
        id=name,
        rule="largest_customer",
        severity=AlertSeverity.WARNING,
        value=Decimal("0.5"),
        limit=Decimal("0.3"),
        raised_on=day,
        subject=customer,
        subject_name=HOSTILE,
        currency="XOF",
    )
