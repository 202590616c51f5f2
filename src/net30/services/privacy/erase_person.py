"""Erase a person: what the books say of one is taken out; what the law keeps stays, and is told.

Shredded for ever, in the events too: mail addresses, notes of calls, reasons of disputes. Taken
out of the records: name, address, contact, notes, drafts, the answers kept for repeated requests,
and the name wherever a conversation, an alert, a job or a batch's findings say it. Issued documents
stay as they are until the law's time for them is over: then `apply_retention` takes the person out
of those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from net30.domain.alert import Alert
from net30.domain.conversation import Conversation
from net30.domain.customer import Customer
from net30.domain.events import CustomerErased, CustomerSaved, DraftSaved
from net30.domain.invoice import Invoice
from net30.domain.job import Job
from net30.domain.open_item import OpenItem
from net30.domain.party import Contact
from net30.domain.personal import ERASED
from net30.domain.privacy.erased import Traces, erased_customer, is_erased, traces_of, without
from net30.domain.privacy.retention import Retention, retention_in
from net30.domain.schedule import Schedule
from net30.domain.workplace import Workplace
from net30.kernel.errors import Conflict
from net30.ports.store import Stored
from net30.services.context import Context
from net30.services.create_draft import delete_draft
from net30.services.found import customer_by_name
from net30.services.privacy.batch_files import erase_batch_files
from net30.services.privacy.kept_answers import erase_answers
from net30.services.privacy.of_customer import OfCustomer, find_all_of
from net30.services.save_schedule import pause_schedule

_Told = (
    Stored[OpenItem]
    | Stored[Conversation]
    | Stored[Alert]
    | Stored[Job]
    | Stored[Schedule]
    | Stored[Workplace]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document that the law keeps, and the last day of that."""

    number: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """What erasing came to: the customer as it is now, and what stays by which law.

    `shredded` counts texts in events, `records` what else was changed or removed.
    """

    customer: Customer
    shredded: int
    records: int
    kept: tuple[KeptDocument, ...]
    law: Retention


def erase_person(ctx: Context, customer: str, *, contact_only: bool = False) -> ErasedPerson:
    """Erase a customer, named by id or name; with `contact_only` only whom one asks there.

    Erasing again takes out what a restored backup has brought back. Raises NotFound, and Conflict
    (code open_claims) while something is owed: a claim needs to know against whom.
    """
    stored = customer_by_name(ctx, customer)
    before = stored.value
    traces = traces_of(before, contact_only=contact_only or is_erased(before))
    found = find_all_of(ctx.tx, stored, traces)
    if not contact_only:
        _nothing_owed(found)
    shredded = ctx.tx.shred(before.id)
    records = _erase_texts(ctx, found, traces) + _erase_drafts(ctx, found, contact_only)
    records += erase_answers(ctx.tx, before, traces, contact_only=contact_only)
    records += erase_batch_files(ctx, traces)
    after = erased_customer(before, contact_only=contact_only)
    ctx.tx.save(after, expected=stored.version)
    law = retention_in(ctx.company.party.address.country)
    kept = tuple(
        KeptDocument(number=one.number, until=law.until(one.issue_date)) for one in found.issued
    )
    ctx.record(CustomerSaved(customer_id=after.id))
    ctx.record(
        CustomerErased(
            customer_id=after.id, day=ctx.today, contact_only=contact_only, kept=len(kept)
        )
    )
    return ErasedPerson(customer=after, shredded=shredded, records=records + 1, kept=kept, law=law)


def _nothing_owed(found: OfCustomer) -> None:
    owed = [one.value.number for one in found.items if one.value.balance]
    owed += [one.value.id for one in found.payments if one.value.unapplied]
    if owed:
        raise Conflict(
            f"{found.customer.value.name} cannot be erased: {', '.join(owed[:5])} "
            f"{'is' if len(owed) == 1 else 'are'} not settled",
            hint="settle, credit or write it off, pay back unapplied cash; or --contact-only",
            code="open_claims",
        )


def _erase_texts(ctx: Context, found: OfCustomer, traces: Traces) -> int:
    """Take the person out of the texts of records; return how many changed."""
    changed = 0
    others: tuple[_Told, ...] = (
        *found.items,
        *found.talks,
        *found.alerts,
        *found.jobs,
        *found.schedules,
        *found.workplaces,
    )
    for stored in others:
        value = stored.value
        told = without(_quiet(value) if isinstance(value, OpenItem) else value, traces)
        if told != value:
            ctx.tx.save(told, expected=stored.version)
            changed += 1
    return changed


def _quiet(item: OpenItem) -> OpenItem:
    """Return a claim without what was written and said about it; the days stay."""
    return replace(
        item,
        reminders=tuple(replace(one, to=ERASED) for one in item.reminders),
        disputes=tuple(replace(one, reason=ERASED) for one in item.disputes),
        calls=tuple(replace(one, text=ERASED) for one in item.calls),
    )


def _erase_drafts(ctx: Context, found: OfCustomer, contact_only: bool) -> int:  # noqa: FBT001 one word of the request
    """Throw drafts away and pause what would make new ones; a company's lose the contact only."""
    drafts = [one for one in found.invoices if not one.value.is_issued]
    if contact_only:
        for stored in drafts:
            _without_contact(ctx, stored)
        return len(drafts)
    for stored in drafts:
        delete_draft(ctx, stored.value.id)
    running = [one.value.id for one in found.schedules if not one.value.paused]
    for schedule_id in running:
        pause_schedule(ctx, schedule_id)
    return len(drafts) + len(running)


def _without_contact(ctx: Context, stored: Stored[Invoice]) -> None:
    party = replace(stored.value.customer, contact=Contact())
    ctx.tx.save(replace(stored.value, customer=party), expected=stored.version)
    ctx.record(DraftSaved(invoice_id=stored.value.id))
